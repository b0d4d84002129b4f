"""A session's plan: made from a worksheet's script, then the facilitator's own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, kinds, text
from workshop.content.worksheets import ScriptActivity, Worksheet
from workshop.live import rounds, step_form
from workshop.live.errors import Closed, Gone
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Activity, Contribution, Session, SignIn, now
from workshop.session_groups import has_young
from workshop.storage.database import Database

LONGEST_LINE = 280
"""Letters of one line of a second wording."""
OWN = "eigen-"
"""How the key begins of a step that a facilitator made."""
AT_START = "begin"
MOST_STEPS = 60
FEWEST_LINES, LONGEST_LINE = 2, 140
COPIED = ("kind", "title", "question", "help", "minutes", "audience", "youth", "spoken", "settings")
AHEAD = "Deze stap vulden mensen vooraf in. Daarom blijft de vraag zo, en blijft de stap in het programma."
NO_ROUND_AFTER_AHEAD = (
    "Deze stap vulden mensen vooraf in die nu niet opnieuw kunnen antwoorden. Daarom is er geen tweede ronde."
)
NO_STEP = "Deze stap staat niet in het programma."


async def make_session(
    database: Database,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    sign_in: SignIn,
    *,
    title: str = "",
    holds_back: bool = True,
    script: Sequence[ScriptActivity] | None = None,
    groups: Sequence[Any] = (),
    about: str = "",
    starts_at: dt.datetime | None = None,
    id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Makes a session that is still closed, once for each `id`. Returns its id.

    Its plan is `script`, or else the worksheet's own. `about` is the ambition or activity, for a worksheet
    that is filled in once for each. `groups` are those that phones can choose from (session_groups.py): one
    of young people holds cards back. Raises `ValueError` for a title that is too long.
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
            holds_back=holds_back or has_young(groups),
            groups=list(groups),
            starts_at=starts_at,
            driver_id=sign_in.id,
            created_by=sign_in.account_id,
            activities=[
                _activity(step, position) for position, step in enumerate(script or worksheet.script)
            ],
        )
        db.add(session)
        await db.flush()
        writing.note_of_session(db, session, sign_in.account_id, What.SESSION_MADE)
        return session.id

    return await database.write(make)


async def change_step(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, form: Mapping[str, str]
) -> None:
    """Changes a step as the form says: its texts, minutes, audience, `skipped`, what the facilitator can say,
    and the settings of its kind for as long as it has not begun.

    Raises `ValueError` with a sentence for a value that does not fit, `Gone` for a step that is not there,
    and `Closed` when it would skip the current step or change the settings of one that began.
    """
    values: dict[str, Any] = step_form.texts(form) | {"skipped": form.get("skipped") == "ja"}

    async def assign(db: AsyncSession, session: Session) -> None:
        activity = step_of(session, activity_id)
        if values["skipped"]:
            _check_skips(session, activity)
        if "title" in activity.youth and values["title"] == activity.title:
            values["youth"]["title"] = activity.youth["title"]  # a new name is for everybody
        settings = step_form.settings(activity.kind, form, activity.settings)
        if settings != activity.settings:
            _set(session, activity, settings)
        if "audience" not in form:
            del values["audience"]
        if session.was_ahead(activity) and _asks_otherwise(activity, values):
            raise Closed(AHEAD)
        for name, value in values.items():
            setattr(activity, name, value)

    await room.change(session_id, bus.STEP, assign)


async def set_minutes(room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, typed: str) -> None:
    """Says how long a step takes. Raises `ValueError` with a sentence."""
    count = step_form.minutes(typed)

    async def assign(db: AsyncSession, session: Session) -> None:
        step_of(session, activity_id).minutes = count

    await room.change(session_id, bus.STEP, assign)


async def skip_step(room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, skipped: bool) -> None:
    async def assign(db: AsyncSession, session: Session) -> None:
        activity = step_of(session, activity_id)
        if skipped:
            _check_skips(session, activity)
        activity.skipped = skipped

    await room.change(session_id, bus.DESK, assign)


async def move_step(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, by: int, seen: str = ""
) -> None:
    """Moves a step one earlier (`by` -1) or later (1). Nothing moves at the end of the plan, nor when
    the step is no longer at the position that was `seen`: a second press of the same button moves nothing."""
    await _move(room, session_id, activity_id, lambda here: here + (1 if by > 0 else -1), seen)


async def place_step(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, place: int, seen: str
) -> None:
    """Moves a step to a place, from 0. Nothing moves when it is no longer where it was `seen`."""
    await _move(room, session_id, activity_id, lambda _: place, seen)


async def add_step(
    room: Room,
    session_id: uuid.UUID,
    kind: str,
    form: Mapping[str, str],
    *,
    after: str = "",
    id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Adds a step of the facilitator's own, with the texts and settings of a form; once for each `id`. It
    comes behind the step `after`, first for `AT_START`, or else at the end. Returns its id.

    Raises `ValueError` with a sentence for what does not fit, `Gone` for the id
    of another session's step.
    """
    values = step_form.texts(_with_defaults(kind, form))
    values["settings"] = step_form.settings(kind, form, {})
    kinds.needs(kind, values["settings"])

    async def add(db: AsyncSession, session: Session) -> uuid.UUID:
        return await _insert(db, session, Activity(id=id, kind=kind, saves={}, **values), after)

    return await room.change(session_id, bus.DESK, add)


