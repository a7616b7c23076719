# SPDX-License-Identifier: EUPL-1.2
"""The surveys service on both databases, with a clock of its own, its HTTP app and what it published."""

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.surveys.__main__ import SERVICE
from services.surveys.survey import handlers
from services.surveys.survey.commands import IssueCodes, PlanSurvey
from services.surveys.survey.model import FilledForm
from shared.http.app import create_app
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Cause, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import HERE, OpenDatabase

SURVEY: dict[str, Any] = {
    "instrument": "interim",
    "title": "Hoe werken wij samen?",
    "openDate": "2021-09-01",
    "closeDate": "2021-10-31",
    "comparableWith": ["baseline"],
    "questions": [
        {"id": "mark", "kind": "mark", "text": "Welk cijfer geeft u?", "indicator": "say-in-plans"},
        {
            "id": "welcome",
            "kind": "agree",
            "text": "Ik voel mij welkom.",
            "indicator": "welcome-at-town-hall",
        },
        {"id": "why", "kind": "open", "text": "Wilt u iets toelichten?"},
    ],
}
NEW = "a code of its own"


@dataclass
class Desk:
    """The service and its time; everything is done as its commands do it."""

    database: Database
    municipality: Municipality
    now: datetime = datetime(2021, 9, 15, 10, 0, tzinfo=UTC)
    transactions: Transactions = field(init=False)
    by_codes: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.transactions = Transactions(self.database, self.municipality, clock=lambda: self.now)

    async def plan(self, **changed: Any) -> str:
        survey_id = str(uuid.uuid4())
        command = PlanSurvey.model_validate_json(json.dumps(SURVEY | changed))
        self.by_codes[survey_id] = command.access == "codes"
        await self.transactions.run(
            lambda tx: tx.record(handlers.plan(survey_id, command, tx)), Cause("test")
        )
        return survey_id

    async def invite(self, survey_id: str, count: int = 1) -> list[str]:
        """New codes."""
        command = IssueCodes(count=count)
        return await self.transactions.run(
            lambda tx: handlers.issue_codes(survey_id, command, tx), Cause("test")
        )

    async def answer(
        self, survey_id: str, kern: str, mark: int, welcome: str, code: str | None = NEW
    ) -> None:
        """One form; with a code of its own where one is asked, unless another is given."""
        if code == NEW:
            code = (await self.invite(survey_id))[0] if self.by_codes[survey_id] else None
        chosen = {"mark": str(mark), "welcome": welcome}
        form = FilledForm(uuid.uuid4().hex, kern, chosen, {"why": f"zomaar {kern}"})
        await self.transactions.run(
            lambda tx: tx.record(handlers.answer(survey_id, form, code, tx)), Cause("test")
        )

    def told(self, event_type: str = "") -> list[dict[str, Any]]:
        """The events in the outbox, whole, of one type or all."""
        with self.database.reader.connect() as connection:
            rows = connection.execute(select(outbox.c.payload).order_by(outbox.c.id)).scalars().all()
        events = [json.loads(row) for row in rows]
        return [event for event in events if event["type"].startswith(f"nl.kernpuls.{event_type}")]


@pytest.fixture
def desk(open_database: OpenDatabase, municipality: Municipality) -> Desk:
    """Once on SQLite and once on PostgreSQL."""
    database = open_database("surveys")
    migrate(database, "services.surveys")
    return Desk(database, municipality)


async def ready() -> dict[str, str]:
    return {}


def app_of(desk: Desk) -> httpx.AsyncClient:
    """The service's HTTP app, API and pages, on the desk's store and time."""
    app = create_app(SERVICE, desk.transactions, ready, CollectorRegistry(), DOOR)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=AS_ANYBODY
    )


@pytest.fixture
async def api(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with app_of(desk) as client:
        yield client


@pytest.fixture(scope="session")
def buren() -> Municipality:
    return load_municipality(HERE.parent / "deploy" / "municipalities" / "buren.toml")
