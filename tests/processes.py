"""Two real processes of one installation: on one PostgreSQL and one Redis of their own.

A test that takes `server` may get two on one port (`on_one_port`): whoever connects comes to any of them.
Take `pair` for two with an address each, that start once for a folder of tests, and put those in the group
`TOGETHER`. What a test builds goes through `pair.services`: the same database, without a server. Phones go to
`pair.here`, desks and screens to `pair.there`.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.servers import PATIENCE, Redis, free_port, postgres_of_our_own, redis_of_our_own
from workshop.app import make_services
from workshop.services import Services
from workshop.serving import server
from workshop.settings import TOMBSTONES, Settings

TOGETHER = [pytest.mark.xdist_group("processes"), pytest.mark.programs]

PR_SET_PDEATHSIG = 1


@dataclass
class Pair:
    services: Services
    redis: Redis
    here: str
    there: str


@contextlib.contextmanager
def serving(settings: Settings, *options: str, **start):
    """`workshop serve` with these settings, until SIGTERM."""
    names = ("database_url", "redis_url", "host", "port", "base_url", "exit_url", "tombstones_file")
    given = {f"WORKSHOP_{name.upper()}": str(getattr(settings, name)) for name in names}
    own = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "workshop", "serve", *options],
        env=own | given,
        start_new_session=True,
        preexec_fn=_end_with_us,
        **{"stdout": subprocess.DEVNULL} | start,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


@contextlib.contextmanager
def on_one_port(settings: Settings, log: Path):
    """Two processes on the port of these settings, as `--workers 2` starts them; they write to `log`."""
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(log.open("ab"))
        for _ in range(2):
            listener = stack.enter_context(server.bind(settings.host, settings.port, shared=True))
            options = "--listener", str(listener.fileno()), "--quiet"
            stack.enter_context(
                serving(settings, *options, pass_fds=[listener.fileno()], stdout=file, stderr=file)
            )
        yield


async def until_ready(*origins: str):
    async with httpx.AsyncClient(timeout=PATIENCE) as client, asyncio.timeout(PATIENCE):
        for origin in origins:
            while not await _is_ready(client, origin):
                await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def pair_of(folder):
    with postgres_of_our_own() as database_url, redis_of_our_own() as redis:
        shared = {
            "database_url": database_url,
            "redis_url": redis.url,
            "host": "127.0.0.1",
            "tombstones_file": str(folder / TOMBSTONES),
            "meaning": "off",
        }
        own = [
            Settings(**shared, port=port, base_url=f"http://127.0.0.1:{port}")
            for port in (free_port(), free_port())
        ]
        here, there = (settings.origin for settings in own)
        with serving(own[0]), serving(own[1]):
            await until_ready(here, there)
            services = make_services(own[0])
            await services.db.start()
            await services.room.bus.start(lambda change: None)
            try:
                yield Pair(services, redis, here, there)
            finally:
                await services.room.bus.stop()
                await services.db.stop()


@pytest_asyncio.fixture(scope="package")
async def pair(tmp_path_factory):
    async with pair_of(tmp_path_factory.mktemp("pair")) as found:
        yield found


def _end_with_us() -> None:
    """Linux ends it when the process that started it is gone, however that ended."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


async def _is_ready(client: httpx.AsyncClient, origin: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return (await client.get(f"{origin}/readyz")).status_code == 200
    return False
