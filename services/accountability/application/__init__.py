"""What the service can be asked to do, and what it says to the outside. No database, no framework."""
