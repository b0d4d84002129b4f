"""Keeps the sessions in memory that somebody looks at, and brings them up to date with what is committed.

The database stays the truth. What this process commits is put in (`follow`), or read again when it was more
than one contribution (`changed`). What another process commits is heard on the bus (`hear`), and asked for
once a second, so that a bus that is away or another program is noticed too.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import select

from workshop import kinds, tasks
from workshop.kinds import Entry
from workshop.live.reading import SessionReader, phone_of
from workshop.live.state import Phone, State
from workshop.meaning import Rows, drop_gone, key_of
from workshop.models import (
    Action,
    ActionChange,
    Activity,
    Ahead,
    Alert,
    Answer,
    Cluster,
    Contribution,
    Lookback,
    Participant,
    Session,
    ThemeMarks,
)
from workshop.storage.database import Database

LIVE = frozenset(
    model.__tablename__ for model in (Session, Activity, Ahead, Participant, Cluster, Contribution, Alert)
)
"""Tables of a room. Whoever writes them outside the room makes every room read again."""
DOSSIER = frozenset(model.__tablename__ for model in (Answer, Action, ActionChange, ThemeMarks, Lookback))
"""Tables that rooms take something from; they have no revision."""
DOSSIER_SECONDS = 10.0
"""After this time at most, changes of a dossier by another process are seen, also without a bus."""
REST_SECONDS = 0.2
"""How often at most a room is read again for onlookers, after changes by another process."""
WATCH_SECONDS = 1.0
KEPT_SECONDS = 60.0
"""After this time a session that nobody asked for is forgotten."""


class Followed(NamedTuple):
    """What one transaction did to a session: it was at revision `before`, and is at `after` now."""

    before: int
    after: int
    put_in: Callable[[State], None]
    phones: Mapping[str, Phone]
    """Phones that came in, by the hash of their tokens."""


class Held:
    """One session: its state, and what is known to have happened since that was read."""

    __slots__ = (
        *("dossier", "followed", "heard", "lock", "missed", "read", "read_at", "state", "used_at"),
        "vectors",
    )

    def __init__(self) -> None:
        self.state: State | None = None
        self.lock = asyncio.Lock()
        self.followed: list[Followed] | None = None
        """What was committed while the session is being read; None at other times."""
        self.missed, self.read = 1, 0
        """Number of changes that were not put in, and how many of those have been read since."""
        self.heard = 0
        """Newest revision that is known to be committed."""
        self.read_at = self.used_at = 0.0
        self.dossier = (0, 0.0)
        """Number of changes of dossiers that had happened when the dossier was read, and the time of it."""
        self.vectors: dict[bytes, Rows] = {}
        """What texts mean that stand in the state: one that is erased takes its vector along."""


class Memory:
    def __init__(self, db: Database, reader: SessionReader) -> None:
        self.db = db
        self.reader = reader
        self.on_gap: Callable[[uuid.UUID], None] = lambda session_id: None
        """Called when a session turns out to have changed without being told."""
        self.on_written: Callable[[set[str]], None] = lambda tables: None
        """Called with the tables that a commit outside the rooms touched, by any process."""
        self._held: dict[uuid.UUID, Held] = {}
        self._session_of: dict[str, uuid.UUID] = {}
        """Hash of a phone's token -> id of its session."""
        self._dossiers = 0

    # --- to look ---

    async def state(self, session_id: uuid.UUID, newest: bool = False) -> State | None:
        """Returns a session as it is now, with `newest` also with what another process changed this very
        moment. None when it is not there."""
        held = self._held.get(session_id)
        if held is None:
            held = self._held[session_id] = Held()
        held.used_at = time.monotonic()
        missed = held.missed
        while held.read < missed or not self._is_fresh(held, newest):
            async with held.lock:
                if held.read < missed or not self._is_fresh(held, newest):
                    await self._read(session_id, held)
                    newest = False  # what was heard before this read is in it
        if held.state is None:
            self._held.pop(session_id, None)
        return held.state

    def vectors(self, session_id: uuid.UUID) -> dict[bytes, Rows]:
        """Returns where live/suggesting.py keeps what the texts of a session mean, as long as somebody looks
        at it."""
        held = self._held.get(session_id)
        return held.vectors if held else {}

    async def phone(self, token_hash: str) -> Phone | None:
        """Returns the phone that has this token; None for a stranger's token or one that ended: a
        token from before the meeting ends at the moment at which that closes."""
        session_id = self._session_of.get(token_hash)
        if session_id is None:
            async with self.db.read() as db:
                mine = select(Participant.session_id).where(Participant.token_hash == token_hash)
                session_id = await db.scalar(mine)
        state = await self.state(session_id) if session_id else None
        if state and token_hash not in state.phones:  # it came in through another process this very moment
            self.changed(state.session.id, state.revision)
            state = await self.state(state.session.id)
        closed = state is None or (state.session.is_prepared and not state.session.takes_ahead)
        return None if state is None or closed else state.phones.get(token_hash)

    async def own(self, state: State, phone: Phone) -> list[Entry]:
        """Returns what a phone sent to the current step, oldest first, also through another process."""
        held, step = self._held.get(phone.session_id), state.current
        if step is None or held is None or held.heard <= state.revision:
            return state.own(phone.id)
        async with self.db.read() as db:
            found = await self.reader.own(db, step.activity, [phone.id])
            parked = await self.reader.own(db, state.lot.activity, [phone.id]) if state.lot else ()
        return state.in_order(found, parked)

    async def seated(self, state: State, phone: Phone) -> Phone:
        """Returns a phone with the question that it chose at the current step, also through another
        process."""
        held, step = self._held.get(phone.session_id), state.current
        if step is None or not kinds.subgroups(step.kind, step.settings):
            return phone
        if held is None or held.heard <= state.revision:
            return state.present.get(phone.id, phone)
        async with self.db.read() as db:
            row = await db.get(Participant, phone.id)
        return phone_of(row) if row else phone

    def at(self, session_id: uuid.UUID, revision: int) -> State | None:
        """Returns the state of a session that is at exactly this revision; None where it has to be read."""
        held = self._held.get(session_id)
        if held is None or held.state is None or held.read != held.missed:
            return None
        return held.state if held.state.revision == revision else None

    async def behind(self, join_token: str) -> State | None:
        """Returns the session behind the address of a QR code; None when no session has it,
        or not any more."""
        session_id = self._known(join_token)
        if session_id is None:
            async with self.db.read() as db:
                session_id = await db.scalar(select(Session.id).where(Session.join_token == join_token))
        state = await self.state(session_id) if session_id else None
        return state if state and state.session.join_token == join_token else None

    async def ahead(self, token: str) -> State | None:
        """Returns the session that takes answers ahead at this address; None where none does, or not any
        more."""
        async with self.db.read() as db:
            session_id = await db.scalar(select(Ahead.session_id).where(Ahead.token == token))
        state = await self.state(session_id, newest=True) if session_id else None
        ahead = state.session.ahead if state and state.session.takes_ahead else None
        return state if ahead and ahead.token == token else None

    # --- what happened ---

    def follow(self, session_id: uuid.UUID, step: Followed) -> None:
        """Puts in what a commit of this process did."""
        held = self._held.get(session_id)
        if held is None:
            return
        held.heard = max(held.heard, step.after)
        if held.followed is not None:
            held.followed.append(step)
        if held.state:
            self._put_in(held.state, step)
            _drop_erased(held)

    def changed(self, session_id: uuid.UUID, revision: int) -> None:
        """Notes a commit of this process that is too much to put in: the session will be read again."""
        if held := self._held.get(session_id):
            held.missed += 1
            held.heard = max(held.heard, revision)

    def hear(self, session_id: uuid.UUID, revision: int, deed: bool = False) -> None:
        """Notes that another process committed this revision. After a desk's `deed`, which is rare, nobody
        gets the old state any more."""
        if held := self._held.get(session_id):
            held.missed += deed and held.heard < revision
            held.heard = max(held.heard, revision)

    def beside(self, tables: set[str]) -> None:
        """Notes which tables a commit outside the rooms touched, by any process."""
        if tables & DOSSIER:
            self._dossiers += 1
        if tables & LIVE:
            self.miss()
        self.on_written(tables)

    def miss(self) -> None:
        """Makes every session be read again before the next look."""
        for held in self._held.values():
            held.missed += 1

    def watching(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Asks the database once a second for changes that nobody told, and forgets sessions that
        nobody looks at."""
        behind: dict[uuid.UUID, int] = {}

        async def look() -> None:
            nonlocal behind
            self._forget_unused()
            behind = await self._gaps(behind)

        return tasks.rounds("memory", WATCH_SECONDS, look, again=1.0)

    # --- reading and forgetting ---

    def _known(self, join_token: str) -> uuid.UUID | None:
        for session_id, held in self._held.items():
            if held.state and held.state.session.join_token == join_token:
                return session_id
        return None

    def _is_fresh(self, held: Held, newest: bool) -> bool:
        state = held.state
        if state is None:
            return held.read_at > 0 and time.monotonic() - held.read_at < REST_SECONDS
        number, at = held.dossier
        if number != self._dossiers or time.monotonic() - at > DOSSIER_SECONDS:
            return False
        if held.heard <= state.revision:
            return True
        return not newest and time.monotonic() - held.read_at < REST_SECONDS

    async def _read(self, session_id: uuid.UUID, held: Held) -> None:
        missed, dossiers, state = held.missed, self._dossiers, held.state
        if state and held.read == missed and held.heard <= state.revision:
            async with self.db.read() as db:
                await self.reader.refresh(db, state)
        else:
            held.followed = []
            async with self.db.read() as db:
                found = await self.reader.state(db, session_id)
            self._replace(held, found)
            held.read, held.read_at = missed, time.monotonic()
        held.dossier = dossiers, time.monotonic()

    def _replace(self, held: Held, found: State | None) -> None:
        """Replaces the state by the one that was read, with what was committed while it was read."""
        for token in held.state.phones if held.state else ():
            self._session_of.pop(token, None)
        held.state, followed, held.followed = found, held.followed or [], None
        if found is None:
            return
        self._session_of |= dict.fromkeys(found.phones, found.session.id)
        held.heard = max(held.heard, found.revision)
        for step in followed:
            self._put_in(found, step)
        _drop_erased(held)

    def _put_in(self, state: State, step: Followed) -> None:
        if step.after <= state.revision:
            return
        # Even when a revision in between is missing: what a phone sent must be in its own answer.
        state.admit(step.phones)
        self._session_of |= dict.fromkeys(step.phones, state.session.id)
        step.put_in(state)
        if state.revision == step.before:
            state.at(step.after)

    async def _gaps(self, behind: dict[uuid.UUID, int]) -> dict[uuid.UUID, int]:
        """Returns session -> a revision that nobody told of. Those that were found the time before too are
        read again: by now they cannot be a commit that is still on its way."""
        if not self._held:
            return {}
        async with self.db.read() as db:
            rows = (
                await db.execute(select(Session.id, Session.revision).where(Session.id.in_(self._held)))
            ).all()
        found = {id: revision for id, revision in rows if id in self._held}
        for id in [id for id in self._held if id in behind and id not in found]:
            self._held[id].missed += 1  # it was deleted
        ahead = {id: revision for id, revision in found.items() if revision > self._held[id].heard}
        for id in [id for id in ahead if id in behind]:
            self.hear(id, ahead[id])
            self.on_gap(id)
        return ahead

    def _forget_unused(self) -> None:
        before = time.monotonic() - KEPT_SECONDS
        for id in [id for id, held in self._held.items() if held.used_at < before and not held.lock.locked()]:
            self._replace(self._held.pop(id), None)


def _drop_erased(held: Held) -> None:
    if held.vectors and held.state:
        drop_gone(held.vectors, {key_of(text) for text in held.state.texts()})
