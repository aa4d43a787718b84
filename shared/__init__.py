"""What all services of Duze share: contracts, messaging, persistence, HTTP and observability. No business logic."""
