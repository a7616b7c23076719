# SPDX-License-Identifier: EUPL-1.2
"""Whose fault it is: refused for whom we write to, a letter fails; refused for what we are, it waits."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from services.notifications.delivery import smtp_replies
from services.notifications.delivery.channel import Held, Rejected, TryLater
from services.notifications.delivery.dispatch import Dispatch
from services.notifications.delivery.smtp import Smtp
from services.notifications.notices import queries
from services.notifications.notices.tables import notice
from shared.store import Database
from tests.conftest import PATIENCE, free_port
from tests.services.notifications.conftest import INITIATIVE, Clock, Hear, submitted
from tests.services.notifications.post import CONTACT, Refusing, refusing

CASES = Path(__file__).parents[3] / "cases" / "smtp.tsv"
cases = [line.split("\t") for line in CASES.read_text().splitlines() if not line.startswith("#")]
BECAME = {"waits; alert": ("held",), "waits": ("waiting", "held"), "fails, with the code kept": ("failed",)}
AT_EACH_STEP = [
    ("connect", "nobody listens"),
    ("greeting", "554 no service"),
    ("EHLO", "550 not you"),
    ("STARTTLS", "454 4.7.0 not now"),
    ("AUTH", "535 5.7.8 wrong password"),
    ("MAIL", "451 later"),
    ("MAIL", "550 5.7.60 sender not allowed"),
    ("RCPT", "554 5.7.1 relaying denied"),
    ("RCPT", "550 5.1.8 bad sender"),
    ("RCPT", "421 closing"),
    ("DATA", "503 bad sequence"),
    ("after DATA", "550 5.7.1 blocked by policy"),
]


STEPS = {"after DATA": "DATA"}  # as they are kept with a letter
OFFERS = {"STARTTLS": "250-here\r\n250 STARTTLS", "AUTH": "250-here\r\n250 AUTH PLAIN"}  # after EHLO


def reaching(server: Refusing, step: str = "") -> Smtp:
    """Settings with which one comes as far as this step."""
    where = f"127.0.0.1:{free_port() if step == 'connect' else server.port}"
    user = "kernpuls:secret@" if step == "AUTH" else ""
    return Smtp(f"smtp://{user}{where}", starttls=step == "STARTTLS", timeout=PATIENCE)


def no_guard(_connection: Connection) -> None:
    return None


@pytest.fixture
async def server(delivery: Dispatch) -> AsyncIterator[Refusing]:
    async with refusing() as server:
        delivery.channel = reaching(server)
        yield server


async def rows(database: Database) -> list[Any]:
    return await database.read(lambda c: list(c.execute(select(notice).order_by(notice.c.id))))


def became(row: Any) -> str:
    return "held" if row.state == "waiting" and row.held_since else str(row.state)


@pytest.mark.parametrize(("step", "answer", "expected"), cases, ids=[f"{c[0]}: {c[1]}" for c in cases])
async def test_every_answer_of_the_cases(
    delivery: Dispatch,
    server: Refusing,
    hear: Hear,
    notices: Database,
    step: str,
    answer: str,
    expected: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.answers[step] = answer
    hear(submitted())
    await delivery.deliver_due(no_guard)
    (row,) = await rows(notices)
    if expected.startswith("unknown"):
        assert (row.state, row.unknown) == ("waiting", 1)
        return
    assert became(row) in BECAME[expected]
    code = answer.split()[0]
    assert row.code is not None
    assert row.code.startswith(code)
    assert code in capsys.readouterr().out or became(row) == "sent"
    assert answer.split()[-1] not in str(row), "the words of a server may quote an address"


@pytest.mark.parametrize(("step", "answer"), AT_EACH_STEP, ids=[f"{s}: {a}" for s, a in AT_EACH_STEP])
async def test_an_hour_of_refusal_loses_no_letter(
    delivery: Dispatch, server: Refusing, hear: Hear, notices: Database, clock: Clock, step: str, answer: str
) -> None:
    for number in range(6):
        hear(submitted(), subject=INITIATIVE, event_id=f"22222222-2222-4222-8222-22222222222{number}")
    server.answers |= {step: answer} | ({"EHLO": OFFERS[step]} if step in OFFERS else {})
    delivery.channel = reaching(server, step)
    await delivery.deliver_due(no_guard)
    assert await notices.read(queries.held), "the alert looks at this, and has two minutes"
    for _ in range(60):
        clock.forward(minutes=1)
        await delivery.deliver_due(no_guard)
    assert {row.state for row in await rows(notices)} == {"waiting"}
    assert sum((await notices.read(queries.held)).values()) == 6
    assert {row.step for row in await rows(notices)} == {STEPS.get(step, step)}
    server.answers.clear()
    delivery.channel = reaching(server)
    for _ in range(24):  # the longest hold, with jitter
        clock.forward(minutes=1)
        await delivery.deliver_due(no_guard)
    assert {row.state for row in await rows(notices)} == {"sent"}
    assert len(server.received) == 6
    assert await notices.read(queries.held) == {}


async def test_a_server_that_is_away_is_asked_now_and_then_and_not_by_every_letter(
    delivery: Dispatch, server: Refusing, hear: Hear, notices: Database, clock: Clock
) -> None:
    for number in range(30):
        hear(submitted(), event_id=f"22222222-2222-4222-8222-2222222222{number:02}")
    server.answers["MAIL"] = "550 5.7.60 sender not allowed"
    assert await delivery.deliver_due(no_guard) <= 5
    assert await delivery.deliver_due(no_guard) == 0
    server.answers.clear()
    clock.forward(minutes=1)
    await delivery.deliver_due(no_guard)
    assert len(server.received) == 30, "when it is well again, everything goes"


async def test_what_was_held_for_a_week_still_has_its_days(
    delivery: Dispatch, server: Refusing, hear: Hear, notices: Database, clock: Clock
) -> None:
    hear(submitted())
    server.answers["MAIL"] = "530 5.7.0 authentication required"
    for _ in range(7):
        await delivery.deliver_due(no_guard)
        clock.forward(days=1)
    server.answers = {"RCPT": "450 4.2.0 greylisted"}
    await delivery.deliver_due(no_guard)
    (row,) = await rows(notices)
    assert (row.state, row.held_since) == ("waiting", None)


async def test_one_receiver_who_does_not_want_us_delays_nobody(
    delivery: Dispatch, server: Refusing, hear: Hear, notices: Database, contacts: dict[str, Any]
) -> None:
    contacts["unwilling"] = CONTACT.model_copy(update={"email": "nee@strikt.example"})
    server.own["nee@strikt.example"] = "550 5.7.1 we do not want you"
    hear(submitted(), subject="unwilling")
    for number in range(8):
        hear(submitted(), event_id=f"22222222-2222-4222-8222-22222222222{number}")
    await delivery.deliver_due(no_guard)
    assert Counter(became(row) for row in await rows(notices)) == {"sent": 8, "held": 1}


async def test_a_server_without_starttls_gets_no_letter_unless_that_is_set(
    delivery: Dispatch, server: Refusing, hear: Hear, notices: Database, clock: Clock
) -> None:
    delivery.channel = Smtp(f"smtp://127.0.0.1:{server.port}")
    hear(submitted())
    await delivery.deliver_due(no_guard)
    (row,) = await rows(notices)
    assert (became(row), row.step) == ("held", "STARTTLS")
    assert server.tried == []


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        (550, "5.1.1 <x@y.nl>: no such user", Rejected),
        (550, "no such user", Rejected),
        (556, "no mail here", Rejected),
        (552, "5.2.2 mailbox full", Rejected),
        (550, "5.1.7 bad sender", Held),
        (554, "no", Held),
        (530, "authentication required", Held),
        (555, "parameters", Held),
        (554, "5.3.2 not accepting", Held),
        (421, "4.3.0 closing", Held),
        (450, "4.7.1 greylisted", TryLater),
        (452, "too many", TryLater),
        (550, "5.1.10 null MX", Rejected),
        (200, "what", Held),
    ],
)
def test_after_a_recipient_is_named_the_code_says_whose_fault_it_is(
    code: int, text: str, outcome: type[Exception]
) -> None:
    found = smtp_replies.verdict("RCPT", code, text)
    assert type(found) is outcome
    assert isinstance(smtp_replies.verdict("MAIL", code, text), Held)
