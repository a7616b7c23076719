# SPDX-License-Identifier: EUPL-1.2
"""What somebody reads about their erasure, in plain Dutch."""

from datetime import date

from services.initiatives.persons.model import Record, kept_until
from shared.dutch import day
from shared.municipality.taking_part import Retention

# By the name of a column of contact data, and by that of a table that holds words.
REACHED_BY = {"name": "Naam", "email": "E-mailadres", "phone": "Telefoonnummer", "address": "Adres"}
KINDS = {
    "contact": "naam",
    "initiative": "aanvraag",
    "assessment": "redenen van het besluit",
    "supplement": "aanvulling",
    "evaluation": "wat ervan kwam",
}
GONE = "Uw e-mailadres, telefoonnummer en adres hebben wij verwijderd. U krijgt dus geen berichten meer."


def about_erasure(records: list[Record], terms: tuple[Retention, ...]) -> tuple[str, ...]:
    """One sentence about what is gone, and one for each thing that was asked."""
    return (GONE, *(_about(record, terms) for record in records))


def _about(record: Record, terms: tuple[Retention, ...]) -> str:
    what = f"uw aanvraag van {day(record.received_on)}"
    match record.fate:
        case "gone":
            return f"Ook uw naam en {what}, die u had ingetrokken, hebben wij verwijderd."
        case "needed":
            return (
                f"Uw naam en {what} hebben wij nog nodig, omdat wij daarover een besluit moeten nemen. "
                "Daarna schermen wij ze af. Wilt u dat niet? Trek dan uw aanvraag in."
            )
    until = kept_until(record, terms)
    term = f"tot en met {day(until)}" if until else "tot de bewaartermijn voorbij is"
    return (
        f"Uw naam, {what} en ons besluit daarover moeten wij {term} bewaren (Archiefwet). Tot die tijd "
        "zijn ze afgeschermd: wij gebruiken ze nergens voor. Daarna vernietigen wij ze."
    )


def declaration(approved_on: date, destroyed: int) -> str:
    """The declaration (verklaring van vernietiging) that is kept for good."""
    what = "van 1 initiatief" if destroyed == 1 else f"van {destroyed} initiatieven"
    return (
        f"Op {day(approved_on)} zijn namens het college de persoonsgegevens, de woorden van de indieners "
        f"en de redenen van de afweging {what} vernietigd. De bewaartermijn is voorbij (Archiefwet, art. 3)."
    )
