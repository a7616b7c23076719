# SPDX-License-Identifier: EUPL-1.2
"""What was measured and told in that year."""

from datetime import date
from typing import Any

from shared.contracts.examples.common import BOTH, HERE, INITIATIVE, History, day, opaque
from shared.contracts.surveys import (
    BenchmarkRecorded,
    Share,
    StoryPublished,
    StoryWithdrawn,
    SurveyClosed,
    SurveyCompleted,
    SurveyCorrected,
    SurveyOpened,
)

SURVEY, RESULT, STORY_ID = opaque("survey"), opaque("result"), opaque("story")
MEASURED: dict[str, Any] = {
    **HERE,
    "actor": "official",
    "survey_id": SURVEY,
    "instrument": "interim",
    "audience": "residents",
    "indicator": "cooperation-with-municipality",
    "year": 2021,
    "unit": "mark",
    "standing": "indicative",
    "invited": 60,
    "n": 24,
    "value": 6.4,
    "spread": 0.5,
    "comparable_with": ("baseline",),
    "distribution": (
        Share(answer="6", count=14),
        Share(answer="7", count=10),
    ),
    "source": "Enquête samenwerking 2021",
    "answers_from": "codes",
}
MARKED: dict[str, Any] = {
    "kernen": (),
    "origin": "example",
    "actor": "official",
    "instrument": "burgerpeiling",
    "year": 2019,
    "indicator": "involving-residents-in-policy",
    "unit": "mark",
    "source": "Burgerpeiling 2019",
}

STORY: History = (
    (
        SURVEY,
        1,
        SurveyOpened(
            **BOTH,
            actor="official",
            happened_on=day(10, 4),
            instrument="interim",
            audience="residents",
            title="Enquête samenwerking 2021",
            access="codes",
            opens_on=day(10, 4),
            closes_on=day(10, 31),
        ),
    ),
    (
        SURVEY,
        2,
        SurveyClosed(
            **BOTH, actor="system", happened_on=day(10, 31), instrument="interim", audience="residents"
        ),
    ),
    (RESULT, 1, SurveyCompleted(**MEASURED, happened_on=day(11, 1))),
    (RESULT, 2, SurveyCorrected(**MEASURED | {"invited": 62}, happened_on=day(11, 8))),
    (
        opaque("benchmark"),
        1,
        BenchmarkRecorded(**MARKED, happened_on=date(2019, 12, 31), area="netherlands", value=6.1, n=None),
    ),
    (
        STORY_ID,
        1,
        StoryPublished(
            **HERE, actor="official", happened_on=day(7, 12), theme="communication", initiative_id=INITIATIVE
        ),
    ),
    (STORY_ID, 2, StoryWithdrawn(**HERE, actor="submitter", happened_on=day(12, 20))),
)
