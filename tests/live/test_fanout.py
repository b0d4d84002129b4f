"""Who hears what, how often, and that an outsider hears nothing."""

import asyncio
import uuid
from collections import Counter

import pytest
import pytest_asyncio

from tests.people import a_session, one_database
from workshop.live import bus
from workshop.live import fanout as fanouts
from workshop.live.bus import Change
from workshop.live.fanout import FACILITATOR, PHONE, WATCHER, Browser, Fanout
from workshop.live.presence import Presence
from workshop.live.scenes import DESK, PHONE_STATE, PHONE_STEP, SCREEN
from workshop.models import Activity

pytestmark = one_database
SECONDS = 10
"""How long a test waits for what must come; never how fast it must be."""


class CountingScenes:
    """Draws a block as its name and revision, and counts."""

    def __init__(self):
        self.drawn = Counter()
        self.failing = set()

    def shared(self, part, picture, language="nl"):
        self.drawn[part] += 1
        if part in self.failing:
            raise ValueError("een kaart van iemand")
        return f"[{part} {picture.session.revision}]"

    def signal(self, picture, everybody):
        return f"[{'ours' if everybody else 'mine'} {picture.session.revision}]"


@pytest.fixture
def scenes():
    return CountingScenes()


@pytest_asyncio.fixture
async def fanout(services, scenes, monkeypatch):
    monkeypatch.setattr(fanouts, "PICTURE_SECONDS", 0.01)
    fanout = Fanout(services.db, services.room.painter, scenes, Presence())
    await services.room.bus.start(fanout.hear)
    yield fanout
    await fanout.stop()


@pytest_asyncio.fixture
async def session(services):
    return await a_session(services)


def browser(fanout, session, audience=PHONE, desk_id=None, phone_id=None):
    browser = Browser(session.id, audience, desk_id, phone_id)
    fanout.add(browser)
    return browser


async def heard(browser):
    async with asyncio.timeout(SECONDS):
        return await browser.next()


async def quiet(fanout):
    """Until no picture is being made any more."""
    async with asyncio.timeout(SECONDS):
        while fanout._tasks:
            await asyncio.sleep(0.01)


async def change(services, session, parts):
    async def nothing(db, session):
        pass

    await services.room.change(session.id, parts, nothing)


# --- one browser ----------------------------------------------------------------------------------


async def test_a_newer_picture_takes_the_place_of_an_older_one():
    browser = Browser(uuid.uuid4(), WATCHER)
    for number in range(100):
        browser.put(SCREEN, f"<{number}>")
    assert await heard(browser) == "<99>"


async def test_different_blocks_come_together_in_one_frame():
    browser = Browser(uuid.uuid4(), PHONE)
    browser.put(PHONE_STEP, "<stap>")
    browser.put(PHONE_STATE, "<stand>")
    assert await heard(browser) == "<stap><stand>"


async def test_a_whole_scene_replaces_the_state_that_it_holds():
    browser = Browser(uuid.uuid4(), PHONE)
    browser.put(PHONE_STATE, "<oude stand>")
    browser.put(PHONE_STEP, "<stap>")
    assert await heard(browser) == "<stap>"


async def test_a_closed_stream_ends_and_sends_nothing_more():
    browser = Browser(uuid.uuid4(), FACILITATOR)
    browser.put(DESK, "<regie>")
    browser.close()
    assert await heard(browser) is None


# --- the audience ---------------------------------------------------------------------------------


async def test_a_change_reaches_those_it_is_about(services, fanout, session):
    phone, screen = browser(fanout, session), browser(fanout, session, WATCHER)
    await change(services, session, bus.STEP)
    assert await heard(phone) == "[phone-step 1]"
    assert await heard(screen) == "[screen 1]"


async def test_an_outsider_hears_nothing(services, fanout, session):
    outsider = browser(fanout, await a_session(services))
    insider = browser(fanout, session)
    await change(services, session, bus.STEP)
    await heard(insider)
    await quiet(fanout)
    assert outsider._pending == {}


async def test_phones_hear_nothing_of_what_is_for_the_desk(services, fanout, session, scenes):
    phone, desk = browser(fanout, session), browser(fanout, session, FACILITATOR)
    await change(services, session, bus.DESK)
    await heard(desk)
    await quiet(fanout)
    assert phone._pending == {}
    assert PHONE_STEP not in scenes.drawn


async def test_what_phones_send_leaves_other_phones_alone(services, fanout, session):
    phone, screen = browser(fanout, session), browser(fanout, session, WATCHER)
    await change(services, session, bus.INPUT)
    await heard(screen)
    await quiet(fanout)
    assert phone._pending == {}


