# SPDX-License-Identifier: EUPL-1.2
"""Tables as people save them, from a spreadsheet or an editor. Each fault names its row, in Dutch.

A Dutch Excel separates by semicolons, has a comma in decimals and a point in thousands, writes dates as
dd-mm-jjjj, and saves in Windows-1252 or UTF-16 as it is asked. All of that is taken; what could only be
guessed is not.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from shared.contracts.refusals import FieldError, Findings, Invalid

DELIMITERS = {",": "komma's", ";": "puntkomma's", "\t": "tabs", "|": "streepjes"}
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, and .xls as it was before
HOW_TO_SAVE = "Kies in Excel ‘Opslaan als’ en dan ‘CSV UTF-8’"
IN_UTF_8 = rb"[\xc3-\xc5][\x80-\xbf]"  # most letters with an accent; in Windows-1252 hardly ever two letters


def decode(body: bytes) -> str:
    """The text of a file: in UTF-8 or UTF-16 if it is one of them, and else as a Dutch Windows saves it."""
    if body.startswith(WORKBOOKS):
        raise Invalid(fault(1, f"dit is een werkmap van Excel, geen CSV. {HOW_TO_SAVE}."))
    encoding = next((name for mark, name in MARKS.items() if body.startswith(mark)), "utf-8")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        row = body[: error.start].count(b"\n") + 1
    try:
        if encoding == "utf-8" and not re.search(IN_UTF_8, body):
            return body.decode("cp1252")
    except UnicodeDecodeError as error:
        row = body[: error.start].count(b"\n") + 1
    raise Invalid(fault(row, f"hier staan letters die niet te lezen zijn. {HOW_TO_SAVE}."))


def fault(row: int, message: str) -> FieldError:
    """What is wrong with a row, as a spreadsheet numbers it: the names of the columns are row 1."""
    return FieldError(f"line {row}", f"Rij {row}: {message}")


def rows(
    text: str, required: Sequence[str], optional: Sequence[str], findings: Findings
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with a value in it, below the names of the columns, with its number. A row ends where a line
    does, not at what else Unicode counts as the end of one.
    """
    delimiter, table = _delimiter(text.removeprefix("\ufeff"), (*required, *optional))
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=delimiter, strict=True)
    try:
        names = _without_empty_end([name.strip() for name in next(reader, [])])
        _check_names(names, required, optional)
        for values in reader:
            row = reader.line_num
            if not any(value.strip() for value in values):
                continue
            if len(values) > len(names):
                values = _without_empty_end(values, len(names))
            if len(values) == len(names):
                yield row, dict(zip(names, map(str.strip, values), strict=True))
            else:
                message = f"hier staan {len(values)} kolommen, en in rij 1 {len(names)}. Zet een waarde waar "
                message += f"{DELIMITERS[delimiter]} in staan tussen aanhalingstekens."
                _require(False, row, message, findings)
    except csv.Error:
        message = "de aanhalingstekens kloppen niet: één ontbreekt, of er staat iets achter. Verbeter ze."
        _require(False, reader.line_num, message, findings)


def whole_number(value: str) -> int | None:
    """1412, or 1.412 as a Dutch spreadsheet writes it; None if it is something else."""
    if re.fullmatch(r"[0-9]{1,12}|[0-9]{1,3}(\.[0-9]{3}){1,3}", value):
        return int(value.replace(".", ""))
    return None


def decimal_number(value: str, decimals: int) -> float | None:
    """6.5, or 6,5; None if it is something else, or has more decimals."""
    if re.fullmatch(rf"[0-9]{{1,6}}([.,][0-9]{{1,{decimals}}})?", value):
        return float(value.replace(",", "."))
    return None


def calendar_date(value: str) -> date | None:
    """2021-10-31, or 31-10-2021 or 31/10/2021; None if it is something else, or no day."""
    if dutch := re.fullmatch(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})", value):
        value = f"{dutch[4]}-{int(dutch[3]):02}-{int(dutch[1]):02}"
    try:
        return date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except ValueError:
        return None


def _delimiter(text: str, known: Sequence[str]) -> tuple[str, str]:
    """What separates the columns, and the table: Excel hides a first line that names the separator."""
    if named := re.match(r"sep=([,;\t|])(\r\n|\r|\n)", text):
        return named[1], text[named.end() :]
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]

    def recognised(delimiter: str) -> int:
        return len({name.strip().strip('"') for name in header.split(delimiter)} & set(known))

    return max(DELIMITERS, key=recognised), text


def _without_empty_end(values: list[str], least: int = 0) -> list[str]:
    """Excel saves every column that ever had something in it."""
    end = len(values)
    while end > least and not values[end - 1].strip():
        end -= 1
    return values[:end]


def _check_names(names: list[str], required: Sequence[str], optional: Sequence[str]) -> None:
    findings, known = Findings(), (*required, *optional)
    for name in required:
        _require(name in names, 1, f"de kolom {name} ontbreekt. Voeg die toe.", findings)
    for name, times in Counter(names).items():
        message = f"de kolom {name[:60]!r} kennen wij niet. Gebruik {', '.join(known)}."
        _require(name in known, 1, message, findings)
        _require(times == 1, 1, f"de kolom {name[:60]!r} staat er twee keer. Laat er één staan.", findings)
    findings.settle()


def _require(holds: bool, row: int, message: str, findings: Findings) -> None:
    error = fault(row, message)
    findings.require(holds, error.field, error.message)
