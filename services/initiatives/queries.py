# SPDX-License-Identifier: EUPL-1.2
"""What the API answers about one initiative."""

from sqlalchemy import Connection, select

from services.initiatives.life import NEXT
from services.initiatives.lists import summary_of
from services.initiatives.store import kernen_of
from services.initiatives.tables import assessment, initiative, initiative_history, money
from services.initiatives.views import AssessmentView, ContactPoint, HistoryEntry, InitiativeView, MoneyView
from shared.contracts.refusals import NotFound
from shared.municipality import Municipality


def one(connection: Connection, municipality: Municipality, initiative_id: str) -> InitiativeView:
    """Everything that may be told about one initiative. May raise NotFound."""
    found = connection.execute(select(initiative).where(initiative.c.id == initiative_id)).one_or_none()
    if found is None:
        raise NotFound(f"There is no initiative {initiative_id}.")
    point = municipality.contact
    return InitiativeView(
        **summary_of(found, kernen_of(connection, [found.id])[found.id]),
        channel=found.channel,
        description=found.description,
        amount_asked_cents=found.amount_asked_cents,
        wanted_start_date=found.wanted_start_on,
        assessment=_assessment(connection, initiative_id),
        money=_money(connection, initiative_id),
        support_given=found.support_given,
        contact_point=ContactPoint(name=point.name, email=point.email, url=point.url),
        allowed=NEXT[found.state],
        history=_history(connection, initiative_id),
    )


def _assessment(connection: Connection, initiative_id: str) -> AssessmentView | None:
    wanted = select(assessment).where(assessment.c.initiative_id == initiative_id)
    found = connection.execute(wanted).one_or_none()
    return AssessmentView.model_validate(dict(found._mapping)) if found else None


def _money(connection: Connection, initiative_id: str) -> MoneyView | None:
    found = connection.execute(select(money).where(money.c.initiative_id == initiative_id)).one_or_none()
    return MoneyView(**found._mapping, decided_date=found.decided_on) if found else None


def _history(connection: Connection, initiative_id: str) -> tuple[HistoryEntry, ...]:
    wanted = select(initiative_history).where(initiative_history.c.initiative_id == initiative_id)
    rows = connection.execute(wanted.order_by(initiative_history.c.id))
    return tuple(HistoryEntry.model_validate(dict(row._mapping)) for row in rows)
