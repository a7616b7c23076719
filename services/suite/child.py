# SPDX-License-Identifier: EUPL-1.2
"""A process of the suite: started again when it ends, and never left behind."""

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from services.suite.console import Say

# Seconds before a process is started again; longer would break the promise of being back in ten by itself.
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
RAN_WELL = 10.0  # after this long, the next end is a new trouble and not the same one again; so does Docker
LONGEST_LINE = 1024 * 1024
PR_SET_PDEATHSIG = 1
NOTHING: Mapping[str, str] = {}

if sys.platform == "linux":
    _libc = ctypes.CDLL(None)  # loaded here: between fork and exec there is no time for it


class Running(Protocol):
    """A process that was started, by whatever means."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    async def wait(self) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


Launch = Callable[[], Awaitable[Running]]


def end_with_parent() -> None:
    """Linux kills this process when the one that started it ends, even when that was killed itself."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def program(command: list[str], added: Mapping[str, str] = NOTHING) -> Launch:
    """Starts a program; `added` are variables of its environment beside those of the suite."""

    async def launch() -> Running:
        # A session of its own: Ctrl-C in the terminal reaches the suite alone, which stops all in order.
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LONGEST_LINE,
            start_new_session=True,
            env=os.environ | added,
            preexec_fn=end_with_parent,
        )

    return launch


class Child:
    """Is launched until it is stopped; `say` is given its lines for which `shows` holds."""

    def __init__(
        self, name: str, launch: Launch, say: Say, shows: Callable[[str], bool] = lambda _line: True
    ) -> None:
        self.name, self.launch, self.say, self.shows = name, launch, say, shows
        self._process: Running | None = None
        self._supervision: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._supervision = asyncio.create_task(self._supervise(), name=self.name)

    async def stop(self, grace: float) -> None:
        """Ask it to end, and kill it when it has not after `grace` seconds."""
        if self._supervision:
            self._supervision.cancel()
            await asyncio.gather(self._supervision, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        ending = asyncio.create_task(self._speak(process))
        try:
            await asyncio.wait_for(process.wait(), grace)
        except TimeoutError:
            self.say(f"did not stop within {grace:g} s and is killed")
            process.kill()
            await process.wait()
        await ending

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def kill(self) -> None:
        """End it at once; it is started again as after any other end."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(number)

    async def _supervise(self) -> None:
        wait = FIRST_WAIT
        while True:
            started = asyncio.get_running_loop().time()
            how = await self._run()
            if asyncio.get_running_loop().time() - started > RAN_WELL:
                wait = FIRST_WAIT
            self.say(f"{how}; it is started again in {wait:g} s")
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _run(self) -> str:
        """Returns how it ended."""
        try:
            self._process = await self.launch()
        except (OSError, EOFError) as error:  # EOFError: the fork server was killed
            return f"could not be started ({type(error).__name__})"
        await self._speak(self._process)
        return f"ended ({_how(await self._process.wait())})"

    async def _speak(self, process: Running) -> None:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        while True:
            try:
                line = (await process.stdout.readline()).decode(errors="replace").rstrip()
            except ValueError:
                self.say(f"(a line longer than {LONGEST_LINE} bytes)")
                continue
            if not line and process.stdout.at_eof():
                return
            if self.shows(line):
                self.say(line)


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"by signal {signal.Signals(-code).name}"
