# SPDX-License-Identifier: EUPL-1.2
"""The nats-server that the suite starts for itself: its configuration, and the lock on its directory."""

import fcntl
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARY = Path(sysconfig.get_path("scripts")) / "nats-server"

# sync_interval: by default JetStream acknowledges what a power cut would lose within two minutes.
CONFIG = """\
server_name: "kernpuls"
listen: "127.0.0.1:{port}"
jetstream {{
  store_dir: "{directory}"
  sync_interval: always
  max_file_store: {max_bytes}
}}
"""


class SuiteError(Exception):
    """The suite cannot start or go on; the message says why and what to do."""


class InUse(SuiteError):
    """Another suite has the data directory: it runs."""


def prepare_bus(directory: Path, port: int, stream_max_bytes: int) -> list[str]:
    """Write the configuration and have nats-server check it. Returns the command that starts it.

    An empty or lost file would only be warned about, and the server would listen to the whole network.
    """
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "nats-server.conf"
    config.write_text(CONFIG.format(port=port, directory=directory, max_bytes=2 * stream_max_bytes))
    command = [str(BINARY), "-c", str(config)]
    try:
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise SuiteError(f"{BINARY} cannot be started ({error.strerror}). Install Kernpuls again.") from None
    if checked.returncode != 0:
        raise SuiteError(f"nats-server refuses {config}: {checked.stderr.strip()}")
    return command


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
