"""Limits on what people may try, counted for the whole installation: in Redis where there are more processes,
in memory where there is one, and for a while also when Redis does not answer.

Never per address on the network: a class and colleagues share one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from workshop import codes
from workshop.redis import patience

T = TypeVar("T")

log = logging.getLogger(__name__)

MINUTE = 60
PATIENCE = 20.0
"""Seconds that somebody waits in line before they are told to come back later."""
MOST_IN_LINE = 2000
LOOKS_EVERY = 0.1
AWAY_SECONDS = 10.0
"""How long a Redis that did not answer is not asked again."""


class Brake:
    """Counts tries for each name apart. A window of `seconds` begins with the first try of a name."""

    def __init__(self, about: str, seconds: int) -> None:
        self.about = about
        self.seconds = seconds

    async def holds(self, most: int, who: str = "") -> bool:
        """Counts a try; returns True when that makes more than `most`. Call it before whatever the try itself
        waits for, or a thousand at once would all be the first."""
        return await self._add(1, who) > most

    async def give_back(self, who: str = "") -> None:
        """Uncounts one try: it was right."""
        await self._add(-1, who)

    async def forget(self, who: str = "") -> None:
        """Uncounts every try of this name."""
        await _counts.do(lambda storage: storage.clear(self._key(who)))

    async def _add(self, amount: int, who: str) -> int:
        key = self._key(who)
        return await _counts.do(lambda storage: storage.incr(key, self.seconds, amount))

    def _key(self, who: str) -> str:
        return f"{self.about}/{codes.token_hash(who)}"  # Redis gets nobody's address


class Crowded(Exception):
    """The line is so long that it is no use to wait."""


class Gate:
    """Limits wrong tries of everybody together in each window of `seconds`: further ones wait in line, first
    come first served. Only wrong tries take time from others, and the line of a short flood is soon empty."""

    def __init__(self, about: str, seconds: int) -> None:
        self._brake = Brake(about, seconds)

    async def turn(self, most: int) -> None:
        """Waits until a try is allowed, at most `PATIENCE` seconds. Raises `Crowded` after those, and at once
        when the line is full."""
        line = _counts.lines[self._brake.about]
        if line.length >= MOST_IN_LINE:
            raise Crowded
        try:
            async with asyncio.timeout(PATIENCE), line:
                while await self._brake.holds(most):
                    await self._brake.give_back()
                    await asyncio.sleep(LOOKS_EVERY)
        except TimeoutError:
            raise Crowded from None

    async def give_back(self) -> None:
        """Uncounts one try: it was right."""
        await self._brake.give_back()


class Queue:
    """A lock that is given in the order in which it was asked for; `length` counts who holds it or waits."""

    def __init__(self) -> None:
        self.length = 0
        self._front = asyncio.Lock()

    async def __aenter__(self) -> None:
        self.length += 1
        try:
            await self._front.acquire()
        except BaseException:
            self.length -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self.length -= 1
        self._front.release()


class Counts:
    """Where tries are counted, and the lines of those who wait."""

    def __init__(self, shared: RedisStorage | None = None) -> None:
        self.lines: defaultdict[str, Queue] = defaultdict(Queue)
        self._memory = MemoryStorage()
        self._shared = shared
        self._away_until = 0.0

    async def do(self, work: Callable[[Storage], Awaitable[T]]) -> T:
        """Counts in Redis; in memory when there is none, and for `AWAY_SECONDS` after it did not answer."""
        if self._shared and time.monotonic() >= self._away_until:
            try:
                return await work(self._shared)
            except (RedisError, OSError):
                log.warning("redis is away: tries are counted for each process apart")
                self._away_until = time.monotonic() + AWAY_SECONDS
        return await work(self._memory)


_counts = Counts()


@contextlib.asynccontextmanager
async def counting(redis_url: str) -> AsyncGenerator[None, None]:
    """Counts tries while the app runs: from nothing, or on from what other processes counted in Redis."""
    global _counts
    before = _counts
    async with contextlib.AsyncExitStack() as stack:
        shared = None
        if redis_url:
            pool = ConnectionPool.from_url(redis_url, **patience())
            stack.push_async_callback(pool.disconnect)
            options: dict[str, Any] = {"implementation": "redispy", "connection_pool": pool}
            shared = RedisStorage(f"async+{redis_url}", **options)
        _counts = Counts(shared)
        try:
            yield
        finally:
            _counts = before
