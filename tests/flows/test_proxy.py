# SPDX-License-Identifier: EUPL-1.2
"""What the proxy has to be taught: each of these it would let through, or leave open, by itself."""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from services.suite.proxy import prepare_proxy
from shared.http.bodies import FILE_BYTES
from shared.settings import Settings
from tests.conftest import PATIENCE, free_port
from tests.flows.suite import Suite, running, until
from tests.flows.test_address import BROWSER

FORMS = 3
STORY = {"kern": "ingen", "text": "Samen maakten wij een bank.", "consent": "ja"}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with running(tmp_path_factory.mktemp("proxy") / "suite", FORMS_PER_HOUR=FORMS) as suite:
        suite.up()
        yield suite


@pytest.fixture
def plain() -> Iterator[httpx.Client]:
    """Who holds an answer of the proxy itself against no description of a service."""
    with httpx.Client(timeout=PATIENCE) as client:
        yield client


def said(port: int, sent: bytes) -> bytes:
    """All that is answered until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(sent)
        heard = b""
        while more := line.recv(65536):
            heard += more
    return heard


@pytest.mark.parametrize("host", ["elders.example", "127.0.0.1.elders.example", "10.0.0.1"])
def test_another_name_is_not_answered(suite: Suite, plain: httpx.Client, host: str) -> None:
    for path in ("/", "/initiatives/v1/initiatives", "/static/kernpuls.css"):
        answer = plain.get(suite.site + path, headers={"Host": host})
        assert answer.status_code == 421, path
        assert "Buren" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]"])
def test_the_names_of_this_machine_are(suite: Suite, host: str) -> None:
    assert suite.http.get(f"{suite.site}/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/metrics", "/METRICS", "/%6detrics", "//metrics", "/budget/metrics", "/analytics/metrics",
        "/analytics//metrics", "/analytics/v1/../metrics", "/health/live", "/health/ready",
        "/budget/health/ready", "/kernen/../metrics", "/kernen/%2e%2e/metrics", "/v1/overview",
        "/v1/openapi.json", "/budget/begroting", "/analytics", "/werk",
    ],
)  # fmt: skip
def test_what_is_for_inside_is_closed(suite: Suite, path: str) -> None:
    answer = said(
        suite.first_port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    assert b"HTTP/1.1 404 " in answer, answer[:300]
    assert b"kernpuls_" not in answer


def test_nothing_at_an_address_is_said_on_a_page_of_the_site(suite: Suite) -> None:
    answer = suite.http.get(f"{suite.site}/begroting2", headers=BROWSER)
    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in answer.text
    assert 'href="/begroting"' in answer.text


@pytest.mark.parametrize(
    ("path", "kind"), [("/initiatives/v1/imports", "problem+json"), ("/verhalen", "html")]
)
@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_too_large_is_refused(
    suite: Suite, plain: httpx.Client, path: str, kind: str, chunked: bool
) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(FILE_BYTES // 2**20 + 1):
            yield b"a" * 2**20

    content = parts() if chunked else b"".join(parts())
    headers = BROWSER | {"Content-Type": "text/csv"}
    answer = plain.post(suite.site + path, content=content, headers=headers)
    assert answer.status_code == 413
    assert kind in answer.headers["content-type"]


def test_who_sends_half_keeps_nobody_waiting(suite: Suite) -> None:
    """Half a head is ended by the proxy; of half a body it is not shown here when it ends (ADR 15)."""
    head = b"POST /initiatives/v1/initiatives HTTP/1.1\r\nHost: localhost\r\n"
    body = head + b'Content-Type: application/json\r\nContent-Length: 90\r\n\r\n{"kernen":'
    with ExitStack() as lines, ThreadPoolExecutor(100) as callers:
        for _ in range(400):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", suite.first_port), PATIENCE))
            line.sendall(body)
        heads = [callers.submit(said, suite.first_port, head) for _ in range(100)]
        assert suite.http.get(f"{suite.site}/initiatives/v1/initiatives").status_code == 200
        assert {b"200 OK" in each.result() for each in heads} == {False}
        assert suite.http.get(f"{suite.site}/initiatives/v1/initiatives").status_code == 200


def tell(suite: Suite, sender: str, **headers: str) -> int:
    """The answer to a story that is sent from an address of this machine."""
    transport = httpx.HTTPTransport(local_address=sender)
    with httpx.Client(transport=transport, timeout=PATIENCE) as client:
        return client.post(f"{suite.site}/verhalen", data=STORY, headers=headers).status_code


def test_who_asks_is_who_the_proxy_says_and_nobody_else(suite: Suite) -> None:
    forged = [tell(suite, "127.0.0.2", **{"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(FORMS + 1)]
    assert forged == [303] * FORMS + [429]
    assert tell(suite, "127.0.0.3") == 303, "another address is another sender"


def test_a_service_that_is_away_is_said_and_nothing_of_the_request_is_kept(
    suite: Suite, plain: httpx.Client
) -> None:
    for path in ("/begroting?kanarie=1", "/budget/v1/grants/kanarie"):
        suite.http.get(suite.site + path)
    suite.kill("budget")
    page = plain.get(f"{suite.site}/begroting?kanarie=1", headers=BROWSER)
    problem = plain.get(f"{suite.site}/budget/v1/grants/kanarie")
    assert (page.status_code, problem.status_code) == (503, 503)
    assert "<h1" in page.text
    assert "Even niet bereikbaar" in page.text
    assert problem.json()["status"] == 503
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["retry-after"]
    assert suite.http.get(f"{suite.site}/static/kernpuls.css").status_code == 200
    until(lambda: suite.http.get(f"{suite.site}/begroting").status_code == 200, "it is back")
    assert "kanarie" not in suite.told()


def test_what_the_proxy_is_made_of_is_not_told(suite: Suite) -> None:
    for path in ("/", "/nergens", "/initiatives/v1/initiatives"):
        headers = suite.http.get(suite.site + path).headers
        assert not {"server", "via", "alt-svc"} & headers.keys()


@contextmanager
def another(suite: Suite, folder: Path, **changed: str) -> Iterator[int]:
    """One more proxy before the same services, set up as somebody else would; the port where it answers."""
    ours = Settings(data_dir=suite.data, first_port=suite.first_port)
    command, added = prepare_proxy(ours)
    port = free_port()
    given = {"SITE_DATA": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    given |= {"SITE_NAMES": f"http://127.0.0.1:{port}", "SITE_ANY": f"http://:{port}"}
    given |= {name: value.replace("PORT", str(port)) for name, value in changed.items()}
    process = subprocess.Popen(command, env=os.environ | dict(added) | given, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_the_work_part_can_be_closed_by_itself(suite: Suite, tmp_path: Path) -> None:
    with another(suite, tmp_path, SITE_WORK_FROM="192.0.2.0/24") as port:
        for path, status in (
            ("/", 200),
            ("/begroting", 200),
            ("/werk/personen", 404),
            ("/WERK/personen", 404),
        ):
            assert suite.http.get(f"http://127.0.0.1:{port}{path}").status_code == status, path
    assert suite.http.get(f"{suite.site}/werk/personen").status_code == 200


def test_a_gateway_in_front_says_who_asks(suite: Suite, tmp_path: Path) -> None:
    with another(suite, tmp_path, SITE_GATEWAY="127.0.0.9/32") as port:
        transport = httpx.HTTPTransport(local_address="127.0.0.9")
        with httpx.Client(transport=transport, timeout=PATIENCE) as client:

            def told_for(sender: str) -> int:
                headers = {"X-Forwarded-For": f"192.0.2.66, {sender}"}
                return client.post(
                    f"http://127.0.0.1:{port}/verhalen", data=STORY, headers=headers
                ).status_code

            assert [told_for("198.51.100.1") for _ in range(FORMS + 1)] == [303] * FORMS + [429]
            assert told_for("198.51.100.2") == 303


def test_it_makes_its_own_certificate_and_no_store_of_them_is_changed(suite: Suite, tmp_path: Path) -> None:
    own = {"SITE_NAMES": "https://localhost:PORT", "SITE_ANY": "https://:PORT", "SITE_TLS": "tls internal"}
    before = sorted(os.stat(path).st_mtime_ns for path in Path("/etc/ssl/certs").glob("*"))
    with another(suite, tmp_path, **own) as port:
        root = tmp_path / "pki" / "authorities" / "local" / "root.crt"
        until(root.exists, "its own authority is there")
        with httpx.Client(verify=ssl.create_default_context(cafile=str(root)), timeout=PATIENCE) as client:

            def answers() -> bool:
                try:
                    return client.get(f"https://localhost:{port}/").status_code == 200
                except httpx.ConnectError:
                    return False

            until(answers, "its certificate is there")
            assert (
                client.get(f"https://localhost:{port}/", headers={"Host": "elders.example"}).status_code
                == 421
            )
        assert (root.parent / "root.key").stat().st_mode & 0o077 == 0
    assert sorted(os.stat(path).st_mtime_ns for path in Path("/etc/ssl/certs").glob("*")) == before
