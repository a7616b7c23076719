# SPDX-License-Identifier: EUPL-1.2
"""A letter as the message that a mail server takes: one that knows no 8BITMIME and no SMTPUTF8, too."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.letters.letter import Letter
from shared.contracts.mail import deliverable

# Plain ASCII in lines of 76 characters. A header is not folded before 998 (RFC 5322, 2.1.1): Python would
# fold a long address in the middle, as an encoded word that no server takes for an address.
PLAIN = SMTP.clone(cte_type="7bit", max_line_length=998)
CODED = "quoted-printable"


class NoAddress(Exception):
    """There is nothing to send to: none was given, or it is no longer kept."""


class NotDeliverable(NoAddress):
    """What was given is not an address that mail is sent to."""


def compose(letter: Letter, sender: str, recipient: str, message_id: str, sent_at: datetime) -> EmailMessage:
    """A message whose Message-ID stays the same however often it is sent. Raises NotDeliverable."""
    message = EmailMessage(PLAIN)
    message["From"], message["To"] = Address(addr_spec=sender), _address(recipient)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte=CODED)
    message.add_alternative(letter.html, subtype="html", cte=CODED)
    return message


def _address(stated: str) -> Address:
    """By the check of the door: whatever that takes has a form that is sent to, and nothing else has."""
    try:
        return Address(addr_spec=deliverable(stated))
    except ValueError:
        raise NotDeliverable from None  # its message quotes what was typed
