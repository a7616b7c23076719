# SPDX-License-Identifier: EUPL-1.2
"""The news of a kern as an Atom document (RFC 4287): facts and public titles, in Dutch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.dutch import euro
from shared.municipality import Municipality

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without news
# What XML 1.0 cannot hold, however it is escaped: one of them, and nobody can read the whole document.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEADLINES = {
    "assessed": "De gemeente steunt een initiatief: {title}",
    "started": "Begonnen: {title}",
    "realised": "Klaar: {title}",
    "grant-allocated": "{amount} voor een initiatief: {title}",
}


@dataclass(frozen=True)
class Item:
    """One piece of news. `updated_at` is when it, or the title in it, was written last."""

    id: str
    headline: str
    summary: str
    happened_on: date
    updated_at: datetime
    fictional: bool

    @property
    def title(self) -> str:
        return ("Voorbeeld (verzonnen): " if self.fictional else "") + self.headline


def headline(template: str, title: str | None, amount_cents: int | None) -> str:
    amount = "" if amount_cents is None else euro(amount_cents)
    return HEADLINES[template].format(title=title or "een initiatief van inwoners", amount=amount)


def place_of(kern: str, municipality: Municipality) -> str:
    whole = kern == WHOLE_MUNICIPALITY
    return f"gemeente {municipality.name}" if whole else municipality.kern_name(kern)


def page_of(kern: str) -> str:
    """Where people read the same news."""
    return "/nieuws" if kern == WHOLE_MUNICIPALITY else f"/nieuws/{kern}"


def feed_of(kern: str) -> str:
    api = "/notifications/v1"  # at the one address
    return f"{api}/feed" if kern == WHOLE_MUNICIPALITY else f"{api}/kernen/{kern}/feed"


def atom(news: Sequence[Item], kern: str, origin: str, municipality: Municipality) -> bytes:
    """One feed document, its addresses at `origin`; a fictional item says so in its title."""
    ET.register_namespace("", ATOM)
    page = origin + page_of(kern)
    feed = ET.Element(f"{{{ATOM}}}feed")
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "nl")
    _text(feed, "id", f"urn:kernpuls:{municipality.code}:feed:{kern}")
    _text(feed, "title", f"Nieuws over initiatieven: {place_of(kern, municipality)}")
    _text(feed, "updated", max((item.updated_at for item in news), default=FIRST).isoformat())
    _link(feed, "self", origin + feed_of(kern), MEDIA_TYPE)
    _link(feed, "alternate", page, "text/html")
    _text(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", f"Gemeente {municipality.name}")
    for item in news:
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _text(entry, "id", f"urn:uuid:{item.id}")
        _text(entry, "title", item.title)
        _text(entry, "updated", item.updated_at.isoformat())
        began = datetime.combine(item.happened_on, time(), ZoneInfo(municipality.timezone))
        _text(entry, "published", began.isoformat())
        _link(entry, "alternate", f"{page}#{item.id}", "text/html")
        _text(entry, "summary", item.summary or item.headline)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _link(parent: ET.Element, relation: str, address: str, media_type: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=address, type=media_type)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
