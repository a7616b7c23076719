# SPDX-License-Identifier: EUPL-1.2
"""Letters through a real mail server: once, again when it must, never lost track of without being counted."""

import asyncio
import email
from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from services.notifications.delivery.dispatch import Dispatch
from services.notifications.delivery.smtp import Smtp
from services.notifications.letters.letter import render
from services.notifications.letters.message import NoAddress, compose
from services.notifications.mailbox import queries, store
from services.notifications.notices.tables import notice
from shared.messaging.outbox import outbox
from shared.municipality import Municipality
from shared.store import Database
from tests.services.notifications.conftest import SENDER, Clock, Hear, submitted, supplement_requested
from tests.services.notifications.post import CONTACT, Post


def no_guard(_connection: Connection) -> None:
    return None


async def with_little_patience(delivery: Dispatch) -> None:
    """Deliver to a mail server that may say nothing more."""
    assert isinstance(delivery.channel, Smtp)
    patience, delivery.channel.timeout = delivery.channel.timeout, 2.0
    await delivery.deliver_due(no_guard)
    delivery.channel.timeout = patience


async def only_notice(database: Database) -> Any:
    return await database.read(lambda c: c.execute(select(notice)).one())


async def published(database: Database) -> list[str]:
    rows = await database.read(
        lambda c: c.execute(select(outbox.c.nats_subject).order_by(outbox.c.id)).scalars().all()
    )
    return [row.split(".")[-2] for row in rows]


def message(post: Post, place: int = -1) -> Message:
    return email.message_from_bytes(post.received[place][1])


async def test_a_receipt_is_sent_once(delivery: Dispatch, hear: Hear, post: Post, notices: Database) -> None:
    hear(submitted())
    assert await delivery.deliver_due(no_guard) == 1
    assert await delivery.deliver_due(no_guard) == 0
    (received,) = post.received
    assert received[0] == CONTACT.email
    assert (await only_notice(notices)).state == "sent"
    assert await published(notices) == ["delivered"]
    plain = message(post).get_payload()[0].get_payload(decode=True).decode()  # type: ignore[union-attr,index]
    assert "26 april 2026" in plain
    assert "Noordoever" in plain


async def test_the_html_form_escapes_what_people_wrote(delivery: Dispatch, hear: Hear, post: Post) -> None:
    theirs = supplement_requested()
    hear(theirs)
    await delivery.deliver_due(no_guard)
    html = message(post).get_payload()[1].get_payload(decode=True).decode()  # type: ignore[union-attr,index]
    assert "bankje? &lt;b&gt;vet" in html
    assert "<b>vet" not in html


@pytest.mark.parametrize("origin", ["import", "example"])
async def test_history_mails_nobody(delivery: Dispatch, hear: Hear, post: Post, origin: str) -> None:
    hear(submitted(origin=origin))
    assert await delivery.deliver_due(no_guard) == 0
    assert post.received == []


async def test_the_same_event_again_is_no_second_notice(hear: Hear, notices: Database) -> None:
    for subject in ("a", "b", "c"):  # even where the version rows were lost, as under another subject
        hear(submitted(), subject=subject, event_id="22222222-2222-4222-8222-222222222222")
    await only_notice(notices)


@pytest.mark.parametrize(("moment", "answer"), [("RCPT", "451 busy"), ("DATA", "452 full"), ("RCPT", "hang")])
async def test_a_server_that_is_busy_or_hangs_gets_it_later(
    delivery: Dispatch, hear: Hear, post: Post, notices: Database, clock: Clock, moment: str, answer: str
) -> None:
    hear(submitted())
    post.script = [(moment, answer)]
    await with_little_patience(delivery)
    assert (await only_notice(notices)).state == "waiting"
    assert await delivery.deliver_due(no_guard) == 0, "not before its time"
    clock.forward(minutes=1)
    await delivery.deliver_due(no_guard)
    assert len(post.received) == 1
    assert await published(notices) == ["delivered"]


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
async def test_a_refusal_is_final(
    delivery: Dispatch, hear: Hear, post: Post, notices: Database, moment: str
) -> None:
    hear(submitted())
    post.script = [(moment, "550 no such user")]
    await delivery.deliver_due(no_guard)
    row = await only_notice(notices)
    assert (row.state, row.reason) == ("failed", "refused")
    assert await published(notices) == ["failed"]


