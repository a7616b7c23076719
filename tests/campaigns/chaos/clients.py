# SPDX-License-Identifier: EUPL-1.2
"""Real clients that go on sending whatever happens to the suite, in a thread of their own."""

import asyncio
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from services.surveys.pages.forms import id_of
from shared.municipality import load_municipality
from tests.campaigns.chaos.history import Asked, History
from tests.flows.suite import STANDARD, Suite

RULES = load_municipality(STANDARD)
KERNEN = [kern.slug for kern in RULES.kernen]
CLIENTS, TIMEOUT = 8, 2.0
TODAY = datetime.now(ZoneInfo(RULES.timezone)).date()
YEAR = TODAY.year
LINES = {"incidental": 60_00, "liveability": 120_00}  # about what is asked of each, in cents
CONTACT = {"name": "Iemand", "email": "iemand@voorbeeld.example"}
SURVEY = {
    "instrument": "interim", "access": "open", "title": "Hoe werken wij samen?",
    "openDate": str(TODAY - timedelta(days=3)), "closeDate": str(TODAY + timedelta(days=30)),
    "questions": [
        {"id": "mark", "kind": "mark", "text": "Welk cijfer geeft u?", "indicator": "cooperation"},
        {"id": "why", "kind": "open", "text": "Wilt u iets toelichten?"},
    ],
}  # fmt: skip


@dataclass
class World:
    """What the clients know of the suite: they act on what was acknowledged to them."""

    suites: Sequence[Suite]
    history: History
    seed: str
    pause: float = 0.1  # seconds between two commands of one client, on average
    surveys: list[str] = field(default_factory=list)
    to_assess: list[str] = field(default_factory=list)
    number: int = 0

    def prepare(self) -> None:
        """A budget for this year and a survey, before anything is disturbed."""
        suite = self.suites[0]
        suite.post("budget", "/v1/budget-years", year=YEAR, decisionReference="Raadsbesluit")
        self.surveys = [suite.post("surveys", "/v1/surveys", **SURVEY)["id"]]


