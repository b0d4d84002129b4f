"""Answers before the meeting: people who cannot come answer one step by a secret address, until a day.

They are phones as all others, in the same room and through the same intake. When it closes, by its day, by
hand or because the session opens, the links between answers and phones are cut (`links.close_ahead`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Collection
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, days, dutch, kinds
from workshop.languages import writing
from workshop.live import audience, lists, plan, preparing
from workshop.live.errors import Closed
from workshop.live.links import answered_ahead, close_ahead
from workshop.live.room import Room
from workshop.log.what import What
from workshop.log.writing import note_in_session
from workshop.models import Activity, Ahead, Session, SignIn, now

EVENING = dt.time(20)
USUAL_DAYS = 7
ALREADY_OPEN = "Deze sessie is al open. Vooraf invullen kan niet meer."
DOES_NOT_FIT = "Deze stap kunnen mensen niet vooraf invullen. Kies een andere."
OTHER_STEP = "Bij ‘{}’ vulden mensen al vooraf in. Dat kan maar bij één stap."
OVER = "Vooraf invullen is al gesloten. Je kunt het opnieuw openen."
PAST = "Dit moment is al geweest. Kies een later moment."
TOO_LONG = "Vooraf invullen kan hooguit {} dagen. Kies een eerdere dag."
NO_MOMENT = "Kies tot welke dag en hoe laat mensen kunnen invullen."
NO_TIME = "Kies ook tot hoe laat mensen kunnen invullen, bijvoorbeeld 20:00."


class AheadOffer(NamedTuple):
    """What a plan says about answers before the meeting."""

    steps: tuple[Activity, ...]
    """The steps that people can answer ahead."""
    step: Activity | None
    """The one that they answer, or did."""
    phones: int
    """How many phones answered it, those of before too."""
    until: dt.datetime
    """When it closes; while it is not open, a moment to begin with."""


async def offer(db: AsyncSession, session: Session, empty: Collection[uuid.UUID], longest: int) -> AheadOffer:
    """Reads what a plan says about it. `empty` are the steps whose list is empty."""
    ahead = session.ahead
    steps = tuple(one for one in session.activities if fits(one) and one.id not in empty)
    if ahead is None:
        return AheadOffer(steps, None, 0, _usual(session, longest))
    phones = ahead.phones + (await answered_ahead(db, ahead) if ahead.closed_at is None else 0)
    step = next((one for one in session.activities if one.id == ahead.activity_id), None)
    if ahead.phones and ahead.closed_at:
        steps = tuple(one for one in steps if one is step)
    return AheadOffer(steps, step, phones, _usual(session, longest) if ahead.closed_at else ahead.until)


def fits(step: Activity) -> bool:
    """Says whether people can answer this step ahead, if its list is not empty: whoever has the address, so
    not one that asks a part of the room."""
    in_the_plan = not step.skipped and not step.beside
    return kinds.goes_ahead(step) and in_the_plan and not audience.is_for_some(step)


def address(origin: str, session: Session) -> str:
    """Returns the secret address; nothing while it is not open."""
    return f"{origin}/vooraf/{session.ahead.token}" if session.ahead and session.takes_ahead else ""


def invitation(session: Session, step: Activity, address: str, until: dt.datetime) -> str:
    """Returns the words for a mail or an app, with line breaks."""
    when = f"Op {writing.date(session.starts_at)} houden" if session.starts_at else "Binnenkort houden"
    return f"""Hallo,

{when} we een bijeenkomst: {session.title}. Kun je er niet bij zijn, of schrijf je liever rustig thuis? \
Beantwoord dan vooraf één vraag:

{step.question}

{address}

