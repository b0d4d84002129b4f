"""The partnerships of one account: a new one, and the overview that its home page shows."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import text
from workshop.accounts import AccountError, erasures, roles
from workshop.codes import new_id
from workshop.log import writing
from workshop.log.what import What
from workshop.models import UNFINISHED, Account, Action, Membership, Partnership, Session, in_dossier
from workshop.storage.database import Database

LONGEST_NAME, LONGEST_PLACE = 100, 80


class DossierError(ValueError):
    """A dossier cannot be found or written; the text is a Dutch sentence."""


@dataclass(frozen=True)
class DossierSummary:
    """One partnership in the overview of a member: its last session, and how many actions are open and
    late."""

    member: Membership
    last: Session | None
    actions: int
    late: int


async def create(
    database: Database, account: Account, name: str, place: str, *, id: uuid.UUID | None = None
) -> uuid.UUID:
    """Makes a new partnership, once for each `id`; its maker becomes its coordinator. Returns its id. Raises
    `AccountError` (field `name` or `place`)."""
    values = {"name": _checked_name(name), "place": text.tidy(place)}
    if len(values["place"]) > LONGEST_PLACE:
        raise AccountError("place", f"Dit is te lang. Gebruik hooguit {LONGEST_PLACE} tekens.")

    async def store(db: AsyncSession) -> uuid.UUID:
        if id and await db.get(Partnership, id):
            return id
        partnership = Partnership(id=id or new_id(), **values, created_by=account.id)
        db.add(partnership)
        await db.flush()
        mine = Membership(partnership_id=partnership.id, account_id=account.id, role=roles.COORDINATOR)
        db.add(mine)
        writing.note(db, mine, What.DOSSIER_MADE, values["name"])
        return partnership.id

    return await database.write(store)


async def named(database: Database, wanted: str) -> Partnership:
    """Returns the dossier with this name, or this id. Raises `DossierError`, also when two have the name."""
    known = Partnership.name == wanted
    with contextlib.suppress(ValueError):
        known = Partnership.id == uuid.UUID(wanted)
    async with database.read() as db:
        found = list(await db.scalars(select(Partnership).where(known, erasures.WHOLE).limit(2)))
    if len(found) == 2:
        raise DossierError("Twee dossiers heten zo. Geef het nummer uit het adres: /dossiers/NUMMER.")
    if not found:
        raise DossierError(f"Er is geen dossier dat '{wanted}' heet. Let op hoofdletters en spaties.")
    return found[0]


async def overview(database: Database, account_id: uuid.UUID, today: dt.date) -> list[DossierSummary]:
    """Lists every partnership of this account, by name."""
    async with database.read() as db:
        members = (await db.scalars(select(Membership).where(Membership.account_id == account_id))).all()
        ids = [member.partnership_id for member in members]
        last = await _last_sessions(db, ids)
        actions, late = await _open_actions(db, ids), await _open_actions(db, ids, before=today)
    rows = [
        DossierSummary(member, last.get(id), actions.get(id, 0), late.get(id, 0))
        for member, id in zip(members, ids, strict=True)
    ]
    return sorted(rows, key=lambda row: row.member.partnership.name.casefold())


def next_session(rows: Sequence[DossierSummary]) -> Session | None:
    """Returns the newest unfinished session that this account may lead; None when there is none."""
    ready = [
        row.last
        for row in rows
        if row.last and row.last.ended_at is None and roles.may(row.member.role, roles.RUN)
    ]
    return max(ready, key=lambda session: session.created_at, default=None)


def _checked_name(name: str) -> str:
    try:
        return text.clean(name, LONGEST_NAME)
    except ValueError as error:
        raise AccountError("name", str(error) if name.strip() else "Vul een naam in.") from None


async def _last_sessions(db: AsyncSession, ids: list[uuid.UUID]) -> dict[uuid.UUID, Session]:
    newest = (
        select(Session.partnership_id, func.max(Session.created_at).label("at"))
        .where(Session.partnership_id.in_(ids), *in_dossier())
        .group_by(Session.partnership_id)
        .subquery()
    )
    found = await db.scalars(
        select(Session)
        .join(
            newest,
            (Session.partnership_id == newest.c.partnership_id) & (Session.created_at == newest.c.at),
        )
        .where(*in_dossier())
    )
    return {session.partnership_id: session for session in found}


async def _open_actions(
    db: AsyncSession, ids: list[uuid.UUID], before: dt.date | None = None
) -> dict[uuid.UUID, int]:
    counted = (
        select(Action.partnership_id, func.count())
        .where(Action.partnership_id.in_(ids), Action.status.in_(UNFINISHED))
        .group_by(Action.partnership_id)
    )
    if before:
        counted = counted.where(Action.due < before)
    return {row[0]: row[1] for row in await db.execute(counted)}
