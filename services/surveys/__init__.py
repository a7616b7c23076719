# SPDX-License-Identifier: EUPL-1.2
"""Surveys: what residents and officials think, in numbers and in stories.

It holds surveys, counts their answers, takes in rounds that were held elsewhere, and decides what of all
that may be known: nothing that could expose a person. It keeps the stories and shows them after review.
What it does not know: who answered, and how the overview shows what it tells.
"""

from shared.contracts import surveys
from shared.contracts.envelope import EventData

CONSUMES: tuple[type[EventData], ...] = ()
PUBLISHES = (
    surveys.SurveyOpened,
    surveys.SurveyClosed,
    surveys.SurveyCompleted,
    surveys.SurveyCorrected,
    surveys.BenchmarkRecorded,
    surveys.StoryPublished,
    surveys.StoryWithdrawn,
)
OWNS = (
    "survey",
    "survey_code",
    "reply",
    "answer",
    "open_answer",
    "imported_round",
    "result",
    "imported_row",
    "benchmark",
    "story",
)
