# SPDX-License-Identifier: EUPL-1.2
"""The plumbing: outbox, relay, consumer, versions, parking, leases. The only rooms that know NATS."""
