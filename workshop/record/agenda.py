"""The calendar of a partnership under a secret address: actions with a date, sessions with a day, and
when people look back.

Whoever has the address reads it without an account, so no name of anybody who has one stands in it.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import holdings, roles
from workshop.calendar import Day, Entry, Todo
from workshop.codes import new_token, token_hash
from workshop.content.library import Library
from workshop.log import writing
from workshop.log.what import What
from workshop.models import (
    Account,
    Action,
    ActionChange,
    CalendarFeed,
    Membership,
    Partnership,
    Reminder,
    Session,
    in_dossier,
)
from workshop.record import actions, moments, reminders, sessions
from workshop.record.moments import AgreedMoment

NAMELESS_SESSION = "Een sessie"
NAMELESS_MOMENT = "Een afspraak uit het dossier"
NAMELESS = "Een actie uit het dossier"
"""Title of an action whose words name somebody who has an account."""
STATES = {"open": "NEEDS-ACTION", "busy": "IN-PROCESS", "done": "COMPLETED", "dropped": "CANCELLED"}
PRIORITIES = {"high": 1, "normal": 5, "low": 9}
"""As RFC 5545 has them."""
LONGEST_TOKEN = 64


class Agenda(msgspec.Struct, frozen=True):
    """What the calendar of one partnership shows."""

    partnership: Partnership
    actions: tuple[tuple[Action, dt.datetime], ...]
    """Those with a date, each with the moment of its last change."""
    reminders: tuple[Reminder, ...]
    moments: tuple[AgreedMoment, ...]
    """Agreements about time, with and without a day."""
    sessions: tuple[Session, ...]
    """Those with a day, the first one first."""
    names: tuple[str, ...]
    """Names of the people with an account here. None of them may be read without an account."""


async def of(db: AsyncSession, partnership_id: uuid.UUID) -> CalendarFeed | None:
    """Reads the row of the calendar's address. It holds only a hash: nobody can find the
    address in it again."""
    return await db.scalar(select(CalendarFeed).where(CalendarFeed.partnership_id == partnership_id))


async def open(db: AsyncSession, partnership_id: uuid.UUID, account: Account, *, token: str = "") -> str:
    """Makes a new secret address for the calendar; the earlier one stops working.

    Returns the token of the address. Only now can it be read: the database keeps its hash. A form that is
    sent twice with the same `token` makes one address.

    Raises `PermissionDeniedException` (403) for an account that may not edit this dossier.
    """
    await holdings.permit(db, partnership_id, account.id, roles.EDIT)
    token = token or new_token()
    found = await of(db, partnership_id)
    if found is not None:
        if found.token_hash == token_hash(token):
            return token
        await db.delete(found)
        await db.flush()
    db.add(CalendarFeed(partnership_id=partnership_id, token_hash=token_hash(token), created_by=account.id))
    writing.note_of_account(db, account.id, What.CALENDAR_MADE, partnership_id=partnership_id)
    return token


async def close(db: AsyncSession, partnership_id: uuid.UUID, account: Account) -> None:
    """Takes the calendar's address away, so that it opens nothing any more. Does nothing
    where there is none."""
    found = await of(db, partnership_id)
    if found is not None:
        await db.delete(found)
        writing.note_of_account(db, account.id, What.CALENDAR_REMOVED, partnership_id=partnership_id)


async def read(db: AsyncSession, library: Library, token: str) -> Agenda | None:
    """Reads the calendar at this address. Returns None for an address that never was and for one that was
    taken away, so that nobody can tell those apart."""
    own = CalendarFeed.token_hash == token_hash(token[:LONGEST_TOKEN])
    partnership = await db.scalar(
        select(Partnership).join(CalendarFeed, CalendarFeed.partnership_id == Partnership.id).where(own)
    )
    if partnership is None:
        return None
    rows = await db.execute(
        select(Action, func.coalesce(func.max(ActionChange.at), Action.created_at))
        .outerjoin(ActionChange, ActionChange.action_id == Action.id)
        .where(
            Action.partnership_id == partnership.id,
            Action.due.is_not(None),
            Action.status.in_(actions.STATUSES),
        )
        .group_by(Action.id)
        .order_by(Action.due, Action.created_at, Action.id)
    )
    planned = await db.scalars(
        select(Session)
        .where(*in_dossier(partnership.id), Session.starts_at.is_not(None))
        .order_by(Session.starts_at, Session.id)
    )
    names = await db.scalars(
        select(Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.partnership_id == partnership.id)
    )
    return Agenda(
        partnership=partnership,
        actions=tuple((action, at) for action, at in rows),
        reminders=tuple(await reminders.of(db, partnership.id)),
        moments=tuple(await moments.of(db, library, partnership.id)),
        sessions=tuple(planned),
        names=tuple(names),
    )


def entries(agenda: Agenda, library: Library, origin: str, *, as_todos: bool = False) -> list[Entry]:
    """Returns the entries of the calendar: days and appointments, which every calendar shows, with the
    dropped actions left out.

    With `as_todos` actions are tasks instead, for lists of tasks, the dropped ones as cancelled. `origin` is
    the scheme and host of links back to the app. A text that names somebody with an account is left out.
    """
    home = f"{origin}/dossiers/{agenda.partnership.id}"
    found: list[Entry] = []
    for action, changed in agenda.actions:
        if entry := _entry(action, changed, agenda.names, f"{home}/acties/{action.id}", as_todos):
            found.append(entry)
    for reminder in reminders.known(agenda.reminders, library):
        sheet = library.worksheet(reminder.worksheet)
        found.append(
            Day(
                f"{reminder.id}@kompas-live",
                reminder.next_on,
                f"Terugkijken: {sheet.title}",
                "" if named(reminder.note, agenda.names) else reminder.note,
                f"{home}/bouwstenen/{sheet.slug}",
                reminder.created_at,
            )
        )
    for moment in agenda.moments:
        if moment.next_on:
            told = {"Hoe vaak": moment.frequency, "Wie": moment.owner}
            found.append(
                Day(
                    f"{moment.id}@kompas-live",
                    moment.next_on,
                    NAMELESS_MOMENT if named(moment.text, agenda.names) else moment.text,
                    "\n".join(f"{k}: {v}" for k, v in told.items() if v and not named(v, agenda.names)),
                    f"{home}/terugkijken",
                    moment.changed,
                )
            )
    for session in agenda.sessions:
        appointment = sessions.appointment(session, library.worksheet(session.worksheet), origin)
        if appointment and named(appointment.title, agenda.names):
            appointment = msgspec.structs.replace(appointment, title=NAMELESS_SESSION)
        found += [appointment] if appointment else []
    return found


def named(words: str, names: Iterable[str]) -> bool:
    """Says whether one of these names stands in a text, as words of their own."""
    return any(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) for name in names if name.strip()
    )


def _entry(
    action: Action, changed: dt.datetime, names: Sequence[str], address: str, as_todos: bool
) -> Day | Todo | None:
    if action.due is None or (action.status == "dropped" and not as_todos):
        return None
    title, text = _told(action, names)
    uid = f"{action.id}@kompas-live"
    if as_todos:
        state, priority = STATES[action.status], PRIORITIES[action.priority]
        return Todo(uid, action.due, title, state, text, address, changed, priority)
    done = "Klaar: " if action.status == "done" else ""
    return Day(uid, action.due, f"{done}{title}", text, address, changed)


def _told(action: Action, names: Sequence[str]) -> tuple[str, str]:
    """Returns the title and the text of an action, without a name of anybody who has an account."""
    owner = "" if named(action.owner, names) else action.owner
    lines = [f"Wie: {owner}" if owner else "", f"Stand: {actions.STATUSES[action.status]}"]
    lines.append(f"Prioriteit: {actions.PRIORITIES[action.priority]}" if action.priority != "normal" else "")
    title = NAMELESS if named(action.text, names) else action.text
    return title, "\n".join(line for line in lines if line)
