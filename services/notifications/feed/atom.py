# SPDX-License-Identifier: EUPL-1.2
"""The news of a kern as an Atom document (RFC 4287): facts and public titles, in Dutch."""

from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.dutch import euro
from shared.municipality import Municipality

ATOM = "http://www.w3.org/2005/Atom"
HEADLINES = {
    "assessed": "De gemeente steunt een initiatief: {title}",
    "started": "Begonnen: {title}",
    "realised": "Klaar: {title}",
    "grant-allocated": "{amount} voor een initiatief: {title}",
}


@dataclass(frozen=True)
class Item:
    id: str
    headline: str
    summary: str
    happened_on: date
    recorded_at: datetime
    fictional: bool


def headline(template: str, title: str | None, amount_cents: int | None) -> str:
    amount = "" if amount_cents is None else euro(amount_cents)
    return HEADLINES[template].format(title=title or "een initiatief van inwoners", amount=amount)


def atom(news: list[Item], kern: str, path: str, municipality: Municipality) -> bytes:
    """One feed document; a fictional item says so in its title."""
    ET.register_namespace("", ATOM)
    whole = kern == WHOLE_MUNICIPALITY
    name = f"gemeente {municipality.name}" if whole else municipality.kern_name(kern)
    feed = ET.Element(f"{{{ATOM}}}feed")
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "nl")
    _text(feed, "id", f"urn:kernpuls:{municipality.code}:feed:{kern}")
    _text(feed, "title", f"Nieuws over initiatieven: {name}")
    newest = max((item.recorded_at for item in news), default=datetime.fromisoformat("1970-01-01T00:00:00Z"))
    _text(feed, "updated", newest.isoformat())
    ET.SubElement(feed, f"{{{ATOM}}}link", rel="self", href=path)
    _text(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", f"Gemeente {municipality.name}")
    for item in news:
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _text(entry, "id", f"urn:uuid:{item.id}")
        _text(entry, "title", ("Voorbeeld (verzonnen): " if item.fictional else "") + item.headline)
        _text(entry, "updated", item.recorded_at.isoformat())
        _text(entry, "published", f"{item.happened_on.isoformat()}T00:00:00Z")
        _text(entry, "summary", item.summary or item.headline)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text
