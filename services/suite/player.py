# SPDX-License-Identifier: EUPL-1.2
"""Plays the example through the public HTTP APIs: in order, once, whatever is killed meanwhile.

Every step has an Idempotency-Key of its own, so a step whose answer got lost is simply sent again, and
a second start finds everything done.
"""

import asyncio
import csv
import io
from collections.abc import Mapping
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.suite.console import console
from services.suite.discovery import discover
from services.suite.example import load_example
from services.suite.example_life import PROPOSED, Step
from services.suite.steps import steps_of
from shared.access.own import LONGEST, sign
from shared.access.roles import ROLES
from shared.clock import utc_now
from shared.http.site.menu import prefix_of
from shared.municipality import load_municipality
from shared.settings import Settings

PATIENCE = 120.0  # seconds that a service may be away, or an answer may take
CONTROLS = {"payment-files", "payment-answers"}
AWAY = {429, 502, 503, 504}
TRY_EVERY, LOOK_EVERY = 0.25, 0.03
REPLAYED = "Idempotency-Replayed"
# What answers with the id that later steps of a story need.
BEGIN = {"initiatives", "stories", "participations", "expenses", "payment-files"}


class StepRefused(Exception):
    """A service says no to a step of the example; `code` is that of its problem, if it has one."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Player:
    """Sends steps. `urls` are the services' addresses, by name; `tokens` are those of its two persons."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str], tokens: Mapping[str, str]) -> None:
        self.client, self.urls, self.tokens = client, urls, tokens
        self.ids: dict[str, str] = {}

    async def play(self, step: Step) -> bool:
        """Returns whether it was done now; False if it had been done before."""
        path = step.path
        if "{grant}" in path:
            path = path.format(grant=await self._grant(step.story))
        elif "{" in path:
            path = path.format(initiative=self.ids[step.story], id=self.ids[step.story])
        url = f"{self.urls[step.service]}v1/{path}"
        headers = {"Idempotency-Key": f"example/{step.name}", **self._as_who(step)}
        sent: dict[str, Any] = {"json": step.body}
        if step.refused is not None:
            sent = {"json": step.body | {"csv": await self._financial_answer(step, step.refused)}}
        if step.file:
            headers["Content-Type"], sent = "application/x-ndjson", {"content": step.file.encode()}
        answer = await self._send("POST", url, step.name, headers=headers, **sent)
        if step.file:
            await self._imported(step, answer.json()["id"])
        if step.path in BEGIN:
            self.ids[step.story] = answer.json()["id"]
        if step.until:
            await self._until(step)
        return REPLAYED not in answer.headers

    def _as_who(self, step: Step) -> Mapping[str, str]:
        """Who orders a payment does not send it too, so the example has two persons."""
        is_control = step.path in CONTROLS or step.path.endswith("/closings")
        token = self.tokens["controller" if is_control else "official"]
        return {"Authorization": f"Bearer {token}"}

    async def _grant(self, story: str) -> str:
        return str((await self._grants(story))[0]["id"])

    async def _grants(self, story: str) -> list[dict[str, Any]]:
        query = {"initiativeId": self.ids[story]}
        found = await self._send("GET", f"{self.urls['budget']}v1/grants", story, params=query)
        items: list[dict[str, Any]] = found.json()["items"]
        return items

    async def _financial_answer(self, step: Step, refused: Mapping[str, str]) -> str:
        """What the municipality's financial system says of the file of this story."""
        url = f"{self.urls['budget']}v1/payment-files/{self.ids[step.story]}/content"
        file = (await self._send("GET", url, step.name)).text
        lines = ["order,outcome,date,reason"]
        for order in csv.DictReader(io.StringIO(file)):
            reason = refused.get(order["creditor"], "")
            lines.append(f"{order['order']},{'refused' if reason else 'paid'},{step.on},{reason}")
        return "\n".join(lines)

    async def _imported(self, step: Step, import_id: str) -> None:
        """Wait until all of a file is written."""
        url = f"{self.urls[step.service]}v1/imports/{import_id}"
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    now = (await self._send("GET", url, step.name)).json()
                    if now["state"] == "refused":
                        raise StepRefused(f"{step.name}: {now['faults'][0]}")
                    if now["state"] == "done":
                        return
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise StepRefused(f"{step.name}: it is not imported in time") from None

    async def _until(self, step: Step) -> None:
        """Wait until the budget has answered, and the initiatives service has heard it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self._is_answered(step):
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise StepRefused(f"{step.name}: the budget does not answer") from None

    async def _is_answered(self, step: Step) -> bool:
        url = f"{self.urls['initiatives']}v1/initiatives/{self.ids[step.story]}"
        money = (await self._send("GET", url, step.name)).json()["money"]
        if money is None or money["decision"] in step.until:
            return True
        if PROPOSED not in step.until:
            return False
        return any(grant["state"] == PROPOSED for grant in await self._grants(step.story))

    async def _send(self, method: str, url: str, name: str, **request: Any) -> httpx.Response:
        """Again and again while the service is away; any other no is final."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                answer = await self.client.request(method, url, **request)
            except httpx.TransportError as error:
                trouble = type(error).__name__
            else:
                if answer.status_code < 400:
                    return answer
                if answer.status_code not in AWAY:
                    raise StepRefused(f"{name}: {_message(answer)}", _code(answer))
                trouble = f"HTTP {answer.status_code}"
            if asyncio.get_running_loop().time() > deadline:
                raise StepRefused(f"{name}: {url} is away ({trouble})")
            await asyncio.sleep(TRY_EVERY)


async def play_example(settings: Settings) -> None:
    """Play every step, with a progress bar; what goes wrong is printed, and the suite goes on."""
    example, municipality = load_example(settings.municipality), load_municipality(settings.municipality)
    steps = steps_of(example, municipality)
    urls = {service.name: f"{settings.site_here}{prefix_of(service.name)}/" for service in discover()}
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    done = 0
    console.print(f"Playing the example: {len(steps)} steps, all of it invented.")
    tokens = _tokens(settings)
    headers = {"Authorization": f"Bearer {tokens['official']}"}
    async with httpx.AsyncClient(timeout=10, headers=headers) as client:
        player = Player(client, urls, tokens)
        with bar:
            task = bar.add_task("", total=len(steps))
            for step in steps:
                bar.update(task, description=f"{step.on or 'today'}  {step.name:.40}")
                try:
                    done += await player.play(step)
                except StepRefused as refused:
                    console.print(_ended(step is steps[0], refused))
                    return
                bar.advance(task)
    if done:
        console.print(f"The example has been played ({done} steps now, {len(steps) - done} before).")
    else:
        console.print("The example had been played before; nothing was done twice.")


def _tokens(settings: Settings) -> Mapping[str, str]:
    """Of two persons, by this installation's own key."""
    roles = {"official": ROLES - {"controller"}, "controller": {"controller"}}
    return {
        who: sign(settings.own_keys, f"example-{who}", utc_now, of, {"import", "read"}, LONGEST)
        for who, of in roles.items()
    }


def _ended(is_first: bool, refused: StepRefused) -> str:
    if is_first and refused.code == "already-adopted":
        return "The example is not played: this store has budgets already, of the example or your own."
    return f"The example stops here: {refused}. Start again to go on where it stopped."


def _message(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    return f"{problem.get('detail') or problem.get('title')} {problem.get('errors') or ''}".strip()


def _code(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("code", ""))
    except ValueError:
        return ""
