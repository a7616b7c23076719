# SPDX-License-Identifier: EUPL-1.2
"""Rules of the house that are no names, sizes or walls: one clock, no municipality, true front doors."""

import ast
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import inspect

from services.suite.discovery import discover
from shared.contracts.envelope import owner_of
from shared.contracts.events import CATALOGUE
from shared.migrate import migrate
from shared.municipality import load_municipality
from shared.service import Service
from shared.store import Database, plumbing
from tests.architecture.house import PROJECT, production, refuse, texts, trees, where
from tests.mutants.domain import DOMAIN
from tests.mutants.edges import EDGES
from tests.mutants.mutant import Mutant
from tests.mutants.plumbing import PLUMBING

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "utc_now",
}
READS_THE_CLOCK = {"shared/clock.py", "services/suite/operate.py"}
SERVICES: Sequence[str] = sorted(path.parent.name for path in (PROJECT / "services").glob("*/__main__.py"))


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Service:
    """Each service; found here, so that one that cannot be imported fails its own tests alone."""
    found: Service = import_module(f"services.{request.param}.__main__").SERVICE
    return found


def test_every_file_is_python() -> None:
    refuse([where(path) for path in production() if path not in trees()], "Python cannot read these.")


def test_only_the_clock_reads_the_clock() -> None:
    found = [
        f"{where(path)}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if where(path) not in READS_THE_CLOCK
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS
    ]
    refuse(found, "Time is injected: take `tx.now`, or a Clock that the caller gives.")


def test_nothing_of_a_municipality_stands_in_the_code() -> None:
    own = load_municipality(PROJECT / "deploy" / "municipalities" / "buren.toml")
    words = {own.code, own.name, *(kern.slug for kern in own.kernen), *(kern.name for kern in own.kernen)}
    found = set()
    for path, tree in trees().items():
        for text in texts(tree):
            found |= {f"{where(path)}: {word}" for word in words & set(re.split(r"[^\w-]+", str(text.value)))}
    assert found == {"shared/settings.py: buren"}, "only the default of KERNPULS_MUNICIPALITY names one"


def test_every_event_has_an_owner() -> None:
    names = {service.name for service in discover()}
    assert {owner_of(data_type) for data_type in CATALOGUE.values()} <= names


def test_the_front_door_says_what_is_consumed(service: Service) -> None:
    door = __import__(service.package, fromlist=["CONSUMES"])
    assert set(door.CONSUMES) == set(service.handlers)


def test_the_front_door_says_what_is_published(service: Service) -> None:
    door = __import__(service.package, fromlist=["PUBLISHES"])
    owned = {data_type for data_type in CATALOGUE.values() if owner_of(data_type) == service.name}
    assert set(door.PUBLISHES) == set(service.publishes) == owned


def test_the_front_door_says_what_is_owned(service: Service, tmp_path: Path) -> None:
    door = __import__(service.package, fromlist=["OWNS"])
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", service.name)
    migrate(database, service.package)
    tables = set(inspect(database.engine).get_table_names())
    database.close()
    everywhere = set(plumbing.tables) | {"alembic_plumbing", "alembic_service"}
    assert set(door.OWNS) == {name for name in tables - everywhere if not name.startswith("sqlite_")}


def test_every_service_has_its_own_checks() -> None:
    """A check that is no longer declared would vanish from `kernpuls verify` without an error."""
    declared = {service.name: len(service.checks) for service in discover() if service.checks}
    assert declared == {"analytics": 1, "budget": 1, "notifications": 1}


def test_digits_are_those_of_ascii() -> None:
    """`\\d` also matches the digits of every other script, which nothing of ours counts with."""
    found = [
        f"{where(path)}:{node.lineno}" for path, tree in trees().items() for node in texts(tree)
        if "\\d" in str(node.value)
    ]  # fmt: skip
    refuse(found, "Write [0-9].")


def test_every_file_names_its_licence() -> None:
    silent = [where(path) for path in production() if "SPDX-License-Identifier: EUPL-1.2" not in _head(path)]
    refuse(silent, "The first line is `# SPDX-License-Identifier: EUPL-1.2`.")


def _head(path: Path) -> str:
    return path.read_text()[:300]


@pytest.mark.parametrize("mutant", PLUMBING + EDGES + DOMAIN, ids=lambda mutant: mutant.name)
def test_a_fault_that_is_sown_has_its_place(mutant: Mutant) -> None:
    """Else `make campaign NAME=mutants`, which is not run for every change, tries one fault less."""
    assert (PROJECT / mutant.file).read_text().count(mutant.old) == 1
