"""Browser profiles in a house that stays open for a whole module, to look around in (`open_house`)."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from playwright.async_api import Browser, BrowserContext

from tests.browsers import QUIET, Watch
from workshop.services import Services
from workshop.settings import Settings


@contextlib.asynccontextmanager
async def visiting(browser: Browser, services: Services, **options) -> AsyncGenerator[BrowserContext, None]:
    """A browser profile that asks for no motion; what no page may ever do fails the test that uses it."""
    origin, watch = services.settings.origin, Watch(services.settings)
    context = await browser.new_context(**{"base_url": origin, **QUIET, **options})
    watch.over(context)
    try:
        yield context
    finally:
        await context.close()
    watch.assert_nothing_strange()


async def give_cookies(context: BrowserContext, settings: Settings, cookies: dict[str, str]) -> None:
    await context.add_cookies(
        [{"name": name, "value": value, "url": settings.origin} for name, value in cookies.items()]
    )
