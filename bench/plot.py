"""One drawing of what was measured, as SVG, without a library."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

WIDTH, BAR, GAP, LEFT, RIGHT = 720, 26, 12, 150, 90
OURS, OTHERS, INK = "#0b6e63", "#9aa5a3", "#1d2726"


def bars(title: str, figures: Mapping[str, float]) -> str:
    """A bar for each, the lowest first; the first that was given is ours."""
    ours = next(iter(figures))
    most = max(figures.values())
    height = 50 + len(figures) * (BAR + GAP)
    rows = [
        _bar(50 + place * (BAR + GAP), name, figure, (WIDTH - LEFT - RIGHT) * figure / most, name == ours)
        for place, (name, figure) in enumerate(sorted(figures.items(), key=lambda item: item[1]))
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="15" fill="{INK}">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="16" y="28" font-weight="bold">{escape(title)}</text>{"".join(rows)}</svg>\n'
    )


def _bar(top: int, name: str, figure: float, width: float, ours: bool) -> str:
    middle = top + BAR * 0.7
    return (
        f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{LEFT}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{OURS if ours else OTHERS}"/>'
        f'<text x="{LEFT + width + 8:.1f}" y="{middle:.0f}">{figure:.1f}</text>'
    )
