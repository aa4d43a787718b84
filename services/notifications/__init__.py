"""The notifications service: owns notices 通知, who was told what and when, contacts, and receipts 签收.

Events in: `cadre.registered.v1` (who people are), and what they must be told: `responsibility.*`, `warning.*`,
`measure.*`, `talk.*`, `appeal.*`, `clock.due.v1`, `finding.*`, `bulletin.*`; `case.*` (who may read of a case). Events
out: `notice.*`, the whole state of a notice after each change, never its text.
"""
