"""Draws a chain of origins: a column per bouwsteen, the first on the left, with lines between the stops.

Stops are as high as static/css/dossier/chain.css makes them, and a column is as wide as the page allows.
Horizontal lengths are therefore in hundredths of a column, vertical ones in rem.
"""

from __future__ import annotations

import msgspec

from workshop.record.provenance import Chain, ChainStep, Key, Relation

STOP = 8.0
"""Height of a stop with its margins, in rem: `.kl-chain-stop`."""
COLUMN, EDGE = 100, 9
"""Width of a column, and of the margin beside its stops, in hundredths of a column."""


class Curve(msgspec.Struct, frozen=True):
    path: str
    relation: Relation


class MapColumn(msgspec.Struct, frozen=True):
    number: int
    steps: tuple[ChainStep, ...]


class Map(msgspec.Struct, frozen=True):
    columns: tuple[MapColumn, ...]
    curves: tuple[Curve, ...]
    width: int
    height: float


def draw(chain: Chain) -> Map:
    columns = tuple(MapColumn(number, tuple(steps)) for number, steps in chain.columns)
    height = STOP * max(len(column.steps) for column in columns)
    points = {
        step.key: (number, (height - STOP * len(column.steps)) / 2 + STOP * (row + 0.5))
        for number, column in enumerate(columns)
        for row, step in enumerate(column.steps)
    }
    curves = tuple(
        Curve(_path(points, step.key, link.to), link.relation) for step in chain.all for link in step.links
    )
    return Map(columns, curves, COLUMN * len(columns), height)


def _path(points: dict[Key, tuple[int, float]], newer: Key, older: Key) -> str:
    """Draws the line from the newer stop to the older one on its left, or along the side
    within one column."""
    (column, y), (other, end) = points[newer], points[older]
    x = COLUMN * column + EDGE
    if other >= column:
        return f"M{x} {y:g}C{x - EDGE} {y:g} {x - EDGE} {end:g} {COLUMN * other + EDGE} {end:g}"
    to = COLUMN * (other + 1) - EDGE
    middle = (x + to) / 2
    return f"M{x} {y:g}C{middle:g} {y:g} {middle:g} {end:g} {to} {end:g}"
