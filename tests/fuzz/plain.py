# SPDX-License-Identifier: EUPL-1.2
"""Loaded by schemathesis: every answer is also looked at by the plain validator of tests/answers.py, and
every refusal by tests/acceptance.py, whose check comes with it.
"""

import os
from typing import Any

import schemathesis
from schemathesis import Case, Response
from schemathesis.checks import CheckContext

from tests import acceptance  # noqa: F401
from tests.answers import described


@schemathesis.check
def valid_by_plain_json_schema(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    kind = response.headers.get("content-type", [""])[0]
    path = "/v1" + case.formatted_path.partition("?")[0]
    faults = described(os.environ["FUZZED"]).faults(
        case.method, path, response.status_code, kind, response.content
    )
    assert not faults, faults
