# SPDX-License-Identifier: EUPL-1.2
"""The house as it must stay: small files, plain names, front doors that tell the truth, one clock."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TypeGuard

import pytest
from sqlalchemy import inspect

from services.suite.discovery import discover
from shared.contracts import CATALOGUE
from shared.contracts.examples import owner_of
from shared.migrate import migrate
from shared.municipality import load_municipality
from shared.service import Service
from shared.store import Database, plumbing
from tests.mutants.domain import DOMAIN
from tests.mutants.mutant import Mutant
from tests.mutants.plumbing import PLUMBING

PROJECT = Path(__file__).parents[1]
PRODUCTION = sorted(path for room in ("shared", "services") for path in (PROJECT / room).rglob("*.py"))
TREES = {path: ast.parse(path.read_text()) for path in PRODUCTION}

LONGEST_FILE, LONGEST_FUNCTION = (
    250,
    40,
)  # lines as they stand; a migration is a list of tables and may be long
MEDIAN_FILE, SHARED_CODE = 80, 3_700  # lines of code: words that explain are not to be saved on
OF_THE_DOMAIN = {"contracts", "municipality", "dutch.py"}  # counted apart (ADR 9)
UNUSED_WORDS = {"manager", "helper", "util", "utils", "base", "engine", "processor"}
SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "utc_now",
}  # fmt: skip
READS_THE_CLOCK = {"shared/clock.py", "services/suite/operate.py"}
services = pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)


def where(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def code(path: Path) -> int:
    """Lines that do something: no blank ones, comments or docstrings."""
    told = {
        number
        for node in ast.walk(TREES[path])
        if _is_docstring(node)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    done: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type not in SILENT:
            done |= set(range(token.start[0], token.end[0] + 1))
    return len(done - told)


def _is_docstring(node: ast.AST) -> TypeGuard[ast.Expr]:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_files_are_small() -> None:
    assert {where(path): lines(path) for path in PRODUCTION if lines(path) > LONGEST_FILE} == {}
    assert median(code(path) for path in PRODUCTION) <= MEDIAN_FILE


def test_functions_are_small() -> None:
    found = {}
    for path, tree in TREES.items():
        for function in functions(tree) if "migrations" not in path.parts else ():
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                found[f"{where(path)}:{function.name}"] = length
    assert found == {}


def test_shared_is_small() -> None:
    rooms = [p for p in PRODUCTION if where(p).startswith("shared/") and not OF_THE_DOMAIN & set(p.parts)]
    assert sum(code(path) for path in rooms) <= SHARED_CODE


def test_names_say_what_a_thing_does() -> None:
    found = set()
    for path, tree in TREES.items():
        named = [path.stem, *path.relative_to(PROJECT).parent.parts]
        named += [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        named += [function.name for function in functions(tree)]
        for name in named:
            words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
            if UNUSED_WORDS & {word.lower() for word in words}:
                found.add(f"{where(path)}: {name}")
    assert found == set()


def test_only_the_clock_reads_the_clock() -> None:
    found = set()
    for path, tree in TREES.items():
        if where(path) in READS_THE_CLOCK:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS:
                found.add(f"{where(path)}:{node.lineno}")
    assert found == set()


def test_nothing_of_a_municipality_stands_in_the_code() -> None:
    own = load_municipality(PROJECT / "deploy" / "municipalities" / "buren.toml")
    words = {own.code, own.name, *(kern.slug for kern in own.kernen), *(kern.name for kern in own.kernen)}
    found = set()
    for path, tree in TREES.items():
        told = {node.value for node in ast.walk(tree) if _is_docstring(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told:
                found |= {f"{where(path)}: {word}" for word in words & set(re.split(r"[^\w-]+", node.value))}
    assert found == {"shared/settings.py: buren"}, "only the default of KERNPULS_MUNICIPALITY names one"


def test_every_event_has_an_owner() -> None:
    names = {service.name for service in discover()}
    assert {owner_of(data_type) for data_type in CATALOGUE.values()} <= names


@services
def test_the_front_door_tells_what_is_consumed(service: Service) -> None:
    door = __import__(service.package, fromlist=["CONSUMES"])
    assert set(door.CONSUMES) == set(service.handlers)


@services
def test_the_front_door_tells_what_is_published(service: Service) -> None:
    door = __import__(service.package, fromlist=["PUBLISHES"])
    owned = {data_type for data_type in CATALOGUE.values() if owner_of(data_type) == service.name}
    assert set(door.PUBLISHES) == set(service.publishes) == owned


@services
def test_the_front_door_tells_what_is_owned(service: Service, tmp_path: Path) -> None:
    door = __import__(service.package, fromlist=["OWNS"])
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", service.name)
    migrate(database, service.package)
    tables = set(inspect(database.engine).get_table_names())
    database.close()
    everywhere = set(plumbing.tables) | {"alembic_plumbing", "alembic_service"}
    assert set(door.OWNS) == {name for name in tables - everywhere if not name.startswith("sqlite_")}


def test_every_file_names_its_licence() -> None:
    silent = [
        where(path)
        for path in PRODUCTION
        if "SPDX-License-Identifier: EUPL-1.2" not in path.read_text()[:300]
    ]
    assert silent == []


@pytest.mark.parametrize("mutant", PLUMBING + DOMAIN, ids=lambda mutant: mutant.name)
def test_a_fault_that_is_sown_has_its_place(mutant: Mutant) -> None:
    """Else `make mutants`, which is not run for every change, tries one fault less."""
    assert (PROJECT / mutant.file).read_text().count(mutant.old) == 1
