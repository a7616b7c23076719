# SPDX-License-Identifier: EUPL-1.2
"""A batch is looked up among all that was ever known, however much that is."""

import pytest
from sqlalchemy.dialects import sqlite

from shared.messaging import versions
from shared.messaging.versions import Aggregate
from tests.shared.messaging.conftest import World

KNOWN = {Aggregate(source, f"s{n}"): n for source in ("one", "two") for n in range(1, 900)}


async def test_many_of_several_sources_are_found(world: World) -> None:
    store = world.store("budget")
    await store.write(lambda c: versions.save(c, "follower", KNOWN))
    await store.write(lambda c: versions.save(c, "somebody-else", {Aggregate("one", "new"): 7}))
    wanted = [*KNOWN, Aggregate("one", "new"), Aggregate("three", "s1")]
    assert await store.read(lambda c: versions.load(c, "follower", wanted)) == KNOWN
    assert await store.read(lambda c: versions.load(c, "follower", [])) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_other_rows_are_read(world: World) -> None:
    """The plan of SQLite; it once read every row of the consumer, which nobody saw with few of them."""
    store = world.store("plan")
    asked = {"of": "follower", "sources": ["one", "two"], "subjects": ["a", "b"]}
    told = versions._LOAD.params(asked).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    rows = await store.read(lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}").all())
    assert any("consumer=? AND source=? AND subject=?" in row.detail for row in rows), rows
