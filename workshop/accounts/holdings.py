"""What an account made in a dossier, such as an API key: it ends together with the right by which it was
made."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar.exceptions import PermissionDeniedException
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.log import writing
from workshop.log.what import Particulars, What
from workshop.models import (
    ApiKey,
    CalendarFeed,
    Invitation,
    Membership,
    OwnerAddress,
    Partnership,
    Webhook,
    now,
)


class Holding(NamedTuple):
    """A kind of row whose token is known to whoever made it."""

    model: type[Invitation | ApiKey | Webhook | CalendarFeed | OwnerAddress]
    right: str
    """The right that is needed to make one."""
    what: What
    """What the log keeps when it ends."""
    about: Callable[..., str] = lambda row: ""
    particulars: Callable[..., Particulars] = lambda row: {}
    works: ColumnElement[bool] = true()
    end: Callable[[AsyncSession, Any], Awaitable[None]] = lambda db, row: db.delete(row)


async def _revoke(db: AsyncSession, row: OwnerAddress) -> None:
    row.revoked_at = now()


HOLDINGS = (
    Holding(
        Invitation,
        roles.INVITE,
        What.INVITATION_WITHDRAWN,
        particulars=lambda row: {"role": row.role},
        works=Invitation.used_at.is_(None),
    ),
    Holding(ApiKey, roles.OWN, What.API_KEY_REVOKED, lambda row: row.name),
    Holding(Webhook, roles.OWN, What.WEBHOOK_REMOVED),
    Holding(CalendarFeed, roles.EDIT, What.CALENDAR_REMOVED),
    Holding(
        OwnerAddress,
        roles.EDIT,
        What.OWNER_ADDRESS_REVOKED,
        lambda row: row.owner,
        works=OwnerAddress.revoked_at.is_(None),
        end=_revoke,
    ),
)


async def end(db: AsyncSession, actor: Membership, member: Membership, left: str = "") -> None:
    """Ends what this member made and, with the role that is `left`, could no longer make. Without a role
    everything ends."""
    for holding in HOLDINGS:
        if roles.may(left, holding.right):
            continue
        model = holding.model
        theirs = (model.partnership_id == member.partnership_id, model.created_by == member.account_id)
        for row in await db.scalars(select(model).where(*theirs, holding.works)):
            writing.note(db, actor, holding.what, holding.about(row), holding.particulars(row))
            await holding.end(db, row)


async def permit(db: AsyncSession, partnership_id: uuid.UUID, account_id: uuid.UUID, right: str) -> None:
    """Locks the dossier until the commit and checks the right again: somebody who was removed while a form
    was under way makes nothing any more. Raises `PermissionDeniedException` (403)."""
    await db.get(Partnership, partnership_id, with_for_update=True)
    mine = (Membership.partnership_id == partnership_id, Membership.account_id == account_id)
    role = await db.scalar(select(Membership.role).where(*mine))
    if not roles.may(role or "", right):
        raise PermissionDeniedException
