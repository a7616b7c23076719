# SPDX-License-Identifier: EUPL-1.2
"""The budget service without HTTP or bus, with a clock of its own, and the events it is sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import func, select

from services.budget.grants import handlers
from services.budget.grants.commands import DecideGrant
from services.budget.grants.tables import grants
from services.budget.ledger import queries
from services.budget.ledger import store as ledger
from services.budget.ledger.model import Balance
from services.budget.tables import books as tables_of_the_service
from services.budget.years import handlers as years
from services.budget.years.commands import AdoptBudget
from shared.contracts.envelope import Event, EventData, NewEvent, Origin, envelope_of
from shared.contracts.initiatives import (
    CodedAnswer,
    InitiativeAssessed,
    InitiativeSubmitted,
    InitiativeWithdrawn,
    Outcome,
)
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.municipality import Municipality
from shared.store import Database

T = TypeVar("T")
D = TypeVar("D", bound=EventData)
NOW = datetime(2021, 6, 15, 10, 0, tzinfo=UTC)
TODAY = date(2021, 6, 15)
UNMET = "criteria-not-met"


class Books:
    """The service without HTTP or bus: what it is told, and what its store then says."""

    def __init__(self, database: Database, municipality: Municipality, now: datetime = NOW) -> None:
        self.database, self.municipality = database, municipality
        self.transactions = Transactions(database, municipality, clock=lambda: now)

    def run(self, work: Callable[[Transaction], T]) -> T:
        """One transaction, its events in the outbox."""
        with self.database.engine.begin() as connection:
            transaction = self.transactions.begin(connection, Cause("because"))
            result = work(transaction)
            self.transactions.save([transaction])
            return result

    def told(self, work: Callable[[Transaction], Sequence[NewEvent]]) -> list[EventData]:
        """The events of one transaction, recorded."""

        def recording(tx: Transaction) -> Sequence[NewEvent]:
            events = work(tx)
            tx.record(events)
            return events

        return [event.data for event in self.run(recording)]

    def adopt(self, year: int = 2021, origin: Origin = "live", **lines: int) -> None:
        asked = [{"line": line.replace("_", "-"), "amountCents": cents} for line, cents in lines.items()]
        fields = {
            "year": year,
            "decisionReference": "R21.01",
            "happenedOn": f"{year - 1}-11-10",
            "origin": origin,
        }
        command = AdoptBudget.model_validate(fields | ({"lines": asked} if asked else {}))
        self.told(lambda tx: years.adopt(f"year-{year}", command, tx))

    def assess(self, event: Event[InitiativeAssessed]) -> list[EventData]:
        return self.told(lambda tx: handlers.assessed(event, tx))

    def withdraw(self, initiative_id: str, on: date = TODAY) -> list[EventData]:
        data = InitiativeWithdrawn(happened_on=on, kernen=("noordoever",), actor="submitter", origin="live")
        return self.told(lambda tx: handlers.withdrawn(recorded(initiative_id, data), tx))

    def submit(self, initiative_id: str, theme: str = "water", kern: str = "noordoever") -> None:
        data = InitiativeSubmitted(
            happened_on=TODAY, kernen=(kern,), actor="submitter", origin="live", theme=theme,
            submitter_kind="residents-group", channel="web", received_on=TODAY, decision_due_on=TODAY,
        )  # fmt: skip
        self.told(lambda tx: handlers.submitted(recorded(initiative_id, data), tx))

    def grant(self, initiative_id: str) -> Mapping[str, Any]:
        """Its row, as it is stored."""
        wanted = select(grants).where(grants.c.initiative_id == initiative_id)
        return self.run(lambda tx: dict(tx.connection.execute(wanted).mappings().one()))

    def decide(self, initiative_id: str, **fields: Any) -> list[EventData]:
        command, grant_id = DecideGrant.model_validate(fields), self.grant(initiative_id)["id"]
        return self.told(lambda tx: handlers.decide(grant_id, command, tx))

    def passed_by(self) -> list[str]:
        """Whoever stands in line though the money asked is there."""
        c = grants.c

        def look(tx: Transaction) -> list[str]:
            in_line = select(grants).where(c.state.in_(["refusal-proposed", "waiting"]), c.reason != UNMET)
            found = []
            for row in tx.connection.execute(in_line):
                line = tx.municipality.line(row.line)
                left = ledger.available(tx.connection, row.year).get(row.line, -1)
                held = queries.held_by_kern(tx.connection).get((row.year, row.line, row.kernen[0]), 0)
                most = line and line.max_per_kern_cents
                if ledger.is_closed(tx.connection, row.year, row.line):
                    continue  # nothing more is promised from it
                if row.asked_cents <= left and (most is None or held + row.asked_cents <= most):
                    found.append(f"{row.initiative_id}: {row.asked_cents} of {left}")
            return found

        return self.run(look)

    def balance(self, line: str, year: int = 2021) -> Balance:
        return self.run(lambda tx: queries.stored(tx.connection)[year, line])

    def written(self) -> int:
        """How many rows there are, events included: what was refused must leave none."""
        tables = [*tables_of_the_service.sorted_tables, outbox]
        counts = [select(func.count()).select_from(table) for table in tables]
        return self.run(lambda tx: sum(int(tx.connection.execute(c).scalar_one()) for c in counts))

    def differences(self) -> list[str]:
        return self.run(lambda tx: list(map(str, queries.faults(tx.connection))))


_ids = count(1)


def recorded(subject: str, data: D) -> Event[D]:
    """An event as the consumer hands it over."""
    return envelope_of(type(data))(
        id=f"event-{next(_ids)}",
        source="urn:nld:oin:00000099000000999900:systeem:initiatives",
        type=f"nl.kernpuls.{data.TYPE}",
        subject=subject,
        time=NOW,
        dataschema=f"https://waterrijk.example/schemas/{data.TYPE}.json",
        subjectsequence="1",
        kern=data.kernen[0],
        gemeente="gm9999",
        correlationid="chain",
        data=data,
    )


def assessed(
    initiative_id: str,
    cents: int | None,
    *,
    yes: tuple[str, ...] = ("for-more-than-one", "cannot-without", "near-water"),
    no: tuple[str, ...] = (),
    line: str | None = "small-help",
    kernen: tuple[str, ...] = ("noordoever",),
    on: date = TODAY,
    outcome: Outcome = "support",
    guide: str = "2019-1",
    origin: Origin = "live",
    officer_id: str | None = None,
) -> Event[InitiativeAssessed]:
    """An initiative assessed: support it, with money from a line of the invented municipality."""
    answers = [CodedAnswer(criterion=c, yes=True) for c in yes] + [
        CodedAnswer(criterion=c, yes=False) for c in no
    ]
    data = InitiativeAssessed(
        happened_on=on,
        kernen=kernen,
        actor="kernambtenaar",
        origin=origin,
        officer_id=officer_id,
        guide_version=guide,
        answers=tuple(answers),
        outcome=outcome,
        overruled=False,
        goals=(1,),
        support_kinds=("money",) if cents else (),
        submitter_kind="residents-group",
        line=line,
        amount_asked_cents=cents,
        public_title="Bank aan het water",
        public_summary="Een bank.",
    )
    return recorded(initiative_id, data)
