# SPDX-License-Identifier: EUPL-1.2
"""python -m services.notifications"""

from services.notifications import PUBLISHES, handlers
from services.notifications.api import router
from services.notifications.outlet import tasks
from services.notifications.pages import pages
from shared.http import site
from shared.service import Service, run

SERVICE = Service(
    name="notifications",
    port=8004,
    title="Kernpuls Notifications",
    handlers=handlers.HANDLERS,
    api=router,
    pages=pages,
    static=site.STATIC,
    publishes=PUBLISHES,
    tasks=tasks,
)

if __name__ == "__main__":
    run(SERVICE)
