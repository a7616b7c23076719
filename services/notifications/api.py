# SPDX-License-Identifier: EUPL-1.2
"""The HTTP API: what became of notices, and the news."""

from services.notifications.feed.api import router as feed
from services.notifications.notices.api import router as notices
from shared.http.router import Router

router = Router()
router.include_router(notices)
router.include_router(feed)
