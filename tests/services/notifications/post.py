# SPDX-License-Identifier: EUPL-1.2
"""A real SMTP server that does as its script says, and the owner of the addresses on a real bus."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from faststream.nats import NatsBroker

from shared.contracts.initiatives import ContactAnswer, ContactQuestion, OfficerAnswer, OfficerQuestion
from shared.contracts.refusals import NotFound
from shared.messaging.requests import Answerer, serve
from shared.store import Database
from tests.conftest import free_port


class Post:
    """`script` holds what happens to the next messages: a reply to RCPT or DATA, `drop` or `hang`."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.script: list[tuple[str, str]] = []
        self.port = 0

    def _next(self, moment: str) -> str | None:
        if self.script and self.script[0][0] == moment:
            return self.script.pop(0)[1]
        return None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._next("RCPT")
        if answer == "hang":
            await asyncio.sleep(30)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._next("DATA")
        if answer and answer[0].isdigit():
            return answer
        assert isinstance(envelope.content, bytes)
        self.received.append((envelope.rcpt_tos[0], envelope.content))
        if answer == "hang":
            await asyncio.sleep(30)
        if answer == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"


@contextmanager
def post_office(post: Post) -> Iterator[Post]:
    post.port = free_port()
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop(no_assert=True)


class Refusing:
    """A mail server that answers each step with what `answers` holds for it, or as it should.

    `received` are the envelopes that it took: to whom, and what. For some recipients there are `own` answers.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.own: dict[str, str] = {}
        self.received: list[tuple[str, bytes]] = []
        self.tried: list[str] = []
        self.port = free_port()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(self._answer("greeting", "220 ready"))
            recipient = ""
            while line := await reader.readline():
                word = line.split()[0].decode().upper() if line.split() else ""
                if word == "RCPT":
                    recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                    self.tried.append(recipient)
                    if self.own.get(recipient) == "hang":
                        await asyncio.sleep(60)
                    if recipient in self.own:
                        writer.write(self.own[recipient].encode() + b"\r\n")
                        continue
                if word == "DATA":
                    if not await self._take(recipient, reader, writer):
                        return
                    continue
                writer.write(self._answer(word, "250 OK"))
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _take(self, to: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(command := self._answer("DATA", "354 go on"))
        if not command.startswith(b"354"):
            return True
        content = await reader.readuntil(b"\r\n.\r\n")
        if self.answers.get("after DATA") == "connection lost":
            self.received.append((to, content))
            return False
        writer.write(answer := self._answer("after DATA", "250 taken"))
        if answer.startswith(b"250"):
            self.received.append((to, content))
        return True

    def _answer(self, step: str, usual: str) -> bytes:
        return self.answers.get(step, usual).encode() + b"\r\n"


@asynccontextmanager
async def refusing() -> AsyncIterator[Refusing]:
    server = Refusing()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", server.port)
    try:
        yield server
    finally:
        listening.close()


CONTACT = ContactAnswer(
    name="Naam-Kanarie de Vries",
    email="kanarie@inwoner.example",
    title="Titel-Kanarie: een bankje",
    description="Omschrijving-Kanarie <b>vet</b>",
    received_on="2026-03-01",
    decision_due_on="2026-04-26",
    outcome=None,
    public_title=None,
    reply_subject="Ons besluit over uw initiatief: Titel-Kanarie: een bankje",
    reply_text="Het antwoord was nee.\nEr staat al een bankje.",
    supplement_asked="Waar komt het bankje? <b>vet</b>",
)


@asynccontextmanager
async def owner(url: str, store: Database, known: dict[str, Any]) -> AsyncIterator[None]:
    """Answers for the initiatives in `known`: as the real owner does, over NATS."""

    def contact(_connection: Any, question: ContactQuestion) -> ContactAnswer:
        if question.initiative_id not in known:
            raise NotFound("no such initiative")
        found: ContactAnswer | Exception = known[question.initiative_id]
        if isinstance(found, Exception):
            raise found
        return found

    def officer(_connection: Any, question: OfficerQuestion) -> OfficerAnswer:
        return OfficerAnswer(email="kernambtenaar@waterrijk.example")

    broker = NatsBroker(url, logger=None)
    replies = (
        Answerer("initiatives.contact", ContactQuestion, contact),
        Answerer("initiatives.officer", OfficerQuestion, officer),
    )
    serve(broker, store, replies)
    await broker.start()
    try:
        yield
    finally:
        await broker.stop()
