"""What a phone in a youth session loads, byte for byte as it comes over the wire.

Everything is counted: headers, fonts, and the frames of the socket. That nothing comes from another host,
the `phone` fixture asserts in every browser test.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.people import a_session, activity, conduct, one_database
from workshop.groups import YOUNG

pytestmark = one_database

KB = 1000
FIRST_VISIT, REQUESTS = 60 * KB, 6
STEP_CHANGE, RETURNING_VISIT = 3 * KB, 6 * KB
LATEST = 2.2
STEPS = ("zorgen-kansen", "stippen", "gesprek-herkennen")
"""Cards, dots and lights: the last has the longest text of the worksheet."""


class Wire:
    """Counts what one page receives, from `reset` on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.reset()

    async def tap(self) -> Wire:
        wire = await self.page.context.new_cdp_session(self.page)
        await wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", self._came)
        wire.on("Network.webSocketFrameReceived", self._frame)
        return self

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

    def _sent(self, event) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests[event["requestId"]] = event["request"]["url"]
            # Of a redirect only the last answer says how large it was.
            if answer := event.get("redirectResponse"):
                self.parts.append((answer["url"], int(answer["encodedDataLength"])))

    def _came(self, event) -> None:
        if event["requestId"] in self.requests:
            self.parts.append((self.requests[event["requestId"]], int(event["encodedDataLength"])))

    def _frame(self, event) -> None:
        payload = event["response"]["payloadData"]
        binary = event["response"]["opcode"] == 2
        self.parts.append(("frame", len(b64decode(payload) if binary else payload.encode())))


@pytest_asyncio.fixture
async def room(services):
    """A youth session in its lobby, and its desk."""
    session = await a_session(services, "1-A", holds_back=True)
    return session, await conduct(services, session)


@pytest_asyncio.fixture
async def wire(phone):
    return await Wire(await phone()).tap()


async def join(wire: Wire, session) -> None:
    page = wire.page
    await page.goto(f"/j/{session.join_token}", wait_until="networkidle")
    assert len(wire.requests) <= REQUESTS, list(wire.requests.values())
    await page.locator("label", has_text=YOUNG.capitalize()).click()
    await page.get_by_role("button", name="Meedoen").click()
    await expect(page.get_by_role("heading", name="Kijk naar het grote scherm")).to_be_visible()
    await wire.quiet()


async def go_to(wire: Wire, desk, step) -> None:
    await desk.go_to(step.id)
    await expect(wire.page.locator("#stap")).to_have_attribute("data-step", str(step.id))


async def test_from_the_scan_to_the_lobby_a_phone_loads_little_in_few_requests(wire, room):
    await join(wire, room[0])
    assert any(".woff2" in address for address, _ in wire.parts)
    assert any(address == "frame" for address, _ in wire.parts)
    assert wire.bytes <= FIRST_VISIT, wire.parts


async def test_a_returning_phone_loads_almost_nothing(wire, room):
    session, desk = room
    await join(wire, session)
    for step in STEPS:
        await go_to(wire, desk, activity(session, step))
        await wire.quiet()
        wire.reset()
        await wire.page.reload()
        await wire.quiet()
        assert 0 < wire.bytes <= RETURNING_VISIT, wire.parts


async def test_a_step_change_is_one_small_frame(wire, room):
    session, desk = room
    await join(wire, session)
    for key in STEPS:
        step = activity(session, key)
        wire.reset()
        await go_to(wire, desk, step)
        await wire.quiet()
        assert 0 < wire.bytes <= STEP_CHANGE, (key, wire.parts)
