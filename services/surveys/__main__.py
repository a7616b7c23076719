# SPDX-License-Identifier: EUPL-1.2
"""python -m services.surveys"""

from services.surveys import PUBLISHES, pages, timers
from services.surveys.api import router
from services.surveys.stories.queries import text_of
from shared.contracts.surveys import StoryQuestion
from shared.http import site
from shared.messaging.requests import Answerer
from shared.run import run
from shared.service import Service

SERVICE = Service(
    name="surveys",
    port=8003,
    title="Kernpuls Surveys",
    api=router,
    pages=pages.router,
    static=site.STATIC,
    publishes=PUBLISHES,
    timers=timers.TIMERS,
    questions=(Answerer("surveys.story", StoryQuestion, text_of),),
)

if __name__ == "__main__":
    run(SERVICE)
