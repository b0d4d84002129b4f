"""Schema migrations; `upgrade` brings any database to the newest one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from workshop import index
from workshop.db import Database

FOLDER = Path(__file__).parent
LOCK = 0x6B6F6D706173
"""Any number will do, as long as every process asks for the same lock."""


async def upgrade(database: Database) -> None:
    """Runs every migration that this database has not had yet. Processes that start together take turns."""
    async with database.engine.connect() as connection:
        await connection.execution_options(workshop_writes=True)
        async with connection.begin():
            if not database.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade)


async def is_newest(database: Database) -> bool:
    async with database.engine.connect() as connection:
        here = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return here == ScriptDirectory(str(FOLDER)).get_current_head()


def is_described(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether the models tell of it. The full-text index is the database's own, and differs per database."""
    return not (kind in ("table", "column", "index") and name and name.startswith("search_words"))


def config(connection: Connection | Any) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    alembic.attributes["connection"] = connection
    return alembic


def _upgrade(connection: Connection) -> None:
    command.upgrade(config(connection), "head")
    if index.is_missing(connection):
        index.rebuild(connection)
