"""The doors of the service: HTTP routes, event handlers, timers."""
