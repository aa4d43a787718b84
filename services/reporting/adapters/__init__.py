"""MongoDB and its in-memory twin, the other services' counts over HTTP, bulletins as text."""
