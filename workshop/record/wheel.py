"""Draws the kompas: bouwsteen 0 is the hub, 1 to 5 are sectors, 6 is the ring around them."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

import msgspec

HUB_RING, INNER, OUTER, LABEL, RING = 54, 66, 170, 146, 193
SECTOR, HALF, RING_START = 72, 33.8, -36
NEEDLE_FOOT, NEEDLE_TIP, NEEDLE_HALF = 50, 84, 12


class Sector(msgspec.Struct, frozen=True):
    """`filled` is empty when nothing is answered; (x, y) is the middle of its number."""

    number: int
    shape: str
    filled: str
    x: float
    y: float


class Wheel(msgspec.Struct, frozen=True):
    """Paths within a view box of 432 by 432 around (0, 0); an empty path is not drawn."""

    sectors: tuple[Sector, ...]
    ring: str
    ring_x: float
    ring_y: float
    hub: str
    needle: str


def draw(shares: Sequence[float], now: int) -> Wheel:
    """Draws the kompas. `shares` are seven numbers from 0 to 1, one per bouwsteen; the needle points at
    bouwsteen `now`."""
    ring_x, ring_y = _point(RING, RING_START)
    return Wheel(
        sectors=tuple(_sector(number, shares[number]) for number in range(1, 6)),
        ring=_arc(RING, RING_START, shares[6]),
        ring_x=ring_x,
        ring_y=ring_y,
        hub=_arc(HUB_RING, 0, shares[0]),
        needle=_needle(now),
    )


def _sector(number: int, share: float) -> Sector:
    middle = SECTOR * (number - 1)
    x, y = _point(LABEL, middle)
    filled = _slice(middle, INNER + (OUTER - INNER) * share) if share > 0 else ""
    return Sector(number, _slice(middle, OUTER), filled, x, y)


def _slice(middle: float, outer: float) -> str:
    start, end = middle - HALF, middle + HALF
    return (
        f"M{_at(INNER, start)}L{_at(outer, start)}A{outer:.1f} {outer:.1f} 0 0 1 {_at(outer, end)}"
        f"L{_at(INNER, end)}A{INNER} {INNER} 0 0 0 {_at(INNER, start)}z"
    )


def _arc(radius: float, start: float, share: float) -> str:
    """Draws a share of a circle, clockwise. A whole circle takes two arcs: one that ends where it
    starts is not drawn."""
    if share <= 0:
        return ""
    half, end = start + 180 * share, start + 360 * share
    arcs = "".join(f"A{radius} {radius} 0 0 1 {_at(radius, to)}" for to in (half, end))
    return f"M{_at(radius, start)}{arcs}"


def _needle(now: int) -> str:
    """Draws the needle: outward to a sector or the ring, inward to the hub."""
    if now == 0:
        return f"M0 {-NEEDLE_FOOT}L-10.4 {-NEEDLE_TIP}L10.4 {-NEEDLE_TIP}z"
    angle = RING_START if now == 6 else SECTOR * (now - 1)
    feet = _at(NEEDLE_FOOT, angle - NEEDLE_HALF), _at(NEEDLE_FOOT, angle + NEEDLE_HALF)
    return f"M{_at(NEEDLE_TIP, angle)}L{feet[0]}L{feet[1]}z"


def _at(radius: float, angle: float) -> str:
    x, y = _point(radius, angle)
    return f"{x} {y}"


def _point(radius: float, angle: float) -> tuple[float, float]:
    """Returns the coordinates of an angle, in degrees clockwise from the top."""
    turn = radians(angle)
    return round(radius * sin(turn), 1), round(-radius * cos(turn), 1)
