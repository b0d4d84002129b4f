"""The log of a dossier: who saw it, who changed what. Of accounts only: never a card, never a participant."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import OrderedDict
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.codes import new_id
from workshop.models import Account, Deed, Membership, Session, Signal, now
from workshop.storage.database import Database

log = logging.getLogger(__name__)

SITTING = dt.timedelta(minutes=10)
PAGE = 50
LOOKS = "bekijkt het dossier"

CLOSES, EMPTIES = "sluit de sessie na ", "maakt een voorbereide sessie weer leeg"
BY_ITSELF, ITSELF = (CLOSES, EMPTIES), "Kompas Live"
"""How verbs begin of what the app does by itself, and the name under which the log shows it."""
MODERATION = "moderatie"

KINDS = {
    "leden": "Leden en rollen",
    "sessies": "Sessies",
    MODERATION: "Moderatie",
    "dossier": "Dossier",
    "gezien": "Gezien",
    "uitvoer": "Documenten",
    "anders": "Overig",
}
VERBS: dict[str, tuple[str, ...]] = {
    "leden": (
        "maakt een uitnodiging",
        "vernieuwt een uitnodiging",
        "trekt een uitnodiging in",
        "doet mee op uitnodiging",
        "maakt iemand ",
        "haalt iemand weg",
        "gaat weg",
        "draagt het dossier over",
    ),
    "sessies": (
        "opent een sessie",
        "sluit de sessie",
        "opent de sessie weer",
        "maakt een voorbereide sessie weer leeg",
        "bewaart een sessie",
        "neemt de regie over",
        "bewaart een programma",
        "past een terugblik aan",
        "publiceert een terugblik",
        "trekt een terugblik in",
        "maakt een nieuwe link voor een terugblik",
    ),
    MODERATION: (
        "laat een kaart zien",
        "haalt een kaart van het scherm",
        "houdt een kaart tegen",
        "past de tekst van een kaart aan",
        "verwijdert een kaart",
        "zet een kaart terug",
        "zet een stapel terug",
        "zet de stap dicht",
        "zet de stap open",
        "zet het beeld uit",
        "zet het beeld weer aan",
        "laat niemand meer binnen",
        "laat weer mensen binnen",
        "vernieuwt de QR-code en de code",
        "vergeet stille telefoons",
        "opent Hulp op alle telefoons",
        "pakt een kaart op die hulp vroeg",
    ),
    "dossier": (
        "maakt het dossier",
        "past een antwoord aan",
        "zet een eerdere versie terug",
        "zegt dat iets nog klopt",
        "voegt een actie toe",
        "verandert een actie",
        "kijkt terug op acties",
        "vult cijfers van papier in",
        "begint een nieuwe ronde",
        "kiest een terugkijkdag",
        "haalt een terugkijkdag weg",
        "maakt een adres voor agenda's",
        "haalt het adres voor agenda's weg",
        "maakt een API-sleutel",
        "trekt een API-sleutel in",
        "wil het dossier verwijderen",
        "bewaart het dossier toch",
        "neemt het dossier over",
    ),
    "gezien": (LOOKS,),
    "uitvoer": ("downloadt een document", "neemt het dossier mee"),
}
"""Kind -> how its verbs begin. A verb that is in none of them is of the kind `anders`."""
EARLIER_VERBS: dict[str, tuple[str, ...]] = {
    "sessies": ("slaat een sessie op", "neemt het stuur", "haalt een terugblik terug"),
    MODERATION: (
        "zet een groep terug",
        "sluit de invoer",
        "opent de invoer",
        "maakt het grote scherm leeg",
        "laat het grote scherm weer zien",
        "doet de deur dicht",
        "doet de deur open",
        "maakt een nieuwe QR en code",
        "pakt een signaal op",
    ),
    "dossier": ("spreekt een moment van terugkijken af", "stopt een moment van terugkijken"),
}
"""Kind -> how its verbs began in older lines: a log is never rewritten."""


class Line(NamedTuple):
    deed: Deed
    name: str
    """Name of the account; empty for one that was deleted."""


class Raised(NamedTuple):
    signal: Signal
    session: str
    name: str
    """Name of the account that took it up; empty as long as nobody did, and for an account that was
    deleted."""


class Log(NamedTuple):
    lines: list[Line]
    people: dict[str, str]
    """Id -> name of everybody in the log."""
    pages: int


def note(
    db: AsyncSession, member: Membership, verb: str, about: str = "", *, id: uuid.UUID | None = None
) -> None:
    """Adds one line to the log, in the writer's transaction."""
    place = {"partnership_id": member.partnership_id, "account_id": member.account_id}
    db.add(Deed(id=id or new_id(), **place, verb=verb, about=about))


