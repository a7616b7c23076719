# SPDX-License-Identifier: EUPL-1.2
"""python -m services.budget"""

from services.budget import PUBLISHES, handlers, metrics, pages, verify
from services.budget.api import router
from services.budget.contributions.timers import finish
from shared.http import site
from shared.run import run
from shared.service import Service

SERVICE = Service(
    name="budget",
    port=8002,
    title="Kernpuls Budget",
    handlers=handlers.HANDLERS,
    api=router,
    pages=pages.router,
    static=site.STATIC,
    publishes=PUBLISHES,
    checks=verify.CHECKS,
    own_state=verify.OwnMoney,
    tasks=metrics.tasks,
    timers=(finish,),
)

if __name__ == "__main__":
    run(SERVICE)
