# SPDX-License-Identifier: EUPL-1.2
"""Rounds of chaos, one after another, on rigs that each live through some of them."""

import json
import random
import shutil
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.campaigns.chaos.clients import Clients, World
from tests.campaigns.chaos.faults import Fault, Faults, draw
from tests.campaigns.chaos.history import History
from tests.campaigns.chaos.judge import Verdict, judge, waiting
from tests.campaigns.chaos.recovery import Recovery
from tests.campaigns.chaos.rig import BACK_WITHIN, Rig, standing
from tests.campaigns.chaos.samples import Samples
from tests.campaigns.chaos.strangers import Stranger

COMMANDS = 120  # acknowledged in a round, at least
SENDING_WITHIN = 30.0  # seconds, of a round in which nothing is acknowledged any more


@dataclass(frozen=True)
class Round:
    """What is kept of one; everything that docs/figures.py tells is a sum over these."""

    number: int
    seed: str
    commit: str
    acknowledged: int
    refused: int
    unknown: int
    events: int
    faults: dict[str, int]
    wrong: list[str]
    lost: int
    doubled: int
    ghost: int
    cents_over: int
    stuck: int
    back: dict[str, list[float]]  # seconds until ready again, by what it was
    seconds: float
    settling: float


class Life:
    """One rig with its clients and their history, from its start to its end."""

    def __init__(
        self, folder: Path, database: str, seed: str, stack: ExitStack, pause: float, megabytes: int
    ) -> None:
        self.database, self.seed, self.folder = database, seed, folder
        rng = random.Random(f"{seed}/rig")
        self.rig: Rig = stack.enter_context(standing(folder, database, megabytes, rng))
        self.history = History(folder / "history.jsonl")
        stack.callback(self.history.close)
        self.world = World(self.rig.suites, self.history, seed, pause)
        self.world.prepare()
        self.strangers: list[Stranger] = []
        self.events = 0

    def play(
        self,
        number: int,
        commit: str,
        last: bool,
        plan: list[tuple[float, Fault]] | None = None,
        judged: bool = True,
    ) -> Round:
        """The last one of a life ends when no letter is due, too. What one that is not judged did wrong, a
        later one shows.
        """
        began = time.monotonic()
        rng = random.Random(f"{self.seed}/{number}")
        recovery = Recovery(self.rig)
        faults = Faults(self.rig, recovery, self.strangers, f"stranger-{number}")
        with Clients(self.world, number) as clients:
            broken = _at_once(plan if plan is not None else draw(rng, self.database), faults, rng)
            clients.until(COMMANDS, SENDING_WITHIN)
        back = recovery.finish()
        settling = time.monotonic()
        verdict = self._settled(letters=last) if judged else Verdict()
        settling = time.monotonic() - settling
        verdict.stuck += [f"{each.of} did not come back" for each in back if each.seconds is None]
        verdict.other += broken
        return self._told(number, commit, began, settling, faults, recovery, verdict)

    def _settled(self, letters: bool) -> Verdict:
        """Wait until all is ready and nothing is under way; what is still there after that is stuck."""
        deadline = time.monotonic() + BACK_WITHIN
        while True:
            try:
                left = waiting(self.rig.settings, self.strangers, letters)
                if not left and self.rig.all_ready():
                    verdict = judge(self.rig.settings, self.history, self.strangers)
                    if not verdict.wrong or time.monotonic() > deadline:
                        return verdict
            except Exception as error:  # a store that does not answer yet, say
                left = [f"{type(error).__name__}: {error}"]
            if time.monotonic() > deadline:
                return Verdict(stuck=left or ["not everything is ready"])
            time.sleep(0.2)

    def _told(
        self,
        number: int,
        commit: str,
        began: float,
        settling: float,
        faults: Faults,
        recovery: Recovery,
        verdict: Verdict,
    ) -> Round:
        came = Counter(each.outcome for each in self.history.asked.values() if each.round == number)
        new = max(0, verdict.events - self.events)  # none were counted where it did not come to rest
        self.events += new
        back: dict[str, list[float]] = {}
        for each in recovery.back:
            if each.seconds is not None:
                back.setdefault(each.of, []).append(each.seconds)
        return Round(
            number, self.seed, commit, came["ok"], came["fail"], came["unknown"], new,
            dict(Counter(faults.done)), verdict.wrong, len(verdict.lost), len(verdict.doubled),
            len(verdict.ghost), len(verdict.cents_over), len(verdict.stuck), back,
            round(time.monotonic() - began, 1), round(settling, 1),
        )  # fmt: skip


