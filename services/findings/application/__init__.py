"""What the service does: commands in, one domain call each, answers and contracts out."""
