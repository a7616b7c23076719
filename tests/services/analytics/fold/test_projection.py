# SPDX-License-Identifier: EUPL-1.2
"""Given what was known, when an event comes, then this is known."""

from datetime import date
from typing import Any

import pytest

from services.analytics.fold.initiative_events import Initiative
from services.analytics.fold.money_events import BudgetYear, Contribution, Grant
from services.analytics.fold.partner_events import Appointment, Organisation
from services.analytics.fold.projection import FOLDS, Entity, fold
from services.analytics.read_model.cells import cells
from shared.contracts.envelope import EventData, entity_of
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import STORY
from tests.services.analytics import history as h

KERN, DAY = ("noordoever",), date(2022, 3, 1)
NEW = Initiative(KERN, False, DAY, "water")


def folded(*said: EventData) -> Entity | None:
    known: Entity | None = None
    for data in said:
        known = fold(known, data)
    return known


def grants(*said: tuple[str, int], **more: Any) -> Grant:
    known = folded(*(h.grant(what, KERN, 2022, cents, **more) for what, cents in said))
    assert isinstance(known, Grant)
    return known


def test_what_is_submitted_has_a_theme_and_no_title() -> None:
    assert folded(h.submitted(KERN, DAY)) == NEW


@pytest.mark.parametrize(
    ("outcome", "state", "support"),
    [
        ("support", "supported", ("knowledge", "money")),
        ("decline", "declined", ()),
        ("redirect", "redirected", ()),
    ],
)
def test_an_assessment_gives_a_public_title_and_only_a_yes_gives_support(
    outcome: Any, state: str, support: tuple[str, ...]
) -> None:
    known = folded(h.submitted(KERN, DAY), h.assigned(KERN, DAY), h.assessed(KERN, DAY, outcome))
    assert isinstance(known, Initiative)
    assert (known.state, known.title, known.support) == (state, "Een steiger", support)


def test_what_is_realised_got_the_support_that_was_given_in_the_end() -> None:
    before = (h.submitted(KERN, DAY), h.assessed(KERN, DAY), h.started(KERN, DAY))
    known = folded(*before, h.realised(KERN, DAY, ("network", "materials")))
    assert isinstance(known, Initiative)
    assert (known.state, known.support) == ("realised", ("network", "materials"))


@pytest.mark.parametrize(
    ("said", "state"), [(h.assigned, "assigned"), (h.started, "started"), (h.withdrawn, "withdrawn")]
)
def test_other_steps_change_the_state_alone(said: Any, state: Any) -> None:
    known = folded(h.submitted(KERN, DAY), said(KERN, DAY))
    assert isinstance(known, Initiative)
    assert known == Initiative(KERN, False, DAY, "water", state)


def test_a_reservation_is_no_promise() -> None:
    known = grants(("reserved", 900))
    assert (known.state, known.reserved_cents, known.committed_cents) == ("reserved", 900, 0)


def test_less_can_be_allocated_than_was_reserved() -> None:
    known = grants(("reserved", 900), ("released", 200), ("allocated", 700))
    assert (known.state, known.reserved_cents, known.committed_cents) == ("allocated", 0, 700)
    assert known.asked_cents == 900


def test_what_is_settled_costs_what_it_cost_and_the_rest_returns() -> None:
    known = grants(("reserved", 900), ("allocated", 900), ("settled", 750), ("returned", 150), allocated=900)
    assert (known.state, known.committed_cents, known.settled_cents) == ("settled", 750, 750)


def test_a_promise_is_what_it_was_amended_to_and_is_paid_in_parts() -> None:
    told = [("waitlisted", 900), ("reserved", 900), ("allocated", 900), ("amended", 700)]
    known = grants(*told, ("paid", 300), ("paid", 200), allocated=900)
    assert (known.state, known.asked_cents, known.committed_cents) == ("allocated", 900, 700)
    assert known.paid_cents == 500


def test_who_waits_was_promised_nothing() -> None:
    known = grants(("waitlisted", 900))
    assert (known.state, known.asked_cents, known.committed_cents) == ("waiting", 900, 0)


def test_a_withdrawn_promise_frees_its_money() -> None:
    known = grants(("reserved", 900), ("allocated", 900), ("withdrawn", 900))
    assert (known.state, known.reserved_cents, known.committed_cents) == ("withdrawn", 0, 0)


def test_a_refusal_keeps_its_reason_and_what_was_asked() -> None:
    known = grants(("declined", 900), reason="criteria-not-met")
    assert (known.state, known.asked_cents, known.reason) == ("declined", 900, "criteria-not-met")
    assert (known.reserved_cents, known.committed_cents) == (0, 0)


def test_an_appointment_ends_on_its_last_day() -> None:
    assert folded(h.appointed(KERN, DAY)) == Appointment(KERN, False, DAY, None)
    ended = folded(h.appointed(KERN, DAY), h.relieved(KERN, date(2022, 9, 30)))
    assert ended == Appointment(KERN, False, DAY, date(2022, 9, 30))


def test_a_year_an_organisation_and_its_contribution() -> None:
    assert folded(h.adopted(2022, clubs=1_000, shore=5_000)) == BudgetYear(
        (), False, 2022, 6_000, (("clubs", 1_000), ("shore", 5_000))
    )
    assert folded(h.registered(KERN, DAY)) == Organisation(
        KERN, False, "village-interests", "Dorpsclub", DAY, None
    )
    assert folded(h.contributed(KERN, 2022, 600)) == Contribution(
        KERN, False, "village-interests", "clubs", 2022, 600
    )


def test_a_year_is_amended_reaches_its_thresholds_and_is_closed() -> None:
    known = folded(
        h.adopted(2022, clubs=1_000, shore=5_000),
        h.reached(2022, "shore", 80),
        h.amended(2022, clubs=900, shore=5_100),
        h.reached(2022, "shore", 100),
        h.closed(2022),
    )
    lines = (("clubs", 900), ("shore", 5_100))
    assert known == BudgetYear((), False, 2022, 6_000, lines, (("shore", 100),), closed=True)


def test_an_organisation_changes_and_ends() -> None:
    both = (*KERN, "zuidoever")
    renamed = h.renamed(both, DAY, "Oever")
    assert folded(h.registered(KERN, DAY), renamed, h.ended(both, date(2022, 9, 30))) == Organisation(
        both, False, "village-interests", "Oever", DAY, date(2022, 9, 30)
    )


def test_a_withdrawn_contribution_counts_for_nothing() -> None:
    known = folded(h.contributed(KERN, 2022, 600), h.given_up(KERN, 2022, 600))
    assert cells(known) == {}


def test_examples_are_known_as_such() -> None:
    known = folded(h.submitted(KERN, DAY, origin="example"), h.assigned(KERN, DAY))
    assert isinstance(known, Initiative)
    assert known.example


@pytest.mark.parametrize("said", [data for _, _, data in STORY if type(data) in FOLDS])
def test_any_event_can_be_the_first_one(said: EventData) -> None:
    """A person may have discarded what came before it."""
    known = fold(None, said)
    assert known.kernen == said.kernen
    assert vars(known).keys() == vars(type(known)(**vars(known))).keys(), "no fact that is none"


def test_of_what_is_followed_every_event_is_folded() -> None:
    followed = {entity_of(data_type.TYPE) for data_type in FOLDS}
    assert set(FOLDS) == {data for kind, data in CATALOGUE.items() if entity_of(kind) in followed}
