"""Who hears what, how often, and that an outsider hears nothing."""

import asyncio
import uuid
from collections import Counter

import pytest
import pytest_asyncio

from tests.live.ears import SECONDS, listening
from tests.people import a_participant, a_session, conduct, reloaded
from workshop import bus
from workshop.bus import Change
from workshop.live import fanout as fanouts
from workshop.live.fanout import FACILITATOR, PHONE, WATCHER, Browser, Fanout
from workshop.live.presence import Presence
from workshop.live.scenes import DESK_READY, PHONE_STATE, PHONE_STEP, SCREEN, SCREEN_READY
from workshop.models import Activity


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
    fanout, before = Fanout(services.room.memory, scenes, Presence()), services.room.bus
    services.room.bus = bus.make(services.settings.redis_url)
    await services.room.bus.start(fanout.hear)
    yield fanout
    await fanout.stop()
    await services.room.bus.stop()
    services.room.bus = before


@pytest_asyncio.fixture
async def session(services):
    return await a_session(services)


def browser(fanout, session, audience=PHONE, desk_id=None, phone_id=None):
    browser = Browser(session.id, audience, desk_id, phone_id)
    listening(browser)
    fanout.add(browser)
    return browser


async def heard(browser):
    return await browser.outlet.next()


def hears_nothing(browser):
    return browser.outlet.unheard.empty()


async def quiet(fanout):
    """Until no picture is being made any more."""
    async with asyncio.timeout(SECONDS):
        while fanout._tasks:
            await asyncio.sleep(0.01)


async def change(services, session, parts):
    async def nothing(db, session):
        pass

    await services.room.change(session.id, parts, nothing)


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
    assert hears_nothing(outsider)


async def test_phones_hear_nothing_of_what_is_for_the_desk(services, fanout, session, scenes):
    phone, desk = browser(fanout, session), browser(fanout, session, FACILITATOR)
    await change(services, session, bus.DESK)
    await heard(desk)
    await quiet(fanout)
    assert hears_nothing(phone)
    assert PHONE_STEP not in scenes.drawn


async def test_what_phones_send_leaves_other_phones_alone(services, fanout, session):
    phone, screen = browser(fanout, session), browser(fanout, session, WATCHER)
    await change(services, session, bus.INPUT)
    await heard(screen)
    await quiet(fanout)
    assert hears_nothing(phone)


async def test_what_becomes_of_one_phones_card_is_told_to_that_phone_only(services, fanout, session):
    mine, other = uuid.uuid4(), uuid.uuid4()
    phone, neighbour = (browser(fanout, session, phone_id=id) for id in (mine, other))
    await change(services, session, bus.mine(mine, None))
    assert await heard(phone) == "[mine 1]"
    await quiet(fanout)
    assert hears_nothing(neighbour)


async def test_different_blocks_come_together_in_one_frame(fanout, session):
    id = uuid.uuid4()
    phone = browser(fanout, session, phone_id=id)
    fanout.mark(session.id, bus.STATE | bus.mine(id))
    assert await heard(phone) == "[phone-state 0][mine 0]"


async def test_a_whole_scene_replaces_the_state_that_it_holds(fanout, session):
    phone = browser(fanout, session, phone_id=uuid.uuid4())
    fanout.mark(session.id, bus.STEP | bus.STATE | bus.OURS)
    assert await heard(phone) == "[phone-step 0]"
    await quiet(fanout)
    assert hears_nothing(phone)


async def test_each_block_is_drawn_once_whoever_gets_it_with_what(fanout, session, scenes):
    id = uuid.uuid4()
    phones = [browser(fanout, session, phone_id=phone) for phone in (id, uuid.uuid4(), None)]
    fanout.mark(session.id, {PHONE_STATE} | bus.mine(id))
    await quiet(fanout)
    assert scenes.drawn == {PHONE_STATE: 1}
    assert [await heard(phone) for phone in phones] == ["[phone-state 0][mine 0]", *["[phone-state 0]"] * 2]


