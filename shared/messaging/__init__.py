"""The plumbing: outbox, relay, consumer, versions, parking, leases. The only rooms that know NATS."""