class Clients:
    """`with Clients(world, round):` they send until its end, and finish what they have in hand."""

    def __init__(self, world: World, round: int) -> None:
        self.world, self.round = world, round
        self.random = random.Random(f"{world.seed}/{round}/clients")
        self.acknowledged = 0
        self.broken: list[BaseException] = []
        self._going = True
        self._thread = threading.Thread(target=self._run, name="clients")

    def __enter__(self) -> "Clients":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self._thread.join()
        if self.broken:
            raise self.broken[0]

    def until(self, acknowledged: int, within: float) -> None:
        deadline = time.monotonic() + within
        while self.acknowledged < acknowledged and time.monotonic() < deadline and not self.broken:
            time.sleep(0.05)

    def _run(self) -> None:
        try:
            asyncio.run(self._send_all())
        except BaseException as error:
            self.broken.append(error)

    async def _send_all(self) -> None:
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(
            timeout=TIMEOUT, limits=limits, headers=self.world.suites[0].headers
        ) as self.http:
            await asyncio.gather(*(self._client() for _ in range(CLIENTS)))

    async def _client(self) -> None:
        acts = {
            self._submit: 8, self._assess: 6, self._answer: 4, self._decide: 3, self._give_back: 2,
            self._register: 1, self._contribute: 0.3, self._raise: 0.2,
        }  # fmt: skip
        while self._going:
            [act] = self.random.choices(list(acts), list(acts.values()))
            await act()
            await asyncio.sleep(self.random.uniform(0, 2 * self.world.pause))

    async def _submit(self) -> None:
        body: dict[str, Any] = {
            "kernen": [self.random.choice(KERNEN)], "theme": "green", "submitterKind": "residents-group",
            "channel": "web", "description": "Iets voor onze straat.",
        }  # fmt: skip
        if self.random.random() < 0.3:
            body["contact"] = CONTACT
        asked = self._new("submit", "initiatives", "/v1/initiatives", body)
        asked.body["title"] = asked.key
        await self._send(asked)
        if asked.outcome == "ok":
            self.world.to_assess.append(asked.id)

    async def _assess(self) -> None:
        """Once each, by one client: what comes of it is known from its outcome alone."""
        if not self.world.to_assess:
            return await self._submit()
        one = self.world.to_assess.pop(self.random.randrange(len(self.world.to_assess)))
        line = self.random.choice(list(LINES))
        answers = [
            {"criterion": each.id, "yes": True, "reason": "Ja."} for each in RULES.guide.criteria_for(line)
        ]
        amount = self.random.choice([LINES[line], LINES[line], self.random.randint(1_000_00, 1_500_00)])
        body = {
            "answers": answers, "supportKinds": ["money"], "line": line, "amountCents": amount,
            "publicTitle": "Een plan", "publicSummary": "Een plan voor de buurt.",
        }  # fmt: skip
        await self._send(self._new("assess", "initiatives", f"/v1/initiatives/{one}/assessments", body))

    async def _answer(self) -> None:
        survey = self.random.choice(self.world.surveys)
        asked = self._new("answer", "surveys", f"/enquetes/{survey}", {"kern": self.random.choice(KERNEN)})
        asked.body |= {"token": asked.key, "vraag-mark": str(self.random.randint(1, 10)), "vraag-why": "Zo."}
        asked.id = id_of(survey, asked.key)
        await self._send(asked)

    async def _decide(self) -> None:
        """Two may decide on the same: one of them is refused."""
        grant = await self._one_of("/v1/open-decisions?limit=100", "reserved", "refusal-proposed")
        if grant:
            decision = self.random.choice(["allocate", "allocate", "decline", "wait"])
            await self._send(
                self._new(
                    f"decide-{decision}", "budget", f"/v1/grants/{grant}/decisions", {"decision": decision}
                )
            )

    async def _give_back(self) -> None:
        grant = await self._one_of("/v1/grants?state=allocated&limit=100", "allocated")
        if not grant:
            return
        kind = self.random.choice(["settle", "withdraw"])
        body = {"actualCostCents": self.random.randint(0, 60_00)} if kind == "settle" else {}
        await self._send(self._new(kind, "budget", f"/v1/grants/{grant}/{kind_path(kind)}", body))

    async def _register(self) -> None:
        kind = self.random.choice(["village-interests", "signal-group"])
        asked = self._new("register", "budget", "/v1/organisations", {"kind": kind})
        asked.body |= {
            "kernen": [self.random.choice(KERNEN)],
            "name": asked.key,
            "activeFrom": f"{YEAR}-01-01",
        }
        await self._send(asked)

    async def _contribute(self) -> None:
        await self._send(self._new("contribute", "budget", "/v1/contribution-runs", {"year": YEAR}))

    async def _raise(self) -> None:
        """The council gives more, so that not everything is refused in the end."""
        body = {
            "cause": "raised", "line": self.random.choice([*LINES, "village-interests"]),
            "amountCents": 2_000_00, "reason": "Meer", "decisionReference": "Raadsbesluit",
        }  # fmt: skip
        await self._send(self._new("raise", "budget", f"/v1/budget-years/{YEAR}/amendments", body))

    async def _one_of(self, path: str, *states: str) -> str | None:
        try:
            answer = await self.http.get(self._url("budget", path))
            found = [each["id"] for each in answer.json()["items"] if each["state"] in states]
        except (httpx.TransportError, ValueError, KeyError):
            return None
        return self.random.choice(found) if found else None

    def _new(self, kind: str, service: str, path: str, body: dict[str, Any]) -> Asked:
        self.world.number += 1
        return Asked(f"chaos-{self.world.number:07d}-{kind}", kind, service, path, body, self.round)

    def _url(self, service: str, path: str) -> str:
        return self.random.choice(self.world.suites).url(service, path)

    async def _send(self, asked: Asked) -> None:
        """Under one key, again when no answer came; some give up, and some send again what was answered."""
        self.world.history.invoke(asked)
        patience = self.random.choice([1, 3, 8, 8])
        first: httpx.Response | None = None
        while asked.sent < patience or (first and asked.sent == patience):
            answer = await self._once(asked)
            if answer is not None:
                first = first or answer
                judge(asked, first, answer)
                if asked.outcome != "ok" or self.random.random() > 0.1:
                    break
            else:
                await asyncio.sleep(self.random.uniform(0.1, 1.0))
        self.acknowledged += asked.outcome == "ok"
        self.world.history.complete(asked)

    async def _once(self, asked: Asked) -> httpx.Response | None:
        """Its answer, if there is one that says what came of it."""
        asked.sent += 1
        headers = {"Idempotency-Key": asked.key, "X-Correlation-Id": asked.chain}
        url, form = self._url(asked.service, asked.path), asked.kind == "answer"
        try:
            if form:
                answer = await self.http.post(url, data=asked.body, headers=headers)
            else:
                answer = await self.http.post(url, json=asked.body, headers=headers)
        except httpx.ConnectError:
            return None  # it was not sent
        except httpx.TransportError:
            asked.open += 1
            return None
        if answer.status_code == 503:
            asked.open += 1
            return None
        return answer


def judge(asked: Asked, first: httpx.Response, answer: httpx.Response) -> None:
    """The outcome by the first answer that says anything; every later one must be the same.

    A refusal says nothing of what was sent before and not answered: that may still be on its way.
    """
    asked.status = first.status_code
    if first.status_code in (201, 303):
        asked.outcome = "ok"
        if first.status_code == 201:
            asked.id = first.json().get("id", "")
        if (answer.status_code, answer.content) != (first.status_code, first.content):
            told = f"answered {first.status_code} and then {answer.status_code}: {answer.text[:200]}"
            asked.answers.append(told)
    elif first.status_code in (400, 404, 409):
        asked.outcome = "unknown" if asked.open else "fail"
    else:
        asked.answers.append(f"answered {first.status_code}: {first.text[:200]}")


def kind_path(kind: str) -> str:
    return {"settle": "settlements", "withdraw": "withdrawals"}[kind]
