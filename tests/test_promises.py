# SPDX-License-Identifier: EUPL-1.2
"""The papers may promise only what a test proves: every test they name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PROMISES = [
    (path.name, *found)
    for path in sorted((ROOT / "docs").rglob("*.md"))
    for found in NAMED.findall(path.read_text())
]


def test_the_guarantees_name_their_tests() -> None:
    assert len([name for name, _, _ in PROMISES if name == "delivery-guarantees.md"]) >= 20


@pytest.mark.parametrize(("paper", "file", "test"), PROMISES)
def test_a_test_that_a_paper_names_exists(paper: str, file: str, test: str) -> None:
    assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE), (
        f"{paper} names {file}::{test}, which is not there"
    )
