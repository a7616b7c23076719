# SPDX-License-Identifier: EUPL-1.2
"""That what was known of somebody is gone: ids only, so that whoever kept it by such an id removes it too.

These events are also the journal of erasures: a store that was put back from an older backup reads them
again before it serves.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.envelope import EventData, OpaqueId

MOST_DESTROYED = 1_000  # in one event, which may hold 64 KB


class PersonErased(EventData):
    """Somebody asked to be erased. The subject is the reference under which they could be reached, `about`
    what they gave it for: an initiative, or a participation process.
    """

    TYPE: ClassVar[str] = "person.erased.v1"
    about: OpaqueId


class RecordsDestroyed(EventData):
    """A list of initiatives whose term of keeping had ended was approved, and what people told in them is
    gone. The subject is the list; what was decided, and the money, stay known.
    """

    TYPE: ClassVar[str] = "records.destroyed.v1"
    about: Annotated[tuple[OpaqueId, ...], Field(max_length=MOST_DESTROYED)]
