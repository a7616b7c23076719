# SPDX-License-Identifier: EUPL-1.2
"""Of the overview: where residents had a say and what was done with it, networks, and commitments."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.analytics import reading, words
from services.analytics.figures import Figures
from services.analytics.participation_views import (
    ActivityView,
    MilestoneView,
    NetworkView,
    ParticipationView,
    PointView,
    ProcessView,
)
from services.analytics.processes import Participation
from services.analytics.views import OpenSurvey
from shared.municipality import Municipality

LATEST = 20  # processes on one page
STORIES = 6  # at most so many: each is asked for when the page is shown


def heard(
    connection: Connection, live: int, figures: Figures, where: str, rules: Municipality, today: date
) -> dict[str, Any]:
    """Where people can speak today, what they told, and what was done with it."""
    return {
        "open_surveys": tuple(
            OpenSurvey(id=subject, title=it.title, audience=it.audience, closes_on=it.last)
            for subject, it in reading.surveys(connection, live, where, today)
        ),
        "story_ids": tuple(reading.latest_stories(connection, live, where, STORIES)),
        "participation": participation(connection, live, figures, where, rules),
        "milestones": milestones(connection, live, rules, today),
    }


def participation(
    connection: Connection, live: int, figures: Figures, where: str, rules: Municipality
) -> ParticipationView:
    states = figures.counts(where, "participation")
    held = figures.counts(where, "held")
    latest = reading.latest_participations(connection, live, where, figures.year, LATEST)
    return ParticipationView(
        total=states.total(),
        by_state=words.counted(words.PROCESSES, states),
        activities=held["activities"],
        attendance=held["attendance"],
        latest=tuple(_process(subject, it, rules) for subject, it in latest),
    )


def network(connection: Connection, live: int, kern: str, rules: Municipality) -> NetworkView | None:
    """None where there is none, or where the municipality has networks off."""
    found = reading.network(connection, live, kern) if rules.network.enabled else None
    if found is None:
        return None
    teams = {team.slug: team.name for team in rules.network.teams}
    roles = {role.slug: role.name for role in rules.network.roles}
    return NetworkView(
        since=found.since,
        organisations=tuple(reading.organisation_names(connection, live, found.organisations)),
        teams=tuple(teams.get(slug, slug) for slug in found.teams),
        roles=tuple(roles.get(slug, slug) for slug in found.roles),
    )


def milestones(
    connection: Connection, live: int, rules: Municipality, today: date
) -> tuple[MilestoneView, ...]:
    """All commitments of the municipality's file, in its order."""
    reached = reading.milestones(connection, live)
    return tuple(
        MilestoneView(
            name=m.name,
            when=m.when,
            due=m.due,
            source=m.source,
            reached_on=reached.get(m.slug),
            late=m.due is not None and (reached.get(m.slug) or today) > m.due,
        )
        for m in rules.milestones
    )


def _process(subject: str, it: Participation, rules: Municipality) -> ProcessView:
    groups = {group.slug: group.name for group in rules.participation.groups}
    return ProcessView(
        id=subject,
        state=it.state,
        label=words.PROCESSES[it.state],
        subject=it.subject,
        rung=words.RUNGS[it.rung] if it.rung else None,
        goal=it.goal,
        considered_on=it.considered_on,
        activities=tuple(
            ActivityView(
                held_on=each.held_on,
                form=each.form,
                label=words.FORMS[each.form],
                attendance=each.attendance,
                groups=tuple(groups.get(slug, slug) for slug in each.groups),
            )
            for each in it.activities
        ),
        points=tuple(
            PointView(input=each.input, use=each.use, label=words.USES[each.use], answer=each.answer)
            for each in it.points
        ),
        reason=it.reason,
    )
