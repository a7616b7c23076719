# SPDX-License-Identifier: EUPL-1.2
"""Only the owner publishes about a thing (ED-6): what is forged is a dead letter that takes no number, and
the owner's next event is handled. On the real bus, with whatever the forger's account can publish there.
"""

import json
from typing import Any

import pytest

from shared.contracts.budget import GrantReleased
from shared.contracts.envelope import nats_subject, source_of
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.contracts.initiatives import InitiativeStarted
from shared.contracts.surveys import SurveyOpened
from shared.messaging.decode import DEAD, FOREIGN, decode
from tests.conftest import WATERRIJK
from tests.shared.messaging.conftest import (
    World,
    effects,
    figure,
    has_effects,
    operate,
    parked_rows,
    rows,
    until,
)
from tests.shared.messaging.probe import SOURCE, message, released, write_down

OTHERS_OIN = "00000099000000999901"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
MINE = "kernpuls.gm9999.de-plaat.survey.opened.v1"  # a subject that another service may publish to


def changed(payload: bytes, **attributes: str) -> bytes:
    return json.dumps(json.loads(payload) | attributes, ensure_ascii=False).encode()


def forgeries() -> dict[str, tuple[str, bytes]]:
    """The next event of `a`, by somebody else: what it says, and where it is published."""
    subject, real = message("a", 2)
    newer = message("a", 2, version=9)
    return {
        "another's event at one's own subject": (MINE, real),
        "an unknown version at one's own subject": (MINE, newer[1]),
        "unreadable at one's own subject": (MINE, real.replace(b'"official"', b'"nobody"')),
        "one's own type in another's name": message("a", 2, released("x").data),
        "another's subject in one's own name": (
            subject,
            changed(real, source=source_of(WATERRIJK.oin, "budget")),
        ),
        "an unknown version in one's own name": (
            newer[0],
            changed(newer[1], source=source_of(WATERRIJK.oin, "budget")),
        ),
        "the same service elsewhere": (subject, changed(real, source=source_of(OTHERS_OIN, "initiatives"))),
        "of another municipality": (subject, changed(real, gemeente="gm9998")),
        "of another kern": (subject, changed(real, kern="de-terp")),
        "at the subject of another type": (subject.replace("started", "withdrawn"), real),
        "one token too many": (f"{subject}.more", real),
    }


@pytest.mark.parametrize("name", forgeries())
def test_what_is_forged_has_no_place_in_a_history(name: str) -> None:
    incoming = decode(*forgeries()[name], WATERRIJK)
    assert (incoming.reason, incoming.event, incoming.aggregate) == (FOREIGN, None, None)
    assert incoming.error


def test_ours_at_the_subject_of_another_municipality_is_foreign() -> None:
    subject, real = message("a", 2)
    assert decode(subject.replace("gm9999", "gm9998"), real, WATERRIJK).reason == FOREIGN


def test_the_real_one_is_taken() -> None:
    assert decode(*message("a", 2), WATERRIJK).event


@pytest.mark.parametrize("name", forgeries())
async def test_it_is_parked_and_the_owners_next_event_is_handled(world: World, name: str) -> None:
    follower = await world.follower(
        dict.fromkeys((InitiativeStarted, GrantReleased, SurveyOpened), write_down)
    )
    await world.publish(message("a", 1), forgeries()[name], message("a", 2))
    await until(lambda: has_effects(follower, 2))
    assert await effects(follower) == [("a", 1), ("a", 2)]
    assert await parked_rows(follower) == [(None, None, FOREIGN)]


async def test_it_is_counted_shown_and_given_up_by_a_person(world: World) -> None:
    follower = await world.follower()
    await world.publish(message("a", 1), forgeries()["another's subject in one's own name"], message("a", 2))
    await until(lambda: has_effects(follower, 2))
    await follower.measure()
    assert await figure(follower, 'kernpuls_parked_events{reason="foreign"}') == 1
    assert await figure(follower, 'kernpuls_events_parked_total{reason="foreign"}') == 1
    (row_id,) = (await rows(follower, "SELECT id FROM parked"))[0]
    done, report = await operate(follower, "replay", id=row_id)
    assert not done
    assert "not from its owner" in report
    assert (await operate(follower, "discard", where={"reason": FOREIGN}, reason="forged", by="jan"))[0]
    assert await parked_rows(follower) == []
    assert await effects(follower) == [("a", 1), ("a", 2)]


async def test_events_of_another_municipality_do_not_reach_us(world: World) -> None:
    """Two municipalities on one server: each reads its own, though all their other tokens are the same."""
    follower = await world.follower()
    subject, payload = message("a", 1)
    theirs = subject.replace("gm9999", "gm9998"), changed(payload, gemeente="gm9998")
    await world.publish(theirs, (subject, payload))
    await until(lambda: has_effects(follower, 1))
    assert await parked_rows(follower) == []
    assert await rows(follower, "SELECT DISTINCT source FROM version") == [(SOURCE,)]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_digits_of_another_script_are_no_digits(name: str) -> None:
    event = json.loads(example(CATALOGUE[name]).to_bytes())
    right = nats_subject(event["gemeente"], event["kern"], name)
    assert decode(right, json.dumps(event).encode(), WATERRIJK).event
    for attribute in ("subjectsequence", "source", "gemeente", "id", "subject", "time", "type"):
        value = str(event[attribute])
        if value.translate(ARABIC) != value:
            _refused(right, event | {attribute: value.translate(ARABIC)})
    _refused(right.translate(ARABIC), event)
    _refused(
        nats_subject(event["gemeente"].translate(ARABIC), event["kern"], name),
        event | {"gemeente": event["gemeente"].translate(ARABIC)},
    )


def _refused(subject: str, event: dict[str, Any]) -> None:
    incoming = decode(subject, json.dumps(event).encode(), WATERRIJK)
    assert incoming.event is None
    assert incoming.reason in (DEAD, FOREIGN)
