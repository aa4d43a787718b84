"""The outside of the service: HTTP routes, event handlers, and the shapes of requests and answers."""
