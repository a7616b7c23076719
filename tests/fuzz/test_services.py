# SPDX-License-Identifier: EUPL-1.2
"""300 requests to each service that nobody thought of; `make campaign NAME=fuzz` sends 10,000.

Without the phase that goes through every value of every parameter: a thousand requests a service, whatever
number is asked, which took CI a quarter of an hour. The campaign has it.
"""

from collections.abc import Iterator

import pytest

from services.suite.discovery import discover
from tests.fuzz.fuzzing import Fuzzed, fuzz, fuzzed
from tests.fuzz.known import KNOWN

PHASES = "examples,fuzzing,stateful"
DONE = 0.4  # of the operations; the other phase comes by most of the rest
SEED = 20210616  # the same requests every time: what goes in must not fail by chance


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with fuzzed(tmp_path_factory.mktemp("fuzz")) as of:
        yield of


@pytest.mark.parametrize("service", KNOWN)
def test_every_answer_is_as_described(service: str, of: Fuzzed) -> None:
    assert fuzz(service, 300, SEED, of, PHASES, DONE) >= 300


def test_every_service_is_asked() -> None:
    assert KNOWN.keys() == {service.name for service in discover()}
