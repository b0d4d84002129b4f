"""What a facilitator does at the desk: steps, locks, what is shown, cards and clusters, the end.

Every deed is one method of `Conduct` and one resource under `/sessies/{id}/…`. Step, lock and show
belong to the desk that has the wheel; cards and clusters to every facilitator beside it.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, kinds, text
from workshop.accounts import deeds
from workshop.live import bus, links
from workshop.live.picture import WORDS
from workshop.live.room import REWRITTEN, Closed, Gone, Room
from workshop.models import Activity, Cluster, Contribution, Session, Signal, SignIn, now
from workshop.safety import tombstones, warning

EXTRA_SECONDS = 120
CARD_DEEDS = {
    "shown": "laat een kaart zien",
    "hidden": "haalt een kaart van het scherm",
    "held": "houdt een kaart tegen",
}
"""State -> what the log says. Of a card the log has this and no more."""


def without(review: dict[str, Any] | None, card_id: uuid.UUID) -> dict[str, Any] | None:
    """An unfinished review without what it says of one card."""
    if review is None:
        return None
    return {name: values for name, values in review.items() if not name.endswith(f".{card_id}")}


class NotDriving(Closed):
    """Another desk has the wheel."""


class Conduct:
    """One facilitator at one session; `desk` is the browser that asks."""

    def __init__(self, room: Room, session_id: uuid.UUID, desk: SignIn) -> None:
        self.room = room
        self.session_id = session_id
        self.desk = desk

    async def take_wheel(self) -> None:
        async def take(db: AsyncSession, session: Session) -> None:
            session.driver_id = self.desk.id
            await self._log(db, session, "neemt het stuur")

        await self.room.change(self.session_id, bus.DESK, take)

    async def go_to(self, activity_id: uuid.UUID | None) -> None:
        """Makes an activity the current step; None is the lobby. Raises `Gone` when it is not in the plan."""

        async def go(db: AsyncSession, session: Session) -> None:
            activity = next((a for a in session.activities if a.id == activity_id), None)
            if activity_id and (activity is None or activity.skipped):
                raise Gone("Deze stap staat niet in het programma.")
            session.activity_id = activity_id
            session.blank = session.looks_back = False
            if activity and activity.started_at is None:
                activity.started_at = now()

        await self._drive(bus.STEP, go)

    async def set_open(self, activity_id: uuid.UUID, is_open: bool) -> None:
        verb = "opent de invoer" if is_open else "sluit de invoer"

        async def assign(db: AsyncSession, session: Session) -> None:
            self._find(session, activity_id).open = is_open
            await self._log(db, session, verb)

        await self._drive(bus.STATE, assign)

    async def set_shown(self, activity_id: uuid.UUID, shown: bool) -> None:
        """Shows or hides results. Showing also locks: a result that still moves tells who moved it."""

        async def show(db: AsyncSession, session: Session) -> None:
            activity = self._find(session, activity_id)
            activity.shown = shown
            if shown:
                activity.open = False
                await self.room.painter.tell(db, session, activity)

        await self._drive(bus.STATE, show)

    async def set_clock(self, activity_id: uuid.UUID, deed: str) -> None:
        """`pauze`, `verder` or `erbij` (two minutes more)."""

        async def clock(db: AsyncSession, session: Session) -> None:
            activity = self._find(session, activity_id)
            if deed == "erbij":
                activity.extra_seconds += EXTRA_SECONDS
            elif deed == "pauze" and activity.started_at and not activity.paused_at:
                activity.paused_at = now()
            elif deed == "verder" and activity.paused_at:
                activity.extra_seconds += round((now() - activity.paused_at).total_seconds())
                activity.paused_at = None

        await self._drive(bus.INPUT, clock)

    async def set_blank(self, blank: bool) -> None:
        verb = "maakt het grote scherm leeg" if blank else "laat het grote scherm weer zien"
        await self._session(bus.INPUT, verb, blank=blank)

    async def set_looks_back(self, looks_back: bool) -> None:
        await self._session(bus.INPUT, "", looks_back=looks_back, blank=False)

    async def call_help(self) -> None:
        """Opens the help panel on every phone at once, never on one."""

        async def call(db: AsyncSession, session: Session) -> None:
            session.help_calls += 1
            await self._log(db, session, "opent Hulp op alle telefoons")

        await self.room.change(self.session_id, bus.STATE, call)

    async def set_admits(self, admits: bool) -> None:
        """Locks or opens the door. A locked room has no code to guess."""
        verb = "doet de deur open" if admits else "doet de deur dicht"
        code = codes.new_code() if admits else None
        await self._session(bus.INPUT, verb, admits=admits, code=code)

    async def rotate_codes(self) -> None:
        """New QR and code; phones that are in stay in."""
        fresh = {"join_token": codes.new_token(), "code": codes.new_code()}
        await self._session(bus.INPUT, "maakt een nieuwe QR en code", **fresh, admits=True)

    async def set_card_state(self, contribution_id: uuid.UUID, state: str) -> str:
        """`shown` lets a card through, `hidden` takes it off every screen, `held` lets it wait again. Returns
        what it was, to undo that."""
        before = ""
        if state not in CARD_DEEDS:
            raise Gone("Dit kan niet met een kaart.")

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal before
            card = await self._card(db, session, contribution_id)
            before, card.state = card.state, state
            if state != "shown":
                card.cluster_id = None
            await self._log(db, session, CARD_DEEDS[state])
            return [card.participant_id]

        await self._tell_senders(place)
        return before

    async def show_all(self, activity_id: uuid.UUID) -> int:
        """Lets every card through that waits and looks like nothing. Returns how many it left: those somebody
        reads one by one."""
        left = 0

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal left
            activity = self._find(session, activity_id)
            held = (Contribution.activity_id == activity.id, Contribution.state == "held")
            waiting = (await db.scalars(select(Contribution).where(*held))).all()
            cards = [card for card in waiting if not card.signals]
            left = len(waiting) - len(cards)
            for card in cards:
                card.state = "shown"
            if cards:
                await self._log(db, session, CARD_DEEDS["shown"], len(cards))
            return [card.participant_id for card in cards]

        await self._tell_senders(place)
        return left

    async def rewrite_card(self, contribution_id: uuid.UUID, words: str, field: str = "text") -> None:
        """Overwrites a card's text, for a name that must go: the old words are nowhere kept."""
        words = text.clean(words, 280)

        async def rewrite(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            if field not in WORDS or field not in card.body:
                raise Gone("Deze kaart heeft geen tekst.")
            await self._overwrite(db, session, card, field, words)
            return [card.participant_id]

        await self._tell_senders(rewrite)

    async def replace_word(
        self, contribution_id: uuid.UUID, place: int, by: str, seen: str, field: str = "text"
    ) -> None:
        """Overwrites one word of a card, as the desk saw it. Raises `Closed` when it reads differently now:
        the wrong word would go."""
        by = text.clean(by, 30)

        async def replace(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            words = card.body.get(field, "") if field in WORDS else ""
            if words != seen or not 0 <= place < len(words.split()):
                raise Closed("Deze tekst is intussen veranderd. Kijk nog eens.")
            await self._overwrite(db, session, card, field, text.replace_word(words, place, by))
            return [card.participant_id]

        await self._tell_senders(replace)

    async def take_up(self, signal_id: uuid.UUID) -> None:
        """Somebody takes care of what looked like a disclosure. Also after the session. Raises `Gone`."""

        async def take(db: AsyncSession, session: Session) -> None:
            signal = await db.get(Signal, signal_id)
            if signal is None or signal.session_id != session.id:
                raise Gone("Dit signaal is er niet meer.")
            if signal.handled_at is None:
                signal.handled_at, signal.handled_by = now(), self.desk.account_id
                await self._log(db, session, "pakt een signaal op")

        await self.room.change(self.session_id, bus.DESK, take)

    async def annotate_card(self, contribution_id: uuid.UUID, notes: dict[str, str]) -> None:
        """What the desk adds to a card: an action's owner and date."""
        cleaned = {key: text.tidy(value)[:120] for key, value in notes.items()}

        async def annotate(db: AsyncSession, session: Session) -> None:
            card = await self._card(db, session, contribution_id)
            card.notes = card.notes | cleaned

        await self.room.change(self.session_id, bus.STATE, annotate)

    async def delete_card(self, contribution_id: uuid.UUID) -> None:
        async def remove(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            await self._erase(db, session, card)
            kind = kinds.get(next(a.kind for a in session.activities if a.id == card.activity_id))
            if kind.hides:
                # A mark or a vote stays when its words go: the figures with and without it would tell it.
                card.body = card.body | {name: "" for name in WORDS if name in card.body}
                card.words_id, card.state, card.signals = codes.new_id(), "shown", []
            else:
                await db.delete(card)
            await self._log(db, session, "verwijdert een kaart")
            return [card.participant_id]

        await self._tell_senders(remove)

    async def gather(
        self,
        activity_id: uuid.UUID,
        name: str,
        column: str,
        cards: list[uuid.UUID],
        cluster_id: uuid.UUID | None,
    ) -> None:
        """Puts cards into a new cluster (`name`) or an existing one. Raises `ValueError` without a name."""
        if not cards:
            raise ValueError("Kies eerst een of meer kaarten.")
        if cluster_id is None:
            name = text.clean(name, 80)

        async def place(db: AsyncSession, session: Session) -> None:
            activity = self._find(session, activity_id)
            cluster = await self._cluster(db, session, cluster_id) if cluster_id else None
            if cluster is None:
                last = await db.scalar(
                    select(func.max(Cluster.position)).where(Cluster.activity_id == activity.id)
                )
                cluster = Cluster(
                    activity_id=activity.id, name=name, column=column[:40], position=(last or 0) + 1
                )
                db.add(cluster)
                await db.flush()
            await db.execute(
                update(Contribution)
                .where(Contribution.activity_id == activity.id, Contribution.id.in_(cards))
                .values(cluster_id=cluster.id)
            )

        await self.room.change(self.session_id, bus.STATE, place)

    async def loosen(self, contribution_id: uuid.UUID) -> None:
        """Takes a card out of its cluster."""

        async def place(db: AsyncSession, session: Session) -> None:
            (await self._card(db, session, contribution_id)).cluster_id = None

        await self.room.change(self.session_id, bus.STATE, place)

    async def rename_cluster(self, cluster_id: uuid.UUID, name: str) -> None:
        name = text.clean(name, 80)

        async def rename(db: AsyncSession, session: Session) -> None:
            cluster = await self._cluster(db, session, cluster_id)
            await tombstones.put(db, tombstones.CLUSTER, tombstones.words_of(cluster))
            cluster.name, cluster.words_id = name, codes.new_id()

        await self.room.change(self.session_id, bus.STATE, rename)

    async def dissolve_cluster(self, cluster_id: uuid.UUID) -> None:
        """The cluster goes, its cards stay."""

        async def dissolve(db: AsyncSession, session: Session) -> None:
            cluster = await self._cluster(db, session, cluster_id)
            await tombstones.put(db, tombstones.CLUSTER, tombstones.words_of(cluster))
            await db.delete(cluster)

        await self.room.change(self.session_id, bus.STATE, dissolve)

    async def end(self) -> None:
        """Ends the session and cuts the link between contributions and phones, for good."""

        async def close(db: AsyncSession, session: Session) -> None:
            if session.ended_at is None:
                for activity in (a for a in session.activities if a.started_at):
                    await self.room.painter.tell(db, session, activity)
                await links.close(db, session, self.room.painter.settings.group_minimum, now())
                session.ended_by = self.desk.account_id
                session.blank = session.looks_back = False
                await self._log(db, session, "sluit de sessie")

        await self._drive(bus.STEP, close)

    # --- how ---

    async def _drive(
        self, parts: frozenset[str], work: Callable[[AsyncSession, Session], Awaitable[None]]
    ) -> None:
        async def driven(db: AsyncSession, session: Session) -> None:
            if session.driver_id is None:
                session.driver_id = self.desk.id
            if session.driver_id != self.desk.id:
                raise NotDriving("Een collega heeft het stuur. Neem het stuur over om verder te gaan.")
            if session.ended_at:
                raise Closed("Deze sessie is al afgelopen.")
            await work(db, session)

        await self.room.change(self.session_id, parts, driven)

    async def _tell_senders(
        self, work: Callable[[AsyncSession, Session], Awaitable[list[uuid.UUID | None]]]
    ) -> None:
        """Changes cards. The phones that sent them hear that something of theirs changed; all phones, where
        they react to each other's words."""

        async def changed(db: AsyncSession, session: Session) -> frozenset[str]:
            senders = await work(db, session)
            now_at = next((a for a in session.activities if a.id == session.activity_id), None)
            shared = now_at is not None and kinds.get(now_at.kind).shares
            return bus.OURS if shared else bus.mine(*senders)

        await self.room.change(self.session_id, bus.STATE, changed, lambda own: own)

    async def _session(self, parts: frozenset[str], verb: str, **values: Any) -> None:
        """`verb` is for the log; empty for what nobody will ask about."""

        async def assign(db: AsyncSession, session: Session) -> None:
            for name, value in values.items():
                setattr(session, name, value)
            if verb:
                await self._log(db, session, verb)

        await self._drive(parts, assign)

    async def _overwrite(
        self, db: AsyncSession, session: Session, card: Contribution, field: str, words: str
    ) -> None:
        await self._erase(db, session, card)
        card.words_id = codes.new_id()
        card.body = card.body | {field: words}
        card.notes = card.notes | {REWRITTEN: "ja"}
        written = [card.body[name] for name in WORDS if card.body.get(name)]
        card.signals = list(warning.sorts_of(warning.found_in(written)))
        await self._log(db, session, "past de tekst van een kaart aan")

    def _find(self, session: Session, activity_id: uuid.UUID) -> Activity:
        activity = next((a for a in session.activities if a.id == activity_id), None)
        if activity is None:
            raise Gone("Deze stap staat niet in het programma.")
        return activity

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
            raise Gone("Deze groep is er niet meer.")
        return cluster

    async def _erase(self, db: AsyncSession, session: Session, card: Contribution) -> None:
        """The words of a card go for good, also from an unfinished review."""
        await tombstones.put(db, tombstones.CARD, tombstones.words_of(card))
        session.review = without(session.review, card.id)

    async def _log(self, db: AsyncSession, session: Session, verb: str, times: int = 1) -> None:
        await deeds.note_in_session(db, session, self.desk.account_id, verb, times)