@pytest.mark.parametrize("answer", ["drop", "hang"])
async def test_a_lost_answer_is_counted_and_sent_again_with_the_same_message_id(
    delivery: Dispatch, hear: Hear, post: Post, notices: Database, clock: Clock, answer: str
) -> None:
    hear(submitted())
    post.script = [("DATA", answer)]
    await with_little_patience(delivery)
    assert (await only_notice(notices)).unknown == 1
    clock.forward(minutes=1)
    await delivery.deliver_due(no_guard)
    assert len(post.received) == 2
    assert message(post, 0)["Message-ID"] == message(post, 1)["Message-ID"]
    assert await published(notices) == ["unknown", "delivered"]
    assert delivery.metrics.unknown._value.get() == 1


async def test_a_process_that_died_while_sending_counts_it_as_unknown(
    delivery: Dispatch, hear: Hear, post: Post, notices: Database, clock: Clock
) -> None:
    hear(submitted())
    post.script = [("DATA", "hang")]
    going = asyncio.create_task(delivery.deliver_due(no_guard))
    while not post.received:
        await asyncio.sleep(0.01)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    assert (await only_notice(notices)).state == "sending"
    await delivery.recover(no_guard)
    clock.forward(minutes=1)
    await delivery.deliver_due(no_guard)
    assert await published(notices) == ["unknown", "delivered"]


async def test_somebody_unknown_to_the_owner_gets_nothing(
    delivery: Dispatch, hear: Hear, notices: Database
) -> None:
    hear(submitted(), subject="33333333-3333-4333-8333-333333333333")
    await delivery.deliver_due(no_guard)
    row = await only_notice(notices)
    assert (row.state, row.reason) == ("failed", "no-address")


async def test_while_the_owner_is_away_the_notice_waits(
    delivery: Dispatch, hear: Hear, notices: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.requests.TIMEOUT", 0.2)
    hear(submitted())
    await delivery.bus.stop()
    await delivery.deliver_due(no_guard)
    assert (await only_notice(notices)).state == "waiting"


async def test_redirected_mail_reaches_one_address_only(delivery: Dispatch, hear: Hear, post: Post) -> None:
    delivery.redirect_to = "proef@waterrijk.example"
    hear(submitted())
    await delivery.deliver_due(no_guard)
    assert [to for to, _ in post.received] == ["proef@waterrijk.example"]
    assert CONTACT.email is not None
    assert CONTACT.email.encode() not in post.received[0][1]


async def test_no_address_and_no_text_stays_behind(
    delivery: Dispatch, hear: Hear, notices: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    hear(submitted())
    await delivery.deliver_due(no_guard)

    def everything(connection: Connection) -> str:
        return "".join(
            str(connection.execute(text(f'SELECT * FROM "{table}"')).all())
            for table in ("notice", "feed_item", "mailbox", "outbox", "parked")
        )

    kept = await notices.read(everything) + "".join(capsys.readouterr())
    assert "anarie" not in kept


BAD = ["", "geen adres", "a@b", "a@b.nl\nBcc: x@y.nl", "a@b.nl, c@d.nl", "ä@b.nl", "@b.nl", "a b@c.nl"]


@pytest.mark.parametrize("stated", BAD)
def test_what_is_no_address_adds_no_header(stated: str, municipality: Municipality) -> None:
    letter = render("receipt", submitted().model_dump(mode="json", by_alias=True), CONTACT, municipality)
    with pytest.raises(NoAddress):
        compose(letter, SENDER, stated, "<1@x>", datetime(2026, 3, 1, tzinfo=UTC))


def test_a_title_adds_no_header(municipality: Municipality) -> None:
    evil = CONTACT.model_copy(update={"title": "x\r\nBcc: y@z.nl"})
    letter = render("receipt", submitted().model_dump(mode="json", by_alias=True), evil, municipality)
    made = compose(letter, SENDER, "a@b.nl", "<1@x>", datetime(2026, 3, 1, tzinfo=UTC))
    assert made["Bcc"] is None


async def test_the_mailbox_shows_one_mail_for_one_message(notices: Database) -> None:
    row: dict[str, Any] = dict.fromkeys(("id", "message_id", "recipient", "subject", "body", "html"), "x")
    for _ in range(2):
        await notices.write(lambda c: store.add(c, row | {"arrived_at": Clock().now}))
    assert len(await notices.read(lambda c: queries.mails(c, 10))) == 1
