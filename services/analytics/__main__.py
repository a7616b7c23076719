# SPDX-License-Identifier: EUPL-1.2
"""python -m services.analytics"""

from services.analytics import PUBLISHES, handlers, verify
from services.analytics.overview import api, pages
from services.analytics.questions import QUESTIONS
from services.analytics.read_model.rebuild import rebuild_overview
from shared.http import site
from shared.run import run
from shared.service import Service

SERVICE = Service(
    name="analytics",
    port=8005,
    title="Kernpuls Analytics",
    handlers=handlers.HANDLERS,
    api=api.router,
    pages=pages.router,
    static=site.STATIC,
    publishes=PUBLISHES,
    actions={"rebuild": rebuild_overview},
    checks=verify.CHECKS,
    questions=QUESTIONS,
)

if __name__ == "__main__":
    run(SERVICE)
