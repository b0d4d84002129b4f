"""What must also hold with two processes: PostgreSQL, Redis, and any phone on any of the two."""

import asyncio
import contextlib
import itertools
import os
import re
import signal
import time
import uuid
from collections import Counter
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import delete, func, select
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.people import (
    a_desk,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    a_sign_in,
    activity,
    conduct,
)
from tests.processes import TOGETHER, serving, until_ready
from tests.servers import PATIENCE, free_port
from workshop import brake, codes
from workshop.accounts.sign_in import TRIES
from workshop.bus import There
from workshop.live.presence import SILENT_SECONDS, Presence
from workshop.live.socket import SIGNED_OUT
from workshop.models import Contribution, SignIn
from workshop.pages import visitor
from workshop.serving import server, workers
from workshop.settings import Settings, SettingsError

pytestmark = TOGETHER


class Stream:
    """One browser's socket, and everything that came over it."""

    def __init__(self, socket):
        self.socket = socket
        self.heard = ""

    async def until(self, *words):
        async with asyncio.timeout(PATIENCE):
            while not all(word in self.heard for word in words):
                self.heard += await self.socket.recv()


@contextlib.asynccontextmanager
async def streaming(origin, path, cookies=None):
    cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    headers = {"Origin": origin} | ({"Cookie": cookie} if cookie else {})
    async with connect(f"{origin.replace('http', 'ws')}{path}", additional_headers=headers) as socket:
        yield Stream(socket)


@contextlib.asynccontextmanager
async def browsing(origin, cookies=None):
    async with httpx.AsyncClient(
        base_url=origin,
        cookies=cookies,
        headers={"Origin": origin, "HX-Request": "true"},
        timeout=PATIENCE,
    ) as client:
        yield client


def screen_of(origin, session, id=""):
    return streaming(origin, f"/scherm/{session.screen_token}/stroom?scherm={id}")


def phone_of(origin, phone):
    return streaming(origin, "/deelnemen/stroom", phone.cookies)


async def send(client, step, words="Er is een fijne plek."):
    form = {"activity": str(step.id), "contribution": str(codes.new_id()), "text": words, "column": "kans"}
    return await client.post("/deelnemen/bijdragen", data=form)


def connected(count):
    return f"Nu verbonden<b>{count}</b>"


async def the_desk(services, session):
    """The cookie of the desk that has the wheel: a new token for its sign-in."""
    token = codes.new_token()

    async def renew(db):
        row = await db.get(SignIn, session.driver_id)
        row.token_hash = codes.token_hash(token)

    await services.db.write(renew)
    return {visitor.COOKIE: token}


def desk_of(origin, session, cookies):
    return streaming(origin, f"/sessies/{session.id}/regie/stroom", cookies)


# --- the database ---------------------------------------------------------------------------------


async def test_rooms_that_write_through_both_processes_at_once_do_not_wait_for_each_other(pair):
    account = await a_facilitator(pair.services)
    desk = await a_desk(pair.services, account)
    dossier = await a_partnership(pair.services, account)
    rooms = [
        await a_session(pair.services, partnership=dossier, sign_in=desk, step="zorgen-kansen")
        for _ in range(6)
    ]
    steps = [activity(room, "zorgen-kansen") for room in rooms]
    async with contextlib.AsyncExitStack() as stack:
        clients = {}
        for room, origin in itertools.product(rooms, (pair.here, pair.there)):
            phone = await a_participant(pair.services, room)
            clients[room.id, origin] = await stack.enter_async_context(browsing(origin, phone.cookies))
        for _ in range(8):
            both = list(zip(rooms, steps, strict=True))
            forth = [send(clients[room.id, pair.here], step) for room, step in both]
            back = [send(clients[room.id, pair.there], step) for room, step in reversed(both)]
            answers = await asyncio.gather(*forth, *back)
            assert {answer.status_code for answer in answers} == {200}
    async with pair.services.db.read() as db:
        stored = select(func.count()).where(Contribution.activity_id.in_([step.id for step in steps]))
        assert await db.scalar(stored) == 8 * 12


# --- who sees what --------------------------------------------------------------------------------


async def test_a_card_sent_at_one_process_stands_on_the_screen_at_the_other(pair):
    session = await a_session(pair.services, step="zorgen-kansen")
    phone = await a_participant(pair.services, session)
    async with screen_of(pair.there, session) as screen, browsing(pair.here, phone.cookies) as client:
        await screen.until("data-revision")
        answer = await send(client, activity(session, "zorgen-kansen"), "Vanaf de andere kant.")
        assert answer.status_code == 200
        await screen.until("Vanaf de andere kant.")


