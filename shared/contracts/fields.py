# SPDX-License-Identifier: EUPL-1.2
"""Fields of commands that people type: checked texts and dates, refused with a sentence that helps."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

# Control characters, and the marks that turn the reading direction of what follows: text with them
# shows as something else than was written.
# And the two that XML cannot hold: one of them in a title, and nobody can read the feed it stands in.
HIDDEN = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
# Spaces, and what takes no room: a text of these alone is a title that nobody sees, and a link without words.
EMPTY = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
# Not in what the description says: outside its Unicode mode JavaScript refuses the whole pattern for them.
EMPTY_BEYOND = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Text:
    """Text of 1 to `most` characters, spaces around it removed; `lines` allows new lines and tabs."""

    most: int
    lines: bool = False

    @property
    def _hidden(self) -> str:
        return HIDDEN if self.lines else HIDDEN + r"\t\n"

    def _visible(self, value: str) -> str:
        value = value.replace("\r\n", "\n")  # what a browser sends for a new line
        if found := re.search(f"[{self._hidden}]", value):
            place = f"U+{ord(found[0]):04X} at place {found.start() + 1}"
            raise ValueError(f"contains a character that cannot be shown ({place}); remove it")
        if not re.search(f"[^{EMPTY}{EMPTY_BEYOND}]", value):
            raise ValueError("shows nothing; write at least 1 character that can be seen")
        return value

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        # Spaces go last: removed before, hundreds too many of them, or ones that cannot be shown, would pass.
        sent = core_schema.str_schema(max_length=self.most)
        shown = core_schema.no_info_after_validator_function(self._visible, sent)
        return core_schema.chain_schema([shown, core_schema.str_schema(strip_whitespace=True, min_length=1)])

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pattern = rf"^[^{self._hidden}]*[^{self._hidden}{EMPTY}][^{self._hidden}]*$"
        return {"type": "string", "minLength": 1, "maxLength": self.most, "pattern": pattern}


# A file of lines within JSON: anything but what no database keeps.
FileText = Annotated[str, Field(pattern=r"^[^\u0000]*$")]


def _written_date(value: object) -> object:
    # Without this a number would be read as seconds since 1970, and a time as its date.
    if isinstance(value, date) or (
        isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
    ):
        return value
    raise ValueError("is not a date; write it as YYYY-MM-DD")


def _since_1900(value: date) -> date:
    if value < EARLIEST:
        raise ValueError(f"{value} is before {EARLIEST}; correct the year")
    return value


CalendarDate = Annotated[
    date,
    AfterValidator(_since_1900),
    BeforeValidator(_written_date),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": r"^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$"}
    ),
]
