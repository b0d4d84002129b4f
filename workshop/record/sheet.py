"""One worksheet of one dossier as its page shows it: the step, its fields, and what lies around them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop.bouwstenen import Field, Library, Step, Worksheet
from workshop.models import Action, Answer, Session
from workshop.record import actions, answers, marks, timeline
from workshop.record.answers import Item, items_of
from workshop.record.marks import Theme
from workshop.record.progress import Count, count

SUBJECTS = {"ambition": "1-B.ambities", "activity": "3-B.activiteiten"}
"""A worksheet of this scope is filled in once for each item of this field."""


class Neighbour(msgspec.Struct, frozen=True):
    """A field at the other end of an edge, with its worksheet and what stands there now."""

    worksheet: Worksheet
    field: Field
    items: tuple[Item, ...] = ()
    note: str = ""


class FieldView(msgspec.Struct, frozen=True):
    field: Field
    number: int
    """The version that stands here: an edit posts it back."""
    items: tuple[Item, ...]
    actions: tuple[Action, ...]
    themes: tuple[Theme, ...]
    sources: tuple[Neighbour, ...]
    feeds: tuple[Neighbour, ...]

    @property
    def options(self) -> list[str]:
        """Texts to choose from instead of writing one; empty where people write."""
        if self.field.kind != "choice":
            return []
        return self.field.options or [item.text for source in self.sources for item in source.items]


class StepView(msgspec.Struct, frozen=True):
    step: Step
    key: str
    """`s5`, as it stands in an address."""
    count: Count


class Sheet(msgspec.Struct, frozen=True):
    worksheet: Worksheet
    about: str
    subjects: tuple[Item, ...]
    steps: tuple[StepView, ...]
    here: StepView
    fields: tuple[FieldView, ...]
    events: tuple[timeline.Event, ...]
    sessions: dict[str, Session]
    """Id without dashes -> session, for what the items came from."""


async def read(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    step: str = "",
    about: str = "",
    minimum: int = marks.MINIMUM,
) -> Sheet:
    """The worksheet at a step: the named one, or else the first with an open question.

    Raises `LookupError` for a step or subject that is not there.
    """
    subjects = await subjects_of(db, partnership_id, worksheet)
    if about and about not in {item.id for item in subjects}:
        raise LookupError(f"no subject {about}")
    own = [field.id for field in worksheet.fields]
    written = await answers.current(db, partnership_id, own, about=about)
    agreed = await actions.of(db, partnership_id, fields=own)
    themes = _by_field(marks.through_time(await marks.rows_of(db, partnership_id), minimum))
    answered = {field for field, answer in written.items() if items_of(answer)}
    answered |= {action.field for action in agreed if action.status != "dropped"} | set(themes)
    steps = tuple(StepView(s, s.id.rsplit(".", 1)[1], count(s.fields, answered)) for s in worksheet.steps)
    here = _step(steps, step)
    around = await _around(db, library, partnership_id, here.step)
    fields = tuple(
        FieldView(
            field=field,
            number=written[field.id].number if field.id in written else 0,
            items=items_of(written.get(field.id)),
            actions=tuple(action for action in agreed if action.field == field.id),
            themes=themes.get(field.id, ()),
            sources=tuple(around[edge.field, edge.note] for edge in field.carries_from),
            feeds=tuple(around[edge.field, edge.note] for edge in library.feeds_into(field.id)),
        )
        for field in here.step.fields
    )
    events = await timeline.events(db, partnership_id, [f.field.id for f in fields], about=about)
    sessions = await _sessions(db, partnership_id, (item for view in fields for item in view.items))
    return Sheet(worksheet, about, subjects, steps, here, fields, tuple(events), sessions)


async def subjects_of(db: AsyncSession, partnership_id: uuid.UUID, worksheet: Worksheet) -> tuple[Item, ...]:
    """The ambitions or activities that this worksheet may be filled in for; none when it is there once."""
    source = SUBJECTS.get(worksheet.scope)
    return (await _everywhere(db, partnership_id, [source])).get(source, ()) if source else ()


def _step(steps: Sequence[StepView], key: str) -> StepView:
    if not key:
        return next((step for step in steps if not step.count.complete), steps[0])
    found = next((step for step in steps if step.key == key), None)
    if found is None:
        raise LookupError(f"no step {key}")
    return found


async def _around(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, step: Step
) -> dict[tuple[str, str], Neighbour]:
    edges = [edge for field in step.fields for edge in (*field.carries_from, *library.feeds_into(field.id))]
    there = await _everywhere(db, partnership_id, {edge.field for edge in edges})
    sheets = {field.id: sheet for sheet in library.worksheets for field in sheet.fields}
    return {
        (edge.field, edge.note): Neighbour(
            sheets[edge.field], library.field(edge.field), there.get(edge.field, ()), edge.note
        )
        for edge in edges
    }


async def _everywhere(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str]
) -> dict[str, tuple[Item, ...]]:
    """Field -> its items, for the dossier as a whole and for every ambition or activity together."""
    query = select(Answer).where(Answer.partnership_id == partnership_id, Answer.field.in_(list(fields)))
    found: dict[str, tuple[Item, ...]] = {}
    for answer in await db.scalars(query.order_by(Answer.field, Answer.about)):
        found[answer.field] = found.get(answer.field, ()) + items_of(answer)
    return found


async def _sessions(db: AsyncSession, partnership_id: uuid.UUID, items: Iterable[Item]) -> dict[str, Session]:
    ids = {uuid.UUID(item.session) for item in items if item.session}
    if not ids:
        return {}
    query = select(Session).options(lazyload(Session.activities))
    query = query.where(Session.partnership_id == partnership_id, Session.id.in_(ids))
    return {session.id.hex: session for session in await db.scalars(query)}


def _by_field(themes: Iterable[Theme]) -> dict[str, tuple[Theme, ...]]:
    found: dict[str, tuple[Theme, ...]] = {}
    for theme in themes:
        found[theme.field] = (*found.get(theme.field, ()), theme)
    return found
