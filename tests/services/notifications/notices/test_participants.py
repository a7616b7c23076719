# SPDX-License-Identifier: EUPL-1.2
"""Who took part is told, each once; when somebody is erased, their letters leave the local mailbox."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from services.notifications import handlers
from services.notifications.letters.letter import render
from services.notifications.mailbox.tables import mailbox
from services.notifications.notices.tables import notice
from shared.contracts.envelope import EventData, envelope_of
from shared.contracts.examples import example
from shared.contracts.initiatives import InitiativeSubmitted
from shared.contracts.initiatives.participation import (
    ParticipantAnswer,
    ParticipationCancelled,
    ParticipationConcluded,
)
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.municipality import Municipality
from shared.store import Database

PROCESS, ANNE, BEA = "process-1", "contact-anne", "contact-bea"


def take(transactions: Transactions, subject: str, data: EventData) -> None:
    own = {"subject": subject, "data": data.model_dump(), "id": f"e-{subject}"}
    sent = example(type(data)).model_dump() | own
    event: Any = envelope_of(type(data)).model_validate(sent)
    with transactions.database.engine.begin() as connection:
        tx = Transaction(connection, datetime(2026, 3, 1, tzinfo=UTC), transactions.municipality, Cause("c"))
        handlers.HANDLERS[type(data)](event, tx)


def letters(database: Database) -> set[tuple[str, str]]:
    """The letters that lie in the mailbox: what they are about, and whom they are for."""
    with database.reader.connect() as connection:
        wanted = select(notice.c.about, notice.c.recipient).join(mailbox, mailbox.c.id == notice.c.id)
        return {(about, recipient) for about, recipient in connection.execute(wanted)}


def test_each_participant_has_a_letter_and_loses_it_when_erased(
    transactions: Transactions, notices: Database
) -> None:
    concluded = example(ParticipationConcluded).data.model_copy(
        update={"origin": "live", "to_tell": (ANNE, BEA)}
    )
    submitted = example(InitiativeSubmitted).data.model_copy(update={"origin": "live"})
    for _ in range(2):
        take(transactions, PROCESS, concluded)
        take(transactions, "initiative-1", submitted)
        take(transactions, "initiative-2", submitted)
    with notices.engine.begin() as connection:
        for row in connection.execute(select(notice)).all():
            assert "to_tell" not in row.facts
            assert "toTell" not in row.facts
            mail = dict.fromkeys(("message_id", "subject", "body", "html"), "kanarie")
            mail |= {"id": row.id, "recipient": "x@y.example"}
            connection.execute(insert(mailbox), mail | {"arrived_at": datetime(2026, 3, 1, tzinfo=UTC)})
    everything = {(PROCESS, ANNE), (PROCESS, BEA), ("initiative-1", ""), ("initiative-2", "")}
    assert letters(notices) == everything
    facts: dict[str, Any] = {"kernen": (), "happened_on": "2026-03-01", "actor": "official", "origin": "live"}
    take(transactions, ANNE, PersonErased(**facts, about=PROCESS))
    assert letters(notices) == everything - {(PROCESS, ANNE)}
    take(transactions, "contact-of-1", PersonErased(**facts, about="initiative-1"))
    assert letters(notices) == {(PROCESS, BEA), ("initiative-2", "")}
    take(transactions, "list", RecordsDestroyed(**facts, about=("initiative-2",)))
    assert letters(notices) == {(PROCESS, BEA)}


def test_the_letter_says_point_by_point_what_was_done(municipality: Municipality) -> None:
    contact = ParticipantAnswer(name="Anne", email="a@b.example", public_subject="Het plein")
    for kind, words in (
        (ParticipationConcluded, ["Meer bomen", "Dit nemen wij over. Er komen zes bomen bij.", "Beste Anne"]),
        (ParticipationCancelled, ["De brug wordt later vervangen."]),
    ):
        facts = example(kind).data.model_dump(mode="json", by_alias=True)
        template = "participation-" + ("concluded" if kind is ParticipationConcluded else "cancelled")
        letter = render(template, facts, contact, municipality)
        assert [word for word in words if word not in letter.text] == []
        assert letter.subject.endswith("Het plein")
