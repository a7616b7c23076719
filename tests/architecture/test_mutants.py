# SPDX-License-Identifier: EUPL-1.2
"""Each sown fault has its place in the code, and tests that are there: the campaign runs once in a while."""

from pathlib import Path

import pytest

from tests.conftest import HERE
from tests.mutants.domain import DOMAIN
from tests.mutants.doors import DOORS
from tests.mutants.edges import EDGES
from tests.mutants.mutant import Mutant
from tests.mutants.plumbing import PLUMBING

ALL = PLUMBING + EDGES + DOORS + DOMAIN


def test_each_fault_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in ALL}) == len(ALL)


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_a_sown_fault_has_its_place_and_its_tests(mutant: Mutant) -> None:
    found = (HERE.parent / mutant.file).read_text().count(mutant.old)
    assert found == 1, f"{mutant.file} has {found} times what it replaces; sow it again where that is now"
    for each in mutant.tests:
        path, _, name = each.partition("::")
        assert name.partition("[")[0] in Path(HERE.parent, path).read_text(), f"there is no {each}"
