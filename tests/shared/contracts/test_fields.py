# SPDX-License-Identifier: EUPL-1.2
"""What people type, as the description of the API says it may be."""

import re
from typing import Annotated
from xml.etree.ElementTree import fromstring
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.fields import EMPTY, EMPTY_BEYOND, Text
from tests.conftest import MORE

LINE = TypeAdapter(Annotated[str, Text(10)])
LINES = TypeAdapter(Annotated[str, Text(10, lines=True)])


def test_spaces_around_it_are_removed() -> None:
    assert (LINE.validate_python(" een plan "), LINES.validate_python("a\r\nb ")) == ("een plan", "a\nb")


@pytest.mark.parametrize("typed", ["", "  ", "a" * 11, "a" + " " * 10, "a" + "\r" * 3, "a\nb", "a\u202eb"])
def test_what_is_no_text_is_refused(typed: str) -> None:
    """Also what would be one without the spaces that it ends with."""
    with pytest.raises(ValidationError):
        LINE.validate_python(typed)


@pytest.mark.parametrize("typed", ["\u200b\u200b", "\u2060 \ufeff", "\u3164", "\u2800", "\U000e0041"])
def test_what_shows_nothing_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="shows nothing"):
        LINE.validate_python(typed)


@pytest.mark.parametrize("typed", ["a\uffff", "\ufffea"])
def test_what_xml_cannot_hold_is_refused(typed: str) -> None:
    """One such character in a title, and no program can read the feed that it stands in."""
    with pytest.raises(ValidationError, match="cannot be shown"):
        LINE.validate_python(typed)


@settings(max_examples=200 * MORE)
@given(st.text(max_size=10))
def test_the_description_says_what_is_taken(typed: str) -> None:
    schema = LINES.json_schema()
    assert max(schema["pattern"]) <= "\uffff", "JavaScript reads such a pattern in its Unicode mode alone"
    described = re.search(schema["pattern"], typed.replace("\r\n", "\n")) is not None
    try:
        taken = LINES.validate_python(typed)
    except ValidationError:
        assert not described or re.fullmatch(f"[{EMPTY}{EMPTY_BEYOND}]+", typed)
    else:
        assert described
        fromstring(f"<title>{escape(taken)}</title>")
