"""Does much work in transactions so short that what a phone sends gets in between."""

from __future__ import annotations

import uuid
from functools import partial

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import Base
from workshop.storage.database import TOLD, Database

A_SLICE, A_FEW = 100, 10
"""Rows in one transaction; `A_FEW` where the database searches whole other tables for each row."""
TABLES = Base.metadata.sorted_tables
SEARCHED_FOR = {
    key.column.table.name
    for table in TABLES
    for key in table.foreign_keys
    if key.ondelete == "SET NULL" and not key.parent.index
}
"""Tables to which other rows refer that stay, without an index to find those by."""
UNSEEN = frozenset(table.name for table in TABLES)
"""For the `info` of a session that writes: no table that a slice touches concerns a room."""


async def delete_rows(database: Database, table: Table, which: ColumnElement[bool]) -> int:
    """Deletes these rows, each slice in a transaction of its own. Returns how many."""
    size = A_FEW if table.name in SEARCHED_FOR else A_SLICE
    went = 0
    while some := await database.write(partial(_delete, table, which, size)):
        went += some
    return went


async def _delete(table: Table, which: ColumnElement[bool], size: int, db: AsyncSession) -> int:
    db.info[TOLD] = UNSEEN
    [key] = table.primary_key
    ids: list[uuid.UUID] = list(await db.scalars(select(key).where(which).limit(size)))
    await db.execute(delete(table).where(key.in_(ids)))
    return len(ids)
