"""What is lost while things break: the phones' own ledger beside what the database holds afterwards.

`.venv/bin/python -m bench.faults`; README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import fnmatch
import os
import sys
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.breaking import ROWS, Asked, Scene
from bench.measure import Table, heading, percentile, say
from workshop.crowd.ledger import ACKNOWLEDGED, WITHDRAWN, Ledger

MOST_SILENT = 10.0
"""Seconds within which a phone has heard something, whatever happens."""
COLUMNS = ("acknowledged", "lost", "double", "returned", "500", "times", "p50", "p99", "longest")
QUICK = Asked(
    kills=1, cuts=1, times=1, seconds=1.0, lock=1.0, silence=1.0, away=1.0, posts=50.0, acknowledged=100
)


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


def main() -> int:
    asked, how_much = arguments()
    table = Table(judges=True)
    names = chosen(asked.rows)
    for name in names:
        heading(name)
        _report(table, name, asyncio.run(ROWS[name](how_much)))
    _summary(table, names)
    return table.end(asked.json)


def chosen(wanted: Sequence[str]) -> list[str]:
    """The rows that these words mean. One that means none ends the command."""
    if unknown := [word for word in wanted if not fnmatch.filter(ROWS, word)]:
        sys.exit(f"no row is called {', '.join(unknown)}. There are: {', '.join(ROWS)}")
    return [name for name in ROWS if any(fnmatch.fnmatch(name, word) for word in wanted)]


def _report(table: Table, name: str, scene: Scene) -> None:
    crowd, verdict = scene.crowd, compare(scene.crowd.ledger, scene.stored)
    say(f"answers other than 200: {dict(crowd.ledger.errors)}")
    lost = {"least": 1} if scene.must_lose else {"most": 0}
    table.add(f"{name}-acknowledged", "what phones were told is kept", len(crowd.ledger.acknowledged))
    table.add(f"{name}-lost", "of that, not in the database", len(verdict.lost), **lost)
    table.add(f"{name}-double", "there under an id that no phone sent", len(verdict.double), most=0)
    returned = None if scene.must_lose else 0
    table.add(f"{name}-returned", "taken back, and there again", len(verdict.returned), most=returned)
    table.add(f"{name}-500", "answers of 500", crowd.ledger.errors["500"], most=0)
    table.add(f"{name}-times", "how often it broke", len(scene.waits))
    for part in (50, 99):
        words = f"until everything that waited has its answer, p{part}"
        table.add(f"{name}-p{part}", words, percentile(scene.waits, part), "s")
    table.add(f"{name}-longest", "that a phone heard nothing", crowd.longest, "s", most=MOST_SILENT)
    for key, (words, figure, unit, most) in scene.figures.items():
        table.add(f"{name}-{key}", words, figure, unit, most=most)


def _summary(table: Table, names: list[str]) -> None:
    """One line for each row, as it stands in README.md."""
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    total = sum(table.rows[f"{name}-acknowledged"].figure for name in names)
    print(f"\nload average {load}; acknowledged in sum {total:.0f}\n")
    print(f"| | {' | '.join(COLUMNS)} |\n| --- |{' ---: |' * len(COLUMNS)}")
    for name in names:
        figures = (table.rows[f"{name}-{column}"] for column in COLUMNS)
        print(f"| {name} | {' | '.join(f'{row.figure:,.{2 if row.unit else 0}f}' for row in figures)} |")


def arguments() -> tuple[argparse.Namespace, Asked]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", default=["*"], help=f"which, as 'redis-*': {', '.join(ROWS)}")
    parser.add_argument("--kills", type=int, default=50, help="of the rows …-kill")
    parser.add_argument("--cuts", type=int, default=200, help="of the power")
    parser.add_argument("--times", type=int, default=5, help="of what happens in a moment")
    parser.add_argument("--seconds", type=float, default=12.0, help="of a full disk, and of Redis away")
    parser.add_argument("--lock", type=float, default=40.0, help="seconds of a lock on SQLite")
    parser.add_argument("--silence", type=float, default=45.0, help="seconds of PostgreSQL")
    parser.add_argument("--away", type=float, default=120.0, help="seconds that phones are asleep")
    parser.add_argument("--posts", type=float, default=500.0, help="a second, while processes are killed")
    parser.add_argument("--acknowledged", type=int, default=50_000, help="of each of the rows …-kill")
    parser.add_argument("--quick", action="store_true", help="whether all of it runs")
    parser.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    asked = parser.parse_args()
    given = {name: getattr(asked, name) for name in Asked._fields}
    return asked, QUICK if asked.quick else Asked(**given)


if __name__ == "__main__":
    sys.exit(main())
