"""Draws how the proposal was received: a bar for each answer, and the reasons that fit."""

from __future__ import annotations

import msgspec

from workshop.charts import rounded
from workshop.kinds.consent import SIGNS, TONES, WORDS, Reason, Tally

WIDTH = 480
MOST_REASONS = 4


class Bar(msgspec.Struct, frozen=True):
    choice: str
    words: str
    sign: str
    tone: str
    count: int
    width: float
    """In pixels, of `WIDTH`; the bar of the most given answer is as wide as that."""


class Received(msgspec.Struct, frozen=True):
    bars: tuple[Bar, ...]
    reasons: tuple[Reason, ...]
    more: int
    """How many reasons do not fit."""


def received(tally: Tally) -> Received:
    most = max(tally.counts.values(), default=0)
    bars = (
        Bar(choice, WORDS[choice], SIGNS[choice], TONES[choice], count, rounded(WIDTH * count / most))
        for choice, count in tally.counts.items()
    )
    shown = tally.reasons[:MOST_REASONS]
    return Received(tuple(bars), shown, len(tally.reasons) - len(shown))
