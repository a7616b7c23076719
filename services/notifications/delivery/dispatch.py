# SPDX-License-Identifier: EUPL-1.2
"""Sends what waits: a task of the leader, so that consuming never waits for a mail server."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from services.notifications.delivery.channel import Channel, Lost, Rejected, TryLater
from services.notifications.letters.letter import Letter, render
from services.notifications.letters.message import NoAddress, compose
from services.notifications.metrics import NoticeMetrics
from services.notifications.notices import model, store
from services.notifications.notices.model import Notice
from shared.contracts.initiatives import ContactAnswer, ContactQuestion, OfficerAnswer, OfficerQuestion
from shared.contracts.initiatives.participation import ParticipantAnswer, ParticipantQuestion
from shared.contracts.notifications import FailureReason
from shared.messaging import crash
from shared.messaging.broker import Bus
from shared.messaging.lease import Guard
from shared.messaging.requests import NoAnswer, ask
from shared.messaging.transaction import Cause, Transaction, Transactions

LOOK_EVERY = 0.25  # seconds
AT_ONCE = 5  # a server that hangs for one message does not hold up the others

log = structlog.get_logger()


class Dispatch:
    """`redirect_to`, when set, receives everything; `sender` is a functional address."""

    def __init__(
        self,
        transactions: Transactions,
        bus: Bus,
        channel: Channel,
        metrics: NoticeMetrics,
        sender: str,
        redirect_to: str | None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.transactions, self.bus, self.channel = transactions, bus, channel
        self.metrics, self.sender, self.redirect_to, self.jitter = metrics, sender, redirect_to, jitter

    async def run(self, _connection: object, guard: Guard) -> None:
        """Deliver for as long as this instance leads."""
        await self.recover(guard)
        while True:
            if not await self.deliver_due(guard):
                await self._measure()
                await asyncio.sleep(LOOK_EVERY)

    async def recover(self, guard: Guard) -> None:
        """What was going out when the process before this one ended may have arrived."""
        for notice in await self.transactions.database.read(store.interrupted):
            await self._lose_track(guard, notice)

    async def deliver_due(self, guard: Guard) -> int:
        """Deliver what is due now; returns how many notices that were."""
        now = self.transactions.clock()
        notices = await self.transactions.database.read(lambda c: store.due(c, now, AT_ONCE))
        ended = await asyncio.gather(
            *(self._deliver(notice, guard) for notice in notices), return_exceptions=True
        )
        # When all have ended: what is still going out is not to be recovered.
        for failure in filter(None, ended):
            raise failure
        return len(notices)

    async def _measure(self) -> None:
        count, oldest = await self.transactions.database.read(store.waiting)
        self.metrics.waiting.set(count)
        age = (self.transactions.clock() - oldest).total_seconds() if oldest else 0
        self.metrics.oldest.set(age)

    async def _deliver(self, notice: Notice, guard: Guard) -> None:
        begin = partial(self._settle, guard, notice, lambda loaded, _now: model.begin(loaded))
        try:
            recipient, letter = await self._prepare(notice)
            message_id = f"<{notice.id}@{self.sender.rpartition('@')[2]}>"
            to = self.redirect_to or recipient
            message = compose(letter, self.sender, to, message_id, notice.created_at)
            await self.channel.send(message, self.sender, to, begin)
        except NoAddress:
            await self._fail(guard, notice, "no-address")
        except Rejected:
            await self._fail(guard, notice, "refused")
        except (TryLater, NoAnswer) as error:
            log.info("notice.later", notice=notice.id, template=notice.template, error=str(error))
            await self._postpone(guard, notice)
        except Lost:
            await self._lose_track(guard, notice)
        else:
            crash.here("CP10")
            self.metrics.sent.inc()
            await self._settle(guard, notice, lambda loaded, _now: model.succeed(loaded))

    async def _prepare(self, notice: Notice) -> tuple[str, Letter]:
        """Whom to write to, asked of the owner now, and what. Raises NoAddress or NoAnswer."""
        municipality = self.transactions.municipality
        try:
            if notice.audience == "officer":
                officer = OfficerQuestion(officer_id=notice.facts["officerId"])
                address = (await ask(self.bus.broker, "initiatives.officer", officer, OfficerAnswer)).email
                contact: ContactAnswer | ParticipantAnswer | None = None
            elif notice.audience == "participant":
                taking_part = ParticipantQuestion(contact_id=notice.recipient)
                contact = await ask(
                    self.bus.broker, "initiatives.participant", taking_part, ParticipantAnswer
                )
                address = contact.email
            else:
                submitter = ContactQuestion(initiative_id=notice.about)
                contact = await ask(self.bus.broker, "initiatives.contact", submitter, ContactAnswer)
                address = contact.email
        except NoAnswer as error:
            if error.code == "not-found":
                raise NoAddress("is no longer kept") from error
            raise
        if not address:
            raise NoAddress("none was given")
        return address, render(notice.template, notice.facts, contact, municipality)

    async def _fail(self, guard: Guard, notice: Notice, reason: FailureReason) -> None:
        self.metrics.failed.labels(reason).inc()
        await self._settle(guard, notice, lambda loaded, _now: model.fail(loaded, reason))

    async def _postpone(self, guard: Guard, notice: Notice) -> None:
        await self._settle(guard, notice, lambda loaded, now: model.postpone(loaded, now, self.jitter))

    async def _lose_track(self, guard: Guard, notice: Notice) -> None:
        self.metrics.unknown.inc()
        await self._settle(guard, notice, lambda loaded, now: model.lose_track(loaded, now, self.jitter))

    async def _settle(
        self, guard: Guard, notice: Notice, decide: Callable[[Notice, datetime], Notice]
    ) -> None:
        """Load, decide, save, and publish what became of it."""

        def work(tx: Transaction) -> None:
            guard(tx.connection)
            before = store.load(tx.connection, notice.id)
            after = decide(before, tx.now)
            store.save(tx.connection, after)
            tx.record(model.events_of(before, after, tx.today))

        await self.transactions.run(work, Cause(correlation_id=notice.event_id, causation_id=notice.event_id))
