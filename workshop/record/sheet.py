"""One worksheet of one dossier as its page shows it: the step, its fields, and the answers they build on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet, WorksheetStep
from workshop.items import Item
from workshop.models import Action, Answer, Session, in_dossier
from workshop.record import (
    actions,
    ambitions,
    answers,
    around,
    carried,
    done,
    layouts,
    marks,
    rounds,
    timeline,
)
from workshop.record.answers import gaps_of, items_of, stamp
from workshop.record.around import Items, Neighbour, neighbours
from workshop.record.carried import Moved
from workshop.record.layouts import Layout
from workshop.record.marks import ThemeTrend
from workshop.record.progress import Count, count
from workshop.record.rounds import Earlier

SUBJECTS = {"ambition": ambitions.FIELD, "activity": "3-B.activiteiten"}
"""Scope -> field: a worksheet of this scope is filled in once for each item of this field."""

FEW = 6
"""Ambitions or activities that a worksheet shows before anybody began with one."""


class FieldView(msgspec.Struct, frozen=True):
    field: Field
    layout: Layout
    number: int
    """The version that stands here: an edit sends it back, with its stamp."""
    stamp: str
    items: tuple[Item, ...]
    gaps: dict[str, str]
    actions: tuple[Action, ...]
    themes: tuple[ThemeTrend, ...]
    sources: tuple[Neighbour, ...]
    feeds: tuple[Neighbour, ...]
    moved: tuple[Moved, ...]
    """Answers that it builds on and that changed after it was written."""
    earlier: tuple[Earlier, ...]
    """How earlier rounds ended, newest first."""


class StepView(msgspec.Struct, frozen=True):
    step: WorksheetStep
    key: str
    """`s5`, as it stands in an address."""
    count: Count


class Subject(msgspec.Struct, frozen=True):
    """An ambition or activity that the worksheet is filled in for."""

    id: str
    text: str
    active: bool
    count: Count


class SheetView(msgspec.Struct, frozen=True):
    worksheet: Worksheet
    about: str
    subjects: tuple[Subject, ...]
    shared: Count
    """Progress of the answers that are about no single ambition or activity."""
    steps: tuple[StepView, ...]
    here: StepView
    fields: tuple[FieldView, ...]
    events: tuple[timeline.Event, ...]
    sessions: dict[str, Session]
    """Id without dashes -> session, for what the items came from."""
    comes_back: bool
    """Whether it has questions that people answer again each round."""
    round: dt.date | None
    """The day on which this round began; None in the first."""
    agreed: tuple[tuple[Action, str], ...]
    """Actions of before this round, each with the outcome that people gave when they looked back."""

    @property
    def subject(self) -> Subject | None:
        """The ambition or activity that is on the page."""
        return next((subject for subject in self.subjects if subject.id == self.about), None)

    @property
    def in_sight(self) -> tuple[Subject, ...]:
        """Returns the ambitions or activities that people work on: those that were begun, and as long as
        there are few also the others."""
        some = [one for one in self.subjects if one.active or one.id == self.about]
        return tuple(
            one for n, one in enumerate(some) if n < FEW or one.count.answered or one.id == self.about
        )

    @property
    def waiting(self) -> tuple[Subject, ...]:
        """Returns those that people work on and that are not in sight."""
        return tuple(one for one in self.subjects if one.active and one not in self.in_sight)


async def read(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    step: str = "",
    about: str = "",
    minimum: int = marks.MINIMUM,
) -> SheetView:
    """Reads the worksheet at a step: the named one, or else the first with an open question.

    `minimum` is the number of marks below which nothing of them is shown. Raises `LookupError` for a step or
    subject that is not there.
    """
    subjects = await subjects_of(db, library, partnership_id, worksheet)
    if about and about not in {item.id for item in subjects}:
        raise LookupError(f"no subject {about}")
    own = [field.id for field in worksheet.fields]
    written = await answers.current(db, partnership_id, own, about=about)
    agreed = await actions.of(db, partnership_id, fields=own, about=about)
    marked = await marks.rows_of(db, partnership_id, fields=own, newest=2)
    themes = _by_field(marks.through_time(marked, minimum))
    answered = {field for field, answer in written.items() if items_of(answer)}
    answered |= {action.field for action in agreed if action.status != "dropped"} | set(themes)
    steps = tuple(StepView(s, s.key, count(s.fields, answered)) for s in worksheet.steps)
    here = _step(steps, step)
    items = await _around(db, library, partnership_id, worksheet, here.step, about)
    dates = await carried.dates_of(db, partnership_id, {*own, *items})
    began = rounds.current(written)
    earlier = await rounds.earlier(db, partnership_id, own, about) if began else {}
    ready = {
        field.id: [
            action.text for action in await done.since_last_round(db, library, partnership_id, field, about)
        ]
        for field in here.step.fields
    }

    fields = tuple(
        FieldView(
            field=field,
            layout=layouts.layout_of(library, field, items, ready[field.id]),
            number=written[field.id].number if field.id in written else 0,
            stamp=_stamp(field, written.get(field.id), agreed),
            items=items_of(written.get(field.id)),
            gaps=gaps_of(written.get(field.id)),
            actions=tuple(action for action in agreed if action.field == field.id),
            themes=themes.get(field.id, ()),
            sources=neighbours(library, field.carries_from, items),
            feeds=neighbours(library, library.feeds_into(field.id), items),
            moved=carried.moved(library, field, dates, about) if field.id in answered else (),
            earlier=earlier.get(field.id, ()),
        )
        for field in here.step.fields
    )
    events = await _events(db, partnership_id, here.step, about)
    shown = [item for view in fields for item in view.items]
    shown += [item for view in fields for one in view.earlier for item in one.items]
    counts = await _counts(db, partnership_id, own) if subjects else {}
    return SheetView(
        worksheet=worksheet,
        about=about,
        subjects=_subjects(worksheet, subjects, counts),
        shared=Count(counts.get("", 0), len(own)),
        steps=steps,
        here=here,
        fields=fields,
        events=events,
        sessions=await _sessions(db, partnership_id, shown),
        comes_back=bool(rounds.fields_of(worksheet)),
        round=began,
        agreed=tuple(await actions.agreed_before(db, agreed, began)),
    )


async def layout_of(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, field: Field, about: str = ""
) -> Layout:
    """Reads what the editor of this one field is made of."""
    own = library.worksheet_of(field.id)
    items = await around.read(db, library, partnership_id, layouts.needs(library, field), own, about)
    return layouts.layout_of(library, field, items)


async def subjects_of(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, worksheet: Worksheet
) -> tuple[Item, ...]:
    """Reads the ambitions or activities that this worksheet is filled in for; empty when it
    is filled in once."""
    source = SUBJECTS.get(worksheet.scope)
    return (await around.read(db, library, partnership_id, [source])).get(source, ()) if source else ()


async def subject_of(db: AsyncSession, library: Library, session: Session) -> str:
    """Reads the name of the ambition or activity that a session is about; empty for none, and for
    one that is gone."""
    if not session.about:
        return ""
    worksheet = library.worksheet(session.worksheet)
    subjects = await subjects_of(db, library, session.partnership_id, worksheet)
    return next((item.text for item in subjects if item.id == session.about), "")


def _subjects(worksheet: Worksheet, items: Sequence[Item], counts: Mapping[str, int]) -> tuple[Subject, ...]:
    """Returns the subjects with their progress, those that people work on first."""
    active = ambitions.active(items) if worksheet.scope == "ambition" else tuple(items)
    total = len(worksheet.fields)
    every = [Subject(i.id, i.text, i in active, Count(counts.get(i.id, 0), total)) for i in items]
    return tuple(sorted(every, key=lambda subject: not subject.active))


def _stamp(field: Field, answer: Answer | None, agreed: Sequence[Action]) -> str:
    if field.kind != "actions":
        return stamp(items_of(answer), gaps_of(answer))
    own = [a for a in agreed if a.field == field.id and a.status != "dropped"]
    return stamp(tuple(actions.as_item(action) for action in own))


def _step(steps: Sequence[StepView], key: str) -> StepView:
    if not key:
        return next((step for step in steps if not step.count.complete), steps[0])
    found = next((step for step in steps if step.key == key), None)
    if found is None:
        raise LookupError(f"no step {key}")
    return found


async def _events(
    db: AsyncSession, partnership_id: uuid.UUID, step: WorksheetStep, about: str
) -> tuple[timeline.Event, ...]:
    """Reads the newest events of this step: versions of its answers, and what happened to its actions."""
    versions = await timeline.events(db, partnership_id, [field.id for field in step.fields], about=about)
    agreed = [field.id for field in step.fields if field.kind == "actions"]
    happened = (
        await timeline.of_actions(db, partnership_id, agreed, about=about, most=timeline.FEW)
        if agreed
        else []
    )
    newest = sorted((*versions, *happened), key=lambda event: event.at, reverse=True)
    return tuple(newest[: timeline.FEW])


async def _around(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    step: WorksheetStep,
    about: str,
) -> Items:
    """Reads the items at the other end of every carry-over of this step, and those that its editors show."""
    wanted = {
        id
        for field in step.fields
        for id in (
            *layouts.needs(library, field),
            *(edge.field for edge in (*field.carries_from, *library.feeds_into(field.id))),
        )
    }
    return await around.read(db, library, partnership_id, wanted, worksheet, about)


async def _counts(db: AsyncSession, partnership_id: uuid.UUID, fields: Sequence[str]) -> dict[str, int]:
    """Counts, per subject, the questions of this worksheet that have an answer or an action about it."""
    written = select(Answer.about, Answer.field).where(
        Answer.partnership_id == partnership_id,
        Answer.field.in_(fields),
        func.json_array_length(Answer.body["items"]) > 0,
    )
    agreed = select(Action.about, Action.field).where(
        Action.partnership_id == partnership_id, Action.field.in_(fields), Action.status != "dropped"
    )
    return Counter(about for about, _ in await db.execute(union(written, agreed)))


async def _sessions(db: AsyncSession, partnership_id: uuid.UUID, items: Iterable[Item]) -> dict[str, Session]:
    ids = {uuid.UUID(item.session) for item in items if item.session}
    if not ids:
        return {}
    query = select(Session).options(lazyload(Session.activities))
    query = query.where(*in_dossier(partnership_id), Session.id.in_(ids))
    return {session.id.hex: session for session in await db.scalars(query)}


def _by_field(themes: Iterable[ThemeTrend]) -> dict[str, tuple[ThemeTrend, ...]]:
    found: dict[str, tuple[ThemeTrend, ...]] = {}
    for theme in themes:
        found[theme.field] = (*found.get(theme.field, ()), theme)
    return found
