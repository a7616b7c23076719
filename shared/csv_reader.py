# SPDX-License-Identifier: EUPL-1.2
"""CSV as people make it, read strictly: each fault names its line and what to do."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from shared.contracts.refusals import FieldError, Findings, Invalid

DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def decode(body: bytes) -> str:
    """The text of a file in UTF-8; in another encoding its letters could only be guessed."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        message = f"is not UTF-8 (byte {error.start} of the file); save the file as UTF-8"
        raise Invalid(FieldError(f"line {line}", message)) from None


def rows(
    text: str, required: Sequence[str], optional: Sequence[str], findings: Findings
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row below the names of the columns, with the number of its line as an editor counts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_names(names, required, optional)
        for values in reader:
            if not any(map(str.strip, values)):
                continue  # below a table, a spreadsheet saves rows of separators only
            if len(values) == len(names):
                yield reader.line_num, dict(zip(names, map(str.strip, values), strict=True))
            else:
                message = f"has {len(values)} columns, and line 1 has {len(names)}; "
                message += "put quotes around a value that has a comma in it"
                findings.require(False, f"line {reader.line_num}", message)
    except csv.Error as error:
        findings.require(False, f"line {reader.line_num}", f"is not CSV ({error}); correct the quotes")


def _check_names(names: list[str], required: Sequence[str], optional: Sequence[str]) -> None:
    findings, first, known = Findings(), "line 1", (*required, *optional)
    for delimiter, what in DELIMITERS.items():
        if len(names) == 1 and delimiter in names[0]:
            message = f"the columns are separated by {what}; separate them by commas, and decimals by a point"
            raise Invalid(FieldError(first, message))
    for name in required:
        findings.require(name in names, first, f"the column {name} is missing; add it")
    for name, times in Counter(names).items():
        message = f"{name[:60]!r} is no column here; use {', '.join(known)}"
        findings.require(name in known, first, message)
        findings.require(times == 1, first, f"the column {name[:60]!r} stands there twice; keep one")
    findings.settle()
