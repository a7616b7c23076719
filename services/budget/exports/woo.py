# SPDX-License-Identifier: EUPL-1.2
"""The register of subsidies that the Woo has published (article 3.3, second paragraph), a row per change.

Grants and contributions to others than natural persons, by the events of this service: what was promised,
what changed, what was withdrawn, what was paid back. The rows of one subsidy share their `kenmerk`. Who got a
grant is named if the budget holder said which organisation of the register it is, or the number by which it
was paid does; else only its kind is known here. The words for activities and purpose are those that an
official wrote for the public about the initiative.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

RECIPIENTS = {"organisation": "Organisatie", "business": "Bedrijf", "residents-group": "Groep inwoners"}
CHANGES = {
    "grant.allocated.v1": "verleend",
    "contribution.allocated.v1": "verleend",
    "grant.amended.v1": "gewijzigd in",
    "grant.settled.v1": "vastgesteld op",
    "grant.withdrawn.v1": "ingetrokken",
    "contribution.withdrawn.v1": "ingetrokken",
}
Published = tuple[str, dict[str, Any]]  # type without its prefix, data


def rows(about: str, recipient: str, purpose: str, events: Sequence[Published]) -> list[dict[str, Any]]:
    """What became of one subsidy, in order; each amount is of the change itself."""
    (basis,) = [data["legalBasis"] for kind, data in events if kind.endswith(".allocated.v1")]
    return [
        {
            "kenmerk": about,
            "wettelijke grondslag": basis,
            "ontvanger": recipient,
            "activiteiten en doel": purpose,
            "wijziging": change,
            "bedrag_cents": data["amountCents"],
            "datum": date.fromisoformat(data["happenedOn"]),
            "herkomst": data["origin"],
        }
        for change, data in _changes(events)
    ]


def purpose(title: str | None, summary: str) -> str:
    return f"{title}. {summary}" if title else ""


def _changes(events: Sequence[Published]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What returns when the cost turns out lower is in `vastgesteld op` already, and is no change of its own;
    what was ordered and not paid of a promise that was withdrawn is."""
    withdrawn = False
    for kind, data in events:
        withdrawn |= kind == "grant.withdrawn.v1"
        if kind in CHANGES:
            yield CHANGES[kind], data
        elif kind == "grant.returned.v1" and data["refunded"]:
            yield "terugbetaald", data
        elif kind == "grant.returned.v1" and withdrawn:
            yield "ingetrokken", data