async def test_what_becomes_of_one_phones_card_is_told_to_that_phone_only(services, fanout, session):
    mine, other = uuid.uuid4(), uuid.uuid4()
    phone, neighbour = (browser(fanout, session, phone_id=id) for id in (mine, other))
    await change(services, session, bus.mine(mine, None))
    assert await heard(phone) == "[mine 1]"
    await quiet(fanout)
    assert neighbour._pending == {}


async def test_who_has_the_wheel_sees_another_desk_than_who_has_not(services, fanout, session):
    driving = browser(fanout, session, FACILITATOR, session.driver_id)
    beside = browser(fanout, session, FACILITATOR, uuid.uuid4())
    await change(services, session, bus.DESK)
    assert (await heard(driving), await heard(beside)) == ("[desk 1]", "[desk-beside 1]")


async def test_who_left_hears_nothing(services, fanout, session):
    gone, there = browser(fanout, session), browser(fanout, session)
    fanout.remove(gone)
    await change(services, session, bus.STEP)
    await heard(there)
    assert gone._pending == {}
    assert fanout.open_streams() == 1


async def test_signing_out_ends_the_streams_of_that_desk_only(services, fanout, session):
    desk_id = uuid.uuid4()
    out, stays = browser(fanout, session, FACILITATOR, desk_id), browser(fanout, session, FACILITATOR)
    fanout.hear(bus.gone([desk_id]))
    assert await heard(out) is None
    assert not stays.closed


# --- how often ------------------------------------------------------------------------------------


async def test_a_thousand_changes_at_once_are_one_picture_for_everybody(fanout, session, scenes):
    browsers = [browser(fanout, session, WATCHER) for _ in range(250)]
    for number in range(1000):
        fanout.hear(Change(session.id, bus.INPUT, number))
    await quiet(fanout)
    assert scenes.drawn == {SCREEN: 1}
    assert {await heard(browser) for browser in browsers} == {"[screen 0]"}


async def test_nobody_watching_means_no_picture(services, fanout, session, scenes):
    await change(services, session, bus.STEP)
    await quiet(fanout)
    assert scenes.drawn == {}


async def test_the_last_picture_is_of_the_last_change(services, fanout, session):
    screen = browser(fanout, session, WATCHER)
    await asyncio.gather(*(change(services, session, bus.INPUT) for _ in range(50)))
    frame = ""
    async with asyncio.timeout(SECONDS):
        while frame != "[screen 50]":
            frame = await screen.next()
    await quiet(fanout)
    assert screen._pending == {}


async def test_a_change_is_heard_also_when_it_comes_just_as_a_picture_is_finished(fanout, session):
    screen = browser(fanout, session, WATCHER)
    for gap in [*range(12)] * 5:
        fanout.mark(session.id, (SCREEN,))
        await heard(screen)
        for _ in range(gap):
            await asyncio.sleep(0)


async def test_a_picture_that_fails_does_not_stop_the_next_one(fanout, session, scenes, caplog):
    screen = browser(fanout, session, WATCHER)
    scenes.failing.add(SCREEN)
    fanout.mark(session.id, (SCREEN,))
    await quiet(fanout)
    scenes.failing.clear()
    fanout.mark(session.id, (SCREEN,))
    assert await heard(screen) == "[screen 0]"
    assert "een kaart van iemand" not in caplog.text


async def test_when_everybody_left_nothing_is_remembered(fanout, session):
    screen = browser(fanout, session, WATCHER)
    fanout.mark(session.id, (SCREEN,))
    fanout.remove(screen)
    await quiet(fanout)
    assert not any((fanout._browsers, fanout._changed, fanout._tasks, fanout._last))


async def test_young_people_read_their_own_wording_and_others_the_plain_one(services):
    session = await a_session(services, step="zorgen-kansen")
    step = session.activity_id

    async def reword(db):
        activity = await db.get(Activity, step)
        activity.youth = {"question": "Hoe is het hier voor jou?"}

    await services.db.write(reword)
    phones = [Browser(session.id, PHONE, young=young) for young in (True, False)]
    for phone in phones:
        services.fanout.add(phone)
    services.fanout.mark(session.id, {PHONE_STEP})
    young, other = [await phone.next() for phone in phones]
    assert "Hoe is het hier voor jou?" in young
    assert "Hoe is het hier voor jou?" not in other
    assert "Hoe gaat het met jongeren hier?" in other


async def test_what_others_wrote_is_told_to_every_phone_where_phones_react_to_it(services, fanout, session):
    phones = [browser(fanout, session, phone_id=uuid.uuid4()) for _ in range(2)]
    await change(services, session, bus.OURS)
    assert [await heard(phone) for phone in phones] == ["[ours 1]"] * 2
