# SPDX-License-Identifier: EUPL-1.2
"""One letter never stops the queue: whatever is wrong with it, the others go, and a person sees it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Connection, select, text, update

from services.notifications.delivery.dispatch import Dispatch
from services.notifications.delivery.smtp import Smtp
from services.notifications.metrics import Waiting
from services.notifications.notices import handlers, model, queries
from services.notifications.notices.tables import notice
from shared.contracts.initiatives import OfficerAnswer
from shared.messaging.desk import Declined
from shared.messaging.transaction import Transactions
from shared.metrics import Metrics
from shared.runtime import Runtime
from shared.store import Database
from tests.services.notifications.conftest import Clock, Hear, submitted
from tests.services.notifications.post import CONTACT, Refusing, refusing

PLACES = 5  # as many of each kind as there are places: together they would stop everything


def no_guard(_connection: Connection) -> None:
    return None


@dataclass
class Poison:
    """How a letter is made bad: its contact, the answer of the server, or its row."""

    name: str
    contact: Any = CONTACT
    answer: str | None = None
    row: dict[str, Any] | None = None
    sql: str | None = None


KINDS = (
    Poison("a bracket that Python's own parser chokes on", CONTACT.model_copy(update={"email": "a@[1.nl"})),
    Poison("a line break", CONTACT.model_copy(update={"email": "a@b.nl\nBcc: x@y.nl"})),
    Poison("half a surrogate pair", CONTACT.model_copy(update={"email": "\ud800@b.nl"[1:] + "@"})),
    Poison("no address", CONTACT.model_copy(update={"email": None})),
    Poison("an answer of another kind", OfficerAnswer(email="x@y.example")),
    Poison("an owner that fails", ValueError("kanarie@inwoner.example")),
    Poison("no such mailbox", CONTACT, "550 5.1.1 no"),
    Poison("policy", CONTACT, "550 5.7.1 no"),
    Poison("greylisting", CONTACT, "450 4.2.0 later"),
    Poison("a text that no server should say", CONTACT, "999 what"),
    Poison("no such template", row={"template": "never-written"}),
    Poison("facts that are missing", row={"facts": {}}),
    Poison("facts that are no object", row={"facts": [1]}),
    Poison(
        "an audience that is none", row={"audience": "officer", "facts": {"kernen": [], "origin": "live"}}
    ),
    Poison("a row that cannot be read", sql="UPDATE notice SET facts = '{' WHERE id = :id"),
)


@pytest.fixture
async def server(delivery: Dispatch) -> AsyncIterator[Refusing]:
    async with refusing() as server:
        delivery.channel = Smtp(f"smtp://127.0.0.1:{server.port}", starttls=False, timeout=10)
        yield server


@pytest.fixture
def sow(
    server: Refusing, hear: Hear, notices: Database, contacts: dict[str, Any]
) -> Callable[[Poison, int], str]:
    """A letter of this kind; returns its id."""

    def one(poison: Poison, number: int) -> str:
        kind = KINDS.index(poison) if poison in KINDS else len(KINDS)
        about, address = f"i-{kind}-{number}", f"a{kind}-{number}@b.example"
        is_usual = poison.contact is CONTACT
        contacts[about] = CONTACT.model_copy(update={"email": address}) if is_usual else poison.contact
        if poison.answer:
            server.own[address] = poison.answer
        hear(submitted(), subject=about)
        with notices.engine.begin() as connection:
            theirs = notice.c.about == about
            one = connection.execute(select(notice.c.id).where(theirs)).scalar_one()
            if poison.row:
                connection.execute(update(notice).where(theirs).values(poison.row))
            if poison.sql and connection.dialect.name == "sqlite":
                connection.execute(text(poison.sql), {"id": one})
        return str(one)

    return one


async def states(database: Database, ids: list[str]) -> Counter[str]:
    rows = await database.read(
        lambda c: c.execute(select(notice.c.state).where(notice.c.id.in_(ids))).scalars().all()
    )
    return Counter(rows)


@pytest.mark.timeout(180)
async def test_a_poisoned_letter_of_every_class_delays_no_other(
    delivery: Dispatch,
    server: Refusing,
    sow: Callable[[Poison, int], str],
    hear: Hear,
    clock: Clock,
    notices: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = [sow(kind, number) for kind in KINDS for number in range(PLACES)]
    clock.forward(seconds=1)
    for number in range(10):
        hear(submitted(), event_id=f"22222222-2222-4222-8222-22222222222{number}")
    await delivery.deliver_due(no_guard)
    assert sum(to == CONTACT.email for to, _ in server.received) == 10
    assert (await states(notices, bad))["sending"] == 0
    lines = capsys.readouterr().out.splitlines()
    # the owner of the addresses logs here, too
    kept = "\n".join(line for line in lines if "event=letter." in line)
    assert "letter.error" in kept
    for words in ("anarie", "@b.", "[1.nl"):
        assert words not in kept, "no address and no text stands in the log"


@pytest.mark.timeout(180)
async def test_letters_that_hang_take_a_place_each_and_no_more(
    delivery: Dispatch, server: Refusing, sow: Callable[[Poison, int], str], hear: Hear, clock: Clock
) -> None:
    for number in range(PLACES - 1):
        sow(Poison("hangs", CONTACT, "hang"), number)
    clock.forward(seconds=1)
    for number in range(10):
        hear(submitted(), event_id=f"22222222-2222-4222-8222-22222222222{number}")
    going = asyncio.create_task(delivery.deliver_due(no_guard))
    while len(server.received) < 10:
        assert not going.done(), "the others do not wait for those that hang"
        await asyncio.sleep(0.05)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)


@pytest.mark.timeout(180)
async def test_what_failed_with_us_too_often_is_a_dead_letter_that_can_be_sent_again(
    delivery: Dispatch,
    server: Refusing,
    sow: Callable[[Poison, int], str],
    clock: Clock,
    notices: Database,
    transactions: Transactions,
) -> None:
    kind = next(kind for kind in KINDS if kind.name == "no such template")
    letter = sow(kind, 0)
    for _ in range(model.MOST_ERRORS):
        await delivery.deliver_due(no_guard)
        clock.forward(hours=2)
    row = (await notices.read(lambda c: queries.matching(c, {"id": letter})))[0]
    assert (row.state, row.reason, row.code) == ("failed", "error", "TemplateNotFound")
    assert (await notices.read(queries.dead))["error"] == 1
    await notices.write(lambda c: c.execute(update(notice).values(template="receipt")))  # it was mended
    runtime = runtime_of(delivery)
    report = await handlers.send_again(runtime, {"id": None, "reason": "error", "template": None})
    assert report == "1 letters are sent again."
    await delivery.deliver_due(no_guard)
    assert await states(notices, [letter]) == {"sent": 1}
    assert (await notices.read(queries.dead))["error"] == 0


async def test_a_letter_is_given_up_with_who_says_so_and_why(
    delivery: Dispatch, server: Refusing, sow: Callable[[Poison, int], str], notices: Database
) -> None:
    refused = sow(next(kind for kind in KINDS if kind.answer == "550 5.1.1 no"), 0)
    waits = sow(next(kind for kind in KINDS if kind.answer == "450 4.2.0 later"), 0)
    await delivery.deliver_due(no_guard)
    runtime = runtime_of(delivery)
    with pytest.raises(Declined, match="--note"):
        await handlers.give_up(runtime, {"id": refused, "note": " ", "by": "jan"})
    with pytest.raises(Declined, match="no such letter"):
        await handlers.give_up(runtime, {"id": "nobody", "note": "x", "by": "jan"})
    for letter in (refused, waits):
        await handlers.give_up(runtime, {"id": letter, "note": "gebeld", "by": "jan"})
    assert sum((await notices.read(queries.dead)).values()) == 0
    closed = await notices.read(lambda c: queries.lines(c, {"closed": True}))
    assert len(closed) == 2
    assert all("closed by jan: gebeld" in line for line in closed)
    reasons = {row.reason for row in await notices.read(lambda c: queries.matching(c, {"closed": True}))}
    assert reasons == {"refused", "given-up"}


async def test_a_letter_of_several_that_cannot_be_changed_does_not_keep_the_others(
    delivery: Dispatch, server: Refusing, sow: Callable[[Poison, int], str], notices: Database
) -> None:
    kind = next(kind for kind in KINDS if kind.answer == "550 5.1.1 no")
    letters = [sow(kind, number) for number in range(3)]
    await delivery.deliver_due(no_guard)
    broken = update(notice).where(notice.c.id == letters[1]).values(facts={})
    await notices.write(lambda c: c.execute(broken.values(state="waiting", step="x")))
    note = {"note": "x", "by": "jan"}
    report = await handlers.give_up(runtime_of(delivery), {"id": None, "template": "receipt", **note})
    assert report.startswith("2 letters are given up.")
    assert letters[1] in report


async def test_somebody_without_an_address_is_no_failed_mail(
    delivery: Dispatch, server: Refusing, sow: Callable[[Poison, int], str], notices: Database
) -> None:
    sow(next(kind for kind in KINDS if kind.name == "no address"), 0)
    await delivery.deliver_due(no_guard)
    assert sum((await notices.read(queries.dead)).values()) == 0
    assert await notices.read(queries.held) == {}
    assert await notices.read(lambda c: queries.lines(c, {})) == []


async def test_what_waits_is_measured_when_it_is_asked_for(
    hear: Hear, notices: Database, clock: Clock
) -> None:
    """With nothing running that delivers."""
    registry = CollectorRegistry()
    registry.register(Waiting(notices, clock))
    hear(submitted())
    clock.forward(minutes=17)

    def value(line: str) -> float:
        measured = generate_latest(registry).decode()
        return float(next(each for each in measured.splitlines() if each.startswith(line)).split()[-1])

    assert value('kernpuls_notifications_waiting{kind="information"}') == 1
    assert value('kernpuls_notifications_oldest_waiting_seconds{kind="information"}') == 17 * 60
    assert value('kernpuls_notifications_oldest_waiting_seconds{kind="decision"}') == 0
    assert value('kernpuls_notifications_dead{reason="refused"}') == 0


def runtime_of(delivery: Dispatch) -> Runtime:
    transactions = delivery.transactions
    parts = (transactions.database, transactions, delivery.bus, transactions.clock, Metrics())
    return Runtime(*parts, asyncio.Lock(), no_guard, ())
