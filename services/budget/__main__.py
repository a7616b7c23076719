# SPDX-License-Identifier: EUPL-1.2
"""python -m services.budget"""

from services.budget import PUBLISHES, handlers
from services.budget.api import router
from services.budget.contributions.runs import finish
from shared.service import Service, run

SERVICE = Service(
    name="budget",
    port=8002,
    title="Kernpuls Budget",
    handlers=handlers.HANDLERS,
    api=router,
    publishes=PUBLISHES,
    timers=(finish,),
)

if __name__ == "__main__":
    run(SERVICE)
