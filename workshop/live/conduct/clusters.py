"""Clusters of cards: made, named and dissolved."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, kinds, text
from workshop.live import discarded, plan, recent
from workshop.live.conduct.deeds import (
    CHANGED_SINCE,
    Deeds,
    Overtaken,
    Senders,
    hex_of,
    must,
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


class ClusterDeeds(Deeds):
    """What every facilitator does with clusters."""

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
            must(await db.scalar(select(Contribution.id).where(*loose).limit(1)))
            made = cluster is None
            if cluster is None:
                last = await db.scalar(
                    select(func.max(Cluster.position)).where(Cluster.activity_id == activity.id)
                )
                cluster = Cluster(
                    activity_id=activity.id, name=name, column=column[:40], position=(last or 0) + 1
                )
                db.add(cluster)
                await db.flush()
            placed = update(Contribution).where(*loose).values(cluster_id=cluster.id)
            ids = await db.scalars(placed.returning(Contribution.id))
            self._keep(session, "gathered", cluster=cluster.id.hex, cards=[id.hex for id in ids], made=made)
            counts = await self._counts_anew(db, session, activity)
            return []

        await self._tell_senders(place)
        return counts

    async def loosen(self, contribution_id: uuid.UUID) -> None:
        """Takes a card out of its cluster."""

        async def place(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            must_differ(card.cluster_id, None)
            self._keep(session, "loosened", card=card.id.hex, cluster=hex_of(card.cluster_id))
            card.cluster_id = None
            await self._counts_anew(db, session, plan.step_of(session, card.activity_id))
            return []

        await self._tell_senders(place)

    async def rename_cluster(self, cluster_id: uuid.UUID, name: str) -> None:
        name = text.clean(name, 80)

        async def rename(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            cluster = await self._cluster(db, session, cluster_id)
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

    async def put_back_loose(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Takes cards off the cluster that they were put on; one that was made for them goes."""
        cluster = await self._still(db, session, was)
        if was["made"]:
            await self._dissolve(db, session, cluster)
            return []
        on = Contribution.id.in_(map(uuid.UUID, was["cards"])), Contribution.cluster_id == cluster.id
        await db.execute(update(Contribution).where(*on).values(cluster_id=None))
        await self._counts_anew(db, session, plan.step_of(session, cluster.activity_id))
        return []

    async def put_back_on_cluster(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        cluster = await self._still(db, session, was)
        loose = (
            Contribution.id == uuid.UUID(was["card"]),
            Contribution.cluster_id.is_(None),
            Contribution.state == "shown",
        )
        placed = update(Contribution).where(*loose).values(cluster_id=cluster.id).returning(Contribution.id)
        must_still(await db.scalar(placed), uuid.UUID(was["card"]))
        await self._counts_anew(db, session, plan.step_of(session, cluster.activity_id))
        return []

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


def _regroups(activity: Activity) -> str:
    """Returns the key of the step whose clusters this one counts for; empty for none."""
    if not getattr(kinds.get(activity.kind), "regroups", False):
        return ""
    return kinds.needs(activity.kind, activity.settings).activity
