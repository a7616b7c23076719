# SPDX-License-Identifier: EUPL-1.2
"""The one table of the site. The menu, the footer and the routes of the proxy are made of it, so that no page
links to what the proxy does not serve.

People's paths are Dutch, and one service's alone; `/<service>/v1` is for machines.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Place(NamedTuple):
    """Pages of one service: at `path` and below it, but of `/` that page alone.

    `label` is what the menu calls it, in Dutch; without one, people come there from another page. Of the part
    `work` every path begins with `/werk/`, so that a gateway can close it.
    """

    path: str
    service: str
    label: str
    part: Literal["public", "work"]


PLACES = (
    Place("/", "analytics", "Overzicht", "public"),
    Place("/kernen", "analytics", "", "public"),
    Place("/nieuws", "notifications", "Nieuws", "public"),
    Place("/enquetes", "surveys", "Enquêtes en verhalen", "public"),
    Place("/verhalen", "surveys", "", "public"),
    Place("/begroting", "budget", "Begroting", "public"),
    Place("/verantwoording", "budget", "", "public"),
    Place("/inloggen", "initiatives", "", "public"),
    Place("/werk/personen", "initiatives", "Persoon opzoeken", "work"),
    Place("/werk/postvak", "notifications", "Lokaal postvak", "work"),
)


def listed(part: Literal["public", "work"]) -> Sequence[Place]:
    """What the menu shows of a part."""
    return [place for place in PLACES if place.part == part and place.label]


def prefix_of(service: str) -> str:
    """What every path of a service begins with at the one address, its pages excepted."""
    return f"/{service}"


def api_of(service: str) -> str:
    """Where programs find a service."""
    return f"{prefix_of(service)}/v1"
