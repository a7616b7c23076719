# SPDX-License-Identifier: EUPL-1.2
"""Tables as a Dutch spreadsheet saves them are read; what cannot be is refused in Dutch, with the row."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.refusals import FieldError, Findings, Invalid
from shared.csv_reader import calendar_date, decimal_number, decode, rows, whole_number

REQUIRED, OPTIONAL = ("name", "mark"), ("date",)
TABLE = "name;mark\r\nCafé;6,5\r\n"


def read(text: str) -> list[tuple[int, dict[str, str]]]:
    findings = Findings()
    found = [(row, dict(values)) for row, values in rows(text, REQUIRED, OPTIONAL, findings)]
    findings.settle()
    return found


def refusal(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        read(text if isinstance(text, str) else decode(text))
    return refused.value.errors[0].field, refused.value.errors[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_it_is_read_in_every_encoding_that_a_dutch_windows_saves_in(encoding: str) -> None:
    assert read(decode(TABLE.encode(encoding))) == [(2, {"name": "Café", "mark": "6,5"})]


def test_utf_16_is_read_from_both_ends() -> None:
    assert decode(b"\xfe\xff" + TABLE.encode("utf-16-be")) == TABLE


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"PK\x03\x04rest", "werkmap van Excel"),
        (b"\xd0\xcf\x11\xe0rest", "werkmap van Excel"),
        (b"\xff\xfe\x00", "letters die niet te lezen zijn"),
        ("name,mark\nCafé,1\n".encode() + b"caf\xe9,2", "letters die niet te lezen zijn"),
        (b"name,mark\n\x81,1", "letters die niet te lezen zijn"),
    ],
)
def test_what_could_only_be_guessed_is_refused(body: bytes, message: str) -> None:
    assert message in refusal(body)[1]
    assert "CSV UTF-8" in refusal(body)[1]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_separator_is_seen_by_the_names_of_the_columns(delimiter: str) -> None:
    table = "name,mark\na,6\n".replace(",", delimiter)
    assert read(table) == [(2, {"name": "a", "mark": "6"})]
    assert read(f"sep={delimiter}\r\n{table}") == [(2, {"name": "a", "mark": "6"})]
    assert read(table.replace("name", '"name"')) == [(2, {"name": "a", "mark": "6"})]


def test_a_byte_order_mark_within_the_text_is_no_letter() -> None:
    assert read("\ufeffname,mark\na,6\n") == [(2, {"name": "a", "mark": "6"})]


def test_rows_and_columns_of_separators_only_are_skipped() -> None:
    assert read("name;mark;;\n;;;\na;6;;\n;;;\n\n;;\n") == [(3, {"name": "a", "mark": "6"})]


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_row_ends_where_a_line_does(inside: str) -> None:
    assert read(f"name,mark\na{inside}b,6\nc,7\n") == [
        (2, {"name": f"a{inside}b", "mark": "6"}),
        (3, {"name": "c", "mark": "7"}),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_ends_as_any_system_ends_it(end: str) -> None:
    assert [row for row, _ in read(end.join(("name,mark", "a,6", "", "b,7")))] == [2, 4]


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("name\na", "line 1", "Rij 1: de kolom mark ontbreekt"),
        (
            "name,mark,age\na,6,7",
            "line 1",
            "Rij 1: de kolom 'age' kennen wij niet. Gebruik name, mark, date.",
        ),
        ("name,mark,mark\na,6,7", "line 1", "de kolom 'mark' staat er twee keer"),
        (
            "name,mark\na,6,7",
            "line 2",
            "Rij 2: hier staan 3 kolommen, en in rij 1 2. Zet een waarde waar komma's",
        ),
        ('name,mark\n"a,6', "line 2", "Rij 2: de aanhalingstekens kloppen niet"),
        ('name,mark\n"a"b,6', "line 2", "Rij 2: de aanhalingstekens kloppen niet"),
    ],
)
def test_what_is_wrong_is_said_in_dutch_with_the_row(text: str, field: str, message: str) -> None:
    assert refusal(text)[0] == field
    assert message in refusal(text)[1]


@pytest.mark.parametrize(
    ("written", "number"),
    [("0", 0), ("1412", 1412), ("1.412", 1412), ("1.412.000", 1_412_000), ("1.41", None), ("1,412", None),
     ("14.12.3", None), ("-1", None), ("1e3", None), ("", None), ("٣", None), ("1 412", None)],
)  # fmt: skip
def test_a_whole_number_may_have_points_between_its_thousands(written: str, number: int | None) -> None:
    assert whole_number(written) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [("6,54", 6.54), ("6.5", 6.5), ("7", 7.0), ("6,545", None), ("6,5,4", None), ("1.412,5", None),
     ("6-5", None), ("6-mei", None), ("-1", None), ("NaN", None), ("", None)],
)  # fmt: skip
def test_a_decimal_has_a_comma_or_a_point(written: str, number: float | None) -> None:
    assert decimal_number(written, 2) == number


@pytest.mark.parametrize(
    ("written", "day"),
    [("2021-10-31", date(2021, 10, 31)), ("31-10-2021", date(2021, 10, 31)), ("1/2/2021", date(2021, 2, 1)),
     ("31-02-2021", None), ("31-10/2021", None), ("31-10-21", None), ("20211031", None), ("", None)],
)  # fmt: skip
def test_a_date_is_written_the_dutch_way_or_the_worlds(written: str, day: date | None) -> None:
    assert calendar_date(written) == day


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    errors: tuple[FieldError, ...] = ()
    try:
        read(decode(body))
    except Invalid as refused:
        errors = refused.errors
    assert all(error.message.startswith("Rij ") for error in errors)
