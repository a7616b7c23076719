# SPDX-License-Identifier: EUPL-1.2
"""How a message leaves. A channel tells what became of it by the exceptions below; no news is good news."""


class TryLater(Exception):
    """The receiver is away, busy, or says so."""


class Rejected(Exception):
    """The receiver does not want it, now or ever."""


class Lost(Exception):
    """The message was out and the answer never came: it may have arrived."""
