# SPDX-License-Identifier: EUPL-1.2
"""Whatever the door takes is composed and delivered, to the address that was given and to no other."""

import asyncio
import email
import random
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from typing import Annotated

import pytest
from aiosmtplib.email import quote_address
from pydantic import TypeAdapter, ValidationError

from services.notifications.delivery.smtp import Smtp
from services.notifications.letters.letter import Letter
from services.notifications.letters.message import NotDeliverable, compose
from shared.contracts.fields import Text
from shared.contracts.mail import MailAddress
from tests.conftest import MORE
from tests.services.notifications.conftest import SENDER
from tests.services.notifications.post import Post

CASES = Path(__file__).parents[3] / "cases" / "addresses.tsv"
cases = [line.split("\t") for line in CASES.read_text().splitlines() if not line.startswith("#")]
EVERY = 20 if MORE == 1 else 1  # of them is composed: that costs twenty times what the door does
THEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
LETTER = Letter("Uw initiatief in één woord", "Beste Renée,\n\n.\nFrom hier\n", "<p>Beste Renée</p>")
door: TypeAdapter[str] = TypeAdapter(MailAddress)
title: TypeAdapter[str] = TypeAdapter(Annotated[str, Text(200)])
story: TypeAdapter[str] = TypeAdapter(Annotated[str, Text(10_000, lines=True)])
# Where blocks of 64 begin: ASCII, Latin, Greek, Arabic, what takes no room, Thai, kana, emoji, tags.
BLOCKS = (0x20, 0x40, 0xC0, 0x390, 0x620, 0x2000, 0x0E00, 0x3040, 0xFF00, 0x1F600, 0xE0000)

LOCAL = [
    "jan",
    "o'brien",
    "jan+dorp",
    "a.b.c",
    "x" * 64,
    "{curly}",
    "|pipe|",
    "100%",
    "jan.",
    ".jan",
    "jan..p",
    "andré",
    '"jan piet"',
    "jan(thuis)",
    "jan,piet",
    "=?utf-8?q?x?=",
    "jan\u200b",
    "jan\ttab",
    "`$#",
    "~-_!",
]
DOMAINS = [
    "voorbeeld.nl",
    "dorpshuis-één.nl",
    "xn--dorpshuis-n-kbba.nl",
    "[voorbeeld.nl",
    "[127.0.0.1]",
    "-voorbeeld.nl",
    "voorbeeld..nl",
    "voorbeeld.nl.",
    "a.b.c.d.e.nl",
    ".".join(["d" * 60] * 3) + ".nl",
    "日本語.jp",
    "straße.de",
    "VOORBEELD.NL",
    "voorbeeld",
    "voorbeeld.nl, piet@x.nl",
    "voorbeeld.nl\r\nBcc: x@y.nl",
]
LETTERS = "abcXYZ019.-_+'=?%&~!#$*/^`{|}@ ,;:<>()[]\\\"éßñ\u200b\u00ad\uffff\0\n日"


def addresses(count: int, seed: int) -> list[str]:
    """Of every class: what people type, what they paste, and noise."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        kind = chance.random()
        if kind < 0.5:
            made.append(f"{chance.choice(LOCAL)}{chance.randrange(99)}@{chance.choice(DOMAINS)}")
        elif kind < 0.8:
            address = list(f"{chance.choice(LOCAL)}@{chance.choice(DOMAINS)}")
            address[chance.randrange(len(address))] = chance.choice(LETTERS)
            made.append("".join(address))
        else:
            noise = "".join(chance.choices(LETTERS, k=chance.randrange(1, 30)))
            made.append(f"{noise}@{chance.choice(DOMAINS)}" if kind < 0.9 else noise)
    return made


def accepted(typed: str) -> str | None:
    try:
        return door.validate_python(typed)
    except ValidationError:
        return None


def message(recipient: str) -> bytes:
    return compose(LETTER, SENDER, recipient, "<1@x.example>", THEN).as_bytes()


@pytest.mark.timeout(300 * MORE)
def test_whatever_the_door_takes_composes_and_nothing_else_does() -> None:
    taken = 0
    for number, typed in enumerate(addresses(10_000 * MORE, seed=1)):
        found = accepted(typed)
        if found is None:
            if number % EVERY == 0:
                with pytest.raises(NotDeliverable):
                    message(typed)
            continue
        taken += 1
        assert quote_address(found) == f"<{found}>", "the mail server is given another address"
        if taken % EVERY == 0:
            assert email.message_from_bytes(message(typed), policy=policy.default)["To"] == found
    assert taken > 1000 * MORE


@pytest.mark.timeout(300 * MORE)
async def test_addresses_of_all_classes_arrive_at_a_real_server(post: Post) -> None:
    smtp = Smtp(f"smtp://127.0.0.1:{post.port}", starttls=False)
    wanted = [found for typed in addresses(4000 * MORE, seed=2) if (found := accepted(typed))][: 200 * MORE]
    wanted += [found for typed, _ in cases if (found := accepted(typed))]
    assert len(wanted) > 200 * MORE

    async def nothing() -> None:
        return None

    places = asyncio.Semaphore(20)

    async def send(recipient: str) -> None:
        async with places:
            made = compose(LETTER, SENDER, recipient, "<1@x.example>", THEN)
            await smtp.send(made, SENDER, recipient, nothing)

    await asyncio.gather(*(send(each) for each in wanted))
    assert sorted(to for to, _ in post.received) == sorted(wanted)
    for to, content in post.received[::10]:
        assert content.isascii(), "a server without 8BITMIME takes it"
        assert max(len(line) for line in content.splitlines()) <= 998
        parsed = email.message_from_bytes(content, policy=policy.default)
        assert parsed["To"] == to
        plain = parsed.get_body(("plain",))
        assert plain is not None
        assert plain.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(("typed", "then"), cases, ids=[case[0] for case in cases])
def test_the_cases_become_what_they_say(typed: str, then: str) -> None:
    if then.startswith("accepted"):
        assert message(typed)
        return
    if found := accepted(typed):
        assert found.isascii()
    else:
        with pytest.raises(NotDeliverable):
            message(typed)


@pytest.mark.timeout(300 * MORE)
def test_whatever_text_the_door_takes_composes() -> None:
    chance, taken = random.Random(3), 0
    for number in range(10_000 * MORE):
        made = "".join(
            chr(chance.choice(BLOCKS) + chance.randrange(64)) for _ in range(chance.randrange(1, 60))
        )
        try:
            letter = Letter(title.validate_python(made), story.validate_python(made), f"<p>{made}</p>")
        except ValidationError:
            continue
        taken += 1
        if number % EVERY:
            continue
        sent = compose(letter, SENDER, "a@b.nl", "<1@x.example>", THEN).as_bytes()
        assert sent.isascii()
        read = email.message_from_bytes(sent, policy=policy.default)
        assert read["Subject"].split() == letter.subject.split()
        assert read["Bcc"] is None
    assert taken > 1000 * MORE
