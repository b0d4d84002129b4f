"""Draws the web of relations on the big screen, and beside it in words."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from math import ceil, cos, hypot, pi, sin

import msgspec

from workshop.kinds import Option
from workshop.kinds.pairs import CLASH, MOST_NODES, NONE, RELATIONS, Pair, Relation, Tally

WEB_WIDTH, WEB_HEIGHT = 576, 592
RADIUS, EDGE = 25, 40
"""Radius of an element's dot, and the distance of the outermost dots to the side."""
MOST_LINES = 14
THINNEST, THICKEST = 4.0, 14.0
TOOTH = 18.0
"""Half a wave of the zigzag."""
LONGEST_NAME = 46


class Node(msgspec.Struct, frozen=True):
    """One element, at its place on the circle."""

    letter: str
    option: Option
    x: float
    y: float
    name_y: float
    """Height of its name, beside the circle."""
    left: bool


class Line(msgspec.Struct, frozen=True):
    """A relation that most phones see: a zigzag when it clashes, dots when it fits, a full line when it
    strengthens. The more phones, the thicker."""

    path: str
    relation: str
    width: float
    dashes: str


class Row(msgspec.Struct, frozen=True):
    """One relation in words."""

    letters: str
    """Of both elements, as `A en C`; empty where one has no place on the circle."""
    a: str
    b: str
    agreed: int
    answers: int


class Legend(msgspec.Struct, frozen=True):
    relation: Relation
    rows: tuple[Row, ...]


class Web(msgspec.Struct, frozen=True):
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    lines: tuple[Line, ...]
    legend: tuple[Legend, ...]
    more: int
    """Number of elements that have no place on the circle."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.left + self.right


def web(tally: Tally) -> Web:
    """Draws elements on a circle, with the relations that most phones agree about."""
    seen = [pair for pair in tally.pairs if pair.relation != NONE]
    elements = _on_circle(tally.elements, seen)
    nodes = _nodes(elements)
    at = {node.option.id: node for node in nodes}
    drawn = [pair for pair in seen if pair.a.id in at and pair.b.id in at]
    strongest = max((pair.agreed for pair in drawn), default=1)
    return Web(
        left=tuple(node for node in nodes if node.left),
        right=tuple(node for node in nodes if not node.left),
        lines=tuple(_line(pair, at, strongest) for pair in reversed(drawn[:MOST_LINES])),
        legend=tuple(found for relation in RELATIONS[:3] if (found := _legend(relation, seen, at)).rows),
        more=len(tally.elements) - len(elements),
    )


def sample(relation: str) -> Line:
    """Draws a short line of that relation, for a legend; 56 wide and 24 high."""
    path = _zigzag(4, 12, 52, 12, 8) if relation == CLASH else "M4 12L52 12"
    return Line(path, relation, 5, "0 10" if relation == "sluit-aan" else "")


def short(name: str) -> str:
    """Returns an element's text for a place with room for one line."""
    return textwrap.shorten(name, LONGEST_NAME, placeholder=" …")


def _on_circle(elements: Sequence[Option], pairs: Sequence[Pair]) -> list[Option]:
    """Returns the elements with most relations, in their own order."""
    weight: Counter[str] = Counter()
    for pair in pairs:
        weight[pair.a.id] += pair.agreed
        weight[pair.b.id] += pair.agreed
    chosen = sorted(elements, key=lambda option: -weight[option.id])[:MOST_NODES]
    return [option for option in elements if option in chosen]


def _nodes(elements: Sequence[Option]) -> list[Node]:
    """Places half of the elements down the left side, half down the right. The angles are even: no straight
    line between two of them runs through a third."""
    left = ceil(len(elements) / 2)
    nodes = []
    for place, option in enumerate(elements):
        is_left = place < left
        row, rows = (place, left) if is_left else (place - left, len(elements) - left)
        part = (row + 0.5) / rows
        across = sin(pi * part) * (WEB_WIDTH / 2 - EDGE)
        nodes.append(
            Node(
                letter="ABCDEFGHIJ"[place],
                option=option,
                x=round(WEB_WIDTH / 2 + (-across if is_left else across), 1),
                y=round(WEB_HEIGHT / 2 - cos(pi * part) * (WEB_HEIGHT / 2 - EDGE), 1),
                name_y=round(part * WEB_HEIGHT, 1),
                left=is_left,
            )
        )
    return nodes


def _line(pair: Pair, at: dict[str, Node], strongest: int) -> Line:
    width = round(THINNEST + (THICKEST - THINNEST) * pair.agreed / strongest, 1)
    ends = _between(at[pair.a.id], at[pair.b.id])
    if pair.relation == CLASH:
        return Line(_zigzag(*ends), CLASH, round(width * 0.6, 1), "")
    dashes = f"0 {2 * width:.0f}" if pair.relation == "sluit-aan" else ""
    x1, y1, x2, y2 = ends
    return Line(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", pair.relation, width, dashes)


def _between(a: Node, b: Node) -> tuple[float, float, float, float]:
    """Returns the ends of a line, x and y of each: from the edge of one dot to the edge of the other."""
    dx, dy = b.x - a.x, b.y - a.y
    part = (RADIUS + 10) / hypot(dx, dy)
    return a.x + dx * part, a.y + dy * part, b.x - dx * part, b.y - dy * part


def _zigzag(x1: float, y1: float, x2: float, y2: float, tooth: float = TOOTH) -> str:
    length = hypot(x2 - x1, y2 - y1)
    teeth = max(2, round(length / tooth))
    high = tooth / 2
    across, along = -(y2 - y1) / length * high, (x2 - x1) / length * high
    points = [(x1, y1)]
    for place in range(1, teeth):
        side = 1 if place % 2 else -1
        part = place / teeth
        points.append((x1 + (x2 - x1) * part + side * across, y1 + (y2 - y1) * part + side * along))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*points, (x2, y2)])


def _legend(relation: Relation, pairs: Sequence[Pair], at: dict[str, Node]) -> Legend:
    rows = tuple(
        Row(
            _letters(pair, at),
            pair.a.text,
            pair.b.text,
            pair.agreed,
            pair.answers,
        )
        for pair in pairs
        if pair.relation == relation.id
    )
    return Legend(relation, rows)


def _letters(pair: Pair, at: dict[str, Node]) -> str:
    nodes = [at[option.id] for option in (pair.a, pair.b) if option.id in at]
    return " en ".join(sorted(node.letter for node in nodes)) if len(nodes) == 2 else ""
