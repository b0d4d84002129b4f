"""The bus: says that a session changed, never what."""

import asyncio
import contextlib
import uuid

import msgspec
import pytest

from workshop.live.bus import CHANNEL, Change, LocalBus, RedisBus, make, parts

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


@pytest.mark.parametrize("bus_url", ["redis://127.0.0.1:1"])
async def test_while_redis_is_away_this_process_still_tells_its_own_browsers(bus_url):
    bus = RedisBus(bus_url)
    async with started(bus) as ear:
        await bus.tell(CHANGE)
        assert ear.heard == [CHANGE]
        assert not await bus.ready()
