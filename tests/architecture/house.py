# SPDX-License-Identifier: EUPL-1.2
"""The production code as the tests of this folder read it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

PROJECT = Path(__file__).parents[2]
ROOMS = ("shared", "services")
# What a file of this name is, in every service; `make check` goes by these names.
ORGANS = {
    "__init__": "the front door: what a service consumes, publishes and owns",
    "__main__": "the wiring: one declaration of the service",
    "api": "HTTP",
    "commands": "what is accepted",
    "handlers": "one function per message: load, decide, save",
    "metrics": "what Prometheus sees of the work",
    "migrations": "how the tables came about",
    "model": "pure decisions",
    "pages": "what people see",
    "policy": "pure rules of a municipality",
    "projection": "a pure function per event",
    "queries": "reads for whoever asks",
    "questions": "what other services can ask",
    "store": "named loads and saves",
    "tables": "the tables",
    "timers": "what is due by the clock alone",
    "verify": "a service's own part of `kernpuls verify`",
    "views": "the shape of what is shown",
}


def production() -> list[Path]:
    return sorted(path for room in ROOMS for path in (PROJECT / room).rglob("*.py"))


@cache
def trees() -> dict[Path, ast.Module]:
    """Every file that Python can read; `test_every_file_is_python` names the others."""
    found = {}
    for path in production():
        try:
            found[path] = ast.parse(path.read_text())
        except SyntaxError:
            continue
    return found


def where(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def module_of(path: Path) -> str:
    dotted = where(path).removesuffix(".py").replace("/", ".")
    return dotted.removesuffix(".__init__")


def owner(path: Path) -> str:
    """The service that a file belongs to; `shared` is one too. The command belongs to the suite."""
    room, *rest = path.relative_to(PROJECT).parts
    if room == "shared":
        return room
    return rest[0] if len(rest) > 1 else "suite"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_docstring(node: ast.AST) -> TypeGuard[ast.Expr]:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """Strings that do something: no docstrings."""
    documented = {node.value for node in ast.walk(tree) if is_docstring(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documented:
            yield node


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(trees()[path]):
        if is_docstring(node):
            assert isinstance(node.value, ast.Constant)
            yield node.lineno, str(node.value.value)


def quoted(text: str) -> list[str]:
    """What stands in single backticks."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def refuse(faults: list[str], remedy: str) -> None:
    """Fail with every fault on a line of its own, and what to do about them."""
    assert not faults, "\n".join([f"{len(faults)} fault(s). {remedy}", *sorted(faults)])