def _at_once(plan: list[tuple[float, Fault]], faults: Faults, rng: random.Random) -> list[str]:
    """Each at its moment, also while another one lasts. Returns what went wrong with the rig itself."""
    broken: list[str] = []

    def one(at: float, fault: Fault, own: random.Random) -> None:
        time.sleep(at)
        try:
            fault(faults, own)
        except Exception as error:
            broken.append(f"the rig: {fault.__name__}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=one, args=[*each, random.Random(rng.random())]) for each in plan]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return broken


@dataclass(frozen=True)
class Kind:
    """How many rounds a rig lives through, the seconds between two commands of each of its eight clients,
    the disk of its stores and stream, and after how many rounds it must come to rest to be judged."""

    life: int
    pause: float
    megabytes: int
    rests_after: int = 1


class Campaign:
    """Keeps a line of every round in `rounds.jsonl`; begun again, it goes on with the next one."""

    def __init__(self, folder: Path, database: str, seed: str, commit: str, kind: "Kind") -> None:
        self.folder, self.database, self.seed, self.commit, self.kind = folder, database, seed, commit, kind
        folder.mkdir(parents=True, exist_ok=True)
        self.kept = folder / "rounds.jsonl"

    def played(self) -> list[dict[str, object]]:
        """The rounds of this seed so far."""
        lines = self.kept.read_text().splitlines() if self.kept.exists() else []
        return [found for line in lines if (found := json.loads(line))["seed"] == self.seed]

    def go_on(self, rounds: int, until: float) -> bool:
        """Play until there are so many rounds, or it is so late; whether nothing was wrong."""
        well = True
        while (done := len(self.played())) < rounds and time.monotonic() < until:
            well &= self._live(done + 1, min(rounds, done + self.kind.life), until)
        return well

    def _live(self, first: int, last: int, until: float) -> bool:
        living = self.folder / "life"
        with ExitStack() as stack:
            life = Life(living, self.database, self.seed, stack, self.kind.pause, self.kind.megabytes)
            samples = stack.enter_context(Samples(life.rig, self.folder / f"samples-{first}.csv"))
            for number in range(first, last + 1):
                judged = number == last or number % self.kind.rests_after == 0
                found = life.play(number, self.commit, number == last, judged=judged)
                samples.take(number)
                with self.kept.open("a") as kept:
                    kept.write(json.dumps(asdict(found)) + "\n")
                print(line_of(found), flush=True)
                if found.wrong:
                    self._keep(living, number)
                    return False
                if judged and time.monotonic() > until:
                    break
        return True

    def _keep(self, living: Path, number: int) -> None:
        """For whoever looks into it: logs, stores and history as they are."""
        kept = self.folder / f"wrong-{self.seed}-{number}"
        shutil.copytree(living, kept, dirs_exist_ok=True, ignore_dangling_symlinks=True)
        print(f"  see {kept}", flush=True)


def line_of(it: Round) -> str:
    faults = ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in it.faults.items())
    back = ", ".join(f"{of} {max(took):.1f} s" for of, took in it.back.items())
    told = f"round {it.number}: {it.acknowledged} acknowledged, {it.refused} refused, {it.unknown} unknown, "
    told += f"{it.events} events; {faults or 'nothing'}; back: {back or '-'}; {it.seconds:.1f} s"
    if not it.wrong:
        return told
    return told + "".join(f"\n  WRONG {each}"[:600] for each in it.wrong[:12])
