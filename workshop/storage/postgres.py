"""Connections to PostgreSQL that give up, instead of waiting for ever where a network drops everything."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

T = TypeVar("T")

CONNECT_SECONDS = 10
SILENT_SECONDS = 15.0
"""Without an answer for this long a statement has failed, and its connection is given up. Statements that may
take longer set the execution option `workshop_patient`."""


class PostgresConnection(psycopg.AsyncConnection[Any]):
    patient = False

    async def wait(self, gen: PQGen[T], *given: Any, **how: Any) -> T:
        """Waits for the answer to a statement. Raises `OperationalError`, and closes the connection,
        when none comes."""
        if self.patient or given or how:
            return await super().wait(gen, *given, **how)
        try:
            return await super().wait(gen, timeout=SILENT_SECONDS)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("PostgreSQL says nothing") from None


OPTIONS: dict[str, Any] = {
    "async_creator_fn": PostgresConnection.connect,
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""SQLAlchemy's `connect_args`."""


def begin(connection: Any) -> None:
    """Notes at SQLAlchemy's event `begin` whether the connection is patient."""
    driver = connection.connection.driver_connection
    driver.patient = connection.get_execution_options().get("workshop_patient", False)


def check_in(connection: Any, _record: Any) -> None:
    """Makes a connection impatient again at SQLAlchemy's event `checkin`: for whoever takes it next."""
    if connection is not None:
        connection.driver_connection.patient = False
