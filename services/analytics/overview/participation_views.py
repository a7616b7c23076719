# SPDX-License-Identifier: EUPL-1.2
"""What the overview shows of participation and of commitments."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.analytics.fold.participation_events import Milestone, Participation
from services.analytics.overview import labels
from services.analytics.overview.labels import Counted, counted, label
from services.analytics.overview.sums import Sums
from shared.contracts.envelope import Data
from shared.municipality import Municipality


class PointView(Data):
    """What residents said, and what was done with it."""

    input: str
    use: str
    label: str
    answer: str


class ActivityView(Data):
    """Something that was held, and how many came."""

    held_on: date
    form: str
    label: str
    attendance: int
    groups: tuple[str, ...]


class ProcessView(Data):
    """One process of participation, as an official described it for the public."""

    id: str
    state: str
    label: str
    subject: str | None
    rung: str | None
    goal: str | None
    considered_on: date
    activities: tuple[ActivityView, ...]
    points: tuple[PointView, ...]
    reason: str | None


class ParticipationView(Data):
    """Where residents had a say; `latest` are the processes that began last, at most 20."""

    total: int
    by_state: tuple[Counted, ...]
    activities: int
    attendance: int
    latest: tuple[ProcessView, ...]


class MilestoneView(Data):
    """A commitment of the municipality; `reached_on` is None while it is open."""

    name: str
    when: str
    due: date | None
    source: str
    reached_on: date | None
    late: bool


def participation_view(
    sums: Sums, where: str, latest: Sequence[tuple[str, Participation]], rules: Municipality
) -> ParticipationView:
    states = sums.counts(where, "participation")
    held = sums.counts(where, "held")
    return ParticipationView(
        total=states.total(),
        by_state=counted(labels.PROCESSES, states),
        activities=held["activities"],
        attendance=held["attendance"],
        latest=tuple(_process(subject, it, rules) for subject, it in latest),
    )


def milestone_views(
    met: Mapping[str, Milestone], rules: Municipality, today: date
) -> tuple[MilestoneView, ...]:
    """All commitments of the municipality's file, in its order."""
    reached = {slug: it.reached_on for slug, it in met.items()}
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
        label=labels.PROCESSES[it.state],
        subject=it.subject,
        rung=label(labels.RUNGS, it.rung) if it.rung else None,
        goal=it.goal,
        considered_on=it.considered_on,
        activities=tuple(
            ActivityView(
                held_on=each.held_on,
                form=each.form,
                label=label(labels.FORMS, each.form),
                attendance=each.attendance,
                groups=tuple(groups.get(slug, slug) for slug in each.groups),
            )
            for each in it.activities
        ),
        points=tuple(
            PointView(input=each.input, use=each.use, label=label(labels.USES, each.use), answer=each.answer)
            for each in it.points
        ),
        reason=it.reason,
    )
