"""Alembic's entry: migrates over the connection that db.engine.migrate hands it."""

from alembic import context

from db import schema

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=schema.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