async def test_a_phone_that_chooses_its_group_at_one_process_hears_its_words_at_the_other(pair):
    session = await a_session(pair.services, "1-leren")
    step = next(step for step in session.activities if step.youth.get("question"))
    phone = await a_participant(pair.services, session)
    async with phone_of(pair.there, phone) as stream, browsing(pair.here, phone.cookies) as client:
        await stream.until("data-revision")
        assert (await client.post("/deelnemen/groep", data={"group": "jongere"})).status_code == 200
        await (await conduct(pair.services, session)).go_to(step.id)
        await stream.until(str(step.id))
        assert step.youth["question"] in stream.heard


async def test_own_groups_of_one_process_are_those_of_a_phone_at_the_other(pair):
    session = await a_session(pair.services, opened=False)
    address = f"/sessies/{session.id}/programma/groepen"
    async with (
        browsing(pair.there) as phone,
        browsing(pair.here, await the_desk(pair.services, session)) as desk,
    ):
        form = {"naam.1": "School A", "jong.1": "ja"}
        assert (await desk.post(address, data=form)).status_code == 303
        opening = {"activity_id": ""}
        await desk.post(f"/sessies/{session.id}/opening", data=opening)
        welcome = (await phone.get(f"/j/{session.join_token}")).text
        [group] = re.findall(r'value="(jong-\w+)"', welcome)
        assert ("School A" in welcome, "Ouder" in welcome) == (True, False)
        assert (await phone.post(f"/j/{session.join_token}", data={"group": "ouder"})).status_code == 422
        assert (await phone.post(f"/j/{session.join_token}", data={"group": group})).status_code == 204
        assert (await desk.post(address, data={"naam.1": "Club B"})).status_code == 422
        assert (await desk.post(address, data=form | {"naam.1": "School a"})).status_code == 303
        async with asyncio.timeout(PATIENCE):  # memory may be behind for a moment
            while (
                'Je doet mee als <b><bdi lang="nl">School a</bdi></b>'
                not in (await phone.get("/deelnemen")).text
            ):
                await asyncio.sleep(0.05)


async def test_a_phone_that_leaves_at_one_process_is_sent_away_from_the_other(pair):
    session = await a_session(pair.services, step="zorgen-kansen")
    phone = await a_participant(pair.services, session)
    async with phone_of(pair.there, phone) as stream, browsing(pair.here, phone.cookies) as client:
        await stream.until("data-revision")
        async with browsing(pair.there, phone.cookies) as other:
            assert (await client.post("/vertrek")).status_code == 303
            # Memory may be behind for a moment; what is stored is asked of the database.
            answer = await send(other, activity(session, "zorgen-kansen"))
            assert answer.status_code == 401
            with pytest.raises(ConnectionClosed) as closed:
                await stream.until("dit komt nooit")
            assert closed.value.rcvd.code == SIGNED_OUT
            assert (await other.get("/deelnemen/scene")).status_code == 401


async def test_the_desk_counts_the_phones_of_both_processes(pair):
    session = await a_session(pair.services)
    phones = [await a_participant(pair.services, session) for _ in range(3)]
    cookies = await the_desk(pair.services, session)
    async with contextlib.AsyncExitStack() as stack:
        seen = await stack.enter_async_context(desk_of(pair.there, session, cookies))
        for phone, origin in zip(phones, (pair.here, pair.here, pair.there), strict=True):
            await stack.enter_async_context(phone_of(origin, phone))
        async with phone_of(pair.there, phones[0]):  # still the same phone
            await seen.until(connected(3))
    async with desk_of(pair.there, session, cookies) as seen:
        await seen.until(connected(0))


async def test_the_desk_counts_screens_and_desks_of_both_processes_and_no_preview(pair):
    account = await a_facilitator(pair.services)
    session = await a_session(pair.services, sign_in=await a_desk(pair.services, account))
    cookies = await the_desk(pair.services, session)
    beside = {visitor.COOKIE: await a_sign_in(pair.services, account)}
    async with contextlib.AsyncExitStack() as stack:
        seen = await stack.enter_async_context(desk_of(pair.there, session, cookies))
        await seen.until("Er is geen scherm verbonden")
        await stack.enter_async_context(desk_of(pair.here, session, beside))
        await seen.until("Regie open op<b>2 plekken</b>")
        for origin in (pair.here, pair.there):
            await stack.enter_async_context(screen_of(origin, session, uuid.uuid4()))
        await stack.enter_async_context(screen_of(pair.here, session))
        await seen.until("2 schermen verbonden")
    async with desk_of(pair.there, session, cookies) as seen:
        await seen.until("Er is geen scherm verbonden")


async def test_phones_of_a_process_that_fell_silent_are_forgotten():
    presence, process, session_id = Presence(), uuid.uuid4(), uuid.uuid4()
    there = There(process, session_id, frozenset([uuid.uuid4(), uuid.uuid4()]))
    assert presence.see(there)
    assert not presence.see(there)
    assert presence.there(session_id).phones == there.phones
    assert presence.forget_silent() == []
    later = time.monotonic() + SILENT_SECONDS + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: later)
        assert presence.forget_silent() == [session_id]
    assert not any(presence.there(session_id))


