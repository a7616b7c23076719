# SPDX-License-Identifier: EUPL-1.2
"""The columns of every export, by their name for programs and their title for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# By it a spreadsheet knows what it shows: a `code` is shown as a word, a `line` or `kern` by its name.
Kind = Literal["text", "number", "euro", "date", "moment", "code", "line", "kern"]


@dataclass(frozen=True)
class Column:
    name: str
    title: str
    kind: Kind = "text"
    width: int = 16  # in characters


ORIGIN = Column("origin", "Herkomst", "code", 12)

POSTINGS = (
    Column("id", "Nummer", "number", 10),
    Column("year", "Jaar", "number", 8),
    Column("line", "Begrotingsregel", "line", 34),
    Column("kern", "Kern", "kern"),
    Column("operation", "Handeling", "code", 20),
    Column("credit", "Van", "code"),
    Column("debit", "Naar", "code"),
    Column("amount_cents", "Bedrag", "euro", 14),
    Column("role", "Wie", "code"),
    Column("reason", "Reden", "code", 26),
    Column("subject", "Waarover", width=38),
    ORIGIN,
    Column("correlation_id", "Samenhang", width=38),
    Column("causation_id", "Aanleiding", width=38),
    Column("happened_on", "Datum", "date", 12),
    Column("recorded_at", "Vastgelegd", "moment", 18),
)
GRANTS = (
    Column("number", "Nummer", "number", 10),
    Column("id", "Kenmerk", width=38),
    Column("initiative_id", "Initiatief", width=38),
    Column("year", "Jaar", "number", 8),
    Column("line", "Begrotingsregel", "line", 34),
    Column("kernen", "Kernen", "kern", 24),
    Column("recipient_kind", "Aanvrager", "code", 18),
    Column("state", "Stand", "code", 22),
    Column("since", "Sinds", "date", 12),
    Column("asked_cents", "Gevraagd", "euro", 14),
    Column("held_cents", "Beslag op de regel", "euro", 18),
    Column("allocated_cents", "Toegekend", "euro", 14),
    Column("decided_on", "Besloten op", "date", 12),
    Column("legal_basis", "Wettelijke grondslag", width=44),
    Column("organisation_id", "Organisatie", width=38),
    Column("reason", "Reden", "code", 26),
    ORIGIN,
)
CONTRIBUTIONS = (
    Column("id", "Kenmerk", width=38),
    Column("organisation_id", "Organisatie", width=38),
    Column("kind", "Soort", "code", 28),
    Column("name", "Naam", width=34),
    Column("kernen", "Kernen", "kern", 24),
    Column("year", "Jaar", "number", 8),
    Column("line", "Begrotingsregel", "line", 34),
    Column("amount_cents", "Bedrag", "euro", 14),
    Column("decided_on", "Besloten op", "date", 12),
    Column("state", "Stand", "code"),
    Column("withdrawn_on", "Ingetrokken op", "date", 14),
    Column("legal_basis", "Wettelijke grondslag", width=44),
    ORIGIN,
)
SUBSIDIES = (
    Column("kenmerk", "Kenmerk", width=38),
    Column("wettelijke grondslag", "Wettelijke grondslag", width=44),
    Column("ontvanger", "Ontvanger", width=34),
    Column("activiteiten en doel", "Activiteiten en doel", width=60),
    Column("wijziging", "Wijziging", "code", 18),
    Column("bedrag_cents", "Bedrag", "euro", 14),
    Column("datum", "Datum", "date", 12),
    Column("herkomst", "Herkomst", "code", 12),
)

WORDS: Mapping[str, str] = {
    # what a posting is for
    "adopt": "Vaststellen",
    "reserve": "Reserveren",
    "release": "Vrijgeven",
    "allocate": "Toekennen",
    "amend": "Wijzigen",
    "withdraw": "Intrekken",
    "return": "Terug naar de regel",
    "contribute": "Bijdrage toekennen",
    "commit": "Vastleggen",
    "pay": "Betalen",
    # the accounts of a line
    "council": "Raad",
    "available": "Beschikbaar",
    "reserved": "Gereserveerd",
    "committed": "Toegezegd",
    "paid": "Betaald",
    # who acted
    "submitter": "Indiener",
    "official": "Ambtenaar",
    "kernambtenaar": "Kernambtenaar",
    "budget-holder": "Budgethouder",
    "system": "Systeem",
    # why
    "moved": "Verschoven",
    "raised": "Verhoogd door de raad",
    "carried-over": "Overgeheveld",
    "criteria-not-met": "Voldoet niet aan de voorwaarden",
    "no-room": "Geen geld meer",
    "above-kern-maximum": "Boven het maximum per kern",
    "no-budget": "Geen begroting",
    "year-closed": "Jaar is afgesloten",
    "by-decision": "Besluit van de gemeente",
    # what became of it
    "asked": "Gevraagd",
    "refusal-proposed": "Voorstel: afwijzen",
    "waiting": "Wacht op geld",
    "released": "Vervallen",
    "allocated": "Toegekend",
    "declined": "Afgewezen",
    "withdrawn": "Ingetrokken",
    "settled": "Vastgesteld",
    "ordered": "Betaling in opdracht",
    # who gets it
    "resident": "Inwoner",
    "residents-group": "Groep inwoners",
    "organisation": "Organisatie",
    "business": "Bedrijf",
    "village-interests": "Dorpsbelangenorganisatie",
    "signal-group": "Signaleringsgroep",
    "business-association": "Ondernemersvereniging",
    "participation-council": "Participatieraad",
    "civil-society": "Maatschappelijke organisatie",
    "whatsapp-coordinator": "WhatsApp-coördinator",
    # changes of a subsidy
    "verleend": "Verleend",
    "gewijzigd in": "Gewijzigd in",
    "vastgesteld op": "Vastgesteld op",
    "ingetrokken": "Ingetrokken",
    "terugbetaald": "Terugbetaald",
    # where it came from
    "live": "Echt",
    "import": "Ingevoerd",
    "example": "Voorbeeld",
}
