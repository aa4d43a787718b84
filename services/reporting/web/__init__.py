"""The screens of the ledger: server-rendered pages that work without scripts."""
