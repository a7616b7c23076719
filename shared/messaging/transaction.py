# SPDX-License-Identifier: EUPL-1.2
"""What a handler is given: its transaction, the time, the municipality's rules; and how one runs."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from shared.access.actor import Actor
from shared.access.rules import Access
from shared.clock import Clock, utc_now
from shared.contracts.commands import Act, Command
from shared.contracts.envelope import NewEvent, Role, source_of
from shared.contracts.refusals import Findings
from shared.messaging import crash, outbox
from shared.messaging.outbox import Cause as Cause
from shared.municipality import Municipality
from shared.outage import left_nothing
from shared.store import ATTEMPTS, Database

T = TypeVar("T")
NewId = Callable[[], str]
RECENT = timedelta(days=14)  # what happened longer ago is history, and its terms are not running
IMPORTER = Access(frozenset({"import"}))


def random_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Transaction:
    """One durable transaction as a handler sees it. Handlers never commit, publish or read a clock."""

    connection: Connection
    now: datetime
    municipality: Municipality
    cause: Cause
    new_id: NewId = random_id
    recorded: list[NewEvent] = field(default_factory=list)
    as_official: Access | None = None  # in which capacity, where anybody may and an official did

    @property
    def actor(self) -> Actor:
        """Who has it done."""
        return self.cause.actor

    @property
    def today(self) -> date:
        """The date on the municipality's wall calendar."""
        return self.now.astimezone(ZoneInfo(self.municipality.timezone)).date()

    def date_of(self, command: Command, findings: Findings) -> date:
        """When the command happened in the world; a finding if that is still to come."""
        happened_on = command.happened_on or self.today
        findings.require(
            happened_on <= self.today,
            "happenedOn",
            f"{happened_on} has yet to come; give today ({self.today}) or an earlier date",
        )
        if command.origin != "live" or happened_on < self.today - RECENT:
            IMPORTER.check(self.actor, "What is history, or of an example, is entered with the scope import.")
        return happened_on

    def act(self, command: Command, actor: Role, findings: Findings | None = None) -> Act:
        """Who acts, and when. A date still to come is one of the `findings`; without them it is Invalid."""
        found = Findings() if findings is None else findings
        act = Act(actor, self.date_of(command, found), command.origin, self.actor.officer_id)
        if findings is None:
            found.settle()
        return act

    def record(self, events: Iterable[NewEvent]) -> None:
        """Put events into the outbox, in this transaction."""
        self.recorded.extend(events)


class Transactions:
    """Runs the commands of one service, each in one durable transaction with its outbox rows."""

    def __init__(
        self,
        database: Database,
        municipality: Municipality,
        clock: Clock = utc_now,
        new_id: NewId = random_id,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self.database, self.municipality = database, municipality
        self.clock, self.new_id, self.committed = clock, new_id, committed
        self.origin = outbox.Origin(
            source=source_of(municipality.oin, database.service),
            gemeente=municipality.code,
            schema_base=municipality.schema_base,
        )

    async def run(self, work: Callable[[Transaction], T], cause: Cause) -> T:
        """Run `work`; what it recorded is in the outbox when it commits, and the relay is woken.

        It runs again from the beginning if its transaction left nothing behind: a lost connection is no
        reason to send a command away, but a lost commit is not ours to judge (see Endpoint.create).
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                result, recorded = await self.database.write(
                    lambda connection: self._unit(connection, work, cause)
                )
            except DBAPIError as error:
                if attempt == ATTEMPTS or not left_nothing(error):
                    raise
            else:
                crash.here("CP2")
                if recorded:
                    self.committed()
                return result
        raise AssertionError("unreachable")

    def begin(self, connection: Connection, cause: Cause) -> Transaction:
        return Transaction(connection, self.clock(), self.municipality, cause, self.new_id)

    def _unit(self, connection: Connection, work: Callable[[Transaction], T], cause: Cause) -> tuple[T, int]:
        transaction = self.begin(connection, cause)
        result = work(transaction)
        self.save([transaction])
        crash.here("CP1")
        return result, len(transaction.recorded)

    def save(self, transactions: list[Transaction]) -> None:
        """Write the outbox rows of everything these transactions recorded, in their order."""
        entries = [
            outbox.Entry(event, self.new_id(), transaction.now, transaction.cause)
            for transaction in transactions
            for event in transaction.recorded
        ]
        if transactions:
            outbox.append(transactions[0].connection, self.origin, entries)
