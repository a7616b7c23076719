# SPDX-License-Identifier: EUPL-1.2
"""Of a municipality's file: how residents take part, its commitments, and how long it keeps records."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.contracts.envelope import Slug
from shared.municipality.parts import Part, Positive

Result = Literal["granted", "supported", "declined", "redirected", "withdrawn"]


class Question(Part):
    """A question of the guide for participation."""

    id: Slug
    question: str
    help: str = ""


class ParticipationGuide(Part):
    """A version of the guide (handreiking inwonersparticipatie): does it fit to have residents take part?"""

    version: str
    criteria: Annotated[tuple[Question, ...], Field(min_length=1)]


class Named(Part):
    """Something that has a name which people read."""

    slug: Slug
    name: str


class Participation(Part):
    """How residents take part in what the municipality does; without a guide nothing can be considered."""

    guides: tuple[ParticipationGuide, ...] = ()
    groups: tuple[Named, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("participation guide", [guide.version for guide in self.guides])
        _once("participation group", [group.slug for group in self.groups])
        return self


class Networking(Part):
    """The network of a kern. It is being investigated: off, until the municipality decides for it."""

    enabled: bool = False
    teams: tuple[Named, ...] = ()
    roles: tuple[Named, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("network team", [team.slug for team in self.teams])
        _once("network role", [role.slug for role in self.roles])
        return self


class Milestone(Part):
    """A commitment: when it is due in the words of its source, and the last day of that if it names one."""

    slug: Slug
    name: str
    when: str
    due: date | None = None
    source: str


class Retention(Part):
    """How many years the records of an initiative are kept after it ended with this result (Archiefwet)."""

    result: Result
    years: Positive
    source: str


def _once(what: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{what} {value!r} stands in the file twice; keep one")
