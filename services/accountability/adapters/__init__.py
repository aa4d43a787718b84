"""How the service keeps its documents and reads the county's data."""
