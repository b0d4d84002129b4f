"""Takes in what phones send, many pieces at a time: one transaction for everything that waits.

Whatever arrives while a batch is committed is the next batch. Each piece stands or falls alone. A piece is
checked twice: against the room in memory before it waits, and in the transaction for what may have changed
since. Is its id new, does its phone still take part, is the step still open?
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from sqlalchemy import bindparam, func, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.bus import Change
from workshop.languages import Sentence
from workshop.live.errors import Gone, TooBusy
from workshop.live.memory import LIVE, Followed, Memory
from workshop.live.reading import SessionReader, open_alerts, phone_of
from workshop.live.state import Phone, Sent, State
from workshop.models import Acknowledged, Alert, Base, Contribution, Participant, Session
from workshop.safety.erasing import tombstones
from workshop.storage.database import AWAY, TOLD, Database
from workshop.traces import trace_of

log = logging.getLogger(__name__)

T = TypeVar("T", covariant=True)
Tell = Callable[[Change], Awaitable[None]]

BATCH = 200
MOST_WAITING = 2000
"""How many pieces may wait in this process. Whoever sends more is asked to send it again."""
NO_SESSION = Sentence("Deze sessie bestaat niet meer.")
TOO_BUSY = Sentence("Het is nu heel druk. We proberen het zo nog eens.")

SESSION, CONTRIBUTION, ACKNOWLEDGED, PARTICIPANT = (
    Base.metadata.tables[model.__tablename__] for model in (Session, Contribution, Acknowledged, Participant)
)
CHANGE_ROW = (
    update(CONTRIBUTION)
    .where(CONTRIBUTION.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("body", "state", "signals", "words_id", "version_id")})
)

SAY_READY = (
    update(PARTICIPANT).where(PARTICIPANT.c.id == bindparam("row")).values(ready_for=bindparam("step"))
)

CHANGE_SEAT = (
    update(PARTICIPANT)
    .where(PARTICIPANT.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("subgroup", "subgroup_step")})
)

RISE = update(SESSION).where(SESSION.c.id == bindparam("row")).values({"revision": bindparam("revision")})


class Piece(Protocol[T]):
    """Something that one phone does."""

    @property
    def id(self) -> uuid.UUID | None:
        """Id by which a repetition is recognised."""
        ...

    @property
    def phone_id(self) -> uuid.UUID | None: ...

    @property
    def owner(self) -> uuid.UUID | None:
        """Id of whose it is: of the phone, or of the sheet from paper."""
        ...

    @property
    def activity_id(self) -> uuid.UUID | None:
        """Id of the step that it is for."""
        ...

    def put(self, batch: Batch) -> T:
        """Adds what it does to the batch, and returns what its sender is answered. Raises what its sender
        reads; then it has added nothing."""
        ...


class Waiting(NamedTuple):
    session_id: uuid.UUID
    piece: Piece[Any]
    done: asyncio.Future[Any]

    @property
    def is_wanted(self) -> bool:
        """Whether its sender still waits for an answer."""
        return not self.done.done()


class Intake:
    def __init__(self, db: Database, memory: Memory, reader: SessionReader, tell: Tell) -> None:
        self.db = db
        self.memory = memory
        self.reader = reader
        self.tell = tell
        self._waiting: dict[uuid.UUID | None, list[Waiting]] = defaultdict(list)
        self._tasks: dict[uuid.UUID | None, asyncio.Task[None]] = {}

    async def put(self, session_id: uuid.UUID, piece: Piece[T]) -> T:
        """Does a piece in the next transaction for this session. Returns its result once that is committed.

        Raises what the piece raises, `Gone` for a session that is not there, and `TooBusy` at once when too
        many pieces wait.
        """
        if sum(map(len, self._waiting.values())) >= MOST_WAITING:
            raise TooBusy(TOO_BUSY)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        # Where more processes write, a transaction has one session: it never waits for the lock of another.
        lane = None if self.db.is_sqlite else session_id
        self._waiting[lane].append(Waiting(session_id, piece, done))
        if lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._work(lane), name="intake")
        return await done

    async def _work(self, lane: uuid.UUID | None) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                taken, waiting[:] = [one for one in waiting[:BATCH] if one.is_wanted], waiting[BATCH:]
                outcomes = await self._store(lane, taken) if taken else []
                for one, outcome in zip(taken, outcomes, strict=True):
                    if not one.is_wanted:
                        continue
                    if isinstance(outcome, Exception):
                        one.done.set_exception(outcome)
                    else:
                        one.done.set_result(outcome)
        finally:
            del self._tasks[lane], self._waiting[lane]

    async def _store(self, lane: uuid.UUID | None, taken: list[Waiting]) -> list[Any]:
        """Returns the result of each piece, or the error that it raised."""
        try:
            batches, outcomes = await self.db.write(lambda db: self._transaction(db, taken), lane)
        except Exception as error:
            if len(taken) == 1 or isinstance(error, AWAY):
                return [error] * len(taken)
            # One of them cannot be stored: stored apart, only that one fails.
            return [outcome for one in taken for outcome in await self._store(lane, [one])]
        for batch in batches:
            if batch.after > batch.before:
                await self._announce(batch)
        return outcomes

    async def _announce(self, batch: Batch) -> None:
        """Tells the room what was committed. Never raises: the senders hear that their cards are kept,
        whatever goes wrong here."""
        try:
            followed = Followed(batch.before, batch.after, batch.put_in, batch.phones)
            self.memory.follow(batch.session_id, followed)
            await self.tell(Change(batch.session_id, frozenset(batch.parts), batch.after))
        except Exception as error:
            log.error("what was kept could not be told to the room: %s", trace_of(error))
            self.memory.changed(batch.session_id, batch.after)

    async def _transaction(self, db: AsyncSession, taken: list[Waiting]) -> tuple[list[Batch], list[Any]]:
        """Does all pieces. Returns the batch of each session, and the result or error of each piece.

        A piece is left out when its sender was told in the meantime that it is not kept.
        """
        db.info[TOLD] = LIVE
        pieces: dict[uuid.UUID, list[Piece[Any]]] = defaultdict(list)
        for one in taken:
            pieces[one.session_id].append(one.piece)
        connection = await db.connection()
        locked = select(SESSION.c.id, SESSION.c.revision).where(SESSION.c.id.in_(pieces)).with_for_update()
        revisions = (await connection.execute(locked)).all()
        accepted: set[uuid.UUID] = set()
        if ids := [one.piece.id for one in taken if one.piece.id]:
            there = (select(table.c.id).where(table.c.id.in_(ids)) for table in (ACKNOWLEDGED, CONTRIBUTION))
            accepted |= set((await connection.execute(union_all(*there))).scalars())
        batches = {
            id: Batch(id, revision, self.memory.at(id, revision), accepted) for id, revision in revisions
        }
        for id, batch in batches.items():
            await batch.prepare(db, self.reader, pieces[id])
        outcomes = [_outcome(batches.get(one.session_id), one) for one in taken]
        await flush(db, [batch for batch in batches.values() if batch.after > batch.before])
        return list(batches.values()), outcomes


def _outcome(batch: Batch | None, one: Waiting) -> Any:
    if batch is None or not one.is_wanted:
        return Gone(NO_SESSION)
    try:
        return one.piece.put(batch)
    except Exception as error:
        return error


async def flush(db: AsyncSession, batches: Sequence[Batch]) -> None:
    """Writes what the batches add, with one statement for all rows of a table."""
    connection = await db.connection()
    for statement, rows in (
        (insert(CONTRIBUTION), [row for batch in batches for row in batch.new]),
        (CHANGE_ROW, [row for batch in batches for row in batch.changed]),
        (insert(ACKNOWLEDGED), [row for batch in batches for row in batch.acknowledged]),
        (insert(PARTICIPANT), [row for batch in batches for row in batch.arrived]),
        (
            SAY_READY,
            [{"row": phone, "step": step} for batch in batches for phone, step in batch.said_ready.items()],
        ),
        (CHANGE_SEAT, [row for batch in batches for row in batch.chosen]),
        (RISE, [{"row": batch.session_id, "revision": batch.after} for batch in batches]),
    ):
        if rows:
            await connection.execute(statement, rows)
    db.add_all([alert for batch in batches for alert in batch.alerts])
    if let_go := [words for batch in batches for words in batch.words_let_go]:
        await tombstones.put(db, tombstones.CARD, *let_go)


class Batch:
    """What one transaction does to a session that it found at revision `before`.

    `state` is the room in memory if that is at this revision; else what the pieces need is read. `accepted`
    has the ids of pieces that came in before, and of cards of which the acknowledgement is gone.
    """

    def __init__(
        self, session_id: uuid.UUID, before: int, state: State | None, accepted: set[uuid.UUID]
    ) -> None:
        self.session_id = session_id
        self.before = self.after = before
        self.parts: set[str] = set()
        self.phones: dict[str, Phone] = {}
        """Phones that came in, by the hash of their tokens."""
        self.seats: dict[uuid.UUID, Phone] = {}
        """Phones that chose another question, by their ids."""
        self.new: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self.acknowledged: list[dict[str, Any]] = []
        self.alerts: list[Alert] = []
        self.said_ready: dict[uuid.UUID, uuid.UUID | None] = {}
        """Phones that said so -> the step at which they are ready; None for who takes that back."""
        self.words_let_go: list[uuid.UUID] = []
        self._state = state
        self._accepted = accepted
        self._present: dict[uuid.UUID, Phone] = {}
        self._ready: dict[uuid.UUID, uuid.UUID | None] = {}
        """Phone -> the step at which it is ready, where that was read."""
        self._own: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Sent]] = defaultdict(dict)
        self._numbers: Counter[tuple[uuid.UUID, uuid.UUID]] = Counter()
        self._sent: list[tuple[uuid.UUID, Sent]] = []
        self._waiting: tuple[Alert, ...] = ()
        """Signals that nobody took up yet."""
        self.session: Session
        self.joined = 0

    @property
    def arrived(self) -> list[dict[str, Any]]:
        return [
            {"id": phone.id, "session_id": self.session_id, "token_hash": token}
            | {"group": phone.group, "people": phone.people}
            for token, phone in self.phones.items()
        ]

    @property
    def chosen(self) -> list[dict[str, Any]]:
        return [
            {"row": phone.id, "subgroup": phone.subgroup, "subgroup_step": phone.subgroup_step}
            for phone in self.seats.values()
        ]

    async def prepare(self, db: AsyncSession, reader: SessionReader, pieces: Sequence[Piece[Any]]) -> None:
        """Reads what the pieces need, unless the room in memory is at this revision."""
        if self._state:
            self.session, self.joined = self._state.session, self._state.joined
            self._waiting = tuple(self._state.alerts)
        else:
            await self._read(db, reader, pieces)

    # --- what a piece asks ---

    def is_repeated(self, id: uuid.UUID) -> bool:
        return id in self._accepted

    def present(self, phone_id: uuid.UUID) -> Phone | None:
        return self._present.get(phone_id) or (self._state.present.get(phone_id) if self._state else None)

    def in_slot(self, activity_id: uuid.UUID, owner: uuid.UUID | None, slot: str | None) -> Sent | None:
        """Returns what this phone or sheet sent to a slot before, or None."""
        if owner is None or slot is None:
            return None
        if found := self._own[activity_id, owner].get(slot):
            return found
        step = self._state.steps.get(activity_id) if self._state else None
        return step.in_slot(owner, slot) if step else None

    def own(self, activity_id: uuid.UUID, owner: uuid.UUID) -> list[Sent]:
        """Returns what this phone or sheet sent to a step before."""
        step = self._state.steps.get(activity_id) if self._state else None
        there = step.of_phone.get(owner, {}).values() if step else ()
        return list(({sent.slot: sent for sent in there} | self._own[activity_id, owner]).values())

    def number_of(self, activity_id: uuid.UUID, owner: uuid.UUID) -> int:
        """Counts the answers of this phone or sheet in a step."""
        step = self._state.steps.get(activity_id) if self._state else None
        there = len(step.of_phone.get(owner, ())) if step else 0
        return there + self._numbers[activity_id, owner]

    def has_alert(self, contribution_id: uuid.UUID) -> bool:
        """Says whether this contribution has a alert that nobody took up yet."""
        known = (*self.alerts, *self._waiting)
        return any(alert.contribution_id == contribution_id for alert in known)

    def is_ready(self, phone_id: uuid.UUID, activity_id: uuid.UUID) -> bool:
        """Says whether this phone is ready with a step."""
        if phone_id in self.said_ready:
            return self.said_ready[phone_id] == activity_id
        if self._state is None:
            return self._ready.get(phone_id) == activity_id
        return phone_id in self._state.ready_at(activity_id)

    # --- what a piece adds ---

    def rise(self) -> int:
        """Returns the next revision. It also gives contributions the order in which they came."""
        self.after += 1
        return self.after

    def admit(self, token_hash: str, group: str | None, people: int = 1) -> Phone:
        phone = Phone(uuid.uuid4(), self.session_id, group, people)
        self.phones[token_hash] = self._present[phone.id] = phone
        self.joined += 1
        self.rise()
        return phone

    def seat(self, phone: Phone, activity_id: uuid.UUID, subgroup: str) -> None:
        """Notes which question of a step this phone answers from now on."""
        chosen = msgspec.structs.replace(phone, subgroup=subgroup, subgroup_step=activity_id)
        self.seats[phone.id] = self._present[phone.id] = chosen
        self.rise()

    def accept(self, id: uuid.UUID) -> None:
        self._accepted.add(id)
        self.acknowledged.append({"id": id, "session_id": self.session_id})

    def add(self, activity_id: uuid.UUID, sent: Sent, body: dict[str, Any], earlier: Sent | None) -> None:
        """Adds one answer, in the place of `earlier` if there was one."""
        entry = sent.entry
        row: dict[str, Any] = {"body": body, "state": entry.state, "signals": list(entry.signals)}
        row |= {"words_id": sent.words_id, "version_id": sent.version_id}
        if earlier is None:
            row |= {"id": sent.id, "activity_id": activity_id, "participant_id": sent.phone}
            row |= {"slot": sent.slot, "order": entry.order}
            self.new.append(row | {"group": None, "notes": entry.notes, "cluster_id": None})
            if sent.owner:
                self._numbers[activity_id, sent.owner] += 1
        else:
            self.changed.append(row | {"row": sent.id})
        self._sent.append((activity_id, sent))
        if sent.owner:
            self._own[activity_id, sent.owner][sent.slot] = sent

    def say_ready(self, phone_id: uuid.UUID, activity_id: uuid.UUID, is_ready: bool) -> None:
        self.said_ready[phone_id] = activity_id if is_ready else None
        self.rise()

    def raise_alert(self, alert: Alert) -> None:
        self.alerts.append(alert)

    def let_go(self, words_id: uuid.UUID) -> None:
        """Notes words that were taken back: no backup may bring them again."""
        self.words_let_go.append(words_id)

    # --- after the commit, and before it ---

    def put_in(self, state: State) -> None:
        """Adds to the room in memory what was committed."""
        of: dict[uuid.UUID, list[Sent]] = defaultdict(list)
        for activity_id, sent in self._sent:
            of[activity_id].append(sent)
        for activity_id, some in of.items():
            state.put(activity_id, some)
        if self.seats:
            state.seat(self.seats)
        state.alerts += self.alerts
        state.say_ready(self.said_ready)

    async def _read(self, db: AsyncSession, reader: SessionReader, pieces: Sequence[Piece[Any]]) -> None:
        """Reads the session and what these phones sent before: another process, or a desk,
        just changed it."""
        self.session = await db.get_one(Session, self.session_id, populate_existing=True)
        here = Participant.session_id == self.session_id
        self.joined = await db.scalar(select(func.count()).select_from(Participant).where(here)) or 0
        phones = {piece.phone_id for piece in pieces if piece.phone_id}
        taking_part = here, Participant.id.in_(phones), Participant.token_hash.is_not(None)
        for row in await db.scalars(select(Participant).where(*taking_part)):
            self._present[row.id] = phone_of(row)
            self._ready[row.id] = row.ready_for
        for activity in self.session.activities:
            owners = {piece.owner for piece in pieces if piece.activity_id == activity.id and piece.owner}
            for sent in await reader.own(db, activity, owners) if owners else ():
                if sent.owner:
                    self._own[activity.id, sent.owner][sent.slot] = sent
                    self._numbers[activity.id, sent.owner] += 1
        self._waiting = await open_alerts(db, self.session_id)
