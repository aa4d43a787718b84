"""How documents are kept: one buffered unit of work per transaction, indexes, leases, pages."""
