"""Steps that choose from a list that is still empty: which worksheet fills it, or which step was left out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.kinds import Needs
from workshop.models import Session
from workshop.record import for_live


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


def sources(library: Library, need: Needs) -> tuple[Source, ...]:
    return tuple(Source(library.worksheet_of(id), library.field(id)) for id in need.fields)
