# SPDX-License-Identifier: EUPL-1.2
"""deploy/nats/nats-server.conf on three servers, as docs/deployment.md says, with its account per service."""

import asyncio
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from shared.messaging import relay, replay
from shared.messaging.pull import LongPull
from shared.messaging.stream import AWAY, ApiError, ensure_consumer, ensure_stream, redeliver_from
from tests.campaigns.cluster.faults import leader_of
from tests.campaigns.cluster.servers import Cluster, Server
from tests.shared.test_bus_accounts import DEPLOY, Url, about, event, on_bus

BLOCK = """
cluster {{
  name: kernpuls
  listen: "127.0.0.1:{route}"
  routes: [{routes}]
}}
"""


class Deployed(Server):
    """With the secrets that deploy/secrets.sh makes."""

    def configure(self, others: list[Server]) -> None:
        self.folder.mkdir(parents=True)
        secrets = self.folder.parent / "secrets"
        environment = os.environ | {"HOME": str(self.folder.parent)}
        subprocess.run([DEPLOY / "secrets.sh", secrets], check=True, env=environment)  # makes what is new
        config = (DEPLOY / "nats" / "nats-server.conf").read_text()
        for place, here in (
            ("server_name: kernpuls\n", f"server_name: {self.name}\n"),
            ("port: 4222", f'listen: "127.0.0.1:{self.port}"'),
            ('http: "127.0.0.1:8222"', f'http: "127.0.0.1:{self.monitor}"'),
            ("store_dir: /data", f'store_dir: "{self.folder}"'),
            ("$STREAM_MAX_BYTES", str(256 * 1024**2)),
        ):
            assert place in config
            config = config.replace(place, here)
        routes = ", ".join(f'"nats://127.0.0.1:{other.route}"' for other in others)
        text = config + BLOCK.format(route=self.route, routes=routes)
        (self.folder / "nats-server.conf").write_text(text)
        (self.folder / "accounts.conf").write_text((DEPLOY / "nats" / "accounts.conf").read_text())
        (self.folder / "provision.conf").write_text((DEPLOY / "nats" / "create.conf").read_text())
        (self.folder / "passwords.conf").write_text((secrets / "nats_passwords.conf").read_text())


async def provisioned(url: Url) -> str:
    async with on_bus(url, "provision") as connection, asyncio.timeout(60):
        while True:
            with suppress(*AWAY, ApiError):  # the leader is elected, the third server on its way
                return await ensure_stream(connection, 64 * 1024**2, replicas=3)
            await asyncio.sleep(0.2)


async def tell_and_hear(url: Url, so_many: int) -> None:
    """The budget tells of so many grants, and initiatives hears of each."""
    async with on_bus(url, "budget") as connection, asyncio.timeout(60):
        left = [event(about("grant")) for _ in range(so_many)]
        while left:
            with suppress(*AWAY, ApiError):
                await relay.publish(connection, left)
                break
            await asyncio.sleep(0.2)
    async with on_bus(url, "initiatives") as connection, asyncio.timeout(60):
        while True:
            with suppress(*AWAY, ApiError):
                await ensure_consumer(connection, "initiatives", ["kernpuls.*.*.grant.>"])
                await redeliver_from(connection, "initiatives")
                break
            await asyncio.sleep(0.2)
        pull, taken = LongPull(connection, "initiatives"), 0
        await pull.open()
        while taken < so_many:
            for message in await pull.take(200):
                await message.ack()
                taken += 1
        await pull.close()
        assert sum([len(b) async for b in replay.read(connection, ["kernpuls.*.*.grant.>"])]) >= so_many


@pytest.mark.timeout(200)
async def test_the_deployed_configuration_works_on_three_servers_and_on_two(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, Deployed)

    def url(user: str) -> str:
        given = (tmp_path / "secrets" / f"nats_{user}").read_text().strip()
        addresses = (given.replace("@nats:4222", f"@127.0.0.1:{server.port}") for server in cluster.servers)
        return ",".join(addresses)

    cluster.start()
    try:
        assert await provisioned(url) == "created"
        assert await provisioned(url) == "kept"
        await tell_and_hear(url, 50)
        leader_of(cluster, "stream").kill()
        await tell_and_hear(url, 50)
    finally:
        cluster.end()
