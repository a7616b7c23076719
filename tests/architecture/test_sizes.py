# SPDX-License-Identifier: EUPL-1.2
"""Sizes are smoke detectors: a file is split by meaning, never to get under a number."""

import ast
import io
import tokenize
from pathlib import Path
from statistics import median

from tests.architecture.house import functions, is_docstring, module_of, production, refuse, trees, where

LONGEST_FILE, LONGEST_FUNCTION = 250, 40  # lines as they stand; a migration is a list of tables
MEDIAN_FILE = 80  # lines of code: words that explain are not to be saved on
SILENT = {getattr(tokenize, name) for name in ("COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER")}


def code(path: Path) -> int:
    """Lines that do something: no blank ones, comments or docstrings."""
    documented = {
        number
        for node in ast.walk(trees()[path])
        if is_docstring(node)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    done: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type not in SILENT:
            done |= set(range(token.start[0], token.end[0] + 1))
    return len(done - documented)


def test_files_are_small() -> None:
    long = [
        f"{where(path)} has {lines} lines"
        for path in production()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    ]
    refuse(long, f"A file has at most {LONGEST_FILE} lines: find the two meanings in it.")
    assert median(code(path) for path in trees()) <= MEDIAN_FILE


def test_functions_are_small() -> None:
    long = []
    for path, tree in trees().items():
        for function in functions(tree) if ".migrations" not in module_of(path) else ():
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                long.append(f"{where(path)}:{function.lineno} {function.name} has {length} lines")
    refuse(long, f"A function has at most {LONGEST_FUNCTION} lines: name its strokes.")
