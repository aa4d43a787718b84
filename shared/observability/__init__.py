"""What operators see: logs, metrics, health, and the context that ties them together."""
