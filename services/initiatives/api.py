# SPDX-License-Identifier: EUPL-1.2
"""Everything of this service that is served over HTTP."""

from services.initiatives.assessment import api as assessment
from services.initiatives.imports import api as imports
from services.initiatives.initiative import api as initiative
from services.initiatives.kernambtenaren import api as kernambtenaren
from services.initiatives.milestones import api as milestones
from services.initiatives.networks import api as networks
from services.initiatives.participation import api as participation
from services.initiatives.persons import api as persons
from services.initiatives.search import api as search
from shared.http.router import Router

router = Router()
for folder in (
    kernambtenaren,
    persons,
    participation,
    networks,
    milestones,
    imports,
    search,
    assessment,
    initiative,
):
    router.include_router(folder.router)
