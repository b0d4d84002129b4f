"""One worksheet of one dossier as its page shows it: the step, its fields, and what lies around them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop.bouwstenen import Edge, Field, Library, Step, Worksheet
from workshop.models import Action, Answer, Session, ThemeMarks
from workshop.record import actions, ambitions, answers, carried, ground, marks, rounds, timeline
from workshop.record.answers import Item, gaps_of, items_of, stamp
from workshop.record.carried import Moved
from workshop.record.ground import Ground
from workshop.record.marks import Theme
from workshop.record.progress import Count, count
from workshop.record.rounds import Earlier

SUBJECTS = {"ambition": ambitions.FIELD, "activity": "3-B.activiteiten"}
"""A worksheet of this scope is filled in once for each item of this field."""


class Neighbour(msgspec.Struct, frozen=True):
    """A field at the other end of an edge, with its worksheet and what stands there now."""

    worksheet: Worksheet
    field: Field
    items: tuple[Item, ...] = ()
    note: str = ""


class FieldView(msgspec.Struct, frozen=True):
    field: Field
    ground: Ground
    number: int
    """The version that stands here: an edit posts it back, with its stamp."""
    stamp: str
    items: tuple[Item, ...]
    gaps: dict[str, str]
    actions: tuple[Action, ...]
    themes: tuple[Theme, ...]
    sources: tuple[Neighbour, ...]
    feeds: tuple[Neighbour, ...]
    moved: tuple[Moved, ...]
    """What it builds on and changed since."""
    earlier: tuple[Earlier, ...]
    """Rounds of before, newest first."""


class StepView(msgspec.Struct, frozen=True):
    step: Step
    key: str
    """`s5`, as it stands in an address."""
    count: Count


class Subject(msgspec.Struct, frozen=True):
    """An ambition or activity that the worksheet is filled in for."""

    id: str
    text: str
    active: bool
    count: Count


class Sheet(msgspec.Struct, frozen=True):
    worksheet: Worksheet
    about: str
    subjects: tuple[Subject, ...]
    shared: Count
    """Answers that are about no single ambition or activity."""
    steps: tuple[StepView, ...]
    here: StepView
    fields: tuple[FieldView, ...]
    events: tuple[timeline.Event, ...]
    sessions: dict[str, Session]
    """Id without dashes -> session, for what the items came from."""
    comes_back: bool
    """Whether it has questions that people answer again each round."""
    round: dt.date | None
    """The day on which this round began; none in the first."""
    agreed: tuple[tuple[Action, str], ...]
    """Actions of before this round, with what people now say became of them."""

    @property
    def subject(self) -> Subject | None:
        """The ambition or activity that is on the page."""
        return next((subject for subject in self.subjects if subject.id == self.about), None)


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
    items = await subjects_of(db, partnership_id, worksheet)
    if about and about not in {item.id for item in items}:
        raise LookupError(f"no subject {about}")
    own = [field.id for field in worksheet.fields]
    written = await answers.current(db, partnership_id, own, about=about)
    agreed = await actions.of(db, partnership_id, fields=own)
    themes = _by_field(marks.through_time(await marks.rows_of(db, partnership_id), minimum))
    answered = {field for field, answer in written.items() if items_of(answer)}
    answered |= {action.field for action in agreed if action.status != "dropped"} | set(themes)
    steps = tuple(StepView(s, s.id.rsplit(".", 1)[1], count(s.fields, answered)) for s in worksheet.steps)
    here = _step(steps, step)
    around = await _around(db, library, partnership_id, worksheet, here.step, about)
    dates = await carried.dates_of(db, partnership_id, {*own, *around})
    began = rounds.current(written)
    earlier = await rounds.earlier(db, partnership_id, own, about) if began else {}
    sheets = {field.id: sheet for sheet in library.worksheets for field in sheet.fields}

    def neighbours(edges: Iterable[Edge]) -> tuple[Neighbour, ...]:
        return tuple(
            Neighbour(sheets[e.field], library.field(e.field), around.get(e.field, ()), e.note) for e in edges
        )

    fields = tuple(
        FieldView(
            field=field,
            ground=ground.lay(library, field, around),
            number=written[field.id].number if field.id in written else 0,
            stamp=_stamp(field, written.get(field.id), agreed),
            items=items_of(written.get(field.id)),
            gaps=gaps_of(written.get(field.id)),
            actions=tuple(action for action in agreed if action.field == field.id),
            themes=themes.get(field.id, ()),
            sources=neighbours(field.carries_from),
            feeds=neighbours(library.feeds_into(field.id)),
            moved=carried.moved(library, field, dates, about) if field.id in answered else (),
            earlier=earlier.get(field.id, ()),
        )
        for field in here.step.fields
    )
    events = await _events(db, partnership_id, here.step, about)
    shown = [item for view in fields for item in view.items]
    shown += [item for view in fields for one in view.earlier for item in one.items]
    counts = await _counts(db, partnership_id, own) if items else {}
    return Sheet(
        worksheet=worksheet,
        about=about,
        subjects=_subjects(worksheet, items, counts),
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


async def lay(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, field: Field, about: str = ""
) -> Ground:
    """What this one field's editor stands on."""
    scopes = _scopes(library)
    wanted = set(ground.needs(library, field))
    around = await _everywhere(db, partnership_id, wanted, _same_scope(wanted, scopes, field), about)
    return ground.lay(library, field, around)


