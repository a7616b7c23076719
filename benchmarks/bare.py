# SPDX-License-Identifier: EUPL-1.2
"""python -m benchmarks.bare: what a service would be without us.

One route, one durable insert by one writer, a connection to the bus.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from faststream.nats import NatsBroker
from pydantic import BaseModel
from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, create_engine, event, insert

from shared.settings import load_settings

metadata = MetaData()
stored = Table("stored", metadata, Column("id", String(64), primary_key=True), Column("body", LargeBinary))
INSERT = insert(stored)


class Submission(BaseModel):
    kernen: list[str]
    theme: str
    submitterKind: str
    title: str
    description: str
    channel: str


def opened(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    metadata.create_all(engine)
    return engine


def main() -> None:
    settings = load_settings()
    engine = opened(f"sqlite:///{settings.data_dir / 'bare.sqlite'}")
    writer, broker = ThreadPoolExecutor(1), NatsBroker(settings.bus_url, logger=None)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await broker.start()
        yield
        await broker.stop()

    app = FastAPI(lifespan=lifespan)

    def write(number: str, body: bytes) -> None:
        with engine.begin() as connection:
            connection.execute(INSERT, {"id": number, "body": body})

    @app.post("/v1/initiatives", status_code=201)
    async def submit(submission: Submission) -> dict[str, str]:
        number = str(uuid.uuid4())
        body = submission.model_dump_json().encode()
        await asyncio.get_running_loop().run_in_executor(writer, write, number, body)
        return {"id": number}

    uvicorn.run(app, port=settings.port or 8000, log_config=None)


if __name__ == "__main__":
    main()
