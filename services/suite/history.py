# SPDX-License-Identifier: EUPL-1.2
"""Sends a file of history to the initiatives service, and shows how far it is."""

import hashlib
import time
from getpass import getuser
from pathlib import Path
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.suite.bus import SuiteError
from services.suite.console import console
from services.suite.discovery import named
from services.suite.member import url_of
from shared.access.own import sign
from shared.clock import utc_now
from shared.settings import Settings

KINDS = {".csv": "text/csv", ".jsonl": "application/x-ndjson", ".ndjson": "application/x-ndjson"}
LOOK_EVERY, PATIENCE = 0.3, 60.0  # seconds
SHOWN = 20  # faults on the screen


def send_history(settings: Settings, path: Path, origin: str, token_file: Path | None = None) -> None:
    """Until all of it is written. What is wrong with the file is a SuiteError that names each line."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise SuiteError(f"{path} is neither .csv nor .jsonl; its name has to say which of the two it is.")
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SuiteError(f"{path} cannot be read ({error.strerror}).") from None
    key = f"import/{origin}/{hashlib.sha256(body).hexdigest()[:32]}"
    url = url_of(settings, named("initiatives"))
    authorization = {"Authorization": f"Bearer {_token(settings, token_file)}"}
    with httpx.Client(base_url=url, timeout=PATIENCE, headers=authorization) as client:
        headers = {"Content-Type": kind, "Idempotency-Key": key}
        taken = _answer(
            client, "POST", "/v1/imports", params={"origin": origin}, content=body, headers=headers
        )
        done = _follow(client, f"/v1/imports/{taken['id']}")
    if done["state"] == "refused":
        faults = [(each["line"], each["told"]) for each in done["faults"]]
        raise SuiteError(f"Nothing is imported. {_listed(faults)}")
    console.print(f"{done['written']} initiatives are imported; {done['known']} were known already.")


def _token(settings: Settings, given: Path | None) -> str:
    if given is None:
        return sign(settings.own_keys, f"server:{getuser()}", utc_now, scopes=["import"])
    try:
        return given.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{given} cannot be read ({type(error).__name__}).") from None


def _follow(client: httpx.Client, path: str) -> dict[str, Any]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None)
        while True:
            now = _answer(client, "GET", path)
            checking = now["state"] == "checking"
            done = now["checked"] if checking else now["written"] + now["known"]
            words = "checking" if checking else "writing"
            bar.update(task, description=words, completed=done, total=now["lines"])
            if now["state"] in ("done", "refused"):
                return now
            time.sleep(LOOK_EVERY)


def _answer(client: httpx.Client, method: str, path: str, **request: Any) -> dict[str, Any]:
    try:
        answer = client.request(method, path, **request)
        body: dict[str, Any] = answer.json()
    except (httpx.TransportError, ValueError) as error:
        raise SuiteError(
            f"initiatives does not answer ({type(error).__name__}). See that it runs, and send the file "
            "again: what was imported is not imported twice."
        ) from None
    if answer.status_code >= 400:
        faults = [(each["field"], each["message"]) for each in body.get("errors", [])]
        raise SuiteError(f"Nothing is imported. {body.get('detail', '')} {_listed(faults)}".strip())
    return body


def _listed(faults: list[tuple[Any, str]]) -> str:
    shown = [f"  line {str(line).removeprefix('line ')}: {message}" for line, message in faults[:SHOWN]]
    more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
    return "\n".join(shown) + more
