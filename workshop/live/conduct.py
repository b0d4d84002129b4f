"""What a facilitator does at the desk: steps, locks, what is shown, cards and clusters, the end.

Every command is one method of `Conduct` and one resource under `/sessies/{id}/…`. Step, lock and show belong
to the desk that has the wheel; cards and clusters to every facilitator.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, days, kinds, reach, text
from workshop.groups import history_of, shown_with, told_with
from workshop.live import discarded, idle, links, plan, send, takes
from workshop.live.errors import Closed, Gone
from workshop.live.onlookers import onlookers
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import (
    Activity,
    Alert,
    Cluster,
    Contribution,
    Discarded,
    Session,
    SignIn,
    Tombstone,
    now,
)
from workshop.safety.erasing import tombstones
from workshop.safety.screening import warning

T = TypeVar("T")

EXTRA_SECONDS = 120


class Before(NamedTuple):
    """How a card was: what an undo brings back."""

    state: str = ""
    cluster_id: uuid.UUID | None = None


CARD_DEEDS = {
    "shown": What.CARD_SHOWN,
    "hidden": What.CARD_HIDDEN,
    "held": What.CARD_HELD,
}
"""State -> what the log keeps. Of a card the log says this and no more."""


def without(review: dict[str, Any] | None, card_id: uuid.UUID) -> dict[str, Any] | None:
    """Returns an unfinished review without what it says of one card."""
    if review is None:
        return None
    return {name: values for name, values in review.items() if not name.endswith(f".{card_id}")}


class NotDriving(Closed):
    """Another desk has the wheel."""


class Stale(Exception):
    """What a command expected has changed, or what it asks for is so already: nothing is done and nobody is
    told. A second press of the same button ends here."""


Seen = object | None
"""What a button was drawn with. None means that the caller does not say: then nothing is compared."""


class Conduct:
    """What one facilitator does at one session; `sign_in` is the browser that asks.

    A command does nothing, and sets `is_stale`, when `seen` is not what the session has now or when there is
    nothing left to do.
    """

    def __init__(self, room: Room, session_id: uuid.UUID, sign_in: SignIn) -> None:
        self.room = room
        self.session_id = session_id
        self.sign_in = sign_in
        self.is_stale = False

    async def take_wheel(self) -> None:
        async def take(db: AsyncSession, session: Session) -> None:
            _must_differ(session.driver_id, self.sign_in.id)
            session.driver_id = self.sign_in.id
            await self._log(db, session, What.WHEEL_TAKEN)

        await self._change(bus.DESK, take)

    async def go_to(self, activity_id: uuid.UUID | None, seen: Seen = None) -> None:
        """Makes an activity the current step; None is the lobby. `seen` is the id of the step it starts from,
        empty for the lobby.

        Raises `Gone` when the activity is not in the plan.
        """

        async def go(db: AsyncSession, session: Session) -> None:
            activity = next((a for a in session.activities if a.id == activity_id), None)
            if activity_id and (activity is None or activity.skipped):
                raise Gone(plan.NO_STEP)
            _must_be(seen, session.activity_id or "")
            _must_differ(
                (session.activity_id, session.blank, session.shows_earlier), (activity_id, False, False)
            )
            takes.move(session, activity_id, now())
            session.blank = session.shows_earlier = False
            if activity and activity.started_at is None:
                activity.started_at = now()
            if activity:
                links.open_door(session, now())

        await self._drive(bus.STEP, go)

    async def set_open(self, activity_id: uuid.UUID, is_open: bool) -> None:
        """Opens or locks a step. Opening a step whose answers settle also hides its results: from results
        that go on changing, each new answer could be read."""
        what = What.STEP_OPENED if is_open else What.STEP_CLOSED

        async def assign(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            _must_differ(activity.open, is_open)
            activity.open = is_open
            if is_open and kinds.settles(activity):
                activity.shown = False
            await self._log(db, session, what)

        await self._drive(bus.STATE, assign)

    async def set_shown(self, activity_id: uuid.UUID, shown: bool) -> None:
        """Shows or hides results. Showing also locks the step: a result that still changes
        tells who changed it."""

        async def show(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            _must_differ(activity.shown, shown)
            activity.shown = shown
            if shown:
                activity.open = False
                await self._note_disclosed(db, session, activity)

        await self._drive(bus.STATE, show)

    async def set_clock(self, activity_id: uuid.UUID, deed: str, seen: Seen = None) -> None:
        """Changes the clock of a step: `pauze`, `verder`, or `erbij` for two minutes more, counted from now
        when time was up. `seen` is the number of seconds that were added before."""

        async def clock(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            _must_be(seen, activity.extra_seconds)
            if deed == "erbij":
                activity.extra_seconds += _seconds_over(activity) + EXTRA_SECONDS
            elif deed == "pauze" and activity.started_at and not activity.paused_at:
                activity.paused_at = now()
            elif deed == "verder" and activity.paused_at:
                activity.extra_seconds += round((now() - activity.paused_at).total_seconds())
                activity.paused_at = None
            else:
                raise Stale

        await self._drive(bus.INPUT, clock)

    async def set_blank(self, blank: bool) -> None:
        what = What.SCREEN_BLANKED if blank else What.SCREEN_SHOWN
        await self._session(bus.INPUT, what, blank=blank)

    async def show_earlier(self, shows_earlier: bool) -> None:
        await self._session(bus.INPUT, None, shows_earlier=shows_earlier, blank=False)

    async def call_help(self, seen: Seen = None) -> None:
        """Opens the help panel on every phone at once, never on one. `seen` is how often that
        was done before."""

        async def call(db: AsyncSession, session: Session) -> None:
            _must_be(seen, session.help_calls)
            session.help_calls += 1
            await self._log(db, session, What.HELP_CALLED)

        await self._change(bus.STATE, call)

    async def set_admits(self, admits: bool) -> None:
        """Locks or opens the door for newcomers. A locked room has no code to guess."""
        what = What.DOOR_OPENED if admits else What.DOOR_CLOSED

        async def turn(db: AsyncSession, session: Session) -> None:
            _must_differ(session.admits, admits)
            session.admits, session.code = admits, codes.new_code() if admits else None
            await self._log(db, session, what)

        await self._drive(bus.INPUT, turn)

    async def rotate_codes(self, seen: Seen = None) -> None:
        """Makes a new QR code and code; phones that are in stay in. `seen` is the code before, empty
        where there was none."""
        fresh = {"join_token": codes.new_token(), "code": codes.new_code()}
        await self._session(bus.INPUT, What.CODES_RENEWED, seen, **fresh, admits=True)

    async def forget_idle(self) -> int:
        """Forgets the phones that sent nothing and are not connected. Returns how many. Somebody may have let
        in many more phones than there are people."""
        forgotten = 0

        async def forget(db: AsyncSession, session: Session) -> None:
            nonlocal forgotten
            forgotten = await idle.forget(db, session.id, self.room.presence.there(session.id))
            if not forgotten:
                raise Stale
            await self._log(db, session, What.PHONES_FORGOTTEN)

        await self._drive(bus.INPUT | {bus.WHO}, forget)
        return forgotten

    async def choose_address(self, address: str) -> None:
        """Puts another address of this machine in its QR codes. Raises `ValueError` for an address
        it does not have."""

        async def choose(db: AsyncSession, session: Session) -> None:
            _must_differ(reach.address(), address)
            reach.choose(address)
            await self._log(db, session, What.ADDRESS_CHOSEN)

        await self._drive(bus.INPUT, choose)

    async def set_card_state(
        self,
        contribution_id: uuid.UUID,
        state: str,
        seen: Seen = None,
        cluster_id: uuid.UUID | None = None,
    ) -> Before:
        """Sets the state of a card: `shown` lets it through, `hidden` takes it off every screen, `held` makes
        it wait again. `seen` is the state before.

        Returns how the card was before. To undo, give that state, and its cluster as `cluster_id`. Raises
        `Gone` for another state or a card that is not there.
        """
        before = Before()
        if state not in CARD_DEEDS:
            raise Gone("Dit kan niet met een kaart.")

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal before
            card = await self._card(db, session, contribution_id)
            _must_be(seen, card.state)
            _must_differ(card.state, state)
            before = Before(card.state, card.cluster_id)
            card.state = state
            if state != "shown":
                card.cluster_id = None
            elif cluster_id and await self._is_there(db, card, cluster_id):
                card.cluster_id = cluster_id
            await self._log(db, session, CARD_DEEDS[state])
            return [card.participant_id]

        await self._tell_senders(place)
        return before

    async def show_all(self, activity_id: uuid.UUID, last: int | None = None) -> int:
        """Lets every waiting card through that looks like nothing, up to the one with the order `last`:
        nobody has seen those that came later.

        Returns how many cards still wait: somebody reads those one by one.
        """
        left = 0

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal left
            activity = plan.step_of(session, activity_id)
            held = [Contribution.activity_id == activity.id, Contribution.state == "held"]
            if last is not None:
                held.append(Contribution.order <= last)
            waiting = (await db.scalars(select(Contribution).where(*held))).all()
            cards = [card for card in waiting if not card.signals]
            if not waiting:
                raise Stale
            left = len(waiting) - len(cards)
            for card in cards:
                card.state = "shown"
            if cards:
                await self._log(db, session, CARD_DEEDS["shown"], len(cards))
            return [card.participant_id for card in cards]

        await self._tell_senders(place)
        return left

    async def rewrite_card(self, contribution_id: uuid.UUID, words: str, field: str = "text") -> None:
        """Overwrites a text of a card, for a name that must go: the old words are kept nowhere.

        Raises `ValueError` with a sentence for a text that does not fit, `Gone` for a card without that text.
        """
        words = text.clean(words, 280)

        async def rewrite(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            if field not in kinds.writes() or field not in card.body:
                raise Gone("Deze kaart heeft geen tekst.")
            _must_differ(card.body[field], words)
            await self._overwrite(db, session, card, field, words)
            return [card.participant_id]

        await self._tell_senders(rewrite)

    async def replace_word(
        self, contribution_id: uuid.UUID, place: int, by: str, seen: str, field: str = "text"
    ) -> None:
        """Overwrites one word of a card; `place` is its number in the text `seen`, from 0.

        Raises `Closed` when the text is different now: the wrong word would go. Raises `ValueError` for a new
        word that does not fit.
        """
        by = text.clean(by, 30)

        async def replace(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            words = card.body.get(field, "") if field in kinds.writes() else ""
            if 0 <= place < len(seen.split()):
                _must_differ(words, text.replace_word(seen, place, by))
            if words != seen or not 0 <= place < len(words.split()):
                raise Closed("Deze tekst is intussen veranderd. Kijk nog eens.")
            await self._overwrite(db, session, card, field, text.replace_word(words, place, by))
            return [card.participant_id]

        await self._tell_senders(replace)

    async def take_up(self, alert_id: uuid.UUID) -> None:
        """Notes that somebody takes care of what looked like a disclosure, also after the session. Raises
        `Gone` when the alert is not there."""

        async def take(db: AsyncSession, session: Session) -> None:
            alert = await db.get(Alert, alert_id)
            if alert is None or alert.session_id != session.id:
                raise Gone("Deze kaart vinden we niet meer. Laad de pagina opnieuw.")
            if alert.handled_at:
                raise Stale
            alert.handled_at, alert.handled_by = now(), self.sign_in.account_id
            await self._log(db, session, What.SIGNAL_TAKEN_UP)

        await self._change(bus.DESK, take)

    async def annotate_card(self, contribution_id: uuid.UUID, notes: dict[str, str]) -> None:
        """Sets what the desk adds to a card: an action's owner and `due`. Raises `ValueError` with a sentence
        for a day that makes no sense."""
        cleaned = {key: text.tidy(value)[:120] for key, value in notes.items()}
        days.agreed(cleaned.get("due", ""))

        async def annotate(db: AsyncSession, session: Session) -> None:
            card = await self._card(db, session, contribution_id)
            _must_differ(card.notes, card.notes | cleaned)
            card.notes = card.notes | cleaned

        await self._change(bus.STATE, annotate)

    async def delete_card(self, contribution_id: uuid.UUID) -> None:
        """Takes a card away from every screen and document. Its words go for good after `discarded.KEPT`;
        until then `bring_back` undoes it."""

        async def remove(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            await _must_not_be_deleted(db, Contribution, contribution_id, tombstones.CARD)
            card = await self._card(db, session, contribution_id)
            if not send.has_words(card):
                raise Stale  # a mark whose words were deleted before: they are kept apart already
            await discarded.put_away(db, session, card)
            session.review = without(session.review, card.id)
            kind = kinds.get(next(a.kind for a in session.activities if a.id == card.activity_id))
            if kind.hides:
                # A mark or a vote stays when its words go: figures with and without it would tell it.
                send.take_words(card)
            else:
                await db.delete(card)
            await self._log(db, session, What.CARD_DELETED)
            return [card.participant_id]

        await self._tell_senders(remove)

    async def gather(
        self,
        activity_id: uuid.UUID,
        name: str,
        column: str,
        cards: list[uuid.UUID],
        cluster_id: uuid.UUID | None,
    ) -> bool:
        """Puts loose cards into a new cluster (`name`) or an existing one.

        Returns whether phones answered a step that now counts for the cluster. Raises `ValueError` without
        cards or without a name for the new cluster.
        """
        counts = False
        if not cards:
            raise ValueError("Kies eerst een of meer kaarten.")
        if cluster_id is None:
            name = text.clean(name, 80)

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal counts
            activity = plan.step_of(session, activity_id)
            cluster = await self._cluster(db, session, cluster_id) if cluster_id else None
            loose = (
                Contribution.activity_id == activity.id,
                Contribution.id.in_(cards),
                Contribution.cluster_id.is_(None),
            )
            if not await db.scalar(select(Contribution.id).where(*loose).limit(1)):
                raise Stale
            if cluster is None:
                last = await db.scalar(
                    select(func.max(Cluster.position)).where(Cluster.activity_id == activity.id)
                )
                cluster = Cluster(
                    activity_id=activity.id, name=name, column=column[:40], position=(last or 0) + 1
                )
                db.add(cluster)
                await db.flush()
            await db.execute(update(Contribution).where(*loose).values(cluster_id=cluster.id))
            counts = await self._counts_anew(db, session, activity)
            return []

        await self._tell_senders(place)
        return counts

    async def loosen(self, contribution_id: uuid.UUID) -> None:
        """Takes a card out of its cluster."""

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            _must_differ(card.cluster_id, None)
            card.cluster_id = None
            await self._counts_anew(db, session, plan.step_of(session, card.activity_id))
            return []

        await self._tell_senders(place)

    async def rename_cluster(self, cluster_id: uuid.UUID, name: str) -> None:
        name = text.clean(name, 80)

        async def rename(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            cluster = await self._cluster(db, session, cluster_id)
            _must_differ(cluster.name, name)
            await tombstones.put(db, tombstones.CLUSTER, tombstones.words_of(cluster))
            cluster.name, cluster.words_id = name, codes.new_id()
            return []

        await self._tell_senders(rename)

    async def dissolve_cluster(self, cluster_id: uuid.UUID) -> bool:
        """Deletes a cluster; its cards stay. `bring_back` undoes it. Returns whether phones had answered a
        step that counted for it."""
        counted = False

        async def dissolve(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal counted
            await _must_not_be_deleted(db, Cluster, cluster_id, tombstones.CLUSTER)
            cluster = await self._cluster(db, session, cluster_id)
            await discarded.put_away(db, session, cluster)
            await db.delete(cluster)
            counted = await self._counts_anew(db, session, plan.step_of(session, cluster.activity_id))
            return []

        await self._tell_senders(dissolve)
        return counted

    async def bring_back(self, id: uuid.UUID) -> None:
        """Brings back a card or cluster that was deleted, with what was tied to it. Raises `Gone` when that
        took too long, or when its sender has sent something else since."""

        async def restore(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            kept = await discarded.find(db, session, id)
            if kept is None:
                await self._must_not_be_back(db, session, id)
                raise Gone("Dit is voorgoed weg en kan niet meer terug.")
            row = await discarded.bring_back(db, kept)
            if row is None:
                raise Gone("Wie dit schreef, heeft intussen iets anders gestuurd.")
            is_card = isinstance(row, Contribution)
            await self._log(db, session, What.CARD_PUT_BACK if is_card else What.CLUSTER_PUT_BACK)
            return [kept.participant_id]

        await self._tell_senders(restore)

    async def end(self, seen: Seen = None) -> None:
        """Ends the session. The links between contributions and phones are cut after `links.REOPENS`: until
        then `reopen` undoes it. `seen` is the id of the step it ends at, empty for the lobby."""

        async def close(db: AsyncSession, session: Session) -> None:
            _must_be(seen, session.activity_id or "")
            for activity in (a for a in session.activities if a.started_at):
                await self._note_disclosed(db, session, activity)
            await links.end(db, session, now())
            session.ended_by = self.sign_in.account_id
            await self._log(db, session, What.SESSION_CLOSED)

        await self._drive(bus.STEP, close, ended=Stale)

    async def reopen(self) -> None:
        """Undoes the end of a session. Raises `Closed` once its links are cut."""

        async def undo(db: AsyncSession, session: Session) -> None:
            _must_differ(session.ended_at, None)
            until = links.reopens_until(session)
            if until is None or until <= now():
                raise Closed("Deze sessie kan niet meer open. De koppeling met de telefoons is al weg.")
            links.reopen(session)
            await self._log(db, session, What.SESSION_REOPENED)

        await self._change(bus.STEP, undo)

    # --- the steps of a command ---

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
        work: Callable[[AsyncSession, Session], Awaitable[None]],
        ended: Callable[[], Exception] = lambda: Closed("Deze sessie is al afgelopen."),
    ) -> None:
        async def driven(db: AsyncSession, session: Session) -> None:
            if session.driver_id is None:
                session.driver_id = self.sign_in.id
            if session.driver_id != self.sign_in.id:
                raise NotDriving("Een collega heeft nu de regie. Wil jij verdergaan? Neem de regie over.")
            if session.ended_at:
                raise ended()
            await work(db, session)

        await self._change(parts, driven)

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
        self, parts: frozenset[str], what: What | None, seen: Seen = None, **values: Any
    ) -> None:
        """Sets values of the session. `what` is for the log: None for what nobody will ask about.
        `seen` is the code."""

        async def assign(db: AsyncSession, session: Session) -> None:
            _must_be(seen, session.code or "")
            _must_differ([getattr(session, name) for name in values], list(values.values()))
            for name, value in values.items():
                setattr(session, name, value)
            if what:
                await self._log(db, session, what)

        await self._drive(parts, assign)

    async def _note_disclosed(self, db: AsyncSession, session: Session, activity: Activity) -> None:
        """Notes which answers are counted, now that the results of a step are shown."""
        if not kinds.get(activity.kind).hides:
            return
        scene = await self.room.reader.scene(db, session, activity)
        before = activity.disclosed or {}
        counted = kinds.versions(scene.kind, scene.entries, scene.settings, scene.inputs)
        minimum = self.room.reader.settings.marks_minimum
        note = shown_with if kinds.settles(activity) else partial(told_with, minimum=minimum)
        activity.disclosed = {
            slot: note(history_of(slot, before, counted.get(slot, ())), counted.get(slot, ()))
            for slot in {*before, *counted}
        }

    async def _overwrite(
        self, db: AsyncSession, session: Session, card: Contribution, field: str, words: str
    ) -> None:
        await self._erase(db, session, card)
        card.words_id = codes.new_id()
        card.body = card.body | {field: words}
        card.notes = card.notes | {send.REWRITTEN: "ja"}
        written = [card.body[name] for name in kinds.writes() if card.body.get(name)]
        card.signals = list(warning.categories_of(warning.found_in(written)))
        await self._log(db, session, What.CARD_REWRITTEN)

    async def _card(self, db: AsyncSession, session: Session, contribution_id: uuid.UUID) -> Contribution:
        card = await db.scalar(
            select(Contribution)
            .join(Activity, Contribution.activity_id == Activity.id)
            .where(Contribution.id == contribution_id, Activity.session_id == session.id)
        )
        if card is None:
            raise Gone("Deze kaart is er niet meer.")
        return card

    async def _counts_anew(self, db: AsyncSession, session: Session, activity: Activity) -> bool:
        """Says whether phones answered a step that counts for the clusters of this one. It does not say how
        many: that may still be hidden. A step whose results are shown notes the new clusters."""
        await db.flush()
        steps = [step for step in session.activities if _regroups(step) == activity.key]
        for step in steps:
            if step.shown:
                await self._note_disclosed(db, session, step)
        answered = select(Contribution.id).where(Contribution.activity_id.in_(step.id for step in steps))
        return bool(steps) and await db.scalar(answered.limit(1)) is not None

    async def _must_not_be_back(self, db: AsyncSession, session: Session, id: uuid.UUID) -> None:
        """Raises `Stale` for a card or cluster that stands in this session."""
        here = select(Activity.id).where(Activity.session_id == session.id)
        for model in (Contribution, Cluster):
            if await db.scalar(select(model.id).where(model.id == id, model.activity_id.in_(here))):
                raise Stale

    async def _is_there(self, db: AsyncSession, card: Contribution, cluster_id: uuid.UUID) -> bool:
        """Says whether the card's own step still has this cluster."""
        cluster = await db.get(Cluster, cluster_id)
        return cluster is not None and cluster.activity_id == card.activity_id

    async def _cluster(self, db: AsyncSession, session: Session, cluster_id: uuid.UUID) -> Cluster:
        cluster = await db.scalar(
            select(Cluster)
            .join(Activity, Cluster.activity_id == Activity.id)
            .where(Cluster.id == cluster_id, Activity.session_id == session.id)
        )
        if cluster is None:
            raise Gone("Deze stapel is er niet meer.")
        return cluster

    async def _erase(self, db: AsyncSession, session: Session, card: Contribution) -> None:
        """Erases the words of a card for good, also from an unfinished review."""
        await tombstones.put(db, tombstones.CARD, tombstones.words_of(card))
        session.review = without(session.review, card.id)

    async def _log(self, db: AsyncSession, session: Session, what: What, times: int = 1) -> None:
        await writing.note_in_session(db, session, self.sign_in.account_id, what, times)


