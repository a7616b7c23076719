# SPDX-License-Identifier: EUPL-1.2
"""Where the store of a service is when no database server is named."""

from pathlib import Path


def sqlite_url(directory: Path, service: str) -> str:
    """The SQLAlchemy URL of its file in this directory."""
    return f"sqlite:///{directory / service}.sqlite"
