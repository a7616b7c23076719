# SPDX-License-Identifier: EUPL-1.2
"""The pages: the local mailbox and the news."""

from services.notifications.feed.pages import router as news
from services.notifications.mailbox.pages import router as mailbox
from shared.http.router import Pages

router = Pages()
router.include_router(mailbox)
router.include_router(news)