async def note_sitting(db: AsyncSession, member: Membership, verb: str, about: str = "") -> None:
    """Does as `note`, but adds one line for all that somebody does to one thing in one sitting of
    `SITTING`."""
    if not await _did(db, member, verb, about, now() - SITTING):
        note(db, member, verb, about)


async def note_in_session(
    db: AsyncSession, session: Session, account_id: uuid.UUID | None, verb: str, times: int = 1
) -> None:
    """Adds one line for all that somebody does of one kind in one sitting of a session, with how often.
    Without `account_id` the app itself did it."""
    same = (
        Deed.session_id == session.id,
        Deed.account_id == account_id,
        Deed.verb == verb,
        Deed.at >= now() - SITTING,
    )
    line = await db.scalar(select(Deed).where(*same).limit(1))
    if line:
        line.times += times
        return
    place = {"partnership_id": session.partnership_id, "session_id": session.id, "account_id": account_id}
    db.add(Deed(**place, verb=verb, about=session.title, times=times))


async def note_look(database: Database, member: Membership) -> None:
    """Notes that somebody opened the dossier: once a day, and writes only then. When nothing can be written,
    nothing is noted."""
    today = days.today()
    key = (member.account_id, member.partnership_id, today)
    if key in _LOOKED:
        return
    morning = days.start_of(today)

    async def store(db: AsyncSession) -> None:
        # Another process may have noted it; a member who was removed just now is not noted.
        if await db.get(Membership, member.id) and not await _did(db, member, LOOKS, "", morning):
            note(db, member, LOOKS)

    try:
        await database.write(store)
    except DBAPIError:
        log.warning("who looked could not be noted")  # a full disk must not stop people from reading
        return
    _LOOKED[key] = None
    while len(_LOOKED) > MOST_REMEMBERED:
        _LOOKED.popitem(last=False)


async def listed(
    database: Database,
    partnership_id: uuid.UUID,
    *,
    person: uuid.UUID | None = None,
    kind: str = "",
    page: int = 1,
) -> Log:
    """Returns one page of the log, newest first. A kind that does not exist means all of them."""
    chosen = [Deed.partnership_id == partnership_id]
    if person:
        chosen.append(Deed.account_id == person)
    if kind in KINDS:
        chosen.append(_of_kind(kind))
    async with database.read() as db:
        count = await db.scalar(select(func.count()).select_from(Deed).where(*chosen)) or 0
        rows = await db.execute(
            select(Deed, Account.name)
            .outerjoin(Account, Deed.account_id == Account.id)
            .where(*chosen)
            .order_by(Deed.at.desc(), Deed.id)
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
        lines = [
            Line(deed, name or (ITSELF if deed.verb.startswith(BY_ITSELF) else "")) for deed, name in rows
        ]
        names = await db.execute(
            select(Account.id, Account.name)
            .where(Account.id.in_(select(Deed.account_id).where(Deed.partnership_id == partnership_id)))
            .order_by(Account.name)
        )
        return Log(lines, {str(id): name for id, name in names}, max(1, -(-count // PAGE)))


async def signals(database: Database, partnership_id: uuid.UUID) -> list[Raised]:
    """Lists the cards that looked like a disclosure in a session: first those that nobody took up, then the
    newest."""
    query = (
        select(Signal, Session.title, Account.name)
        .join(Session, Signal.session_id == Session.id)
        .outerjoin(Account, Signal.handled_by == Account.id)
        .where(Signal.partnership_id == partnership_id)
        .order_by(Signal.handled_at.is_not(None), Signal.raised_on.desc(), Signal.id)
        .limit(PAGE)
    )
    async with database.read() as db:
        return [Raised(signal, title, name or "") for signal, title, name in await db.execute(query)]


async def _did(db: AsyncSession, member: Membership, verb: str, about: str, since: dt.datetime) -> bool:
    same = (
        Deed.partnership_id == member.partnership_id,
        Deed.at >= since,
        Deed.account_id == member.account_id,
        Deed.verb == verb,
        Deed.about == about,
    )
    return await db.scalar(select(Deed.id).where(*same).limit(1)) is not None


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind in VERBS:
        return or_(*(Deed.verb.startswith(verb) for verb in _beginnings(kind)))
    return not_(or_(*(Deed.verb.startswith(verb) for known in VERBS for verb in _beginnings(known))))


def _beginnings(kind: str) -> tuple[str, ...]:
    return (*VERBS[kind], *EARLIER_VERBS.get(kind, ()))


MOST_REMEMBERED = 10_000
_LOOKED: OrderedDict[tuple[uuid.UUID, uuid.UUID, dt.date], None] = OrderedDict()
"""Account, dossier and day that this process noted: it saves a write for every page."""
