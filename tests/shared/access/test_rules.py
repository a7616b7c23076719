# SPDX-License-Identifier: EUPL-1.2
"""A rule that is declared holds for whoever calls, and a route without one is none."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.access.actor import NOBODY, SYSTEM, Actor
from shared.access.rules import does, may
from shared.contracts.refusals import NotAllowed, NotKnown
from shared.http.router import Pages, Router


@may("editor", "import")
def act(tx: Any) -> str:
    return "done"


def by(actor: Actor) -> Any:
    return SimpleNamespace(actor=actor)


@pytest.mark.parametrize(
    "actor",
    [SYSTEM, Actor("person", roles=frozenset({"editor"})), Actor("machine", scopes=frozenset({"import"}))],
)
def test_who_may_is_heard(actor: Actor) -> None:
    assert act(by(actor)) == "done"


def test_who_may_not_is_refused_by_the_handler_itself() -> None:
    with pytest.raises(NotKnown):
        act(by(NOBODY))
    with pytest.raises(NotAllowed, match="editor or import"):
        act(by(Actor("person", roles=frozenset({"controller"}))))


@pytest.mark.parametrize("router", [Router(), Pages()])
def test_a_route_that_says_nothing_is_refused_when_it_is_made(router: Pages) -> None:
    with pytest.raises(TypeError, match="says who may use"):

        @router.get("/open")
        async def undeclared() -> str:
            return "everything"


def test_a_route_of_a_handler_that_says_nothing_is_refused_too() -> None:
    with pytest.raises(TypeError, match="says who may use"):
        does(lambda tx: None)
