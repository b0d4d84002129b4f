"""What a browser receives, byte for byte as it comes over the wire: headers, fonts and frames."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from typing import Any

from playwright.async_api import Page

LATEST = 2.2
"""Seconds: longer than a phone waits before it asks for its own part."""


class Wire:
    """Counts what one page receives, from `reset` on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.reset()

    async def tap(self) -> Wire:
        self.session = wire = await self.page.context.new_cdp_session(self.page)
        await wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", self._came)
        wire.on("Network.webSocketFrameReceived", self._frame)
        return self

    async def slow_down(self, kilobits: float, milliseconds: float) -> None:
        """So many kilobits a second both ways, and so long before an answer begins."""
        throughput = kilobits * 1000 / 8
        conditions = {"offline": False, "latency": milliseconds}
        conditions |= {"downloadThroughput": throughput, "uploadThroughput": throughput}
        await self.session.send("Network.emulateNetworkConditions", conditions)

    def reset(self) -> None:
        self.requests: dict[str, str] = {}
        self.parts: list[tuple[str, int]] = []

    @property
    def bytes(self) -> int:
        return sum(size for _, size in self.parts)

    async def quiet(self) -> None:
        """Waits until nothing more comes: longer than a phone waits before it asks for its own part."""
        await self.page.wait_for_load_state("networkidle")
        await asyncio.sleep(LATEST)

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests[event["requestId"]] = event["request"]["url"]
            # Of a redirect only the last answer says how large it was.
            if answer := event.get("redirectResponse"):
                self.parts.append((answer["url"], int(answer["encodedDataLength"])))

    def _came(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.requests:
            self.parts.append((self.requests[event["requestId"]], int(event["encodedDataLength"])))

    def _frame(self, event: dict[str, Any]) -> None:
        payload = event["response"]["payloadData"]
        binary = event["response"]["opcode"] == 2
        self.parts.append(("frame", len(b64decode(payload) if binary else payload.encode())))
