# SPDX-License-Identifier: EUPL-1.2
"""What one entity adds to the figures, and where it is listed. Pure functions of the entity alone.

The overview is the sum of the cells of all entities. So a figure is never counted up: applying an event
takes the cells of the old entity off and puts those of the new one on, and a rebuild gives the same sum.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from services.analytics.fold.initiative_events import Initiative
from services.analytics.fold.money_events import BudgetYear, Contribution, Expense, Grant
from services.analytics.fold.participation_events import Milestone, Participation
from services.analytics.fold.partner_events import Appointment, Network, Organisation
from services.analytics.fold.projection import Entity
from services.analytics.fold.survey_events import Benchmark, Result, Story, Survey
from shared.contracts.envelope import WHOLE_MUNICIPALITY

WHOLE = (WHOLE_MUNICIPALITY,)
NO_YEAR = 0
LASTING = (Organisation, Appointment, Survey, Story, Network)  # shown whichever year is asked for
SHOWN_AS_INVENTED = (Result, Benchmark, Milestone)  # one by one: an answer sees by itself that they are
GIVES = ("supported", "started", "realised")  # an initiative gets support, and none once it is withdrawn
FOR_EVER = date.max


class Cell(NamedTuple):
    """One figure: `kern` is a slug or `gemeente`, `year` 0 where a year means nothing."""

    kern: str
    year: int
    measure: str


class Place(NamedTuple):
    """Where a list finds an entity: `under` is a kern's slug, `gemeente`, or the id of the initiative that
    a grant is for."""

    under: str
    first: date
    last: date


def cells(entity: Entity | None) -> dict[Cell, int]:
    """The figures this entity adds, none of them zero."""
    if entity is None:
        return {}
    found = {cell: value for cell, value in CELLS[type(entity)](entity) if value}
    if entity.example:
        found.update(dict.fromkeys(_examples(entity, found), 1))
    return found


def _examples(entity: Entity, found: Iterable[Cell]) -> set[Cell]:
    """Where and when an invented entity shows in the figures or in a list."""
    if isinstance(entity, SHOWN_AS_INVENTED):
        return set()
    if isinstance(entity, LASTING):
        kernen = {*entity.kernen, *WHOLE} if places(entity) else set()
        return {Cell(kern, NO_YEAR, "example") for kern in kernen}
    return {Cell(cell.kern, cell.year, "example") for cell in found}


def places(entity: Entity | None) -> frozenset[Place]:
    """Under which keys lists show this entity."""
    listed = PLACES.get(type(entity)) if entity else None
    return frozenset(listed(entity)) if listed else frozenset()


Amounts = Iterable[tuple[Cell, int]]


def _initiative(it: Initiative) -> Amounts:
    """At every kern it concerns; once for the municipality."""
    year = it.received_on.year
    measures = [f"initiatives.{it.state}"]
    if it.state in GIVES:  # money is given by the budget alone: see `_grant`
        measures += [f"support.{kind}" for kind in it.support if kind != "money"]
    terms = (("supplemented", it.supplemented), ("extended", it.extended), ("exceeded", it.exceeded))
    measures += [f"term.{name}" for name, holds in terms if holds]
    if it.result:
        measures.append(f"result.{it.result}")
    if it.theme:
        measures.append(f"theme.{it.theme}")
    return ((Cell(kern, year, m), 1) for kern in (*it.kernen, *WHOLE) for m in measures)


def _grant(it: Grant) -> Amounts:
    """At its first kern, as a maximum per kern does; once for the municipality. As support to an initiative
    it counts at every kern, once money is promised: what was only asked for is no support."""
    figures = (
        (f"grants.{it.state}", 1),
        (f"declined.{it.reason}", int(it.state == "declined")),
        (f"reserved.{it.line}", it.reserved_cents),
        (f"committed.{it.line}", it.committed_cents),
        (f"settled.{it.line}", it.settled_cents),
        (f"paid.{it.line}", it.paid_cents),
    )
    for kern in (*it.kernen[:1], *WHOLE):
        yield from ((Cell(kern, it.year, measure), value) for measure, value in figures)
    if it.state in ("allocated", "settled") and it.committed_cents:
        yield from ((Cell(kern, it.year, "support.money"), 1) for kern in (*it.kernen, *WHOLE))


def _contribution(it: Contribution) -> Amounts:
    """Split evenly over its kernen, a cent that is left going to the first; whole for the municipality.

    By sort, because a kern's figures leave out what goes to one natural person.
    """
    for group in ("contributed", "contribution-paid")[: 1 + it.paid]:
        measure = f"{group}.{it.sort}.{it.line}"
        yield Cell(WHOLE_MUNICIPALITY, it.year, measure), it.amount_cents
        if it.kernen:
            share, left = divmod(it.amount_cents, len(it.kernen))
            for place, kern in enumerate(it.kernen):
                yield Cell(kern, it.year, measure), share + (place < left)


def _expense(it: Expense) -> Amounts:
    """The municipality's own: at no kern."""
    yield Cell(WHOLE_MUNICIPALITY, it.year, f"committed.{it.line}"), it.amount_cents
    yield Cell(WHOLE_MUNICIPALITY, it.year, f"paid.{it.line}"), it.paid_cents


