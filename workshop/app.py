"""The app: services, routes, errors, and what starts and stops with the process."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

from litestar import Litestar
from litestar.di import Provide
from litestar.types import ASGIApp, Scope
from sqlalchemy.engine import make_url

from workshop import brake, languages, migrations, pages
from workshop import bus as buses
from workshop.content.library import Library
from workshop.languages import Sentence
from workshop.live import endings, lists, presence, qr
from workshop.live.fanout import Fanout
from workshop.live.memory import Memory
from workshop.live.reading import SessionReader
from workshop.live.room import Room
from workshop.live.scenes import Scenes
from workshop.live.suggesting import Suggesting
from workshop.mail import rounds as mail_rounds
from workshop.meaning import Meaning
from workshop.pace import Pace
from workshop.pages.api.description import DESCRIPTION
from workshop.pages.assets import asset
from workshop.pages.errors import HANDLERS
from workshop.pages.guard import Guard
from workshop.pages.packing import PACKED
from workshop.pages.phone.language import PhoneLanguage
from workshop.pages.prompt import Prompt
from workshop.readiness import Readiness
from workshop.record import search
from workshop.record.likeness import Likeness
from workshop.rehearsal.rehearsals import Rehearsals
from workshop.render import Renderer
from workshop.retention import expiry, returning
from workshop.safety import helplines
from workshop.safety.erasing import forgetting
from workshop.safety.helplines import editing as helpline_editing
from workshop.safety.screening.warning import LOOKS
from workshop.services import Services
from workshop.settings import Settings
from workshop.storage.database import Database
from workshop.turns import Turns
from workshop.webhooks import delivery

log = logging.getLogger(__name__)

LARGEST_POST = 64 * 1024
"""Bytes of a post to a page for anybody; `pages.LARGEST_POST` is for whoever is signed in."""


def make_services(settings: Settings) -> Services:
    """Makes everything that pages use. Raises `ContentError` for a worksheet that does not fit."""
    library = Library.load(Path(settings.sessions_folder))
    meaning = Meaning(settings.meaning == "on")
    lines = helplines.Shown(helplines.load())
    languages.catalogues()  # read at start, so that no phone waits for it
    render = Renderer(
        asset=asset,
        qr=qr.svg,
        helplines=lines,
        exit_url=settings.exit_url,
        looks=LOOKS,
        meaning=meaning,
        installation=settings,
        sources=partial(lists.sources, library),
    )
    database = Database(settings.database_url)
    reader = SessionReader(library, settings)
    memory = Memory(database, reader)
    likeness = Likeness(meaning, partial(search.whole_of, database))
    memory.on_written = likeness.written
    there = presence.Presence()
    fanout = Fanout(memory, Scenes(render), there)
    room = Room(database, reader, memory, buses.make(settings.redis_url), there, meaning)
    rehearsals = Rehearsals(room, fanout)
    ready = Readiness(database, room.bus, _folder(settings))
    pace = Pace(settings.phone_posts)
    return Services(
        settings,
        database,
        library,
        render,
        room,
        rehearsals,
        fanout,
        there,
        lines,
        pace,
        Turns(),
        ready,
        likeness,
        Suggesting(meaning, memory),
    )


def _folder(settings: Settings) -> Path:
    """Returns the folder where this installation writes: that of its database, or for a database on a server
    that of its list of tombstones."""
    url = make_url(settings.database_url)
    sqlite = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database).parent if sqlite else settings.tombstones.parent


def make_app(settings: Settings, services: Services | None = None) -> ASGIApp:
    """Makes the ASGI app behind its guard. Migrations run by `workshop db upgrade`, not here."""
    return of(make_pages(), services or make_services(settings))


def make_pages() -> Litestar:
    """Makes Litestar with every route. That takes longer than most else, so tests do it once and call `of`
    each time."""
    return Litestar(
        route_handlers=pages.routes(),
        dependencies={"services": Provide(_services, sync_to_thread=False), **pages.DEPENDENCIES},
        exception_handlers=HANDLERS,
        lifespan=[lambda app: running(app.state.services)],
        openapi_config=DESCRIPTION,
        include_in_schema=False,
        request_max_body_size=LARGEST_POST,
        compression_config=PACKED,
        logging_config=None,
        debug=False,  # whatever the environment says: a debug page shows the values of a traceback
        type_encoders={Sentence: lambda sentence: sentence.dutch},
    )


def of(app: Litestar, services: Services) -> ASGIApp:
    """Gives the pages their services, and wraps them in the guard and the phone's language."""
    app.state.services = services
    return Guard(PhoneLanguage(Prompt(app), services.settings), services.settings, services.turns)


def _services(scope: Scope) -> Services:
    return scope["litestar_app"].state.services


@contextlib.asynccontextmanager
async def running(services: Services) -> AsyncGenerator[None, None]:
    """Starts the writer, the bus, the help lines and the rounds that erase; stops them in reverse. What was
    erased and came back from an old backup, put in place by hand, is taken out first."""
    await migrations.keep_newest(services.db)
    await services.db.start()
    await services.room.bus.start(services.fanout.hear, services.fanout.see)
    settings = services.settings
    found = await returning.agree(services.db, settings.group_minimum, settings.tombstones)
    if any(found.values()):
        log.warning("what was erased had come back, and went again: %d in all", found.total())
    async with (
        services.room.memory.watching(),
        brake.counting(settings.redis_url),
        helpline_editing.kept_fresh(services.db, services.helplines),
        forgetting.shortly(services.db, settings.tombstones),
        expiry.rounds(services.db, settings),
        delivery.rounds(services.db, settings),
        presence.shared(services.presence, services.room.bus, services.fanout.mark),
        endings.rounds(services.room, settings),
        services.rehearsals.rounds(),
        mail_rounds.rounds(services.db, settings),
    ):
        yield
    await services.likeness.stop()
    await services.fanout.stop()
    await services.room.bus.stop()
    await services.db.stop()
