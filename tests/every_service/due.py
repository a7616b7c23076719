# SPDX-License-Identifier: EUPL-1.2
"""What makes the timers of every service have something to do: a new timer adds its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from services.budget.contributions import handlers as contributions
from services.budget.contributions.commands import RunContributions
from services.budget.organisations import handlers as register
from services.budget.organisations.commands import RegisterOrganisation
from services.initiatives.assessment.commands import AssessInitiative
from services.initiatives.initiative import handlers as initiatives
from services.initiatives.initiative import store as initiative_store
from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.kernambtenaren import handlers as kernambtenaren
from services.initiatives.kernambtenaren.commands import AppointKernambtenaar
from services.initiatives.persons import handlers as persons
from services.initiatives.persons.commands import ErasePerson
from services.initiatives.sessions import handlers as sessions
from services.surveys import timers as surveys_timers
from services.surveys.survey import handlers as surveys
from services.surveys.survey.commands import PlanSurvey
from services.surveys.survey.model import FilledForm
from shared.access import record
from shared.access.actor import Actor
from shared.access.rules import Access
from shared.contracts.envelope import NewEvent, envelope_of
from shared.contracts.initiatives.persons import PersonErased
from shared.http import idempotency
from shared.messaging import desk, parked
from shared.messaging.decode import decode
from shared.messaging.items import fail
from shared.messaging.parked import Parking
from shared.messaging.transaction import Transaction
from tests.conftest import WATERRIJK
from tests.every_service.before import Work, adopted
from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, SUBMISSION
from tests.services.surveys.conftest import SURVEY

NOW = datetime(2021, 12, 31, 10, tzinfo=UTC)
Due = Sequence[tuple[datetime, Work]]


def on(month: int, day: int) -> datetime:
    return datetime(2021, month, day, 10, tzinfo=UTC)


def submitted(name: str, *kernen: str) -> Work:
    command = SubmitInitiative.model_validate(SUBMISSION | {"kernen": kernen})
    return lambda tx: initiatives.submit(name, command, tx)


def appointed(**fields: Any) -> Work:
    command = AppointKernambtenaar.model_validate(APPOINTMENT | fields)
    return lambda tx: kernambtenaren.appoint("a1", command, tx)


def erased(tx: Transaction) -> Sequence[NewEvent]:
    who = {"person": {"email": SUBMISSION["contact"]["email"]}}
    return persons.erase(ErasePerson.model_validate(who), tx)[1]


def assessed(tx: Transaction) -> Sequence[NewEvent]:
    return initiatives.assess("i1", AssessInitiative.model_validate(ASSESSMENT), tx)


def not_erased_again(tx: Transaction) -> Sequence[NewEvent]:
    """As if the journal had this erasure, and it could not be done in a store that was put back."""
    contact_id = str(initiative_store.contact_id_of(tx.connection, "i1"))
    facts: dict[str, Any] = {"kernen": (), "happened_on": "2021-06-01", "actor": "official", "origin": "live"}
    event: Any = envelope_of(PersonErased)(
        id="journalled",
        source="urn:nld:oin:00000099000000999900:systeem:initiatives",
        type=f"nl.kernpuls.{PersonErased.TYPE}",
        subject=contact_id,
        time=tx.now,
        dataschema="https://waterrijk.example/schemas/person.erased.v1.json",
        subjectsequence="1",
        kern="gemeente",
        gemeente="gm9999",
        correlationid="c",
        data=PersonErased(**facts, about="i1"),
    )
    fail(tx.connection, "erase_again", event.id, KeyError(), tx.now, event.to_bytes())
    return []


def registered(name: str) -> Work:
    fields = {"kernen": ["noordoever"], "activeFrom": "2020-01-01", "kind": "village-interests"}
    command = RegisterOrganisation.model_validate(fields | {"name": name})
    return lambda tx: register.register(f"org-{name}", command, tx)


def begun(tx: Transaction) -> Sequence[NewEvent]:
    return contributions.run("run", RunContributions(year=2021), tx)


def planned(name: str, first: str, last: str) -> Work:
    command = PlanSurvey.model_validate(SURVEY | {"access": "open", "openDate": first, "closeDate": last})
    return lambda tx: surveys.plan(name, command, tx)


def answered(name: str) -> list[tuple[datetime, Work]]:
    """Enough of them that something is told."""

    def answer(number: int) -> Work:
        form = FilledForm(f"r{number}", "noordoever", {"mark": "7", "welcome": "agree"}, {"why": "Zomaar."})
        return lambda tx: surveys.answer(name, form, None, tx)

    return [(on(9, 2), answer(number)) for number in range(12)]


def kept_too_long(tx: Transaction) -> Sequence[NewEvent]:
    """An answer to a command, a letter that was closed, a request that was acted on, who did what."""
    long_ago = NOW - timedelta(days=40)
    somebody, may = Actor("person", "kernpuls", "o-1"), Access(frozenset({"editor"}))
    record.keep(tx.connection, somebody, may, "POST /x", ["told"], NOW - timedelta(days=9 * 366), "c")
    answer = idempotency.StoredAnswer(201, None, b"told")
    idempotency.keep(tx.connection, idempotency.Key("POST /v1/x", "k", "h"), answer, long_ago)
    parked.add(
        tx.connection, [Parking(decode("a.b", b"told", WATERRIJK, {"X-From": "told"}), "dead")], long_ago
    )
    parked.close(tx.connection, 1, "somebody", "read it", long_ago)
    row = {"action": "a", "arguments": "told", "asked_at": long_ago, "done_at": long_ago}
    tx.connection.execute(insert(desk.requests).values(row))
    return []


def logged_in(tx: Transaction) -> Sequence[NewEvent]:
    """Two officials, whose sessions ended with that day."""
    for number in (1, 2):
        sessions.begin(Actor("person", "kernpuls", f"o-{number}"), f"s{number}", tx)
    return []


FORGET = "forget"  # every service has this timer
TELLS_NOTHING = {
    FORGET,
    "initiatives.finish",
    "initiatives.erase_again",
    "initiatives.forget_sessions",
    "surveys.forget_answers",
}
PLANNED = (on(6, 1), planned("s1", "2021-09-01", "2021-09-20"))
DUE: Mapping[str, Due] = {
    FORGET: [(NOW, kept_too_long)],
    "initiatives.remind_of_terms": [
        (on(6, 16), submitted("i1", "noordoever")),
        (on(6, 16), submitted("i2", "de-plaat")),
    ],
    "initiatives.take_up": [
        (on(6, 16), submitted("i1", "noordoever")),
        (on(6, 16), submitted("i2", "zuidoever")),
        (on(6, 17), appointed(validFrom="2021-07-01")),
    ],
    "initiatives.look_after_kernen": [(on(6, 16), appointed(validUntil="2021-06-30"))],
    "initiatives.finish": [
        (on(6, 16), submitted("i1", "noordoever")),
        (on(6, 17), erased),
        (on(6, 18), assessed),
    ],
    "initiatives.erase_again": [
        (on(6, 16), submitted("i1", "noordoever")),
        (on(6, 17), not_erased_again),
    ],
    "initiatives.forget_sessions": [(on(6, 16), logged_in)],
    "budget.finish": [
        (on(1, 1), adopted()[0]),
        *((on(1, 2), registered(name)) for name in "abcde"),
        (on(1, 3), begun),
    ],
    "surveys.open_surveys": [PLANNED, (on(6, 2), planned("s2", "2021-10-01", "2022-03-01"))],
    "surveys.close_surveys": [PLANNED, (on(9, 1), surveys_timers.open_surveys), *answered("s1")],
    "surveys.forget_answers": [
        PLANNED,
        (on(9, 1), surveys_timers.open_surveys),
        *answered("s1"),
        (on(9, 22), surveys_timers.close_surveys),
    ],
}
