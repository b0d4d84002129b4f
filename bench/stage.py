"""What the parts of `bench.room` share: how much is measured, the sessions for it, and what one act costs."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench import hall, house
from bench.hall import Hall, Wanted
from bench.house import Served
from bench.load import Load, Outcome
from bench.measure import Table, processor_seconds, processor_time

EARLIER = ("dots", "lights", "pairs")
DEAR = 0.02
"""Seconds of processor time of one act, above which few are asked at a time: else a run does not end."""
AT_ONCE, FEW = 64, 4
CALM, LONGEST_CALM = 0.1, 40


@dataclass(frozen=True)
class Scale:
    """How much is measured. Times are seconds."""

    phones: tuple[int, ...] = (40, 200, 1000)
    entries: tuple[int, ...] = (40, 1000)
    usual: int = 200
    """Phones in the room of the rows that are compared with another server."""
    earlier: int = 300
    board: int = 200
    large: tuple[int, ...] = (20_000, 200_000)
    """Rows that are written again after an erasure."""
    posts: int = 800
    seconds: float = 1.5
    rounds: int = 3
    rooms: int = 4
    """So many equal rooms share the posts of a row, so that their step hardly grows meanwhile."""
    crowd: int = 10_000
    storm: int = 2000
    spread: float = 2
    votes: float = 1000
    voting: float = 4
    patience: float = 20
    """How long phones may take to come in, all together."""

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Phones in the room and entries in the step, the smallest first."""
        return list(itertools.product(self.phones, self.entries))

    @property
    def compared(self) -> list[Wanted]:
        """Rooms for cards that are kept, with the commit and without it; the last for a slow disk."""
        sizes = enumerate((*self.entries, self.entries[0]), 1)
        return [Wanted("cards", self.usual + n, size) for n, size in sizes]

    @property
    def joined(self) -> list[Wanted]:
        """Rooms that are half full: the other half comes in."""
        return [Wanted("cards", phones // 2, 43) for phones in self.phones]

    @property
    def crowded(self) -> Wanted:
        return Wanted("votes", self.crowd)

    @property
    def stormy(self) -> Wanted:
        return Wanted("cards", self.storm, 41)

    @property
    def boarded(self) -> Wanted:
        return Wanted("cards", 50, self.board)

    @property
    def lively(self) -> Wanted:
        return Wanted("cards", max(self.phones), 42)


QUICK = Scale(
    phones=(6,),
    entries=(4,),
    usual=6,
    earlier=10,
    board=10,
    large=(30,),
    posts=8,
    seconds=0.2,
    rounds=1,
    rooms=1,
    crowd=40,
    storm=8,
    spread=0.1,
    votes=20,
    voting=0.5,
)


class Cost(NamedTuple):
    """Of one act of a phone: the server's processor time, and how many go in a second."""

    ms: float
    a_second: float


class Running(NamedTuple):
    server: Served
    load: Load


@dataclass
class Stage:
    scale: Scale
    table: Table
    folder: Path
    database: Path
    halls: dict[Wanted, list[Hall]]
    busiest: float = 0.0
    """How busy the load was at most, of its core."""
    kept: Running | None = None

    @contextlib.contextmanager
    def app(self) -> Iterator[Running]:
        """The application with its load: a fresh process each time, unless `kept` is one for all."""
        if self.kept:
            yield self.kept
            self.kept.load.drop()
            return
        with self.started(self.database) as running:
            yield running

    @contextlib.contextmanager
    def uncommitted(self) -> Iterator[Running]:
        """The application with its commit left out, on a copy: a transaction without end locks a database."""
        copy = self.folder / "uncommitted.sqlite"
        if not copy.exists():
            shutil.copy(self.database, copy)
        with self.started(copy, house.WITHOUT_COMMIT) as running:
            yield running

    @contextlib.contextmanager
    def alone(self, wanted: Wanted) -> Iterator[tuple[Hall, Running]]:
        """The application on a database with one room."""
        database = self.folder / f"alone-{wanted.entries}.sqlite"
        house.migrate(house.sqlite(database))
        (room,) = hall.fill(house.sqlite(database), [wanted])
        with self.started(database) as running:
            yield room, running

    @contextlib.contextmanager
    def started(
        self, database: Path, module: Sequence[str] = house.APP, preload: str = ""
    ) -> Iterator[Running]:
        address = house.sqlite(database)
        with (
            house.served(address, module, preload=preload) as server,
            Load(self.folder, server.port) as load,
        ):
            yield Running(server, load)

    def noted(self, outcome: Outcome, wanted: int = 200) -> Outcome:
        """The same. Raises `RuntimeError` for an answer that is another; none in time may be."""
        self.busiest = max(self.busiest, outcome.busy)
        if outcome.statuses.keys() - {0, wanted}:
            raise RuntimeError(f"the server answered {dict(outcome.statuses)}")
        return outcome

    def cost(self, server: Served, load: Load, halls: Sequence[Hall]) -> Cost:
        """Of the contributions of these rooms, 64 at a time."""
        for one in halls:  # the first of each room reads it into memory
            self.noted(load.post(one.posts(server.origin, 1), at_once=1, seconds=10))
        calm(server.pid)
        with processor_time(server.pid) as taken:
            self.noted(load.post(halls[0].posts(server.origin, 1), at_once=1, seconds=10))
        at_once = AT_ONCE if taken[0] < DEAR else FEW
        each = [one.posts(server.origin, self.scale.posts // len(halls)) for one in halls]
        posts = [request for turn in zip(*each, strict=True) for request in turn]
        with processor_time(server.pid) as taken:
            outcome = self.noted(load.post(posts, at_once=at_once, seconds=self.scale.seconds))
        return Cost(taken[0] / max(len(outcome.answered), 1) * 1000, outcome.a_second)

    def rate(self, load: Load, request: bytes) -> float:
        """How often a second this is answered, asked over and over."""
        outcome = load.post([request], at_once=AT_ONCE, seconds=self.scale.seconds / 2, again=True)
        return self.noted(outcome).a_second

    def ms_each(self, server: Served, load: Load, requests: Sequence[bytes], wanted: int = 200) -> float:
        """Processor time of one of these, asked one after another."""
        calm(server.pid)
        with processor_time(server.pid) as taken:
            outcome = self.noted(load.post(requests, at_once=1, seconds=self.scale.seconds), wanted)
        return taken[0] / max(len(outcome.answered), 1) * 1000


def set_up(scale: Scale, table: Table, folder: Path) -> Stage:
    """A database with every session that the rows need."""
    wanted = [Wanted(kind, *size) for kind in ("cards", "marks") for size in scale.sizes]
    wanted += [Wanted(kind, phones, 0, scale.earlier) for kind in EARLIER for phones in scale.phones]
    wanted = [one for one in (*wanted, *scale.compared) for _ in range(scale.rooms)]
    wanted += [*scale.joined, scale.crowded, scale.stormy, scale.boarded, scale.lively]
    wanted += [Wanted("votes", phones) for phones in scale.phones]
    database = folder / "room.sqlite"
    house.migrate(house.sqlite(database))
    halls: dict[Wanted, list[Hall]] = {}
    for one, made in zip(wanted, hall.fill(house.sqlite(database), wanted), strict=True):
        halls.setdefault(one, []).append(made)
    return Stage(scale, table, folder, database, halls)


def calm(pid: int) -> None:
    """Waits until a server has done what it was still at."""
    ends = time.monotonic() + LONGEST_CALM
    while time.monotonic() < ends:
        before = processor_seconds(pid)
        time.sleep(0.05)
        if processor_seconds(pid) - before < CALM * 0.05:
            return
