"""Where findings are kept and where the county's data is read from."""
