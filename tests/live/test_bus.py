"""The bus: says that a session changed, never what."""

import asyncio
import contextlib
import uuid

import msgspec
import pytest

from tests.servers import redis_of_our_own
from workshop.bus import CHANNEL, MISSED_SOME, Change, LocalBus, RedisBus, make, parts

SECONDS = 10
CHANGE = Change(uuid.uuid4(), parts("screen", "desk"), 7)


class Ear:
    """A listener that remembers, and can be waited for."""

    def __init__(self):
        self.heard = []
        self._bell = asyncio.Event()

    def __call__(self, change):
        self.heard.append(change)
        self._bell.set()

    async def until(self, change):
        async with asyncio.timeout(SECONDS):
            while change not in self.heard:
                self._bell.clear()
                await self._bell.wait()


@contextlib.asynccontextmanager
async def started(bus):
    ear = Ear()
    await bus.start(ear)
    try:
        yield ear
    finally:
        await bus.stop()


def test_without_redis_there_is_one_process():
    assert isinstance(make(""), LocalBus)
    assert isinstance(make("redis://127.0.0.1"), RedisBus)


def test_a_message_holds_no_text():
    told = msgspec.to_builtins(CHANGE)
    assert told.keys() == {"session_id", "parts", "revision"}


async def test_in_one_process_who_tells_also_hears():
    bus = LocalBus()
    async with started(bus) as ear:
        await bus.tell(CHANGE)
        assert ear.heard == [CHANGE]
        assert await bus.ready()


async def test_a_stopped_bus_hears_nothing_and_breaks_nothing():
    bus = LocalBus()
    async with started(bus) as ear:
        pass
    await bus.tell(CHANGE)
    assert ear.heard == []


async def test_over_redis_every_process_hears(redis_url):
    here, there = RedisBus(redis_url), RedisBus(redis_url)
    async with started(here) as near, started(there) as far:
        await here.tell(CHANGE)
        await near.until(CHANGE)
        await far.until(CHANGE)
        assert await here.ready()


async def test_over_redis_changes_come_in_the_order_they_were_told(redis_url):
    here, there = RedisBus(redis_url), RedisBus(redis_url)
    session = uuid.uuid4()
    async with started(here), started(there) as far:
        told = [Change(session, CHANGE.parts, revision) for revision in range(100)]
        for change in told:
            await here.tell(change)
        await far.until(told[-1])
        assert [change for change in far.heard if change.session_id == session] == told


async def test_what_is_no_change_is_left_alone(redis_url):
    bus = RedisBus(redis_url)
    async with started(bus) as ear:
        await bus._redis.publish(CHANNEL, b"\xc1 niets")
        async with asyncio.timeout(SECONDS):
            while CHANGE not in ear.heard:
                await bus.tell(CHANGE)
                await asyncio.sleep(0.05)


@pytest.fixture
def hasty(monkeypatch):
    """Gives up on a Redis that hangs in a moment."""
    monkeypatch.setattr("workshop.redis.ANSWER_SECONDS", 0.2)
    for name in ("RETRY_SECONDS", "QUIET_SECONDS"):
        monkeypatch.setattr(RedisBus, name, 0.2)


async def until(state):
    async with asyncio.timeout(SECONDS):
        while not await state():
            await asyncio.sleep(0.05)


async def test_nobody_waits_for_a_redis_that_hangs_and_all_look_again_when_it_is_back(
    hasty,
):
    with redis_of_our_own() as redis:
        here, there = RedisBus(redis.url), RedisBus(redis.url)
        await until(lambda: answers(redis.url))
        async with started(here) as near, started(there) as far:
            await until(here.ready)
            far.heard.clear()
            with redis.hanging():
                await here.tell(CHANGE)
                assert CHANGE in near.heard
                await until(lambda: is_not(here.ready))
                await until(lambda: is_not(there.ready))
            await far.until(MISSED_SOME)
            await until(here.ready)
            await here.tell(CHANGE)
            await far.until(CHANGE)


async def test_a_bus_whose_queue_is_full_says_that_something_was_missed(redis_url, monkeypatch):
    monkeypatch.setattr(RedisBus, "MOST_WAITING", 10)
    here, there = RedisBus(redis_url), RedisBus(redis_url)
    async with started(here), started(there) as far:
        far.heard.clear()
        for _ in range(15):
            await here.tell(CHANGE)
        await far.until(MISSED_SOME)


async def test_nobody_hears_twice_what_it_told_itself(redis_url):
    here, there = RedisBus(redis_url), RedisBus(redis_url)
    last = Change(uuid.uuid4(), CHANGE.parts, 8)
    async with started(here) as near, started(there):
        await here.tell(CHANGE)
        await there.tell(last)
        await near.until(last)
        assert near.heard.count(CHANGE) == 1


async def is_not(state):
    return not await state()


async def answers(url):
    bus = RedisBus(url)
    async with started(bus):
        return await bus.ready()


@pytest.mark.parametrize("bus_url", ["redis://127.0.0.1:1"])
async def test_while_redis_is_away_this_process_still_tells_its_own_browsers(bus_url):
    bus = RedisBus(bus_url)
    async with started(bus) as ear:
        await bus.tell(CHANGE)
        assert ear.heard == [CHANGE]
        assert not await bus.ready()
