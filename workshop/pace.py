"""How much one visitor may do in a few seconds, counted in this process. Nothing is waited for: a thousand at
once are counted one by one.
"""

from __future__ import annotations

import time
from collections import Counter

SECONDS = 10.0
HELD = 1.0
"""Seconds until one that is too fast hears so: who asks again at once would keep us busy with saying no."""


class Pace:
    """So many times in each `SECONDS`, for each name apart. They begin for everybody at the same moment, so
    that names are forgotten together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: Counter[str] = Counter()
        self._until = 0.0

    def holds(self, who: str) -> bool:
        """Counts a time; returns True when that is more than `most`."""
        if (now := time.monotonic()) >= self._until:
            self._counts.clear()
            self._until = now + SECONDS
        self._counts[who] += 1
        return self._counts[who] > self.most
