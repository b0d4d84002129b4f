"""Two houses in this process, on one PostgreSQL and one Redis: each with its own memory, bus and fan-out.

Who looks at the second has heard what the first told, and does not get a state that is a moment old: else a
test would look before it came.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import Counter
from dataclasses import replace

from tests.servers import PATIENCE
from workshop.app import make_services, running
from workshop.bus import RedisBus, There, Told
from workshop.live.picture import Picture
from workshop.settings import Settings


class Prompt(RedisBus):
    """Counts what it told others and what it heard of them."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.told = 0
        self.heard: Counter[uuid.UUID] = Counter()
        """By process: a house of the test before this one may still say something."""
        self._news = asyncio.Event()

    async def catch_up(self, other: Prompt) -> None:
        """Returns when everything has been heard that the other has told."""
        async with asyncio.timeout(PATIENCE):
            while self.heard[other.process] < other.told:
                self._news.clear()
                await self._news.wait()

    def _put(self, message: Told | There) -> None:
        super()._put(message)
        self.told += 1

    def _take_from_others(self, message: Told | There) -> None:
        super()._take_from_others(message)
        self.heard[message.process] += 1
        self._news.set()


@contextlib.asynccontextmanager
async def together(settings: Settings):
    """What changes goes to one, what is shown comes from the other."""
    here, there = make_services(settings), make_services(settings)
    near, far = Prompt(settings.redis_url), Prompt(settings.redis_url)
    here.room.bus, there.room.bus = near, far
    look = there.fanout.scene

    async def after_hearing(session_id: uuid.UUID, newest: bool = True) -> Picture | None:
        await far.catch_up(near)
        return await look(session_id, newest=True)

    try:
        async with running(here), running(there):
            there.fanout.scene = after_hearing
            yield replace(here, fanout=there.fanout, presence=there.presence)
    finally:
        for bus in (near, far):  # a test may have put another in its place
            await bus.stop()
