"""Writing and publishing a lookback: who may read what became of a session, and until when.

What phones of the session notice goes through `Room.change`; each change is logged with the account, without
the words of the page.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus
from workshop.codes import new_token
from workshop.content.library import Library
from workshop.handover import lookback
from workshop.handover.lookback import LONGEST_NOTE, LONGEST_TEXT, LookbackLine, cleaned
from workshop.live.errors import Closed, Gone
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Account, Lookback, Session, now
from workshop.record import actions, lookbacks
from workshop.storage import locks
from workshop.storage.database import changes

Work = Callable[[AsyncSession, Session, Lookback], Awaitable[None]]


class LookbackDraft(msgspec.Struct, frozen=True):
    """What somebody chose for the page: ids of lines, an own text, and how long it stays open."""

    lines: tuple[str, ...] = ()
    intro: str = ""
    months: int = lookback.YEAR


class Message(msgspec.Struct, frozen=True):
    """What happened afterwards: in general, and per action."""

    told: str = ""
    notes: Mapping[str, str] = {}
    statuses: Mapping[str, str] = {}


class Publisher:
    """The lookback of one session, as one account writes it.

    Each method raises `Gone` for a session that does not exist and `Closed` for one that was not saved yet.
    """

    def __init__(
        self, room: Room, library: Library, minimum: int, session_id: uuid.UUID, by: Account
    ) -> None:
        self.room = room
        self.library = library
        self.minimum = minimum
        self.session_id = session_id
        self.by = by

    async def keep(self, written: LookbackDraft, message: Message | None = None) -> None:
        """Saves the page; one that is open shows it from now on. Raises `ValueError` with a sentence."""

        async def work(db: AsyncSession, session: Session, row: Lookback) -> None:
            await self._keep(db, session, row, written)
            if message:
                await self._tell(db, session, row, message)

        await self._quietly(work, What.LOOKBACK_CHANGED)

    async def publish(self, written: LookbackDraft) -> None:
        """Saves the page and opens it: the phones of the session go there. Raises `ValueError` when there is
        nothing to read on it."""

        async def work(db: AsyncSession, session: Session, row: Lookback) -> None:
            await self._keep(db, session, row, written)
            lines = await lookback.offered(db, self.library, session, self.minimum)
            if not lookback.story(
                self.library.worksheet(session.worksheet), row, session, lines
            ).says_something:
                raise ValueError("Kies eerst een regel, of schrijf zelf een tekst.")
            if lookbacks.state(row, now()) != lookbacks.OPEN:
                at = now()
                row.published_at, row.published_by = at, self.by.id
                row.until = lookback.end_of(at, row.months)

        await self._aloud(work, What.LOOKBACK_PUBLISHED)

    async def take_back(self) -> None:
        """Closes the page; what was written stays for another time."""

        async def work(db: AsyncSession, session: Session, row: Lookback) -> None:
            row.published_at = row.published_by = row.until = None

        await self._aloud(work, What.LOOKBACK_WITHDRAWN)

    async def renew(self, token: str) -> None:
        """Gives the page this address: the old one opens nothing any more."""

        async def work(db: AsyncSession, session: Session, row: Lookback) -> None:
            row.token = token

        await self._aloud(work, What.LOOKBACK_LINKED)

    async def tell(self, message: Message, written: LookbackDraft | None = None) -> None:
        """Tells what was done with it; saves the page too. Raises `ValueError` with a sentence, and `Closed`
        for a lookback that participants cannot read."""

        async def work(db: AsyncSession, session: Session, row: Lookback) -> None:
            if written:
                await self._keep(db, session, row, written)
            await self._tell(db, session, row, message)

        await self._quietly(work, What.LOOKBACK_TOLD)

    async def _tell(self, db: AsyncSession, session: Session, row: Lookback, message: Message) -> None:
        if lookbacks.state(row, now()) != lookbacks.OPEN:
            raise Closed("Deelnemers kunnen deze terugblik niet lezen. Publiceer hem eerst.")
        if not await self._is_news(db, session, row, message):
            return
        agreed = await self._agreed(db, session)
        for line in agreed:
            await actions.change(
                db,
                session.partnership_id,
                uuid.UUID(line.id),
                account_id=self.by.id,
                status=message.statuses.get(line.id, line.status),
            )
        row.told, row.notes = _words(message, agreed)
        await db.flush()
        row.told_at, row.told_by = now(), self.by.id

    async def _is_news(self, db: AsyncSession, session: Session, row: Lookback, message: Message) -> bool:
        agreed = await self._agreed(db, session)
        same = all(message.statuses.get(line.id, line.status) == line.status for line in agreed)
        return not same or _words(message, agreed) != (row.told, row.notes)

    async def _agreed(self, db: AsyncSession, session: Session) -> list[LookbackLine]:
        lines = await lookback.offered(db, self.library, session, self.minimum)
        return [line for line in lines if line.status]

    async def _keep(self, db: AsyncSession, session: Session, row: Lookback, written: LookbackDraft) -> None:
        lines = await lookback.offered(db, self.library, session, self.minimum)
        if lookbacks.state(row, now()) == lookbacks.OVER:  # its time is over: this is the draft of a new one
            row.token, row.published_at, row.published_by, row.until = new_token(), None, None, None
        row.lines = [line.id for line in lines if line.id in written.lines]
        row.intro = cleaned("Je eigen tekst", written.intro, LONGEST_TEXT)
        until = lookback.end_of(row.published_at or now(), written.months)
        row.months = written.months
        row.until = until if row.published_at else None

    async def _quietly(self, work: Work, what: What) -> None:
        """Writes what no phone of the session has to hear."""

        async def job(db: AsyncSession) -> None:
            session = await locks.session(db, self.session_id)
            if session is None:
                raise Gone("Deze sessie bestaat niet meer.")
            await self._on(db, session, work, what)

        await self.room.db.write(job, self.session_id)

    async def _aloud(self, work: Work, what: What) -> None:
        async def job(db: AsyncSession, session: Session) -> None:
            await self._on(db, session, work, what)

        await self.room.change(self.session_id, bus.STATE, job)

    async def _on(self, db: AsyncSession, session: Session, work: Work, what: What) -> None:
        if session.saved_at is None:
            raise Closed("Kijk de sessie eerst na. Daarna maak je de terugblik.")
        row = await lookbacks.of_session(db, session.id)
        if row is None:
            lines = await lookback.offered(db, self.library, session, self.minimum)
            row = Lookback(
                session_id=session.id, lines=lookback.chosen_ids(None, lines), months=lookback.YEAR
            )
            db.add(row)
            await db.flush()
        await work(db, session, row)
        if await changes(db):
            writing.note_of_session(db, session, self.by.id, what)


def _words(message: Message, agreed: Sequence[LookbackLine]) -> tuple[str, dict[str, str]]:
    """Returns the message and the notes by line, cleaned. Raises `ValueError` with a sentence that names what
    is too long."""
    notes = {
        line.id: cleaned(f"Wat je schreef bij ‘{line.text}’", message.notes.get(line.id, ""), LONGEST_NOTE)
        for line in agreed
    }
    told = cleaned("Wat je vertelt", message.told, LONGEST_TEXT)
    return told, {id: note for id, note in notes.items() if note}
