# SPDX-License-Identifier: EUPL-1.2
"""What a service says about its API is true: whatever is sent, the answer is one that the description names.

Schemathesis makes requests from each description, right ones and wrong ones, and looks at every answer:
no 5xx, a status, a content type, headers and a body as described, no wrong request accepted, and no right
one refused but by a rule that no description of shapes can express (tests/acceptance.py).
"""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import Response
from hypothesis import HealthCheck, Phase, given, settings
from prometheus_client import CollectorRegistry
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from services.suite.discovery import discover
from shared.access.rules import reads
from shared.contracts.refusals import FieldError, Invalid
from shared.http.app import create_app
from shared.http.router import Router
from shared.http.security import Reach
from shared.messaging.transaction import Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.service import Service
from shared.sqlite import sqlite_url
from shared.store import Database
from tests.acceptance import EXPECTED
from tests.access import AS_ANYBODY, DOOR

FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


async def _ready() -> dict[str, str]:
    return {}


def try_out(service: Service, database: Database, municipality: Municipality, mode: GenerationMode) -> int:
    """Raises what is found; how many operations were tried."""
    transactions = Transactions(database, municipality)
    app = create_app(
        service, transactions, _ready, CollectorRegistry(), DOOR, Reach(frozenset({"testserver"}))
    )
    config = SchemathesisConfig.from_str(EXPECTED)
    operations = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config).get_all_operations()
    tried = 0
    for result in operations:
        assert isinstance(result, Ok)
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # nothing that could be wrong: an unknown id is no wrong one

        @FEW
        @given(operation.as_strategy(generation_mode=mode))
        def answers_as_described(case: Case[Any]) -> None:
            case.call_and_validate(headers=dict(AS_ANYBODY))

        answers_as_described()
        tried += 1
    return tried


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)
def test_every_answer_is_one_that_was_described(
    service: Service, mode: GenerationMode, tmp_path: Path, municipality: Municipality
) -> None:
    database = Database(sqlite_url(tmp_path, service.name), service.name)
    migrate(database, service.package)
    assert try_out(service, database, municipality, mode)
    database.close()


def test_an_answer_that_was_not_described_is_found(tmp_path: Path, municipality: Municipality) -> None:
    api = Router()

    @api.get("/things", response_model=int)
    @reads("anybody")
    async def things() -> Response:
        return Response('"three"', status_code=202, media_type="application/json")

    database = Database(sqlite_url(tmp_path, "liar"), "liar")
    liar = Service(name="liar", port=8098, title="Liar", api=api)
    with pytest.raises(FailureGroup):
        try_out(liar, database, municipality, GenerationMode.POSITIVE)
    database.close()


def test_a_refusal_that_no_rule_explains_is_found(tmp_path: Path, municipality: Municipality) -> None:
    api = Router()

    @api.get("/things", response_model=int)
    @reads("anybody")
    async def things(text: str) -> Response:
        if len(text) < 3:
            raise Invalid(FieldError("text", "is too short"))
        return Response("3", media_type="application/json")

    database = Database(sqlite_url(tmp_path, "choosy"), "choosy")
    choosy = Service(name="choosy", port=8098, title="Choosy", api=api)
    with pytest.raises(FailureGroup, match="text: is too short"):
        try_out(choosy, database, municipality, GenerationMode.POSITIVE)
    database.close()
