# SPDX-License-Identifier: EUPL-1.2
"""Which addresses are pages, and what somebody reads there when a page cannot be shown."""

from html import escape

TEXTS = {
    400: (
        "Dit verzoek klopt niet",
        "Er staat iets in het adres dat wij niet begrijpen. Controleer het adres.",
    ),
    404: ("Deze pagina bestaat niet", "Controleer het adres, of ga terug naar het overzicht."),
    405: ("Dit kan hier niet", "Ga terug naar het overzicht."),
    503: (
        "Even niet bereikbaar",
        "Wij kunnen de gegevens nu niet lezen. Probeer het over een minuut opnieuw.",
    ),
}
OTHERWISE = ("Er ging iets mis", "Dat ligt aan ons. Probeer het later opnieuw.")


def in_api(path: str) -> bool:
    return path == "/v1" or path.startswith("/v1/")


def is_page(path: str) -> bool:
    """Whether people come here with a browser: not the API, nor what only machines read."""
    return not in_api(path) and not path.startswith("/health/") and path != "/metrics"


def apology(status: int) -> str:
    title, text = TEXTS.get(status, OTHERWISE)
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>"
        '<body class="utrecht-document"><main class="utrecht-page-content">'
        f'<h1 class="utrecht-heading-1">{escape(title)}</h1>'
        f'<p class="utrecht-paragraph">{escape(text)}</p>'
        '<p class="utrecht-paragraph"><a class="utrecht-link" href="/">Naar het overzicht</a></p>'
        "</main></body></html>"
    )
