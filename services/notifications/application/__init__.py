"""What the service does: events and commands in, one domain call each, notices and contracts out."""
