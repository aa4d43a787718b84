"""How requests and events come in."""
