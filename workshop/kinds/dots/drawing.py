"""Draws the ranking on the big screen, with a row of dots for each place."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.charts import Dot, rounded
from workshop.kinds.dots import Rank

STICKERS_WIDTH, STICKER, MOST_STICKERS = 560, 40, 30


class Stickers(msgspec.Struct, frozen=True):
    """A row of dots, or one bar where there are too many."""

    dots: tuple[Dot, ...]
    bar: float


class RankRow(msgspec.Struct, frozen=True):
    rank: Rank
    stickers: Stickers


class Ranks(msgspec.Struct, frozen=True):
    rows: tuple[RankRow, ...]
    chosen: int
    """The line stands below this number of rows; 0 for no line."""


def ranks(given: Sequence[Rank]) -> Ranks:
    most = max((rank.dots for rank in given), default=0)
    return Ranks(
        rows=tuple(RankRow(rank, stickers(rank.dots, most)) for rank in given),
        chosen=sum(rank.chosen for rank in given),
    )


def stickers(dots: int, most: int) -> Stickers:
    """Draws one row. `most` is the highest number of all rows, so that they can be compared."""
    if most > MOST_STICKERS:
        return Stickers((), rounded(STICKERS_WIDTH * dots / most))
    pitch = min(STICKER, STICKERS_WIDTH / max(1, most))
    row = (Dot(rounded(pitch * (n + 0.5)), STICKER / 2, rounded(pitch / 2 - 2.5)) for n in range(dots))
    return Stickers(tuple(row), 0)
