# SPDX-License-Identifier: EUPL-1.2
"""What the overview asks of the read model. No query's cost grows with the number of events, but that of the
fingerprint, which is for proofs."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, select

from services.analytics.fold.initiative_events import Initiative
from services.analytics.fold.money_events import Grant
from services.analytics.fold.participation_events import Milestone, Participation
from services.analytics.fold.partner_events import Network, Organisation
from services.analytics.fold.survey_events import Benchmark, Result, Survey
from services.analytics.read_model import store
from services.analytics.read_model.cells import FOR_EVER, Cell
from services.analytics.read_model.store import documents
from services.analytics.read_model.tables import cell, entity, place
from shared.contracts.envelope import WHOLE_MUNICIPALITY

log = structlog.get_logger()
E = TypeVar("E")


class Period(NamedTuple):
    """From the first day up to and including the last; None is no end."""

    first: date
    last: date | None


def cells_of(connection: Connection, of: int, kernen: Collection[str] | None = None) -> dict[Cell, int]:
    """All cells of these kernen (`gemeente` is the whole), or of all."""
    wanted = select(cell.c.kern, cell.c.year, cell.c.measure, cell.c.value).where(cell.c.generation == of)
    if kernen is not None:
        wanted = wanted.where(cell.c.kern.in_(kernen))
    return {Cell(kern, year, measure): value for kern, year, measure, value in connection.execute(wanted)}


def as_of(connection: Connection, of: int) -> datetime | None:
    """When the last event was recorded."""
    newest = select(entity.c.changed_at).where(entity.c.generation == of)
    found = connection.execute(newest.order_by(entity.c.changed_at.desc()).limit(1)).scalar()
    return datetime.fromisoformat(found) if found else None


def on_duty(connection: Connection, of: int, kern: str, day: date) -> Period | None:
    """Of the appointments that cover this day, the one that lasts longest."""
    wanted = select(place.c.first, place.c.last).where(
        place.c.generation == of,
        place.c.under == kern,
        place.c.kind == "appointment",
        place.c.last >= day.isoformat(),
        place.c.first <= day.isoformat(),
    )
    row = connection.execute(wanted.order_by(place.c.last.desc(), place.c.first).limit(1)).one_or_none()
    if row is None:
        return None
    last = date.fromisoformat(row.last)
    return Period(date.fromisoformat(row.first), None if last == FOR_EVER else last)


def latest_initiatives(
    connection: Connection, of: int, kern: str, year: int | None, limit: int
) -> list[tuple[str, Initiative]]:
    """Those of a kern that were received last, with their ids."""
    wanted = _listed(of, "initiative", [kern]).order_by(place.c.last.desc(), place.c.subject).limit(limit)
    return [(row.subject, it) for row, it in _read(connection, _in_year(wanted, year), Initiative)]


def latest_participations(
    connection: Connection, of: int, where: str, year: int | None, limit: int
) -> list[tuple[str, Participation]]:
    """The processes of a kern, or of all (`gemeente`), that were considered last, with their ids."""
    wanted = _listed(of, "participation", [where]).order_by(place.c.last.desc(), place.c.subject).limit(limit)
    return [(row.subject, it) for row, it in _read(connection, _in_year(wanted, year), Participation)]


def network(connection: Connection, of: int, kern: str) -> Network | None:
    """The network of a kern as it is now."""
    return next((it for _, it in _read(connection, _listed(of, "network", [kern]), Network)), None)


def organisation_names(connection: Connection, of: int, ids: Collection[str]) -> list[str]:
    """What these organisations are called; of a natural person nothing is known."""
    wanted = select(entity.c.subject, entity.c.document).where(
        entity.c.generation == of, entity.c.subject.in_(ids)
    )
    return sorted(it.name for _, it in _read(connection, wanted, Organisation) if it.name)


def milestones(connection: Connection, of: int) -> dict[str, Milestone]:
    """Each commitment that was met, by its slug."""
    wanted = _listed(of, "milestone", [WHOLE_MUNICIPALITY])
    return {it.slug: it for _, it in _read(connection, wanted, Milestone)}


def grants_for(connection: Connection, of: int, initiatives: Iterable[str]) -> dict[str, Grant]:
    """The grants of these initiatives, by the initiative's id; each has one at most."""
    wanted = _listed(of, "grant", list(initiatives)).order_by(place.c.subject)
    return {row.under: it for row, it in _read(connection, wanted, Grant)}


