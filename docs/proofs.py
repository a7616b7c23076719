# SPDX-License-Identifier: EUPL-1.2
"""The tables of reliability.md: what each run that takes too long for every change came to."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

BACK = ("service", "nats", "suite", "postgres", "disk")  # what chaos watches until it is back
RELIED_ON = set(BACK[1:])  # by a service


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def mutants(told: dict[str, Any]) -> str:
    seen = sum(it["outcome"] == "seen" for it in told["faults"])
    rows = [
        (it["fault"], f"`{it['file']}`", f"`{it['by']}`" if it["by"] else it["outcome"])
        for it in told["faults"]
    ]
    head = ("fault", "in", "seen by")
    return f"\nCommit {told['commit']}: {seen} of {len(rows)} faults were seen.\n\n{table(head, rows)}\n"


def fuzz(told: dict[str, Any]) -> str:
    came_to = ", ".join(f"{number:,} {what}" for what, number in sorted(told["came_to"].items()))
    total = len(told["blocks"]) * told["block"]
    return (
        f"\nCommit {told['commit']}, seed {told['seed']}: {total:,} messages in {told['seconds']:.0f} s, no "
        f"exception. What they came to: {came_to}.\n"
    )


def chaos(kept: Path) -> str:
    """One column for each campaign: the sums over its rounds."""
    campaigns = {}
    for path in sorted(kept.glob("*/rounds.jsonl")):
        for line in path.read_text().splitlines():
            it = json.loads(line)
            campaigns.setdefault((path.parent.name, it["seed"]), []).append(it)
    rows = [
        (what, *(tell(rounds) for rounds in campaigns.values()))
        for what, tell in {
            "rounds": lambda rs: f"{len(rs):,}",
            "commands acknowledged": lambda rs: f"{sum(it['acknowledged'] for it in rs):,}",
            "refused": lambda rs: f"{sum(it['refused'] for it in rs):,}",
            "unknown: no answer was heard": lambda rs: f"{sum(it['unknown'] for it in rs):,}",
            "events": lambda rs: f"{sum(max(0, it['events']) for it in rs):,}",
            "faults": lambda rs: f"{sum(sum(it['faults'].values()) for it in rs):,}",
            **{
                what.replace("_", " "): lambda rs, what=what: f"**{sum(it[what] for it in rs)}**"
                for what in ("lost", "doubled", "ghost", "cents_over", "stuck")
            },
            "rounds with anything wrong": lambda rs: str(sum(bool(it["wrong"]) for it in rs)),
            **{f"back, {of}: number, p50, p99, longest": lambda rs, of=of: _back(rs, of) for of in BACK},
            "back, service, in rounds in which nothing that it relies on was disturbed": lambda rs: _back(
                [it for it in rs if all(RELIED_ON.isdisjoint(kind.split("-")) for kind in it["faults"])],
                "service",
            ),
            "minutes": lambda rs: f"{sum(it['seconds'] for it in rs) / 60:.0f}",
        }.items()
    ]
    head = (
        "",
        *(f"{database}, seed {seed}, {_commits(rounds)}" for (database, seed), rounds in campaigns.items()),
    )
    counts: dict[str, int] = defaultdict(int)
    for it in (it for rounds in campaigns.values() for it in rounds):
        for kind, number in it["faults"].items():
            counts[kind] += number
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counts.items(), key=lambda kv: -kv[1]))
    return f"\n{table(head, rows)}\n\nFaults by kind: {kinds}.\n"


def _commits(rounds: list[dict[str, Any]]) -> str:
    """A campaign that went on at a later commit is one campaign."""
    return ", then ".join(dict.fromkeys(it["commit"] for it in rounds))


def _back(rounds: list[dict[str, Any]], of: str) -> str:
    took = sorted(seconds for it in rounds for seconds in it["back"].get(of, ()))
    if not took:
        return "-"
    at = {share: took[min(len(took) - 1, int(share * len(took)))] for share in (0.5, 0.99)}
    return f"{len(took)}, {at[0.5]:.1f} s, {at[0.99]:.1f} s, {took[-1]:.1f} s"


def crashes(found: list[dict[str, Any]]) -> str:
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for it in found:
        groups[it["commit"], it["service"], it["database"]].append(it)
    rows = [
        (
            service,
            database,
            str(group[0]["types"]),
            str(len(group)),
            f"{sum(it['deaths'] for it in group):,}",
            str(sum(it["failed"] for it in group)),
            f"{sum(it['seconds'] for it in group):.0f}",
            commit,
        )
        for (commit, service, database), group in sorted(groups.items())
    ]
    head = (
        "service", "database", "event types", "pairs of points", "deaths", "failures", "seconds", "commit",
    )  # fmt: skip
    return f"\n{table(head, rows)}\n"


def storms(found: list[dict[str, Any]]) -> str:
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for it in found:
        groups[it["database"], it["commit"], it["machine"]].append(it)
    rows, why = [], Counter[str]()
    for (database, commit, machine), group in sorted(groups.items()):
        heard = sum((Counter(it["heard"]) for it in group), Counter[str]())
        refused = Counter(
            {code.removeprefix("409 "): n for code, n in heard.items() if code.startswith("409")}
        )
        why += refused
        counts = (
            len(group),
            sum(it["decisions"] for it in group),
            sum(it["asked"] for it in group),
            heard["201"],
            refused.total(),
            heard["again"],
            *(sum(len(it[what]) for it in group) for what in ("lost", "doubled", "over", "passed_by")),
            round(sum(it["seconds"] for it in group)),
        )
        rows.append((database, *(f"{count:,}" for count in counts), commit, machine))
    head = (
        "database", "seeds", "decisions", "money asked", "acknowledged", "refused", "sent again", "lost",
        "doubled", "over", "passed by", "seconds", "commit", "machine",
    )  # fmt: skip
    reasons = ", ".join(f"{count:,} {code}" for code, count in why.most_common())
    return f"\n{table(head, rows)}\n\nRefused because: {reasons}.\n"


def power(told: dict[str, Any]) -> str:
    rows = [
        (
            software,
            *(f"{came[name]:,}" for name in ("cuts", "acknowledged", "commands_missing")),
            *(f"{came[name]:,}" for name in ("published", "events_missing")),
        )
        for software, came in told["told"].items()
    ]
    head = ("software", "cuts", "commands acknowledged", "of these lost", "events published", "of these lost")
    return f"\nCommit {told['commit']}, seed {told['seed']}.\n\n{table(head, rows)}\n"


def cluster(told: dict[str, Any]) -> str:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for it in told["rounds"]:
        groups[it["fault"]].append(it)
    rows = [
        (
            fault,
            str(len(group)),
            f"{sum(it['acknowledged'] for it in group):,}",
            str(sum(it["refused"] for it in group)),
            f"{max(it['slowest'] for it in group):.1f}",
            f"{max(it['still'] for it in group):.0f}" if group[0]["majority"] else "as long as it lasts",
            f"{max(it['drained'] for it in group):.0f}",
            f"{sum(it['lost'] + it['doubled'] + it['disordered'] for it in group)}",
        )
        for fault, group in sorted(groups.items())
    ]
    head = (
        "what happens", "rounds", "commands acknowledged", "refused", "slowest answer, s",
        "nothing published for, s, at most", "all told and handled after, s, at most",
        "events lost, doubled, out of order",
    )  # fmt: skip
    sums = f"{len(told['rounds'])} rounds, {told['rounds'][-1]['stream']:,} events"
    return f"\nCommit {told['commit']}, seed {told['seed']}: {sums}.\n\n{table(head, rows)}\n"
