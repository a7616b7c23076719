# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder asks about payments."""

from typing import Annotated

from pydantic import Field

from shared.contracts.commands import Command
from shared.contracts.fields import FileText


class MakeFile(Command):
    """Put every open order of this origin into a file, and every contribution that is due."""


class TakeAnswer(Command):
    """What the financial system did, as CSV: `order`, `outcome` (paid or refused), `date`, `reason`."""

    csv: Annotated[FileText, Field(max_length=1_000_000)]
