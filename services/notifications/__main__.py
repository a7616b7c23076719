# SPDX-License-Identifier: EUPL-1.2
"""python -m services.notifications"""

from collections.abc import Mapping

from services.notifications import PUBLISHES, handlers, verify
from services.notifications.api import router
from services.notifications.delivery.dispatch import Dispatch
from services.notifications.delivery.smtp import Smtp
from services.notifications.mailbox.store import Mailbox
from services.notifications.metrics import NoticeMetrics, Waiting
from services.notifications.notices import handlers as notices
from services.notifications.notices import queries
from services.notifications.pages import router as pages
from shared.http import site
from shared.messaging.leader import Task
from shared.run import run
from shared.runtime import Runtime
from shared.service import Service
from shared.settings import load_settings


def tasks(runtime: Runtime) -> Mapping[str, Task]:
    """With KERNPULS_DELIVERY=hold nothing is sent: notices wait until it is live again."""
    settings, municipality = load_settings(), runtime.transactions.municipality
    metrics = NoticeMetrics(runtime.metrics.registry)
    runtime.metrics.registry.register(Waiting(runtime.database, runtime.clock))
    if settings.delivery == "hold":
        return {}
    dispatch = Dispatch(
        runtime.transactions,
        runtime.bus,
        Smtp(settings.smtp_url, settings.smtp_starttls)
        if settings.smtp_url
        else Mailbox(runtime.database, runtime.clock),
        metrics,
        sender=settings.mail_from or municipality.contact.email,
        redirect_to=settings.redirect_to if settings.delivery == "redirect" else None,
    )
    return {"delivery": dispatch.run}


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
    actions={"send-again": notices.send_again, "give-up": notices.give_up},
    reports={"letters": queries.lines, "letter": queries.details},
)

if __name__ == "__main__":
    run(SERVICE)
