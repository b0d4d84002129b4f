"""The pages of answers before the meeting: what a phone reads, and that nothing else opens."""

import datetime as dt
from html import unescape

from tests.people import a_session, activity, conduct, reloaded
from workshop.live import ahead
from workshop.models import now
from workshop.pages.phone.page import COOKIE


async def a_session_ahead(services):
    session = await a_session(services, opened=False)
    desk = (await conduct(services, session)).sign_in
    step, until = activity(session, "zorgen-kansen").id, now() + dt.timedelta(days=3)
    await ahead.begin(services.room, session.id, desk, step, until)
    return await reloaded(services, session.id), desk


async def read(client, path, status=200):
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


async def test_who_has_the_address_reads_who_asks_and_answers_one_question(client, services):
    session, _ = await a_session_ahead(services)
    address = f"/vooraf/{session.ahead.token}"
    welcome = await read(client, address)
    assert session.partnership.name in welcome
    assert "Niemand leest nu mee. De begeleider leest dit later." in welcome
    answer = await client.post(address, data={"group": "ouder"})
    assert answer.headers["location"] == "/deelnemen"
    assert client.cookies.get(COOKIE).startswith("vooraf-")
    step = activity(session, "zorgen-kansen")
    mine = await read(client, "/deelnemen")
    assert step.question in mine
    assert "Heb je nu hulp nodig?" in mine
    assert "/deelnemen/scherm" not in mine
    await read(client, "/deelnemen/scherm", 401)
    form = {"activity": str(step.id), "column": "zorg", "text": "Er is weinig licht"}
    await client.post("/deelnemen/bijdragen", data=form)
    assert "Er is weinig licht" in await read(client, "/deelnemen")
    assert (await client.get(address)).headers["location"] == "/deelnemen"


async def test_when_it_is_closed_its_phone_and_its_address_say_so(client, services):
    session, desk = await a_session_ahead(services)
    address = f"/vooraf/{session.ahead.token}"
    await client.post(address, data={})
    await ahead.stop(services.room, session.id, desk)
    for _ in range(2):
        assert "Niemand kan nu nog zien wat van jou is" in await read(client, "/deelnemen", 401)
    over, unknown = await read(client, address, 404), await read(client, "/vooraf/onbekend", 404)
    assert over == unknown
    assert (await client.post(address, data={})).status_code == 404
    assert "nog niet open" in await read(client, f"/j/{session.join_token}")
