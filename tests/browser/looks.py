"""What somebody with other eyes, hands or settings would run into on a page: looks.js, and axe-core.

Each look returns what is wrong as lines that say where, so that an empty list is a page in order.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from playwright.async_api import Page

from tests.browser.actors import barriers

NARROW = {"width": 320, "height": 256}
"""A window of 1280 x 1024 at 400 %."""
IN_NARROW = {"sideways", "covered"}
AXE = "barriers"
KEYBOARD = "unfocused"

DESK_LOOKS = (AXE, KEYBOARD, "clipped", "small", "restless", "mute", "covered", "sideways")
PHONE_LOOKS = (AXE, KEYBOARD, "clipped", "small_for_a_finger", "restless", "mute", "covered", "sideways")
# The big screen shows and is not worked with; it scales with the wall and not with the reader.
SCREEN_LOOKS = (AXE, "restless", "mute")

LOOKS = (Path(__file__).parent / "looks.js").read_text()


async def glance(page: Page, *names: str) -> dict[str, list[str]]:
    """What each of these looks of looks.js finds, in the window as it is: one round trip for all."""
    each = "Object.fromEntries(names.map((name) => [name, looks[name]()]))"
    return await page.evaluate(f"(names) => {{ {LOOKS} return {each}; }}", names)


async def look(page: Page, names: Collection[str]) -> dict[str, list[str]]:
    """What each look finds. Those for a narrow window come last, in one."""
    found = {}
    if AXE in names:
        found[AXE] = await barriers(page)
    if KEYBOARD in names:
        await page.keyboard.press("Tab")  # from here on the browser takes it for a keyboard
    found |= await glance(page, *(name for name in names if name not in {AXE, *IN_NARROW}))
    if narrow := sorted(IN_NARROW.intersection(names)):
        before = page.viewport_size
        await page.set_viewport_size(NARROW)
        found |= await glance(page, *narrow)
        await page.set_viewport_size(before)
    return found