async def test_screens_and_desks_hear_first(fanout, session, monkeypatch):
    order = []
    monkeypatch.setattr(Browser, "put", lambda browser, frames: order.append(browser.audience))
    for audience in [PHONE] * 150 + [WATCHER, FACILITATOR] + [PHONE] * 150:
        browser(fanout, session, audience)
    fanout.mark(session.id, bus.STEP)
    await quiet(fanout)
    assert order == [WATCHER, FACILITATOR, *[PHONE] * 300]


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
    assert hears_nothing(gone)
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
            frame = await heard(screen)
    await quiet(fanout)
    assert hears_nothing(screen)


async def test_a_change_is_heard_also_when_it_comes_just_as_a_picture_is_finished(fanout, session):
    screen = browser(fanout, session, WATCHER)
    for gap in [*range(12)] * 5:
        fanout.mark(session.id, (SCREEN,))
        await heard(screen)
        for _ in range(gap):
            await asyncio.sleep(0)


async def test_a_picture_that_fails_is_made_again(fanout, session, scenes, caplog, monkeypatch):
    monkeypatch.setattr(fanouts, "AWAY_SECONDS", 0.01)
    screen = browser(fanout, session, WATCHER)
    scenes.failing.add(SCREEN)
    fanout.mark(session.id, (SCREEN,))
    async with asyncio.timeout(SECONDS):
        while scenes.drawn[SCREEN] < 2:
            await asyncio.sleep(0)
    assert hears_nothing(screen)
    scenes.failing.clear()
    assert await heard(screen) == "[screen 0]"
    assert "een kaart van iemand" not in caplog.text


async def test_when_everybody_left_nothing_is_remembered(fanout, session):
    screen = browser(fanout, session, WATCHER)
    fanout.mark(session.id, (SCREEN,))
    fanout.remove(screen)
    await quiet(fanout)
    assert not any((fanout._browsers, fanout._changed, fanout._tasks, fanout._next))


async def test_young_people_read_their_own_wording_and_others_the_plain_one(services):
    session = await a_session(services, step="zorgen-kansen")
    step = session.activity_id

    async def reword(db):
        activity = await db.get(Activity, step)
        activity.youth = {"question": "Hoe is het hier voor jou?"}

    await services.db.write(reword)
    phones = [Browser(session.id, PHONE, group=group) for group in ("jongere", None)]
    ears = [listening(phone) for phone in phones]
    for phone in phones:
        services.fanout.add(phone)
    services.fanout.mark(session.id, {PHONE_STEP})
    young, other = [await ear.next() for ear in ears]
    assert "Hoe is het hier voor jou?" in young
    assert "Hoe is het hier voor jou?" not in other
    assert "Hoe gaat het met jongeren hier?" in other


async def test_what_others_wrote_is_told_to_every_phone_where_phones_react_to_it(services, fanout, session):
    phones = [browser(fanout, session, phone_id=uuid.uuid4()) for _ in range(2)]
    await change(services, session, bus.OURS)
    assert [await heard(phone) for phone in phones] == ["[ours 1]"] * 2


async def test_it_stops_though_a_driver_makes_an_error_of_being_interrupted(fanout, session, monkeypatch):
    monkeypatch.setattr(fanouts, "AWAY_SECONDS", 0.01)
    browser(fanout, session)
    asks = asyncio.Event()

    async def interrupted(session_id, newest=False):
        try:
            asks.set()
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            monkeypatch.setattr(fanout, "scene", waits)
            raise OSError("interrupted") from None

    async def waits(session_id, newest=False):
        await asyncio.sleep(3600)

    monkeypatch.setattr(fanout, "scene", interrupted)
    fanout.mark(session.id, {PHONE_STATE})
    await asks.wait()

    done, _ = await asyncio.wait([asyncio.create_task(fanout.stop())], timeout=10)
    assert done


async def test_a_press_redraws_a_number_and_no_phone(services, fanout, session):
    step = session.activities[0]
    await (await conduct(services, session)).go_to(step.id)
    phone = await a_participant(services, session)
    await quiet(fanout)
    screen, desk = browser(fanout, session, WATCHER), browser(fanout, session, FACILITATOR, phone.id)
    mine = browser(fanout, session, phone_id=phone.id)
    await services.room.say_ready(phone.participant, step.id, True)
    revision = (await reloaded(services, session.id)).revision
    assert await heard(screen) == f"[{SCREEN_READY} {revision}]"
    assert await heard(desk) == f"[{DESK_READY} {revision}]"
    await quiet(fanout)
    assert hears_nothing(mine)
