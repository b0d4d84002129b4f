"""The steps that every command of a desk has in common: who may, what was seen, and who is told."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds
from workshop.groups import history_of, shown_with, told_with
from workshop.live import recent, rounds
from workshop.live.errors import Closed, Gone
from workshop.live.onlookers import onlookers
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import (
    Activity,
    Cluster,
    Contribution,
    Discarded,
    Session,
    SignIn,
    Tombstone,
)

T = TypeVar("T")


class NotDriving(Closed):
    """Another desk has the wheel."""


class Stale(Exception):
    """What a command expected has changed, or what it asks for is so already: nothing is done and nobody is
    told. A second press of the same button ends here."""


Seen = object | None
"""What a button was drawn with. None means that the caller does not say: then nothing is compared."""


class Overtaken(Exception):
    """Somebody changed since what an undo would put back: nothing is put back, and the sentence says so."""


Senders = list[uuid.UUID | None]
"""Ids of the phones that sent the cards that changed."""
CHANGED_SINCE = "Dit is intussen weer veranderd. Er is niets teruggezet."


class Deeds:
    """What every deed of one facilitator at one session needs; `sign_in` is the browser that asks.

    A command does nothing, and sets `is_stale`, when `seen` is not what the session has now or when there is
    nothing left to do.
    """

    def __init__(self, room: Room, session_id: uuid.UUID, sign_in: SignIn) -> None:
        self.room = room
        self.session_id = session_id
        self.sign_in = sign_in
        self.is_stale = False

    async def _change(
        self,
        parts: frozenset[str],
        work: Callable[[AsyncSession, Session], Awaitable[T]],
        own: Callable[[T], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        self.is_stale = False
        try:
            await self.room.change(self.session_id, parts, work, own)
        except Stale:
            self.is_stale = True

    async def _drive(
        self,
        parts: frozenset[str],
        work: Callable[[AsyncSession, Session], Awaitable[T]],
        ended: Callable[[], Exception] = lambda: Closed("Deze sessie is al afgelopen."),
        own: Callable[[T], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        async def driven(db: AsyncSession, session: Session) -> T:
            if session.driver_id is None:
                session.driver_id = self.sign_in.id
            if session.driver_id != self.sign_in.id:
                raise NotDriving("Een collega heeft nu de regie. Wil jij verdergaan? Neem de regie over.")
            if session.ended_at:
                raise ended()
            if session.is_prepared:
                raise Closed("Deze sessie is nog niet open. Open hem eerst.")
            return await work(db, session)

        await self._change(parts, driven, own)

    async def _tell_senders(
        self, work: Callable[[AsyncSession, Session], Awaitable[list[uuid.UUID | None]]]
    ) -> None:
        """Changes cards or clusters, and tells the phones that sent them; where phones see each other's
        words, every phone."""

        async def changed(db: AsyncSession, session: Session) -> frozenset[str]:
            senders = await work(db, session)
            return onlookers(session) or bus.mine(*senders)

        await self._change(bus.STATE, changed, lambda own: own)

    async def _session(
        self, parts: frozenset[str], deed: str, what: What | None, seen: Seen = None, **values: Any
    ) -> None:
        """Sets values of the session. `deed` is of `recent.DEEDS`; `what` is for the log, None for what
        nobody will ask about; `seen` is the code."""

        async def assign(db: AsyncSession, session: Session) -> None:
            must_be(seen, session.code or "")
            must_differ([getattr(session, name) for name in values], list(values.values()))
            self._keep(session, deed, blank=session.blank, shows=session.shows)
            for name, value in values.items():
                setattr(session, name, value)
            if what:
                await self._log(db, session, what)

        await self._drive(parts, assign)

    def _keep(self, session: Session, what: str, **was: Any) -> None:
        """Keeps a deed for an undo: `what` of `recent.DEEDS`, and how it was."""
        recent.keep(session, what, self.sign_in.id, was)

    async def _note_disclosed(self, db: AsyncSession, session: Session, activity: Activity) -> None:
        """Notes which answers are counted, now that the results of a step are shown."""
        if not kinds.get(activity.kind).hides:
            return
        state = await self.room.reader.state_of(db, session, activity)
        scene = state.scene_of(activity)
        step = state.steps[activity.id]
        first = state.first_of(step)
        before = activity.disclosed or {}
        counted = kinds.versions(scene.kind, scene.entries, scene.settings, scene.inputs)
        minimum = self.room.reader.settings.marks_minimum
        note = shown_with if kinds.settles(activity) else partial(told_with, minimum=minimum)
        told = {
            slot: note(history_of(slot, before, counted.get(slot, ())), counted.get(slot, ()))
            for slot in {*before, *counted}
        }
        if first:
            changes = rounds.changed(first, step, scene.homes)
            told |= rounds.staying(first.activity, changes, minimum)
        activity.disclosed = told

    async def _card(self, db: AsyncSession, session: Session, contribution_id: uuid.UUID) -> Contribution:
        card = await db.scalar(
            select(Contribution)
            .join(Activity, Contribution.activity_id == Activity.id)
            .where(Contribution.id == contribution_id, Activity.session_id == session.id)
        )
        if card is None:
            raise Gone("Deze kaart is er niet meer.")
        return card

    async def _cluster(self, db: AsyncSession, session: Session, cluster_id: uuid.UUID) -> Cluster:
        cluster = await db.scalar(
            select(Cluster)
            .join(Activity, Cluster.activity_id == Activity.id)
            .where(Cluster.id == cluster_id, Activity.session_id == session.id)
        )
        if cluster is None:
            raise Gone("Deze stapel is er niet meer.")
        return cluster

    async def _log(self, db: AsyncSession, session: Session, what: What, times: int = 1) -> None:
        await writing.note_in_session(db, session, self.sign_in.account_id, what, times)


def hex_of(id: uuid.UUID | None) -> str:
    return id.hex if id else ""


def must_still(now: object, left: object) -> None:
    """Raises `Overtaken` when it is not any more as the deed left it."""
    if now != left:
        raise Overtaken(CHANGED_SINCE)


def must(so: object) -> None:
    """Raises `Stale` when there is nothing left to do."""
    if not so:
        raise Stale


def must_be(seen: Seen, now: object) -> None:
    """Raises `Stale` when `now` is not what was seen. Both are compared as text, because forms send text."""
    must(seen is None or str(seen) == str(now))


def must_differ(now: object, wanted: object) -> None:
    """Raises `Stale` when it is so already."""
    must(now != wanted)


async def must_not_be_deleted(
    db: AsyncSession, model: type[Contribution | Cluster], id: uuid.UUID, sort: str
) -> None:
    """Raises `Stale` for a row that was deleted before: it is kept for some minutes, and after that its first
    words have a tombstone."""
    if await db.get(model, id):
        return
    if await db.get(Discarded, id) or await db.get(Tombstone, (id, sort)):
        raise Stale