# --- limits ---------------------------------------------------------------------------------------


async def test_a_pace_is_that_of_all_processes_together(redis_url, monkeypatch):
    monkeypatch.setattr(brake, "patience", dict)  # a busy machine is no Redis that is away
    pace = brake.Gate(f"pace of {uuid.uuid4()}", seconds=60)
    async with brake.counting(redis_url):
        for _ in range(3):
            await pace.turn(3)
    async with brake.counting(redis_url):  # as another process
        await pace.turn(4)
        monkeypatch.setattr(brake, "PATIENCE", 1)
        with pytest.raises(brake.Crowded):
            await pace.turn(4)


async def test_wrong_passwords_are_counted_at_all_processes_together(pair):
    form = {"email": "niemand@voorbeeld.nl", "password": "een gok"}
    async with browsing(pair.here) as here, browsing(pair.there) as there:
        tries = [client.post("/inloggen", data=form) for client in (here, there) * TRIES.OF_ONE]
        found = Counter(answer.status_code for answer in await asyncio.gather(*tries))
    assert found == {422: TRIES.OF_ONE, 429: TRIES.OF_ONE}


# --- without Redis --------------------------------------------------------------------------------


async def test_a_post_does_not_wait_for_a_redis_that_hangs_and_the_others_see_it_when_it_is_back(pair):
    session = await a_session(pair.services, step="zorgen-kansen")
    step = activity(session, "zorgen-kansen")
    phone = await a_participant(pair.services, session)
    async with (
        screen_of(pair.here, session) as near,
        screen_of(pair.there, session) as far,
        browsing(pair.here, phone.cookies) as client,
        browsing(pair.there) as other,
    ):
        await near.until("data-revision")
        await far.until("data-revision")
        with pair.redis.hanging():
            for number in range(3):
                assert (await send(client, step, f"Zonder de bus {number}.")).status_code == 200
            await near.until("Zonder de bus 2.")
            async with asyncio.timeout(PATIENCE):
                while (await other.get("/readyz")).status_code != 503:
                    await asyncio.sleep(0.1)
        await far.until("Zonder de bus 2.")
    await until_ready(pair.here, pair.there)


async def test_a_desk_that_lost_its_right_unheard_is_sent_away_when_redis_is_back(pair):
    session = await a_session(pair.services)
    cookies = await the_desk(pair.services, session)
    async with desk_of(pair.there, session, cookies) as seen, browsing(pair.there) as other:
        await seen.until("data-revision")
        with pair.redis.hanging():
            async with asyncio.timeout(PATIENCE):
                while (await other.get("/readyz")).status_code != 503:
                    await asyncio.sleep(0.1)
            await pair.services.db.write(
                lambda db: db.execute(delete(SignIn).where(SignIn.id == session.driver_id))
            )
        with pytest.raises(ConnectionClosed):
            await seen.until("dit komt nooit")
    await until_ready(pair.here, pair.there)
    async with desk_of(pair.there, session, cookies) as again:
        with pytest.raises(ConnectionClosed) as refused:
            await again.until("dit komt nooit")
    assert refused.value.rcvd.code == SIGNED_OUT


# --- several processes on one port ----------------------------------------------------------------


def processes_of(parent):
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text()
    return {int(child) for child in children.split()}


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


async def test_one_that_dies_is_started_again_and_all_of_them_stop_at_a_signal(pair, tmp_path):
    port, file = free_port(), tmp_path / "gewist.txt"
    origin = f"http://127.0.0.1:{port}"
    settings = replace(pair.services.settings, port=port, base_url=origin, tombstones_file=str(file))
    with serving(settings, "--workers", "2") as parent:
        await until_ready(origin)
        before = processes_of(parent)
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while len(processes_of(parent) - before) != 1 or len(processes_of(parent)) != 2:
                await asyncio.sleep(0.1)
        await until_ready(origin)
        after = processes_of(parent)
        parent.terminate()
        assert await asyncio.to_thread(parent.wait, PATIENCE) == 0
    assert not any(map(is_there, after))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"redis_url": "redis://127.0.0.1"},
        {"database_url": "postgresql+psycopg://x"},
    ],
)
def test_more_processes_need_postgresql_and_redis_and_the_start_says_so(given):
    with pytest.raises(SettingsError, match="PostgreSQL en Redis"):
        workers.check(Settings(**given), 2)
    workers.check(Settings(**given), 1)


def test_a_port_that_others_of_ours_share_is_not_taken_a_second_time():
    with server.bind("127.0.0.1", 0, shared=True) as listener:
        settings = Settings(host="127.0.0.1", port=listener.getsockname()[1])
        with pytest.raises(server.PortError):
            workers.run(settings, 2)
