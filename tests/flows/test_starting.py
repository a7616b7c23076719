# SPDX-License-Identifier: EUPL-1.2
"""Starting and stopping: on the same data again, never twice at once, and nothing left behind."""

import os
import signal
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import PATIENCE
from tests.flows.suite import SERVICES, STANDARD, Suite, running, until

INITIATIVE = {
    "kernen": ["ingen"], "theme": "meeting", "submitterKind": "resident", "channel": "web",
    "title": "Een bankje", "description": "Een bankje bij de kerk.",
}  # fmt: skip


def refusal(suite: Suite, command: str = "up") -> str:
    """What it says instead of starting: one sentence or two, no traceback."""
    done = suite.run(command)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    told = [line for line in done.stderr.splitlines() if line]
    assert len(told) == 1, done.stderr
    return told[0]


def test_it_stops_and_goes_on_where_it_was(suite: Suite) -> None:
    suite.up()
    assert len(suite.processes()) >= 5
    made = suite.post("initiatives", "/v1/initiatives", **INITIATIVE)
    suite.stop()
    until(lambda: not suite.processes(), "nothing is left of it")
    assert suite.process
    assert suite.process.returncode == 0
    suite.up()
    assert suite.get("initiatives", f"/v1/initiatives/{made['id']}")["title"] == "Een bankje"
    until(lambda: suite.get("analytics", "/v1/overview") is not None, "the overview answers")


def test_a_killed_suite_leaves_no_process(suite: Suite) -> None:
    suite.up()
    assert suite.process
    suite.process.kill()
    suite.process.wait(PATIENCE)
    until(lambda: not suite.processes(), "all its processes are gone")
    suite.up()


def test_ctrl_c_while_it_starts_stops_it(suite: Suite) -> None:
    suite.start()
    until(lambda: suite.said("Kernpuls starts") == 1, "it starts")
    assert suite.process
    suite.process.send_signal(signal.SIGINT)
    assert suite.process.wait(PATIENCE) == 0
    until(lambda: not suite.processes(), "nothing is left of it")


def test_a_service_that_dies_again_and_again_is_started_ever_later(suite: Suite) -> None:
    suite.up()
    for waited in ("0.5 s", "1 s"):
        until(lambda: any("services.budget" in line for line in suite.processes().values()), "it runs")
        suite.kill("budget")
        until(lambda w=waited: f"started again in {w}" in suite.told(), waited)  # type: ignore[misc]
    until(lambda: suite.answers("budget", "/health/ready"), "it is back")


def test_all_are_started_again_when_the_process_that_they_are_forked_from_is_killed(suite: Suite) -> None:
    suite.up()
    before = suite.processes()
    [server] = [pid for pid, line in before.items() if "forkserver" in line]
    os.kill(server, signal.SIGKILL)
    forked = {pid for pid, line in before.items() if "services." in line}
    until(lambda: not forked & suite.processes().keys(), "they are gone")
    until(lambda: all(suite.answers(name, "/health/ready") for name in SERVICES), "they are back")
    assert suite.told().count("started again") >= len(SERVICES)


def test_a_second_suite_on_the_same_data_is_refused(suite: Suite) -> None:
    suite.up()
    assert suite.process
    with running(suite.folder / "other", DATA_DIR=suite.data) as other:
        told = refusal(other)
    assert str(suite.data) in told
    assert str(suite.process.pid) in told
    assert "KERNPULS_DATA_DIR" in told


def test_a_port_in_use_is_named(suite: Suite) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", suite.first_port + 2))
        taken.listen()
        told = refusal(suite)
        assert str(suite.first_port + 2) in told
        assert "budget" in told
        assert "KERNPULS_FIRST_PORT" in told
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", suite.nats_port))
        taken.listen()
        assert "KERNPULS_NATS_PORT" in refusal(suite)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "cannot be read"),
        (b'name = "\xff"', "line 1, byte 8"),
        (b"name = \n", "line 1"),
        (STANDARD.read_bytes().replace(b'slug = "asch"', b'slug = "aalst"'), "twice"),
    ],
    ids=["absent", "not-utf-8", "not-toml", "contradictory"],
)
def test_an_unusable_municipality_file_is_named(tmp_path: Path, content: bytes | None, named: str) -> None:
    file = tmp_path / "municipality.toml"
    if content is not None:
        file.write_bytes(content)
    with running(tmp_path / "suite", MUNICIPALITY=file) as suite:
        told = refusal(suite)
    assert named in told
    assert str(file) in told


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    with running(tmp_path, LOG_LEVEL="loud") as suite:
        assert "KERNPULS_LOG_LEVEL" in refusal(suite)


def test_an_open_network_is_refused(tmp_path: Path) -> None:
    with running(tmp_path, HOST="0.0.0.0") as suite:
        assert "KERNPULS_TRUSTED_NETWORK" in refusal(suite)


def test_an_unreachable_database_is_named(tmp_path: Path) -> None:
    with running(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none") as suite:
        told = refusal(suite)
    assert "KERNPULS_DATABASE_URL" in told
    until(lambda: not suite.processes(), "nothing is left of it")


def test_an_unreachable_bus_is_named(tmp_path: Path) -> None:
    with running(tmp_path, NATS_URL="nats://127.0.0.1:1") as suite:
        told = refusal(suite)
    assert "127.0.0.1:1" in told
    assert "KERNPULS_NATS_URL" in told


def test_a_damaged_database_is_named(suite: Suite) -> None:
    suite.data.mkdir()
    (suite.data / "budget.sqlite").write_text("this is no database, and not a small file either" * 100)
    told = refusal(suite)
    assert "budget" in told
    assert sqlite3.DatabaseError.__name__ not in told


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with running(tmp_path / "suite", DATA_DIR=blocked / "data") as suite:
        assert "KERNPULS_DATA_DIR" in refusal(suite)
