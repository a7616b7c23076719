# SPDX-License-Identifier: EUPL-1.2
"""python -m services.notifications"""

from services.notifications import PUBLISHES, handlers, verify
from services.notifications.api import router
from services.notifications.outlet import tasks
from services.notifications.pages import pages
from shared.http import site
from shared.run import run
from shared.service import Service

SERVICE = Service(
    name="notifications",
    port=8004,
    title="Kernpuls Notifications",
    handlers=handlers.HANDLERS,
    api=router,
    pages=pages,
    static=site.STATIC,
    publishes=PUBLISHES,
    checks=verify.CHECKS,
    tasks=tasks,
)

if __name__ == "__main__":
    run(SERVICE)
