"""The audit trail: who did or read what and when, append-only, as a chain of hashes (docs/decisions/0013)."""
