"""What a phone in a youth session loads, byte for byte as it comes over the wire.

Everything is counted: headers, fonts, and the frames of the socket. That nothing comes from another host,
the `phone` fixture asserts in every browser test.
"""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import expect

from bench.wire import Wire
from tests.people import a_session, activity, conduct
from workshop.session_groups import YOUNG

KB = 1000
FIRST_VISIT, REQUESTS = 60 * KB, 6
STEP_CHANGE, RETURNING_VISIT = 3 * KB, 6 * KB
STEPS = ("zorgen-kansen", "stippen", "gesprek-herkennen")
"""Cards, dots and lights: the last has the longest text of the worksheet."""


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
    await page.get_by_text(YOUNG.capitalize(), exact=True).click()
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
