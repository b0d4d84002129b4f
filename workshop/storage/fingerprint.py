"""The contents of a database in one number: proof that a restored backup has what was backed up."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection, MetaData, select

MADE_FROM_THE_REST = "search_"
"""Begin of the names of tables that are made from the others."""
AT_A_TIME = 1000


class Fingerprint(NamedTuple):
    rows: int
    digest: str

    def __str__(self) -> str:
        return f"{self.rows} rijen, controlegetal {self.digest}"


def of(connection: Connection) -> Fingerprint:
    """Returns the number of all rows and a digest of them, whatever order they lie in."""
    digest, count = hashlib.sha256(), 0
    there = MetaData()
    there.reflect(connection, only=lambda name, _: not name.startswith(MADE_FROM_THE_REST))
    for table in sorted(there.tables.values(), key=lambda table: table.name):
        columns = sorted(table.columns, key=lambda column: column.name)
        digest.update(repr([table.name, *(column.name for column in columns)]).encode())
        rows = select(*columns).order_by(*table.primary_key or columns)
        for row in connection.execute(rows).yield_per(AT_A_TIME):
            digest.update(repr(tuple(row)).encode())
            count += 1
    return Fingerprint(count, digest.hexdigest()[:16])
