# SPDX-License-Identifier: EUPL-1.2
"""What people type, as the description of the API says it may be."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.fields import Text

LINE = TypeAdapter(Annotated[str, Text(10)])
LINES = TypeAdapter(Annotated[str, Text(10, lines=True)])


def test_spaces_around_it_are_removed() -> None:
    assert (LINE.validate_python(" een plan "), LINES.validate_python("a\r\nb ")) == ("een plan", "a\nb")


@pytest.mark.parametrize("typed", ["", "  ", "a" * 11, "a" + " " * 10, "a" + "\r" * 3, "a\nb", "a\u202eb"])
def test_what_is_no_text_is_refused(typed: str) -> None:
    """Also what would be one without the spaces that it ends with."""
    with pytest.raises(ValidationError):
        LINE.validate_python(typed)