def organisations(connection: Connection, of: int, kern: str, year: int, limit: int) -> list[Organisation]:
    """Those of a kern that were active in a year."""
    wanted = (
        _listed(of, "organisation", [kern])
        .where(place.c.last >= f"{year}-01-01", place.c.first <= f"{year}-12-31")
        .order_by(place.c.last.desc(), place.c.subject)
        .limit(limit)
    )
    found = [it for _, it in _read(connection, wanted, Organisation)]
    return sorted(found, key=lambda it: (it.sort, it.name or ""))


def results(connection: Connection, of: int, where: str) -> list[tuple[str, Result]]:
    """What was measured in a kern, or (`gemeente`) in the municipality, with the ids; the oldest first."""
    wanted = _listed(of, "result", [where]).order_by(place.c.last, place.c.subject)
    return [(row.subject, it) for row, it in _read(connection, wanted, Result)]


def benchmarks(connection: Connection, of: int) -> list[Benchmark]:
    """What others scored; the oldest first."""
    wanted = _listed(of, "benchmark", [WHOLE_MUNICIPALITY]).order_by(place.c.last, place.c.subject)
    return [it for _, it in _read(connection, wanted, Benchmark)]


def surveys(connection: Connection, of: int, where: str, day: date) -> list[tuple[str, Survey]]:
    """Those of a kern, or all (`gemeente`), that can be answered on this day; the first to close first."""
    wanted = _listed(of, "survey", [where]).where(
        place.c.last >= day.isoformat(), place.c.first <= day.isoformat()
    )
    ordered = wanted.order_by(place.c.last, place.c.subject)
    return [(row.subject, it) for row, it in _read(connection, ordered, Survey)]


def latest_stories(connection: Connection, of: int, where: str, limit: int) -> list[str]:
    """The ids of the stories of a kern, or of all (`gemeente`), that were published last."""
    wanted = select(place.c.subject).where(
        place.c.generation == of, place.c.under == where, place.c.kind == "story"
    )
    newest = wanted.order_by(place.c.last.desc(), place.c.subject).limit(limit)
    return list(connection.execute(newest).scalars())


def fingerprint(connection: Connection) -> str:
    """One hash of all that readers see: the same for the same entities, places and figures, whichever
    generation they stand in."""
    live = store.live(connection)
    queries = (
        select(
            entity.c.source, entity.c.subject, entity.c.sequence, entity.c.changed_at, entity.c.document
        ).where(entity.c.generation == live),
        select(
            place.c.under, place.c.kind, place.c.first, place.c.last, place.c.subject, place.c.source
        ).where(place.c.generation == live),
        # A figure that went back to zero is the same as one that never was.
        select(cell.c.kern, cell.c.year, cell.c.measure, cell.c.value).where(
            cell.c.generation == live, cell.c.value != 0
        ),
    )
    total = 0  # a sum, because databases sort text differently
    for query in queries:
        for row in connection.execute(query):
            total += int.from_bytes(sha256(repr(tuple(row)).encode()).digest())
    return f"{total % 2**256:064x}"


def _listed(of: int, kind: str, under: list[str]) -> Select[Any]:
    same = (
        (entity.c.generation == place.c.generation)
        & (entity.c.subject == place.c.subject)
        & (entity.c.source == place.c.source)
    )
    return (
        select(place.c.under, place.c.subject, entity.c.document)
        .join(entity, same)
        .where(place.c.generation == of, place.c.kind == kind, place.c.under.in_(under))
    )


def _in_year(wanted: Select[Any], year: int | None) -> Select[Any]:
    if year is None:
        return wanted
    return wanted.where(place.c.last >= f"{year}-01-01", place.c.last <= f"{year}-12-31")


def _read(connection: Connection, wanted: Select[Any], kind: type[E]) -> Iterator[tuple[Row[Any], E]]:
    """The entities of these rows. One that cannot be read, or is not what it is listed as, is left out and
    logged: a page shows the rest, where one bad row would have everybody get an error."""
    for row in connection.execute(wanted):
        try:
            known = documents.validate_json(row.document)
        except ValidationError:
            known = None
        if isinstance(known, kind):
            yield row, known
        else:
            log.error("overview.entity-left-out", subject=row.subject, kind=kind.__name__)
