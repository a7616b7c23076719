# SPDX-License-Identifier: EUPL-1.2
"""A letter as the message that a mail server takes."""

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from services.notifications.letters.letter import Letter


class NoAddress(ValueError):
    """What was given is not an e-mail address; sending would fail for ever."""


def compose(letter: Letter, sender: str, recipient: str, message_id: str, sent_at: datetime) -> EmailMessage:
    """A message whose Message-ID stays the same however often it is sent. Raises NoAddress.

    `Address` and the message's policy refuse line breaks: no address can add a header of its own.
    """
    message = EmailMessage()
    message["From"], message["To"] = _address(sender), _address(recipient)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _address(stated: str) -> Address:
    try:
        found = Address(addr_spec=stated.strip())
    except (ValueError, IndexError, MessageError) as error:
        raise NoAddress("is not an e-mail address") from error
    if "." not in found.domain or not stated.isascii() or any(c.isspace() for c in stated.strip()):
        raise NoAddress("is not an e-mail address")
    return found
