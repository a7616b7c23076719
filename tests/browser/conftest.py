# SPDX-License-Identifier: EUPL-1.2
"""A real browser, and services for it to look at. It needs Chromium, which no requirement installs."""

import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import HERE, free_port

AXE = "axe-core@4.14.1"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        # Names of somebody else that lead to this machine (test_elsewhere.py).
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which npm fetches once into .cache/npm."""
    npm, folder = shutil.which("npm"), HERE.parent / ".cache" / "axe"
    found = folder / "node_modules" / "axe-core" / "axe.min.js"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # each worker of the tests comes here
        if not found.exists():
            assert npm, "npm was not found; install node 20 or newer"
            where = os.environ | {"npm_config_cache": str(HERE.parent / ".cache" / "npm")}
            subprocess.run(
                [npm, "install", "--prefix", folder, AXE, "--silent"], env=where, check=True, timeout=300
            )
    return found.read_text()


def faults_by_axe(page: Page, axe: str) -> list[str]:
    """What axe finds wrong with a page by WCAG 2.2 A and AA, and its own good practice."""
    page.evaluate(axe)
    found = page.evaluate(f"axe.run(document, {{runOnly: {RULES}}})")
    assert len(found["passes"]) > 10, "axe itself must find what to look at"
    return [
        f"{it['id']}: {it['help']}: {[n['html'][:200] for n in it['nodes']]}" for it in found["violations"]
    ]


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address at which the application answers meanwhile."""
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.config.port}"
    finally:
        server.should_exit = True
        thread.join()


def shown(browser: Browser, url: str, width: int = 1280, scheme: str = "light") -> Page:
    """The page on a screen of that width, for somebody who prefers light or dark."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(url)
    return page


def asks_nobody_else(browser: Browser, address: str, path: str) -> None:
    """The page needs no other host, and its Content-Security-Policy refuses nothing that it needs."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address + path)
    assert len(asked) >= 3
    assert [url for url in asked if not url.startswith(address)] == []
    assert complaints == []
    context.close()
