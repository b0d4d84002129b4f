"""What everybody hears: the cost of a message beside other servers, memory, and votes with a tally."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bench.hall import Hall, Wanted
from bench.house import Served
from bench.load import Frame, Load, Outcome
from bench.measure import heading, percentile, processor_time, resident_bytes
from bench.references import beside
from bench.stage import Stage, calm

CHANGES = 5
"""A second: as many as there are pictures."""
GOALS = {"websockets": 1.0, "socket.io": 0.75, "picows": 1.3, "C": 1.8}
OURS = "Kompas Live"


def messages(stage: Stage, *, with_references: bool) -> dict[str, float]:
    """Server -> microseconds for a message, in the crowd."""
    heading("What everybody hears")
    scale = stage.scale
    with stage.app() as (server, load):
        for phones in scale.phones:
            (room,) = stage.halls[Wanted("votes", phones)]
            load.connect(room.sockets(server.origin, seen=1), limit=scale.patience)
            cost, _ = _message(stage, server, load, room)
            stage.table.add(f"message-{phones}", f"a message to each of {phones} phones", cost, "us")
            load.drop()
    with stage.app() as (server, load):
        connected = _come_in(stage, server, load)
        (crowd,) = stage.halls[scale.crowded]
        cost, size = _message(stage, server, load, crowd)
        stage.table.add("message-crowd", f"a message to each of {connected} phones", cost, "us", most=12)
        _votes(stage, server, load, crowd, connected)
    _answers(stage)
    found = {OURS: cost}
    if with_references:
        for name, reference in beside.references(stage.folder):
            found[name] = _beside(stage, reference, size)
            words, ratio = f"a message to each of {scale.crowd} phones, {name}", cost / found[name]
            stage.table.add(f"message-{name}", words, found[name], "us")
            words = f"a message of ours beside {name}"
            stage.table.add(f"message-of-{name}", words, ratio, "times", most=GOALS[name])
    return found


def _come_in(stage: Stage, server: Served, load: Load) -> int:
    """The whole crowd and one big screen, which hears everything first. Returns how many are in."""
    (crowd,) = stage.halls[stage.scale.crowded]
    before = resident_bytes(server.pid)
    sockets = [crowd.screen(server.origin), *crowd.sockets(server.origin, seen=1)]
    outcome = stage.noted(load.connect(sockets, limit=stage.scale.patience), 101)
    calm(server.pid)
    here = max(len(outcome.answered), 1)
    late = len(sockets) - here
    note = f"{late} did not get in within {stage.scale.patience:.0f} s" if late else ""
    kilobytes = max((resident_bytes(server.pid) - before) / here / 1000, 0.1)
    stage.table.add("memory-phone", f"memory of one of {here} phones", kilobytes, "kB", most=30, note=note)
    return here


def _message(stage: Stage, server: Served, load: Load, room: Hall) -> tuple[float, int]:
    """Microseconds of the server for a message while the step changes, and its size."""
    seconds = 2 * stage.scale.seconds
    calm(server.pid)
    with processor_time(server.pid) as taken:
        posted = stage.noted(load.post(room.posts(server.origin, 100), rate=CHANGES, seconds=seconds))
        after = load.listen(0.5)
    frames = max(posted.frames + after.frames, 1)
    return taken[0] / frames * 1e6, (posted.bytes + after.bytes) // frames


def _votes(stage: Stage, server: Served, load: Load, crowd: Hall, connected: int) -> None:
    scale, table = stage.scale, stage.table
    calm(server.pid)
    fresh = int(2 * scale.seconds * CHANGES) + 1
    votes = crowd.posts(server.origin, int(scale.votes * scale.voting), after=fresh)
    with processor_time(server.pid) as taken:
        outcome = stage.noted(load.post(votes, rate=scale.votes, at_once=256, seconds=scale.voting))
    load.listen(1)
    words = f"{scale.votes:g} votes a second, {connected} connected"
    table.add("votes-answer", f"{words}: p95 of the answer", outcome.milliseconds(95), "ms", most=50)
    for key, place, number, count in (
        ("votes-screen", "the big screen", 0, _on_screen),
        ("votes-phone", "a phone", 1, _on_phone),
    ):
        heard = [frame for frame in load.frames() if frame.socket == number]
        late = percentile(waits(outcome, heard, count), 95) * 1000
        table.add(key, f"{words}: p95 until {place} counts it", late, "ms", most=300)
    table.add("votes-core", f"{words}: of a core", taken[0] / outcome.seconds, "of a core", most=0.95)


def _answers(stage: Stage) -> None:
    """Every phone of the largest room connected, and a fifth of them sends a card each second."""
    (room,) = stage.halls[stage.scale.lively]
    rate = stage.scale.votes / 5
    seconds = stage.scale.voting / 2
    with stage.app() as (server, load):
        sockets = [room.screen(server.origin), *room.sockets(server.origin, seen=1)]
        here = len(stage.noted(load.connect(sockets, limit=stage.scale.patience), 101).answered)
        calm(server.pid)
        posts = room.posts(server.origin, int(rate * seconds))
        outcome = stage.noted(load.post(posts, rate=rate, at_once=256, seconds=seconds))
    words = f"{rate:.0f} cards a second, {here} connected: p95 of the answer"
    stage.table.add("answers", words, outcome.milliseconds(95), "ms", most=100)


def _beside(stage: Stage, reference: beside.Reference, size: int) -> float:
    """Microseconds of this server for a message of that size, to as many phones."""
    with beside.broadcasting(reference, size) as (pid, port), Load(stage.folder, port) as load:
        sockets = reference.sockets(port, stage.scale.crowd)
        load.connect(sockets, limit=stage.scale.patience, first=False, greeting=reference.greeting)
        load.listen(1)
        with processor_time(pid) as taken:
            outcome = load.listen(2 * stage.scale.seconds)
    stage.busiest = max(stage.busiest, outcome.busy)
    return taken[0] / max(outcome.frames, 1) * 1e6


def waits(outcome: Outcome, heard: Sequence[Frame], count: Callable[[str], int]) -> list[float]:
    """Seconds from each vote until a frame counts as many as were kept until then. What was never answered or
    never counted waited until a second after the last answer."""
    began = outcome.requests[0][0]
    end = max(ended for _, ended, _ in outcome.requests) + 1
    before = [count(frame.text) for frame in heard if frame.at < began]
    counted = [(frame.at, count(frame.text)) for frame in heard if frame.at >= began]
    stood = max(before, default=0)
    found = [end - asked for asked, _, status in outcome.requests if not 100 < status < 400]
    for number, (asked, _) in enumerate(outcome.answered, 1):
        shown = next((at for at, votes in counted if votes >= stood + number), end)
        found.append(max(shown - asked, 0))
    return found


def _on_screen(text: str) -> int:
    found = re.search(r"([\d.]+) stip(?:pen)? van", text)
    return int(found[1].replace(".", "")) if found else 0


def _on_phone(text: str) -> int:
    return sum(int(number.replace(".", "")) for number in re.findall(r"([\d.]+) stip", text))
