# SPDX-License-Identifier: EUPL-1.2
"""300 requests to each service that nobody thought of; `make campaign NAME=fuzz` sends 10,000."""

from pathlib import Path

import pytest

from tests.fuzz.fuzzing import fuzz
from tests.fuzz.known import KNOWN

SEED = 20210616  # the same requests every time: what goes in must not fail by chance


@pytest.mark.parametrize("service", KNOWN)
def test_every_answer_is_as_described(service: str, tmp_path: Path) -> None:
    assert fuzz(service, 300, SEED, tmp_path) >= 300
