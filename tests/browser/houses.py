"""A house that stays open for a whole module, to look around in: no test may change anything in it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from tests.browsers import Watch
from tests.conftest import served
from workshop import server as serving
from workshop.app import make_app, make_services, running
from workshop.services import Services
from workshop.settings import Settings


@contextlib.asynccontextmanager
async def open_house(migrated_file: Path, folder: Path) -> AsyncGenerator[Services, None]:
    """The app behind a real port, with a database of its own."""
    file = folder / "workshop.sqlite"
    shutil.copy(migrated_file, file)
    listener = serving.bind("127.0.0.1", 0)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        host="127.0.0.1",
        base_url=origin,
        exit_url=f"{origin.replace('127.0.0.1', 'localhost')}/healthz",
    )
    services = make_services(settings)
    async with running(services), served(make_app(settings, services), settings, listener):
        yield services


@contextlib.asynccontextmanager
async def visiting(browser: Browser, services: Services, **options) -> AsyncGenerator[BrowserContext, None]:
    """A browser profile that asks for no motion; what no page may ever do fails the test that uses it."""
    origin, watch = services.settings.origin, Watch(services.settings)
    context = await browser.new_context(base_url=origin, locale="nl-NL", reduced_motion="reduce", **options)
    watch.over(context)
    try:
        yield context
    finally:
        await context.close()
    watch.assert_nothing_strange()


async def give_cookie(context: BrowserContext, services: Services, name: str, token: str) -> None:
    await context.add_cookies([{"name": name, "value": token, "url": services.settings.origin}])
