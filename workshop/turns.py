"""Who goes first in this process: browsers that showed who they are, and then strangers, one after another.

The event loop answers requests in rounds. Somebody who asks for pages on twenty connections would have twenty
places in each round, and a phone one: so in each round only one request of a stranger begins.
"""

from __future__ import annotations

import asyncio

from workshop import codes

MOST = 50_000
"""Browsers that are remembered; the one added longest ago is then a stranger again until its next answer."""


class Turns:
    def __init__(self) -> None:
        self._known: dict[str, None] = {}
        self._line = asyncio.Lock()

    def know(self, token: str) -> None:
        """Remembers that this token was valid just now."""
        self._known[codes.token_hash(token)] = None
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    async def take(self, *tokens: str) -> None:
        """Returns at once for a token that is known, and else when it is a stranger's turn."""
        if any(codes.token_hash(token) in self._known for token in tokens if token):
            return
        async with self._line:
            await asyncio.sleep(0)
