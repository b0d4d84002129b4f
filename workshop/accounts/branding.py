"""The logo and the colour of an organisation in the documents of a dossier, chosen by a coordinator."""

from __future__ import annotations

import asyncio
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import colours, logos
from workshop.accounts import holdings, roles
from workshop.log import writing
from workshop.log.what import What
from workshop.models import DossierBranding, Membership, Partnership
from workshop.storage.database import Database

_one_at_a_time = asyncio.Lock()
"""Held while one logo is decoded: it takes much memory."""


async def put_logo(database: Database, actor: Membership, file: bytes) -> None:
    """Keeps the picture in this file as the logo. Raises `ValueError` with a sentence, and
    `PermissionDeniedException` when the right is gone."""
    async with _one_at_a_time:
        logo = await asyncio.to_thread(logos.read, file)
    await _set(database, actor, "logo", logo, What.LOGO_CHANGED)


async def remove_logo(database: Database, actor: Membership) -> None:
    await _set(database, actor, "logo", b"", What.LOGO_REMOVED)


async def put_colour(database: Database, actor: Membership, typed: str) -> bool:
    """Keeps the colour, legible. Returns whether it had to become darker for that. Raises `ValueError` with a
    sentence, and `PermissionDeniedException` when the right is gone."""
    colour = colours.read(typed)
    kept = colours.legible(colour)
    await _set(database, actor, "colour", kept, What.COLOUR_CHANGED)
    return kept != colour


async def remove_colour(database: Database, actor: Membership) -> None:
    await _set(database, actor, "colour", "", What.COLOUR_REMOVED)


async def read(db: AsyncSession, partnership_id: uuid.UUID) -> DossierBranding:
    """Returns the branding of a dossier; an empty one, that is not kept, where nobody chose any."""
    found = await db.get(DossierBranding, partnership_id)
    return found or DossierBranding(partnership_id=partnership_id, logo=b"", colour="")


async def _set(database: Database, actor: Membership, name: str, value: bytes | str, what: What) -> None:
    """Keeps one of the two, and tells it in the log; does nothing where it is so already."""

    async def store(db: AsyncSession) -> None:
        await holdings.permit(db, actor.partnership_id, actor.account_id, roles.OWN)
        await db.get(Partnership, actor.partnership_id, with_for_update=True)
        found = await read(db, actor.partnership_id)
        if getattr(found, name) != value:
            setattr(found, name, value)
            db.add(found)
            writing.note(db, actor, what)

    await database.write(store)
