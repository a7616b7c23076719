# SPDX-License-Identifier: EUPL-1.2
"""Where the bus is, for one of its users."""

import re

from shared.secret_files import SettingsError
from shared.settings import Settings

PASSWORDS = "passwords.conf"  # beside the configuration of the bus that `kernpuls up` starts
PASSWORD = re.compile(r'^(\w+): "([^"\s]+)"$', re.MULTILINE)


def bus_url_of(settings: Settings, user: str) -> str:
    """With the user's own password, on a bus whose passwords we have; raises SettingsError."""
    kept = settings.nats_passwords
    if kept is None and settings.nats_url is None:
        kept = settings.data_dir / "nats" / PASSWORDS
    if kept is None or not (kept.exists() or settings.nats_passwords):
        return settings.bus_url
    try:
        password = dict(PASSWORD.findall(kept.read_text()))[f"{user.upper()}_PASSWORD"]
    except (OSError, LookupError) as error:
        raise SettingsError(f"{kept} gives no password for {user} ({type(error).__name__}).") from None
    return ",".join(each.replace("://", f"://{user}:{password}@", 1) for each in settings.bus_url.split(","))
