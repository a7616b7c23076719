# SPDX-License-Identifier: EUPL-1.2
"""How words are compared when an initiative is looked for, alike on both databases: in lower case and without
accents. What is looked for finds the words that begin with it, so that `speel` finds speeltuin and speelplek.
"""

import re
import unicodedata

LONGEST_WORD = 40


def folded(text: str) -> set[str]:
    """The words of a text as they are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return {word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", plain)}
