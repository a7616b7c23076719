# SPDX-License-Identifier: EUPL-1.2
"""Builds the answers of the overview from the read model. The API and the pages show the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.analytics import reading, rounds, store, taking_part, words
from services.analytics.figures import BUDGET, COMMITTED, PAID, REACHED, RESERVED, SETTLED, Figures
from services.analytics.model import Grant, Initiative, Organisation
from services.analytics.views import (
    Duty,
    Grants,
    GrantView,
    Initiatives,
    InitiativeView,
    Kernen,
    KernFigures,
    KernName,
    KernOverview,
    Link,
    Money,
    Organisations,
    OrganisationView,
    Overview,
    SelfLink,
)
from shared.contracts.envelope import WHOLE_MUNICIPALITY as WHOLE
from shared.contracts.refusals import NotFound
from shared.municipality import Municipality

LATEST, LISTED = 50, 100  # at most so many initiatives and organisations on the page of a kern


@dataclass(frozen=True)
class Question:
    """Who asks for which year (None: all together), and on which day."""

    municipality: Municipality
    year: int | None
    today: date

    @property
    def day(self) -> date:
        """The day that the year is looked at: its last, or today."""
        return min(self.today, date(self.year, 12, 31)) if self.year else self.today

    @property
    def persons(self) -> frozenset[str]:
        """Sorts of organisations that are natural persons."""
        return frozenset(c.kind for c in self.municipality.contributions if c.natural_person)


def kernen(connection: Connection, asked: Question) -> Kernen:
    """All kernen beside each other."""
    live = store.live(connection)
    figures = Figures(reading.figures(connection, live), asked.year, asked.persons)
    items = []
    for kern in asked.municipality.kernen:
        slug = kern.slug
        items.append(
            KernFigures(
                slug=slug,
                name=kern.name,
                initiatives=_initiatives(figures, slug, asked),
                committed_cents=sum(parts[COMMITTED] for parts in figures.money(slug).values()),
                organisations=figures.active(slug, asked.day.year).total(),
                kernambtenaar=reading.on_duty(connection, live, slug, asked.day) is not None,
                links=_links(f"/v1/kernen/{slug}/overview", asked),
            )
        )
    return Kernen(**_answer(connection, live, figures, asked, "/v1/kernen"), items=tuple(items))


def municipality(connection: Connection, asked: Question) -> Overview:
    """The municipality as a whole."""
    live = store.live(connection)
    figures = Figures(reading.figures(connection, live, [WHOLE]), asked.year, asked.persons)
    slugs = [kern.slug for kern in asked.municipality.kernen]
    bare = [slug for slug in slugs if reading.on_duty(connection, live, slug, asked.day) is None]
    missing, present = tuple(_kern_name(slug, asked) for slug in bare), len(slugs) - len(bare)
    duty = Duty(uncovered=missing, present=present, kernen=len(slugs), since=None, until=None)
    results, others = reading.results(connection, live, WHOLE), reading.benchmarks(connection, live)
    return Overview(
        **_answer(connection, live, figures, asked, "/v1/overview"),
        **_parts(figures, WHOLE, asked, duty),
        measures=rounds.of_municipality(results, others, asked.municipality),
        **taking_part.heard(connection, live, figures, WHOLE, asked.municipality, asked.today),
    )


def kern(connection: Connection, slug: str, asked: Question) -> KernOverview:
    """One kern. May raise NotFound."""
    if slug not in asked.municipality.kern_slugs:
        raise NotFound(f"{asked.municipality.name} has no kern {slug!r}; /v1/kernen lists those it has.")
    live = store.live(connection)
    figures = Figures(reading.figures(connection, live, [slug, WHOLE]), asked.year, asked.persons)
    period = reading.on_duty(connection, live, slug, asked.day)
    first, last = period or (None, None)
    missing = () if period else (_kern_name(slug, asked),)
    duty = Duty(uncovered=missing, present=int(not missing), kernen=1, since=first, until=last)
    latest = reading.latest_initiatives(connection, live, slug, asked.year, LATEST)
    grants = reading.grants_for(connection, live, (subject for subject, _ in latest))
    listed = reading.organisations(connection, live, slug, asked.day.year, LISTED)
    return KernOverview(
        **_answer(connection, live, figures, asked, f"/v1/kernen/{slug}/overview"),
        **_parts(figures, slug, asked, duty),
        measures=rounds.of_kern(reading.results(connection, live, slug), asked.municipality),
        **taking_part.heard(connection, live, figures, slug, asked.municipality, asked.today),
        kern=_kern_name(slug, asked),
        network=taking_part.network(connection, live, slug, asked.municipality),
        latest=tuple(_initiative(subject, it, grants.get(subject), asked) for subject, it in latest),
        listed=tuple(_organisation(it, asked) for it in listed if it.name and it.sort not in asked.persons),
    )


def _answer(
    connection: Connection, live: int, figures: Figures, asked: Question, path: str
) -> dict[str, Any]:
    return {
        "municipality": asked.municipality.name,
        "year": asked.year,
        "as_of": reading.as_of(connection, live),
        "fictional": figures.fictional,
        "definitions": words.DEFINITIONS,
        "links": _links(path, asked),
    }


def _links(path: str, asked: Question) -> SelfLink:
    query = "" if asked.year is None else f"?year={asked.year}"
    return SelfLink(self=Link(href=path + query))


def _parts(figures: Figures, where: str, asked: Question, duty: Duty) -> dict[str, Any]:
    active = figures.active(where, asked.day.year)
    kinds = dict(words.ORGANISATIONS)
    kinds.update((c.kind, c.name) for c in asked.municipality.contributions)
    shown = {kind: name for kind, name in kinds.items() if kind not in asked.persons}
    return {
        "years": figures.years,
        "closed_years": figures.closed,
        "initiatives": _initiatives(figures, where, asked),
        "grants": _grants(figures, where),
        "money": tuple(_money(figures, where, asked)),
        "organisations": Organisations(total=active.total(), by_kind=words.counted(shown, active)),
        "kernambtenaar": duty,
    }


def _grants(figures: Figures, where: str) -> Grants:
    states = figures.counts(where, "grants")
    return Grants(
        total=states.total(),
        by_state=words.counted(words.GRANTS, states),
        declined_because=words.counted(words.REASONS, figures.counts(where, "declined")),
    )


def _initiatives(figures: Figures, where: str, asked: Question) -> Initiatives:
    states = figures.counts(where, "initiatives")
    themes = {theme.slug: theme.name for theme in asked.municipality.themes}
    return Initiatives(
        total=states.total(),
        by_state=words.counted(words.STATES, states),
        by_theme=words.counted(themes, figures.counts(where, "theme")),
        support=words.counted(words.SUPPORT, figures.counts(where, "support")),
        terms=words.counted(words.TERMS, figures.counts(where, "term")),
        results=words.counted(words.RESULTS, figures.counts(where, "result")),
    )


def _money(figures: Figures, where: str, asked: Question) -> Iterable[Money]:
    """By year, the lines in the order of the municipality's file; a line it no longer has comes last."""
    order = {line.id: place for place, line in enumerate(asked.municipality.lines)}
    found = figures.money(where)
    for year, line in sorted(found, key=lambda key: (key[0], order.get(key[1], len(order)), key[1])):
        known, parts = asked.municipality.line(line), found[year, line]
        yield Money(
            line=line,
            name=known.name if known else line,
            purpose=known.purpose if known else None,
            year=year,
            budget_cents=parts[BUDGET] if where == WHOLE else None,
            kern_maximum_cents=known.max_per_kern_cents if known and where != WHOLE else None,
            **{f"{part}_cents": parts[part] for part in (RESERVED, COMMITTED, PAID, SETTLED)},
            reached_percent=parts[REACHED] or None if where == WHOLE else None,
        )


