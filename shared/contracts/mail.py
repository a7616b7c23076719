# SPDX-License-Identifier: EUPL-1.2
"""One check of an e-mail address, for whoever takes it and for whoever sends to it.

What is accepted can be delivered: an address that a mail server takes without SMTPUTF8, and that reads
the same in the header of a message. No DNS is asked, so an address of a domain that does not exist passes.
"""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

MOST = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+"
_NO_LABEL = r"(?!(?![xX][nN])[^.@]{2}--)"  # two letters and two dashes: reserved, but for xn--
_LABEL = rf"{_NO_LABEL}[A-Za-z0-9](?:[A-Za-z0-9\-]{{0,61}}[A-Za-z0-9])?"
_TOP = rf"{_NO_LABEL}[A-Za-z0-9](?:[A-Za-z0-9\-]{{0,61}}[A-Za-z])|[A-Za-z]"
_LETTER = (
    "A-Za-z0-9\u00e0-\u00f6\u00f8-\u00ff"  # always a domain's letters, and short enough in the xn-- form
)
_ACCENTED = rf"{_NO_LABEL}[{_LETTER}](?:[{_LETTER}\-]{{0,18}}[{_LETTER}])?"
_DOMAIN = rf"(?:(?:{_LABEL}\.)+(?:{_TOP})|(?:{_ACCENTED}\.){{1,3}}[A-Za-z]{{2,20}})"
# All that it matches is accepted. Some domains are accepted that no pattern can tell: those of other
# scripts, and long ones with many accents.
PATTERN = rf"^(?!.*=\?)(?![^@]{{65}}){_ATOM}(?:\.{_ATOM})*@{_DOMAIN}$"


def deliverable(typed: str) -> str:
    """The address in the form in which mail is sent to it: its domain in ASCII.

    Raises ValueError, whose text is meant for whoever typed it and repeats no more than a character.
    """
    try:
        found = validate_email(
            typed.strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        ).ascii_email
    except EmailNotValidError as error:
        raise ValueError(f"is not an e-mail address that can be sent to: {_reason(error)}") from None
    if found is None or "=?" in found:
        # A header with an encoded word in it would read as another address than the one given.
        raise ValueError("is not an e-mail address that can be sent to: remove =? from it")
    return found


def _reason(error: EmailNotValidError) -> str:
    text = str(error).rstrip(".")
    return f"{text[0].lower()}{text[1:]}; write it like info@example.nl"


MailAddress = Annotated[
    str,
    StringConstraints(max_length=MOST),
    AfterValidator(deliverable),
    WithJsonSchema({"type": "string", "maxLength": MOST, "pattern": PATTERN}),
]
