# SPDX-License-Identifier: EUPL-1.2
"""Everything over HTTP: the routes of each folder, in the order of the OpenAPI document."""

from services.surveys.imports import api as imports
from services.surveys.results import api as results
from services.surveys.stories import api as stories
from services.surveys.survey import api as survey
from shared.http.router import Router

router = Router()
for part in (imports, stories, survey, results):
    router.include_router(part.router)
