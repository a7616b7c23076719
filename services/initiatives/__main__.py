# SPDX-License-Identifier: EUPL-1.2
"""python -m services.initiatives"""

from services.initiatives import PUBLISHES, handlers, metrics, pages
from services.initiatives.api import router
from services.initiatives.imports import timers as imports
from services.initiatives.persons import journal
from services.initiatives.questions import QUESTIONS
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
    questions=QUESTIONS,
    tasks=lambda runtime: {**metrics.tasks(runtime), **imports.tasks(runtime)},
    pages=pages.router,
    static=site.STATIC,
    timers=TIMERS,
    first=journal.follow,
)

if __name__ == "__main__":
    run(SERVICE)
