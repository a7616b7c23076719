# SPDX-License-Identifier: EUPL-1.2
"""The wire between a service and PostgreSQL, to be cut while a commit or another statement travels."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from tests.conftest import free_port

UNHEARD, UNANSWERED = "before PostgreSQL heard of it", "before its answer came back"


class Wire:
    """Passes everything on. `cut` says where the next commit, or what `on` names, loses its connection."""

    def __init__(self, database_url: str) -> None:
        server, port = make_url(database_url), free_port()
        self.socket = str(Path(str(server.query["host"])) / ".s.PGSQL.5432")
        self.url = server.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        self.port, self.cut, self.on = port, "", b"COMMIT"

    async def serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self.socket)
        answers = asyncio.create_task(_pass_on(from_server, to_client))
        try:
            while heard := await from_client.read(65536):
                if self.cut and self.on in heard:
                    where, self.cut = self.cut, ""
                    answers.cancel()
                    await asyncio.wait([answers])
                    if where == UNANSWERED:
                        to_server.write(heard)
                        await from_server.read(65536)
                    return
                to_server.write(heard)
        finally:
            answers.cancel()
            to_server.close()
            to_client.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while heard := await reader.read(65536):
        writer.write(heard)


@asynccontextmanager
async def wire_to(database_url: str) -> AsyncIterator[Wire]:
    wire = Wire(database_url)
    async with await asyncio.start_server(wire.serve, "127.0.0.1", wire.port):
        yield wire
