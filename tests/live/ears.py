"""What a browser is sent, kept where a test can look at it."""

import asyncio

from workshop.live.fanout import Browser
from workshop.live.frames import Frames

SECONDS = 20
"""How long a test waits for what must come; never how fast it must be."""


class Ear:
    """The outlet of a browser that takes everything."""

    def __init__(self) -> None:
        self.unheard: asyncio.Queue[str | None] = asyncio.Queue()

    def put(self, frames: Frames) -> None:
        self.unheard.put_nowait(frames.text)

    def close(self, code: int) -> None:
        self.unheard.put_nowait(None)

    async def next(self) -> str | None:
        """The next picture; None when the stream has ended."""
        async with asyncio.timeout(SECONDS):
            return await self.unheard.get()


def listening(browser: Browser) -> Ear:
    browser.outlet = ear = Ear()
    return ear
