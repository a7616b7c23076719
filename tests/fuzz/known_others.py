# SPDX-License-Identifier: EUPL-1.2
"""What is right for the services of surveys, letters and the overview."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.municipality import Municipality
from tests.flows.suite import Suite
from tests.fuzz.known_budget import none
from tests.fuzz.schemas import Known, one_of

OF_EACH = 6
COLUMNS = "area,year,instrument,indicator,mark,percentage,n,source"


def surveys(of: Municipality, suite: Suite) -> Known:
    kernen = [kern.slug for kern in of.kernen]
    marks = [each.slug for each in of.indicators if each.unit == "mark"]
    files = [f"{COLUMNS}\nmunicipality,{year},baseline,{marks[0]},6.5,,412,Peiling" for year in (2015, 2016)]
    for csv in files:
        assert suite.http.post(suite.url("surveys", "/v1/imports"), json={"csv": csv}).status_code == 200
    today = datetime.now(UTC).date()
    asked = {
        "questions": [{"id": "mark", "kind": "mark", "text": "Welk cijfer?", "indicator": marks[0]}],
        "openDate": str(today - timedelta(1)),
        "closeDate": str(today + timedelta(30)),
    }
    story = {"kern": kernen[0], "text": "Wij maakten een bank.", "consent": True}
    stories = [suite.post("surveys", "/v1/stories", **story)["id"] for _ in range(OF_EACH)]
    now = none("happenedOn")
    right = now | {field: one_of([value]) for field, value in asked.items()}
    return Known(
        fields={"kern": one_of(kernen), "theme": one_of([None, *(theme.slug for theme in of.themes)])},
        parameters={
            "kern": one_of(kernen),
            "indicator": one_of([each.slug for each in of.indicators]),
            "surveyId": one_of(_planned(asked, suite)),
            "storyId": one_of(stories),
            "resultId": one_of([each["id"] for each in suite.all("surveys", "/v1/results")]),
        },
        bodies={
            "PlanSurvey": [right | none("kernen") | {"invited": one_of([{}])}],
            "ImportRounds": [now | {"csv": one_of(files)}],
            **{name: [now] for name in ("TellStory", "ReviewStory", "WithdrawStory", "OpenSurvey")},
            **{name: [now] for name in ("CloseSurvey", "IssueCodes")},
        },
    )


def _planned(asked: dict[str, Any], suite: Suite) -> list[str]:
    """Surveys that are open, that wait to be, and that are closed."""
    common = {"instrument": "interim", "title": "Hoe gaat het?"}
    ids = []
    for place in range(3 * OF_EACH):
        waits = {"openDate": asked["closeDate"]} if place % 3 == 1 else {}
        ids.append(suite.post("surveys", "/v1/surveys", **common, **asked | waits)["id"])
        if place % 3 == 2:
            suite.post("surveys", f"/v1/surveys/{ids[-1]}/closings")
    return ids


def only_read(of: Municipality, _suite: Suite) -> Known:
    """The overview and the letters, which no command reaches."""
    return Known(fields={}, parameters={"kern": one_of([kern.slug for kern in of.kernen])}, bodies={})
