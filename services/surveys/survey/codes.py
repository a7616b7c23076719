# SPDX-License-Identifier: EUPL-1.2
"""Codes that each allow one answer: easy to type over from a letter, impossible to guess, kept as a hash."""

import hashlib
import secrets

# Without 0 and O, 1 and I and L: they are mistaken for each other on paper.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 3, 4


def fresh() -> str:
    """A new code, e.g. `H7RW-2MKP-XD9C`: one of 31^12."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def hash_of(survey_id: str, code: str) -> str:
    """The same however it was typed: in small letters, with spaces, without hyphens."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"{survey_id}/{typed}".encode()).hexdigest()
