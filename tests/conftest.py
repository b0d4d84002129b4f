"""What tests stand on: a migrated database of each sort, a running house, browsers that accept no surprise.

A test that takes a database runs on SQLite. Where storage is the subject (what is stored, locked, searched,
erased or migrated) `both_databases` of tests/people.py runs it on PostgreSQL too. What people in a room do
runs with two processes as well: tests/installations.py says what runs where.
"""

import asyncio
import contextlib
import gc
import io
import os
import shutil
import socket
import sys

import httpx
import pytest
import pytest_asyncio
from hypothesis import settings as examples
from playwright.async_api import async_playwright, expect
from redis.asyncio import Redis

from tests import installations, once
from tests.browsers import DESK, PHONE, QUIET, SCREEN, Watch, launched
from tests.installations import PAIR, PROCESSES, SQLITE
from tests.processes import on_one_port, until_ready
from tests.servers import (
    REDIS,
    empty,
    free_port,
    missing,
    never_cleaned,
    new_postgres,
    postgres_of_our_own,
    postgres_url,
    redis_of_our_own,
    without,
)
from tests.together import together
from workshop import cli, days, migrations, reach
from workshop.accounts import passwords
from workshop.app import make_pages, make_services, of, running
from workshop.serving import server as serving
from workshop.settings import TOMBSTONES, Settings
from workshop.storage.database import Database

ELSEWHERE = {"browser", "provider", "redis_url"}
"""Fixtures with which a test needs more than Python, as a test with the marker `programs` does."""

examples.register_profile("unhurried", deadline=None)  # no test fails because the machine is busy
examples.load_profile("unhurried")
expect.set_options(timeout=20_000)  # milliseconds: the same
once.share()


def pytest_addoption(parser):
    told = "no browser, no other programs or servers, no tours over the whole app, SQLite only"
    parser.addoption("--quick", action="store_true", help=told)
    told = "what people in a room do: all of it on SQLite with one process"
    parser.addoption("--one-process", action="store_true", help=told)
    told = "what people in a room do: all of it on PostgreSQL and Redis with two processes"
    parser.addoption("--two-processes", action="store_true", help=told)


