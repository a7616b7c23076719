# SPDX-License-Identifier: EUPL-1.2
"""A kernambtenaar works for their own kernen, by the appointments as they are at that moment."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.access import bearer
from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, SUBMISSION, Room

ASKED = {"asked": "Een tekening."}
ONE = "/v1/initiatives/i1"


def as_official(officer: str, *roles: str) -> Mapping[str, str]:
    return bearer(roles or ["kernambtenaar"], subject=f"sub-{officer}", officer_id=officer)


@pytest.fixture(autouse=True)
def initiative(room: Room) -> None:
    """Of Noordoever, where `o-north` is on duty and `o-deputy` deputises; `o-plate` is of another kern."""
    room.appoint(
        "a1", **{**APPOINTMENT, "kernen": ["noordoever"], "officerId": "o-north", "deputyId": "o-deputy"}
    )
    room.appoint("a2", **{**APPOINTMENT, "kernen": ["de-plaat"], "officerId": "o-plate"})
    room.submit(kernen=["noordoever"])


async def status(
    api: httpx.AsyncClient, headers: Mapping[str, str], step: str, body: Mapping[str, Any] = ASKED
) -> int:
    path = step if step.startswith("/") else f"{ONE}/{step}"
    return (await api.post(path, json=body, headers=headers)).status_code


async def test_whose_kern_it_is_and_their_deputy_may(api: httpx.AsyncClient) -> None:
    for other in ("o-plate", "o-nobody"):
        assert await status(api, as_official(other), "supplement-requests") == 403
    assert await status(api, as_official("o-deputy"), "supplement-requests") == 201
    assert await status(api, as_official("o-plate"), "supplements", {"answer": "Hierbij."}) == 403
    assert await status(api, as_official("o-north"), "supplements", {"answer": "Hierbij."}) == 201


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("assessments", ASSESSMENT),
        ("assessment-previews", ASSESSMENT),
        ("corrections", {"publicTitle": "Een steiger", "publicSummary": "Om te zwemmen."}),
        ("evaluations", {"result": "as-intended"}),
        ("extensions", {"until": "2021-08-10", "reason": "complex"}),
        ("realisations", {}),
        ("starts", {}),
        ("withdrawals", {}),
    ],
)
async def test_of_another_kern_nothing_may(
    api: httpx.AsyncClient, step: str, body: Mapping[str, Any]
) -> None:
    assert await status(api, as_official("o-plate"), step, body) == 403
    assert await status(api, as_official("o-north"), step, body) in (200, 201, 409)


async def test_the_end_of_an_appointment_counts_at_once_and_so_does_what_is_given(
    room: Room, api: httpx.AsyncClient
) -> None:
    room.relieve("a1", validUntil=str((room.now + timedelta(days=1)).date()))
    room.now += timedelta(days=3)
    assert await status(api, as_official("o-deputy"), "supplement-requests") == 403
    assert await status(api, bearer(["coordinator"]), "assignments", {"officerId": "o-plate"}) == 201
    assert await status(api, as_official("o-plate"), "supplement-requests") == 201


async def test_a_coordinator_may_everywhere_and_an_editor_corrects(api: httpx.AsyncClient) -> None:
    editor = as_official("o-plate", "kernambtenaar", "editor")
    words = {"publicTitle": "Een steiger", "publicSummary": "Om te zwemmen."}
    assert await status(api, editor, "assessments", ASSESSMENT) == 403
    assert await status(api, bearer(["coordinator"]), "assessments", ASSESSMENT) == 201
    assert await status(api, editor, "corrections", words) == 201


async def test_an_absence_is_reported_by_the_official_or_the_coordinator(api: httpx.AsyncClient) -> None:
    days = {"firstDay": "2021-07-01", "lastDay": "2021-07-10"}
    absences = "/v1/kernambtenaren/a1/absences"
    assert await status(api, as_official("o-plate"), absences, days) == 403
    assert await status(api, as_official("o-north"), absences, days) == 201
    assert await status(api, bearer(["coordinator"]), absences, days) == 201


async def test_what_comes_by_another_channel_is_written_down_by_an_official(api: httpx.AsyncClient) -> None:
    spoken, nobody = SUBMISSION | {"channel": "telephone"}, {"Authorization": ""}
    async with httpx.AsyncClient(transport=api._transport, base_url="http://localhost") as resident:
        assert (await resident.post("/v1/initiatives", json=spoken)).status_code == 401
        assert (await resident.post("/v1/initiatives", json=SUBMISSION)).status_code == 201
        assert (await resident.post("/v1/initiatives", json=spoken, headers=nobody)).status_code == 401
    assert await status(api, as_official("o-north"), "/v1/initiatives", spoken) == 201


@pytest.mark.parametrize(
    "change", [{"origin": "import"}, {"origin": "example"}, {"happenedOn": "2021-06-01"}]
)
async def test_history_is_for_who_imports(api: httpx.AsyncClient, change: dict[str, str]) -> None:
    past = SUBMISSION | change
    assert await status(api, bearer(["coordinator"]), "/v1/initiatives", past) == 403
    assert await status(api, bearer(["coordinator"], ["import"]), "/v1/initiatives", past) == 201
