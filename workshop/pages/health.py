"""Is it alive, is it ready, how busy is it. Numbers only: no text, no tokens, nothing about a person."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workshop import migrations
from workshop.services import Services

METRICS = "text/plain; version=0.0.4"


@get("/healthz", opt={"public": True}, sync_to_thread=False)
def healthz() -> Response[dict[str, bool]]:
    """Whether the process answers at all."""
    return Response({"process": True})


@get("/readyz", opt={"public": True})
async def readyz(services: NamedDependency[Services]) -> Response[dict[str, bool]]:
    """Whether visitors may be sent here: the database answers and is migrated, the bus is there."""
    database = await _database_answers(services)
    state = {
        "database": database,
        "migrations": database and await migrations.is_newest(services.db),
        "bus": await services.room.bus.ready(),
    }
    return Response(state, status_code=200 if all(state.values()) else 503)


@get("/metrics", opt={"public": True}, sync_to_thread=False)
def metrics(services: NamedDependency[Services]) -> Response[str]:
    """Counters and gauges for Prometheus."""
    numbers = (
        ("kompas_streams_open", "gauge", "Browsers with an open stream.", services.fanout.open_streams()),
        ("kompas_writes_waiting", "gauge", "Pieces of work that wait for the writer.", services.db.waiting),
        ("kompas_writes_total", "counter", "Pieces of work that the writer did.", services.db.writes),
        ("kompas_commits_total", "counter", "Transactions of the writer.", services.db.commits),
    )
    body = "".join(
        f"# HELP {name} {help}\n# TYPE {name} {sort}\n{name} {number}\n"
        for name, sort, help, number in numbers
    )
    return Response(body, media_type=METRICS)


async def _database_answers(services: Services) -> bool:
    try:
        async with services.db.read() as db:
            await db.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True


routes = [healthz, readyz, metrics]
