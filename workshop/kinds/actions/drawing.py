"""New actions on the big screen, beside those of earlier sessions."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.charts import Rows, fitting_rows, lines
from workshop.kinds import OpenAction
from workshop.kinds.actions import Proposal


def proposed(proposals: Sequence[Proposal], beside: bool) -> Rows:
    """Returns the new actions that fit; `beside` others they have three fifths of the width."""
    letters = 42 if beside else 74
    heights = [
        2 + 1.65 * lines(p.text, letters, 3) + (2.1 if p.owner or p.due or p.helpers else 0)
        for p in proposals
    ]
    return fitting_rows(proposals, [p.text for p in proposals], letters, 3, heights, 20.9)


def earlier(given: Sequence[OpenAction]) -> Rows:
    """Returns the actions of earlier sessions that fit, with their status on a line of its own."""
    heights = [2.46 + 1.46 * lines(action.text, 30, 3) for action in given]
    return fitting_rows(given, [action.text for action in given], 30, 3, heights, 19.0)
