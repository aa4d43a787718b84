"""The notifications service: owns notices 通知, who was told what and when, contacts, and receipts 签收.

Events in: `responsibility.assigned.v1`, `responsibility.unresolved.v1`, `warning.issued.v1`, `warning.revoked.v1` (what
people must be told) and `cadre.registered.v1` (their names). Events out: `notice.*`, the whole state of a notice after
each change, never its text.
"""
