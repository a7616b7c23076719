# SPDX-License-Identifier: EUPL-1.2
"""The words of the pages: plain Dutch (B1)."""

FICTIONAL = "Dit is een verzonnen voorbeeld."
CODE_FAULTS = {
    "code-used": "Met deze code is al een keer geantwoord. Elke code werkt één keer.",
    "code-unknown": "Deze code kennen wij niet. Kijk in uw brief en typ de code opnieuw.",
}
