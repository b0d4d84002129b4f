"""Redis goes away, hangs, or falls silent: nobody waits for it, and afterwards nobody is behind."""

import asyncio

import pytest

from tests.faults.proxy import Proxy
from tests.live.ears import SECONDS, listening
from tests.live.test_bus import CHANGE, answers, started, until
from tests.people import a_participant, a_session, activity
from tests.servers import redis_of_our_own
from workshop.bus import MISSED_SOME, RedisBus
from workshop.codes import new_id
from workshop.live import fanout as fanouts
from workshop.live.fanout import COME_BACK, FACILITATOR, WATCHER, Browser

pytestmark = pytest.mark.programs


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Gives up on a Redis that does not answer in a moment."""
    monkeypatch.setattr("workshop.redis.ANSWER_SECONDS", 0.2)
    for name in ("RETRY_SECONDS", "QUIET_SECONDS"):
        monkeypatch.setattr(RedisBus, name, 0.2)


async def test_a_subscription_that_goes_silent_is_noticed_and_everybody_looks_again():
    """The connection stays, as when a network forgets it: only who asks finds out."""
    with redis_of_our_own() as redis:
        await until(lambda: answers(redis.url))
        async with Proxy(redis.port) as between:
            here, there = RedisBus(redis.url), RedisBus(f"redis://127.0.0.1:{between.port}")
            async with started(here), started(there) as far:
                await far.until(MISSED_SOME)
                far.heard.clear()
                assert between.forget()
                await here.tell(CHANGE)
                await far.until(MISSED_SOME)
                far.heard.clear()
                await here.tell(CHANGE)
                await far.until(CHANGE)


async def test_after_a_redis_that_was_away_everybody_looks_again_without_a_further_change():
    with redis_of_our_own() as redis:
        await until(lambda: answers(redis.url))
        here, there = RedisBus(redis.url), RedisBus(redis.url)
        async with started(here), started(there) as far:
            await far.until(MISSED_SOME)
            far.heard.clear()
            with redis.away():
                await here.tell(CHANGE)
            await far.until(MISSED_SOME)


async def test_a_bus_that_meets_what_nobody_foresaw_goes_on(monkeypatch):
    with redis_of_our_own() as redis:
        await until(lambda: answers(redis.url))
        here, there = RedisBus(redis.url), RedisBus(redis.url)
        failing = [True]

        def once(does):
            async def fails(*given, **how):
                if failing:
                    failing.pop()
                    raise RuntimeError("iets in de bibliotheek")
                return await does(*given, **how)

            return fails

        async with started(here), started(there) as far:
            await far.until(MISSED_SOME)
            far.heard.clear()
            monkeypatch.setattr(here, "_publish", once(here._publish))
            await here.tell(CHANGE)
            await far.until(CHANGE)
            await far.until(MISSED_SOME)  # of this failure: else it is taken for that of the next
            far.heard.clear()
            failing.append(True)
            monkeypatch.setattr(there, "_listen", once(there._listen))
            with redis.away():
                pass
            await far.until(MISSED_SOME)


async def test_who_hears_that_something_was_missed_gets_the_room_as_it_is(services, monkeypatch):
    """What another process did meanwhile is in the next frame, without any further change."""
    monkeypatch.setattr(fanouts, "PICTURE_SECONDS", 0.01)
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    screen = Browser(session.id, WATCHER)
    ear = listening(screen)
    services.fanout.add(screen)
    form = {"column": ["zorg"], "text": ["Ongehoord"]}
    room, told = services.room, []

    async def unheard(change):
        told.append(change)

    monkeypatch.setattr(room.bus, "tell", unheard)
    await room.contribute(session.id, phone.id, activity(session, "zorgen-kansen").id, new_id(), form)
    assert told
    assert ear.unheard.empty()
    services.fanout.hear(MISSED_SOME)
    assert "Ongehoord" in await ear.next()


async def test_a_desk_comes_back_to_be_asked_who_it_is_after_what_was_missed(services, monkeypatch):
    """It may have lost its right unheard; a phone and a screen go on."""
    session = await a_session(services)
    desk = Browser(session.id, FACILITATOR, desk_id=session.driver_id)
    screen = Browser(session.id, WATCHER)
    closed = []
    monkeypatch.setattr(Browser, "close", lambda browser, *code: closed.append((browser, *code)))
    for browser in (desk, screen):
        listening(browser)
        services.fanout.add(browser)
    services.fanout.hear(MISSED_SOME)
    assert closed == [(desk, COME_BACK)]


async def test_a_post_is_answered_while_the_bus_says_nothing(services, monkeypatch):
    monkeypatch.setattr("workshop.redis.ANSWER_SECONDS", 600)
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    with redis_of_our_own() as redis:
        await until(lambda: answers(redis.url))
        async with Proxy(redis.port) as between:
            bus = RedisBus(f"redis://127.0.0.1:{between.port}")
            async with started(bus):
                monkeypatch.setattr(services.room, "bus", bus)
                form = {"column": ["zorg"], "text": ["Meteen"]}
                step = activity(session, "zorgen-kansen").id
                with between.silent():
                    async with asyncio.timeout(SECONDS):
                        receipt = await services.room.contribute(session.id, phone.id, step, new_id(), form)
                assert not receipt.repeated
