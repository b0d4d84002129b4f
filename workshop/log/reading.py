"""The log as its page shows it: by page, by person and by group, and the cards that asked for help."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from workshop.log.what import Group, What, instead_of_a_name
from workshop.models import Account, Alert, Deed, Session, in_dossier
from workshop.storage.database import Database

PAGE = 50


class LoggedLine(NamedTuple):
    deed: Deed
    name: str
    """Of who did it; empty for an account that is gone."""


class Raised(NamedTuple):
    alert: Alert
    session: str
    name: str
    """Of who took it up; empty as long as nobody did, and for an account that is gone."""


class Log(NamedTuple):
    lines: list[LoggedLine]
    people: dict[str, str]
    """Id -> name of everybody in the log."""
    pages: int


async def listed(
    database: Database,
    partnership_id: uuid.UUID,
    *,
    person: uuid.UUID | None = None,
    group: Group | None = None,
    page: int = 1,
) -> Log:
    """Returns one page of the log, newest first."""
    chosen = [Deed.partnership_id == partnership_id]
    if person:
        chosen.append(Deed.account_id == person)
    if group:
        chosen.append(_of_group(group))
    async with database.read() as db:
        count = await db.scalar(select(func.count()).select_from(Deed).where(*chosen)) or 0
        rows = await db.execute(
            select(Deed, Account.name)
            .outerjoin(Account, Deed.account_id == Account.id)
            .where(*chosen)
            .order_by(Deed.at.desc(), Deed.id)
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
        lines = [LoggedLine(deed, name or instead_of_a_name(deed.what)) for deed, name in rows]
        names = await db.execute(
            select(Account.id, Account.name)
            .where(Account.id.in_(select(Deed.account_id).where(Deed.partnership_id == partnership_id)))
            .order_by(Account.name)
        )
        return Log(lines, {str(id): name for id, name in names}, max(1, -(-count // PAGE)))


async def alerts(database: Database, partnership_id: uuid.UUID) -> list[Raised]:
    """Lists the cards that looked like a disclosure in a session: first those that nobody took up, then the
    newest."""
    query = (
        select(Alert, Session.title, Account.name)
        .join(Session, Alert.session_id == Session.id)
        .outerjoin(Account, Alert.handled_by == Account.id)
        .where(Alert.partnership_id == partnership_id, *in_dossier())
        .order_by(Alert.handled_at.is_not(None), Alert.raised_on.desc(), Alert.id)
        .limit(PAGE)
    )
    async with database.read() as db:
        return [Raised(alert, title, name or "") for alert, title, name in await db.execute(query)]


def _of_group(group: Group) -> ColumnElement[bool]:
    """Selects the lines of a group. A key that only a newer version knows, is of the group for the rest."""
    if group is Group.OTHER:
        return Deed.what.not_in([str(what) for what in What if what.group is not group])
    return Deed.what.in_([str(what) for what in What if what.group is group])
