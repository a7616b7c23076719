# SPDX-License-Identifier: EUPL-1.2
"""History by the command: refused by line, or imported once, whatever is killed on the way."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import PATIENCE
from tests.flows.suite import KERNPULS, Suite, until

LINES = 400


def past(place: int) -> dict[str, Any]:
    answers = [
        {"criterion": criterion, "yes": True, "reason": "Ja."}
        for criterion in ("beyond-individual", "fits-frames")
    ]
    weighing = {
        "answers": answers, "supportKinds": ["network"], "goals": [1],
        "publicTitle": f"Initiatief {place}", "publicSummary": "Uit het archief.",
    }  # fmt: skip
    return {
        "key": f"archive-{place}",
        "received": "2019-03-01",
        "submission": {
            "kernen": ["ingen"], "theme": "green", "submitterKind": "resident", "channel": "paper",
            "title": f"Archief {place}", "description": "Uit het archief.",
        },
        "steps": [
            {"step": "assessments", "on": "2019-04-01", "body": weighing},
            {"step": "starts", "on": "2019-05-01"},
            {"step": "realisations", "on": "2019-06-01"},
        ],
    }  # fmt: skip


def written(folder: Path, lines: list[dict[str, Any]]) -> Path:
    path = folder / "archive.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def test_history_comes_in_once_whatever_is_killed(suite: Suite) -> None:
    suite.up()
    history = [past(place) for place in range(LINES)]
    wrong = [*history[:-1], history[-1] | {"steps": history[-1]["steps"][1:]}]
    refused = suite.run("import", str(written(suite.folder, wrong)))
    assert (refused.returncode, "Nothing is imported." in refused.stderr) == (2, True), refused.stderr
    assert f"line {LINES}: starts" in refused.stderr
    assert suite.on_overview("ingen") == 0

    path = written(suite.folder, history)
    command = subprocess.Popen([KERNPULS, "import", str(path)], env=suite.environment, cwd=suite.folder)
    until(lambda: suite.on_overview("ingen") > 0, "some is written")
    suite.kill("initiatives")
    command.wait(PATIENCE)
    until(lambda: suite.answers("initiatives", "/health/ready"), "it is back")
    done = suite.run("import", str(path))
    assert done.returncode == 0, done.stderr
    until(lambda: suite.on_overview("ingen") == LINES, "all of it is on the overview")
    again = suite.run("import", "--origin", "import", str(path))
    assert "imported" in again.stdout
    view = suite.get("analytics", "/v1/kernen/ingen/overview")["initiatives"]
    assert [(each["code"], each["count"]) for each in view["byState"] if each["count"]] == [
        ("realised", LINES)
    ]
    assert list(suite.all("notifications", "/v1/notices")) == []
