# SPDX-License-Identifier: EUPL-1.2
"""Writes what others read of the contract: the schema snapshots and docs/events.md.

With `--check` it exits with 1 when that changed a file: review the difference, and commit it. With
`--release` (`make release`) it also keeps the schemas and examples as the released set, which tests/contracts
compares with from then on. Until 0.2.0 that replaces the set; from 0.2.0 on it only adds to it: what others
read is never changed, a `v2` is published beside it.
"""

import json
import sys
import tomllib
from pathlib import Path

from shared.contracts.catalogue import page
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.contracts.examples.common import SCHEMA_BASE
from shared.contracts.schema import schema_of

PROJECT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(__file__).parent / "schemas"
RELEASED = SCHEMAS / "released"
FROZEN_FROM = (0, 2)
PAGE = PROJECT / "docs" / "events.md"


def published() -> dict[Path, str]:
    """Every file of the published contract and what it must hold."""
    files = {PAGE: page()}
    for name, data_type in CATALOGUE.items():
        files[SCHEMAS / f"{name}.json"] = _json(schema_of(data_type, SCHEMA_BASE))
    return files


def released() -> dict[Path, str]:
    """The contract as it is now, for later versions to be compared with."""
    files = {}
    for name, data_type in CATALOGUE.items():
        files[RELEASED / f"{name}.json"] = _json(schema_of(data_type, SCHEMA_BASE))
        files[RELEASED / f"{name}.example.json"] = _json(json.loads(example(data_type).to_bytes()))
    return files


def version() -> tuple[int, ...]:
    """Of the software, as pyproject.toml has it."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    return tuple(int(part) for part in project["version"].split("."))


def replaced(files: dict[Path, str], of: tuple[int, ...]) -> list[str]:
    """What a release must not do in this version: change or remove what was released before."""
    if of < FROZEN_FROM:
        return []
    gone = [path.name for path in RELEASED.glob("*.json") if path not in files]
    return gone + [path.name for path, text in files.items() if path.exists() and path.read_text() != text]


def write(files: dict[Path, str], folder: Path) -> list[Path]:
    """Write them, and remove what no longer belongs in the folder. Returns what changed."""
    changed = [path for path in folder.glob("*.json") if path not in files]
    for path in changed:
        path.unlink()
    for path, text in files.items():
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            changed.append(path)
    return changed


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    changed = write(published(), SCHEMAS)
    if "--release" in sys.argv:
        if broken := replaced(released(), version()):
            sys.exit(f"Released before, and other now: {', '.join(broken)}. Publish a v2 beside it instead.")
        changed += write(released(), RELEASED)
    for path in changed:
        sys.stdout.write(f"changed: {path.relative_to(PROJECT)}\n")
    if changed and "--check" in sys.argv:
        sys.exit("The published contract changed: review the difference and commit it.")
