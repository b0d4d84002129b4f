"""Connections to SQLite on which each statement goes to the thread of its connection once.

SQLAlchemy asks aiosqlite separately for a cursor, for the statement, for its rows and for the end
of the cursor. Each time the event loop wakes another thread and waits for it: that costs more than
most statements do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite

ROWS_AT_A_TIME = 64
"""How many rows aiosqlite reads at a time; ours are read whole."""


def connect(file: str, **options: Any) -> SqliteConnection:
    """Makes a connection, for `async_creator_fn` of SQLAlchemy's `connect_args`. Options are those of
    `sqlite3.connect`."""
    made = SqliteConnection(partial(sqlite3.connect, file, **options), ROWS_AT_A_TIME)
    made._thread.daemon = True  # as SQLAlchemy has it: an open connection must not keep a process alive
    return made


class SqliteConnection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return Cursor(self)


class Cursor:
    """The part of a cursor that SQLAlchemy uses. Rows come with the statement."""

    arraysize = 1

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = self.lastrowid = -1

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        await self._do(lambda cursor: cursor.execute(statement, values))

    async def executemany(self, statement: str, every: Sequence[Sequence[Any]]) -> None:
        await self._do(lambda cursor: cursor.executemany(statement, every))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Does nothing: the cursor was closed when its rows were read."""

    async def _do(self, work: Callable[[sqlite3.Cursor], Any]) -> None:
        await self._connection._execute(self._in_thread, work)

    def _in_thread(self, work: Callable[[sqlite3.Cursor], Any]) -> None:
        cursor = self._connection._conn.cursor()
        try:
            work(cursor)
            self.description = cursor.description
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid or -1
            self._rows = cursor.fetchall()
        finally:
            cursor.close()
