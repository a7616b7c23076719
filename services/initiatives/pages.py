# SPDX-License-Identifier: EUPL-1.2
"""The pages: logging in, and what is known of a person."""

from services.initiatives.persons.pages import router as persons
from services.initiatives.sessions.pages import router as sessions
from shared.http.router import Pages

router = Pages()
router.include_router(persons)
router.include_router(sessions)
