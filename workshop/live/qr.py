"""Draws QR codes as SVG: one path on a white tile, without styles of its own, so that the strict policy of
the pages holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

QUIET = 4
"""Width of the white border, in modules: scanners need it."""


def svg(url: str, label: str, classes: str = "kl-qr") -> Markup:
    """Draws the code of a URL. White and ink are fixed: scanners do not read a dark theme."""
    size, path = _drawing(url)
    box = f"{-QUIET} {-QUIET} {size + 2 * QUIET} {size + 2 * QUIET}"
    whole = size + 2 * QUIET
    return Markup(
        '<svg class="{}" viewBox="{}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#fff"/><path d="{}" fill="#17272b"/></svg>'
    ).format(classes, box, label, -QUIET, -QUIET, whole, whole, path)


def alone(url: str) -> str:
    """Draws the code of a URL as a whole file, for paper."""
    return str(svg(url, "")).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@lru_cache(maxsize=256)
def _drawing(url: str) -> tuple[int, str]:
    """Returns the size in modules, and the path. It has the lowest error correction: a screen has no stains,
    and larger modules can be scanned from the back of the room."""
    code = QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(url)
    code.make(fit=True)
    matrix = code.get_matrix()
    return len(matrix), "".join(
        f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(matrix) for x, width in _runs(row)
    )


def _runs(row: list[bool]) -> Iterable[tuple[int, int]]:
    """Yields the start and length of every run of dark modules."""
    start = 0
    for dark, group in groupby(row):
        width = len(list(group))
        if dark:
            yield start, width
        start += width
