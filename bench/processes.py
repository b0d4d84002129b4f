"""Two processes on PostgreSQL and Redis beside one.

`.venv/bin/python -m bench.processes`; README.md says more.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg

from bench import house
from bench.hall import Hall, Wanted, fill
from bench.house import Served
from bench.load import Load, Outcome
from bench.measure import CORES, LOAD_CORE, SERVER_CORE, Table, heading, median, percentile, processor_time
from bench.stage import calm

POSTGRES, REDIS = "postgresql+psycopg://postgres@127.0.0.1:5432", "redis://127.0.0.1:6379/14"
NAME = "bench_processes"
ROUNDS, SECONDS, POSTS, AT_ONCE = 3, 2.0, 2000, 16
SLOWLY = 2.5
"""Posts a second where each must be a picture of its own."""
SPARE = 4
"""Cores: with fewer, two processes, their database and the load stand in each other's way."""


class Measured(NamedTuple):
    a_second: float
    ms: float
    """Of one process for one card."""


def main() -> int:
    asked = arguments()
    table = Table()
    heading("Two processes on PostgreSQL and Redis")
    address = fresh(asked.postgres)
    house.migrate(address)
    rooms = fill(address, [Wanted("cards", 200, 40) for _ in range(8)])
    with house.folder() as folder:
        turns = []
        with processes(address, asked.redis, 1) as one, processes(address, asked.redis, 2) as two:
            for number in range(ROUNDS):
                here = rooms[number * 2 : number * 2 + 2]
                turns.append((_cards(folder, one, here), _cards(folder, two, here)))
            late = _bus(folder, two, rooms[-1])
        _report(table, turns)
        table.add("bus", "how much later the other process shows it, p95", max(late, 0.01), "ms", most=10)
    return table.end(asked.json)


def fresh(server: str) -> str:
    """The address of an empty database on this server; one of that name goes."""
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    return f"{server}/{NAME}"


@contextlib.contextmanager
def processes(address: str, redis: str, count: int) -> Iterator[list[Served]]:
    """So many, under one address, each on a core of its own as far as there are."""
    with contextlib.ExitStack() as all_of_them:
        found: list[Served] = []
        for number in range(count):
            core = SERVER_CORE if len(CORES) < SPARE else CORES[number]
            origin = found[0].origin if found else ""
            one = house.served(address, core=core, origin=origin, redis_url=redis)
            found.append(all_of_them.enter_context(one))
        yield found


def _cards(folder: Path, servers: list[Served], rooms: list[Hall]) -> Measured:
    """Two rooms at once, each request at the next process."""
    for server in servers:
        calm(server.pid)
    origin = servers[0].origin
    posts = [one for both in zip(*(room.posts(origin, POSTS) for room in rooms), strict=True) for one in both]
    ports, pids = [server.port for server in servers], [server.pid for server in servers]
    with Load(folder, *ports) as load, processor_time(*pids) as taken:
        outcome = load.post(posts, at_once=AT_ONCE, seconds=SECONDS)
    answered = len(_fine(outcome).answered)
    return Measured(outcome.a_second, max(taken) / answered * 1000 * len(servers))


def _report(table: Table, turns: list[tuple[Measured, Measured]]) -> None:
    """With cores for all, what they do in a second. Else on paper: how many cards fit in a second of the
    process that has most to do."""
    measured = len(CORES) >= SPARE
    for name, which in (("one", 0), ("two", 1)):
        rate = median([turn[which].a_second for turn in turns])
        table.add(f"{name}-process", f"cards a second, {name} process(es)", rate, "a second")
        ms = median([turn[which].ms for turn in turns])
        table.add(f"{name}-process-ms", f"processor time of a card, {name} process(es)", ms, "ms")
    if measured:
        ratio = median([two.a_second / one.a_second for one, two in turns])
    else:
        ratio = 2 * median([one.ms / two.ms for one, two in turns])
    note = "" if measured else f"on paper, from processor time: this machine has {len(CORES)} cores"
    table.add("two-processes", "two processes beside one", ratio, "times", least=1.6, note=note)


def _bus(folder: Path, servers: list[Served], room: Hall) -> float:
    """Milliseconds between a picture at the process that took the card and the same at the other."""
    here, there = servers
    with Load(folder, here.port, there.port, core=LOAD_CORE) as listening, Load(folder, here.port) as posting:
        screens = [room.screen(here.origin), room.screen(here.origin)]
        _fine(listening.connect(screens), 101)
        calm(here.pid)
        began = [frame.at for frame in listening.frames()][-1]
        outcome = posting.post(room.posts(here.origin, 40), at_once=4, rate=SLOWLY, seconds=10)
        listening.listen(0.5)
        frames = [frame for frame in listening.frames() if frame.at > began]
    late = []
    for asked, _ in _fine(outcome).answered:
        first = [next((f.at for f in frames if f.socket == n and f.at > asked), None) for n in (0, 1)]
        if None not in first:
            late.append(first[1] - first[0])
    return percentile(late, 95) * 1000


def _fine(outcome: Outcome, wanted: int = 200) -> Outcome:
    if set(outcome.statuses) - {0, wanted} or not outcome.answered:
        raise RuntimeError(f"a server answered {dict(outcome.statuses)}")
    return outcome


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default=POSTGRES, help="the server; its database bench_processes goes")
    parser.add_argument("--redis", default=REDIS)
    parser.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
