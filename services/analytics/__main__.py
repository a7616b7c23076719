# SPDX-License-Identifier: EUPL-1.2
"""python -m services.analytics"""

from services.analytics import PUBLISHES, api, handlers, operate, pages
from services.analytics.replies import REPLIES
from shared.http import site
from shared.service import Service, run

SERVICE = Service(
    name="analytics",
    port=8000,
    title="Kernpuls Analytics",
    handlers=handlers.HANDLERS,
    api=api.router,
    pages=pages.router,
    static=site.STATIC,
    publishes=PUBLISHES,
    actions=operate.actions,
    replies=REPLIES,
)

if __name__ == "__main__":
    run(SERVICE)
