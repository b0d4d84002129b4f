"""How much one visitor may do in a few seconds, counted in this process. Nothing waits here, so a thousand
requests at once are counted one by one."""

from __future__ import annotations

import time
from collections import Counter

SECONDS = 10.0
HELD = 1.0
"""Seconds until a visitor who is too fast gets an answer: one who asks again at once would keep us busy."""


class Pace:
    """Counts tries for each name apart, in windows of `SECONDS`. A window begins for everybody at the same
    moment, so that all names are forgotten together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: Counter[str] = Counter()
        self._until = 0.0

    def holds(self, who: str) -> bool:
        """Counts a try; returns True when that makes more than `most`."""
        if (now := time.monotonic()) >= self._until:
            self._counts.clear()
            self._until = now + SECONDS
        self._counts[who] += 1
        return self._counts[who] > self.most
