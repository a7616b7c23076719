# SPDX-License-Identifier: EUPL-1.2
"""What people read for a code of an event: plain Dutch (B1)."""

from collections.abc import Mapping

from shared.contracts.envelope import Data

STATES = {
    "submitted": "Ontvangen",
    "assigned": "In behandeling",
    "supported": "Positief beoordeeld",
    "started": "In uitvoering",
    "realised": "Gerealiseerd",
    "declined": "Afgewezen",
    "redirected": "Doorverwezen",
    "withdrawn": "Ingetrokken",
}
TERMS = {
    "supplemented": "Om aanvulling gevraagd",
    "extended": "Termijn verlengd",
    "exceeded": "Termijn overschreden",
}
RESULTS = {
    "as-intended": "Geworden zoals bedoeld",
    "partly": "Voor een deel gelukt",
    "not": "Niet gelukt",
}
GRANTS = {
    "waiting": "Op de wachtlijst",
    "reserved": "Gereserveerd, besluit volgt",
    "allocated": "Toegezegd",
    "settled": "Afgerekend",
    "declined": "Geen geld",
    "released": "Aanvraag vervallen",
    "withdrawn": "Toezegging vervallen",
}
PROCESSES = {
    "fits": "Wordt voorbereid",
    "does-not-fit": "Niet gekozen voor participatie",
    "started": "Bezig",
    "concluded": "Klaar",
    "cancelled": "Gestopt",
}
RUNGS = {
    "inform": "informeren",
    "consult": "raadplegen",
    "advise": "adviseren",
    "co-produce": "samen maken",
    "co-decide": "meebeslissen",
}
FORMS = {"meeting": "Bijeenkomst", "digital": "Digitaal", "walk-in": "Inloop", "street": "Op straat"}
USES = {"adopted": "Overgenomen", "partly": "Deels overgenomen", "not-adopted": "Niet overgenomen"}
REASONS = {
    "criteria-not-met": "voldoet niet aan de voorwaarden",
    "no-room": "het geld op deze regel was op",
    "above-kern-maximum": "boven het maximum voor deze kern",
    "no-budget": "geen begroting voor dat jaar",
    "year-closed": "het begrotingsjaar is afgesloten",
    "by-decision": "besluit van de gemeente",
}
SUPPORT = {
    "knowledge": "Kennis",
    "network": "Netwerk",
    "space-or-permit": "Ruimte of vergunning",
    "materials": "Materiaal",
    "money": "Geld",
}
ORGANISATIONS = {
    "village-interests": "Dorpsbelangenorganisatie",
    "signal-group": "Signaleringsgroep",
    "business-association": "Ondernemersvereniging",
    "participation-council": "Participatieraad",
    "civil-society": "Maatschappelijke organisatie",
    "whatsapp-coordinator": "Coördinator WhatsAppgroepen",
}
INSTRUMENTS = {
    "burgerpeiling": "Burgerpeiling",
    "baseline": "Nulmeting",
    "study": "Onderzoek",
    "interim": "Tussenmeting",
    "evaluation": "Evaluatie",
    "pulse": "Korte peiling",
}
AREAS = {"benchmark": "Vergelijkbare gemeenten", "netherlands": "Nederland"}
UNITS = {
    "mark": "Het gemiddelde van cijfers van 1 tot 10,",
    "percentage": "Het deel dat het ermee eens is, in procenten,",
}
ASKED = {"residents": "gevraagd aan inwoners.", "officials": "gevraagd aan medewerkers van de gemeente."}


class Counted(Data):
    """How many of one sort; `label` is its Dutch name."""

    code: str
    label: str
    count: int


def label(labels: Mapping[str, str], code: str) -> str:
    """What people read for a code; one that a list does not know is shown as it is."""
    return labels.get(code, code)


def counted(labels: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """All of a list in its own order, zeros too; what the list does not know comes last, by its code."""
    known = [Counted(code=code, label=label, count=counts.get(code, 0)) for code, label in labels.items()]
    others = [Counted(code=code, label=code, count=counts[code]) for code in sorted(counts.keys() - labels)]
    return (*known, *others)
