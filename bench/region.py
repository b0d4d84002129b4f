"""A region: 342 municipalities, of which 40 hold a session at the same time, with 60 phones each.

One process is measured with all of it; how many processes it needs, and what runs out first, is reckoned from
that. `.venv/bin/python -m bench.region`; README.md says more.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench import house
from bench.hall import Hall, Wanted, fill
from bench.house import Served
from bench.load import Load
from bench.measure import Table, heading, parser, processor_time, resident_bytes
from bench.stage import calm

MUNICIPALITIES, ROOMS, PHONES = 342, 40, 60
EVERY = 30
"""Seconds between two things that one phone sends."""
SECONDS, PATIENCE = 6.0, 60.0
PROCESSES = (1, 2, 4, 8)
ROOMY = 0.7
"""Of a core: above it, answers begin to wait for each other."""
PICTURES = 5
"""A second and room, at most; one message on the bus for each."""
BUS = 0.00035
"""Seconds of processor time for one message on the bus, in each process that hears it."""
NETWORK = 125e6
"""Bytes a second: one gigabit."""
MEMORY = 1e9
"""Bytes that one process may have for its phones."""


class Region(NamedTuple):
    """What one process needed for all rooms together, each second."""

    processor: float
    """Seconds."""
    bytes: float
    commits: float
    sync: float
    """Seconds that the disk takes for one."""
    memory: float
    """Bytes for all phones."""
    messages: float
    """On the bus."""


def main() -> int:
    asked = parser(__doc__).parse_args()
    rooms, phones = (2, 5) if asked.quick else (ROOMS, PHONES)
    table = Table(judges=not asked.quick)
    heading(f"{rooms} rooms at once, {phones} phones each, {rooms * phones / EVERY:.0f} cards a second")
    with house.folder() as folder:
        database = house.sqlite(folder / "region.sqlite")
        house.migrate(database)
        halls = [fill(database, [Wanted("cards", phones, 40)])[0] for _ in range(rooms)]
        for _ in range(0 if asked.quick else MUNICIPALITIES - rooms):
            fill(database, ())
        with house.served(database) as server, Load(folder, server.port) as load:
            region = _measured(table, server, load, halls, folder)
    _reckoned(table, region, rooms)
    return table.end(asked.json)


def _measured(table: Table, server: Served, load: Load, halls: list[Hall], folder: Path) -> Region:
    phones = sum(len(one.phones) for one in halls)
    sockets = [one.screen(server.origin) for one in halls]
    sockets += [socket for one in halls for socket in one.sockets(server.origin, seen=1)]
    before = resident_bytes(server.pid)
    with processor_time(server.pid) as taken:
        came = load.connect(sockets, limit=PATIENCE)
    calm(server.pid)
    memory = resident_bytes(server.pid) - before
    here = max(len(came.answered), 1)
    table.add(
        "region-connected",
        f"of {len(sockets)} phones and screens are in",
        here / len(sockets),
        "share",
        least=1,
    )
    table.add("region-connect", "a phone that comes in", taken[0] / here * 1000, "ms")
    rate = phones / EVERY
    each = [one.posts(server.origin, int(rate * SECONDS / len(halls)) + 1) for one in halls]
    posts = [request for turn in zip(*each, strict=True) for request in turn]
    with processor_time(server.pid) as taken:
        outcome = load.post(posts, rate=rate, at_once=256, seconds=SECONDS)
    answered = max(len(outcome.answered), 1)
    table.add("region-answers", "p95 of the answer to a card", outcome.milliseconds(95), "ms", most=100)
    # A process that cannot keep up does less than was asked: reckoned as if it had done all.
    processor = taken[0] / answered * rate
    room = processor / len(halls) * 1000
    table.add("region-room", "processor time of one room", room, "ms a second")
    table.add("region-share", "of a core, for all rooms in one process", processor, "cores", most=ROOMY)
    table.add("region-memory", "memory of all phones", max(memory, 1e5) / 1e6, "MB")
    return Region(
        processor=processor,
        bytes=outcome.bytes / outcome.seconds,
        commits=rate,
        sync=_sync(folder),
        memory=max(memory, 0) * len(sockets) / here,
        messages=min(PICTURES * len(halls), rate),
    )


def _reckoned(table: Table, region: Region, rooms: int) -> None:
    """On paper: every process has its part of the rooms, and hears every message on the bus."""
    heading("Reckoned for more processes: the part in use of what runs out first")
    for count in PROCESSES:
        used = {
            "processor": (region.processor / count + BUS * region.messages * (count > 1)) / ROOMY,
            "memory": region.memory / count / MEMORY,
            "disk of the database": region.commits * region.sync,
            "network": region.bytes / NETWORK,
        }
        first = max(used, key=lambda name: used[name])
        fits = rooms / used[first]
        words = f"{count} process(es): the {first} is first, at {fits:.0f} rooms"
        table.add(f"region-{count}", words, used[first], "in use")


def _sync(folder: Path) -> float:
    """Seconds that this disk takes to keep one page, the median of some."""
    taken = []
    with (folder / "sync").open("wb") as file:
        for _ in range(20):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    sys.exit(main())
