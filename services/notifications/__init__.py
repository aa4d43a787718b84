"""The notifications service: owns notices 通知, who was told what and when, contacts, and receipts 签收.

Events in: `cadre.registered.v1` (who people are), and what they must be told: `responsibility.*`, `warning.*`,
`measure.*`, `talk.*`, `clock.due.v1`, `finding.overdue.v1`, `bulletin.*`. Events out: `notice.*`, the whole state of a
notice after each change, never its text.
"""
