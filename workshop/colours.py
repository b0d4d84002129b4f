"""Colours of an organisation: read, compared and darkened until they can be read. Pure.

Contrast is that of WCAG 2.2 (relative luminance, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

from __future__ import annotations

import re

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
WHITE, PAPER = "#ffffff", "#faf7f1"
"""What texts of a document stand on, besides a tint of their own colour."""
TINT = 0.09
"""Share of a colour in its tint."""
WRONG = "Typ de kleur als # met zes cijfers of letters van a tot en met f, zoals #1d6f8c."
_HEX = re.compile(r"#[0-9a-f]{6}")


def read(typed: str) -> str:
    """Returns `#rrggbb` in small letters. Raises `ValueError` with a sentence."""
    colour = typed.strip().lower()
    if not _HEX.fullmatch(colour):
        raise ValueError(WRONG)
    return colour


def legible(colour: str) -> str:
    """Returns `#rrggbb` itself, or as little darker as makes it legible on white, on paper and on its own
    tint."""
    return next(darker for darker in _darker(colour) if _is_legible(darker))


def tint(colour: str) -> str:
    return _mixed(colour, WHITE, TINT)


def contrast(one: str, other: str) -> float:
    """Returns the ratio of two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _darker(colour: str) -> list[str]:
    """Lists the colour, ever darker, down to black."""
    return [_mixed(colour, "#000000", share / 100) for share in range(100, -1, -1)]


def _is_legible(colour: str) -> bool:
    return all(contrast(colour, ground) >= LEAST_CONTRAST for ground in (WHITE, PAPER, tint(colour)))


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
