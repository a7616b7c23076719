# SPDX-License-Identifier: EUPL-1.2
"""E-mail addresses: what the door takes can be sent to, and what its description says it takes."""

import re
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.mail import PATTERN, MailAddress, deliverable
from tests.conftest import MORE

DOOR = TypeAdapter(MailAddress)
CASES = Path(__file__).parents[2] / "cases" / "addresses.tsv"
RESERVED = ("arpa", "invalid", "local", "localhost", "onion", "test")  # names that no mail can have
cases = [line.split("\t") for line in CASES.read_text().splitlines() if not line.startswith("#")]
ODD = "\u200b\u00e9\u0301\ud800\uffff\r\n\t \0.-@[]()<>\"'\\,;:=?a1"


def arrived(address: str) -> str:
    """Whom a mail program reads in the header of a message to that address."""
    message = EmailMessage()
    message["To"] = Address(addr_spec=address)
    read = message_from_bytes(message.as_bytes(), policy=policy.default)["To"].addresses
    assert len(read) == 1
    return str(read[0].addr_spec)


@pytest.mark.parametrize(("typed", "outcome"), cases)
def test_what_people_type_or_paste(typed: str, outcome: str) -> None:
    if outcome.startswith("accepted"):
        assert arrived(DOOR.validate_python(typed)).isascii()
        return
    with pytest.raises(ValidationError, match="is not an e-mail address that can be sent to: "):
        DOOR.validate_python(typed)


def test_a_domain_is_kept_in_its_ascii_form() -> None:
    assert deliverable(" info@Dorpshuis-één.nl ") == "info@xn--dorpshuis-n-kbba.nl"
    assert deliverable("info@xn--dorpshuis-n-kbba.nl") == "info@xn--dorpshuis-n-kbba.nl"


@pytest.mark.parametrize(
    "typed",
    ["jan@voorbeeld", "=?utf-8?q?jan?=@voorbeeld.nl", '"jan@x"@voorbeeld.nl', "a" * 65 + "@voorbeeld.nl"],
)
def test_what_would_arrive_elsewhere_or_nowhere_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address"):
        deliverable(typed)


@settings(max_examples=20 * MORE, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.from_regex(PATTERN[:-1] + r"\Z"))
def test_what_the_description_says_is_taken_and_arrives(typed: str) -> None:
    if len(typed) <= 254 and typed.lower().rpartition(".")[2] not in RESERVED:
        taken = DOOR.validate_python(typed)
        assert arrived(taken) == taken == deliverable(taken)


@settings(max_examples=200 * MORE, deadline=None)
@given(st.text(st.sampled_from(ODD), max_size=20), st.text(st.sampled_from(ODD), max_size=20))
def test_whatever_is_taken_arrives(local: str, domain: str) -> None:
    try:
        taken = deliverable(f"{local}@{domain}.nl")
    except ValueError:
        return
    assert arrived(taken) == taken
    assert re.match(PATTERN, taken)
