# SPDX-License-Identifier: EUPL-1.2
"""Settings that are given as a file, so that no list of processes shows them."""

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shared.errors import OperatorError


class SettingsError(OperatorError):
    """A setting cannot be used; the message names the variable, what is wrong with it and the remedy."""


def given_in_files(environment: Mapping[str, str], prefix: str, names: Iterable[str]) -> dict[str, Any]:
    """By name, what is given as the path of a file. May raise SettingsError."""
    found = {}
    for name in names:
        variable = f"{prefix}{name.upper()}"
        path = environment.get(f"{variable}_FILE")
        if not path:
            continue
        if environment.get(variable):
            raise SettingsError(f"{variable} and {variable}_FILE are both set. Keep one of them.")
        try:
            if Path(path).stat().st_mode & stat.S_IROTH:
                raise SettingsError(f"{variable}_FILE: anybody may read {path}. Close it: chmod o= {path}")
            found[name] = Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{variable}_FILE: {path} cannot be read ({type(error).__name__}). "
                "Give the path of a text file that this user may read."
            ) from None
    return found
