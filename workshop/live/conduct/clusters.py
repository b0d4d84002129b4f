"""Clusters of cards: made, named, merged and dissolved; and cards that are moved between them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, kinds, text
from workshop.kinds import Kind
from workshop.live import discarded, plan, recent, subgroups
from workshop.live.conduct.deeds import (
    CHANGED_SINCE,
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
from workshop.live.errors import Gone
from workshop.log.what import What
from workshop.models import (
    Activity,
    Cluster,
    Contribution,
    Session,
)
from workshop.safety.erasing import tombstones

Places = Mapping[uuid.UUID, uuid.UUID]
"""Card -> the cluster that it lay on when it was chosen; a card that is not named was loose. What lies
elsewhere by now was moved by somebody else, and stays there."""
NOWHERE: Places = {}
COLUMN_GONE = "Deze soort kaart is er niet meer."


class ClusterDeeds(Deeds):
    """What every facilitator does with clusters."""

    async def gather(
        self,
        activity_id: uuid.UUID,
        name: str,
        column: str,
        cards: list[uuid.UUID],
        cluster_id: uuid.UUID | None,
        seen: Places = NOWHERE,
    ) -> bool:
        """Puts cards onto a new cluster or an existing one. A new one is called `name`, else `Stapel` with a
        number, and stands in `column`, else in that of its first card. Cards of another column go to that of
        the cluster.

        Returns whether phones answered a step that now counts for the cluster. Raises `ValueError` without
        cards, for a name that does not fit, or for a card that would leave its subgroup.
        """
        counts = False
        name = text.clean(name, 80) if name.strip() else ""

        async def place(db: AsyncSession, session: Session) -> Senders:
            nonlocal counts
            activity = plan.step_of(session, activity_id)
            cluster = await self._cluster(db, session, cluster_id) if cluster_id else None
            moving = await _as_seen(db, activity, cards, seen)
            if cluster:
                moving = [card for card in moving if card.cluster_id != cluster.id]
            must(moving)
            made = cluster is None
            if cluster is None:
                own = moving[0].body.get("column", "")
                at = column if column in _columns(activity) else own
                cluster = await _new_cluster(db, activity, name, at)
            was = _place(activity, moving, cluster.id, cluster.column)
            self._keep(
                session, "gathered", cluster=cluster.id.hex, column=cluster.column, cards=was, made=made
            )
            counts = await self._counts_anew(db, session, activity)
            return [card.participant_id for card in moving]

        await self._tell_senders(place)
        return counts

    async def loosen(self, activity_id: uuid.UUID, cards: list[uuid.UUID], seen: Places) -> None:
        """Takes cards off their clusters. Raises `ValueError` without cards."""

        async def place(db: AsyncSession, session: Session) -> Senders:
            activity = plan.step_of(session, activity_id)
            moving = [card for card in await _as_seen(db, activity, cards, seen) if card.cluster_id]
            must(moving)
            self._keep(
                session, "loosened", cluster="", column="", cards=_place(activity, moving, None), made=False
            )
            await self._counts_anew(db, session, activity)
            return []

        await self._tell_senders(place)

    async def set_column(
        self, activity_id: uuid.UUID, cards: list[uuid.UUID], column: str, seen: Places = NOWHERE
    ) -> None:
        """Puts cards in another column, off their clusters. Raises `Gone` for a column that is not there,
        `ValueError` without cards or for a card that would leave its subgroup."""

        async def place(db: AsyncSession, session: Session) -> Senders:
            activity = plan.step_of(session, activity_id)
            if column not in _columns(activity):
                raise Gone(COLUMN_GONE)
            found = await _as_seen(db, activity, cards, seen)
            moving = [card for card in found if card.body.get("column") != column]
            must(moving)
            was = _place(activity, moving, None, column)
            self._keep(session, "sorted", cluster="", column=column, cards=was, made=False)
            await self._counts_anew(db, session, activity)
            return [card.participant_id for card in moving]

        await self._tell_senders(place)

    async def merge_clusters(self, cluster_id: uuid.UUID, into_id: uuid.UUID) -> bool:
        """Puts all cards of a cluster onto another one of its step, and deletes it. Returns whether phones
        had answered a step that counted for it."""
        counted = False

        async def merge(db: AsyncSession, session: Session) -> Senders:
            nonlocal counted
            await must_not_be_deleted(db, Cluster, cluster_id, tombstones.CLUSTER)
            cluster = await self._cluster(db, session, cluster_id)
            into = await self._cluster(db, session, into_id)
            must(cluster.id != into.id and cluster.activity_id == into.activity_id)
            cards = await _on(db, cluster)
            activity = plan.step_of(session, cluster.activity_id)
            was = _place(activity, cards, into.id, into.column)
            self._keep(
                session, "merged", id=cluster.id.hex, cluster=into.id.hex, column=into.column, cards=was
            )
            await db.flush()
            await discarded.put_away(db, session, cluster)
            await db.delete(cluster)
            counted = await self._counts_anew(db, session, activity)
            return [card.participant_id for card in cards]

        await self._tell_senders(merge)
        return counted

    async def shift_cluster(self, cluster_id: uuid.UUID, column: str, seen: Seen = None) -> None:
        """Puts a cluster in another column, with all cards on it; `seen` is its column before. Raises `Gone`
        for a column that is not there, `ValueError` for a card that would leave its subgroup."""

        async def shift(db: AsyncSession, session: Session) -> Senders:
            cluster = await self._cluster(db, session, cluster_id)
            if column not in _columns(plan.step_of(session, cluster.activity_id)):
                raise Gone(COLUMN_GONE)
            must_be(seen, cluster.column)
            must_differ(cluster.column, column)
            self._keep(session, "shifted", cluster=cluster.id.hex, column=column, before=cluster.column)
            return await self._shift(db, session, cluster, column)

        await self._tell_senders(shift)

    async def rename_cluster(self, cluster_id: uuid.UUID, name: str, seen: Seen = None) -> None:
        """Names a cluster; `seen` is its name before. Raises `ValueError` for a name that does not fit."""
        name = text.clean(name, 80)

        async def rename(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            cluster = await self._cluster(db, session, cluster_id)
            must_be(seen, cluster.name)
            must_differ(cluster.name, name)
            # Its name goes for good after the minutes in which this can be undone.
            await discarded.put_away(db, session, cluster)
            self._keep(session, "renamed", cluster=cluster.id.hex)
            cluster.name, cluster.words_id = name, codes.new_id()
            return []

        await self._tell_senders(rename)

    async def dissolve_cluster(self, cluster_id: uuid.UUID) -> bool:
        """Deletes a cluster; its cards stay. `bring_back` undoes it. Returns whether phones had answered a
        step that counted for it."""
        counted = False

        async def dissolve(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            nonlocal counted
            await must_not_be_deleted(db, Cluster, cluster_id, tombstones.CLUSTER)
            cluster = await self._cluster(db, session, cluster_id)
            self._keep(session, "dissolved", id=cluster.id.hex)
            counted = await self._dissolve(db, session, cluster)
            return []

        await self._tell_senders(dissolve)
        return counted

    async def bring_back(self, id: uuid.UUID) -> None:
        """Brings back a card or cluster that was deleted, with what was tied to it. Raises `Gone` when that
        took too long, or when its sender has sent something else since."""

        async def restore(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            if await discarded.find(db, session, id) is None:
                await self._must_not_be_back(db, session, id)
            recent.drop_deletion(session, id)
            return await self._restore(db, session, id)

        await self._tell_senders(restore)

    async def put_back_deleted(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        try:
            return await self._restore(db, session, uuid.UUID(was["id"]))
        except Gone as gone:
            raise Overtaken(str(gone)) from None

    async def put_back_places(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Puts cards back where they lay, but those that were moved since. A cluster that was made for them
        goes, unless something else lies on it."""
        cluster = await self._still(db, session, was) if was["cluster"] else None
        cards = await _put_back(db, was)
        must_still(bool(cards), True)
        if cluster and was["made"] and await _is_empty(db, cluster):
            await self._dissolve(db, session, cluster)
        else:
            await self._counts_anew(db, session, plan.step_of(session, cards[0].activity_id))
        return [card.participant_id for card in cards]

    async def put_back_merged(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Brings back a cluster with the cards that were put onto another one with it."""
        into = await self._still(db, session, was)
        await self.put_back_deleted(db, session, was)
        cards = await _put_back(db, was)
        await self._counts_anew(db, session, plan.step_of(session, into.activity_id))
        return [card.participant_id for card in cards]

    async def put_back_shifted(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Puts a cluster back in its column, with all cards that lie on it by now. Raises `Overtaken` for a
        card that would leave its subgroup."""
        cluster = await self._still(db, session, was)
        must_still(cluster.column, was["column"])
        try:
            return await self._shift(db, session, cluster, was["before"])
        except ValueError as error:
            raise Overtaken(str(error)) from None

    async def put_back_name(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        cluster = await self._still(db, session, was)
        kept = await discarded.find(db, session, cluster.id)
        if kept is None:
            raise Overtaken(CHANGED_SINCE)
        await tombstones.put(db, tombstones.CLUSTER, tombstones.words_of(cluster))
        words_id = kept.row["words_id"]
        cluster.name, cluster.words_id = kept.row["name"], uuid.UUID(words_id) if words_id else None
        await db.delete(kept)
        return []

    async def _still(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Cluster:
        try:
            return await self._cluster(db, session, uuid.UUID(was["cluster"]))
        except Gone as gone:
            raise Overtaken(str(gone)) from None

    async def _shift(self, db: AsyncSession, session: Session, cluster: Cluster, column: str) -> Senders:
        activity = plan.step_of(session, cluster.activity_id)
        cards = await _on(db, cluster)
        _place(activity, cards, cluster.id, column)
        cluster.column = column
        await self._counts_anew(db, session, activity)
        return [card.participant_id for card in cards]

    async def _dissolve(self, db: AsyncSession, session: Session, cluster: Cluster) -> bool:
        await discarded.put_away(db, session, cluster)
        await db.delete(cluster)
        return await self._counts_anew(db, session, plan.step_of(session, cluster.activity_id))

    async def _restore(self, db: AsyncSession, session: Session, id: uuid.UUID) -> Senders:
        kept = await discarded.find(db, session, id)
        if kept is None:
            raise Gone("Dit is voorgoed weg en kan niet meer terug.")
        row = await discarded.bring_back(db, kept)
        if row is None:
            raise Gone("Wie dit schreef, heeft intussen iets anders gestuurd.")
        is_card = isinstance(row, Contribution)
        await self._log(db, session, What.CARD_PUT_BACK if is_card else What.CLUSTER_PUT_BACK)
        return [kept.participant_id]

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
            must(not await db.scalar(select(model.id).where(model.id == id, model.activity_id.in_(here))))


async def _as_seen(
    db: AsyncSession, activity: Activity, ids: list[uuid.UUID], seen: Places
) -> list[Contribution]:
    """Returns those of the cards that are shown and lie where they were seen, in the order of `ids`. Raises
    `ValueError` when none was chosen."""
    if not ids:
        raise ValueError("Kies eerst een of meer kaarten.")
    shown = Contribution.activity_id == activity.id, Contribution.id.in_(ids), Contribution.state == "shown"
    found = await db.scalars(select(Contribution).where(*shown))
    return sorted((c for c in found if c.cluster_id == seen.get(c.id)), key=lambda card: ids.index(card.id))


def _place(
    activity: Activity, cards: list[Contribution], cluster_id: uuid.UUID | None, column: str = ""
) -> list[tuple[str, str, str]]:
    """Puts cards onto a cluster, or on none, and in a column, if one is given. Returns where they lay: the
    ids of card and cluster, and the column. Raises `ValueError` for a card that would leave its subgroup."""
    was = [(card.id.hex, hex_of(card.cluster_id), card.body.get("column", "")) for card in cards]
    kind, settings = _asked(activity)
    if column and subgroups.apart(activity, kind, settings) and any(own != column for _, _, own in was):
        raise ValueError("In groepjes blijft een kaart bij de vraag van zijn eigen groepje.")
    for card in cards:
        _lay(card, cluster_id, column)
    return was


def _lay(card: Contribution, cluster_id: uuid.UUID | None, column: str) -> None:
    card.cluster_id = cluster_id
    if column and card.body.get("column", column) != column:
        card.body = card.body | {"column": column}


async def _put_back(db: AsyncSession, was: dict[str, Any]) -> list[Contribution]:
    """Puts cards back where they lay, if they lie as the deed left them and their cluster is there. Returns
    them."""
    places = {uuid.UUID(id): (uuid.UUID(on) if on else None, column) for id, on, column in was["cards"]}
    left_on = uuid.UUID(was["cluster"]) if was["cluster"] else None
    found = await db.scalars(
        select(Contribution).where(
            Contribution.id.in_(places),
            Contribution.state == "shown",
            Contribution.cluster_id == left_on if left_on else Contribution.cluster_id.is_(None),
        )
    )
    back = []
    for card in found:
        cluster_id, column = places[card.id]
        moved_on = was["column"] and card.body.get("column") != was["column"]
        if moved_on or (cluster_id and await db.get(Cluster, cluster_id) is None):
            continue
        _lay(card, cluster_id, column)
        back.append(card)
    await db.flush()
    return back


async def _on(db: AsyncSession, cluster: Cluster) -> list[Contribution]:
    return list(await db.scalars(select(Contribution).where(Contribution.cluster_id == cluster.id)))


async def _is_empty(db: AsyncSession, cluster: Cluster) -> bool:
    on = select(Contribution.id).where(Contribution.cluster_id == cluster.id)
    return await db.scalar(on.limit(1)) is None


async def _new_cluster(db: AsyncSession, activity: Activity, name: str, column: str) -> Cluster:
    there = (await db.scalars(select(Cluster).where(Cluster.activity_id == activity.id))).all()
    taken = {cluster.name for cluster in there}
    numbered = (f"Stapel {number}" for number in itertools.count(len(there) + 1))
    cluster = Cluster(
        activity_id=activity.id,
        name=name or next(each for each in numbered if each not in taken),
        column=column,
        position=max((cluster.position for cluster in there), default=0) + 1,
    )
    db.add(cluster)
    await db.flush()
    return cluster


def _columns(activity: Activity) -> tuple[str, ...]:
    """Returns the ids of the columns of a step."""
    kind, settings = _asked(activity)
    return kind.outputs(settings)


def _asked(activity: Activity) -> tuple[Kind, Any]:
    kind = kinds.get(activity.kind)
    return kind, kinds.settings(kind, activity.settings)


def _regroups(activity: Activity) -> str:
    """Returns the key of the step whose clusters this one counts for; empty for none."""
    if not getattr(kinds.get(activity.kind), "regroups", False):
        return ""
    return kinds.needs(activity.kind, activity.settings).activity
