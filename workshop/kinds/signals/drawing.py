"""Draws the two columns of the big screen before anybody sorted: what there is to count, and to notice."""

from __future__ import annotations

import msgspec

from workshop.charts import MORE, ROOM, Row, fitting, lines
from workshop.kinds.signals import Tally

LETTERS, MOST_LINES, MOST_PROPOSALS = 41, 3, 6
SORTS = (("indicator", "Indicatoren", "wat mensen tellen"), ("signaal", "Signalen", "wat mensen merken"))


class Column(msgspec.Struct, frozen=True):
    what: str
    label: str
    hint: str
    proposals: int
    rows: tuple[Row, ...]
    """The proposals that fit."""


def columns(tally: Tally) -> tuple[Column, ...]:
    return tuple(_column(tally, *sort) for sort in SORTS)


def _column(tally: Tally, what: str, label: str, hint: str) -> Column:
    found = [proposal for proposal in tally.proposals if proposal.what == what]
    rows = [Row(proposal, lines(proposal.text, LETTERS, MOST_LINES)) for proposal in found]
    heights = [1.4 + 1.35 * row.lines + (1.4 if row.item.source else 0) for row in rows]
    return Column(
        what, label, hint, len(found), tuple(rows[: fitting(heights, ROOM - 0.25, MORE, MOST_PROPOSALS)])
    )
