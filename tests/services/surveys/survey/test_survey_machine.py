# SPDX-License-Identifier: EUPL-1.2
"""Surveys open and close by the calendar or by hand, whatever people do meanwhile.

Each invitation counts once and each form once; what is told at the end is what was answered, with nothing in
it that exposes few; and when the weeks have passed nothing is left of who answered what.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from sqlalchemy import func, select

from services.surveys import timers
from services.surveys.survey import handlers, store
from services.surveys.survey.commands import CloseSurvey, IssueCodes, OpenSurvey, PlanSurvey
from services.surveys.survey.model import FilledForm
from services.surveys.tables import codes, replies
from shared.contracts.refusals import Invalid, Refused
from shared.messaging.transaction import Cause, Transaction
from shared.municipality import load_municipality
from tests.conftest import HERE, MORE
from tests.memory import everything_in, image_of, in_memory
from tests.services.surveys.conftest import SURVEY, Desk

T = TypeVar("T")
KERNEN = ("noordoever", "zuidoever", "de-plaat")
CHOICES = {"mark": [str(mark) for mark in range(1, 11)], "welcome": ["disagree", "neutral", "agree"]}
SUPPRESS_BELOW, INDICATIVE_BELOW = 5, 12  # of the invented municipality


@dataclass
class Round:
    """What should be so of one survey."""

    opens_on: date
    closes_on: date
    by_codes: bool
    state: str = "planned"
    closed_on: date | None = None
    is_forgotten: bool = False
    forms: dict[str, tuple[FilledForm, str | None]] = field(default_factory=dict)  # with the code that it had

    def given(self, kern: str | None, question: str) -> Counter[str]:
        forms = [form for form, _ in self.forms.values() if kern in (None, form.kern)]
        return Counter(form.chosen[question] for form in forms)


# Of one kern: few enough to tell who they are, just enough, and at the edges between.
SOME_MARKS = st.sampled_from([1, 4, 5, 7]).flatmap(
    lambda n: st.lists(st.sampled_from(CHOICES["mark"]), min_size=n, max_size=n)
)
MOST = 4  # surveys: with more, none of them gets many answers


class Surveys(RuleBasedStateMachine):
    """The calendar of the municipality goes on by the rule `days_pass` only."""

    names, invitations, forms = Bundle("names"), Bundle("invitations"), Bundle("forms")

    def __init__(self) -> None:
        super().__init__()
        self.database = in_memory("surveys")
        now = datetime(2021, 9, 1, 10, 0, tzinfo=UTC)
        self.desk = Desk(self.database, load_municipality(HERE / "municipality.toml"), now)
        self.rounds: dict[str, Round] = {}
        self.sent = 0
        self.plan(0, 12, "open")
        self.plan(0, 9, "codes")
        for kern, count in zip(KERNEN, (4, 5, 7), strict=True):
            marks = ["3", "8"] * (count // 2) + ["6"] * (count % 2)
            self.answer_by_link("s0", kern, marks, "agree")
            codes = [code for _, code in self.invite("s1", count).values]
            for code, mark in zip(codes, marks, strict=True):
                self.answer("s1", kern, mark, "neutral" if mark == "3" else "agree", code)

    def teardown(self) -> None:
        self.database.close()

    @property
    def today(self) -> date:
        return self.desk.now.date()

    @initialize(target=names)
    def two_are_open(self) -> MultipleResults[str]:
        return multiple(*self.rounds)

    @initialize(target=invitations)
    def some_are_invited(self) -> MultipleResults[tuple[str, str]]:
        return self.invite("s1", 6)

    @precondition(lambda self: len(self.rounds) < MOST)
    @rule(
        target=names,
        wait=st.integers(0, 6),
        days=st.integers(0, 12),
        access=st.sampled_from(["open", "codes"]),
    )
    def plan(self, wait: int, days: int, access: str) -> str:
        name, opens_on = f"s{len(self.rounds)}", self.today + timedelta(days=wait)
        closes_on = opens_on + timedelta(days=days)
        dates = {"openDate": str(opens_on), "closeDate": str(closes_on), "access": access}
        command = PlanSurvey.model_validate(SURVEY | dates)
        assert self.is_done(lambda tx: tx.record(handlers.plan(name, command, tx)))
        self.rounds[name] = Round(opens_on, closes_on, access == "codes", "planned" if wait else "open")
        return name

    @rule(name=names)
    def open_by_hand(self, name: str) -> None:
        its = self.rounds[name]
        may = its.state == "planned" and its.opens_on <= self.today <= its.closes_on
        assert self.is_done(lambda tx: tx.record(handlers.open_survey(name, OpenSurvey(), tx))) == may
        its.state = "open" if may else its.state

    @rule(name=names)
    def close_by_hand(self, name: str) -> None:
        its = self.rounds[name]
        may = its.state == "open"
        assert self.is_done(lambda tx: tx.record(handlers.close(name, CloseSurvey(), tx))) == may
        if may:
            its.state, its.closed_on = "closed", self.today

    @rule(target=invitations, name=names, count=st.integers(1, 9))
    def invite(self, name: str, count: int) -> MultipleResults[tuple[str, str]]:
        its, issued = self.rounds[name], list[str]()
        may = its.by_codes and its.state != "closed"
        command = IssueCodes(count=count)
        assert self.is_done(lambda tx: issued.extend(handlers.issue_codes(name, command, tx))) == may
        return multiple(*((name, code) for code in issued))

    @rule(
        target=forms,
        name=names,
        kern=st.sampled_from(KERNEN),
        marks=SOME_MARKS,
        welcome=st.sampled_from(CHOICES["welcome"]),
    )
    def answer_by_link(
        self, name: str, kern: str, marks: list[str], welcome: str
    ) -> MultipleResults[tuple[str, str]]:
        """Some of one kern, one after another; a survey by codes does not take theirs."""
        sent = [self.answer(name, kern, mark, welcome, None) for mark in marks]
        return multiple(*((name, form) for form in sent if form))

    @rule(
        target=forms,
        invitation=invitations,
        kern=st.sampled_from(KERNEN),
        mark=st.sampled_from(CHOICES["mark"]),
        welcome=st.sampled_from(CHOICES["welcome"]),
    )
    def answer_by_code(
        self, invitation: tuple[str, str], kern: str, mark: str, welcome: str
    ) -> MultipleResults[tuple[str, str]]:
        name, code = invitation
        form = self.answer(name, kern, mark, welcome, code)
        return multiple(*([(name, form)] if form else []))

    def answer(self, name: str, kern: str, mark: str, welcome: str, code: str | None) -> str | None:
        """The form, if it was taken: in its days, and each code once."""
        its, self.sent = self.rounds[name], self.sent + 1
        reply = FilledForm(
            f"form-{self.sent}", kern, {"mark": mark, "welcome": welcome}, {"why": f"geheim-{name}-x"}
        )
        is_time = its.state != "closed" and its.opens_on <= self.today <= its.closes_on
        is_invited = not its.by_codes or (
            code is not None and code not in (used for _, used in its.forms.values())
        )
        done = self.is_done(lambda tx: tx.record(handlers.answer(name, reply, code, tx)))
        assert done == (is_time and is_invited)
        if not done:
            return None
        its.state, its.forms[reply.id] = "open", (reply, code)
        return reply.id

    @rule(form=forms)
    def send_again(self, form: tuple[str, str]) -> None:
        """As a browser does that heard no answer: it was received, whatever happened since."""
        name, form_id = form
        its = self.rounds[name]
        if its.is_forgotten:
            return
        reply, code = its.forms[form_id]
        before = image_of(self.database)
        assert self.is_done(lambda tx: tx.record(handlers.answer(name, reply, code, tx)))
        assert image_of(self.database) == before

    @rule(days=st.sampled_from([0, 1, 1, 2, 2, 3, 4, 30, 90]), is_led=st.booleans())
    def days_pass(self, days: int, is_led: bool) -> None:
        """Without a leader nothing happens by itself; who answers hears the same as with one."""
        self.desk.now += timedelta(days=days)
        if not is_led:
            return
        self.tick()
        kept = timedelta(weeks=self.desk.municipality.answers_kept_weeks)
        for its in self.rounds.values():
            if its.state == "planned" and its.opens_on <= self.today:
                its.state = "open"
            if its.state == "open" and its.closes_on < self.today:
                its.state, its.closed_on = "closed", its.closes_on
            its.is_forgotten = its.closed_on is not None and its.closed_on < self.today - kept
        before = image_of(self.database)
        self.tick()
        assert image_of(self.database) == before

    def tick(self) -> None:
        for timer in timers.TIMERS:
            self.run(lambda tx, timer=timer: tx.record(timer(tx)))  # type: ignore[misc]

    @invariant()
    def each_is_open_in_its_days(self) -> None:
        for name, its in self.rounds.items():
            assert self.run(lambda tx, name=name: store.read(tx.connection, name).state) == its.state  # type: ignore[misc]

    @invariant()
    def each_form_and_each_invitation_counts_once(self) -> None:
        for name, its in self.rounds.items():
            used = self.count(codes, codes.c.survey_id == name, codes.c.used)
            assert used == (len(its.forms) if its.by_codes else 0)
            if not its.is_forgotten:
                assert self.count(replies, replies.c.survey_id == name) == len(its.forms)

    @invariant()
    def after_the_weeks_nothing_is_left_of_who_answered_what(self) -> None:
        everything = everything_in(self.database)
        for name, its in self.rounds.items():
            if not its.forms:
                continue
            assert (f"geheim-{name}-x" in everything) != its.is_forgotten
            assert any(f"'{form}'" in everything for form in its.forms) != its.is_forgotten

    @invariant()
    def what_is_told_is_what_was_answered_and_exposes_nobody(self) -> None:
        told = self.desk.told()
        counted: Counter[str] = Counter()
        results: dict[str, dict[tuple[str, str | None], dict[str, Any]]] = defaultdict(dict)
        for event in told:
            counted[event["subject"]] += 1
            assert int(event["subjectsequence"]) == counted[event["subject"]]
            assert "geheim" not in json.dumps(event)
            if event["type"] == "nl.kernpuls.survey.completed.v1":
                data = event["data"]
                kern = data["kernen"][0] if data["kernen"] else None
                assert (data["indicator"], kern) not in results[data["surveyId"]]
                results[data["surveyId"]][data["indicator"], kern] = data
        for name, its in self.rounds.items():
            steps = [event["type"].split(".")[-2] for event in told if event["subject"] == name]
            assert steps == {"planned": [], "open": ["opened"], "closed": ["opened", "closed"]}[its.state]
            of_closed = 8 if its.by_codes else 2  # of an open link the municipality's alone
            assert len(results[name]) == (of_closed if its.state == "closed" else 0)
            self.judge(its, results[name])

    def judge(self, its: Round, found: dict[tuple[str, str | None], dict[str, Any]]) -> None:
        for (indicator, kern), said in found.items():
            given = its.given(kern, "mark" if indicator == "say-in-plans" else "welcome")
            if said["standing"] == "suppressed":
                assert (said["n"], said["value"], said["spread"], said["distribution"]) == (
                    None,
                    None,
                    None,
                    [],
                )
                continue
            n = given.total()
            assert said["n"] == n >= SUPPRESS_BELOW
            assert (said["standing"] == "indicative") == (n < INDICATIVE_BELOW or not its.by_codes)
            assert said["answersFrom"] == ("codes" if its.by_codes else "open")
            if not its.by_codes:
                assert kern is None
                assert (said["spread"], said["distribution"], said["invited"]) == (None, [], None)
                assert 0 <= said["value"] <= 100
                continue
            if indicator == "say-in-plans":
                mean = sum(int(mark) * count for mark, count in given.items()) / n
            else:
                mean = 100 * given["agree"] / n
            assert abs(said["value"] - mean) <= 0.05 + 1e-9
            hidden = [k for k in KERNEN if found[indicator, k]["standing"] == "suppressed"]
            if kern is None and hidden:  # subtracting leaves those together
                left = [its.given(k, "mark").total() for k in hidden]
                assert len(hidden) > 1
                assert sum(left) >= SUPPRESS_BELOW

    def is_done(self, work: Callable[[Transaction], object]) -> bool:
        before = image_of(self.database)
        try:
            self.run(work)
        except (Refused, Invalid):
            assert image_of(self.database) == before
            return False
        return True

    def run(self, work: Callable[[Transaction], T]) -> T:
        with self.database.engine.begin() as connection:
            tx = self.desk.transactions.begin(connection, Cause("because"))
            found = work(tx)
            self.desk.transactions.save([tx])
        return found

    def count(self, table: Any, *conditions: Any) -> int:
        wanted = select(func.count()).select_from(table).where(*conditions)
        return self.run(lambda tx: int(tx.connection.execute(wanted).scalar_one()))


# To find the shortest way to a failure takes minutes.
TestSurveys = pytest.mark.timeout(900)(Surveys.TestCase)
TestSurveys.settings = settings(max_examples=5 * MORE, stateful_step_count=40, deadline=None)