def pytest_generate_tests(metafunc):
    for name in {"installation", "open_house"}.intersection(metafunc.fixturenames):
        chosen = installations.of(metafunc.definition, metafunc.config)
        metafunc.parametrize(name, chosen, indirect=True, scope="module" if name == "open_house" else None)


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups
def pytest_collection_modifyitems(config, items):
    """What takes long goes first, so that no worker is alone with it at the end."""
    for item in items:
        if group := installations.group(item):
            item.add_marker(group)
    items.sort(key=lambda item: not _needs_more_than_python(item))
    if config.option.quick:
        left_out = [item for item in items if _takes_long(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _takes_long(item)]


def pytest_collection_finish():
    """What was loaded until now stays: no search for garbage goes over it again."""
    gc.freeze()


def _takes_long(item) -> bool:
    return _needs_more_than_python(item) or bool(item.get_closest_marker("tour"))


def _needs_more_than_python(item) -> bool:
    return bool(ELSEWHERE.intersection(item.fixturenames) or item.get_closest_marker("programs"))


def pytest_terminal_summary(terminalreporter):
    for server in sorted(missing):
        terminalreporter.write_line(
            f"LET OP: {server} antwoordt niet. Wat {server} nodig heeft, is NIET getest.", red=True, bold=True
        )


# --- databases ------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session")
async def migrated_file():
    with once.alone(once.MIGRATED) as file:
        if not file.exists():
            made = file.with_suffix(".new")
            await migrate(f"sqlite+aiosqlite:///{made}")
            made.rename(file)
    return file


@pytest_asyncio.fixture(scope="session")
async def migrated_postgres():
    """The name of a migrated database of PostgreSQL, to make others like it."""
    with once.alone(once.POSTGRES) as told:
        if not told.exists():
            name = new_postgres()
            told.write_text(name)
            await migrate(postgres_url(name))
            never_cleaned(postgres_url(name))
    return told.read_text()


@pytest.fixture(scope="session")
def postgres(migrated_postgres):
    """The URL of a migrated database that is this worker's own."""
    with postgres_of_our_own(migrated_postgres) as url:
        yield url


@pytest.fixture(scope="session")
def redis():
    """A Redis of this worker's own: what is told on it goes to every database of the server."""
    with redis_of_our_own() as redis:
        yield redis


@pytest_asyncio.fixture(scope="session")
async def two_processes(redis, migrated_postgres, tmp_path_factory):
    """The settings of two processes at work on one port."""
    folder, port = tmp_path_factory.mktemp("processes"), free_port()
    with postgres_of_our_own(migrated_postgres) as url:
        settings = Settings(
            database_url=url,
            redis_url=redis.url,
            tombstones_file=str(folder / TOMBSTONES),
            host="127.0.0.1",
            port=port,
            base_url=f"http://127.0.0.1:{port}",
            exit_url=f"http://localhost:{port}/healthz",
            meaning="off",
        )
        with on_one_port(settings, folder / "written.txt"):
            await until_ready(settings.origin)
            yield settings


@pytest.fixture
def installation(request):
    """On what this house stands: a name of tests/installations.py."""
    return request.param


@pytest.fixture
def database_url(installation, request, tmp_path):
    """A migrated database without rows."""
    if installation == SQLITE:
        file = tmp_path / "workshop.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite+aiosqlite:///{file}"
    if installation == PROCESSES:
        url = request.getfixturevalue("two_processes").database_url
    else:
        url = request.getfixturevalue("postgres")
    empty(url)
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
def settings(installation, database_url, listener, tmp_path, request):
    if installation in (PAIR, PROCESSES):
        redis = request.getfixturevalue("redis")
        redis.empty()
    if installation == PROCESSES:
        return request.getfixturevalue("two_processes")
    port = listener.getsockname()[1]
    return Settings(
        database_url=database_url,
        redis_url=redis.url if installation == PAIR else "",
        tombstones_file=str(tmp_path / TOMBSTONES),
        host="127.0.0.1",
        port=port,
        base_url=f"http://127.0.0.1:{port}",
        exit_url=f"http://localhost:{port}/healthz",  # another origin, but no other machine
        meaning="off",  # it takes memory and a second; tests/test_meaning.py has it on
    )


@pytest.fixture
def services(installation, settings, request):
    """A house at work. Of two, what changes goes to one and what is shown comes from the other."""
    return request.getfixturevalue("two_houses" if installation == PAIR else "one_house")


@pytest_asyncio.fixture
async def one_house(settings):
    services = make_services(settings)
    async with running(services):
        yield services


@pytest_asyncio.fixture
async def two_houses(settings):
    async with together(settings) as services:
        yield services


@pytest.fixture
def costly_passwords(monkeypatch):
    """Passwords are hashed as an installation hashes them."""
    monkeypatch.setattr(passwords, "HASHER", once.COSTLY)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


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


@pytest.fixture
def server(installation, settings, request):
    """The address of the app behind real sockets, as `workshop serve` starts it. With two processes whoever
    connects comes to one of them."""
    return settings.origin if installation == PROCESSES else request.getfixturevalue("served_here")


@pytest_asyncio.fixture
async def served_here(app, settings, listener):
    """`services` runs already."""
    async with served(app, settings, listener) as address:
        yield address


@contextlib.asynccontextmanager
async def served(app, settings: Settings, listener: socket.socket, **changes):
    config = serving.config(
        app, settings, **{"lifespan": "off", "timeout_graceful_shutdown": 1, "loop": "none"} | changes
    )
    server = serving.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield settings.origin
    finally:
        await server.shutdown(sockets=[listener])


@pytest_asyncio.fixture
async def elsewhere(migrated_file, tmp_path):
    """Another installation: an empty SQLite database."""
    file = tmp_path / "elders.sqlite"
    shutil.copy(migrated_file, file)
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: what time it is for the whole house from now on."""
    return lambda moment: monkeypatch.setattr(days, "_clock", lambda: moment)


@pytest.fixture
def networks(monkeypatch):
    """`networks(*ways, outward=)`: what this machine is connected to now."""
    monkeypatch.setattr(reach, "_known", reach._Known())
    monkeypatch.setattr(reach, "_CONTAINER", ())

    def connect(*ways, outward=""):
        monkeypatch.setattr(reach, "_found", lambda: list(ways))
        monkeypatch.setattr(reach, "_outward", lambda: outward)
        reach._known.until = 0.0

    return connect


@pytest.fixture
def copies(tmp_path):
    """A folder for backups."""
    folder = tmp_path / "kopieen"
    folder.mkdir()
    return folder


# --- the command line ---------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch, database_url):
    """Of an installation with a migrated database and nothing else set."""
    for name in [name for name in os.environ if name.startswith("WORKSHOP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORKSHOP_DATABASE_URL", database_url)
    before = os.umask(0o022)
    yield monkeypatch.setenv
    os.umask(before)


@pytest.fixture
def workshop(environment, monkeypatch, capsys):
    """Runs one command to its end: (exit code, stdout, stderr). In a thread, because it has its own loop."""

    async def run(*arguments, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        code = await asyncio.to_thread(cli.main, list(arguments))
        return code, *capsys.readouterr()

    return run


# --- browsers -------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session")
async def browser():
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def visitor(browser, server, settings):
    """`await visitor(**context options)`: a page in its own browser profile, watched until the test ends.

    It asks for no motion, which takes a fifth of a browser's work. `troupe_in_motion` plays with it.
    """
    async with contextlib.AsyncExitStack() as stack:
        watch = Watch(settings)

        async def come(**options):
            context = await browser.new_context(base_url=settings.origin, **(QUIET | options))
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