def _kern_name(slug: str, asked: Question) -> KernName:
    return KernName(slug=slug, name=asked.municipality.kern_name(slug))


def _initiative(subject: str, it: Initiative, grant: Grant | None, asked: Question) -> InitiativeView:
    themes = {theme.slug: theme.name for theme in asked.municipality.themes}
    return InitiativeView(
        id=subject,
        state=it.state,
        label=words.STATES[it.state],
        theme=themes.get(it.theme, it.theme) if it.theme else None,
        title=it.title,
        summary=it.summary,
        received_on=it.received_on,
        result=words.RESULTS.get(it.result, it.result) if it.result else None,
        grant=_grant(grant, asked) if grant else None,
    )


def _grant(it: Grant, asked: Question) -> GrantView:
    line = asked.municipality.line(it.line)
    return GrantView(
        state=it.state,
        label=words.GRANTS[it.state],
        line=line.name if line else it.line,
        year=it.year,
        asked_cents=it.asked_cents,
        committed_cents=it.committed_cents,
        settled_cents=it.settled_cents if it.state == "settled" else None,
        reason=words.REASONS.get(it.reason, it.reason) if it.reason else None,
    )


def _organisation(it: Organisation, asked: Question) -> OrganisationView:
    kind = asked.municipality.contribution(it.sort)
    return OrganisationView(
        kind=it.sort,
        label=kind.name if kind else words.ORGANISATIONS.get(it.sort, it.sort),
        name=it.name or "",
        kernen=tuple(_kern_name(slug, asked) for slug in it.kernen),
        active_from=it.active_from,
        active_until=it.active_until,
    )
