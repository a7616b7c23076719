# SPDX-License-Identifier: EUPL-1.2
"""What is made is for its user alone: stores hold persons, and so do their logs, locks and copies."""

import os
from pathlib import Path


def keep_private() -> None:
    """Of every file and folder that this process makes from now on, or one that it starts."""
    os.umask(0o077)


def close(*paths: Path) -> None:
    """What was made before: nobody but its user may read these any more."""
    for path in paths:
        if path.exists():
            path.chmod(0o600)
