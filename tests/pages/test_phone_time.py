"""Phones say about how long a step still takes, and never in seconds."""

import datetime as dt
import re
from html import unescape

import pytest
import pytest_asyncio

from tests.people import a_participant, a_session, conduct
from workshop.models import Activity, now


@pytest_asyncio.fixture
async def room(client, services):
    """A session at a step of ten minutes, its desk, and this browser as a phone."""
    session = await a_session(services, "1-A", step="zorgen-kansen")
    client.cookies.update((await a_participant(services, session)).cookies)
    await set_step(services, session, minutes=10)
    return session, await conduct(services, session)


async def set_step(services, session, ago=0, **values):
    """Gives the current step these values; it began so many seconds `ago`."""

    async def assign(db, row):
        step = await db.get(Activity, row.activity_id)
        step.started_at = now() - dt.timedelta(seconds=ago)
        for name, value in values.items():
            setattr(step, name, value)

    await services.room.change(session.id, frozenset(), assign)


async def time_of(client):
    """What stands in the line with the time; None when there is none."""
    html = (await client.get("/deelnemen/scene")).text
    line = re.search(r'<p[^>]* id="tijd".*?<span>(.*?)</span>', html, re.DOTALL)
    return unescape(line[1]) if line else None


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (0, "Nog ongeveer 10 min"),
        (130, "Nog ongeveer 8 min"),
        (590, "Nog ongeveer 1 min"),
        (660, "De tijd is om. Maak het rustig af."),
    ],
)
async def test_a_phone_reads_about_how_long_it_still_takes(client, services, room, ago, said):
    await set_step(services, room[0], ago)
    assert await time_of(client) == said


async def test_the_time_follows_a_pause_and_minutes_that_are_added(client, services, room):
    session, desk = room
    await desk.set_clock(session.activity_id, "erbij")
    assert await time_of(client) == "Nog ongeveer 12 min"
    await desk.set_clock(session.activity_id, "pauze")
    html = (await client.get("/deelnemen/scene")).text
    assert 'id="tijd"' in html
    assert "data-until" not in html, "a script must not let a clock run that stands still"


async def test_where_nothing_can_be_sent_no_time_stands(client, services, room):
    session, desk = room
    await desk.set_open(session.activity_id, False)
    assert await time_of(client) is None
    await desk.go_to(None)
    assert await time_of(client) is None


async def test_the_time_is_of_now_for_a_page_that_is_loaded_later(client, services, room, monkeypatch):
    assert await time_of(client) == "Nog ongeveer 10 min"
    late = now().timestamp() + 185
    monkeypatch.setattr("workshop.live.picture.time.time", lambda: late)
    assert await time_of(client) == "Nog ongeveer 7 min"
