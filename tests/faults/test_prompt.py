"""Over HTTP: whoever sends hears within ten seconds, and `/readyz` within two, whatever the database does."""

import asyncio
import contextlib
import resource
import time
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.conftest import served
from tests.faults.proxy import Proxy
from tests.faults.test_database_away import locked
from tests.people import a_participant, a_session, activity
from workshop import meaning, readiness
from workshop.app import make_services, of, running
from workshop.codes import new_id
from workshop.pages import prompt
from workshop.settings import TOMBSTONES, Settings
from workshop.storage import database as databases
from workshop.storage import postgres as connections

SECONDS = 20
BUSY = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """A tenth of the seconds of an installation."""
    for name, seconds in (("BUSY_MS", 500), ("PATIENCE_SECONDS", 1.0), ("AGAIN_SECONDS", 0.05)):
        monkeypatch.setattr(databases, name, seconds)
    monkeypatch.setattr(connections, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(prompt, "SECONDS", 0.8)
    monkeypatch.setattr(meaning, "LOADING", 0.1)
    monkeypatch.setattr(readiness, "SECONDS", 0.2)
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)


async def a_room(services):
    session = await a_session(services, step="zorgen-kansen")
    return session, await a_participant(services, session)


def card(session, id, words="Er wordt weinig over gepraat"):
    step = activity(session, "zorgen-kansen").id
    return {"activity": str(step), "contribution": str(id), "text": words, "column": "zorg"}


async def send(client, session, phone, id, **headers):
    return await client.post(
        "/deelnemen/bijdragen", data=card(session, id), headers=phone.header | BUSY | headers
    )


async def stored(services):
    async with services.db.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT id FROM acknowledged")
        return len(rows.all())


async def test_a_phone_hears_that_it_is_not_kept_yet_and_the_same_again_is_kept_once(client, services):
    session, phone = await a_room(services)
    ids = [new_id() for _ in range(5)]
    with locked(services.db.url):
        answers = await asyncio.gather(*(send(client, session, phone, id) for id in ids))
        for answer in answers:
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert "Nog niet bewaard. We proberen het zo nog eens." in answer.text
        assert (await client.get("/healthz")).status_code == 200
    again = [await send(client, session, phone, id) for id in ids for _ in range(2)]
    assert {answer.status_code for answer in again} == {200}
    assert await stored(services) == len(ids)


async def test_it_is_said_in_the_language_of_the_phone_and_to_a_plain_form_as_a_page(client, services):
    session, phone = await a_room(services)
    with locked(services.db.url):
        polish = {"Accept-Language": "pl"}
        there, plain = await asyncio.gather(
            send(client, session, phone, new_id(), **polish),
            client.post("/deelnemen/bijdragen", data=card(session, new_id()), headers=phone.header),
        )
    assert "Jeszcze nie zapisano" in there.text
    assert plain.status_code == 503
    assert "<html" in plain.text
    assert "Nog niet bewaard. Probeer het zo nog eens." in plain.text


async def test_a_lock_of_a_moment_is_waited_for(client, services):
    session, phone = await a_room(services)
    with locked(services.db.url):
        sent = asyncio.create_task(send(client, session, phone, new_id()))
        await asyncio.sleep(0.3)
    assert (await sent).status_code == 200


async def test_who_joins_while_nothing_is_kept_leaves_no_second_phone_behind(client, services):
    session, _ = await a_room(services)
    address = f"/j/{session.join_token}"
    with locked(services.db.url):
        assert (await client.post(address, data={})).status_code == 503
    assert (await client.post(address, data={})).status_code == 303
    state = await services.room.memory.state(session.id, newest=True)
    assert len(state.phones) == 2


async def test_readyz_answers_while_somebody_has_locked_the_database(client, services):
    with locked(services.db.url):
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"database": False, "migrations": True, "disk": True, "bus": True}
    async with asyncio.timeout(SECONDS):
        while (await client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)


async def test_readyz_knows_a_disk_without_room(client, services, monkeypatch):
    assert (await client.get("/readyz")).json()["disk"] is True
    monkeypatch.setattr(readiness, "LEAST_BYTES", 2**60)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (503, False)


@contextlib.contextmanager
def full(file):
    """No file of this process can become larger than the log of this database is now."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{file}-wal").stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_where_nothing_more_fits_reading_goes_on_and_what_was_sent_is_kept_once_there_is_room(
    client, services
):
    session, phone = await a_room(services)
    id = new_id()
    with full(services.db.url.database):
        answer = await send(client, session, phone, id)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert (await client.get("/readyz")).json()["database"] is False
        assert (await client.get("/deelnemen", headers=phone.header)).status_code == 200
    assert (await send(client, session, phone, id)).status_code == 200
    assert await stored(services) == 1


async def kept(client, session, phone, id):
    """Sends a card until it is kept."""
    async with asyncio.timeout(SECONDS):
        while (await send(client, session, phone, id)).status_code != 200:
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture
async def far_house(every_route, postgres, listener, tmp_path, monkeypatch):
    """A house whose PostgreSQL is behind a network that may break: (services, network, client)."""
    monkeypatch.setitem(connections.OPTIONS, "connect_timeout", 2)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with Proxy(5432) as between:
        settings = Settings(
            database_url=postgres.replace(":5432", f":{between.port}"),
            tombstones_file=str(tmp_path / TOMBSTONES),
            host="127.0.0.1",
            port=listener.getsockname()[1],
            base_url=origin,
        )
        services = make_services(settings)
        async with (
            running(services),
            served(of(every_route, services), settings, listener),
            httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, timeout=SECONDS) as client,
        ):
            yield services, between, client


async def test_a_postgresql_that_says_nothing_holds_nobody_up(far_house):
    services, between, client = far_house
    session, phone = await a_room(services)
    await kept(client, session, phone, new_id())
    id = new_id()
    with between.silent():
        began = time.monotonic()
        sent, ready, shown = await asyncio.gather(
            send(client, session, phone, id),
            client.get("/readyz"),
            client.get(f"/sessies/{session.id}/regie", headers={"Cookie": "aangemeld=iemand"}),
        )
        assert (sent.status_code, ready.status_code) == (503, 503)
        assert ready.json()["database"] is False
        assert shown.status_code in (303, 401, 503)
        assert time.monotonic() - began < SECONDS
    await kept(client, session, phone, id)
