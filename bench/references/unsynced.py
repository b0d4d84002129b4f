"""The application on a SQLite that syncs nothing: `python -m bench.references.unsynced serve`.

What a power cut must take from it, so that we know that the cut of `bench.faults` is one.
"""

from __future__ import annotations

import sys
from typing import Any

from workshop import cli
from workshop.storage import database as db

_prepare = db._prepare_sqlite


def _never_sync(connection: Any, record: Any) -> None:
    _prepare(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


async def _whatever_it_is(_database: db.Database) -> None:
    """Where the application looks whether it keeps things safely."""


def main() -> int:
    db._prepare_sqlite = _never_sync
    db.Database._check_durability = _whatever_it_is
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
