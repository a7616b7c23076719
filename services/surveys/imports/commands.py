# SPDX-License-Identifier: EUPL-1.2
"""What officials ask about rounds that were held elsewhere: the bodies of HTTP requests."""

from typing import Literal

from shared.contracts.commands import Command
from shared.contracts.fields import FileText


class ImportRounds(Command):
    """Results of rounds that were held elsewhere, as CSV text. `happened_on` is the last day on which
    anything of it was measured. Unchanged rows of an earlier import do nothing; changed ones correct it.
    """

    origin: Literal["import", "example"] = "import"
    csv: FileText