def _regroups(activity: Activity) -> str:
    """Returns the key of the step whose clusters this one counts for; empty for none."""
    if not getattr(kinds.get(activity.kind), "regroups", False):
        return ""
    return kinds.needs(activity.kind, activity.settings).activity


def _must_be(seen: Seen, now: object) -> None:
    """Raises `Stale` when `now` is not what was seen. Both are compared as text, because forms send text."""
    if seen is not None and str(seen) != str(now):
        raise Stale


def _must_differ(now: object, wanted: object) -> None:
    """Raises `Stale` when it is so already."""
    if now == wanted:
        raise Stale


async def _must_not_be_deleted(
    db: AsyncSession, model: type[Contribution | Cluster], id: uuid.UUID, sort: str
) -> None:
    """Raises `Stale` for a row that was deleted before: it is kept for some minutes, and after that its first
    words have a tombstone."""
    if await db.get(model, id):
        return
    if await db.get(Discarded, id) or await db.get(Tombstone, (id, sort)):
        raise Stale


def _seconds_over(activity: Activity) -> int:
    """Returns how many seconds ago time was up, 0 when it is not. A paused clock counts until its pause."""
    if activity.started_at is None:
        return 0
    passed = (activity.paused_at or now()) - activity.started_at
    return max(0, round(passed.total_seconds()) - activity.minutes * 60 - activity.extra_seconds)
