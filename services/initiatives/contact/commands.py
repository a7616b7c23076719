# SPDX-License-Identifier: EUPL-1.2
"""What somebody gives to be reached by."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.contracts.envelope import Data
from shared.contracts.fields import Text

MAIL = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"


def _mail_address(value: str) -> str:
    if not re.fullmatch(MAIL, value):
        raise ValueError("is not an e-mail address; write it like info@example.nl")
    return value


MailAddress = Annotated[
    str, Text(254), AfterValidator(_mail_address), Field(json_schema_extra={"pattern": f"^{MAIL}$"})
]


class ContactGiven(Data, extra="forbid"):
    """How to reach who submits it. Never in an answer or an event."""

    name: Annotated[str, Text(200)]
    email: MailAddress | None = None
    phone: Annotated[str, Text(40)] | None = None
    address: Annotated[str, Text(300)] | None = None
