"""One phone on many connections: it waits for its turn, and nothing that it sends is lost."""

import asyncio
import time
from collections import Counter
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import select
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.live.ears import SECONDS
from tests.people import a_participant, a_session, activity
from workshop import codes, pace
from workshop.live.fanout import CROWDED, MOST_STREAMS
from workshop.models import Contribution
from workshop.pages.phone import page as phone_pages

MOST = 20
HX = {"HX-Request": "true"}


def browser(app, settings, phone):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=settings.origin,
        headers={"Origin": settings.origin} | HX,
        cookies=phone.cookies,
    )


def form(step, id=None, words="Er is een fijne plek."):
    return {
        "activity": str(step.id),
        "contribution": str(id or codes.new_id()),
        "text": words,
        "column": "kans",
    }


async def post(client, step, id=None):
    return await client.post("/deelnemen/bijdragen", data=form(step, id))


@pytest.fixture(autouse=True)
def passes(monkeypatch):
    """`passes(seconds)`: so much time goes by. By itself none does: no test hangs on how fast this machine
    is."""
    clock = SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def passes(seconds):
        clock.now += seconds

    return passes


async def test_forty_posts_at_once_are_twenty_and_the_rest_is_told_to_wait(app, services, settings):
    session = await a_session(services, step="zorgen-kansen")
    step = activity(session, "zorgen-kansen")
    phone, other = [await a_participant(services, session) for _ in range(2)]
    async with browser(app, settings, phone) as many, browser(app, settings, other) as one:
        answers = await asyncio.gather(*(post(many, step) for _ in range(2 * MOST)))
        found = Counter(answer.status_code for answer in answers)
        assert found[429] == MOST
        told = next(answer for answer in answers if answer.status_code == 429)
        assert "Wacht even" in told.text
        assert (await post(one, step)).status_code == 200


async def test_who_is_too_fast_is_not_answered_at_once(app, services, settings, monkeypatch):
    """Else sixteen connections that only hear no would keep the others waiting."""
    phone = await a_participant(services, await a_session(services))
    held = []

    async def sleep(seconds):
        held.append(seconds)

    async with browser(app, settings, phone) as client:
        for _ in range(MOST):
            await client.post("/deelnemen/groep", data={"group": "ouder"})
        monkeypatch.setattr(phone_pages, "asyncio", SimpleNamespace(sleep=sleep))
        answer = await client.post("/deelnemen/groep", data={"group": "ouder"})
    assert (answer.status_code, held) == (429, [pace.HELD])


async def test_what_had_to_wait_is_kept_once_when_it_is_sent_again(app, services, settings, passes):
    session = await a_session(services, step="zorgen-kansen")
    step, id = activity(session, "zorgen-kansen"), codes.new_id()
    phone = await a_participant(services, session)
    async with browser(app, settings, phone) as client:
        for _ in range(MOST):
            await client.post("/deelnemen/groep", data={"group": "ouder"})
        assert (await post(client, step, id)).status_code == 429
        passes(pace.SECONDS)
        for _ in range(2):
            assert (await post(client, step, id)).status_code == 200
    async with services.db.read() as db:
        assert list(await db.scalars(select(Contribution.id))) == [id]


@pytest.mark.parametrize("language", ["en", "ar", "tr", "uk", "pl"])
async def test_it_is_told_in_the_language_of_the_phone(app, services, settings, language):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    async with browser(app, settings, phone) as client:
        client.cookies.set("taal", language)
        for _ in range(MOST + 1):
            answer = await client.post("/deelnemen/groep", data={"group": "ouder"})
    assert (answer.status_code, "Wacht even" in answer.text) == (429, False)


async def test_who_wants_to_go_never_waits(app, services, settings):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    async with browser(app, settings, phone) as client:
        for _ in range(MOST + 1):
            await client.post("/deelnemen/groep", data={"group": "ouder"})
        assert (await client.post("/vertrek")).status_code == 303
        client.cookies.update(phone.cookies)
        assert (await client.get("/deelnemen")).status_code == 401


def stream_of(origin, phone):
    headers = {"Origin": origin} | phone.header
    return connect(f"{origin.replace('http', 'ws')}/deelnemen/stroom", additional_headers=headers)


async def test_a_phone_has_four_streams_and_the_newest_stay(server, services):
    session = await a_session(services, step="zorgen-kansen")
    phone, other = [await a_participant(services, session) for _ in range(2)]
    async with asyncio.timeout(SECONDS), stream_of(server, other) as beside:
        await beside.recv()
        sockets = [await stream_of(server, phone) for _ in range(MOST_STREAMS + 2)]
        for socket in sockets[:2]:
            await socket.wait_closed()
            assert socket.close_code == CROWDED
        for socket in sockets[2:]:
            assert "data-revision" in await socket.recv()
            await socket.close()
        pong = await beside.ping()
        await pong


async def test_a_phone_that_opens_streams_without_end_is_refused(server, services):
    session = await a_session(services)
    phone = await a_participant(services, session)
    codes_heard = set()
    async with asyncio.timeout(SECONDS):
        for _ in range(MOST + 1):
            async with stream_of(server, phone) as socket:
                try:
                    await socket.recv()
                except ConnectionClosed as closed:
                    codes_heard.add(closed.rcvd.code)
    assert codes_heard == {CROWDED}
