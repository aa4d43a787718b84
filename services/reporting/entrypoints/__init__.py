"""How the outside reaches the service: HTTP routes, event handlers, shapes of requests and answers."""