async def type_in(room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, words: str) -> None:
    """Gives a step a list of its own, one line each, instead of the list that is empty.

    Raises `ValueError` with a sentence for fewer than two lines or one that is too long, and `Closed` once
    somebody chose from the list.
    """
    lines = [text.clean(line, LONGEST_LINE) for line in words.splitlines() if text.tidy(line)]
    if len(lines) < FEWEST_LINES:
        raise ValueError("Typ minstens twee regels: er moet iets te kiezen zijn.")

    async def assign(db: AsyncSession, session: Session) -> None:
        step = step_of(session, activity_id)
        if await db.scalar(select(Contribution.id).where(Contribution.activity_id == step.id).limit(1)):
            raise Closed("Er is al gekozen uit de lijst van deze stap.")
        step.settings = kinds.with_list(kinds.get(step.kind), step.settings, lines)

    await room.change(session_id, bus.STEP, assign)


async def copy_step(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, id: uuid.UUID | None = None
) -> uuid.UUID:
    """Adds a copy behind a step, once for each `id`. What the copy brings goes into no field of the dossier:
    the first one fills that. Returns its id."""

    async def add(db: AsyncSession, session: Session) -> uuid.UUID:
        step = step_of(session, activity_id)
        same = {name: getattr(step, name) for name in COPIED}
        return await _insert(db, session, Activity(id=id, saves={}, **same), str(step.id))

    return await room.change(session_id, bus.DESK, add)


