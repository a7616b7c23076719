# SPDX-License-Identifier: EUPL-1.2
"""Where messages go, by the settings: a mail server, one address for all, a local mailbox, or nowhere yet."""

from collections.abc import Mapping

from services.notifications.channels.mailbox import Mailbox
from services.notifications.channels.smtp import Smtp
from services.notifications.delivery import Delivery
from services.notifications.figures import Figures
from shared.messaging.leader import Task
from shared.runtime import Runtime
from shared.settings import load_settings


def tasks(runtime: Runtime) -> Mapping[str, Task]:
    """With KERNPULS_DELIVERY=hold nothing leaves: notices wait until it is live again."""
    settings, municipality = load_settings(), runtime.transactions.municipality
    figures = Figures(runtime.metrics.registry)
    if settings.delivery == "hold":
        return {}
    delivery = Delivery(
        runtime.transactions,
        runtime.bus,
        Smtp(settings.smtp_url) if settings.smtp_url else Mailbox(runtime.database, runtime.clock),
        figures,
        sender=settings.mail_from or municipality.contact.email,
        redirect_to=settings.redirect_to if settings.delivery == "redirect" else None,
    )
    return {"delivery": delivery.run}
