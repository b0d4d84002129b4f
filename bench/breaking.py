"""An installation with phones that send, while something breaks. Each row of `bench.faults` is one fault."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import random
import re
import sqlite3
import subprocess
import time
import uuid
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import brotli
import psycopg

from bench import house, load
from bench.engines import Postgres, postgres
from bench.hall import Hall, Wanted, fill
from bench.installation import Running
from bench.machine import Machine
from bench.senders import Crowd, Line, Ports
from tests.faults.proxy import Proxy, SlowProxy
from tests.servers import Redis, redis_of_our_own

PHONES, ROOMS = 48, 60
SLOW_PHONES = 12
CALMLY = 1.0
"""Posts of a phone in a second, where it is not about how many they are."""
CALM = 1.0
"""Seconds in which everything works, before each fault."""
HOUR = 3600
UNSYNCED = ("bench.references.unsynced", "serve")
MIGRATIONS = "workshop/migrations/versions"
PARTS = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')
"""Of a page: what a browser fetches before it can be used."""
PACKING = re.compile(rb"content-encoding: (\w+)")
UNPACKED = {b"br": brotli.decompress, b"deflate": zlib.decompress, b"gzip": gzip.decompress}


class Asked(NamedTuple):
    """How much of each: the options of the command."""

    kills: int
    cuts: int
    times: int
    seconds: float
    lock: float
    silence: float
    away: float
    posts: float
    acknowledged: int


class Figure(NamedTuple):
    """Of one row only, with the most that it may be."""

    words: str
    figure: float
    unit: str
    most: float | None = None


class Scene:
    """What a row has in hand; afterwards also what it found."""

    def __init__(self, asked: Asked, running: Running, crowd: Crowd, rooms: Sequence[Hall]) -> None:
        self.asked, self.running, self.crowd, self.rooms = asked, running, crowd, rooms
        self.waits: list[float] = []
        """Seconds from the end of each fault until everything that waited then has its answer."""
        self.stored: Sequence[uuid.UUID] = ()
        self.figures: dict[str, Figure] = {}
        self.must_lose = False

    async def breaks(
        self, fault: Callable[[], Awaitable[float | None]], times: int = 1, calm: float = CALM
    ) -> None:
        """So many times. What happens in a moment returns when that was: all that follows is recovery."""
        for _ in range(times):
            await asyncio.sleep(calm)
            happened = await fault()
            self.waits.append(await self.crowd.until_nobody_waits(happened or time.monotonic()))

    async def lasts(self, seconds: float) -> None:
        """Time in which something is broken; `/readyz` is asked whether it knows."""
        line, until = Line(self.running.ports[0]), time.monotonic() + seconds
        request = load.get("/readyz", self.running.origin)
        answers: list[tuple[float, int]] = []
        while (began := time.monotonic()) < until:
            status = await line.ask(request)
            answers.append((time.monotonic() - began, status))
            await asyncio.sleep(0.5)
        line.close()
        longest, knows = max(seconds for seconds, _ in answers), any(status == 503 for _, status in answers)
        self.figures["readyz"] = Figure("longest that /readyz took meanwhile", longest, "s", most=2)
        self.figures["unready"] = Figure("whether /readyz never said 503", float(not knows), "", most=0)

    async def killed(self) -> float:
        happened = time.monotonic()
        await self.running.kill()
        return happened


# --- one process on SQLite ------------------------------------------------------------------------


class OnSqlite(Scene):
    machine: Machine
    file: Path


@contextlib.asynccontextmanager
async def straight(port: int) -> AsyncIterator[Ports]:
    """Nothing stands between them."""
    yield lambda _: [port]


@contextlib.asynccontextmanager
async def on_sqlite(
    asked: Asked,
    posts: float = PHONES * CALMLY,
    *,
    phones: int = PHONES,
    module: Sequence[str] = house.APP,
    code: Path = house.ROOT,
    lines: Callable[[int], contextlib.AbstractAsyncContextManager[Ports]] = straight,
) -> AsyncIterator[OnSqlite]:
    """`lines` gives what stands between the phones and the port."""
    async with contextlib.AsyncExitStack() as stack:
        machine = Machine(stack.enter_context(house.folder()))
        file = machine.disk / "faults.sqlite"
        house.migrate(house.sqlite(file), code)
        rooms = fill(house.sqlite(file), [Wanted("cards", phones, 0)] * ROOMS)
        machine.starts()
        async with Running(
            house.sqlite(file), module=module, code=code, environment=machine.environment
        ) as running:
            ports = await stack.enter_async_context(lines(running.ports[0]))
            crowd = Crowd(rooms, running.origin, ports, posts)
            scene = OnSqlite(asked, running, crowd, rooms)
            scene.machine, scene.file = machine, file
            async with crowd.sending():
                await crowd.until_kept(1)
                yield scene
        with contextlib.closing(sqlite3.connect(file)) as db:
            scene.stored = [uuid.UUID(hex=row[0]) for row in db.execute("SELECT id FROM contribution")]


async def sqlite_kill(asked: Asked) -> Scene:
    async with on_sqlite(asked, asked.posts) as scene:
        await _many_kills(scene)
    return scene


async def sqlite_power(asked: Asked) -> Scene:
    """Of every second cut a part of what was not synced is there, in no order."""
    async with on_sqlite(asked) as scene:
        await _power_cuts(scene, asked.cuts, None, random.Random(20261130))
    return scene


async def sqlite_unsynced(asked: Asked) -> Scene:
    """Whether a power cut takes what was not synced: the same with a SQLite that syncs nothing must lose. A
    part of what was not synced would leave it a file that it cannot open."""
    async with on_sqlite(asked, module=UNSYNCED) as scene:
        scene.must_lose = True
        await _power_cuts(scene, min(asked.cuts, 5), None)
    return scene


async def sqlite_lock(asked: Asked) -> Scene:
    async with on_sqlite(asked) as scene:

        async def locked() -> None:
            with contextlib.closing(sqlite3.connect(scene.file, isolation_level=None, timeout=60)) as other:
                other.execute("BEGIN IMMEDIATE")
                await scene.lasts(asked.lock)
                other.execute("ROLLBACK")

        await scene.breaks(locked)
    return scene


async def sqlite_full(asked: Asked) -> Scene:
    async with on_sqlite(asked, asked.posts) as scene:

        async def full() -> None:
            with scene.machine.full():
                await scene.lasts(asked.seconds)

        await scene.breaks(full, asked.times)
    return scene


async def sqlite_clock(asked: Asked) -> Scene:
    """The server's; the phones' plays no role: nothing of it is sent."""
    async with on_sqlite(asked) as scene:
        jumps = itertools.cycle((HOUR, 0, -HOUR, 0))

        async def jumps_once() -> float:
            scene.machine.clock_is_off(next(jumps))
            return time.monotonic()

        await scene.breaks(jumps_once, 4 * asked.times)
    return scene


async def sqlite_slow(asked: Asked) -> Scene:
    """Each phone has 64 kbit/s of its own with 5 % loss; one packet in a hundred ends its connection."""

    @contextlib.asynccontextmanager
    async def lines(port: int) -> AsyncIterator[Ports]:
        async with contextlib.AsyncExitStack() as stack:
            all_of_them = [
                await stack.enter_async_context(SlowProxy(port, cuts=0.01, seed=number))
                for number in range(SLOW_PHONES)
            ]
            yield lambda number: [all_of_them[number].port]

    async with on_sqlite(asked, SLOW_PHONES / 3, phones=SLOW_PHONES, lines=lines) as scene:
        joined = await asyncio.gather(*(_joins(scene, number) for number in range(10)))
        await asyncio.sleep(asked.seconds)
        scene.figures["joined"] = Figure("from the QR to the first question, longest", max(joined), "s", 10)
        await scene.breaks(_nothing)
    return scene


async def sqlite_asleep(asked: Asked) -> Scene:
    async with on_sqlite(asked) as scene:

        async def asleep() -> None:
            with scene.crowd.asleep(2):
                await asyncio.sleep(asked.away)

        await scene.breaks(asleep)
    return scene


async def sqlite_deploy(asked: Asked) -> Scene:
    """A version from before the newest migration is stopped; the one of today migrates and starts."""
    with house.folder() as folder:
        code = older(folder)
        async with on_sqlite(asked, code=code) as scene:
            await scene.breaks(lambda: _deployed(scene))
    return scene


# --- two processes on PostgreSQL and Redis --------------------------------------------------------


class OnPostgres(Scene):
    """Both servers are its own, behind a network that may break."""

    postgres: Postgres
    redis: Redis
    to_postgres: Proxy
    to_redis: Proxy


@contextlib.asynccontextmanager
async def on_postgres(
    asked: Asked, posts: float = PHONES * CALMLY, *, code: Path = house.ROOT
) -> AsyncIterator[OnPostgres]:
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(house.folder())
        database, redis = stack.enter_context(postgres()), stack.enter_context(redis_of_our_own())
        address = f"{database.address}/postgres"
        house.migrate(address, code)
        rooms = fill(address, [Wanted("cards", PHONES, 0)] * ROOMS)
        to_postgres = await stack.enter_async_context(Proxy(database.port))
        to_redis = await stack.enter_async_context(Proxy(redis.port))
        far = address.replace(f":{database.port}", f":{to_postgres.port}")
        bus, own = (
            f"redis://127.0.0.1:{to_redis.port}",
            {"WORKSHOP_TOMBSTONES_FILE": str(folder / "gewist.txt")},
        )
        async with Running(far, bus, 2, code=code, environment=own) as running:
            crowd = Crowd(rooms, running.origin, lambda _: running.ports, posts)
            scene = OnPostgres(asked, running, crowd, rooms)
            scene.postgres, scene.redis = database, redis
            scene.to_postgres, scene.to_redis = to_postgres, to_redis
            async with crowd.sending():
                await crowd.until_kept(1)
                yield scene
        with psycopg.connect(address.replace("+psycopg", "")) as db:
            scene.stored = [row[0] for row in db.execute("SELECT id FROM contribution")]


async def postgres_kill(asked: Asked) -> Scene:
    async with on_postgres(asked, asked.posts) as scene:
        await _many_kills(scene)
    return scene


async def postgres_restart(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _at_once(scene.postgres.restart), asked.times)
    return scene


async def postgres_crash(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _at_once(scene.postgres.crash), asked.times)
    return scene


async def postgres_cut(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _at_once(scene.to_postgres.cut), asked.times)
    return scene


async def postgres_hang(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _while(scene, scene.postgres.hanging(), asked.silence))
    return scene


async def postgres_silent(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _while(scene, scene.to_postgres.silent(), asked.silence))
    return scene


async def redis_restart(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        for _ in range(asked.times):
            await scene.breaks(lambda: _while(scene, scene.redis.away(), 2))
    return scene


async def redis_cut(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _at_once(scene.to_redis.cut), asked.times)
    return scene


async def redis_hang(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _while(scene, scene.redis.hanging(), asked.seconds))
    return scene


async def redis_silent(asked: Asked) -> Scene:
    async with on_postgres(asked) as scene:
        await scene.breaks(lambda: _while(scene, scene.to_redis.silent(), asked.seconds))
    return scene


async def postgres_deploy(asked: Asked) -> Scene:
    with house.folder() as folder:
        code = older(folder)
        async with on_postgres(asked, code=code) as scene:
            await scene.breaks(lambda: _deployed(scene))
    return scene


ROWS: dict[str, Callable[[Asked], Awaitable[Scene]]] = {
    "sqlite-kill": sqlite_kill,
    "sqlite-power": sqlite_power,
    "sqlite-unsynced": sqlite_unsynced,
    "sqlite-lock": sqlite_lock,
    "sqlite-full": sqlite_full,
    "sqlite-clock": sqlite_clock,
    "sqlite-slow": sqlite_slow,
    "sqlite-asleep": sqlite_asleep,
    "sqlite-deploy": sqlite_deploy,
    "postgres-kill": postgres_kill,
    "postgres-restart": postgres_restart,
    "postgres-crash": postgres_crash,
    "postgres-cut": postgres_cut,
    "postgres-hang": postgres_hang,
    "postgres-silent": postgres_silent,
    "postgres-deploy": postgres_deploy,
    "redis-restart": redis_restart,
    "redis-cut": redis_cut,
    "redis-hang": redis_hang,
    "redis-silent": redis_silent,
}


# --- how ------------------------------------------------------------------------------------------


def older(folder: Path) -> Path:
    """The code from before the newest migration, out of the history of this repository, in a folder of its
    own. Raises `CalledProcessError` where there is no history."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=house.ROOT, check=True, capture_output=True, text=True
        ).stdout

    newest = sorted((house.ROOT / MIGRATIONS).glob("0*.py"))[-1]
    came = git("log", "--diff-filter=A", "--format=%H", "--", str(newest)).split()[-1]
    git("archive", "--output", str(folder / "code.tar"), f"{came}^")
    code = folder / "code"
    code.mkdir()
    subprocess.run(["tar", "-xf", str(folder / "code.tar"), "-C", str(code)], check=True)
    return code


