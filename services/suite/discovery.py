# SPDX-License-Identifier: EUPL-1.2
"""Finds the services: every package of services/ with a `__main__` is one."""

from importlib import import_module
from pathlib import Path

import services
from services.suite.bus import SuiteError
from services.suite.member import Member
from shared.service import Service


def discover() -> list[Service]:
    """All services, by port."""
    mains = [main for root in services.__path__ for main in Path(root).glob("*/__main__.py")]
    found: list[Service] = [import_module(f"services.{main.parent.name}.__main__").SERVICE for main in mains]
    return sorted(found, key=lambda service: service.port)


def members() -> list[Member]:
    """Who belongs to the suite, by port."""
    return [Member(each.name, each.package, each.port) for each in discover()]


def named(name: str) -> Service:
    """The service of this name; raises SuiteError with those there are."""
    found = {service.name: service for service in discover()}
    if name not in found:
        raise SuiteError(f"There is no service {name!r}. Choose one of {', '.join(found)}.")
    return found[name]


def rebuilding() -> list[Service]:
    """The services whose read model can be folded again: those with that action."""
    return [service for service in discover() if "rebuild" in service.actions]
