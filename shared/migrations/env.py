# SPDX-License-Identifier: EUPL-1.2
"""Alembic's entry point, the same for every service: it runs on the connection it is given."""

from alembic import context

from shared.messaging import crash

config = context.config
connection = config.attributes["connection"]
context.configure(
    connection=connection,
    version_table=config.attributes["version_table"],
    render_as_batch=connection.dialect.name == "sqlite",
    on_version_apply=lambda **_applied: crash.here("CP14"),
)
with context.begin_transaction():
    context.run_migrations()
