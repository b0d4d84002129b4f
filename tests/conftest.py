"""What tests stand on: a migrated database of each sort, a running house, browsers that accept no surprise.

A test that takes `services` (or anything built on it) runs on SQLite and on PostgreSQL. Where one is
enough, `pytestmark = one_database` of tests/people.py says so.
"""

import contextlib
import os
import shutil
import socket

import httpx
import psycopg
import pytest
import pytest_asyncio
from hypothesis import settings as examples
from playwright.async_api import async_playwright
from redis.asyncio import Redis

from tests.browsers import CHROMIUM, DESK, PHONE, SCREEN, Watch
from workshop import migrations
from workshop import server as serving
from workshop.app import make_pages, make_services, of, running
from workshop.db import Database
from workshop.models import Base
from workshop.settings import TOMBSTONES, Settings

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
missing: set[str] = set()

examples.register_profile("unhurried", deadline=None)  # no test fails because the machine is busy
examples.load_profile("unhurried")


def without(server: str) -> None:
    """The one allowed skip: this server is not here. Loud, and a failure in CI."""
    missing.add(server)
    if os.environ.get("CI"):
        pytest.fail(f"{server} antwoordt niet, en in CI moet alles getest worden.")
    pytest.skip(f"{server} antwoordt niet")


def pytest_terminal_summary(terminalreporter):
    for server in sorted(missing):
        terminalreporter.write_line(
            f"LET OP: {server} antwoordt niet. Wat {server} nodig heeft, is NIET getest.", red=True, bold=True
        )


# --- databases ------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session")
async def migrated_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("migrated") / "workshop.sqlite"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest_asyncio.fixture(scope="session")
async def postgres():
    """The URL of a migrated database that is this run's own."""
    name = f"kompas_test_{os.getpid()}"
    plain = POSTGRES.replace("+psycopg", "")
    try:
        admin = psycopg.connect(f"{plain}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        without("PostgreSQL")
    with admin:
        admin.execute(f"CREATE DATABASE {name}")
        await migrate(f"{POSTGRES}/{name}")
        yield f"{POSTGRES}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def pytest_generate_tests(metafunc):
    if "database_url" in metafunc.fixturenames:
        one = any(metafunc.definition.iter_markers("one_database"))
        metafunc.parametrize("database_url", ["sqlite"] if one else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request, tmp_path):
    """A migrated database without rows."""
    if request.param == "sqlite":
        file = tmp_path / "workshop.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite+aiosqlite:///{file}"
    if not POSTGRES:
        without("PostgreSQL")
    url = request.getfixturevalue("postgres")
    with psycopg.connect(url.replace("+psycopg", ""), options="-c lock_timeout=10s") as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(f'DELETE FROM "{table.name}"')
    return url


@pytest_asyncio.fixture
async def database(database_url):
    """Started: it reads and writes."""
    database = Database(database_url)
    await database.start()
    yield database
    await database.stop()


@pytest_asyncio.fixture
async def redis_url():
    client = Redis.from_url(REDIS or "redis://127.0.0.1:1", socket_connect_timeout=3)
    try:
        await client.ping()
    except OSError:
        without("Redis")
    finally:
        await client.aclose()
    return REDIS


async def migrate(url: str) -> None:
    database = Database(url)
    await migrations.upgrade(database)
    await database.stop()


# --- the house ------------------------------------------------------------------------------------


@pytest.fixture
def listener():
    """A port of our own for `server`; held from here so that `settings` can name it."""
    listener = serving.bind("127.0.0.1", 0)
    yield listener
    listener.close()


@pytest.fixture
def settings(database_url, listener, tmp_path):
    port = listener.getsockname()[1]
    return Settings(
        database_url=database_url,
        tombstones_file=str(tmp_path / TOMBSTONES),
        host="127.0.0.1",
        port=port,
        base_url=f"http://127.0.0.1:{port}",
        exit_url=f"http://localhost:{port}/healthz",  # another origin, but no other machine
    )


@pytest_asyncio.fixture
async def services(settings):
    services = make_services(settings)
    async with running(services):
        yield services


@pytest.fixture(scope="session")
def every_route():
    """Every route, made once: that takes longer than most tests."""
    return make_pages()


@pytest.fixture
def app(every_route, services):
    return of(every_route, services)


@pytest_asyncio.fixture
async def client(app, settings):
    """A browser without scripts: keeps cookies, says where its posts come from, follows no redirect."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=settings.origin, headers={"Origin": settings.origin}
    ) as client:
        yield client


@pytest_asyncio.fixture
async def server(app, settings, listener):
    """The app behind real sockets, as `workshop serve` starts it; `services` runs already."""
    async with served(app, settings, listener) as address:
        yield address


@contextlib.asynccontextmanager
async def served(app, settings: Settings, listener: socket.socket):
    config = serving.config(app, settings, lifespan="off", timeout_graceful_shutdown=1, loop="none")
    server = serving.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield settings.origin
    finally:
        await server.shutdown(sockets=[listener])


# --- browsers -------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session")
async def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium ontbreekt. Installeer het: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def visitor(browser, server, settings):
    """`await visitor(**context options)`: a page in its own browser profile, watched until the test ends."""
    async with contextlib.AsyncExitStack() as stack:
        watch = Watch(settings)

        async def come(**options):
            context = await browser.new_context(base_url=settings.origin, **({"locale": "nl-NL"} | options))
            stack.push_async_callback(context.close)
            context.set_default_timeout(20_000)
            watch.over(context)
            return await context.new_page()

        yield come
        watch.assert_nothing_strange()


@pytest.fixture
def phone(visitor):
    """`await phone()`: another phone, with its own cookies."""

    async def come(**options):
        return await visitor(**(PHONE | options))

    return come


@pytest_asyncio.fixture
async def desk_page(visitor):
    return await visitor(**DESK)


@pytest_asyncio.fixture
async def screen_page(visitor):
    return await visitor(**SCREEN)
