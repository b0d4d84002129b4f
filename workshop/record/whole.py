"""A whole dossier at once: everything that it holds now, read in a handful of statements."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.items import Item
from workshop.models import Action, Answer, Partnership, Reminder, Session, ThemeMarks
from workshop.record import actions, ambitions, layouts, marks, moments, progress, reminders, rounds, sessions
from workshop.record.answers import gaps_of, items_of
from workshop.record.layouts import Layout
from workshop.record.moments import AgreedMoment
from workshop.record.progress import Count
from workshop.record.sheet import SUBJECTS


@dataclass(frozen=True)
class Whole:
    library: Library
    partnership: Partnership
    answers: Mapping[str, Sequence[Answer]]
    """Field -> its answers; the one about no single ambition or activity comes first."""
    actions: Sequence[Action]
    marks: Sequence[ThemeMarks]
    sessions: Mapping[str, Session]
    """By their id without dashes."""
    upcoming: Sequence[Reminder | AgreedMoment]
    """When people look back, the earliest day first."""

    def answer(self, field: Field, about: str = "") -> Answer | None:
        return next((found for found in self.answers.get(field.id, ()) if found.about == about), None)

    def items(self, field: Field, about: str = "") -> tuple[Item, ...]:
        return items_of(self.answer(field, about))

    def gaps(self, field: Field, about: str = "") -> dict[str, str]:
        return gaps_of(self.answer(field, about))

    def agreed(self, field: Field) -> list[Action]:
        return [action for action in self.actions if action.field == field.id]

    def marked(self, field: Field) -> list[ThemeMarks]:
        """Returns the marks of this field, oldest first."""
        return [row for row in self.marks if row.field == field.id]

    def subjects(self, worksheet: Worksheet) -> tuple[Item, ...]:
        """Returns the ambitions or activities that a worksheet is filled in for, those that people work on
        first. Empty for a worksheet that is filled in once."""
        source = SUBJECTS.get(worksheet.scope)
        items = self._everywhere(source, None) if source else ()
        active = ambitions.active(items) if worksheet.scope == "ambition" else items
        return tuple(sorted(items, key=lambda item: item not in active))

    def layout(self, field: Field, about: str = "") -> Layout:
        """Returns the table, the choices and the ready lines of this field's editor."""
        scopes = {f.id: sheet.scope for sheet in self.library.worksheets for f in sheet.fields}
        around: dict[str, tuple[Item, ...]] = {}
        for id in layouts.needs(self.library, field):
            own = scopes[id] == scopes[field.id] != "partnership"
            around[id] = self._everywhere(id, {"", about} if own and about else None)
        return layouts.layout_of(self.library, field, around)

    def count(self, fields: Iterable[Field]) -> Count:
        return progress.count(fields, self.answered)

    def round(self, worksheet: Worksheet, about: str = "") -> dt.date | None:
        """Returns the day on which the worksheet's round began; None in the first round."""
        written = {f.id: found for f in worksheet.fields if (found := self.answer(f, about))}
        return rounds.current(written)

    @property
    def answered(self) -> frozenset[str]:
        """Returns the fields that have items, marks or actions."""
        written = {field for field, found in self.answers.items() if any(map(items_of, found))}
        agreed = {action.field for action in self.actions if action.status != "dropped"}
        return frozenset(written | agreed | {row.field for row in self.marks})

    def _everywhere(self, field: str, subjects: set[str] | None) -> tuple[Item, ...]:
        """Returns the items of a field, its agreed actions among them: about these subjects, or
        with None about any."""
        written = [
            item
            for answer in self.answers.get(field, ())
            if subjects is None or answer.about in subjects
            for item in items_of(answer)
        ]
        kept = [a for a in self.actions if a.field == field and a.status != "dropped"]
        return (*written, *map(actions.as_item, kept))


async def read(db: AsyncSession, library: Library, partnership_id: uuid.UUID) -> Whole:
    """Reads a whole dossier. Raises `LookupError` when it is not there."""
    partnership = await db.get(Partnership, partnership_id)
    if partnership is None:
        raise LookupError(f"no partnership {partnership_id}")
    answers: dict[str, list[Answer]] = defaultdict(list)
    query = select(Answer).where(Answer.partnership_id == partnership_id)
    for answer in await db.scalars(query.order_by(Answer.field, Answer.about)):
        answers[answer.field].append(answer)
    return Whole(
        library=library,
        partnership=partnership,
        answers=dict(answers),
        actions=await actions.of(db, partnership_id),
        marks=await marks.rows_of(db, partnership_id),
        sessions={session.id.hex: session for session in await sessions.of(db, partnership_id)},
        upcoming=moments.upcoming(
            reminders.known(await reminders.of(db, partnership_id), library),
            await moments.of(db, library, partnership_id),
        ),
    )
