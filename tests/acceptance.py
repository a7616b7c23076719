# SPDX-License-Identifier: EUPL-1.2
"""What the schema accepts the door accepts: schemathesis' check of it (ST202), and the refusals that no
description of shapes can express. Loaded by whoever runs schemathesis.
"""

import re
from typing import Any

import schemathesis
from schemathesis import Case, Response
from schemathesis.checks import CheckContext

# What refuses a wrong request; a body that is too large is a wrong one too. And what may refuse a right one:
# what it names is not there (404), is not in the right state (409), has not changed (304), or a page of
# another site sent it (403); the sentences of a 400 are below.
EXPECTED = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415]
positive_data_acceptance.expected-statuses = ["2xx", 304, 400, 403, 404, 409]
"""
# Sentences of a 400 about a request that is right by its shape, under why no shape can say it.
RULES = re.compile(
    "|".join(
        (
            # It names what the municipality's file does not have, or what is not there now.
            r"; choose (from|one of) ",
            r"is not a question of this guide; answer ",
            r"there is no guide ",
            r"is not a kernambtenaar on duty on ",
            r"is not a day of this appointment",
            r"is not on this list; ",
            r"is not among the kernen of this survey; ",
            r"Register it first",
            r"is not a cursor of ",
            # It is of the example and what it is about is real, or the other way round.
            r"^origin: is \w+, and what it is about is ",
            # It does not go with today's date, or with another date.
            r"has yet to come",
            r"; choose a date between$",
            r"has passed: ",
            r"is before (active|received|valid)From",
            r"is before openDate",
            r"give (that date or )?a later (one|date)",
            r"is (adopted|closed) (in|on) .* at the earliest",
            r"is not before \d{4}$",
            # It does not go with what it changes.
            r"begins with another kern; ",
            # It does not go with the budget of a year.
            r"above the total of|the whole budget of a year|the first year with a budget",
            # Of its fields one needs another, or has no meaning beside it.
            r"^(person|body): give one of ",
            r"is (only|used only|required) (for|when) ",
            r"is required: only the council ",
            r"is required; give the organisation's name",
            r"(is where what is|has no meaning when money is) ",
            r"is the line that receives; ",
            r"leave it out unless ",
            r"a refusal needs its reason",
            r"(is that of|is one) (a )?natural person",
            r"names nobody here: ",
            r"is missing: where to go with it",
            r"the answers lead to | than the answers lead to",
            r"^questions\.\d+\.\w+: (an open question|a question of kind|need at least one that agrees)",
            r"an open link has one result",
            r"say point by point",
            # Of several parts, two are about one thing, or one is missing.
            r"is (here|used|listed) twice|is measured by two questions|two options have the same id",
            r"is to be answered once|is answered \d+ times",
            r"^answers: \S+ is not answered; add it",
            # A file within it, line by line.
            r"^line \d+: ",
            # No word is in it: which letters make one, a pattern would need all of Unicode for.
            r"has no word in it",
        )
    )
)


@schemathesis.check
def refused_by_a_rule_alone(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """A 400 about the shape of what the description accepts is a fault of the description."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    unexpected = unexplained(response.json())
    assert not unexpected, unexpected


def unexplained(problem: dict[str, Any]) -> list[str]:
    """What a refusal says that is no rule."""
    said = [f"{each['field']}: {each['message']}" for each in problem["errors"]] or [problem["detail"]]
    return [sentence for sentence in said if not RULES.search(sentence)]
