# SPDX-License-Identifier: EUPL-1.2
"""The `kernpuls` command: run the suite or a part of it, and look after what it holds.

Each command imports what it needs when it is run: all services together take seconds, and `--help` none.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.suite.put_aside import letters, parked
from shared.errors import OperatorError
from shared.private import keep_private

HELP = "Run the suite or a part of it, and look after what it holds."

app = typer.Typer(no_args_is_help=True, add_completion=False, help=HELP, pretty_exceptions_enable=False)
app.add_typer(parked, name="parked")
app.add_typer(letters, name="letters")

ServiceName = Annotated[str, typer.Argument(metavar="SERVICE", help="The name of a service.")]
AnyService = Annotated[
    str | None, typer.Argument(metavar="SERVICE", help="One service alone; all when left out.")
]


def main() -> None:
    """Run the command. What an operator can put right is one sentence on stderr, and exit code 2."""
    keep_private()
    try:
        app()
    except OperatorError as error:
        sys.stderr.write(f"kernpuls: {error}\n")
        raise SystemExit(2) from None


@app.command()
def up() -> None:
    """Start the whole suite on this machine; Ctrl-C stops it."""
    from services.suite.up import up as run_suite
    from shared.settings import load_settings

    run_suite(load_settings())


@app.command()
def demo() -> None:
    """Start the whole suite, and play the example of the municipality; once, however often it is started."""
    from services.suite.up import up as run_suite
    from shared.settings import load_settings

    run_suite(load_settings(), with_example=True)


@app.command()
def run(service: ServiceName) -> None:
    """Run one service in this process."""
    from services.suite.discovery import named

    package = named(service).package
    os.execv(sys.executable, [sys.executable, "-m", package])  # noqa: S606


@app.command()
def migrate(only: AnyService = None) -> None:
    """Bring the databases of all services, or of one, to the version of this code."""
    from services.suite.discovery import discover, named
    from services.suite.prepare import prepare_store
    from shared.settings import load_settings

    settings = load_settings()
    for service in [named(only)] if only else discover():
        prepare_store(settings, service)
        print(f"{service.name}: the database fits this code")


@app.command()
def provision() -> None:
    """Create the stream, or strengthen the one that is there; never weakens it."""
    from services.suite.prepare import prepare_stream
    from shared.settings import load_settings

    print(f"the stream is {asyncio.run(prepare_stream(load_settings(), 5.0))}")


@app.command()
def keys() -> None:
    """Make the keys of this installation's own tokens, if it has none; `up` does so by itself."""
    from shared.access.own import make_keys
    from shared.settings import load_settings

    make_keys(load_settings().own_keys)


@app.command()
def token(
    name: Annotated[str, typer.Option(help="Who is going to use it, for the record.")],
    role: Annotated[list[str] | None, typer.Option(help="A role; may be given more than once.")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="A scope; may be given more than once.")] = None,
    officer: Annotated[str, typer.Option(help="Who that is in appointments, if a kernambtenaar.")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=480, help="For how long it is valid.")] = 60,
) -> None:
    """Make a token, in an emergency or for a machine; it ends by itself, and the record names who used it."""
    from services.suite.admission import emergency_token
    from shared.settings import load_settings

    print(emergency_token(load_settings(), name, role or [], scope or [], officer, minutes))


@app.command()
def record(service: ServiceName) -> None:
    """Show who did what in a service, in which role, and who looked up whom."""
    from services.suite.admission import recorded
    from shared.settings import load_settings

    for line in recorded(load_settings(), service):
        print(line)


@app.command("import")
def import_history(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .jsonl or .csv file of initiatives.")],
    origin: Annotated[str, typer.Option(help="import, or example for what is invented.")] = "import",
    token_file: Annotated[
        Path | None, typer.Option(help="A file with a token of the scope import; made here if left out.")
    ] = None,
) -> None:
    """Take in initiatives of the past: checked whole first, and never twice."""
    from services.suite.history import send_history
    from shared.settings import load_settings

    send_history(load_settings(), file, origin, token_file)


@app.command()
def rebuild() -> None:
    """Fold the overview again from the whole stream, while readers see the old one."""
    from services.suite.discovery import rebuilding
    from services.suite.operate import ask_all
    from shared.settings import load_settings

    ask_all(load_settings(), rebuilding(), "rebuild", {})


@app.command()
def reconcile(
    only: AnyService = None,
    repair: Annotated[bool, typer.Option("--repair", help="Publish again what the stream lost.")] = False,
) -> None:
    """Compare the outboxes with the stream."""
    from services.suite.discovery import discover, named
    from services.suite.operate import ask_all
    from shared.settings import load_settings

    publishers_first = sorted(discover(), key=lambda service: not service.publishes)
    ask_all(load_settings(), [named(only)] if only else publishers_first, "reconcile", {"repair": repair})


@app.command()
def verify(only: AnyService = None) -> None:
    """Prove that stores, stream and letters agree; of a running or a stopped suite. Exit code 1 if not."""
    from services.suite.discovery import discover, named
    from services.suite.verify import show
    from services.suite.verify import verify as verify_suite
    from shared.settings import load_settings

    if not show(verify_suite(load_settings(), [named(only)] if only else discover())):
        raise typer.Exit(1)
