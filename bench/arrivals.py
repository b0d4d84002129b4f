"""Phones that come in: one that joins, one that connects, and a whole hall that comes back at once."""

from __future__ import annotations

from bench.hall import Wanted
from bench.house import Served
from bench.load import Load
from bench.measure import heading, processor_time
from bench.stage import Stage, calm

SAMPLE = 100
"""So many phones connect to measure what one costs."""


def arrivals(stage: Stage) -> None:
    heading("Phones that come in")
    with stage.app() as (server, load):
        _connects(stage, server, load)
        _joins(stage, server, load)
        _storm(stage, server, load, "storm", 0, 1500)
        _storm(stage, server, load, "storm-spread", stage.scale.spread, 500)


def _connects(stage: Stage, server: Served, load: Load) -> None:
    costs = []
    first = 0.0
    for phones, entries in stage.scale.sizes:
        room = stage.halls[Wanted("cards", phones, entries)][-1]
        calm(server.pid)
        with processor_time(server.pid) as taken:
            load.connect(room.sockets(server.origin, most=1), limit=stage.scale.patience)
            calm(server.pid)
        first = taken[0] * 1000
        with processor_time(server.pid) as taken:
            outcome = load.connect(room.sockets(server.origin, most=SAMPLE), limit=stage.scale.patience)
        costs.append(taken[0] / max(len(stage.noted(outcome, 101).answered), 1) * 1000)
        load.drop()
        words = f"a phone that connects, {phones} phones, {entries} in the step"
        stage.table.add(f"connect-{phones}-{entries}", words, costs[-1], "ms", most=0.5)
    words = "the first phone of the largest room, which nobody had in memory"
    stage.table.add("connect-first", words, first, "ms")
    growth = costs[-1] / costs[0]
    stage.table.add(
        "connect-growth", "a connect in the largest room, of the smallest", growth, "times", most=1.3
    )


def _joins(stage: Stage, server: Served, load: Load) -> None:
    for wanted in stage.scale.joined:
        (room,) = stage.halls[wanted]
        stage.noted(load.post(room.joins(server.origin, 1), at_once=1), 204)  # the room is in memory
        calm(server.pid)
        with processor_time(server.pid) as taken:
            posts = room.joins(server.origin, wanted.phones)
            outcome = stage.noted(load.post(posts, seconds=stage.scale.seconds), 204)
        words = f"a phone that joins, until there are {2 * wanted.phones} ({outcome.a_second:.0f} a second)"
        ms = taken[0] / max(len(outcome.answered), 1) * 1000
        stage.table.add(f"join-{2 * wanted.phones}", words, ms, "ms", most=1)


def _storm(stage: Stage, server: Served, load: Load, key: str, spread: float, most: float) -> None:
    """Phones that missed something and want the whole scene."""
    (room,) = stage.halls[stage.scale.stormy]
    calm(server.pid)
    outcome = load.connect(room.sockets(server.origin), limit=stage.scale.patience, spread=spread)
    began = outcome.requests[0][0]
    whole = [frame for frame in load.frames() if frame.at > began and 'id="stap"' in frame.text]
    served = len(stage.noted(outcome, 101).answered) / len(room.phones) if whole else 0
    words = f"{len(room.phones)} phones come back within {spread:g} s: p99 until the scene"
    note = "" if served == 1 else f"{served:.0%} had it within {stage.scale.patience:.0f} s"
    stage.table.add(key, words, outcome.milliseconds(99), "ms", most=most, note=note)
    stage.table.add(f"{key}-no-gap", "how many of them got the whole scene", served, "share", least=1)
    load.drop()
