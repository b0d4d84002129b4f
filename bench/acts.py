"""What a phone does: cards, marks and choices, what the commit takes of it, and a block that is drawn."""

from __future__ import annotations

from pathlib import Path

from bench.hall import Wanted
from bench.house import Served
from bench.load import Load, compiled, get, post
from bench.measure import heading, median
from bench.references import beside
from bench.stage import EARLIER, Cost, Stage
from workshop.codes import new_id
from workshop.safety.erasing.forgetting import SOON_SECONDS

SLOW_SYNC = Path(__file__).with_name("references") / "slow_sync.c"
POSTS = 100
"""A second."""
ROWS = 7000
"""A second are written again, or more."""
LEAST = 0.001
"""Milliseconds: what is less cannot be told from the request around it."""


def acts(stage: Stage) -> None:
    heading("What a phone does: processor time of the server")
    with stage.app() as (server, load):
        costs = {kind: _written(stage, server, load, kind) for kind in ("cards", "marks")}
        chosen = {kind: _chosen(stage, server, load, kind) for kind in EARLIER}
        _blocks(stage, server, load)
    scale, table = stage.scale, stage.table
    for kind, by_size in costs.items():
        ratio = by_size[scale.sizes[-1]].ms / by_size[scale.sizes[0]].ms
        table.add(f"{kind}-growth", f"{kind} in the largest room, of the smallest", ratio, "times", most=1.3)
        rate = by_size[scale.usual, scale.entries[0]].a_second
        table.add(f"{kind}-a-second", f"{kind} a second, {scale.usual} phones", rate, "a second", least=1500)
    card = costs["cards"][scale.usual, scale.entries[0]].ms
    for kind, ms in chosen.items():
        table.add(
            f"{kind}-of-a-card", f"{kind} beside a card, {scale.usual} phones", ms / card, "times", most=1.5
        )


def commits(stage: Stage) -> None:
    """The application and the same with the commit left out, by turns; then with a slow disk."""
    heading("What the commit costs")
    scale, table = stage.scale, stage.table
    for one in scale.compared[:-1]:
        with stage.app() as app, stage.uncommitted() as bare:
            ratio, rate = _kept(stage, app, bare, one)
            words = (
                f"cards a second of the same without commit, {one.entries} in the step ({rate:.0f} a second)"
            )
            table.add(f"durable-{one.entries}", words, ratio, "times", least=0.8)
            health = stage.rate(bare[1], get("/healthz", bare[0].origin))
            ratio = rate / ratio / health
        words = f"cards a second without commit, of /healthz, {one.entries} in the step"
        table.add(f"bare-of-healthz-{one.entries}", words, ratio, "times", least=0.15)
    table.add("healthz", "GET /healthz of the application", health, "a second")
    with beside.empty() as (port, asked), Load(stage.folder, port) as load:
        table.add("empty", "GET of an empty Litestar handler", stage.rate(load, asked), "a second")
    slow = compiled(SLOW_SYNC, stage.folder, "-shared", "-fPIC")
    with stage.started(stage.database, preload=slow) as app, stage.uncommitted() as bare:
        ratio, rate = _kept(stage, app, bare, scale.compared[-1])
    words = f"with a sync of 10 ms, of the same without commit ({rate:.0f} a second)"
    table.add("durable-slow-sync", words, ratio, "times", least=0.6)


def forgetting(stage: Stage) -> None:
    """What is sent while the rows of every room are written again, because somebody took a card back."""
    heading("What an erasure holds up")
    for rows in stage.scale.large:
        with stage.alone(Wanted("cards", stage.scale.usual, rows)) as (room, (server, load)):
            card = new_id()
            first, then = room.phones[0], f"/deelnemen/bijdragen/{card}/intrekking"
            sent = room.contribution(server.origin, 0, first, card)
            stage.noted(load.post([sent, post(then, server.origin, first, {})], at_once=1))
            seconds = SOON_SECONDS + rows / ROWS
            posts = room.posts(server.origin, int(POSTS * seconds), after=1)
            outcome = stage.noted(load.post(posts, rate=POSTS, seconds=seconds))
        words = f"the longest that a card waits while {rows} rows are written again"
        stage.table.add(f"forget-{rows}", words, outcome.milliseconds(100), "ms", most=100)


def _written(stage: Stage, server: Served, load: Load, kind: str) -> dict[tuple[int, int], Cost]:
    found = {}
    for phones, entries in stage.scale.sizes:
        cost = found[phones, entries] = stage.cost(server, load, stage.halls[Wanted(kind, phones, entries)])
        words = f"{kind}, {phones} phones, {entries} in the step ({cost.a_second:.0f} a second)"
        stage.table.add(f"{kind}-{phones}-{entries}", words, cost.ms, "ms", most=0.65)
    return found


def _chosen(stage: Stage, server: Served, load: Load, kind: str) -> float:
    """Milliseconds in the usual room."""
    found = {}
    for phones in stage.scale.phones:
        cost = stage.cost(server, load, stage.halls[Wanted(kind, phones, 0, stage.scale.earlier)])
        found[phones] = cost.ms
        words = f"{kind} over {stage.scale.earlier} cards, {phones} phones ({cost.a_second:.0f} a second)"
        stage.table.add(f"{kind}-{phones}", words, cost.ms, "ms")
    return found[stage.scale.usual]


def _kept(
    stage: Stage, app: tuple[Served, Load], bare: tuple[Served, Load], one: Wanted
) -> tuple[float, float]:
    """The ratio, and how many cards a second the application keeps."""
    turns = [
        (stage.cost(*app, stage.halls[one]).a_second, stage.cost(*bare, stage.halls[one]).a_second)
        for _ in range(stage.scale.rounds)
    ]
    return median([kept / written for kept, written in turns]), median([kept for kept, _ in turns])


def _blocks(stage: Stage, server: Served, load: Load) -> None:
    """A block at a revision at which nobody asked for it yet: what a card and the block cost together,
    without the card and without what the same request costs when there is nothing to draw."""
    (room,) = stage.halls[stage.scale.boarded]
    blocks = (
        ("phone-scene", "the scene of a phone drawn", "/deelnemen/scene", room.phones[0], 0.3),
        ("board", f"a board of {stage.scale.board} cards drawn", f"/scherm/{room.screen_token}/scene", "", 5),
    )
    for key, words, path, cookie, most in blocks:
        turns = []
        seen = [get(path, server.origin, cookie, room.revision(stage.database))] * 40
        bare = stage.ms_each(server, load, seen, 204)
        for _ in range(stage.scale.rounds):
            card = stage.ms_each(server, load, room.posts(server.origin, 20))
            block = get(path, server.origin, cookie)
            pairs = [one for post in room.posts(server.origin, 20) for one in (post, block)]
            turns.append(stage.ms_each(server, load, pairs) * 2 - card - bare)
        stage.table.add(key, words, max(median(turns), LEAST), "ms", most=most)
