"""What at the desk lies together because it says the same, and what is named as looking like a card: how much
of it is right? On thoughts in several wordings and languages (alike.toml), with for each of them cards in
other words that say something else. `.venv/bin/python -m bench.alike`; README.md says more.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from bench import measure
from bench.measure import Table, heading
from workshop import meaning
from workshop.live import alike
from workshop.live.suggesting import FLOOR, NAMED, Lying, nearest

THOUGHTS = Path(__file__).parent / "alike.toml"
CARDS = 100


class Thought(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nl: tuple[str, ...]
    other: tuple[str, ...]
    close: tuple[str, ...]


class Thoughts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    thought: tuple[Thought, ...]


class Said(msgspec.Struct, frozen=True):
    text: str
    thought: int
    dutch: bool
    is_close: bool
    """Whether it says something else than the thought that it is beside."""

    def says(self, other: Said) -> bool:
        """Whether both say the same."""
        return self.thought == other.thought and not (self.is_close or other.is_close)


def main() -> int:
    asked = measure.parser(__doc__).parse_args()
    table = Table()
    said = list(_said())
    vectors = np.stack(meaning.vectors_of([one.text for one in said])).astype(np.float32)
    _together(table, said, vectors)
    _named(table, said, vectors)
    return table.end(asked.json)


def _said():
    thoughts = msgspec.toml.decode(THOUGHTS.read_bytes(), type=Thoughts).thought
    for number, thought in enumerate(thoughts):
        for texts, dutch, is_close in (
            (thought.nl, True, False),
            (thought.other, False, False),
            (thought.close, True, True),
        ):
            for text in texts:
                yield Said(text, number, dutch, is_close)


def _together(table: Table, said: list[Said], vectors: np.ndarray) -> None:
    heading("What lies together")
    pairs = [(one, other) for one, other in itertools.combinations(range(len(said)), 2)]
    same = [(a, b) for a, b in pairs if said[a].says(said[b])]
    dutch = [(a, b) for a, b in same if said[a].dutch and said[b].dutch]
    others = [(a, b) for a, b in pairs if not said[a].says(said[b])]
    equal = [(a, b) for a, b in pairs if alike.gist(said[a].text) == alike.gist(said[b].text)]
    found = len(set(equal) & set(dutch)) / len(dutch)
    table.add("words-found", "of the same thought in Dutch, by words", 100 * found, "%")
    table.add(
        "words-wrong", "pairs that say something else, by words", len(set(equal) & set(others)), "", most=0
    )
    close = np.array([vectors[a] @ vectors[b] for a, b in others])
    whole = np.array([vectors[a] @ vectors[b] for a, b in same])
    safe = float(close.max())
    table.add("safe", "cosine above which nothing says something else", safe, "")
    table.add("vectors-found", "of the same thought above it", 100 * float((whole > safe).mean()), "%")
    table.add("vectors-wrong", "pairs above 0.85 that say something else", int((close > 0.85).sum()), "")
    table.add("vectors-085", "of the same thought above 0.85", 100 * float((whole > 0.85).mean()), "%")


def _named(table: Table, said: list[Said], vectors: np.ndarray) -> None:
    heading(f"Lijkt op: at most {NAMED}, from a cosine of {FLOOR}")
    cards = [Lying(str(number), one.text, "", None) for number, one in enumerate(said)]
    kept = {meaning.key_of(one.text): row for one, row in zip(said, vectors, strict=True)}
    named = right = abroad = asked = some = 0
    for card, one in zip(cards, said, strict=True):
        if one.is_close:
            continue
        found = [said[int(like.card)] for like in nearest(cards, [card], kept, {})]
        asked += 1
        some += any(other.says(one) for other in found)
        abroad += any(other.says(one) and other.dutch != one.dutch for other in found)
        named += len(found)
        right += sum(other.thought == one.thought for other in found)
    table.add("named", "cards with one of the same thought beside them", 100 * some / asked, "%", least=95)
    table.add("abroad", "cards with one of another language beside them", 100 * abroad / asked, "%", least=85)
    table.add("about", "of what is named, about the same thing", 100 * right / named, "%", least=80)
    texts = [one.text for one in said][:CARDS]
    began = time.process_time()
    meaning.vectors_of(texts)
    table.add("vectors", f"processor time of {CARDS} cards, once", 1000 * (time.process_time() - began), "ms")
    began = time.process_time()
    nearest(cards[:CARDS], cards[:1], kept, {})
    table.add("nearest", f"what looks like one of {CARDS}", 1000 * (time.process_time() - began), "ms")


if __name__ == "__main__":
    sys.exit(main())
