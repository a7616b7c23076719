# SPDX-License-Identifier: EUPL-1.2
"""Sends what waits: a task of the leader, so that consuming never waits for a mail server.

No letter delays another: each has its own attempts, its own time and its own end. One that hangs takes one of
a few places; one that raises what nobody foresaw waits and, after a few times, is shown to a person.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.notifications.delivery.channel import Channel, Held, Lost, Rejected, TryLater
from services.notifications.delivery.smtp_replies import BEFORE_A_RECIPIENT
from services.notifications.letters.letter import Letter, render
from services.notifications.letters.message import NoAddress, NotDeliverable, compose
from services.notifications.metrics import NoticeMetrics
from services.notifications.notices import model, store
from services.notifications.notices.model import Fault, Notice
from services.notifications.notices.store import Key
from shared.contracts.initiatives import ContactAnswer, ContactQuestion, OfficerAnswer, OfficerQuestion
from shared.contracts.initiatives.participation import ParticipantAnswer, ParticipantQuestion
from shared.contracts.notifications import FailureReason
from shared.messaging import crash
from shared.messaging.broker import Bus
from shared.messaging.lease import Guard, LeaseLost
from shared.messaging.requests import NoAnswer, ask
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.outage import is_outage

LOOK_EVERY = 0.25  # seconds
AT_ONCE = 5  # a server that hangs for one message does not hold up the others
REST = timedelta(seconds=30)  # of a server that takes nothing from anybody
ASIDE = timedelta(hours=1)  # for a letter of which not even the error can be recorded
WIDE = (*BEFORE_A_RECIPIENT, "owner")  # what stops a letter here would stop every other

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
        self.rests_until: datetime | None = None

    async def run(self, _connection: object, guard: Guard) -> None:
        """Deliver for as long as this instance leads."""
        await self.recover(guard)
        while True:
            if not await self.deliver_due(guard):
                await asyncio.sleep(LOOK_EVERY)

    async def recover(self, guard: Guard) -> None:
        """What was going out when the process before this one ended may have arrived."""
        for key in await self.transactions.database.read(store.interrupted):
            await self._isolated(key, guard, self._lose_track)

    async def deliver_due(self, guard: Guard) -> int:
        """Deliver until nothing is due any more; returns how many letters were tried."""
        going: dict[str, asyncio.Task[None]] = {}
        tried = 0
        try:
            while True:
                for key in await self._next(going):
                    going[key.id] = asyncio.create_task(self._isolated(key, guard, self._deliver))
                    tried += 1
                if not going:
                    return tried
                await asyncio.wait(going.values(), return_when=asyncio.FIRST_COMPLETED)
                for ended in [one for one, task in going.items() if task.done()]:
                    going.pop(ended).result()
        except Exception:  # the store or the lease is gone: what is still going out ends first
            await asyncio.gather(*going.values(), return_exceptions=True)
            raise
        finally:
            for task in going.values():
                task.cancel()
            await asyncio.gather(*going.values(), return_exceptions=True)

    async def _next(self, going: dict[str, asyncio.Task[None]]) -> list[Key]:
        now = self.transactions.clock()
        if len(going) == AT_ONCE or (self.rests_until and now < self.rests_until):
            return []
        keys = await self.transactions.database.read(lambda c: store.due(c, now, AT_ONCE + len(going)))
        return [key for key in keys if key.id not in going][: AT_ONCE - len(going)]

    async def _isolated(self, key: Key, guard: Guard, work: Callable[[Key, Guard], Any]) -> None:
        """What goes wrong with this letter is its own, unless the store or the lease is gone."""
        try:
            try:
                await work(key, guard)
            except Exception as error:
                _require_own(error)
                fault = Fault(_place(error), type(error).__name__)
                log.warning("letter.error", letter=key.id, step=fault.step, code=fault.code)
                await self._settle(key, guard, lambda it, now: model.stumble(it, now, self.jitter, fault))
        except Exception as error:
            _require_own(error)
            log.error("letter.put-aside", letter=key.id, step=_place(error), code=type(error).__name__)
            until = self.transactions.clock() + ASIDE
            await self.transactions.database.write(lambda c: store.defer(c, key.id, until))

    async def _deliver(self, key: Key, guard: Guard) -> None:
        notice = await self.transactions.database.read(lambda c: store.read(c, key.id))
        begin = partial(self._settle, key, guard, lambda it, _now: model.begin(it))
        try:
            recipient, letter = await self._prepare(notice)
            message_id = f"<{notice.id}@{self.sender.rpartition('@')[2]}>"
            to = self.redirect_to or recipient
            message = compose(letter, self.sender, to, message_id, notice.created_at)
            await self.channel.send(message, self.sender, str(message["To"]), begin)
        except NotDeliverable:
            await self._fail(key, guard, "no-address", Fault("address", "not deliverable"))
        except NoAddress:
            await self._fail(key, guard, "no-address", None)
        except Rejected as refusal:
            await self._fail(key, guard, "refused", refusal.fault)
        except Held as refusal:
            await self._hold(key, guard, refusal.fault)
        except TryLater as refusal:
            log.info("letter.later", letter=key.id, step=refusal.fault.step, code=refusal.fault.code)
            await self._settle(key, guard, partial(self._postponed, refusal.fault))
        except Lost:
            await self._lose_track(key, guard)
        else:
            crash.here("CP10")
            await self._settle(key, guard, lambda it, _now: model.succeed(it))
            await self._go_on(notice)

    async def _prepare(self, notice: Notice) -> tuple[str, Letter]:
        """Whom to write to, asked of the owner now, and what. Raises NoAddress, or Held while it is away."""
        contact: ContactAnswer | ParticipantAnswer | None = None
        try:
            if notice.audience == "officer":
                officer = OfficerQuestion(officer_id=notice.facts["officerId"])
                address = (await ask(self.bus.broker, "initiatives.officer", officer, OfficerAnswer)).email
            elif notice.audience == "participant":
                person = ParticipantQuestion(contact_id=notice.recipient)
                contact = await ask(self.bus.broker, "initiatives.participant", person, ParticipantAnswer)
                address = contact.email or ""
            else:
                submitter = ContactQuestion(initiative_id=notice.about)
                contact = await ask(self.bus.broker, "initiatives.contact", submitter, ContactAnswer)
                address = contact.email or ""
        except NoAnswer as error:
            if error.code == "not-found":
                raise NoAddress from error
            if error.code == "away":
                raise Held("owner", "away") from error
            raise
        if not address:
            raise NoAddress
        return address, render(notice.template, notice.facts, contact, self.transactions.municipality)

    async def _fail(self, key: Key, guard: Guard, reason: FailureReason, fault: Fault | None) -> None:
        if fault:
            log.warning("letter.failed", letter=key.id, reason=reason, step=fault.step, code=fault.code)
        await self._settle(key, guard, lambda it, _now: model.fail(it, reason, fault))

    async def _hold(self, key: Key, guard: Guard, fault: Fault) -> None:
        """Refused for what we are: if nobody was named yet, it is the same for every other letter."""
        log.warning("letter.held", letter=key.id, step=fault.step, code=fault.code)
        if fault.step in BEFORE_A_RECIPIENT:
            self.rests_until = self.transactions.clock() + REST
        await self._settle(key, guard, lambda it, now: model.hold(it, now, self.jitter, fault))

    async def _lose_track(self, key: Key, guard: Guard) -> None:
        await self._settle(key, guard, lambda it, now: model.lose_track(it, now, self.jitter))

    async def _go_on(self, sent: Notice) -> None:
        """The server takes letters: those that it took none of wait no longer."""
        self.rests_until = None
        if sent.held_since and sent.step in WIDE:
            now = self.transactions.clock()
            await self.transactions.database.write(lambda c: store.wake(c, WIDE, now))

    def _postponed(self, fault: Fault, notice: Notice, now: datetime) -> Notice:
        return model.postpone(notice, now, self.jitter, fault)

    async def _settle(self, key: Key, guard: Guard, decide: Callable[[Notice, datetime], Notice]) -> None:
        """Load, decide, save, and publish what became of it."""

        def work(tx: Transaction) -> tuple[Notice, Notice]:
            guard(tx.connection)
            before = store.load(tx.connection, key.id)
            after = decide(before, tx.now)
            store.save(tx.connection, after)
            tx.record(model.events_of(before, after, tx.today))
            return before, after

        cause = Cause(correlation_id=key.event_id, causation_id=key.event_id)
        self.metrics.count(*await self.transactions.run(work, cause))


def _require_own(error: Exception) -> None:
    """Raise again what is no letter's own: every one of them would meet it, and none is to pay for it.

    Of the store's errors alone: a template that is not there is an OSError, too.
    """
    if isinstance(error, LeaseLost) or (isinstance(error, SQLAlchemyError) and is_outage(error)):
        raise error


def _place(error: Exception) -> str:
    """Where it was raised. Never its text: that may quote an address."""
    frame = extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).stem}:{frame.lineno}"[:20]
