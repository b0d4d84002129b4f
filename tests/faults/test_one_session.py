"""Where more processes write, no transaction has two sessions: so two never wait for each other."""

import asyncio

import psycopg
import pytest
import pytest_asyncio

from tests.people import a_participant, a_session, conduct
from tests.servers import empty
from workshop.app import make_services, running
from workshop.codes import new_id
from workshop.settings import TOMBSTONES, Settings

SECONDS = 20
LOCKED = "SELECT 1 FROM session WHERE id = %s FOR UPDATE"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest_asyncio.fixture
async def services(postgres, tmp_path):
    empty(postgres)
    settings = Settings(database_url=postgres, tombstones_file=str(tmp_path / TOMBSTONES))
    services = make_services(settings)
    async with running(services):
        yield services


async def of_a_phone(services, session):
    phone = await a_participant(services, session)
    form = {"column": ["zorg"], "text": ["Er wordt weinig over gepraat"]}
    return services.room.contribute(session.id, phone.id, session.activity_id, new_id(), form)


async def of_a_desk(services, session):
    return (await conduct(services, session)).set_open(session.activity_id, False)


@pytest.mark.parametrize("held", [0, 1])
@pytest.mark.parametrize("deed", [of_a_phone, of_a_desk])
async def test_who_waits_for_a_session_keeps_no_other_from_anybody(services, postgres, deed, held):
    """Two processes that each have one and wait for the other's would wait for good."""
    sessions = [await a_session(services, step="zorgen-kansen") for _ in range(2)]
    deeds = [await deed(services, session) for session in sessions]
    address = postgres.replace("+psycopg", "")
    with psycopg.connect(address) as another, psycopg.connect(address, autocommit=True) as watching:
        another.execute(LOCKED, [sessions[held].id])
        waits = [asyncio.create_task(one) for one in deeds]
        async with asyncio.timeout(SECONDS):
            while not watching.execute(WAITING).fetchone()[0]:
                await asyncio.sleep(0.01)
        watching.execute(f"{LOCKED} NOWAIT", [sessions[1 - held].id])
    await asyncio.gather(*waits)