def _organisation(it: Organisation) -> Amounts:
    """The year it began and the year it ended, so that any year's number is a sum of cells."""
    if it.name is None:
        return
    for kern in (*it.kernen, *WHOLE):
        yield Cell(kern, it.active_from.year, f"begun.{it.sort}"), 1
        if it.active_until:
            yield Cell(kern, it.active_until.year, f"ended.{it.sort}"), 1


def _budget(it: BudgetYear) -> Amounts:
    figures = [(f"budget.{line}", cents) for line, cents in it.lines]
    figures += [(f"reached.{line}", percent) for line, percent in it.reached]
    figures.append(("closed", int(it.closed)))
    return ((Cell(WHOLE_MUNICIPALITY, it.year, measure), value) for measure, value in figures)


def _participation(it: Participation) -> Amounts:
    """A process in the year it was considered, what was held in the year it was held."""
    for kern in (*it.kernen, *WHOLE):
        yield Cell(kern, it.considered_on.year, f"participation.{it.state}"), 1
    for year in {held.held_on.year for held in it.activities}:
        held = [each for each in it.activities if each.held_on.year == year]
        for kern in (*it.kernen, *WHOLE):
            yield Cell(kern, year, "held.activities"), len(held)
            yield Cell(kern, year, "held.attendance"), sum(each.attendance for each in held)


CELLS: dict[type[Entity], Callable[[Any], Amounts]] = {
    Initiative: _initiative,
    Grant: _grant,
    Contribution: _contribution,
    Expense: _expense,
    Organisation: _organisation,
    BudgetYear: _budget,
    Appointment: lambda it: (),
    # A mark is no count: it is never added to another.
    Survey: lambda it: (),
    Result: lambda it: (),
    Benchmark: lambda it: (),
    Story: lambda it: (),
    Participation: _participation,
    Network: lambda it: (),
    Milestone: lambda it: (),
}


def _named(it: Organisation) -> Iterable[Place]:
    if it.name is not None:
        for kern in it.kernen:
            yield Place(kern, it.active_from, it.active_until or FOR_EVER)


def _on_duty(it: Appointment) -> Iterable[Place]:
    last = it.last or FOR_EVER
    return (Place(kern, it.first, last) for kern in it.kernen if it.first <= last)


def _open_survey(it: Survey) -> Iterable[Place]:
    if not it.closed:
        for kern in (*it.kernen, *WHOLE):
            yield Place(kern, it.first, it.last)


def _measured(it: Result | Benchmark) -> Iterable[Place]:
    """What was measured in the municipality stands at no kern, and a kern's own not at the municipality."""
    return (Place(kern, date(it.year, 1, 1), date(it.year, 12, 31)) for kern in it.kernen or WHOLE)


def _published(it: Story) -> Iterable[Place]:
    if not it.withdrawn:
        for kern in (*it.kernen, *WHOLE):
            yield Place(kern, it.published_on, it.published_on)


PLACES: dict[type[Entity], Callable[[Any], Iterable[Place]]] = {
    Initiative: lambda it: (Place(kern, it.received_on, it.received_on) for kern in it.kernen),
    Grant: lambda it: (Place(it.initiative_id, date(it.year, 1, 1), date(it.year, 12, 31)),),
    Organisation: _named,
    Appointment: _on_duty,
    Survey: _open_survey,
    Result: _measured,
    Benchmark: _measured,
    Story: _published,
    Participation: lambda it: (
        Place(kern, it.considered_on, it.considered_on) for kern in (*it.kernen, *WHOLE)
    ),
    Network: lambda it: (Place(kern, it.since, FOR_EVER) for kern in it.kernen),
    Milestone: lambda it: (Place(WHOLE_MUNICIPALITY, it.reached_on, it.reached_on),),
}
