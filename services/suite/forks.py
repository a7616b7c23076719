# SPDX-License-Identifier: EUPL-1.2
"""Processes forked from one that has imported every service: importing them takes seconds, forking none.

Python's own fork server does it. One thread starts its processes and asks how they ended: two at once would
read each other's answers.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from setproctitle import setproctitle

from services.suite.bus import SuiteError
from services.suite.child import LONGEST_LINE, Launch, end_with_parent
from shared.errors import OperatorError

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["services.suite.preloaded"])
_THREAD = ThreadPoolExecutor(1, "forks")


async def forked(module: str, function: str, *arguments: object) -> Any:
    """What the function returns, in a process of its own; raises its OperatorError. Cancelled, it ends the
    process. It is named and not given, because importing it is left to the fork server.
    """
    ours, theirs = CONTEXT.Pipe(duplex=False)
    work = (theirs, module, function, arguments)
    process = CONTEXT.Process(target=_work, args=work, name=function, daemon=True)
    try:
        await _start(process)
        theirs.close()
        result, error = await asyncio.to_thread(ours.recv)
    except (EOFError, OSError):
        raise SuiteError(f"The suite cannot start ({function}); the lines above say why.") from None
    except asyncio.CancelledError:
        if process.pid:
            process.terminate()
        raise
    if error is not None:
        raise error
    return result


def service(package: str, added: Mapping[str, str]) -> Launch:
    """Starts the service of this package, as `python -m <package>` does with `added` to its environment."""

    async def launch() -> Fork:
        reading, writing = os.pipe()
        lines = asyncio.StreamReader(LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(lines)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reading, "rb"))
        with Connection(writing, readable=False) as output:
            process = CONTEXT.Process(target=_serve, args=(output, package, added), name=package, daemon=True)
            await _start(process)
        return Fork(process, lines)

    return launch


class Fork:
    """A forked process, seen as asyncio's own processes are."""

    def __init__(self, process: Any, stdout: asyncio.StreamReader) -> None:
        self._process, self.stdout = process, stdout
        self.pid: int = process.pid
        self.terminate: Callable[[], None] = process.terminate
        self.kill: Callable[[], None] = process.kill
        self._ended = asyncio.ensure_future(self._end())

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Until it has ended; returns its exit code, or less than 0 for a signal."""
        return await asyncio.shield(self._ended)

    async def _end(self) -> int:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return await loop.run_in_executor(_THREAD, lambda: int(self._process.exitcode))


async def _start(process: Any) -> None:
    await asyncio.get_running_loop().run_in_executor(_THREAD, process.start)


def _work(answer: Connection, module: str, function: str, arguments: tuple[object, ...]) -> None:
    """In the process."""
    _begin(function)
    try:
        result = getattr(import_module(module), function)(*arguments)
        answer.send((asyncio.run(result) if asyncio.iscoroutine(result) else result, None))
    except OperatorError as error:
        answer.send((None, error))


def _serve(output: Connection, package: str, added: Mapping[str, str]) -> None:
    """In the process. What is in its output comes at once, a line at a time."""
    from shared.run import run

    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    sys.stdout, sys.stderr = (open(n, "w", buffering=1, closefd=False) for n in (1, 2))  # noqa: SIM115
    _begin(package)
    os.environ.update(added)
    run(import_module(f"{package}.__main__").SERVICE)


def _begin(title: str) -> None:
    end_with_parent()
    os.setsid()  # Ctrl-C in the terminal reaches the suite alone, which stops all in order
    os.environ["SPT_NOENV"] = "yes"  # else the title takes the place of what /proc shows as the environment
    setproctitle(f"kernpuls {title}")
