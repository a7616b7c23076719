# SPDX-License-Identifier: EUPL-1.2
"""What a service answers, held against its own OpenAPI with a plain JSON Schema validator.

Not with ours and not with schemathesis alone: a client in another language is generated from the same text.
"""

import json
import re
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from prometheus_client import CollectorRegistry

from services.suite.discovery import discover
from shared.http.app import create_app
from shared.messaging.transaction import Transactions
from shared.municipality import Municipality
from shared.service import Service
from shared.sqlite import sqlite_url
from shared.store import Database
from tests.access import DOOR
from tests.conftest import WATERRIJK

PUBLISHED = ("/v1/openapi.json", "/v1/schemas/")  # descriptions, which nothing describes


def following(page: dict[str, Any]) -> str | None:
    """Where the next page of a collection is."""
    onwards = page["_links"].get("next")
    return onwards["href"] if onwards else None


def describe(service: Service, municipality: Municipality) -> dict[str, Any]:
    """The OpenAPI document that the service publishes."""

    async def ready() -> dict[str, str]:
        return {}

    with TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder), service.name), service.name)
        app = create_app(service, Transactions(database, municipality), ready, CollectorRegistry(), DOOR)
        database.close()
    document: dict[str, Any] = json.loads(app.state.described(""))
    return document


class Described:
    """A description, and what is wrong with an answer by it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._validators: dict[str, Validator] = {}

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], str]]:
        """Whole words before words with a parameter."""
        paths = sorted(self.document["paths"], key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]

    def faults(self, method: str, path: str, status: int, media_type: str, body: bytes) -> list[str]:
        """`path` with its /v1, without a query. Empty of what is not part of the API."""
        if not path.startswith("/v1/") or path.startswith(PUBLISHED):
            return []
        found = next((p for pattern, p in self._paths if pattern.fullmatch(path.removeprefix("/v1"))), None)
        operation = self.document["paths"].get(found, {}).get(method.lower())
        if operation is None:
            return [] if status in (404, 405) else [f"{method} {path} is not described"]
        answer = operation["responses"].get(str(status))
        if answer is None:
            return [f"{method} {found} is not described to answer {status}"]
        if "$ref" in answer:
            answer = self.document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        media_type = media_type.partition(";")[0].strip()
        content = answer.get("content", {})
        if not body and not content:
            return []
        if media_type not in content:
            return [f"{method} {found} is not described to answer {status} with {media_type}"]
        if not media_type.endswith("json"):
            return []
        errors = self._validator(content[media_type].get("schema", {})).iter_errors(json.loads(body))
        return [f"{method} {found} {status}: {error.json_path} {error.message[:200]}" for error in errors]

    def _validator(self, schema: dict[str, Any]) -> Validator:
        name = json.dumps(schema)
        if name not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[name] = Draft202012Validator(whole)
        return self._validators[name]


@cache
def described(service: str) -> Described:
    [found] = [each for each in discover() if each.name == service]
    return Described(describe(found, WATERRIJK))
