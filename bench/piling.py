"""How long the browser of a facilitator works on one card that goes to a pile, with the preview of the big
screen beside it and without. `.venv/bin/python -m bench.piling`; README.md says more. Needs Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from playwright.async_api import Browser, CDPSession, Page, Route, async_playwright, expect

from bench import hall, house
from bench.hall import Hall, Wanted
from bench.house import Served
from bench.measure import SERVER_CORE, Table, heading, median
from tests.browsers import DESK, QUIET, launched

CARDS, MOVES, IN_A_ROW = 100, 12, 6
LOOSE = "[data-column] li:not(.is-leaving)"


def main() -> int:
    asked = arguments()
    table = Table()
    asyncio.run(_measure(table))
    return table.end(asked.json)


async def _measure(table: Table) -> None:
    with house.folder() as folder:
        database = house.sqlite(folder / "piling.sqlite")
        house.migrate(database)
        beside, alone = hall.fill(database, [Wanted("cards", 40, CARDS), Wanted("cards", 40, CARDS)])
        with house.served(database, core=SERVER_CORE) as server:
            async with async_playwright() as playwright:
                browser = await launched(playwright)
                heading(f"A card goes to a pile, of {CARDS} cards at the desk")
                one, many = await _moves(browser, server, alone, with_preview=False)
                table.add("move-alone", "one move, without the preview", one, "ms")
                table.add("row-alone", f"each of {IN_A_ROW} quick ones, without", many, "ms")
                beside_one, beside_many = await _moves(browser, server, beside, with_preview=True)
                table.add("move-beside", "one move, with the preview", beside_one, "ms")
                table.add("row-beside", f"each of {IN_A_ROW} quick ones, with", beside_many, "ms")
                share = beside_many / many
                table.add("preview", "quick moves with the preview, of those without", share, "x", most=2)
                await browser.close()


async def _moves(browser: Browser, server: Served, board: Hall, with_preview: bool) -> tuple[float, float]:
    """Milliseconds of the processor that the thread of the page takes for one card: when the desk rests after
    it, and when the next one follows as soon as it is there."""
    context = await browser.new_context(base_url=server.origin, **QUIET, **DESK)
    name, _, token = board.desk.partition("=")
    await context.add_cookies([{"name": name, "value": token, "url": server.origin}])
    page = await context.new_page()
    if not with_preview:
        await page.route("**/scherm/*voorbeeld", _nothing)
    await page.goto(f"/sessies/{board.session}/regie")
    await page.get_by_role("tab", name="Op het scherm").click()
    await page.keyboard.press("k")
    await page.keyboard.press("g")
    await page.keyboard.type("eerste")
    await page.keyboard.press("Enter")
    await expect(page.locator("#deel-scherm section[data-pile] li")).to_have_count(1)
    cdp = await context.new_cdp_session(page)
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    await asyncio.sleep(3)
    rested = [await _work(page, cdp, 1, rest=2) for _ in range(MOVES)]
    rows = [await _work(page, cdp, IN_A_ROW, rest=0) for _ in range(3)]
    await context.close()
    return median(rested), median(rows)


async def _work(page: Page, cdp: CDPSession, moves: int, rest: float) -> float:
    before = await _busy(cdp)
    for _ in range(moves):
        left = await page.locator(LOOSE).count()
        await page.keyboard.press("1")
        await expect(page.locator(LOOSE)).to_have_count(left - 1, timeout=60_000)
        await _drawn(page, left - 1)
    await asyncio.sleep(rest)
    return 1000 * (await _busy(cdp) - before) / moves


async def _drawn(page: Page, left: int) -> None:
    """Waits until the server says so too."""
    await expect(page.locator("a[data-key=k]")).to_have_text(f"{left} los", timeout=60_000)


async def _busy(cdp: CDPSession) -> float:
    """Seconds of the processor that the thread of the page took, with the frames in it."""
    metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


async def _nothing(route: Route) -> None:
    await route.fulfill(body="")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
