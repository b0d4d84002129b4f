"""Cards: let through, hidden, rewritten, deleted; and signals that somebody takes up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, days, kinds, text
from workshop.kinds import Form
from workshop.live import alike, discarded, plan, send
from workshop.live.conduct.deeds import (
    Deeds,
    Overtaken,
    Seen,
    Senders,
    hex_of,
    must,
    must_be,
    must_differ,
    must_not_be_deleted,
    must_still,
)
from workshop.live.errors import Closed, Gone
from workshop.log.what import What
from workshop.models import (
    Alert,
    Cluster,
    Contribution,
    Session,
    now,
)
from workshop.safety.erasing import tombstones
from workshop.safety.screening import warning


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
TOGETHER = {"shown": "let-through", "hidden": "kept-back"}
"""State that cards get together -> the deed."""


def without(review: dict[str, Any] | None, card_id: uuid.UUID) -> dict[str, Any] | None:
    """Returns an unfinished review without what it says of one card."""
    if review is None:
        return None
    return {name: values for name, values in review.items() if not name.endswith(f".{card_id}")}


class CardDeeds(Deeds):
    """What every facilitator does with cards."""

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
            must_be(seen, card.state)
            must_differ(card.state, state)
            before = Before(card.state, card.cluster_id)
            was = {"state": before.state, "cluster": hex_of(card.cluster_id)}
            self._keep(session, "card", card=card.id.hex, now=state, **was)
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
            must(waiting)
            left = len(waiting) - len(cards)
            for card in cards:
                card.state = "shown"
            if cards:
                self._keep(session, "let-through", cards=[card.id.hex for card in cards])
                await self._log(db, session, CARD_DEEDS["shown"], len(cards))
            return [card.participant_id for card in cards]

        await self._tell_senders(place)
        return left

    async def decide(self, ids: Sequence[uuid.UUID], state: str) -> None:
        """Sets the state of cards that wait and say the same, in one deed: `shown` or `hidden`. Leaves a card
        that was decided since, says something else than the first, or looks like a disclosure.

        Raises `Gone` for another state or when the first is not there.
        """
        if state not in TOGETHER:
            raise Gone("Dit kan niet met een kaart.")

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            first = await self._card(db, session, ids[0])
            here = Contribution.activity_id == first.activity_id, Contribution.state == "held"
            waiting = (await db.scalars(select(Contribution).where(Contribution.id.in_(ids), *here))).all()
            written = kinds.get(plan.step_of(session, first.activity_id).kind).writes
            said = alike.said(written, first.body)
            cards = [
                card
                for card in waiting
                if alike.said(written, card.body) == said and not warning.disclosure(card.signals)
            ]
            must(cards)
            for card in cards:
                card.state = state
            self._keep(session, TOGETHER[state], cards=[card.id.hex for card in cards])
            await self._log(db, session, CARD_DEEDS[state], len(cards))
            return [card.participant_id for card in cards]

        await self._tell_senders(place)

    async def rewrite_card(self, contribution_id: uuid.UUID, words: str, field: str = "text") -> None:
        """Overwrites a text of a card, for a name that must go: the old words are kept nowhere.

        Raises `ValueError` with a sentence for a text that does not fit, `Gone` for a card without that text.
        """
        words = text.clean(words, 280)

        async def rewrite(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            if field not in kinds.writes() or field not in card.body:
                raise Gone("Deze kaart heeft geen tekst.")
            must_differ(card.body[field], words)
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
                must_differ(words, text.replace_word(seen, place, by))
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
            must(not alert.handled_at)
            alert.handled_at, alert.handled_by = now(), self.sign_in.account_id
            self._keep(session, "taken-up", alert=alert.id.hex)
            await self._log(db, session, What.SIGNAL_TAKEN_UP)

        await self._change(bus.DESK, take)

    async def annotate_card(self, contribution_id: uuid.UUID, notes: dict[str, str]) -> None:
        """Sets what the desk adds to a card: an action's owner and `due`. Raises `ValueError` with a sentence
        for a day that makes no sense."""
        cleaned = {key: text.tidy(value)[:120] for key, value in notes.items()}
        days.agreed(cleaned.get("due", ""))

        async def annotate(db: AsyncSession, session: Session) -> None:
            card = await self._card(db, session, contribution_id)
            must_differ(card.notes, card.notes | cleaned)
            card.notes = card.notes | cleaned
            self._keep(session, "agreed")

        await self._change(bus.STATE, annotate)

    async def delete_card(self, contribution_id: uuid.UUID) -> None:
        """Takes a card away from every screen and document. Its words go for good after `discarded.KEPT`;
        until then `bring_back` undoes it."""

        async def remove(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            await must_not_be_deleted(db, Contribution, contribution_id, tombstones.CARD)
            card = await self._card(db, session, contribution_id)
            must(send.has_words(card))  # else they were deleted before, and a mark stayed
            self._keep(session, "deleted", id=card.id.hex)
            return await self._delete(db, session, card)

        await self._tell_senders(remove)

    async def add(self, activity_id: uuid.UUID, contribution_id: uuid.UUID, form: Form) -> None:
        """Enters what somebody without a phone says, with the form of a phone. Raises as
        `Room.contribute` does."""
        receipt = await self.room.contribute(self.session_id, None, activity_id, contribution_id, form)

        async def keep(db: AsyncSession, session: Session) -> None:
            self._keep(session, "added", id=receipt.id.hex)

        if not receipt.repeated:
            await self._change(bus.DESK, keep)

    async def put_back_card(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Gives a card the state that it had, and its cluster if that is there."""
        card = await self._there(db, session, was["card"])
        must_still(card.state, was["now"])
        card.state, card.cluster_id = was["state"], None
        cluster = uuid.UUID(was["cluster"]) if was["cluster"] else None
        if cluster and await self._is_there(db, card, cluster):
            card.cluster_id = cluster
        await self._log(db, session, CARD_DEEDS[card.state])
        return [card.participant_id]

    async def put_back_waiting(
        self, db: AsyncSession, session: Session, was: dict[str, Any], state: str
    ) -> Senders:
        """Makes the cards wait again that got a state together, but those that were moved since."""
        ids = [uuid.UUID(id) for id in was["cards"]]
        here = Contribution.id.in_(ids), Contribution.state == state, Contribution.cluster_id.is_(None)
        cards = (await db.scalars(select(Contribution).where(*here))).all()
        must_still(bool(cards), True)
        for card in cards:
            card.state = "held"
        await self._log(db, session, CARD_DEEDS["held"], len(cards))
        return [card.participant_id for card in cards]

    async def take_out_added(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Deletes a card that was entered at the desk."""
        return await self._delete(db, session, await self._there(db, session, was["id"]))

    async def put_back_alert(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Makes a signal wait again for somebody who takes it up."""
        alert = await db.get(Alert, uuid.UUID(was["alert"]))
        must_still(alert is not None and alert.handled_by, self.sign_in.account_id)
        if alert:
            alert.handled_at = alert.handled_by = None
        await self._log(db, session, What.SIGNAL_PUT_BACK)
        return []

    async def _there(self, db: AsyncSession, session: Session, id: str) -> Contribution:
        try:
            return await self._card(db, session, uuid.UUID(id))
        except Gone as gone:
            raise Overtaken(str(gone)) from None

    async def _delete(self, db: AsyncSession, session: Session, card: Contribution) -> Senders:
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

    async def _overwrite(
        self, db: AsyncSession, session: Session, card: Contribution, field: str, words: str
    ) -> None:
        self._keep(session, "rewritten")
        await self._erase(db, session, card)
        card.words_id = codes.new_id()
        card.body = card.body | {field: words}
        card.notes = card.notes | {send.REWRITTEN: "ja"}
        written = [card.body[name] for name in kinds.writes() if card.body.get(name)]
        card.signals = list(warning.categories_of(warning.found_in(written)))
        await self._log(db, session, What.CARD_REWRITTEN)

    async def _is_there(self, db: AsyncSession, card: Contribution, cluster_id: uuid.UUID) -> bool:
        """Says whether the card's own step still has this cluster."""
        cluster = await db.get(Cluster, cluster_id)
        return cluster is not None and cluster.activity_id == card.activity_id

    async def _erase(self, db: AsyncSession, session: Session, card: Contribution) -> None:
        """Erases the words of a card for good, also from an unfinished review."""
        await tombstones.put(db, tombstones.CARD, tombstones.words_of(card))
        session.review = without(session.review, card.id)
