"""The migrations make exactly the tables that the models describe, on every database."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.people import both_databases
from workshop.migrations import is_described
from workshop.models import Base

pytestmark = both_databases


async def test_a_migrated_database_has_the_tables_of_the_models(database):
    assert await differences(database) == []


async def differences(database):
    """Between the tables that are there and those of the models."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"include_name": is_described}), Base.metadata
            )
        )
