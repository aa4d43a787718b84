"""What the service does with events and answers to callers, on ports that adapters fill in."""
