# SPDX-License-Identifier: EUPL-1.2
"""What can be read: notices page by page, and the local mailbox."""

import httpx
import pytest

from services.notifications.mailbox import store
from shared.messaging.transaction import Transactions
from tests.answers import following
from tests.services.notifications.conftest import INITIATIVE, Clock, Hear, submitted


async def test_notices_come_page_by_page(api: httpx.AsyncClient, hear: Hear, clock: Clock) -> None:
    for number in range(5):
        hear(submitted(), subject=f"i{number}")
        clock.forward(seconds=number % 2)  # some share an instant
    seen = []
    path: str | None = "/v1/notices?limit=2"
    while path:
        page = (await api.get(path)).json()
        seen += [item["about"] for item in page["items"]]
        path = following(page)
    assert sorted(seen) == [f"i{number}" for number in range(5)]


async def test_notices_can_be_asked_for_by_initiative_and_state(api: httpx.AsyncClient, hear: Hear) -> None:
    hear(submitted())
    assert len((await api.get(f"/v1/notices?about={INITIATIVE}&state=waiting")).json()["items"]) == 1
    assert (await api.get("/v1/notices?state=sent")).json()["items"] == []
    assert (await api.get("/v1/notices?state=lost")).status_code == 400


async def test_a_cursor_of_nobody_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/notices?after=eA")).status_code == 400


async def test_the_mailbox_says_that_nothing_was_sent_and_escapes(
    api: httpx.AsyncClient, transactions: Transactions, clock: Clock
) -> None:
    row = dict.fromkeys(("message_id", "recipient", "subject", "body", "html"), "<script>")
    await transactions.database.write(lambda c: store.add(c, row | {"id": "m1", "arrived_at": clock()}))
    for path in ("/werk/postvak", "/werk/postvak/m1"):
        page = (await api.get(path)).text
        assert "Niet verzonden" in page
        assert "<script>" not in page
        assert "1 maart 2026, 10.00 uur" in page, "the time on the clock in the municipality"
    assert (await api.get("/werk/postvak/m2")).status_code == 404


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SMTP_URL": "smtp://mail.example:25"}, "Berichten gaan naar de mailserver."),
        ({"DELIVERY": "hold"}, "Verzenden staat uit."),
        (
            {
                "SMTP_URL": "smtp://m.example",
                "DELIVERY": "redirect",
                "REDIRECT_TO": "proef@waterrijk.example",
            },
            "Alle berichten gaan naar één adres: proef@waterrijk.example.",
        ),
    ],
)
async def test_the_mailbox_says_what_happens_to_messages(
    api: httpx.AsyncClient, settings: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"KERNPULS_{name}", value)
    page = (await api.get("/werk/postvak")).text
    assert words in page
    assert "Geen enkel bericht is verstuurd" not in page
