# SPDX-License-Identifier: EUPL-1.2
"""What somebody gives to be reached by."""

from typing import Annotated

from shared.contracts.envelope import Data
from shared.contracts.fields import Text
from shared.contracts.mail import MailAddress


class ContactGiven(Data, extra="forbid"):
    """How to reach who submits it. Never in an answer or an event."""

    name: Annotated[str, Text(200)]
    email: MailAddress | None = None
    phone: Annotated[str, Text(40)] | None = None
    address: Annotated[str, Text(300)] | None = None
