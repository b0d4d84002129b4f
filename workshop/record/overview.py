"""The home of a dossier: how far it is, what can be done now, what was agreed, and its sessions:
those that are prepared, and the last ones."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.models import UNFINISHED, Action, Reminder, Session
from workshop.record import actions, answers, duties, marks, moments, progress, reminders, sessions, wheel
from workshop.record.answers import items_of
from workshop.record.chart import MOST_POINTS
from workshop.record.marks import ThemeTrend
from workshop.record.moments import AgreedMoment

FEW = 3
MOST_ACTIONS = 5


class Evaluation(msgspec.Struct, frozen=True):
    """Marks that may be given again: when they last were, and what was agreed about the next time."""

    worksheet: Worksheet
    last: dt.datetime | None
    agreement: str


class Overview(msgspec.Struct, frozen=True):
    progress: list[progress.BouwsteenProgress]
    now: int
    wheel: wheel.Wheel
    duties: list[duties.Duty]
    """What a facilitator can do now."""
    evaluation: Evaluation | None
    reminders: list[Reminder | AgreedMoment]
    """The earliest day first."""
    open_actions: list[Action]
    """The most urgent of them; `open_count` counts all."""
    open_count: int
    themes: list[ThemeTrend]
    sessions: list[Session]

    @property
    def begun(self) -> bool:
        return any(each.count.answered for each in self.progress)


async def read(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, minimum: int = marks.MINIMUM
) -> Overview:
    answered = await progress.answered_fields(db, partnership_id)
    latest = await sessions.of(db, partnership_id, most=FEW)
    prepared = await sessions.prepared(db, partnership_id, most=FEW)
    rows = await marks.rows_of(db, partnership_id, newest=MOST_POINTS)
    steps = progress.per_bouwsteen(library, answered)
    now = progress.now_at(library, answered, [session.worksheet for session in latest])
    agreed = moments.upcoming(
        reminders.known(await reminders.of(db, partnership_id), library),
        await moments.of(db, library, partnership_id),
    )
    unfinished = await actions.of(db, partnership_id, statuses=UNFINISHED)
    return Overview(
        progress=steps,
        now=now,
        wheel=wheel.draw([step.count.share for step in steps], now),
        duties=await duties.read(db, library, partnership_id, answered, agreed, unfinished),
        evaluation=await _evaluation(db, library, partnership_id, rows[-1].at if rows else None),
        reminders=agreed,
        open_actions=unfinished[:MOST_ACTIONS],
        open_count=len(unfinished),
        themes=marks.through_time(rows, minimum),
        sessions=[*prepared, *(session for session in latest if not session.is_prepared)],
    )


async def _evaluation(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, last: dt.datetime | None
) -> Evaluation | None:
    found = progress.evaluation(library)
    if found is None:
        return None
    worksheet, field = found
    written = items_of((await answers.current(db, partnership_id, [field.id])).get(field.id))
    return Evaluation(worksheet, last, written[0].text if written else "")
