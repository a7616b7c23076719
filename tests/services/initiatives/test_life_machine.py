# SPDX-License-Identifier: EUPL-1.2
"""Initiatives go their ways in whatever order people, the budget and the clock take them.

Beside the service stands the picture of its life, written down once more; what the picture does not have is
refused, and a refusal writes nothing. Each step is one event and one version; whoever asks to be erased is.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from sqlalchemy import select

from services.initiatives.assessment.commands import AssessInitiative, CorrectPublication
from services.initiatives.initiative import commands, handlers
from services.initiatives.persons import erasing
from services.initiatives.persons import handlers as persons
from services.initiatives.persons.commands import ErasePerson
from shared.contracts import budget
from shared.contracts.envelope import EventData, NewEvent
from shared.contracts.initiatives.life import InitiativeSupplementRequested
from shared.contracts.refusals import Invalid, NotFound, Refused
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Transaction
from shared.municipality import load_municipality
from tests.conftest import HERE, MORE
from tests.memory import everything_in, image_of, in_memory
from tests.services.initiatives.conftest import ASSESSMENT, MONEY_ASKED, Room
from tests.services.initiatives.test_lives import DECLINED, OTHER, REDIRECTED

STAYS = ""
MOST = 6  # initiatives: with more, none of them comes far
UNDECIDED = {
    "assignments": STAYS, "supplement-requests": "awaiting-supplement", "extensions": STAYS,
    "assessments": "by its outcome", "withdrawals": "withdrawn",
}  # fmt: skip
GOES_ON = {"assignments": STAYS, "starts": "started", "withdrawals": "withdrawn", "corrections": STAYS}
AFTER: Mapping[str, Mapping[str, str]] = {
    "submitted": {**UNDECIDED, "assignments": "assigned"},
    "assigned": UNDECIDED,
    "awaiting-supplement": {
        "assignments": STAYS, "supplements": "by who has it", "assessments": "by its outcome",
        "withdrawals": "withdrawn",
    },
    "awaiting-grant": {
        "assignments": STAYS, "extensions": STAYS, "withdrawals": "withdrawn", "corrections": STAYS,
    },
    "supported": GOES_ON, "funded": GOES_ON, "not-funded": GOES_ON,
    "started": {"assignments": STAYS, "realisations": "realised", "corrections": STAYS},
    "realised": {"assignments": STAYS, "evaluations": "evaluated", "corrections": STAYS},
    "evaluated": {"corrections": STAYS}, "declined": {"corrections": STAYS},
    "redirected": {"corrections": STAYS}, "withdrawn": {"corrections": STAYS},
}  # fmt: skip
OFFICER = st.sampled_from(["officer-7", "officer-8"])
RUNS = ("submitted", "assigned", "awaiting-supplement", "awaiting-grant")
OUTCOMES = {
    "supported": ASSESSMENT, "awaiting-grant": MONEY_ASKED, "declined": DECLINED, "redirected": REDIRECTED,
}  # fmt: skip
OUTCOME = st.sampled_from(sorted(OUTCOMES))
NEWS: Mapping[type[budget.GrantData], str] = {
    budget.GrantReserved: "awaiting-grant", budget.GrantWaitlisted: "awaiting-grant",
    budget.GrantAllocated: "funded", budget.GrantDeclined: "not-funded",
    budget.GrantReleased: "not-funded", budget.GrantWithdrawn: "not-funded",
}  # fmt: skip
FIELDS_OF: Mapping[type[budget.GrantData], dict[str, Any]] = {
    budget.GrantAllocated: {"legal_basis": "Artikel 3", "recipient_kind": "organisation"},
    budget.GrantDeclined: {"reason": "no-room", "criteria": []},
}
WORDS = {"publicTitle": "Steiger", "publicSummary": "Zonder naam erin."}
# Of each way the handler, its command, and what is sent.
WAYS: Mapping[str, tuple[Callable[..., Sequence[NewEvent]], type[Any], dict[str, Any]]] = {
    "assignments": (handlers.assign, commands.AssignInitiative, {}),
    "supplement-requests": (handlers.ask_supplement, commands.RequestSupplement, {"asked": "De tekening?"}),
    "supplements": (handlers.supplement, commands.SupplementInitiative, {"answer": "Hier is hij."}),
    "extensions": (handlers.extend, commands.ExtendTerm, {"reason": "complex"}),
    "assessments": (handlers.assess, AssessInitiative, {}),
    "corrections": (handlers.correct, CorrectPublication, WORDS),
    "withdrawals": (handlers.withdraw, commands.WithdrawInitiative, {}),
    "starts": (handlers.start, commands.StartInitiative, {}),
    "realisations": (handlers.realise, commands.RealiseInitiative, {"supportGiven": ["knowledge"]}),
    "evaluations": (handlers.evaluate, commands.EvaluateInitiative, {"result": "partly", "goals": [2]}),
}


@dataclass
class Life:
    """What should be so of one initiative."""

    origin: str
    state: str
    officer: str | None
    is_erased: bool = False
    is_published: bool = False
    asked_money: bool = False
    was_extended: bool = False
    answer_by: date | None = None
    told: list[str] = field(default_factory=list)  # its events, and the budget's about it


class Lives(RuleBasedStateMachine):
    """Noordoever and Zuidoever have a kernambtenaar on duty, De Plaat has nobody."""

    names = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self.database = in_memory("initiatives")
        self.room = Room(self.database, load_municipality(HERE / "municipality.toml"))
        self.room.appoint()
        self.room.appoint("a2", **OTHER)
        self.lives: dict[str, Life] = {}
        for kern in ("noordoever", "de-plaat", "noordoever"):
            self.submit(kern, 1)
        self.take("i0", "assessments", "supported")
        self.take("i0", "starts")
        self.take("i2", "assessments", "awaiting-grant")
        self.submit("noordoever", 1)
        self.take("i3", "assessments", "awaiting-grant")
        self.hear_of_the_money("i3", budget.GrantAllocated)
        self.take("i3", "starts")

    def teardown(self) -> None:
        self.database.close()

    @property
    def today(self) -> date:
        return self.room.now.date() + timedelta(days=1)  # past midnight in the municipality

    @precondition(lambda self: len(self.lives) < MOST)
    @rule(target=names, kern=st.sampled_from(["noordoever", "de-plaat"]), is_real=st.integers(0, 4))
    def submit(self, kern: str, is_real: int) -> str:
        name, origin = f"i{len(self.lives)}", "live" if is_real else "example"
        contact = {part: f"{part}-van-{name}-x" for part in ("name", "phone", "address")}
        contact["email"] = f"post-van-{name}-x@voorbeeld.example"
        told = self.room.submit(name, kernen=[kern], origin=origin, contact=contact)
        state, officer = ("assigned", "officer-7") if kern == "noordoever" else ("submitted", None)
        self.lives[name] = Life(origin, state, officer)
        self.hear(name, told, 2 if officer else 1)
        return name

    @initialize(target=names)
    def some_are_under_way(self) -> MultipleResults[str]:
        return multiple(*self.lives)

    @rule(name=names, number=st.integers(0, 59), outcome=OUTCOME, officer=OFFICER)
    def go_on(self, name: str, number: int, outcome: str, officer: str) -> None:
        """One of the ways that the picture has."""
        ways = sorted(AFTER[self.lives[name].state])
        self.take(name, ways[number % len(ways)], outcome, officer)

    @rule(
        name=names,
        way=st.sampled_from(sorted(WAYS)),
        outcome=OUTCOME,
        officer=OFFICER,
        is_real=st.integers(0, 6),
    )
    def go_anywhere(self, name: str, way: str, outcome: str, officer: str, is_real: int) -> None:
        self.take(name, way, outcome, officer, bool(is_real))

    def take(
        self, name: str, way: str, outcome: str = "", officer: str = "officer-7", is_real: bool = True
    ) -> None:
        """A way that is open is taken, and only that."""
        life = self.lives[name]
        handler, kind, body = WAYS[way]
        due = self.room.view(name).term.decision_due_date
        more = {
            "assignments": {"officerId": officer},
            "assessments": OUTCOMES.get(outcome, ASSESSMENT),
            "extensions": {"until": str(due + timedelta(days=7))},
        }
        command = kind.model_validate(body | more.get(way, {}) | ({} if is_real else {"origin": "example"}))
        is_open = way in AFTER[life.state] and (way != "corrections" or life.is_published)
        is_open = is_open and (is_real or life.origin == "example")
        if way == "assignments":
            is_open = is_open and life.officer != officer
        elif way == "extensions":
            is_open = is_open and not life.was_extended and self.today <= due
        elif way == "assessments" and life.state == "awaiting-supplement":
            is_open = is_open and life.answer_by is not None and self.today > life.answer_by
        told = self.told_or_nothing(lambda tx: handler(name, command, tx))
        assert (told is not None) == is_open, (life, way)
        if told is None:
            return
        self.hear(name, told, 2 if way == "assessments" and outcome == "redirected" else 1)
        self.follow(life, way, outcome, officer, told)

    def follow(self, life: Life, way: str, outcome: str, officer: str, told: list[EventData]) -> None:
        after = AFTER[life.state][way]
        if way == "assignments":
            life.officer = officer
        if isinstance(told[0], InitiativeSupplementRequested):
            life.answer_by = told[0].answer_by
        life.was_extended = life.was_extended or way == "extensions"
        if way == "assessments":
            life.is_published, life.asked_money = True, outcome == "awaiting-grant"
        by_who_has_it = "assigned" if life.officer else "submitted"
        ways = {STAYS: life.state, "by its outcome": outcome, "by who has it": by_who_has_it}
        life.state = ways.get(after, after)

    @rule(name=names, kind=st.sampled_from(list(NEWS)))
    def hear_of_the_money(self, name: str, kind: type[budget.GrantData]) -> None:
        """The budget speaks of it whenever it likes; what has begun or ended is not changed by that."""
        life = self.lives[name]
        if not life.asked_money:
            return
        facts = {
            "happened_on": self.today,
            "kernen": ["noordoever"],
            "actor": "system",
            "origin": life.origin,
        }
        grant = {"initiative_id": name, "line": "small-help", "year": 2021, "amount_cents": 350_00}
        decided = {"decided_on": self.today}
        assert self.room.hear(kind.model_validate(facts | grant | decided | FIELDS_OF.get(kind, {}))) == []
        life.told.append(kind.TYPE)
        if life.state in ("awaiting-grant", "funded", "not-funded"):
            life.state = NEWS[kind]

    @rule(name=names)
    def erase(self, name: str) -> None:
        life = self.lives[name]
        command = ErasePerson.model_validate({"person": {"initiativeId": name}})
        told = self.told_or_nothing(lambda tx: persons.erase(command, tx)[1])
        assert (told is None) == life.is_erased
        life.is_erased = True

    @rule(days=st.integers(0, 20) | st.integers(0, 60))
    def days_pass(self, days: int) -> None:
        """Who is on duty, terms, and what was still to be erased: what is due is done once."""
        self.room.now += timedelta(days=days)
        before = self.events()
        told = self.room.tick()
        for subject, kind, _ in self.events()[len(before) :]:
            life = self.lives[subject]
            assert kind in ("initiative.term-approaching.v1", "initiative.term-exceeded.v1")
            assert (life.origin, life.state in RUNS) == ("live", True)
            life.told.append(kind)
        assert self.room.tick() == [] or not told
        self.room.told(erasing.finish)

    @rule(name=names)
    def it_comes_to_a_last_day(self, name: str) -> None:
        """To answer on, or else to decide on: at the edge of a term."""
        term = self.room.view(name).term
        last = term.answer_by_date or term.decision_due_date
        if last > self.today:
            self.days_pass((last - self.today).days)

    @invariant()
    def each_is_where_it_should_be(self) -> None:
        for name, life in self.lives.items():
            view = self.room.view(name)
            assert (view.state, view.officer_id) == (life.state, life.officer)
            ways = {way for way in AFTER[life.state] if way != "corrections" or life.is_published}
            assert set(view.allowed) == ways
            assert [f"{line.what}.v1" for line in view.history] == life.told

    @invariant()
    def versions_count_up_by_one_and_there_is_an_event_of_each_step(self) -> None:
        counted: dict[str, list[str]] = defaultdict(list)
        for subject, kind, sequence in self.events():
            counted[subject].append(kind)
            assert sequence == len(counted[subject])
        for name, life in self.lives.items():
            assert counted[name] == [kind for kind in life.told if not kind.startswith("grant.")]

    @invariant()
    def nobody_who_was_erased_can_be_reached(self) -> None:
        if not self.lives:
            return
        everything = everything_in(self.database)
        for name, life in self.lives.items():
            for part in (f"post-van-{name}-x", f"phone-van-{name}-x", f"address-van-{name}-x"):
                assert (part in everything) != life.is_erased
        for payload in self.room.events():
            assert b"-van-i" not in payload

    def hear(self, name: str, told: list[EventData], steps: int) -> None:
        mine = [event for event in told if event.TYPE.startswith("initiative.")]
        assert len(mine) == steps
        assert {event.origin for event in mine} == {self.lives[name].origin}
        self.lives[name].told += [event.TYPE for event in mine]

    def told_or_nothing(self, work: Callable[[Transaction], Sequence[NewEvent]]) -> list[EventData] | None:
        before = image_of(self.database)
        try:
            return self.room.told(work)
        except (Refused, Invalid, NotFound):
            assert image_of(self.database) == before
            return None

    def events(self) -> list[tuple[str, str, int]]:
        c = outbox.c
        with self.database.engine.begin() as connection:
            rows = connection.execute(select(c.subject, c.payload, c.sequence).order_by(c.id)).all()
        kinds = [json.loads(row.payload)["type"].removeprefix("nl.kernpuls.") for row in rows]
        found = [(row.subject, kind, row.sequence) for row, kind in zip(rows, kinds, strict=True)]
        return [event for event in found if event[1].startswith("initiative.")]


# To find the shortest way to a failure takes minutes.
TestLives = pytest.mark.timeout(900)(Lives.TestCase)
TestLives.settings = settings(max_examples=5 * MORE, stateful_step_count=40, deadline=None)
