"""Alembic's hook: migrate over the connection that `schema` hands in."""

from alembic import context

from lightship.edges.stores.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
