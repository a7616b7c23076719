# SPDX-License-Identifier: EUPL-1.2
"""What `kernpuls verify` finds in the store of budget: an emptied table, and a value that no event made."""

import httpx
import pytest
from sqlalchemy import Connection, update

from services.budget import OWNS
from services.budget.grants.tables import grants
from services.budget.verify import Ledger, OwnMoney
from services.suite.verify.own_state import differences
from tests.conftest import WATERRIJK
from tests.services.budget.acts import amend, change, close, contribute, end, enter, withdraw
from tests.services.budget.books import Books, assessed

# Tables that no event of this service is about, each with what else is known of it.
OTHERS = {"initiative_themes": "what an initiative is about is in the events of the initiatives"}
NAMES = "order,outcome,date,reason\n"


def found(books: Books) -> list[str]:
    def look(connection: Connection) -> list[str]:
        return [*Ledger(books.database).judge(connection), *differences(OwnMoney(), connection, WATERRIJK)]

    return books.run(lambda tx: look(tx.connection))


@pytest.fixture
async def lived(books: Books, api: httpx.AsyncClient) -> Books:
    """A year in which everything happened, and one that was closed."""
    books.adopt(2020, small_help=1_000_00)
    close(books, 2020)
    books.adopt(2021, small_help=1_000_00, clubs=1_800_00, shore=6_000_00, ferry=5_000_00)
    amend(books, cause="moved", line="shore", fromLine="clubs")
    amend(books, cause="raised", line="shore", decisionReference="R21")
    carried = {"cause": "carried-over", "line": "small-help", "fromYear": 2020, "decisionReference": "R21"}
    amend(books, 2021, **carried)
    one, two = enter(books, "one", creditorNumber="1"), enter(books, "two")
    change(books, one, name="Een")
    contribute(books)
    end(books, two, activeUntil="2021-12-31")
    withdraw(books, next(c["id"] for c in await items(api, "contributions") if c["organisationId"] == two))
    for number, cents in enumerate((300_00, 350_00, 400_00, 900_00)):
        books.submit(f"i{number}")
        books.assess(assessed(f"i{number}", cents))
    books.assess(assessed("unmet", 100_00, no=("near-water",), yes=()))
    books.withdraw("unmet")
    books.decide("i3", decision="wait")
    books.assess(assessed("shore", 2_000_00, line="shore"))
    books.decide("shore", decision="allocate", amountCents=1_500_00)
    books.assess(assessed("taken", 500_00, line="shore"))
    books.withdraw("taken")
    grant = f"grants/{books.grant('i0')['id']}"
    await post(api, f"{grant}/payments", creditorNumber="7")
    expense = {"year": 2021, "line": "ferry", "description": "Verf", "amountCents": 500_00}
    bought = await post(api, "expenses", **expense)
    bill = {"amountCents": 200_00, "creditorNumber": "8", "reference": "2021-1"}
    await post(api, f"expenses/{bought['id']}/invoices", **bill)
    await post(api, "payment-files")
    answers = "".join(f"{order['id']},paid,2021-06-15,\n" for order in await items(api, "payment-orders"))
    await post(api, "payment-answers", csv=NAMES + answers)
    await post(api, f"{grant}/settlements", actualCostCents=250_00)
    await post(api, f"{grant}/refunds", amountCents=50_00)
    await post(api, f"expenses/{bought['id']}/amendments", amountCents=400_00)
    return books


def unguarded(books: Books, statement: str) -> None:
    """As whoever repairs a store by hand might do it, without keys and triggers in the way."""
    raw = books.database.engine.raw_connection()
    cursor = raw.cursor()
    if books.database.engine.dialect.name == "postgresql":
        statements = ["SET LOCAL session_replication_role = replica", statement]
    else:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        triggers = [f"DROP TRIGGER {name}" for (name,) in cursor.fetchall()]
        statements = ["PRAGMA foreign_keys = OFF", *triggers, statement]
    for each in statements:
        cursor.execute(each)
    raw.commit()
    raw.invalidate()


async def post(api: httpx.AsyncClient, path: str, **body: object) -> dict[str, str]:
    answer = await api.post(f"/v1/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def items(api: httpx.AsyncClient, path: str) -> list[dict[str, str]]:
    return (await api.get(f"/v1/{path}")).json()["items"]  # type: ignore[no-any-return]


async def test_what_was_decided_is_what_is_kept(lived: Books) -> None:
    assert found(lived) == []


@pytest.mark.parametrize("name", sorted(set(OWNS) - OTHERS.keys()))
async def test_an_emptied_table_is_seen(lived: Books, name: str) -> None:
    unguarded(lived, f"DELETE FROM {name}")
    assert found(lived)


async def test_a_value_that_no_event_made_is_seen(lived: Books) -> None:
    more = update(grants).where(grants.c.initiative_id == "i1").values(allocated_cents=350_01)
    lived.run(lambda tx: tx.connection.execute(more))
    grant_id = lived.grant("i1")["id"]
    (message,) = found(lived)
    assert message == f"grant {grant_id}: allocated_cents is 35001, the events make 35000"


async def test_a_row_that_no_event_made_is_seen(lived: Books) -> None:
    unguarded(lived, "UPDATE organisations SET id = 'org-three' WHERE id = 'org-two'")
    assert found(lived) == [
        "organisation org-three is in the store and not in the events",
        "organisation org-two is in the events and not in the store",
    ]
