# SPDX-License-Identifier: EUPL-1.2
"""The walls reach every folder: a new file is under the import rules by its name, or is pure."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.architecture.house import ORGANS, PROJECT, module_of, owner, production, refuse, trees, where

# Organs that read, write, listen or show; each has a rule of its own in pyproject.toml, or is wiring.
WIRING = {"__main__", "metrics", "migrations", "timers", "questions", "verify"}
ACTIVE = {"api", "handlers", "pages", "queries", "store", "tables"} | WIRING
OUTSIDE = (
    "alembic",
    "asyncio",
    "fastapi",
    "faststream",
    "httpx",
    "nats",
    "prometheus_client",
    "socket",
    "sqlalchemy",
    "starlette",
    "structlog",
    "aiosmtplib",
    "uvicorn",
    "shared.clock",
    "shared.http",
    "shared.logs",
    "shared.messaging",
    "shared.metrics",
    "shared.migrate",
    "shared.process",
    "shared.run",
    "shared.runtime",
    "shared.service",
    "shared.settings",
    "shared.store",
)
# Files of services that are neither an organ nor pure, each with what it does instead.
NOT_PURE = {
    "services/analytics/read_model/rebuild.py": "an action: folds the stream beside what readers see",
    "services/initiatives/persons/erasing.py": "erases together, for handlers, timers and the journal",
    "services/initiatives/persons/journal.py": "done first: follows the erasures in the stream",
    "services/notifications/delivery/dispatch.py": "the leader's task that sends what is due",
    "services/notifications/delivery/smtp.py": "a channel: it speaks to a mail server",
    "services/budget/grants/waiting.py": "hands out what a line has left, for grants and for years",
}
PURE_OF_HTTP = {"views": "shared.http.paging"}  # the shape of a page is part of what is shown


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The line of each import, and the module or the name in it."""
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def organ(path: Path) -> str:
    """A file's part in its service: its name, or that of the package that it belongs to (`pages`)."""
    for part in reversed(path.relative_to(PROJECT).with_suffix("").parts[2:]):
        if part in ORGANS and part != "__init__":
            return part
    return path.stem


def of_services() -> list[Path]:
    return [path for path in production() if owner(path) not in ("shared", "suite") and path in trees()]


def is_pure(path: Path) -> bool:
    return organ(path) not in ACTIVE and where(path) not in NOT_PURE


def test_every_file_that_is_no_organ_is_pure() -> None:
    files = {module_of(path): path for path in of_services()}
    faults = []
    for path in filter(is_pure, files.values()):
        for line, name in imports(path):
            if name.startswith(PURE_OF_HTTP.get(organ(path), "-")):
                continue
            target = files.get(name) or files.get(name.rpartition(".")[0])
            acts = target is not None and not is_pure(target) and path.stem != "__init__"
            if acts or any(name == out or name.startswith(f"{out}.") for out in OUTSIDE):
                faults.append(f"{where(path)}:{line} imports {name}")
    refuse(
        faults,
        "A file without the name of an organ decides and does nothing else: move what reads, writes or shows "
        f"into {', '.join(sorted(ACTIVE - WIRING))}, or list the file in NOT_PURE with the reason.",
    )


def test_what_is_listed_as_not_pure_is_there() -> None:
    gone = [name for name in NOT_PURE if not (PROJECT / name).exists()]
    refuse(gone, "Take these out of NOT_PURE.")


def patterns() -> list[re.Pattern[str]]:
    """Every source of a rule in pyproject.toml, as what it matches, with all that is below it."""
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    sources = [
        source
        for contract in config["tool"]["importlinter"]["contracts"]
        for source in contract.get("source_modules", ())
    ]
    shapes = (re.escape(s).replace(r"\*\*", r".+").replace(r"\*", r"[^.]+") for s in sources if "*" in s)
    return [re.compile(rf"{shape}(\..+)?") for shape in shapes]


def test_every_organ_is_under_a_rule() -> None:
    rules = patterns()
    free = [
        f"{where(path)} is matched by no rule"
        for path in of_services()
        if organ(path) in ORGANS.keys() - WIRING - {"__init__", "commands", "views"}
        and not any(rule.fullmatch(module_of(path)) for rule in rules)
    ]
    refuse(free, "Give its name a rule in pyproject.toml that reaches every folder (services.**.name).")


@pytest.mark.parametrize(
    "module",
    [
        "services.budget.model",
        "services.budget.years.model",
        "services.a.b.c.d.store",
        "services.new.shed.api",
    ],
)
def test_a_rule_reaches_every_folder(module: str) -> None:
    assert any(rule.fullmatch(module) for rule in patterns())


def test_shared_is_shared() -> None:
    """Used by two services, or by what assembles them; through another file of shared counts."""
    graph = grimp.build_graph("shared", "services", cache_dir=None)
    faults = []
    for path in production():
        module = module_of(path)
        if owner(path) != "shared" or module.startswith("shared.contracts") or path.stem == "__init__":
            continue
        below = graph.find_downstream_modules(module) if "migrations" not in module else {"services.suite"}
        users = {name.split(".")[1] for name in below if name.startswith("services.")}
        if len(users) < 2 and not users & {"suite", "cli"}:
            faults.append(f"{where(path)} is used by {', '.join(users) or 'nobody'}")
    refuse(faults, "What one service alone uses belongs to that service.")
