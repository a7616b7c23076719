# SPDX-License-Identifier: EUPL-1.2
"""python -m services.analytics"""

from services.analytics import PUBLISHES, api, handlers, operate, pages, verify
from services.analytics.replies import REPLIES
from shared.http import site
from shared.run import run
from shared.service import Service

SERVICE = Service(
    name="analytics",
    port=8000,
    title="Kernpuls Analytics",
    handlers=handlers.HANDLERS,
    api=api.router,
    pages=pages.router,
    static=site.STATIC,
    publishes=PUBLISHES,
    actions={"rebuild": operate.rebuild_overview},
    checks=verify.CHECKS,
    questions=REPLIES,
)

if __name__ == "__main__":
    run(SERVICE)
