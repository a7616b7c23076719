# SPDX-License-Identifier: EUPL-1.2
"""Which addresses are pages, and what somebody reads there when a page cannot be shown."""

from shared.http.site import templates_in
from shared.municipality import Municipality

TEXTS = {
    400: (
        "Dit verzoek klopt niet",
        "Er staat iets in het adres dat wij niet begrijpen. Controleer het adres.",
    ),
    401: ("Log eerst in", "Deze pagina is voor medewerkers van de gemeente. Log in en kom dan terug."),
    403: ("Dit is niet voor u", "Deze pagina hoort bij een andere rol dan de uwe."),
    404: ("Deze pagina bestaat niet", "Controleer het adres, of ga terug naar het overzicht."),
    405: ("Dit kan hier niet", "Ga terug naar het overzicht."),
    413: ("Dit is te veel", "Wat u verstuurt is te groot voor ons. Maak het kleiner en probeer het opnieuw."),
    429: (
        "Te veel formulieren",
        "Vanaf uw internetverbinding zijn veel formulieren verstuurd. Probeer het over een uur opnieuw.",
    ),
    503: (
        "Even niet bereikbaar",
        "Wij kunnen de gegevens nu niet lezen. Probeer het over een minuut opnieuw.",
    ),
}
templates = templates_in("shared.http.site")
OTHERWISE = ("Er ging iets mis", "Dat ligt aan ons. Probeer het later opnieuw.")


def in_api(path: str) -> bool:
    return path == "/v1" or path.startswith("/v1/")


def is_page(path: str) -> bool:
    """Whether people come here with a browser: not the API, nor what only machines read."""
    return not in_api(path) and not is_probe(path)


def is_probe(path: str) -> bool:
    return path.startswith("/health/") or path == "/metrics"


def apology(status: int, rules: Municipality) -> str:
    title, text = TEXTS.get(status, OTHERWISE)
    return templates.get_template("apology.html").render(title=title, text=text, rules=rules)
