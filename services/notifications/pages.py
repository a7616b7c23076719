# SPDX-License-Identifier: EUPL-1.2
"""The pages: the local mailbox and the news."""

from fastapi import APIRouter

from services.notifications.feed.pages import router as news
from services.notifications.mailbox.pages import router as mailbox
from shared.http import site

router = APIRouter()
router.include_router(site.router)
router.include_router(mailbox)
router.include_router(news)
