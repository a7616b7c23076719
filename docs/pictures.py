# SPDX-License-Identifier: EUPL-1.2
"""Takes the pictures in docs/images: `make docs` plays the example in a suite of its own and looks at it.

Needs Chromium (Debian package `chromium`), or KERNPULS_CHROMIUM naming one.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from playwright.sync_api import Browser, sync_playwright

from shared.access.own import sign
from shared.clock import utc_now

IMAGES = Path(__file__).parent / "images"
CHROMIUM = os.environ.pop("KERNPULS_CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
FIRST_PORT, NATS_PORT = 8900, 8990
WIDE, PHONE = (1280, 1000), (320, 900)


def address(path: str = "/") -> str:
    return f"http://127.0.0.1:{FIRST_PORT}{path}"


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        ours = {"DATA_DIR": directory, "FIRST_PORT": str(FIRST_PORT), "NATS_PORT": str(NATS_PORT)}
        suite = subprocess.Popen(
            [sys.executable, "-c", "from services.cli import main; main()", "demo"],
            env=os.environ | {f"KERNPULS_{name}": value for name, value in ours.items()},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            wait_until_played(suite)
            keys = Path(directory) / "access"
            token = sign(keys, "pictures", utc_now, ["editor", "privacy-officer"])
            survey = open_survey(token)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
                take_all(browser, survey, token)
                browser.close()
        finally:
            suite.send_signal(signal.SIGTERM)
            suite.wait(20)


def wait_until_played(suite: subprocess.Popen[str]) -> None:
    assert suite.stdout
    for line in suite.stdout:
        if "has been played" in line:
            time.sleep(3)  # the letters of its last initiative
            return
    raise SystemExit("the suite ended before the example was played")


def open_survey(token: str) -> str:
    """A survey that is open today, so that its page can be looked at."""
    question = {
        "id": "samen", "kind": "mark", "indicator": "involving-residents-in-policy",
        "text": "Hoe betrekt de gemeente u bij plannen voor uw kern?",
    }  # fmt: skip
    told = {"id": "beter", "kind": "open", "text": "Wat kan er beter?"}
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    body = {
        "instrument": "pulse", "title": "Hoe gaat het in uw kern?", "questions": [question, told],
        "openDate": str(today), "closeDate": str(today + timedelta(days=30)), "origin": "example",
    }  # fmt: skip
    answer = httpx.post(
        address("/surveys/v1/surveys"), json=body, headers={"Authorization": f"Bearer {token}"}
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def take_all(browser: Browser, survey: str, token: str) -> None:
    take(browser, "overview", address(), WIDE)
    take(browser, "overview-dark", address(), WIDE, dark=True)
    take(browser, "overview-phone", address(), PHONE)
    take(browser, "kern", address("/kernen/ingen"), WIDE)
    take(browser, "budget", address("/begroting?year=2021"), WIDE, whole=True)
    take(browser, "budget-phone", address("/begroting?year=2021"), PHONE)
    take(browser, "report", address("/verantwoording/2021"), WIDE, whole=True)
    take(browser, "survey", address(f"/enquetes/{survey}"), PHONE, whole=True)
    take(browser, "log-in", address("/inloggen"), WIDE)
    take(browser, "mailbox", address("/werk/postvak"), WIDE, token=token)


def take(
    browser: Browser,
    name: str,
    url: str,
    size: tuple[int, int],
    dark: bool = False,
    whole: bool = False,
    token: str = "",
) -> None:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        extra_http_headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    page.goto(url)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)
    page.close()


if __name__ == "__main__":
    main()
