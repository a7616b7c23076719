# SPDX-License-Identifier: EUPL-1.2
"""Who may do what, declared where it is done.

    @may("coordinator")
    def appoint(appointment_id: str, command: AppointKernambtenaar, tx: Transaction) -> list[NewEvent]: ...

    @router.post("/kernambtenaren", …)
    @does(handlers.appoint)
    async def appoint(…)

    @router.get("/guides", …)
    @reads("anybody")
    async def guides(…)

A command is refused by its route, before it is read, and by its handler, whoever calls that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from shared.access.actor import Actor
from shared.access.roles import Who
from shared.contracts.refusals import NotAllowed, NotKnown

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
ACCESS = "access"  # the attribute of a function in which its declaration is kept


@dataclass(frozen=True)
class Access:
    """The roles and scopes of which one is enough; `anybody` needs none."""

    who: frozenset[Who]

    @property
    def is_public(self) -> bool:
        return "anybody" in self.who

    def admits(self, actor: Actor) -> bool:
        return self.is_public or actor.kind == "system" or not self.who.isdisjoint(actor.roles | actor.scopes)

    def check(self, actor: Actor, why: str = "") -> None:
        """May raise NotKnown or NotAllowed; `why` is the message of that, in place of the usual one."""
        if self.admits(actor):
            return
        if actor.kind == "nobody":
            raise NotKnown("Say who you are: log in, or send a token that is valid here.")
        raise NotAllowed(why or f"This is for {' or '.join(sorted(self.who))}.")


def may(*who: Who) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """On the handler of a command, whose last argument is the transaction: who may have it done."""
    access = Access(frozenset(who))

    def declared(handler: Callable[P, R]) -> Callable[P, R]:
        @wraps(handler)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            transaction: Any = args[-1]
            access.check(transaction.actor)
            return handler(*args, **kwargs)

        setattr(checked, ACCESS, access)
        return checked

    return declared


def reads(*who: Who) -> Callable[[F], F]:
    """On a route that only reads: who may."""
    return _declaring(Access(frozenset(who)))


def does(handler: Callable[..., Any]) -> Callable[[F], F]:
    """On a route of a command: the same as on its handler, which must declare it."""
    return _declaring(access_of(handler))


def access_of(endpoint: Callable[..., Any]) -> Access:
    """May raise TypeError: who may is declared, or it is no route."""
    access: Access | None = getattr(endpoint, ACCESS, None)
    if access is None:
        raise TypeError(f"nothing says who may use {endpoint.__qualname__}: put @reads(…) or @does(…) on it")
    return access


def _declaring(access: Access) -> Callable[[F], F]:
    def declared(endpoint: F) -> F:
        setattr(endpoint, ACCESS, access)
        return endpoint

    return declared
