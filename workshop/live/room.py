"""The live room: who joins, what they send, and every other change of a session. Commit, then tell.

What phones do goes through the intake, many at a time; what a desk does goes through `Room.change`, one
transaction in which the revision rises. Nothing is announced that is not in the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, kinds
from workshop.bus import Bus, Change
from workshop.kinds import Form, KindError
from workshop.languages import DUTCH, Sentence
from workshop.live import agreeing, discarded, idle, send, subgroups
from workshop.live.errors import Closed, Full, Gone, NotTakingPart, RoomError
from workshop.live.intake import NO_SESSION, Batch, Intake
from workshop.live.memory import DOSSIER, LIVE, Memory
from workshop.live.onlookers import onlookers
from workshop.live.presence import Presence
from workshop.live.reading import SessionReader
from workshop.live.ready import SaysReady
from workshop.live.seating import Seating
from workshop.live.send import Receipt
from workshop.live.state import Phone, State
from workshop.meaning import Meaning
from workshop.models import Acknowledged, Contribution, Discarded, Participant, Session
from workshop.safety.erasing import tombstones
from workshop.session_groups import checked
from workshop.storage import locks
from workshop.storage.database import TOLD, Database
from workshop.storage.search_index import INDEXED

T = TypeVar("T")

AHEAD = "vooraf-"
"""How the token begins of a phone that answers before a meeting: when that has closed, nothing else knows."""
CLOSED_DOOR = Sentence("Deze sessie laat nu niemand meer binnen. Vraag het aan de begeleider.")
FULL = Sentence("Deze sessie is vol. Vraag het aan de begeleider.")
NOT_OPEN = Sentence("Deze sessie is nog niet open. Vraag het aan de begeleider.")
WRONG_QR = Sentence("Deze QR-code klopt niet meer. Scan hem opnieuw vanaf het grote scherm.")


@dataclass(frozen=True)
class Joining:
    """A phone that joins."""

    token_hash: str
    group: str | None
    people: int
    most: int
    """How many phones a session admits."""
    arrives: Callable[[uuid.UUID, uuid.UUID], None]
    """Called with the ids of session and phone, before anybody can take the phone for one
    that is not there."""
    ahead: str = ""
    """The secret address, of a phone that only answers before the meeting."""
    phone_id = owner = activity_id = id = None

    def put(self, batch: Batch) -> None:
        """Admits the phone. Raises `Closed` when the session admits nobody, `Full`, and `ValueError` for a
        group that the session does not offer."""
        session = batch.session
        if self.ahead:
            if not session.takes_ahead or session.ahead is None or session.ahead.token != self.ahead:
                raise Closed(send.AHEAD_OVER)
        elif session.is_prepared:
            raise Closed(NOT_OPEN)
        elif session.ended_at or not session.admits:
            raise Closed(CLOSED_DOOR)
        if batch.joined >= self.most:
            raise Full(FULL)
        group = checked(self.group, session.groups)
        self.arrives(batch.session_id, batch.admit(self.token_hash, group, self.people).id)
        batch.parts |= bus.INPUT


class Room:
    def __init__(
        self,
        db: Database,
        reader: SessionReader,
        memory: Memory,
        bus: Bus,
        presence: Presence,
        meaning: Meaning,
    ) -> None:
        self.db = db
        self.reader = reader
        self.memory = memory
        self.bus = bus
        self.presence = presence
        self.meaning = meaning
        db.after_commit = self._written_beside
        self.intake = Intake(db, memory, reader, lambda change: self.bus.tell(change))

    async def change(
        self,
        session_id: uuid.UUID,
        parts: frozenset[str],
        work: Callable[[AsyncSession, Session], Awaitable[T]],
        own: Callable[[T], frozenset[str]] = lambda _: frozenset(),
    ) -> T:
        """Does `work` on a session in one transaction, then tells everybody who sees `parts`.
        Returns its result.

        `own` returns the phones that must ask for their own part again (`bus.mine`, `bus.OURS`), given the
        result of `work`. Raises `Gone` for a session that is not there, and what `work` raises.
        """

        async def job(db: AsyncSession) -> tuple[T, int]:
            db.info[TOLD] = LIVE
            session = await locks.session(db, session_id)
            if session is None:
                raise Gone(NO_SESSION)
            result = await work(db, session)
            session.revision += 1
            return result, session.revision

        result, revision = await self.db.write(job, session_id)
        self.memory.changed(session_id, revision)
        await self.bus.tell(Change(session_id, parts | own(result), revision))
        return result

    async def join(self, join_token: str, group: str | None, people: int = 1) -> tuple[uuid.UUID, str]:
        """Admits a phone, at which so many people sit. Returns the session id and the token for its cookie.

        When the room is full, phones that sent nothing and are not connected are forgotten first. Raises
        `Gone` for an unknown address, `Closed` when the room does not admit, `Full` when that made no place,
        and `ValueError` for a group that does not exist.
        """
        session_id = await self.session_of(join_token)
        return session_id, await self._admit(session_id, codes.new_token(), group, people)

    async def join_ahead(self, address: str, group: str | None) -> str:
        """Admits a phone that answers before the meeting. Returns the token for its cookie, which says by
        itself what it is for (`AHEAD`).

        Raises `Gone` for an address that is no longer one, `Closed` when it closes this very moment, `Full`,
        and `ValueError` for a group that does not exist.
        """
        state = await self.memory.ahead(address)
        if state is None:
            raise Gone(send.AHEAD_OVER)
        return await self._admit(state.session.id, AHEAD + codes.new_token(), group, 1, address)

    async def session_of(self, join_token: str) -> uuid.UUID:
        """Returns the id of the session behind the address of a QR code. Raises `Gone`."""
        state = await self.memory.behind(join_token)
        if state is None:
            raise Gone(WRONG_QR)
        return state.session.id

    async def choose_group(self, participant: Phone, group: str | None, people: int = 1) -> None:
        """Sets the group of a phone and how many people sit at it. Raises `NotTakingPart` for a phone that
        left.

        Raises `Closed` for another group once the phone has sent something: all of that would change colour
        together, and the room would see that it came from one phone.
        """

        async def choose(db: AsyncSession, session: Session) -> None:
            chosen = checked(group, session.groups)
            row = await _taking_part(db, participant)
            sent = await db.scalar(
                select(Contribution.id).where(Contribution.participant_id == participant.id).limit(1)
            )
            if sent and chosen != row.group:
                raise Closed(
                    Sentence("Je hebt al iets gestuurd. Daarom kun je je groep nu niet meer veranderen.")
                )
            if chosen != row.group:
                row.ready_for = None
            row.group, row.people = chosen, people

        await self.change(participant.session_id, bus.INPUT | {bus.WHO}, choose)

    async def choose_subgroup(self, participant: Phone, activity_id: uuid.UUID, subgroup: str) -> None:
        """Sets which question of a step this phone answers. Raises as `Seating.put` does."""
        await self.intake.put(participant.session_id, Seating(participant.id, activity_id, subgroup))

    async def leave(self, participant: Phone) -> None:
        """Ends this phone's token, with every stream that was opened with it. What it sent stays as it is,
        and no number changes: nobody in the room can see what came from the phone that left."""

        async def end(db: AsyncSession, session: Session) -> None:
            if row := await db.get(Participant, participant.id):
                row.token_hash = None
                subgroups.stand_up(row)

        await self.change(participant.session_id, bus.INPUT | {bus.WHO}, end)

    async def was_sent_out(self, token_hash: str) -> bool:
        """Says whether a desk ended the part of the phone that had this token."""
        async with self.db.read() as db:
            mine = select(Participant.id).where(Participant.sent_out_hash == token_hash)
            return await db.scalar(mine) is not None

    async def contribute(
        self,
        session_id: uuid.UUID,
        participant_id: uuid.UUID | None,
        activity_id: uuid.UUID,
        contribution_id: uuid.UUID,
        form: Form,
        sheet_id: uuid.UUID | None = None,
        language: str = DUTCH,
    ) -> Receipt:
        """Stores one contribution; the same id again gives the same receipt and no second row.

        `participant_id` is None for what the facilitator enters at the desk: that is not screened. `sheet_id`
        is the sheet that it was typed over from, if there is one; `language` what the phone is set to. Raises
        `NotTakingPart` for a phone that left or is of another session, `Closed` when the step is not open,
        `KindError` for an answer that does not fit, `Warned` for a text that its sender must look at first.
        """
        try:
            state = await self.memory.state(session_id)
            post = send.prepare(_there(state), participant_id, activity_id, contribution_id, form, sheet_id)
        except (RoomError, KindError):
            if await self._was_accepted(contribution_id):
                return send.repeated(contribution_id)
            # What another process changed this very moment may be why it did not fit.
            state = await self.memory.state(session_id, newest=True)
            post = send.prepare(_there(state), participant_id, activity_id, contribution_id, form, sheet_id)
        if participant_id:
            judged = zip(post.texts, await self.meaning.judge(post.texts), strict=True)
            post = replace(post, language=language, judged=dict(judged))
        return await self.intake.put(session_id, post)

    async def say_ready(self, participant: Phone, activity_id: uuid.UUID, is_ready: bool) -> None:
        """Notes that this phone is ready with a step, or takes that back. Raises as `SaysReady.put` does."""
        await self.intake.put(participant.session_id, SaysReady(participant.id, activity_id, is_ready))

    async def withdraw(self, participant: Phone, contribution_id: uuid.UUID) -> None:
        """Takes back an own contribution, from every screen. Only its words go where figures without it would
        tell whose it was.

        Raises `Gone` for somebody else's, `Closed` where that leaves nothing to take back, and
        `NotTakingPart` for a phone that left.
        """

        async def remove(db: AsyncSession, session: Session) -> frozenset[str]:
            await _taking_part(db, participant)
            own = Discarded.id == contribution_id, Discarded.participant_id == participant.id
            if await discarded.erase(db, *own):
                return frozenset()
            row = await db.get(Contribution, contribution_id)
            if row is None or row.participant_id != participant.id:
                raise Gone(Sentence("Deze kaart is er niet meer."))
            activity = next(one for one in session.activities if one.id == row.activity_id)
            stays = activity.shown and kinds.settles(activity)
            if stays and not send.has_words(row):
                raise Closed(send.SETTLED)
            news = onlookers(session) if row.state == "shown" else frozenset()
            await tombstones.put(db, tombstones.CARD, tombstones.words_of(row))
            await _take_back_action(db, row)
            if stays:
                send.take_words(row)
            else:
                await db.delete(row)
            return news

        # Phones are told too: the results that they see may contain it.
        await self.change(participant.session_id, bus.STATE, remove, lambda news: news)

    async def _admit(
        self, session_id: uuid.UUID, token: str, group: str | None, people: int, ahead: str = ""
    ) -> str:
        self.meaning.wake()
        most = self.reader.settings.most_phones
        arrival = Joining(codes.token_hash(token), group, people, most, self.presence.polled, ahead)
        try:
            await self.intake.put(session_id, arrival)
        except Full:
            if not await self._make_room(session_id):
                raise
            await self.intake.put(session_id, arrival)
        return token

    async def _make_room(self, session_id: uuid.UUID) -> bool:
        """Forgets the phones that are idle. Returns False where there are none; reading first keeps
        the writer free."""
        async with self.db.read() as db:
            if not await idle.find(db, session_id, self.presence.there(session_id).phones):
                return False

        async def forget(db: AsyncSession, session: Session) -> None:
            await idle.forget(db, session.id, self.presence.there(session.id).phones)

        await self.change(session_id, bus.INPUT | {bus.WHO}, forget)
        return True

    def _written_beside(self, tables: set[str]) -> None:
        """Tells this process and the others which tables a commit outside the rooms touched: they hold rooms
        too, and what texts of a dossier mean."""
        self.memory.beside(tables)
        if held := tables & (LIVE | DOSSIER | INDEXED):
            self.bus.tell_others(bus.beside(held))

    async def _was_accepted(self, contribution_id: uuid.UUID) -> bool:
        async with self.db.read() as db:
            return await db.get(Acknowledged, contribution_id) is not None


async def _take_back_action(db: AsyncSession, row: Contribution) -> None:
    """Deletes the action that a desk made of this card, where it has the same words: they are taken back."""
    made = await db.get(Contribution, agreeing.id_of(row.id))
    words = [row.body[name] for name in kinds.writes() if row.body.get(name)]
    if made is not None and made.body["text"] in words:
        await tombstones.put(db, tombstones.CARD, tombstones.words_of(made))
        await db.delete(made)


async def _taking_part(db: AsyncSession, phone: Phone) -> Participant:
    """Reads the row of a phone. Raises `NotTakingPart` when it left since, also at another process."""
    row = await db.get(Participant, phone.id)
    if row is None or row.token_hash is None:
        raise NotTakingPart(send.LEFT)
    return row


def _there(state: State | None) -> State:
    if state is None:
        raise Gone(NO_SESSION)
    return state
