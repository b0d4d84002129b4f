"""Steps that choose from a list that is still empty: which worksheet fills it, or which step was left out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds, text
from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.kinds import Needs
from workshop.live import plan
from workshop.live.errors import Closed
from workshop.live.room import Room
from workshop.models import Contribution, Session
from workshop.record import for_live

FEWEST, LONGEST = 2, 140


@dataclass(frozen=True)
class Source:
    """A question of an earlier worksheet that nobody answered yet."""

    worksheet: Worksheet
    field: Field

    @property
    def place(self) -> str:
        """Address of the field where it is answered, within a dossier."""
        key = self.worksheet.step_key(self.field.id)
        return f"bouwstenen/{self.worksheet.slug}?stap={key}#veld-{self.field.id}"


@dataclass(frozen=True)
class Missing:
    """Why the list of a step is empty."""

    sources: tuple[Source, ...] = ()
    step: str = ""
    """Title of the step that would fill it, if that is left out of the plan."""


async def empty(db: AsyncSession, library: Library, session: Session) -> dict[uuid.UUID, Missing]:
    """Returns id of a step -> why its list is empty. Steps that need no list, or have one, are left out."""
    needs = {
        step.id: kinds.needs(step.kind, step.settings) for step in session.activities if not step.skipped
    }
    fields = {field for need in needs.values() for field in need.fields}
    written = await for_live.written(db, library, session, fields)
    left_out = {step.key: step.title for step in session.activities if step.skipped}
    found = {}
    for id, need in needs.items():
        if need.activity in left_out:
            found[id] = Missing(step=left_out[need.activity])
        elif need.fields and not any(written.get(field) for field in need.fields):
            found[id] = Missing(sources(library, need))
    return found


async def type_in(room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, words: str) -> None:
    """Gives a step a list of its own, one line each, instead of the list that is empty.

    Raises `ValueError` with a sentence for fewer than two lines or one that is too long, and `Closed` once
    somebody chose from the list.
    """
    lines = [text.clean(line, LONGEST) for line in words.splitlines() if text.tidy(line)]
    if len(lines) < FEWEST:
        raise ValueError("Typ minstens twee regels: er moet iets te kiezen zijn.")

    async def assign(db: AsyncSession, session: Session) -> None:
        step = plan.step_of(session, activity_id)
        if await db.scalar(select(Contribution.id).where(Contribution.activity_id == step.id).limit(1)):
            raise Closed("Er is al gekozen uit de lijst van deze stap.")
        step.settings = kinds.with_list(kinds.get(step.kind), step.settings, lines)

    await room.change(session_id, bus.STEP, assign)


def sources(library: Library, need: Needs) -> tuple[Source, ...]:
    return tuple(Source(library.worksheet_of(id), library.field(id)) for id in need.fields)
