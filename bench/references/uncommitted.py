"""The application with the commit left out: `python -m bench.references.uncommitted serve`.

Everything else is done, on one connection whose transaction never ends: what was written is read again, and
goes when the process stops. So what it is faster, is the commit.
"""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

import sqlalchemy.ext.asyncio
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import StaticPool

_engine_of = sqlalchemy.ext.asyncio.create_async_engine


class Statements(sqlite3.Cursor):
    def execute(self, sql: str, *values: Any) -> Statements:
        first, *rest = sql.upper().split()
        begins = first == "BEGIN" and self.connection.in_transaction
        if begins or first == "COMMIT" or (first == "ROLLBACK" and rest[:1] != ["TO"]):
            return self
        return super().execute(sql, *values)


class Endless(sqlite3.Connection):
    def cursor(self, factory: type[sqlite3.Cursor] = Statements) -> sqlite3.Cursor:
        return super().cursor(factory)

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


def one_connection(url: Any, **options: Any) -> AsyncEngine:
    del options["pool_timeout"]  # nobody waits for the one connection
    connecting = options["connect_args"] | {"factory": Endless}
    return _engine_of(url, **options | {"poolclass": StaticPool, "connect_args": connecting})


def main() -> int:
    sqlalchemy.ext.asyncio.create_async_engine = one_connection
    from workshop import cli  # not before: it takes what makes engines along

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
