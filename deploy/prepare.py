# SPDX-License-Identifier: EUPL-1.2
"""Runs to its end before the services start: each database at the version of this code, by the service's own
role, and the stream as it must be. What makes that impossible is one sentence, and a failure.
"""

import asyncio
import sys
from pathlib import Path

from services.suite.discovery import discover
from services.suite.prepare import prepare_store, prepare_stream
from shared.errors import OperatorError
from shared.settings import load_settings

SECRETS = Path("/run/secrets")
BUS_WITHIN = 30.0  # seconds


def prepare() -> None:
    settings = load_settings()
    for service in discover():
        url = (SECRETS / f"database_{service.name}").read_text().strip()
        prepare_store(settings.model_copy(update={"database_url": url}), service)
        sys.stdout.write(f"{service.name}: the database fits this code\n")
    sys.stdout.write(f"the stream is {asyncio.run(prepare_stream(settings, BUS_WITHIN))}\n")


if __name__ == "__main__":
    try:
        prepare()
    except OperatorError as error:
        sys.exit(f"prepare: {error}")
