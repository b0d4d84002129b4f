"""A session's plan: made from a worksheet's script, then the facilitator's own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, kinds, text
from workshop.content.worksheets import LONGEST_SPOKEN, MOST_SPOKEN, ScriptActivity, Spoken, Worksheet
from workshop.live.errors import Closed, Gone
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Activity, Session, SignIn
from workshop.storage.database import Database

LONGEST_MINUTES = 180
NO_STEP = "Deze stap staat niet in het programma."


async def open_session(
    database: Database,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    sign_in: SignIn,
    *,
    title: str = "",
    holds_back: bool = True,
    script: Sequence[ScriptActivity] | None = None,
    about: str = "",
    id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Makes a session in its lobby, once for each `id`. Returns its id.

    Its plan is `script`, or else the worksheet's own. `about` is the ambition or activity, for a worksheet
    that is filled in once for each. Raises `ValueError` for a title that is too long.
    """
    title = text.clean(title or worksheet.title, 120)

    async def make(db: AsyncSession) -> uuid.UUID:
        if id and await db.get(Session, id):
            return id
        session = Session(
            id=id or codes.new_id(),
            partnership_id=partnership_id,
            worksheet=worksheet.id,
            about=about,
            title=title,
            holds_back=holds_back,
            driver_id=sign_in.id,
            created_by=sign_in.account_id,
            activities=[
                _activity(step, position) for position, step in enumerate(script or worksheet.script)
            ],
        )
        db.add(session)
        await db.flush()
        writing.note_of_session(db, session, sign_in.account_id, What.SESSION_OPENED)
        return session.id

    return await database.write(make)


async def change_step(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, form: Mapping[str, str]
) -> None:
    """Changes a step as the form says: title, question, help, minutes, `skipped` and what the
    facilitator can say.

    Raises `ValueError` with a sentence for a value that does not fit, `Gone` for a step that is not there,
    and `Closed` when it would skip the current step.
    """
    values: dict[str, Any] = {
        "title": text.clean(form.get("title", ""), 120),
        "question": text.clean(form.get("question", ""), 200),
        "help": text.tidy(form.get("help", ""))[:200],
        "minutes": minutes(form.get("minutes", "")),
        "skipped": form.get("skipped") == "ja",
        "youth": {
            what: words
            for what in ("question", "help")
            if (words := text.tidy(form.get(f"youth.{what}", ""))[:200])
        },
        "spoken": {
            who: sentences
            for who in Spoken.__struct_fields__
            if (sentences := spoken(form.get(f"spoken.{who}", "")))
        },
    }

    async def assign(db: AsyncSession, session: Session) -> None:
        activity = step_of(session, activity_id)
        if values["skipped"] and activity.id == session.activity_id:
            raise Closed("Deze stap is nu bezig. Ga eerst naar een andere stap.")
        if "title" in activity.youth and values["title"] == activity.title:
            values["youth"]["title"] = activity.youth["title"]  # a new name is for everybody
        for name, value in values.items():
            setattr(activity, name, value)

    await room.change(session_id, bus.STEP, assign)


async def skip_step(room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, skipped: bool) -> None:
    async def assign(db: AsyncSession, session: Session) -> None:
        activity = step_of(session, activity_id)
        if skipped and activity.id == session.activity_id:
            raise Closed("Deze stap is nu bezig. Ga eerst naar een andere stap.")
        activity.skipped = skipped

    await room.change(session_id, bus.DESK, assign)


async def move_step(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, by: int, seen: str = ""
) -> None:
    """Moves a step one earlier (`by` -1) or later (1). Nothing moves at the end of the plan, nor when
    the step is no longer at the position that was `seen`: a second press of the same button moves nothing."""

    async def move(db: AsyncSession, session: Session) -> None:
        order = sorted(session.activities, key=lambda activity: activity.position)
        here = order.index(step_of(session, activity_id))
        if seen and seen != str(order[here].position):
            return
        there = min(max(here + (1 if by > 0 else -1), 0), len(order) - 1)
        order.insert(there, order.pop(here))
        for position, activity in enumerate(order):
            activity.position = position

    await room.change(session_id, bus.DESK, move)


async def add_step(
    room: Room, session_id: uuid.UUID, title: str, question: str, id: uuid.UUID | None = None
) -> uuid.UUID:
    """Adds a question of the facilitator's own: a step at the end of the plan; once for each
    `id`. Returns its id.

    Raises `ValueError` with a sentence without a question, `Gone` when the id is of another session's step.
    """
    question = text.clean(question, 200)
    title = text.clean(title or "Eigen vraag", 120)

    async def add(db: AsyncSession, session: Session) -> uuid.UUID:
        if id and any(activity.id == id for activity in session.activities):
            return id
        if id and await db.get(Activity, id):
            raise Gone("Dit is een stap van een andere sessie.")
        number = 1 + sum(activity.key.startswith("eigen-") for activity in session.activities)
        activity = Activity(
            id=id or codes.new_id(),
            session_id=session.id,
            key=f"eigen-{number}",
            position=1 + max((a.position for a in session.activities), default=-1),
            kind=kinds.for_own_question(),
            title=title,
            question=question,
            minutes=10,
            settings={},
            saves={},
        )
        db.add(activity)
        await db.flush()
        return activity.id

    return await room.change(session_id, bus.DESK, add)


def minutes(typed: str) -> int:
    """Reads a number of whole minutes, 1 to 180. Raises `ValueError` with a sentence."""
    try:
        count = int(typed)
    except ValueError:
        raise ValueError("Vul de minuten in als een getal.") from None
    if not 1 <= count <= LONGEST_MINUTES:
        raise ValueError(f"Een stap duurt 1 tot {LONGEST_MINUTES} minuten.")
    return count


def spoken(typed: str) -> list[str]:
    """Reads what a facilitator can say: each line is a sentence. Raises `ValueError` with a sentence."""
    sentences = [sentence for line in typed.splitlines() if (sentence := text.tidy(line))]
    if len(sentences) > MOST_SPOKEN:
        raise ValueError(f"Schrijf hooguit {MOST_SPOKEN} zinnen op die je zelf zegt.")
    over = max(map(len, sentences), default=0) - LONGEST_SPOKEN
    if over > 0:
        spare = text.plural(over, "teken", "tekens")
        raise ValueError(f"Een zin die je zelf zegt, is te lang. Maak hem {spare} korter.")
    return sentences


async def planned(database: Database, session_id: uuid.UUID) -> Session:
    """Reads the session with its whole plan, skipped steps too. Raises `Gone` when it is not there."""
    async with database.read() as db:
        session = await db.scalar(select(Session).where(Session.id == session_id))
    if session is None:
        raise Gone("Deze sessie bestaat niet meer.")
    return session


def step_of(session: Session, activity_id: uuid.UUID) -> Activity:
    """Returns a step of a session's plan. Raises `Gone` when it is not in it."""
    activity = next((a for a in session.activities if a.id == activity_id), None)
    if activity is None:
        raise Gone(NO_STEP)
    return activity


def _activity(script: ScriptActivity, position: int) -> Activity:
    return Activity(
        key=script.key,
        position=position,
        kind=script.kind,
        title=script.title,
        question=script.question,
        help=script.help,
        audience=script.audience,
        youth=msgspec.to_builtins(script.youth) if script.youth else {},
        spoken=msgspec.to_builtins(script.spoken) if script.spoken else {},
        minutes=script.minutes,
        settings=script.settings,
        saves=script.saves,
    )
