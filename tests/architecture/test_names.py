# SPDX-License-Identifier: EUPL-1.2
"""One meaning per name, in words that engineers use."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.architecture.house import (
    ORGANS,
    PROJECT,
    functions,
    module_of,
    owner,
    production,
    refuse,
    texts,
    trees,
    where,
)

UNUSED_WORDS = {"manager", "helper", "util", "utils", "base", "engine", "processor"}
DIALECT = re.compile(r"(?<![A-Za-z])(told|anew|lacks)(?![a-z])")
PUBLISHED = {"told", "told_on", "told_percent"}  # fields and columns that keep their names
ALIKE = {"shared", "imports"}  # a package's name; what was held elsewhere, taken in by its owner


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def identifiers(tree: ast.Module) -> set[tuple[int, str]]:
    found = set()
    for node in ast.walk(tree):
        name = getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "attr", None)
        name = name or getattr(node, "arg", None) or getattr(node, "asname", None)
        if isinstance(name, str):
            found.add((getattr(node, "lineno", 0), name))
    return found


def test_names_say_what_a_thing_does() -> None:
    faults = []
    for path, tree in trees().items():
        named = [path.stem, *path.relative_to(PROJECT).parent.parts]
        named += [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        named += [function.name for function in functions(tree)]
        faults += [f"{where(path)}: {name}" for name in named if UNUSED_WORDS & words(name)]
    refuse(faults, f"{', '.join(sorted(UNUSED_WORDS))} say nothing: name what it does.")


def test_a_basename_is_one_organ() -> None:
    """A folder counts by its name, a file by its own; the public contract is named after the services."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in production():
        if "contracts" in path.parts or "migrations" in path.parts:
            continue
        name = path.parent.name if path.stem == "__init__" else path.stem
        places[name].add(where(path.parent if path.stem == "__init__" else path))
    faults = [
        f"{name}: {', '.join(sorted(found))}"
        for name, found in places.items()
        if len({place for place in found if not _is_folded(place, found)}) > 1
        if name not in ORGANS.keys() | ALIKE
    ]
    refuse(faults, "Two files of one name must be the same organ: name each by what it is.")


def _is_folded(place: str, found: set[str]) -> bool:
    """The overview's file about an aggregate has the name of the owner's folder: it is the same thing."""
    return place.startswith("services/analytics/") and any("." not in other for other in found - {place})


def test_a_class_name_is_used_once_in_a_service() -> None:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[owner(path), node.name].append(f"{where(path)}:{node.lineno}")
    faults = [
        f"{name} of {service}: {', '.join(found)}"
        for (service, name), found in places.items()
        if len(found) > 1
    ]
    refuse(faults, "One class name, one meaning: name each by what it is.")


def test_no_word_of_the_dialect() -> None:
    faults = []
    for path, tree in trees().items():
        for line, name in identifiers(tree):
            if {"told", "anew", "lacks"} & words(name) and name not in PUBLISHED - {"told"}:
                faults.append(f"{where(path)}:{line} {name}")
        for text in texts(tree):
            if text.value not in PUBLISHED and DIALECT.search(str(text.value)):
                faults.append(f"{where(path)}:{text.lineno} {text.value!r:.80}")
    for path in _read_by_operators():
        for line, written in enumerate(path.read_text().splitlines(), 1):
            if DIALECT.search(written):
                faults.append(f"{where(path)}:{line} {written.strip():.80}")
    refuse(faults, "An error has a message, something is missing, it is done again: not told, lacks, anew.")


def _read_by_operators() -> list[Path]:
    return [PROJECT / "services" / "cli.py", PROJECT / "deploy" / "prometheus" / "rules.yml"]


def test_every_folder_and_every_part_of_the_plumbing_is_in_the_glossary() -> None:
    glossary = (PROJECT / "docs" / "glossary.md").read_text().lower()
    named = {
        part
        for path in production()
        for part in (path.relative_to(PROJECT).parts[2:-1] if owner(path) != "shared" else ())
        if part not in ORGANS
    }
    named |= {path.stem for path in production() if module_of(path).startswith("shared.messaging.")}
    missing = [
        name
        for name in named
        if not name.startswith(("_", "0")) and not _is_explained(name.replace("_", " "), glossary)
    ]
    refuse(missing, "docs/glossary.md says what this word means here; add a row.")


def _is_explained(name: str, glossary: str) -> bool:
    return any(form in glossary for form in (name, name.removesuffix("s"), name.removesuffix("ing")))
