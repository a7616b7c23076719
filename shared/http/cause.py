# SPDX-License-Identifier: EUPL-1.2
"""The chain to which a request belongs: the caller's if it names one as it should, or a new one."""

import re
from collections.abc import Mapping

from shared.access.actor import NOBODY
from shared.messaging.transaction import Cause, NewId

CAUSE = "kernpuls.cause"  # in the scope of a request
CORRELATION_ID = "x-correlation-id"
TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
# A form that no name, no number of a person and no file number fits: it goes into every event and log line.
CORRELATION = re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


def cause_of(headers: Mapping[str, str], new_id: NewId) -> Cause:
    """Of nobody, until the door has found who sends it."""
    sent, traceparent = headers.get(CORRELATION_ID, ""), headers.get("traceparent", "")
    return Cause(
        sent if CORRELATION.fullmatch(sent) else new_id(),
        None,
        traceparent if TRACEPARENT.fullmatch(traceparent) else None,
        NOBODY,
    )
