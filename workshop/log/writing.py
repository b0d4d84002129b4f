"""Lines for the log, in the transaction of what they tell of. Never of a card, never of a participant."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import OrderedDict
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.codes import new_id
from workshop.log.what import Particulars, What
from workshop.models import Deed, Membership, Session, now
from workshop.storage.database import Database

log = logging.getLogger(__name__)

SITTING = dt.timedelta(minutes=10)
NONE: Particulars = MappingProxyType({})


def note(
    db: AsyncSession,
    member: Membership,
    what: What,
    about: str = "",
    particulars: Particulars = NONE,
    *,
    id: uuid.UUID | None = None,
    session_id: uuid.UUID | None = None,
) -> None:
    """Adds one line, of a member in its dossier."""
    place = {"partnership_id": member.partnership_id, "account_id": member.account_id}
    db.add(_line(what, particulars, id=id or new_id(), session_id=session_id, about=about, **place))


def note_of_account(
    db: AsyncSession,
    account_id: uuid.UUID | None,
    what: What,
    about: str = "",
    particulars: Particulars = NONE,
    *,
    partnership_id: uuid.UUID | None = None,
) -> None:
    """Adds one line, of an account in a dossier that it is no member of yet, or in none. Without an account,
    of whoever sits at the machine itself."""
    db.add(_line(what, particulars, account_id=account_id, partnership_id=partnership_id, about=about))


def note_of_session(
    db: AsyncSession, session: Session, account_id: uuid.UUID | None, what: What, about: str | None = None
) -> None:
    """Adds one line, about the title of a session, unless something else is given; none in a rehearsal."""
    if session.rehearsal_of:
        return
    told = session.title if about is None else about
    db.add(_line(what, NONE, about=told, **_during(session, account_id)))


async def note_sitting(
    db: AsyncSession, member: Membership, what: What, about: str = "", particulars: Particulars = NONE
) -> None:
    """Does as `note`, but adds one line for all that somebody does to one thing in one sitting of
    `SITTING`."""
    same = Deed.account_id == member.account_id, Deed.partnership_id == member.partnership_id
    lines = await _lines(db, what, now() - SITTING, *same, Deed.about == about)
    if not any(line.particulars == particulars for line in lines):
        note(db, member, what, about, particulars)


async def note_in_session(
    db: AsyncSession,
    session: Session,
    account_id: uuid.UUID | None,
    what: What,
    times: int = 1,
    particulars: Particulars = NONE,
) -> None:
    """Adds one line for all that an account does of one kind in one sitting of a session, with how often.
    Without `account_id` the app itself did it. Adds none in a rehearsal."""
    if session.rehearsal_of:
        return
    same = Deed.session_id == session.id, Deed.account_id == account_id
    for line in await _lines(db, what, now() - SITTING, *same):
        if line.particulars == particulars:
            line.times += times
            return
    about = session.title
    db.add(_line(what, particulars, about=about, times=times, **_during(session, account_id)))


async def note_look(database: Database, member: Membership) -> None:
    """Notes that somebody opened the dossier: once a day, and writes only then. When nothing can be written,
    nothing is noted."""
    today = days.today()
    key = (member.account_id, member.partnership_id, today)
    if key in _LOOKED:
        return
    same = Deed.account_id == member.account_id, Deed.partnership_id == member.partnership_id

    async def store(db: AsyncSession) -> None:
        # Another process may have noted it; a member who was taken away just now looks at nothing.
        if await db.get(Membership, member.id) and not await _lines(
            db, What.DOSSIER_SEEN, days.start_of(today), *same
        ):
            note(db, member, What.DOSSIER_SEEN)

    try:
        await database.write(store)
    except DBAPIError:
        log.warning("who looked could not be noted")  # a full disk must not stop people from reading
        return
    _LOOKED[key] = None
    while len(_LOOKED) > MOST_REMEMBERED:
        _LOOKED.popitem(last=False)


def _line(what: What, particulars: Particulars, **values: Any) -> Deed:
    """Makes a line. Raises `TypeError` for particulars that the sentence does not name, or misses."""
    if particulars.keys() != what.needs:
        raise TypeError(f"{what} takes {sorted(what.needs)}, not {sorted(particulars)}")
    return Deed(what=str(what), particulars=dict(particulars), **values)


def _during(session: Session, account_id: uuid.UUID | None) -> dict[str, Any]:
    return {
        "partnership_id": session.partnership_id,
        "session_id": session.id,
        "account_id": account_id,
    }


async def _lines(db: AsyncSession, what: What, since: dt.datetime, *same: ColumnElement[bool]) -> list[Deed]:
    """Finds what is noted already since then."""
    return list(await db.scalars(select(Deed).where(*same, Deed.what == str(what), Deed.at >= since)))


MOST_REMEMBERED = 10_000
_LOOKED: OrderedDict[tuple[uuid.UUID, uuid.UUID, dt.date], None] = OrderedDict()
"""Account, dossier and day that this process noted: it saves a write for every page."""
