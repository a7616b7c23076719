# SPDX-License-Identifier: EUPL-1.2
"""The register of subsidies that the Woo has published (article 3.3, second paragraph): six fields of each.

Grants and contributions to others than natural persons, by the events of this service: what was promised,
what changed, what was withdrawn. Who got a grant is named if the budget holder said which organisation of the
register it is, or the number by which it was paid does; else only its kind is known here. The words for
activities and purpose are those that an official wrote for the public about the initiative.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shared.dutch import day, euro

FIELDS = (
    "wettelijke grondslag",
    "ontvanger",
    "activiteiten en doel",
    "bedrag en wijzigingen",
    "intrekkingen",
    "datum",
)
RECIPIENTS = {"organisation": "Organisatie", "business": "Bedrijf", "residents-group": "Groep inwoners"}
CHANGES = {
    "grant.amended.v1": "gewijzigd in",
    "grant.settled.v1": "vastgesteld op",
}
WITHDRAWALS = {"grant.withdrawn.v1", "contribution.withdrawn.v1"}
Published = tuple[str, dict[str, Any]]  # type without its prefix, data


def row(key: tuple[int, Any], recipient: str, purpose: str, events: Sequence[Published]) -> dict[str, Any]:
    (_, promised) = next(each for each in events if each[0].endswith(".allocated.v1"))
    amounts = [euro(promised["amountCents"])]
    amounts += [
        f"{CHANGES[kind]} {euro(data['amountCents'])} op {_day(data)}"
        for kind, data in events
        if kind in CHANGES
    ]
    withdrawn = [
        f"{euro(data['amountCents'])} op {_day(data)}" for kind, data in events if kind in WITHDRAWALS
    ]
    values = (
        promised["legalBasis"],
        recipient,
        purpose,
        "; ".join(amounts),
        "; ".join(withdrawn),
        promised["decidedOn"],
    )
    return {"_key": key, **dict(zip(FIELDS, values, strict=True))}


def _day(data: dict[str, Any]) -> str:
    return day(date.fromisoformat(data["happenedOn"]))


def purpose(title: str | None, summary: str) -> str:
    return f"{title}. {summary}" if title else ""
