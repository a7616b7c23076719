# SPDX-License-Identifier: EUPL-1.2
"""A Dutch letter from its template: text and HTML, the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from shared.contracts.initiatives import ContactAnswer
from shared.contracts.initiatives.participation import ParticipantAnswer
from shared.dutch import day, euro
from shared.municipality import Municipality

DECLINED = {
    "no-room": "er is in dit jaar niet genoeg geld over in het budget waaruit dit betaald zou worden",
    "criteria-not-met": "het voldoet niet aan alle voorwaarden voor dit geld",
    "above-kern-maximum": "het is meer dan er per kern beschikbaar is",
    "no-budget": "er is voor dat jaar geen budget vastgesteld",
    "year-closed": "het jaar waaruit dit betaald zou worden, is afgesloten",
    "by-decision": "de budgethouder heeft na afweging besloten het niet toe te kennen",
}
EXTENDED = {
    "advice-needed": "wij hebben advies van anderen nodig",
    "complex": "uw initiatief is zo bijzonder dat het meer tijd vraagt",
    "talks-with-residents": "wij praten eerst met andere inwoners",
    "capacity": "wij hebben op dit moment te weinig mensen om het op tijd af te wegen",
}
USES = {
    "adopted": "Dit nemen wij over.",
    "partly": "Dit nemen wij voor een deel over.",
    "not-adopted": "Dit nemen wij niet over.",
}


@dataclass(frozen=True)
class Letter:
    """What somebody reads."""

    subject: str
    text: str
    html: str


def render(
    template: str,
    facts: Mapping[str, Any],
    contact: ContactAnswer | ParticipantAnswer | None,
    of: Municipality,
) -> Letter:
    """Fill a template in. `contact` is None for a letter to the municipality's own people."""
    why = DECLINED | EXTENDED
    values = {"facts": facts, "contact": contact, "municipality": of, "why": why, "uses": USES}
    subject, text = templates.get_template(f"{template}.txt").render(values).split("\n", 1)
    paragraphs = [part.strip() for part in text.strip().split("\n\n")]
    html = templates.get_template("letter.html").render(values, subject=subject, paragraphs=paragraphs)
    return Letter(subject.strip(), "\n\n".join(paragraphs) + "\n", html)


def _day(value: date | str) -> str:
    """The facts of an event have their dates as it carries them; a contact has dates."""
    return day(date.fromisoformat(value) if isinstance(value, str) else value)


templates = Environment(
    loader=PackageLoader("services.notifications.letters"),
    autoescape=select_autoescape(("html",)),  # a letter's text form is no markup
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters.update(day=_day, euro=euro)
