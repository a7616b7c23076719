# SPDX-License-Identifier: EUPL-1.2
"""The disk of the stream fills up: nats-server is started again once it has room."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest

from tests.conftest import free_port
from tests.deploy.stack import DEPLOY, Stack, eventually, require_engine, run

# Its own definition, on a disk that is soon full. What was in memory goes with the container: this shows
# that it comes back, and tests/flows that nothing is lost then.
SMALL = """
services:
  nats:
    depends_on: !reset {{}}
    secrets: !reset []
    networks: !override [front]
    ports: ["127.0.0.1:{port}:4222"]
    user: "0:0" # whose a tmpfs is after a new start, whatever it is told
    tmpfs: ["/data:size=64m"]
    volumes: !override
      - {conf}:/etc/nats/nats-server.conf:ro
      - {deploy}/nats/health.sh:/etc/nats/health.sh:ro
"""
OPEN = 'port: 4222\nhttp: "127.0.0.1:8222"\njetstream { store_dir: /data, sync_interval: always }\n'


class Small(Stack):
    """nats-server alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "kernpuls-full")
        self.port, self.override = free_port(), folder / "small.yaml"
        (folder / "nats-server.conf").write_text(OPEN)
        told = SMALL.format(port=self.port, conf=folder / "nats-server.conf", deploy=DEPLOY)
        self.override.write_text(told)

    def compose(self, *arguments: object, **options: object) -> str:
        return super().compose("-f", self.override, *arguments, **options)

    def sh(self, command: str) -> str:
        return run("docker", "exec", self.container("nats"), "sh", "-c", command)

    async def takes(self) -> bool:
        """Whether an event is stored."""
        bus = await nats.connect(f"nats://127.0.0.1:{self.port}", connect_timeout=2, allow_reconnect=False)
        try:
            stream = bus.jetstream(timeout=2)
            await stream.add_stream(name="S", subjects=["s.>"])
            await stream.publish("s.event", b"x" * 1000)
        except (nats.errors.Error, TimeoutError):
            return False
        finally:
            await bus.close()
        return True


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    require_engine()
    small = Small(tmp_path)
    try:
        small.compose("up", "-d", "--wait", "--no-build", "nats")
        yield small
    finally:
        small.compose("down", "--volumes")


def test_a_full_disk_of_the_stream_heals_with_room(small: Small) -> None:
    assert asyncio.run(small.takes())
    small.sh("dd if=/dev/zero of=/data/filler bs=4096 2>/dev/null || true")
    eventually(lambda: not asyncio.run(small.takes()))
    eventually(lambda: small.state("nats")["State"]["Health"]["Status"] == "unhealthy")
    assert small.state("nats")["RestartCount"] == 0, "without room, a new start helps nobody"
    small.sh("rm /data/filler")
    eventually(lambda: small.state("nats")["RestartCount"] == 1 and small.is_healthy("nats"))
    assert asyncio.run(small.takes())
