"""How events travel: topology, outbox, relay, inbox, consumers, retries and dead letters."""
