"""What does finding by meaning find in a dossier, how much of what it shows is right, and what does it cost?
`.venv/bin/python -m bench.finding`, with `--show` also what it shows; README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import select

from bench.measure import Table, heading
from workshop import demo
from workshop.app import make_services, running
from workshop.meaning import Meaning
from workshop.models import SearchEntry
from workshop.record import likeness, search
from workshop.record.likeness import Likeness, Near
from workshop.settings import Settings

RECALL, RIGHT, NONSENSE = 0.3, 0.2, 1.0
"""At least of what is right, among ten; at least of what is shown; at most shown where nothing is right."""
MANY = 5000
FIRST_MS, NEXT_MS = 2.5, 120
"""Milliseconds of processor time: for each line of a first search, and for a whole next one."""


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query: str
    right: tuple[str, ...] = ()
    held_out: bool = False


class Queries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    texts: tuple[str, ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True)
class Answer:
    query: Query
    near: Sequence[Near]
    right: frozenset[int]
    """The numbers of the texts that are right."""

    @property
    def found(self) -> int:
        return sum(one.text in self.right for one in self.near)


async def main() -> int:
    options = _options().parse_args()
    asked = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Queries)
    texts = await _texts()
    texts |= {-number: text for number, text in enumerate(asked.texts, 1)}
    here = _likeness(texts)
    if not here.meaning.on:
        print("the encoder is not installed")
        return 1
    table = Table()
    answers = [await _answer(here, texts, query) for query in asked.queries]
    for name, held_out in (("chosen", False), ("held-out", True)):
        heading(f"{name}: {len(texts)} texts")
        _judge(table, name, [answer for answer in answers if answer.query.held_out is held_out])
    if options.show:
        _show(answers, texts)
    await _cost(table, texts)
    return table.end(options.json)


def _likeness(texts: dict[int, str]) -> Likeness:
    async def said(_: uuid.UUID) -> dict[int, str]:
        return texts

    return Likeness(Meaning(on=True), said)


async def _texts() -> dict[int, str]:
    """Returns the texts of the demonstration by their number in the index."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings(database_url=f"sqlite+aiosqlite:///{folder}/finding.sqlite", meaning="off")
        made = await demo.fill(chosen)
        services = make_services(chosen)
        async with running(services), services.db.read() as db:
            ids = set(await db.scalars(select(SearchEntry.partnership_id)))
            found = [await search.texts_of(db, id, search.EVERYTHING) for id in sorted(ids)]
    assert made.partnership_id in ids
    return {number: text for each in found for number, text in each.items()}


async def _answer(here: Likeness, texts: dict[int, str], query: Query) -> Answer:
    right = frozenset(number for number, text in texts.items() if any(words in text for words in query.right))
    near: object = None
    while not isinstance(near, list):
        near = await here.nearest(uuid.UUID(int=0), query.query, texts, frozenset(texts))
    return Answer(query, near, right)


def _judge(table: Table, name: str, answers: Sequence[Answer]) -> None:
    some = [answer for answer in answers if answer.query.right]
    none = [answer for answer in answers if not answer.query.right]
    recall = sum(answer.found / min(likeness.MOST, len(answer.right)) for answer in some) / len(some)
    any_ = sum(answer.found > 0 for answer in some) / len(some)
    shown = sum(len(answer.near) for answer in some)
    right = sum(answer.found for answer in some) / max(1, shown)
    table.add(f"{name}-recall", "of what is right, among the first ten", recall, least=RECALL)
    table.add(f"{name}-any", "queries with something right", any_)
    table.add(f"{name}-right", "of what is shown, right", right, least=RIGHT)
    table.add(f"{name}-shown", "texts shown for a query", shown / len(some))
    nonsense = sum(len(answer.near) for answer in none) / len(none)
    table.add(f"{name}-nonsense", "texts shown where nothing is right", nonsense, most=NONSENSE)


def _show(answers: Sequence[Answer], texts: dict[int, str]) -> None:
    for answer in answers:
        print(f"\n{answer.query.query}: {answer.found} of {len(answer.right)}")
        for one in answer.near:
            print(f"  {one.likeness:.2f} {'right' if one.text in answer.right else '     '} {one.line}")


async def _cost(table: Table, texts: dict[int, str]) -> None:
    """Adds what a large dossier costs: as many texts, made of the words of these."""
    said = [word for text in texts.values() for word in text.split()]
    rng = random.Random(1)
    many = {number: " ".join(rng.choices(said, k=12)) for number in range(MANY)}
    here = _likeness(many)
    heading(f"a dossier of {MANY} texts")
    for key, what, most, each in (
        ("first", "a first search, for each text", FIRST_MS, MANY),
        ("next", "a next search", NEXT_MS, 1),
    ):
        began, worst = time.process_time(), 0.0
        waiting = asyncio.create_task(_answer(here, many, Query("donker")))
        while not waiting.done():
            turn = time.perf_counter()
            await asyncio.sleep(0)
            worst = max(worst, time.perf_counter() - turn)
            await asyncio.sleep(0.01)
        table.add(key, what, (time.process_time() - began) / each * 1000, "ms", most=most)
        table.add(f"{key}-held-up", "the loop held up meanwhile, at most", worst * 1000, "ms")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="also print what is shown for each query")
    parser.add_argument("--json", action="store_true", help="print everything once more, as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
