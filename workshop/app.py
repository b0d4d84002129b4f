"""The app: services, routes, errors, and what starts and stops with the process."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.types import ASGIApp, Scope

from workshop import languages, migrations, pages
from workshop.bouwstenen import Library
from workshop.db import Database
from workshop.languages import Sentence
from workshop.live import bus as buses
from workshop.live import qr
from workshop.live.fanout import Fanout
from workshop.live.picture import Painter
from workshop.live.presence import Presence
from workshop.live.room import Room
from workshop.live.scenes import Scenes
from workshop.pages import api
from workshop.pages.assets import asset
from workshop.pages.errors import HANDLERS
from workshop.pages.guard import Guard
from workshop.pages.language import Spoken
from workshop.render import Renderer
from workshop.safety import forgetting, helpline_editing, helplines, retention, returning
from workshop.safety.warning import LOOKS
from workshop.services import Services
from workshop.settings import Settings

log = logging.getLogger(__name__)

LARGEST_POST = 1024 * 1024
# Phones only: a page of the record holds what was searched for beside what nobody else may read, and the size
# of a packed page tells whether the two are alike.
PACKED = CompressionConfig(
    backend="gzip", gzip_compress_level=6, exclude=["^/(?!$|deelnemen|j/|doe-mee|hulp|terugblik/)"]
)


def make_services(settings: Settings) -> Services:
    """Everything that pages use. Raises `ContentError` for a worksheet that does not fit."""
    library = Library.load(Path(settings.sessions_folder))
    lines = helplines.Shown(helplines.load())
    languages.catalogues()  # read at start, so that no phone waits for it
    render = Renderer(asset=asset, qr=qr.svg, helplines=lines, exit_url=settings.exit_url, looks=LOOKS)
    database = Database(settings.database_url)
    painter = Painter(library, settings)
    presence = Presence()
    fanout = Fanout(database, painter, Scenes(render), presence)
    room = Room(database, painter, buses.make(settings.redis_url))
    return Services(settings, database, library, render, room, fanout, presence, lines)


def make_app(settings: Settings, services: Services | None = None) -> ASGIApp:
    """The ASGI app behind its guard. Migrations run by `workshop db upgrade`, not here."""
    return of(make_pages(), services or make_services(settings))


def make_pages() -> Litestar:
    """Every route. Making them takes longer than most else, so tests do it once; `of` says whose they are."""
    return Litestar(
        route_handlers=pages.routes(),
        dependencies={"services": Provide(_services, sync_to_thread=False), **pages.DEPENDENCIES},
        exception_handlers=HANDLERS,
        lifespan=[lambda app: running(app.state.services)],
        openapi_config=api.DESCRIPTION,
        include_in_schema=False,
        request_max_body_size=LARGEST_POST,
        compression_config=PACKED,
        logging_config=None,
        debug=False,  # whatever the environment says: a debug page shows the values of a traceback
        type_encoders={Sentence: lambda sentence: sentence.dutch},
    )


def of(app: Litestar, services: Services) -> ASGIApp:
    """These pages for these services, behind their guard."""
    app.state.services = services
    return Guard(Spoken(app), services.settings)


def _services(scope: Scope) -> Services:
    return scope["litestar_app"].state.services


@contextlib.asynccontextmanager
async def running(services: Services) -> AsyncGenerator[None, None]:
    """Starts the writer, the bus, the help lines and what forgets; stops them in reverse. What somebody put
    back by hand from an old backup is taken out first, as far as it was erased."""
    await services.db.start()
    await services.room.bus.start(services.fanout.hear)
    if not await migrations.is_newest(services.db):
        await migrations.upgrade(services.db)
    settings = services.settings
    found = await returning.agree(services.db, settings.group_minimum, settings.tombstones)
    if any(found.values()):
        log.warning("what was erased had come back, and went again: %d in all", found.total())
    async with (
        helpline_editing.kept_fresh(services.db, services.helplines),
        forgetting.shortly(services.db, settings.tombstones),
        retention.rounds(services.db, settings),
    ):
        yield
    await services.fanout.stop()
    await services.room.bus.stop()
    await services.db.stop()
