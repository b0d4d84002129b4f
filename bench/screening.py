"""How much of what should be found in a card does the screening find, how many harmless cards does it hold,
and what does that cost? First the rules, on Dutch cards; then all of it, on hands in six languages.
`.venv/bin/python -m bench.screening`, with `--missed` also which cards; README.md says more.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from bench import hands
from workshop import text
from workshop.safety.screening import Category, screen

CARDS = Path(__file__).parent.parent / "tests" / "safety" / "cards.toml"
RECALL, HELD = 0.95, 0.08
PROMISED: tuple[Category, ...] = ("naam", "telefoon", "e-mail", "bsn")
LENGTH = 140
CLEANINGS = 20
"""Every card is cleaned before anything else: to screen it may cost so many times that."""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    about: str
    categories: frozenset[Category]
    held_out: int = 0
    """0: the rules may be changed for it. Else the round in which it was written and held out."""


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cards: tuple[Card, ...]


class Figures(msgspec.Struct):
    """What was found in some cards, counted."""

    right: Counter[str] = msgspec.field(default_factory=Counter)
    missed: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: Counter[str] = msgspec.field(default_factory=Counter)
    harmless: int = 0
    held: int = 0

    def recall(self, category: str) -> float:
        return self.right[category] / max(1, self.right[category] + self.missed[category])

    def precision(self, category: str) -> float:
        return self.right[category] / max(1, self.right[category] + self.wrong[category])

    @property
    def share_held(self) -> float:
        return self.held / max(1, self.harmless)

    def failures(self) -> list[str]:
        """What was promised and does not hold."""
        low = [
            f"recall of {category} is {self.recall(category):.3f}"
            for category in PROMISED
            if self.recall(category) < RECALL
        ]
        return low + ([f"{self.share_held:.1%} of harmless cards is held"] if self.share_held > HELD else [])


def load(file: Path = CARDS) -> tuple[Card, ...]:
    return msgspec.toml.decode(file.read_bytes(), type=Cards).cards


def measure(cards: Iterable[Card]) -> Figures:
    figures = Figures()
    for card in cards:
        found = {finding.category for finding in screen(card.text)}
        figures.right.update(found & card.categories)
        figures.missed.update(card.categories - found)
        figures.wrong.update(found - card.categories)
        figures.harmless += not card.categories
        figures.held += bool(found) and not card.categories
    return figures


def main() -> int:
    options = arguments()
    cards = load()
    missed = _report("all", cards).failures()
    _report("known: the rules were made with these", [card for card in cards if not card.held_out])
    for number in sorted({card.held_out for card in cards} - {0}):
        _report(f"held out, round {number}", [card for card in cards if card.held_out == number])
    ratio = _cost(cards)
    missed += hands.measure(options.missed)
    missed += [f"screening costs {ratio:.0f} times the cleaning"] if ratio > CLEANINGS else []
    for failure in missed:
        print("MISSED:", failure)
    return 1 if missed else 0


def _report(name: str, cards: Sequence[Card]) -> Figures:
    figures = measure(cards)
    print(f"\n{name} ({len(cards)} cards)")
    print(f"{'category':14}{'cards':>7}{'recall':>9}{'precision':>11}")
    for category in get_args(Category):
        number = figures.right[category] + figures.missed[category]
        if number or figures.wrong[category]:
            print(
                f"{category:14}{number:7}{figures.recall(category):9.3f}{figures.precision(category):11.3f}"
            )
    print(f"held of {figures.harmless} harmless cards: {figures.held} ({figures.share_held:.1%})")
    return figures


def _cost(cards: Sequence[Card]) -> float:
    """How many times the cleaning of a card of 140 characters its screening takes."""
    joined = " ".join(card.text for card in cards if not card.categories)
    full = [joined[at : at + LENGTH] for at in range(0, len(joined) - LENGTH, LENGTH)]
    turns = [
        (_seconds(screen, full), _seconds(lambda card: text.clean(card, LENGTH), full)) for _ in range(21)
    ]
    ratio = statistics.median(screened / cleaned for screened, cleaned in turns)
    each = statistics.median(screened for screened, _ in turns) / len(full) * 1000
    print(f"\na card of {LENGTH} characters: {each:.3f} ms, {ratio:.1f} times its cleaning")
    return ratio


def _seconds(what, cards: Sequence[str]) -> float:
    """Of the processor, not of the clock: other work on the machine does not count."""
    began = time.process_time()
    for card in cards:
        what(card)
    return time.process_time() - began


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--missed", action="store_true", help="also print which cards of the hands went wrong"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
