# SPDX-License-Identifier: EUPL-1.2
"""The commands on what was put aside: events that could not be handled, letters that could not be sent.

Of several at once, how many there are is shown first, and whether that is meant is asked.
"""

import getpass
from typing import Annotated, Any, Literal

import typer

from services.suite.console import console
from shared.errors import OperatorError

parked = typer.Typer(no_args_is_help=True, help="Events that a service could not handle yet.")
letters = typer.Typer(no_args_is_help=True, help="Letters that could not be delivered yet.")

ServiceName = Annotated[str, typer.Argument(metavar="SERVICE", help="The name of a service.")]
AnyService = Annotated[
    str | None, typer.Argument(metavar="SERVICE", help="One service alone; all when left out.")
]
EventNumber = Annotated[int, typer.Argument(metavar="ID", help="The number that `parked list` shows.")]
AnyEvent = Annotated[int | None, typer.Argument(metavar="[ID]", help="The number that `parked list` shows.")]
ParkedReason = Annotated[
    Literal["failed", "behind", "gap", "unknown", "dead", "foreign"] | None,
    typer.Option(help="All parked for this."),
]
ParkedSource = Annotated[str | None, typer.Option(help="All of this source: the whole urn.")]
ParkedType = Annotated[str | None, typer.Option("--type", help="All of this type: grant.allocated.v1, say.")]
LetterId = Annotated[str, typer.Argument(metavar="ID", help="The id that `letters list` shows.")]
AnyLetter = Annotated[str | None, typer.Argument(metavar="[ID]", help="The id that `letters list` shows.")]
LetterReason = Annotated[
    Literal["no-address", "refused", "expired", "error", "given-up", "held"] | None,
    typer.Option(help="All that were given up for this, or are held."),
]
LetterTemplate = Annotated[str | None, typer.Option(help="All of this kind: grant-declined, say.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]


@parked.command("list")
def parked_list(
    only: AnyService = None,
    closed: Annotated[bool, typer.Option("--closed", help="The closed ones: by whom, and why.")] = False,
) -> None:
    """What is parked, of one service or of all."""
    from services.suite.discovery import discover, named
    from services.suite.operate import list_parked
    from shared.settings import load_settings

    for one in [named(only)] if only else discover():
        list_parked(load_settings(), one, closed)


@parked.command("show")
def parked_show(service: ServiceName, event: EventNumber) -> None:
    """One parked event: why it is parked, where its handler failed, the event itself."""
    from services.suite.discovery import named
    from services.suite.operate import show_parked
    from shared.settings import load_settings

    show_parked(load_settings(), named(service), event)


@parked.command("replay")
def parked_replay(
    service: ServiceName,
    event: AnyEvent = None,
    reason: ParkedReason = None,
    source: ParkedSource = None,
    kind: ParkedType = None,
    yes: Yes = False,
) -> None:
    """Have the service try parked events again; those behind them follow in order."""
    _ask_parked(service, "replay", _chosen(event, reason, source, kind), {}, yes)


@parked.command("discard")
def parked_discard(
    service: ServiceName,
    note: Annotated[str, typer.Option(help="Why they may be given up; kept with them.")],
    event: AnyEvent = None,
    reason: ParkedReason = None,
    source: ParkedSource = None,
    kind: ParkedType = None,
    yes: Yes = False,
) -> None:
    """Give parked events up, with a note why; those behind them follow."""
    by_whom = {"reason": note, "by": getpass.getuser()}
    _ask_parked(service, "discard", _chosen(event, reason, source, kind), by_whom, yes)


@parked.command("skip")
def parked_skip(
    service: ServiceName,
    event: EventNumber,
    note: Annotated[str, typer.Option(help="Why what is missing will never come; kept with it.")],
) -> None:
    """Give up what a gap waits for, with a note why; the event itself and those behind it follow."""
    from services.suite.discovery import named
    from services.suite.operate import ask_all
    from shared.settings import load_settings

    arguments = {"id": event, "reason": note, "by": getpass.getuser()}
    ask_all(load_settings(), [named(service)], "skip", arguments)


def _chosen(event: int | None, reason: str | None, source: str | None, kind: str | None) -> dict[str, Any]:
    """One event, or what several have in common."""
    where = {"reason": reason, "source": source, "type": kind}
    if (event is None) == (not any(where.values())):
        raise OperatorError(
            "Give the ID of one event, or what several have in common: --reason, --source, --type."
        )
    return {"where": where} if event is None else {"id": event}


def _ask_parked(service: str, action: str, chosen: dict[str, Any], more: dict[str, str], yes: bool) -> None:
    """Of several, how many there are comes first, and whether that is meant."""
    from services.suite.discovery import named
    from services.suite.operate import ask_all, count_parked
    from shared.settings import load_settings

    settings, owner = load_settings(), named(service)
    if where := chosen.get("where"):
        count = count_parked(settings, owner, where)
        console.print(f"{service}: {count} parked events")
        if not count or not (yes or typer.confirm(f"{action.capitalize()} them?")):
            return
    ask_all(settings, [owner], action, {**chosen, **more})


@letters.command("list")
def letters_list(
    reason: LetterReason = None,
    template: LetterTemplate = None,
    closed: Annotated[bool, typer.Option("--closed", help="The closed ones: by whom, and why.")] = False,
) -> None:
    """Letters that were given up, and those that something stopped."""
    from services.suite.discovery import named
    from services.suite.operate import lines_of, show_lines
    from shared.settings import load_settings

    owner, wanted = named("notifications"), {"reason": reason, "template": template, "closed": closed}
    nothing = "no letter was closed" if closed else "no letter is stopped or given up"
    show_lines(owner, lines_of(load_settings(), owner, "letters", wanted), nothing)


@letters.command("show")
def letters_show(letter: LetterId) -> None:
    """One letter: what it is about, and at which step of delivery it was stopped, by which code."""
    from services.suite.discovery import named
    from services.suite.operate import lines_of, show_lines
    from shared.settings import load_settings

    owner = named("notifications")
    lines = lines_of(load_settings(), owner, "letter", {"id": letter})
    if not lines:
        raise OperatorError(f"There is no letter {letter}. See kernpuls letters list.")
    show_lines(owner, lines, "")


@letters.command("send-again")
def letters_send_again(
    letter: AnyLetter = None, reason: LetterReason = None, template: LetterTemplate = None, yes: Yes = False
) -> None:
    """Have letters tried again now, with the same Message-ID."""
    _ask_letters("send-again", letter, {"reason": reason, "template": template}, {}, yes)


@letters.command("give-up")
def letters_give_up(
    note: Annotated[str, typer.Option(help="Why they need not be sent any more; kept with them.")],
    letter: AnyLetter = None,
    reason: LetterReason = None,
    template: LetterTemplate = None,
    yes: Yes = False,
) -> None:
    """Close letters that need not be sent any more: the person was reached another way, say."""
    by_whom = {"note": note, "by": getpass.getuser()}
    _ask_letters("give-up", letter, {"reason": reason, "template": template}, by_whom, yes)


def _ask_letters(
    action: str, letter: str | None, where: dict[str, str | None], more: dict[str, str], yes: bool
) -> None:
    from services.suite.discovery import named
    from services.suite.operate import ask_all, lines_of, show_lines
    from shared.settings import load_settings

    settings, owner = load_settings(), named("notifications")
    if (letter is None) == (not any(where.values())):
        raise OperatorError(
            "Give the ID of one letter, or what several have in common: --reason, --template."
        )
    if letter is None:
        lines = lines_of(settings, owner, "letters", where)
        show_lines(owner, lines, "no such letter")
        if not lines or not (yes or typer.confirm(f"{len(lines)} letters: {action}?")):
            return
    ask_all(settings, [owner], action, {"id": letter, **where, **more})
