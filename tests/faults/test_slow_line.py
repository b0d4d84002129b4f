"""Over a bad line, where connections break in the middle, a phone that sends again is kept once."""

import asyncio

import httpx
from sqlalchemy import select

from tests.faults.proxy import SlowProxy
from tests.people import a_participant, a_session, activity
from workshop.codes import new_id
from workshop.models import Contribution

SECONDS, CARDS = 60, 8


async def test_what_a_phone_sends_until_it_hears_something_is_kept_once(services, settings, server):
    session = await a_session(services, step="zorgen-kansen")
    phone, step = await a_participant(services, session), activity(session, "zorgen-kansen").id
    broken, ids = 0, [new_id() for _ in range(CARDS)]
    async with SlowProxy(settings.port, bits=640_000, loss=0.05, cuts=0.3) as line:
        headers = phone.header | {"Host": f"127.0.0.1:{settings.port}", "Origin": settings.origin}
        headers |= {"HX-Request": "true"}
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{line.port}", headers=headers) as client,
        ):
            for number, id in enumerate(ids):
                form = {"activity": str(step), "contribution": str(id)}
                form |= {"column": "zorg", "text": f"Kaart {number}"}
                while True:
                    try:
                        answer = await client.post("/deelnemen/bijdragen", data=form)
                    except httpx.TransportError:
                        broken += 1
                    else:
                        assert answer.status_code < 400
                        break
    assert broken
    async with services.db.read() as db:
        assert sorted(await db.scalars(select(Contribution.id))) == sorted(ids)
