"""Draws how the proposal was received: a bar for each answer."""

from __future__ import annotations

import msgspec

from workshop.charts import rounded
from workshop.kinds.consent import SIGNS, TONES, WORDS, Tally

WIDTH = 480


class Bar(msgspec.Struct, frozen=True):
    choice: str
    words: str
    sign: str
    tone: str
    count: int
    width: float
    """In pixels, of `WIDTH`; the bar of the most given answer is as wide as that."""


def bars(tally: Tally) -> tuple[Bar, ...]:
    most = max(tally.counts.values(), default=0)
    return tuple(
        Bar(choice, WORDS[choice], SIGNS[choice], TONES[choice], count, rounded(WIDTH * count / most))
        for choice, count in tally.counts.items()
    )