async def _many_kills(scene: Scene) -> None:
    """Spread over as many acknowledgements as were asked for."""
    asked = scene.asked
    await scene.breaks(scene.killed, asked.kills, asked.acknowledged / asked.posts / asked.kills)
    await scene.crowd.until_kept(asked.acknowledged)
    kept = scene.crowd.kept
    rate = len(kept) / (kept[-1] - kept[0])
    scene.figures["rate"] = Figure("cards kept in a second, kills and starts counted in", rate, "a second")


async def _power_cuts(scene: OnSqlite, times: int, *chances: random.Random | None) -> None:
    """By turns with each of these, as `Machine.power_returns` has it."""
    ways = itertools.cycle(chances)

    async def power_goes() -> float:
        happened = time.monotonic()
        scene.running.die()
        scene.machine.power_returns(next(ways))
        await scene.running.start()
        return happened

    await scene.breaks(power_goes, times, CALM / 2)


async def _deployed(scene: Scene) -> float:
    happened = time.monotonic()
    await scene.running.replace(house.ROOT)
    return happened


async def _at_once(work: Callable[[], None]) -> float:
    happened = time.monotonic()
    await asyncio.to_thread(work)
    return happened


async def _while(scene: Scene, broken: contextlib.AbstractContextManager[None], seconds: float) -> None:
    with broken:
        await scene.lasts(seconds)


