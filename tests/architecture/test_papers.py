# SPDX-License-Identifier: EUPL-1.2
"""Papers that cannot lie: what a text names in backticks is there."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from tests.architecture.house import PROJECT, docstrings, production, quoted, refuse, texts, trees, where

PAPERS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "docs/*.md", "docs/adr/*.md")
TOPS = ("shared", "services", "tests", "deploy", "docs", "benchmarks", "clients")
GENERATED = {"docs/events.md"}
MADE_BY_OPERATORS = {"deploy/secrets"}


@cache
def defined() -> dict[str, set[str]]:
    """By the name of a module or class: what it defines, its attributes, and its own files."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, tree in trees().items():
        name = path.parent.name if path.stem == "__init__" else path.stem
        found[name] |= _names(tree.body)
        found[name] |= {child.stem for child in path.parent.glob("*") if path.stem == "__init__"}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for name in (node.name, node.name.lower()):  # the class, and an object of it
                    found[name] |= _names(node.body) | _attributes(node)
    return found


@cache
def strings() -> set[str]:
    """What stands in the code as a text of its own: subjects of questions, names of log lines, columns."""
    return {str(text.value) for tree in trees().values() for text in texts(tree)}


def _names(body: list[ast.stmt]) -> set[str]:
    found = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        else:
            found |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found


def _attributes(node: ast.ClassDef) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def papers() -> Iterator[tuple[str, str]]:
    for pattern in PAPERS:
        for path in sorted(PROJECT.glob(pattern)):
            if where(path) not in GENERATED:
                yield where(path), path.read_text()
    for path in trees():
        for line, text in docstrings(path):
            yield f"{where(path)}:{line}", text


def is_false(token: str) -> bool:
    """Whether a token that looks like a path, a file or `module.name` is not there."""
    if re.fullmatch(r"[\w.-]+(/[\w.*-]+)+/?", token):
        is_ours = token.split("/")[0] in TOPS
        is_made = any(token.startswith(folder) for folder in MADE_BY_OPERATORS)
        return is_ours and not is_made and not list(PROJECT.glob(token.rstrip("/")))
    if re.fullmatch(r"\w+\.py", token):
        return not any(path.name == token for path in [*production(), *(PROJECT / "tests").rglob("*.py")])
    if match := re.fullmatch(r"([A-Za-z_]+)\.([A-Za-z_]+)(\(.*\))?", token):
        holder, name = match[1], match[2]
        return holder in defined() and name not in defined()[holder] and token not in strings()
    return False


def test_what_is_named_is_there() -> None:
    events = {path.name.removesuffix(".v1.json") for path in (PROJECT / "shared/contracts/schemas").glob("*")}
    faults = []
    for place, text in papers():
        for token in quoted(text):
            bare = re.sub(r"\.v\d+$", "", token.removeprefix("nl.kernpuls."))
            if bare not in events and is_false(token):
                faults.append(f"{place} names `{token}`")
    refuse(faults, "Name what is there now; a decision record too is read to find its code.")


def test_a_front_door_has_a_true_map() -> None:
    faults = []
    for door in sorted((PROJECT / "services").glob("*/__init__.py")):
        room = door.parent
        text = ast.get_docstring(ast.parse(door.read_text())) or ""
        named = {token.rstrip("/").removesuffix(".py") for token in quoted(text)}
        for token in quoted(text):
            if re.fullmatch(r"[\w/]+(/|\.py)", token) and not (room / token.rstrip("/")).exists():
                faults.append(f"{where(door)} names `{token}`, which is not there")
        for folder in room.iterdir():
            inside = folder.is_dir() and (folder / "__init__.py").exists()
            if inside and folder.name not in named | {"migrations", "pages"}:
                faults.append(f"{where(door)} does not name `{folder.name}/`")
    refuse(faults, "The map in a front door's docstring names every folder of its service, and nothing else.")


def test_no_line_is_torn_around_a_comment() -> None:
    """`# fmt: skip` and a tuple broken around its comment read worse than a row per line."""
    faults = []
    for path in trees():
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines, 1):
            if "fmt: skip" in line or "fmt: off" in line or re.fullmatch(r"\s*[\])}]+\s+# .*", line):
                faults.append(f"{where(path)}:{number} {line.strip()}")
    refuse(faults, "Write a row per line, or put the comment above.")
