"""What a browser loads and how long it waits: a phone on a slow network, the desk, and the big screen.

`.venv/bin/python -m bench.phone`; README.md says more. Needs Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from bench import hall, house
from bench.hall import Hall, Wanted
from bench.house import Served
from bench.load import Load, post
from bench.measure import SERVER_CORE, Table, heading, median
from bench.wire import Wire
from tests.browsers import DESK, PHONE, SCREEN, launched

KILOBITS, ROUND_TRIP = 400, 400
ROUNDS, MORPHS, CARDS = 3, 9, 200
ANSWERS = """() => document.readyState !== "loading" && window.htmx
  && document.querySelector("main form button:not([disabled])") ? performance.now() : 0"""
TIMED = """() => {
  const heard = (globalThis.heard = []);
  const Plain = globalThis.WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", () => heard.push({ at: performance.now(), done: 0 }));
    }
  };
  const isOfClock = ({ target }) => target.closest?.("[data-until]");
  const note = (changes) => {
    if (heard.length && !changes.every(isOfClock)) heard.at(-1).done = performance.now();
  };
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(note).observe(document, everything);
}"""
"""Between the frame that came and the last change that it made to the page. The clock of a step ticks beside
that, every second."""


def main() -> int:
    asked = arguments()
    table = Table()
    asyncio.run(_measure(table))
    return table.end(asked.json)


async def _measure(table: Table) -> None:
    with house.folder() as folder:
        database = house.sqlite(folder / "phone.sqlite")
        house.migrate(database)
        room, board = hall.fill(database, [Wanted("cards", 0, 12), Wanted("cards", 60, CARDS)])
        with house.served(database, core=SERVER_CORE) as server, Load(folder, server.port) as load:
            async with async_playwright() as playwright:
                browser = await launched(playwright)
                heading(f"A phone on {KILOBITS} kbit/s with a round trip of {ROUND_TRIP} ms")
                await _phone(table, browser, server, load, room)
                heading("Desk and big screen")
                await _large(table, browser, server, load, board)
                await browser.close()


async def _phone(table: Table, browser: Browser, server: Served, load: Load, room: Hall) -> None:
    waits = []
    for _ in range(ROUNDS):
        async with _visiting(browser, server, PHONE) as context:
            wire = await Wire(await context.new_page()).tap()
            await wire.slow_down(KILOBITS, ROUND_TRIP)
            await wire.page.goto(f"/j/{room.join_token}", wait_until="commit")
            answers = await wire.page.wait_for_function(ANSWERS)
            waits.append(await answers.json_value())
            await wire.page.wait_for_load_state("networkidle")
            requests = len(wire.requests)
            await wire.page.locator("main form button.kl-button--block").click()
            await expect(wire.page.locator("#stap")).to_have_attribute("data-step", str(room.step))
            await wire.quiet()
            first = wire.bytes
            wire.reset()
            _go_to(load, server, room, room.before)
            await expect(wire.page.locator("#stap")).to_have_attribute("data-step", str(room.before))
            await wire.quiet()
            change = wire.bytes
            wire.reset()
            await wire.page.reload()
            await wire.quiet()
            returning = wire.bytes
            _go_to(load, server, room, room.step)
    table.add("phone-usable", "a first visit until the button answers", median(waits) / 1000, "s", most=2.5)
    table.add("phone-first-visit", "everything until the step is there", first / 1000, "kB", most=60)
    table.add("phone-requests", "requests for the first page", requests, "requests", most=6)
    table.add("phone-step-change", "a change of step", change / 1000, "kB", most=3)
    table.add("phone-returning", "a visit that comes back", returning / 1000, "kB", most=6)


async def _large(table: Table, browser: Browser, server: Served, load: Load, board: Hall) -> None:
    places = (
        ("desk", f"/sessies/{board.session}/regie", DESK, "the desk"),
        ("screen", f"/scherm/{board.screen_token}", SCREEN, "the big screen"),
    )
    for key, path, size, words in places:
        async with _visiting(browser, server, size) as context:
            name, _, token = board.desk.partition("=")
            await context.add_cookies([{"name": name, "value": token, "url": server.origin}])
            wire = await Wire(await context.new_page()).tap()
            await wire.page.add_init_script(f"({TIMED})()")
            await wire.page.goto(path)
            await wire.quiet()
            words = f"{words}, {CARDS} cards in the step"
            table.add(f"{key}-bytes", f"first visit of {words}", wire.bytes / 1000, "kB", most=150)
            turns = [await _morph(wire, server, load, board) for _ in range(MORPHS)]
            table.add(f"{key}-morph", f"one card more on {words}", median(turns), "ms", most=50)


async def _morph(wire: Wire, server: Served, load: Load, board: Hall) -> float:
    """Milliseconds from the frame until the page stands, after one more card."""
    await wire.page.evaluate("heard.length = 0")
    load.post(board.posts(server.origin, 1), at_once=1, seconds=5)
    await wire.page.wait_for_function("() => heard.length && heard[0].done")
    await asyncio.sleep(0.5)
    return await wire.page.evaluate("Math.max(...heard.map(({ at, done }) => done - at))")


def _go_to(load: Load, server: Served, room: Hall, step: object) -> None:
    moved = load.post([post(f"/sessies/{room.session}/stap", server.origin, room.desk, {"naar": str(step)})])
    if not moved.answered:
        raise RuntimeError(f"the desk could not change the step: {dict(moved.statuses)}")


@contextlib.asynccontextmanager
async def _visiting(
    browser: Browser, server: Served, size: dict[str, object]
) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        base_url=server.origin, locale="nl-NL", reduced_motion="reduce", **size
    )
    yield context
    await context.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
