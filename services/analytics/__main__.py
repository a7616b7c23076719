"""python -m services.analytics"""

from services.analytics import PUBLISHES, api, handlers, operate, pages
from shared.service import Service, run

SERVICE = Service(
    name="analytics",
    port=8000,
    title="Kernpuls Analytics",
    handlers=handlers.HANDLERS,
    api=api.router,
    pages=pages.router,
    static=pages.STATIC,
    publishes=PUBLISHES,
    actions=operate.actions,
)

if __name__ == "__main__":
    run(SERVICE)
