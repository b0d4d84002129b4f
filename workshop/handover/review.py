"""The review of a session: lines that a person edits, leaves out or sends to another field."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, text
from workshop.content.library import Library
from workshop.handover.proposal import ProposedLine, ideas
from workshop.record import higher
from workshop.storage import locks
from workshop.storage.database import Database

LONGEST_LINE = 300
ASKED = ("kept", "text", "field", "owner", "due", "status", "origin")
"""Fields of the form of a review: `kept`, and for each line `text.<id>` and so on."""


def reviewed(
    lines: Sequence[ProposedLine], form: Mapping[str, Sequence[str]], library: Library
) -> list[ProposedLine]:
    """Returns the lines as the form of the review says. `kept` holds ids; `text.<id>`, `field.<id>`,
    `owner.<id>`, `due.<id>`, `status.<id>` and `origin.<id>` change one line. Raises `ValueError` with a
    sentence."""
    origins = {"", *(line.id for line in ideas(lines)), *(line.item.theme for line in ideas(lines))}
    return [_checked(as_typed(line, form), library, origins) for line in lines]


def as_typed(line: ProposedLine, form: Mapping[str, Sequence[str]]) -> ProposedLine:
    """Returns a line as somebody left it in the form, without checking it. Counted marks stay what they
    are."""

    def given(name: str, otherwise: str) -> str:
        return next(iter(form.get(f"{name}.{line.id}", ())), otherwise)

    item = replace(
        line.item,
        owner=text.tidy(given("owner", line.item.owner))[:120],
        due=text.tidy(given("due", line.item.due))[:60],
        status=given("status", line.item.status),
    )
    return replace(
        line,
        kept=line.id in form.get("kept", ()),
        field=given("field", line.field) if line.editable else line.field,
        text=given("text", line.text) if line.editable else line.text,
        item=item,
        origin=given("origin", line.origin),
    )


async def keep_for_later(
    database: Database, session_id: uuid.UUID, form: Mapping[str, Sequence[str]]
) -> None:
    """Stores the form of an unfinished review, as far as it has the fields of `ASKED`."""

    async def job(db: AsyncSession) -> None:
        session = await locks.session(db, session_id)
        if session and not session.saved_at:
            session.review = {
                name: list(values) for name, values in form.items() if name.partition(".")[0] in ASKED
            }

    await database.write(job, session_id)


def _checked(line: ProposedLine, library: Library, origins: Collection[str]) -> ProposedLine:
    if not line.kept:
        return line
    if line.origin not in origins:
        raise ValueError(higher.NOT_THERE)
    if not library.has_field(line.field) or (line.editable and library.field(line.field).kind == "marks"):
        raise ValueError(f"Kies bij welke vraag dit hoort: ‘{line.text[:60]}’.")
    days.agreed(line.item.due)
    return replace(line, text=text.clean(line.text, LONGEST_LINE)) if line.editable else line
