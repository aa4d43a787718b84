"""The ledger as files: a CSV, and a workbook that a child process makes, since that takes long."""
