# SPDX-License-Identifier: EUPL-1.2
"""What the overview shows of kernambtenaren, organisations and networks."""

from collections.abc import Sequence
from datetime import date

from services.analytics.fold.partner_events import Network, Organisation
from services.analytics.overview import labels
from services.analytics.overview.labels import Counted, counted
from services.analytics.overview.scope import KernName, Scope
from services.analytics.overview.sums import Sums
from shared.contracts.envelope import Data
from shared.municipality import Municipality


class KernambtenaarView(Data):
    """Where there is a kernambtenaar, and where none; for one kern also since when, and until when."""

    uncovered: tuple[KernName, ...]
    present: int
    kernen: int
    since: date | None
    until: date | None


class OrganisationCounts(Data):
    """How many organisations, each counted once."""

    total: int
    by_kind: tuple[Counted, ...]


class OrganisationView(Data):
    """An organisation; its name is that of a legal person."""

    kind: str
    label: str
    name: str
    kernen: tuple[KernName, ...]
    active_from: date
    active_until: date | None


class NetworkView(Data):
    """Who takes part in the network of a kern, by the names that people know."""

    since: date
    organisations: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]


def organisation_counts(sums: Sums, where: str, scope: Scope) -> OrganisationCounts:
    active = sums.active(where, scope.day.year)
    kinds = dict(labels.ORGANISATIONS)
    kinds.update((c.kind, c.name) for c in scope.municipality.contributions)
    shown = {kind: name for kind, name in kinds.items() if kind not in scope.persons}
    return OrganisationCounts(total=active.total(), by_kind=counted(shown, active))


def organisation_view(it: Organisation, scope: Scope) -> OrganisationView:
    kind = scope.municipality.contribution(it.sort)
    return OrganisationView(
        kind=it.sort,
        label=kind.name if kind else labels.ORGANISATIONS.get(it.sort, it.sort),
        name=it.name or "",
        kernen=tuple(scope.kern_name(slug) for slug in it.kernen),
        active_from=it.active_from,
        active_until=it.active_until,
    )


def network_view(it: Network, names: Sequence[str], rules: Municipality) -> NetworkView:
    teams = {team.slug: team.name for team in rules.network.teams}
    roles = {role.slug: role.name for role in rules.network.roles}
    return NetworkView(
        since=it.since,
        organisations=tuple(names),
        teams=tuple(teams.get(slug, slug) for slug in it.teams),
        roles=tuple(roles.get(slug, slug) for slug in it.roles),
    )
