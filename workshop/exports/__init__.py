"""What a dossier can become outside the app: files to take along, to print and to count with."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from sqlalchemy import select

from workshop.bouwstenen import Library
from workshop.db import Database
from workshop.exports import archive
from workshop.models import Partnership
from workshop.settings import Settings

Format = Callable[[Database, Library, Settings, uuid.UUID], Awaitable[bytes]]

FORMATS: dict[str, Format] = {"zip": archive.export}


class ExportError(ValueError):
    """The text says why there is no file, and what to do."""


async def named(database: Database, wanted: str) -> uuid.UUID:
    """The dossier with this id or exact name. Raises `ExportError` for none, and for several of one name."""
    async with database.read() as db:
        rows = (await db.execute(select(Partnership.id, Partnership.name))).all()
    found = [id for id, name in rows if wanted in (str(id), name)]
    if not found:
        raise ExportError(
            f"Er is geen dossier ‘{wanted}’. Gebruik de hele naam, of het nummer uit het adres."
        )
    if len(found) > 1:
        raise ExportError(f"Er zijn {len(found)} dossiers met deze naam. Gebruik het nummer uit het adres.")
    return found[0]
