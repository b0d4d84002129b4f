"""What is lost while things break: the phones' own ledger beside what the database holds afterwards.

`.venv/bin/python -m bench.faults`; README.md says more. PostgreSQL and Redis are behind a network of our own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import random
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import psycopg

from bench import house
from bench.hall import Hall, Wanted, fill
from bench.measure import Table, heading, percentile, say
from bench.processes import POSTGRES, REDIS, fresh
from tests.faults.proxy import Proxy
from workshop.codes import new_id
from workshop.crowd.ledger import ACKNOWLEDGED, WITHDRAWN, Ledger

PHONES, PATIENCE = 12, 120
ROOMS = 100
"""A step takes so many cards of a phone; then it sends to the next room."""
CALM = 1.0
"""Seconds in which everything works, before each fault."""
TAKES_BACK = 0.1
"""How much of what is kept its sender takes back."""


class Verdict(NamedTuple):
    lost: set[uuid.UUID]
    """Acknowledged, and not there."""
    double: set[uuid.UUID]
    """There under an id that no phone sent: the same words a second time."""
    returned: set[uuid.UUID]
    """Taken back, and there again."""


def compare(ledger: Ledger, stored: Iterable[uuid.UUID]) -> Verdict:
    """What the phones know beside what is stored. One that was never answered may be there or not."""
    there = set(stored)
    return Verdict(
        ledger.ids(ACKNOWLEDGED) - there, there - ledger.states.keys(), ledger.ids(WITHDRAWN) & there
    )


class Running:
    """Processes of one installation, which may be killed and come back at the same port."""

    def __init__(self, database_url: str, redis_url: str, count: int) -> None:
        self.ports = [house.free_port() for _ in range(count)]
        self.origin = f"http://127.0.0.1:{self.ports[0]}"
        self._given = {"WORKSHOP_DATABASE_URL": database_url, "WORKSHOP_REDIS_URL": redis_url}
        self._all: list[subprocess.Popen[bytes]] = []

    def start(self, number: int) -> subprocess.Popen[bytes]:
        environment = house._environment(
            **self._given,
            WORKSHOP_BASE_URL=self.origin,
            WORKSHOP_HOST="127.0.0.1",
            WORKSHOP_PORT=str(self.ports[number]),
            WORKSHOP_PHONE_POSTS="1000000",
        )
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [sys.executable, "-m", *house.APP]
        return subprocess.Popen(command, cwd=house.ROOT, env=environment, **quiet)

    async def ready(self, number: int) -> None:
        await asyncio.to_thread(
            house.until_ready, self._all[number], self.ports[number], "/readyz", self.origin
        )

    async def again(self, number: int) -> None:
        """Killed, and started once more."""
        self._all[number].send_signal(signal.SIGKILL)
        self._all[number].wait()
        self._all[number] = self.start(number)
        await self.ready(number)

    async def __aenter__(self) -> Running:
        self._all = [self.start(number) for number in range(len(self.ports))]
        for number in range(len(self.ports)):
            await self.ready(number)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._all:
            process.kill()
            process.wait()


class Crowd:
    """Phones that send, send again until there is an answer, and now and then take something back."""

    def __init__(self, rooms: Sequence[Hall], running: Running) -> None:
        self.ledger = Ledger()
        self.kept: list[float] = []
        """When each acknowledgement came."""
        self._news = asyncio.Event()
        self._rooms, self._running = rooms, running
        self._stop = asyncio.Event()

    @contextlib.asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._phone(number)) for number in range(PHONES)]
        try:
            yield
        finally:
            self._stop.set()
            await asyncio.gather(*tasks)

    async def until_kept(self, since: float) -> float:
        """Seconds from then to the next acknowledgement."""
        async with asyncio.timeout(PATIENCE):
            while not self.kept or self.kept[-1] <= since:
                self._news.clear()
                await self._news.wait()
        return next(at for at in self.kept if at > since) - since

    async def _phone(self, number: int) -> None:
        headers = {"Origin": self._running.origin, "Host": urlsplit(self._running.origin).netloc}
        ports = itertools.cycle(self._running.ports)
        chance = random.Random(number)
        for room in self._rooms:
            headers |= {"Cookie": room.phones[number], "HX-Request": "true"}
            async with httpx.AsyncClient(headers=headers, timeout=10) as client:
                while await self._sends(client, ports, room, takes_back=chance.random() < TAKES_BACK):
                    if self._stop.is_set():
                        return

    async def _sends(
        self, client: httpx.AsyncClient, ports: Iterable[int], room: Hall, takes_back: bool
    ) -> bool:
        """One card. False when the step takes no more of this phone."""
        id = new_id()
        self.ledger.send(id, str(room.step))
        form = {"activity": str(room.step), "contribution": str(id)}
        form |= {"column": "zorg", "text": f"Wat gaat goed {id.hex[:6]}"}
        if not await self._surely(client, ports, "/deelnemen/bijdragen", form):
            return False
        self.ledger.settle(id, ACKNOWLEDGED)
        self.kept.append(time.monotonic())
        self._news.set()
        if takes_back and await self._surely(client, ports, f"/deelnemen/bijdragen/{id}/intrekking", {}):
            self.ledger.settle(id, WITHDRAWN)
        return True

    async def _surely(
        self, client: httpx.AsyncClient, ports: Iterable[int], path: str, form: dict[str, str]
    ) -> bool:
        """Again and again until there is an answer that is final, as the outbox of a phone does."""
        for port in ports:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.post(f"http://127.0.0.1:{port}{path}", data=form)
                self.ledger.errors[str(answer.status_code)] += answer.status_code != 200
                # Taken back twice: the first time had no answer.
                if answer.status_code == 200 or (answer.status_code == 404 and not form):
                    return True
                if answer.status_code < 500 and answer.status_code != 429:
                    return False
            await asyncio.sleep(0.1)
        return False


async def on_sqlite(table: Table, kills: int, seconds: float) -> None:
    heading("One process on SQLite")
    with house.folder() as folder:
        file = folder / "faults.sqlite"
        house.migrate(house.sqlite(file))
        rooms = fill(house.sqlite(file), [Wanted("cards", PHONES, 0)] * ROOMS)
        async with Running(house.sqlite(file), "", 1) as running:
            crowd = Crowd(rooms, running)
            async with crowd.sending():
                await crowd.until_kept(time.monotonic())
                killed = [await _recovery(crowd, running.again(0)) for _ in range(kills)]
                locked = [await _recovery(crowd, _locked(file, seconds))]
        with contextlib.closing(sqlite3.connect(file)) as db:
            stored = [uuid.UUID(hex=row[0]) for row in db.execute("SELECT id FROM contribution")]
    _report(table, "sqlite", crowd, stored, {"kill": killed, "lock": locked})


async def on_postgresql(table: Table, kills: int, seconds: float) -> None:
    heading("Two processes on PostgreSQL and Redis")
    address = fresh(POSTGRES)
    house.migrate(address)
    rooms = fill(address, [Wanted("cards", PHONES, 0)] * ROOMS)
    async with Proxy(5432) as postgres, Proxy(6379) as redis:
        far, bus = address.replace(":5432", f":{postgres.port}"), REDIS.replace(":6379", f":{redis.port}")
        async with Running(far, bus, 2) as running:
            crowd = Crowd(rooms, running)
            async with crowd.sending():
                await crowd.until_kept(time.monotonic())
                found = {"kill": [await _recovery(crowd, running.again(n % 2)) for n in range(kills)]}
                for name, network in (("postgresql", postgres), ("redis", redis)):
                    found[f"{name}-cut"] = [await _recovery(crowd, _cut(network))]
                    found[f"{name}-silent"] = [await _recovery(crowd, _silent(network, seconds))]
    with psycopg.connect(address.replace("+psycopg", "")) as db:
        stored = [row[0] for row in db.execute("SELECT id FROM contribution")]
    _report(table, "postgresql", crowd, stored, found)


async def _recovery(crowd: Crowd, fault: Awaitable[None]) -> float:
    """Lets it happen while everybody sends; returns the seconds from its end to the next acknowledgement."""
    await asyncio.sleep(CALM)
    await fault
    return await crowd.until_kept(time.monotonic())


async def _locked(file: Path, seconds: float) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        other.execute("ROLLBACK")


async def _cut(network: Proxy) -> None:
    network.cut()


async def _silent(network: Proxy, seconds: float) -> None:
    with network.silent():
        await asyncio.sleep(seconds)


def _report(
    table: Table,
    name: str,
    crowd: Crowd,
    stored: Sequence[uuid.UUID],
    faults: dict[str, list[float]],
) -> None:
    verdict = compare(crowd.ledger, stored)
    say(f"answers that were not 200: {dict(crowd.ledger.errors)}")
    table.add(f"{name}-acknowledged", "what phones were told is kept", len(crowd.ledger.acknowledged))
    table.add(f"{name}-lost", "of that, not in the database", len(verdict.lost), most=0)
    table.add(f"{name}-double", "there under an id that no phone sent", len(verdict.double), most=0)
    table.add(f"{name}-returned", "taken back, and there again", len(verdict.returned), most=0)
    table.add(f"{name}-500", "answers of 500", crowd.ledger.errors["500"], most=0)
    for fault, waits in faults.items():
        for part in (50, 99):
            words = f"after {fault} ({len(waits)} times) until the next is kept, p{part}"
            table.add(f"{name}-{fault}-p{part}", words, percentile(waits, part), "s")


def main() -> int:
    asked = arguments()
    table = Table(judges=True)
    kills, seconds = (1, 0.5) if asked.quick else (asked.kills, asked.seconds)
    asyncio.run(on_sqlite(table, kills, seconds))
    if not asked.quick:
        asyncio.run(on_postgresql(table, kills, seconds))
    return table.end(asked.json)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="of each installation, while phones send")
    parser.add_argument("--seconds", type=float, default=12.0, help="of a lock, and of silence")
    parser.add_argument("--quick", action="store_true", help="whether all of it runs; on SQLite only")
    parser.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
