"""Is it alive, is it ready, how busy is it. Numbers only: no text, no tokens, nothing about a person."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from workshop.services import Services

METRICS = "text/plain; version=0.0.4"


@get("/healthz", opt={"public": True}, sync_to_thread=False)
def healthz() -> Response[dict[str, bool]]:
    """Answers `{"process": true}` when the process answers at all."""
    return Response({"process": True})


@get("/readyz", opt={"public": True})
async def readyz(services: NamedDependency[Services]) -> Response[dict[str, bool]]:
    """Answers `{"database": true, "migrations": true, "disk": true, "bus": true}` within two seconds; 503
    when one is false: no visitors may be sent here then."""
    state = await services.readiness.state()
    return Response(state, status_code=200 if all(state.values()) else 503)


@get("/metrics", opt={"public": True}, sync_to_thread=False)
def metrics(services: NamedDependency[Services]) -> Response[str]:
    """Answers with counters and gauges for Prometheus."""
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


routes = [healthz, readyz, metrics]
