# SPDX-License-Identifier: EUPL-1.2
"""Log lines: JSON on stdout, one event a line, with service and correlation id and no personal data.

Whatever goes through Python's own logging (uvicorn, nats, Alembic) leaves as the same JSON.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

QUIET = {
    "alembic": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "nats": logging.WARNING,
    "httpx": logging.WARNING,
}


def configure_logs(service: str, level: str = "info") -> None:
    """Set up logging for this process; called once, before anything logs."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,  # correlation_id, bound for each request and event
        _naming(service),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    _route_everything(before, level)


def _route_everything(before: list[Processor], level: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # An access log holds the client's address, which is personal data; the metrics count requests.
    logging.getLogger("uvicorn.access").disabled = True


def _naming(service: str) -> Processor:
    """Not a context variable: those do not reach the worker threads."""

    def name(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["service"] = service
        return entry

    return name


def _without_messages(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its types and frames: its message may quote a row or a request."""
    found = entry.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        entry["exception"] = _where(error)
    return entry


def _where(error: BaseException) -> str:
    parts = []
    chain: BaseException | None = error
    while chain is not None:
        frames = "".join(traceback.format_list(traceback.extract_tb(chain.__traceback__)))
        parts.append(f"{frames}{type(chain).__module__}.{type(chain).__qualname__}")
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return "\ncaused by\n".join(parts)
