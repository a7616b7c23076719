# SPDX-License-Identifier: EUPL-1.2
"""Sees to it that notices arrive: a task of the leader, so that consuming never waits for a mail server."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy import Row

from services.notifications import letters, model, store
from services.notifications.channels import Lost, Rejected, TryLater
from services.notifications.figures import Figures
from services.notifications.letters import NoAddress
from services.notifications.model import Notice
from services.notifications.telling import told
from shared.contracts.initiatives import ContactAnswer, ContactQuestion, OfficerAnswer, OfficerQuestion
from shared.contracts.initiatives.participation import ParticipantAnswer, ParticipantQuestion
from shared.messaging import crash
from shared.messaging.broker import Bus
from shared.messaging.lease import Guard
from shared.messaging.requests import NoAnswer, ask
from shared.messaging.transaction import Cause, Transaction, Transactions

LOOK_EVERY = 0.25  # seconds
AT_ONCE = 5  # a server that hangs for one message does not hold up the others

log = structlog.get_logger()


class Channel(Protocol):
    async def send(
        self, message: EmailMessage, sender: str, recipient: str, before_data: Callable[[], Awaitable[None]]
    ) -> None: ...


class Delivery:
    """`redirect_to`, when set, receives everything; `sender` is a functional address."""

    def __init__(
        self,
        transactions: Transactions,
        bus: Bus,
        channel: Channel,
        figures: Figures,
        sender: str,
        redirect_to: str | None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.transactions, self.bus, self.channel = transactions, bus, channel
        self.figures, self.sender, self.redirect_to, self.jitter = figures, sender, redirect_to, jitter

    async def run(self, _connection: object, guard: Guard) -> None:
        """Deliver for as long as this instance leads."""
        await self.recover(guard)
        while True:
            if not await self.deliver_due(guard):
                await self._measure()
                await asyncio.sleep(LOOK_EVERY)

    async def recover(self, guard: Guard) -> None:
        """What was going out when the process before this one ended may have arrived."""
        for row in await self.transactions.database.read(store.interrupted):
            await self._settle(guard, row, model.lose_track)
            self.figures.unknown.inc()

    async def deliver_due(self, guard: Guard) -> int:
        """Deliver what is due now; returns how many notices that were."""
        now = self.transactions.clock()
        rows = await self.transactions.database.read(lambda c: store.due(c, now, AT_ONCE))
        ended = await asyncio.gather(*(self._deliver(row, guard) for row in rows), return_exceptions=True)
        for failure in filter(
            None, ended
        ):  # when all have ended: what is still going out is not to be recovered
            raise failure
        return len(rows)

    async def _measure(self) -> None:
        count, oldest = await self.transactions.database.read(store.waiting)
        self.figures.waiting.set(count)
        age = (self.transactions.clock() - oldest).total_seconds() if oldest else 0
        self.figures.oldest.set(age)

    async def _deliver(self, row: Row[Any], guard: Guard) -> None:
        try:
            recipient, letter = await self._prepare(row)
            message_id = f"<{row.id}@{self.sender.rpartition('@')[2]}>"
            to = self.redirect_to or recipient
            message = letters.compose(letter, self.sender, to, message_id, row.created_at)
            await self.channel.send(message, self.sender, to, partial(self._begin, guard, row))
        except NoAddress:
            await self._give_up(guard, row, "no-address")
        except Rejected:
            await self._give_up(guard, row, "refused")
        except (TryLater, NoAnswer) as error:
            log.info("notice.later", notice=row.id, template=row.template, error=str(error))
            await self._settle(guard, row, model.postpone)
        except Lost:
            self.figures.unknown.inc()
            await self._settle(guard, row, model.lose_track)
        else:
            crash.here("CP10")
            self.figures.sent.inc()
            await self._settle(guard, row, lambda notice, _now, _jitter: model.succeed(notice))

    async def _prepare(self, row: Row[Any]) -> tuple[str, letters.Letter]:
        """Whom to write to, asked of the owner now, and what. Raises NoAddress or NoAnswer."""
        municipality = self.transactions.municipality
        try:
            if row.audience == "officer":
                officer = OfficerQuestion(officer_id=row.facts["officerId"])
                address = (await ask(self.bus.broker, "initiatives.officer", officer, OfficerAnswer)).email
                contact: ContactAnswer | ParticipantAnswer | None = None
            elif row.audience == "participant":
                taking_part = ParticipantQuestion(contact_id=row.recipient)
                contact = await ask(
                    self.bus.broker, "initiatives.participant", taking_part, ParticipantAnswer
                )
                address = contact.email
            else:
                submitter = ContactQuestion(initiative_id=row.about)
                contact = await ask(self.bus.broker, "initiatives.contact", submitter, ContactAnswer)
                address = contact.email
        except NoAnswer as error:
            if error.code == "not-found":
                raise NoAddress("is no longer kept") from error
            raise
        if not address:
            raise NoAddress("none was given")
        return address, letters.render(row.template, row.facts, contact, municipality)

    async def _begin(self, guard: Guard, row: Row[Any]) -> None:
        await self._settle(guard, row, lambda notice, _now, _jitter: model.begin(notice))

    async def _give_up(self, guard: Guard, row: Row[Any], reason: str) -> None:
        self.figures.failed.labels(reason).inc()
        await self._settle(guard, row, lambda notice, _now, _jitter: model.fail(notice, reason))  # type: ignore[arg-type]

    async def _settle(self, guard: Guard, row: Row[Any], decide: Callable[..., Notice]) -> None:
        """Load, decide, save; and tell what became of it."""

        def work(tx: Transaction) -> None:
            guard(tx.connection)
            before = store.load(tx.connection, row.id)
            after = decide(before, tx.now, self.jitter)
            store.save(tx.connection, after)
            tx.record(told(row, before, after, tx.today))

        await self.transactions.run(work, Cause(correlation_id=row.event_id, causation_id=row.event_id))
