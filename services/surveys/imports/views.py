# SPDX-License-Identifier: EUPL-1.2
"""The shape of the answer to an import."""

from pydantic import Field

from shared.contracts.envelope import Data


class ImportView(Data):
    """What an import changed; all nought if everything was known."""

    completed: int = Field(description="Results that are new")
    corrected: int = Field(description="Results that differ from what was known")
    kept: int = Field(
        description="Results that differ from what was published by too few answers to show both: those stay"
    )
    benchmarks: int = Field(description="Benchmarks that are new or differ")
