"""Connections to PostgreSQL that do not wait for ever, as they would where a network drops everything."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

T = TypeVar("T")

CONNECT_SECONDS = 10
SILENT_SECONDS = 15.0
"""A statement that gets no answer for so long has failed, and its connection is given up. Where statements
may take longer, the execution option `workshop_patient` says so."""


class Connection(psycopg.AsyncConnection[Any]):
    patient = False

    async def wait(self, gen: PQGen[T], *given: Any, **how: Any) -> T:
        """Raises `OperationalError`, and closes the connection, when nothing is heard."""
        if self.patient or given or how:
            return await super().wait(gen, *given, **how)
        try:
            return await super().wait(gen, timeout=SILENT_SECONDS)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("PostgreSQL says nothing") from None


OPTIONS: dict[str, Any] = {
    "async_creator_fn": Connection.connect,
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""For SQLAlchemy's `connect_args`."""


def begin(connection: Any) -> None:
    """For the event of that name."""
    driver = connection.connection.driver_connection
    driver.patient = connection.get_execution_options().get("workshop_patient", False)


def check_in(connection: Any, _record: Any) -> None:
    """For the event of that name: who takes the connection next is not patient."""
    if connection is not None:
        connection.driver_connection.patient = False