async def _nothing() -> None:
    """What breaks, breaks all the time."""


async def _joins(scene: Scene, number: int) -> float:
    """Seconds in which a new phone over a slow line has the page with the question, and all it needs."""
    origin, room, fetched = scene.running.origin, scene.rooms[0], set()
    async with SlowProxy(scene.running.ports[0], seed=1000 + number) as slow:

        async def page(request: bytes) -> bytes:
            head, body = await _fetched(slow.port, request)
            parts = set(PARTS.findall(body)) - fetched
            fetched.update(parts)
            await asyncio.gather(*(_fetched(slow.port, load.get(part.decode(), origin)) for part in parts))
            return head

        began = time.monotonic()
        await page(load.get(f"/j/{room.join_token}", origin))
        head = await page(load.post(f"/j/{room.join_token}", origin, "", {"group": ""}))
        cookie = "; ".join(found.decode() for found in re.findall(rb"set-cookie: ([^;]+)", head))
        await page(load.get("/deelnemen", origin, cookie))
        return time.monotonic() - began


async def _fetched(port: int, request: bytes) -> tuple[bytes, bytes]:
    """Head and body, as a browser asks for it."""
    line = Line(port)
    accepts = b"\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"
    head, body = await line.whole(request.replace(b"\r\n\r\n", accepts, 1))
    line.close()
    packing = PACKING.search(head.lower())
    return head, UNPACKED[packing.group(1)](body) if packing else body