async def remove_step(room: Room, session_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Takes a step of the facilitator's own out of the plan; one that is gone already is no mistake.

    Raises `Closed` for a step of the worksheet, one that began, and one that another step chooses from.
    """

    async def remove(db: AsyncSession, session: Session) -> None:
        activity = next((one for one in session.activities if one.id == activity_id), None)
        if activity is None:
            return
        if not may_go(session, activity):
            raise Closed("Deze stap kan niet weg. Sla hem over.")
        for other in session.activities:
            if kinds.needs(other.kind, other.settings).activity == activity.key:
                raise Closed(f"‘{other.title}’ kiest uit deze stap. Verander of verwijder eerst die stap.")
        session.activities.remove(activity)
        _number(session)

    await room.change(session_id, bus.DESK, remove)


def is_own(activity: Activity) -> bool:
    """Says whether a facilitator made this step."""
    return activity.key.startswith(OWN)


def may_go(session: Session, activity: Activity) -> bool:
    """Says whether a step may be taken out of the plan: nothing was asked with it yet."""
    begun = activity.started_at is not None or session.was_ahead(activity)
    return is_own(activity) and not begun and activity.id != session.activity_id


def sources(session: Session, before: Activity | None) -> list[Activity]:
    """Returns the steps whose outcome a step can choose from: those in front of it; for a new step, all."""
    order = sorted(session.activities, key=lambda one: one.position)
    return [one for one in order[: order.index(before) if before else None] if kinds.asks(one.kind)]


def add_second_round(session: Session, first: Activity, wording: str) -> Activity:
    """Puts a second round of a step into the plan, right behind it. `wording` is another list, one line each.
    Raises `Closed` where there can be none, and `ValueError` for a wording that does not fit."""
    kind = kinds.get(first.kind)
    if not rounds.has_rounds(kind) or rounds.first_key(first) or first.beside:
        raise Closed("Van deze stap is er geen tweede ronde.")
    if session.was_ahead(first):
        raise Closed(NO_ROUND_AFTER_AHEAD)
    if not first.shown:
        raise Closed("Laat eerst de uitslag van ronde 1 zien.")
    lines = [text.clean(line, LONGEST_LINE) for line in wording.splitlines() if text.tidy(line)]
    second = Activity(
        id=codes.new_id(),
        session_id=session.id,
        key=rounds.second_key(first.key),
        kind=first.kind,
        title=f"{first.title[:110]}, ronde 2",
        question=first.question,
        help=first.help,
        youth={what: words for what, words in first.youth.items() if what != "title"},
        spoken=first.spoken,
        audience=first.audience,
        minutes=first.minutes,
        settings=kinds.with_list(kind, first.settings, lines) if lines else first.settings,
        saves=first.saves,
    )
    order = sorted(session.activities, key=lambda one: one.position)
    order.insert(order.index(first) + 1, second)
    session.activities.append(second)
    _number(session, order)
    return second


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


async def _move(
    room: Room, session_id: uuid.UUID, activity_id: uuid.UUID, to: Callable[[int], int], seen: str
) -> None:
    async def move(db: AsyncSession, session: Session) -> None:
        order = sorted(session.activities, key=lambda activity: activity.position)
        here = order.index(step_of(session, activity_id))
        if seen and seen != str(order[here].position):
            return
        there = min(max(to(here), 0), len(order) - 1)
        order.insert(there, order.pop(here))
        _number(session, order)

    await room.change(session_id, bus.DESK, move)


def _with_defaults(kind: str, form: Mapping[str, str]) -> dict[str, str]:
    """Returns a form with a name and minutes where nobody filled those in."""
    return {"title": kinds.get(kind).name, "minutes": "10"} | {
        name: words for name, words in form.items() if words
    }


async def _insert(db: AsyncSession, session: Session, activity: Activity, after: str) -> uuid.UUID:
    if activity.id and any(one.id == activity.id for one in session.activities):
        return activity.id
    if activity.id and await db.get(Activity, activity.id):
        raise Gone("Dit is een stap van een andere sessie.")
    if len(session.activities) >= MOST_STEPS:
        raise Closed(f"Een programma heeft hooguit {MOST_STEPS} stappen.")
    order = sorted(session.activities, key=lambda one: one.position)
    place = next((n for n, one in enumerate(order, 1) if str(one.id) == after), len(order))
    place = 0 if after == AT_START else place
    numbers = [int(one.key.removeprefix(OWN)) for one in order if is_own(one)]
    activity.id, activity.session_id = activity.id or codes.new_id(), session.id
    activity.key = f"{OWN}{1 + max(numbers, default=0)}"
    _check_source(activity.kind, activity.settings, order[:place])
    order.insert(place, activity)
    session.activities.append(activity)
    _number(session, order)
    await db.flush()
    return activity.id


async def add_beside(db: AsyncSession, session: Session, kind: kinds.Kind, **values: Any) -> Activity:
    """Adds a step that stands in no plan, such as a quick question; `values` are its own columns."""
    step = Activity(
        session_id=session.id,
        position=1 + max((activity.position for activity in session.activities), default=-1),
        kind=kind.__name__.rpartition(".")[2],
        minutes=1,
        skipped=True,
        beside=True,
        started_at=now(),
        **values,
    )
    session.activities.append(step)
    await db.flush()
    return step


def _check_skips(session: Session, activity: Activity) -> None:
    if activity.id == session.activity_id:
        raise Closed("Deze stap is nu bezig. Ga eerst naar een andere stap.")
    if session.was_ahead(activity):
        raise Closed(AHEAD)


def _asks_otherwise(activity: Activity, values: Mapping[str, Any]) -> bool:
    """Says whether these values ask something else, or ask others."""
    asked = ("question", "help", "youth", "audience")
    return any(name in values and values[name] != getattr(activity, name) for name in asked)


def _set(session: Session, activity: Activity, settings: dict[str, Any]) -> None:
    if session.was_ahead(activity):
        raise Closed(AHEAD)
    if activity.started_at is not None:
        raise Closed("Deze stap is al begonnen. Je kunt nu alleen de teksten en de tijd veranderen.")
    _check_source(activity.kind, settings, sources(session, activity))
    kind = kinds.get(activity.kind)
    outputs = kind.outputs(kinds.settings(kind, settings))
    activity.settings = settings
    activity.saves = {output: field for output, field in activity.saves.items() if output in outputs}


def _check_source(kind: str, settings: dict[str, Any], before: Sequence[Activity]) -> None:
    source = kinds.needs(kind, settings).activity
    if source and all(one.key != source for one in before):
        raise ValueError("Kies een stap die eerder in het programma staat.")


def _number(session: Session, order: Sequence[Activity] | None = None) -> None:
    for position, activity in enumerate(order or sorted(session.activities, key=lambda one: one.position)):
        activity.position = position


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