async def subjects_of(db: AsyncSession, partnership_id: uuid.UUID, worksheet: Worksheet) -> tuple[Item, ...]:
    """The ambitions or activities that this worksheet may be filled in for; none when it is there once."""
    source = SUBJECTS.get(worksheet.scope)
    return (await _everywhere(db, partnership_id, [source])).get(source, ()) if source else ()


def _subjects(worksheet: Worksheet, items: Sequence[Item], counts: Mapping[str, int]) -> tuple[Subject, ...]:
    """Those that people work on now come first."""
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
    db: AsyncSession, partnership_id: uuid.UUID, step: Step, about: str
) -> tuple[timeline.Event, ...]:
    """The newest of this step: versions of its answers, and what happened to its actions."""
    versions = await timeline.events(db, partnership_id, [field.id for field in step.fields], about=about)
    agreed = [field.id for field in step.fields if field.kind == "actions"]
    happened = await timeline.of_actions(db, partnership_id, agreed, most=timeline.FEW) if agreed else []
    newest = sorted((*versions, *happened), key=lambda event: event.at, reverse=True)
    return tuple(newest[: timeline.FEW])


async def _around(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    step: Step,
    about: str,
) -> dict[str, tuple[Item, ...]]:
    """What stands at the other end of every edge of this step, and what its editors stand on."""
    wanted = {
        id
        for field in step.fields
        for id in (
            *ground.needs(library, field),
            *(edge.field for edge in (*field.carries_from, *library.feeds_into(field.id))),
        )
    }
    own = _same_scope(wanted, _scopes(library), worksheet.fields[0])
    return await _everywhere(db, partnership_id, wanted, own, about)


def _scopes(library: Library) -> dict[str, str]:
    return {field.id: sheet.scope for sheet in library.worksheets for field in sheet.fields}


def _same_scope(fields: Iterable[str], scopes: Mapping[str, str], field: Field) -> set[str]:
    """Those that are filled in for the same ambitions or activities as `field`."""
    return {id for id in fields if scopes[id] == scopes[field.id] != "partnership"}


async def _everywhere(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    fields: Iterable[str],
    own: Iterable[str] = (),
    about: str = "",
) -> dict[str, tuple[Item, ...]]:
    """Field -> its items, for the dossier as a whole and for every ambition or activity together. Of the
    fields in `own` only what is about this subject, or about none."""
    query = select(Answer).where(Answer.partnership_id == partnership_id, Answer.field.in_(list(fields)))
    subjects = {"", about}
    found: dict[str, tuple[Item, ...]] = {}
    for answer in await db.scalars(query.order_by(Answer.field, Answer.about)):
        if answer.field not in own or not about or answer.about in subjects:
            found[answer.field] = found.get(answer.field, ()) + items_of(answer)
    for field, item in (
        *await _agreed(db, partnership_id, fields),
        *await _marked(db, partnership_id, fields),
    ):
        found[field] = (*found.get(field, ()), item)
    return found


async def _agreed(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str]
) -> list[tuple[str, Item]]:
    """Agreed actions stand in the list of actions, not in an answer."""
    agreed = await actions.of(db, partnership_id, fields=fields)
    return [(action.field, actions.as_item(action)) for action in agreed if action.status != "dropped"]


async def _marked(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str]
) -> list[tuple[str, Item]]:
    """Every theme that was marked, once, by its newest name."""
    rows = await db.scalars(
        select(ThemeMarks)
        .where(ThemeMarks.partnership_id == partnership_id, ThemeMarks.field.in_(list(fields)))
        .order_by(ThemeMarks.at, ThemeMarks.position)
    )
    themes = {(row.field, row.theme): Item(id=row.theme, text=row.label) for row in rows}
    return [(field, item) for (field, _), item in themes.items()]


async def _counts(db: AsyncSession, partnership_id: uuid.UUID, fields: Sequence[str]) -> dict[str, int]:
    """Subject -> how many questions of this worksheet have an answer about it."""
    rows = await db.execute(
        select(Answer.about, func.count())
        .where(
            Answer.partnership_id == partnership_id,
            Answer.field.in_(fields),
            func.json_array_length(Answer.body["items"]) > 0,
        )
        .group_by(Answer.about)
    )
    return {row.about: row[1] for row in rows}


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
