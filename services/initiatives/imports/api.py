# SPDX-License-Identifier: EUPL-1.2
"""The import of history over HTTP: a file as it is, and how far it is."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field

from services.initiatives.imports import handlers, store
from services.initiatives.imports.history_file import PastInitiative, read
from shared.access.rules import does, reads
from shared.contracts.envelope import Data, OpaqueId
from shared.contracts.refusals import FieldError, Invalid
from shared.csv_reader import decode
from shared.http.bodies import A_FILE, aside
from shared.http.endpoint import EndpointDep
from shared.http.router import Router

router = Router()
JSON_LINES, CSV = "application/x-ndjson", "text/csv"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": A_FILE} for kind in (JSON_LINES, CSV)},
    }
}
Origin = Annotated[Literal["import", "example"], Query(description="What all of it is.")]


class Fault(Data):
    """What is wrong with one line."""

    line: int
    message: str = Field(alias="told")


class ImportView(Data):
    """How far an import is. `known` are lines whose key was imported before; they are left as they were."""

    id: str
    state: Literal["checking", "refused", "writing", "done"]
    origin: Literal["import", "example"]
    received_at: datetime
    lines: int
    checked: int
    written: int
    known: int
    faults: tuple[Fault, ...]


async def history_in(request: Request, origin: Origin = "import") -> list[tuple[int, PastInitiative]]:
    """The lines of the file, each with its number."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind not in (JSON_LINES, CSV):
        raise Invalid(FieldError("Content-Type", f"is not {JSON_LINES} or {CSV}; say which of the two it is"))
    body = await request.body()
    return await aside(len(body), partial(_read, body, kind == CSV, origin))


def _read(body: bytes, is_csv: bool, origin: Origin) -> list[tuple[int, PastInitiative]]:
    return read(decode(body), is_csv, origin)


@router.post("/imports", status_code=202, response_model=ImportView, openapi_extra=BODY)
@does(handlers.receive)
async def take(
    history: Annotated[list[tuple[int, PastInitiative]], Depends(history_in)],
    http: EndpointDep,
    origin: Origin = "import",
) -> Response:
    """Take in history. Its shape is checked here, with errors by line; whether each step could be taken is
    checked next, of the whole file, before anything is written: follow `Location`. No letter is sent and no
    term runs. CSV needs the columns `key`, `received`, `kernen`, `theme`, `submitter`, `channel`, `title`
    and `description`.
    """
    import_id = http.new_id()
    return await http.create(
        lambda tx: handlers.receive(import_id, origin, history, tx),
        lambda tx: _view(store.one(tx.connection, import_id)),
        location=f"/v1/imports/{import_id}",
    )


@router.get("/imports/{importId}", response_model=ImportView)
@reads("import")
async def progress(import_id: Annotated[OpaqueId, Path(alias="importId")], http: EndpointDep) -> Response:
    """How far it is, and what was wrong with it."""
    return await http.read(lambda connection: _view(store.one(connection, import_id)))


def _view(row: Any) -> ImportView:
    return ImportView.model_validate(dict(row._mapping))
