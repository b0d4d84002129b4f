"""Beginning and ending rehearsals, and which process plays the simulated phones of each.

A rehearsal is a session of its own with a copy of the plan. Whoever began it ends it with one tap; without a
desk for a while, or after its hours, it goes by itself. The phones live in the process where it began. When
that one falls silent, another takes over; also the same one, started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import uuid
from collections.abc import AsyncGenerator, Collection, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, tasks
from workshop.bus import Change
from workshop.live import links, preparing
from workshop.live.errors import Full, Gone
from workshop.live.fanout import Fanout
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Rehearsal, Session, SignIn, now
from workshop.rehearsal.company import Company
from workshop.storage import locks

LONGEST = dt.timedelta(hours=3)
LEFT_ALONE = dt.timedelta(minutes=15)
"""How long a rehearsal without a desk stays."""
ROUND_SECONDS = 10
SILENT = dt.timedelta(seconds=3 * ROUND_SECONDS)
"""After this silence of the process that plays the phones another takes over."""
MOST = 20
"""Rehearsals at a time in one installation; an account has one."""
TOO_MANY = "Er wordt nu op veel plekken geoefend. Probeer het over een kwartier nog eens."
NO_PLAN = "Dit programma bestaat niet meer. Er is niets om mee te oefenen."


class Rehearsals:
    def __init__(self, room: Room, fanout: Fanout) -> None:
        self.room = room
        self.fanout = fanout
        self.process = room.bus.process
        """By which the others know this process."""
        self._playing: dict[uuid.UUID, asyncio.Task[None]] = {}
        """Id of the session -> its simulated phones, where they live in this process."""
        self._seen: set[uuid.UUID] = set()
        """Sessions whose desk asked for something since the last round."""

    async def begin(self, plan_id: uuid.UUID, sign_in: SignIn, id: uuid.UUID) -> None:
        """Begins a rehearsal of this session's plan, once for each `id`, which becomes that of its session.
        An earlier rehearsal of this account goes.

        Raises `Gone` for a plan that is not there, and `Full` when there are too many rehearsals.
        """

        async def make(db: AsyncSession) -> tuple[bool, list[Change]]:
            await locks.wait(db, "rehearsals")
            if await db.get(Session, id):
                return False, []
            plan = await db.get(Session, plan_id)
            if plan is None or plan.rehearsal_of:
                raise Gone(NO_PLAN)
            earlier = select(Rehearsal.session_id).where(Rehearsal.account_id == sign_in.account_id)
            gone = await _delete(db, (await db.scalars(earlier)).all())
            if (await db.scalar(select(func.count()).select_from(Rehearsal)) or 0) >= MOST:
                raise Full(TOO_MANY)
            db.add(_session(plan, sign_in, id))
            await db.flush()
            db.add(Rehearsal(session_id=id, account_id=sign_in.account_id, player=self.process))
            writing.note_of_session(db, plan, sign_in.account_id, What.SESSION_REHEARSED)
            return True, gone

        is_new, gone = await self.room.db.write(make)
        if is_new:
            self._play(id)
        await self._tell(gone)

    async def end(self, plan_id: uuid.UUID, sign_in: SignIn) -> None:
        """Ends the rehearsal that this account has of this plan: nothing of it stays. Does nothing without
        one."""
        mine = (
            select(Rehearsal.session_id)
            .join(Session, Rehearsal.session_id == Session.id)
            .where(Rehearsal.account_id == sign_in.account_id, Session.rehearsal_of == plan_id)
        )

        async def erase(db: AsyncSession) -> list[Change]:
            return await _delete(db, (await db.scalars(mine)).all())

        await self._tell(await self.room.db.write(erase))

    @property
    def playing(self) -> frozenset[uuid.UUID]:
        """Sessions whose simulated phones live in this process."""
        return frozenset(id for id, task in self._playing.items() if not task.done())

    def see(self, session_id: uuid.UUID) -> None:
        """Notes that a desk asked for something, which may have no stream."""
        self._seen.add(session_id)

    @contextlib.asynccontextmanager
    async def rounds(self) -> AsyncGenerator[None, None]:
        """Makes a round every `ROUND_SECONDS`. At the end the phones of this process stop."""
        try:
            async with tasks.rounds("rehearsals", ROUND_SECONDS, lambda: self.round(now())):
                yield
        finally:
            await self._stop(list(self._playing))

    async def round(self, at: dt.datetime) -> None:
        """Deletes the rehearsals that are over, and plays the phones of those that are this process's own or
        that no process plays any more."""
        playing = set(self._playing)
        async with self.room.db.read() as db:
            rows = (await db.scalars(select(Rehearsal))).all()
        seen, self._seen = self._seen, set()
        watched = {row.session_id for row in rows if self._is_watched(row.session_id, seen)}
        over = [row.session_id for row in rows if _is_over(row, watched, at)]
        mine: set[uuid.UUID] = set()
        if over or watched or any(row.player == self.process or _is_silent(row, at) for row in rows):
            mine, gone = await self.room.db.write(lambda db: self._settle(db, over, watched, at))
            await self._tell(gone)
        for session_id in mine:
            self._play(session_id)
        await self._stop(playing - mine)

    def _is_watched(self, session_id: uuid.UUID, seen: Collection[uuid.UUID]) -> bool:
        return session_id in seen or self.fanout.has_desk(session_id)

    async def _settle(
        self, db: AsyncSession, over: Sequence[uuid.UUID], watched: Collection[uuid.UUID], at: dt.datetime
    ) -> tuple[set[uuid.UUID], list[Change]]:
        """Returns the rehearsals whose phones this process plays from now on, and what the bus must tell."""
        gone = await _delete(db, over)
        await db.execute(update(Rehearsal).where(Rehearsal.session_id.in_(watched)).values(watched_at=at))
        free = (Rehearsal.player == self.process) | (Rehearsal.played_at <= at - SILENT)
        taken = update(Rehearsal).where(free).values(player=self.process, played_at=at)
        return set(await db.scalars(taken.returning(Rehearsal.session_id))), gone

    def _play(self, session_id: uuid.UUID) -> None:
        there = self._playing.get(session_id)
        if there is None or there.done():
            work = Company(self.room, session_id).play()
            self._playing[session_id] = asyncio.create_task(work, name=f"rehearsal {session_id}")

    async def _stop(self, session_ids: Collection[uuid.UUID]) -> None:
        for session_id in session_ids:
            if task := self._playing.pop(session_id, None):
                await tasks.end(task)

    async def _tell(self, gone: Sequence[Change]) -> None:
        await self._stop([change.session_id for change in gone])
        for change in gone:
            self.room.memory.changed(change.session_id, change.revision)
            await self.room.bus.tell(change)


def _is_over(row: Rehearsal, watched: Collection[uuid.UUID], at: dt.datetime) -> bool:
    alone = row.session_id not in watched and row.watched_at <= at - LEFT_ALONE
    return alone or row.began_at <= at - LONGEST


def _is_silent(row: Rehearsal, at: dt.datetime) -> bool:
    return row.played_at <= at - SILENT


def _session(plan: Session, sign_in: SignIn, id: uuid.UUID) -> Session:
    """Makes the session of a rehearsal, open at once."""
    session = preparing.copied(plan, sign_in, id)
    session.rehearsal_of = plan.id
    links.open_door(session, now())
    return session


async def _delete(db: AsyncSession, session_ids: Sequence[uuid.UUID]) -> list[Change]:
    """Deletes the sessions of rehearsals with everything of them. Returns what the bus must tell.

    They leave no tombstone: what an older backup brings back is as old, and goes in the first round.
    """
    some = Session.id.in_(session_ids), Session.rehearsal_of.is_not(None)
    rows = await db.execute(delete(Session).where(*some).returning(Session.id, Session.revision))
    return [Change(id, bus.STEP | {bus.WHO}, revision + 1) for id, revision in rows]
