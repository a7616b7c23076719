# SPDX-License-Identifier: EUPL-1.2
"""What the suite keeps is for its user alone: stores with persons, the stream, locks, passwords."""

from tests.flows.suite import Suite


def test_nobody_else_reads_what_is_kept(example: Suite) -> None:
    kept = [example.data, *example.data.rglob("*")]
    assert {path.name for path in kept} >= {"initiatives.sqlite", "suite.lock", "nats-server.conf"}
    assert [str(path) for path in kept if path.stat().st_mode & 0o077] == []
