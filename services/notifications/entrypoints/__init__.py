"""The outside of the service: HTTP routes, event handlers, timers, and the shapes of requests and answers."""