Dat kan tot {dutch.moment(until)}. Je hebt geen account nodig en we vragen je naam niet. \
Er leest niemand live mee: de begeleider leest het later. Heb je nu hulp nodig? \
Op die pagina staat de knop Hulp.
"""


def moment(day: str, time: str) -> dt.datetime:
    """Reads until when people can answer. Raises `ValueError` with a sentence."""
    at = preparing.moment(day, time, NO_TIME)
    if at is None:
        raise ValueError(NO_MOMENT)
    return at


async def begin(
    room: Room, session_id: uuid.UUID, sign_in: SignIn, activity_id: uuid.UUID, until: dt.datetime
) -> None:
    """Lets people answer a step before the meeting. Does nothing when they can already.

    Raises `ValueError` for a moment that does not fit, and `Closed` for a session that is open, a step that
    does not fit, or another one than people answered before.
    """

    async def start(db: AsyncSession, session: Session) -> None:
        if not session.is_prepared:
            raise Closed(ALREADY_OPEN)
        ahead = session.ahead
        if ahead and ahead.closed_at is None:
            return
        _check(until, now(), _longest(room))
        step = plan.step_of(session, activity_id)
        if not fits(step) or step.id in await lists.empty(db, room.reader.library, session):
            raise Closed(DOES_NOT_FIT)
        if ahead and ahead.phones and ahead.activity_id != step.id:
            raise Closed(OTHER_STEP.format(plan.step_of(session, ahead.activity_id).title))
        if ahead is None:
            ahead = session.ahead = Ahead(session_id=session.id, phones=0)
        ahead.id, ahead.token = codes.new_id(), codes.new_token()
        ahead.activity_id, ahead.began_at, ahead.until, ahead.closed_at = step.id, now(), until, None
        await note_in_session(db, session, sign_in.account_id, What.AHEAD_OPENED)

    await room.change(session_id, bus.STEP, start)


async def move(room: Room, session_id: uuid.UUID, sign_in: SignIn, until: dt.datetime) -> None:
    """Says until when people can answer. Raises `ValueError` for a moment that does not fit, and `Closed`
    when it is closed."""

    async def assign(db: AsyncSession, session: Session, ahead: Ahead) -> None:
        _check(until, ahead.began_at, _longest(room))
        if ahead.until != until:
            ahead.until = until
            await note_in_session(db, session, sign_in.account_id, What.AHEAD_MOVED)

    await _change(room, session_id, bus.STEP, assign)


async def renew(room: Room, session_id: uuid.UUID, sign_in: SignIn, token: str) -> None:
    """Gives it the address `token`: the one before opens nothing any more, and who is in stays in. Raises
    `Closed` when it is closed."""

    async def assign(db: AsyncSession, session: Session, ahead: Ahead) -> None:
        if ahead.token != token:
            ahead.token = token
            await note_in_session(db, session, sign_in.account_id, What.AHEAD_LINKED)

    await _change(room, session_id, bus.DESK, assign)


async def stop(room: Room, session_id: uuid.UUID, sign_in: SignIn) -> None:
    """Closes it for good, and cuts its links. Does nothing when it is closed."""

    async def close(db: AsyncSession, session: Session) -> None:
        if session.ahead and session.ahead.closed_at is None:
            await close_ahead(db, session, room.reader.settings.group_minimum, now())
            await note_in_session(db, session, sign_in.account_id, What.AHEAD_CLOSED)

    await room.change(session_id, bus.STEP | {bus.WHO}, close)


async def _change(
    room: Room,
    session_id: uuid.UUID,
    parts: frozenset[str],
    work: Callable[[AsyncSession, Session, Ahead], Awaitable[None]],
) -> None:
    async def changed(db: AsyncSession, session: Session) -> None:
        if session.ahead is None or not session.takes_ahead:
            raise Closed(OVER)
        await work(db, session, session.ahead)

    await room.change(session_id, parts, changed)


def _longest(room: Room) -> int:
    return room.reader.settings.ahead_days


def _check(until: dt.datetime, since: dt.datetime, longest: int) -> None:
    """Raises `ValueError` for a moment that is over, or more than so many days after `since`."""
    if until <= now():
        raise ValueError(PAST)
    if until > since + dt.timedelta(days=longest):
        raise ValueError(TOO_LONG.format(longest))


def _usual(session: Session, longest: int) -> dt.datetime:
    """Returns a moment to begin with: the evening before the meeting where that is near, else in a week."""
    last = days.today() + dt.timedelta(days=min(USUAL_DAYS, longest - 1))
    if session.starts_at:
        last = min(last, days.day_of(session.starts_at) - dt.timedelta(days=1))
    return dt.datetime.combine(max(last, days.today()), EVENING, days.HERE).astimezone(dt.UTC)
