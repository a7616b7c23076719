# SPDX-License-Identifier: EUPL-1.2
"""Surveys: what residents and officials think, in numbers and in stories.

It holds surveys, counts their answers, takes in rounds that were held elsewhere, and decides what of all
that may be known: nothing that could expose a person. It keeps the stories and shows them after review.
It does not know who answered, nor how the overview shows what it publishes.

    `survey/`   planned, opened, answered, closed and counted
    `imports/`  rounds held elsewhere, as CSV: new results, and corrections of known ones
    `results/`  what was measured, and what of it may be published; both of the above end there
    `stories/`  told with consent, reviewed, published, withdrawn
    `pages/`    the forms that people fill in

    `api` all routes · `timers` what a day brings: opening, closing, forgetting · `tables` · `migrations/`
    `queries` what all collections have in common
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
