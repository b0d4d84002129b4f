"""Who takes part in a partnership, and in which role. There is always a coordinator."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import holdings, roles
from workshop.bus import Bus, gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Membership, Partnership, Session, SignIn
from workshop.storage.database import Database


class LastCoordinator(ValueError):
    """The last coordinator cannot go: a partnership without one could never invite or erase again."""

    def __init__(self) -> None:
        super().__init__("Dit is de enige coördinator. Maak eerst iemand anders coördinator.")


async def listed(database: Database, partnership_id: uuid.UUID) -> list[Membership]:
    """Lists everybody in a partnership, by name."""
    async with database.read() as db:
        rows = await db.scalars(select(Membership).where(Membership.partnership_id == partnership_id))
        return sorted(rows, key=lambda member: member.account.name.casefold())


async def change_role(
    database: Database, bus: Bus, actor: Membership, membership_id: uuid.UUID, role: str
) -> bool:
    """Changes the role of a member; returns False when there is no such member. Who may no longer lead loses
    the desk at once, and what the old role made ends.

    Raises `ValueError` for an unknown role, `LastCoordinator`, and `PermissionDeniedException`.
    """
    roles.checked(role)

    async def change(db: AsyncSession) -> list[uuid.UUID] | None:
        await holdings.permit(db, actor.partnership_id, actor.account_id, roles.INVITE)
        member = await _find(db, actor.partnership_id, membership_id)
        if member is None or member.role == role:
            return None if member is None else []
        await _keep_a_coordinator(db, member)
        member.role = role
        writing.note(db, actor, What.ROLE_CHANGED, member.account.name, {"role": role})
        await holdings.end(db, actor, member, role)
        return [] if roles.may(role, roles.RUN) else await _take_the_desk(db, member)

    browsers = await database.write(change)
    await bus.tell(gone(browsers or ()))
    return browsers is not None


async def hand_over(database: Database, actor: Membership, membership_id: uuid.UUID) -> bool:
    """Makes the other coordinator in the place of the actor, who becomes begeleider and loses what only a
    coordinator makes. Returns False when there is no such member, or the actor is no coordinator any more."""

    async def change(db: AsyncSession) -> bool:
        other = await _find(db, actor.partnership_id, membership_id)
        own = await db.get(Membership, actor.id)
        if other is None or own is None or other.id == own.id or own.role != roles.COORDINATOR:
            return False
        other.role, own.role = roles.COORDINATOR, roles.BEGELEIDER
        writing.note(db, actor, What.DOSSIER_HANDED_OVER, other.account.name)
        await holdings.end(db, actor, own, own.role)
        return True

    return await database.write(change)


async def remove(database: Database, bus: Bus, actor: Membership, membership_id: uuid.UUID) -> bool:
    """Removes a member; returns False when there is no such member. The member's open streams end, and so
    does all that the member made to get in by.

    Raises `LastCoordinator`, and `PermissionDeniedException` for who may not remove others.
    """

    async def end(db: AsyncSession) -> list[uuid.UUID] | None:
        member = await _find(db, actor.partnership_id, membership_id)
        if member is None:
            return None
        await _keep_a_coordinator(db, member)
        own = member.account_id == actor.account_id
        if not own:
            await holdings.permit(db, actor.partnership_id, actor.account_id, roles.INVITE)
        writing.note(db, actor, What.MEMBER_LEFT if own else What.MEMBER_REMOVED, member.account.name)
        browsers = await _take_the_desk(db, member)
        await holdings.end(db, actor, member)
        await db.delete(member)
        return browsers

    browsers = await database.write(end)
    await bus.tell(gone(browsers or ()))
    return browsers is not None


async def _find(db: AsyncSession, partnership_id: uuid.UUID, membership_id: uuid.UUID) -> Membership | None:
    # The lock makes two coordinators who leave at once wait for each other.
    await db.get(Partnership, partnership_id, with_for_update=True)
    return await db.scalar(
        select(Membership).where(Membership.id == membership_id, Membership.partnership_id == partnership_id)
    )


async def _take_the_desk(db: AsyncSession, member: Membership) -> list[uuid.UUID]:
    """Takes the desk from this member wherever the member had it. Returns the ids of the member's
    sign-ins."""
    browsers = list(await db.scalars(select(SignIn.id).where(SignIn.account_id == member.account_id)))
    driven = (Session.partnership_id == member.partnership_id, Session.driver_id.in_(browsers))
    await db.execute(update(Session).where(*driven).values(driver_id=None, revision=Session.revision + 1))
    return browsers


async def _keep_a_coordinator(db: AsyncSession, going: Membership) -> None:
    if going.role != roles.COORDINATOR:
        return
    others = await db.scalar(
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.partnership_id == going.partnership_id,
            Membership.role == roles.COORDINATOR,
            Membership.id != going.id,
        )
    )
    if not others:
        raise LastCoordinator
