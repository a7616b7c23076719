# SPDX-License-Identifier: EUPL-1.2
"""The answers of the overview, read from the read model. The API and the pages show the same answer."""

from typing import Any

from sqlalchemy import Connection

from services.analytics.overview.definitions import DEFINITIONS
from services.analytics.overview.initiative_views import initiative_counts, initiative_view
from services.analytics.overview.money_views import grant_counts, line_years
from services.analytics.overview.participation_views import milestone_views, participation_view
from services.analytics.overview.partner_views import (
    KernambtenaarView,
    NetworkView,
    network_view,
    organisation_counts,
    organisation_view,
)
from services.analytics.overview.scope import Scope
from services.analytics.overview.sums import COMMITTED, Sums
from services.analytics.overview.survey_views import (
    OpenSurvey,
    measures_of_kern,
    measures_of_municipality,
    real_benchmarks,
    real_results,
)
from services.analytics.overview.views import Kernen, KernOverview, KernSummary, Overview
from services.analytics.read_model import queries, store
from shared.contracts.envelope import WHOLE_MUNICIPALITY as WHOLE
from shared.contracts.refusals import NotFound
from shared.http.paging import Link, SelfLink

LATEST, LISTED = 50, 100  # at most so many initiatives and organisations on the page of a kern
PROCESSES, STORIES = 20, 6  # at most; each story is asked for when the page is shown


def kernen(connection: Connection, scope: Scope) -> Kernen:
    """All kernen beside each other."""
    live = store.live(connection)
    sums = Sums(queries.cells_of(connection, live), scope.year, scope.persons)
    items = []
    for kern in scope.municipality.kernen:
        slug = kern.slug
        items.append(
            KernSummary(
                slug=slug,
                name=kern.name,
                initiatives=initiative_counts(sums, slug, scope),
                committed_cents=sum(parts[COMMITTED] for parts in sums.money(slug).values()),
                organisations=sums.active(slug, scope.day.year).total(),
                kernambtenaar=queries.on_duty(connection, live, slug, scope.day) is not None,
                links=_links(f"/v1/kernen/{slug}/overview", scope),
            )
        )
    return Kernen(
        **_frame(connection, live, scope, "/v1/kernen"),
        fictional=sums.fictional(*(kern.slug for kern in scope.municipality.kernen)),
        items=tuple(items),
    )


def municipality(connection: Connection, scope: Scope) -> Overview:
    """The municipality as a whole."""
    live = store.live(connection)
    sums = Sums(queries.cells_of(connection, live, [WHOLE]), scope.year, scope.persons)
    slugs = [kern.slug for kern in scope.municipality.kernen]
    bare = [slug for slug in slugs if queries.on_duty(connection, live, slug, scope.day) is None]
    missing, present = tuple(scope.kern_name(slug) for slug in bare), len(slugs) - len(bare)
    results = real_results(queries.results(connection, live, WHOLE))
    others = real_benchmarks(queries.benchmarks(connection, live))
    invented = any(it.example for _, it in results) or any(it.example for it in others)
    return Overview(
        **_frame(connection, live, scope, "/v1/overview"),
        **_parts(connection, live, sums, WHOLE, scope, invented),
        measures=measures_of_municipality(results, others, scope.municipality),
        kernambtenaar=KernambtenaarView(
            uncovered=missing, present=present, kernen=len(slugs), since=None, until=None
        ),
    )


def kern(connection: Connection, slug: str, scope: Scope) -> KernOverview:
    """One kern. May raise NotFound."""
    if slug not in scope.municipality.kern_slugs:
        raise NotFound(f"{scope.municipality.name} has no kern {slug!r}; /v1/kernen lists those it has.")
    live = store.live(connection)
    sums = Sums(queries.cells_of(connection, live, [slug, WHOLE]), scope.year, scope.persons)
    period = queries.on_duty(connection, live, slug, scope.day)
    first, last = period or (None, None)
    missing = () if period else (scope.kern_name(slug),)
    latest = queries.latest_initiatives(connection, live, slug, scope.year, LATEST)
    grants = queries.grants_for(connection, live, (subject for subject, _ in latest))
    listed = queries.organisations(connection, live, slug, scope.day.year, LISTED)
    results = real_results(queries.results(connection, live, slug))
    invented = any(it.example for _, it in results)
    return KernOverview(
        **_frame(connection, live, scope, f"/v1/kernen/{slug}/overview"),
        **_parts(connection, live, sums, slug, scope, invented),
        measures=measures_of_kern(results, scope.municipality),
        kernambtenaar=KernambtenaarView(
            uncovered=missing, present=int(not missing), kernen=1, since=first, until=last
        ),
        kern=scope.kern_name(slug),
        network=_network(connection, live, slug, scope),
        latest=tuple(initiative_view(subject, it, grants.get(subject), scope) for subject, it in latest),
        listed=tuple(
            organisation_view(it, scope) for it in listed if it.name and it.sort not in scope.persons
        ),
    )


def _frame(connection: Connection, live: int, scope: Scope, path: str) -> dict[str, Any]:
    """What every answer says about its figures."""
    return {
        "municipality": scope.municipality.name,
        "year": scope.year,
        "as_of": queries.as_of(connection, live),
        "definitions": DEFINITIONS,
        "links": _links(path, scope),
    }


def _links(path: str, scope: Scope) -> SelfLink:
    query = "" if scope.year is None else f"?year={scope.year}"
    return SelfLink(self=Link(href=scope.root + path + query))


def _parts(
    connection: Connection, live: int, sums: Sums, where: str, scope: Scope, invented: bool
) -> dict[str, Any]:
    """What a kern and the whole municipality have both; `invented` if something else in the answer is."""
    rules = scope.municipality
    met = queries.milestones(connection, live)
    invented |= any(met[it.slug].example for it in rules.milestones if it.slug in met)
    processes = queries.latest_participations(connection, live, where, scope.year, PROCESSES)
    return {
        "fictional": invented or sums.fictional(where),
        "years": sums.years,
        "closed_years": sums.closed,
        "initiatives": initiative_counts(sums, where, scope),
        "grants": grant_counts(sums, where),
        "money": tuple(line_years(sums, where, scope)),
        "organisations": organisation_counts(sums, where, scope),
        "open_surveys": tuple(
            OpenSurvey(id=subject, title=it.title, audience=it.audience, closes_on=it.last)
            for subject, it in queries.surveys(connection, live, where, scope.today)
        ),
        "story_ids": tuple(queries.latest_stories(connection, live, where, STORIES)),
        "participation": participation_view(sums, where, processes, rules),
        "milestones": milestone_views(met, rules, scope.today),
    }


def _network(connection: Connection, live: int, kern: str, scope: Scope) -> NetworkView | None:
    """None where there is none, or where the municipality has networks off."""
    found = queries.network(connection, live, kern) if scope.municipality.network.enabled else None
    if found is None:
        return None
    names = queries.organisation_names(connection, live, found.organisations)
    return network_view(found, names, scope.municipality)
