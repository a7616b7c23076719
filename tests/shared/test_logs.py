# SPDX-License-Identifier: EUPL-1.2
"""Log lines are JSON, from whoever they come, and never quote what an exception says."""

import json
import subprocess
import sys

SCRIPT = """
import logging, threading
import structlog
from shared.logs import configure_logs
configure_logs("probe", "info")
log = structlog.get_logger()
who = " ".join(("Jan", "Jan" + "sen"))  # not in a line that raises: Python 3.13 shows those, of a script too
structlog.contextvars.bind_contextvars(correlation_id="c1")
log.info("thing.done", count=3)
log.debug("thing.hidden")
thread = threading.Thread(target=lambda: log.warning("thing.threaded"))
thread.start(); thread.join()
logging.getLogger("uvicorn.error").warning("from %s", "uvicorn")
logging.getLogger("uvicorn.access").info("127.0.0.1 GET /")
try:
    try:
        raise KeyError(who)
    except KeyError as cause:
        raise ValueError(f"Failing row contains ({who})") from cause
except ValueError:
    log.exception("thing.failed")
    logging.getLogger("other").exception("failed too")
"""


def test_every_line_is_json_without_what_people_wrote() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == [
        "thing.done", "thing.threaded", "from uvicorn", "thing.failed", "failed too",
    ]  # fmt: skip
    assert all(line["service"] == "probe" and line["level"] and line["timestamp"] for line in lines)
    assert lines[0]["correlation_id"] == "c1"
    assert lines[0]["count"] == 3
    assert "builtins.ValueError\ncaused by\n" in lines[3]["exception"]
    assert "builtins.KeyError" in lines[4]["exception"]
    assert "Jansen" not in done.stdout
