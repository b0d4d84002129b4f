"""Alembic's entry: runs the migrations over the connection that `upgrade` hands it."""

from alembic import context

from workshop.migrations import is_described
from workshop.models import Base, UtcDateTime


def as_plain_type(kind, item, _autogen):
    """Names database types instead of ours: migrations are history, and ours may change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=is_described,
    render_item=as_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
