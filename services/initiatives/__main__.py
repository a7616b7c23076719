# SPDX-License-Identifier: EUPL-1.2
"""python -m services.initiatives"""

from services.initiatives import PUBLISHES, figures, handlers
from services.initiatives.api import router
from services.initiatives.imports import work
from services.initiatives.persons import erasing, journal, pages
from services.initiatives.replies import REPLIES
from services.initiatives.timers import TIMERS
from shared.http import site
from shared.run import run
from shared.service import Service

SERVICE = Service(
    name="initiatives",
    port=8001,
    title="Kernpuls Initiatives",
    handlers=handlers.HANDLERS,
    api=router,
    publishes=PUBLISHES,
    questions=REPLIES,
    tasks=lambda runtime: {**figures.tasks(runtime), **work.tasks(runtime)},
    pages=pages.router,
    static=site.STATIC,
    timers=(*TIMERS, erasing.finish),
    first=journal.follow,
)

if __name__ == "__main__":
    run(SERVICE)
