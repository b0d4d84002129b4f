"""Which letters are due, and what they say: counts, days and names of dossiers. Never a word of a card, of an
action or of the title of a session, and no name of anybody but who gets it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.accounts import erasures, roles
from workshop.dutch import moment
from workshop.mail.sending import Outcome
from workshop.models import (
    UNFINISHED,
    Account,
    Action,
    Membership,
    Partnership,
    SentLetter,
    Session,
    Writer,
    in_dossier,
)

EARLIEST = 7
"""The hour from which letters go out, on clocks in the Netherlands."""
AGAIN_WITHIN = dt.timedelta(hours=20)
"""How long a letter that could not be handed over is tried again: later it would not be true any more."""
FIRST_DAYS = 7
"""The digest of a month goes out in its first days: who switches mail on halfway waits for the next month."""


class DueLetter(NamedTuple):
    """A letter that somebody should get, before it is sealed and sent."""

    account: Account
    key: str
    """What it is, once for each account."""
    subject: str
    lines: tuple[str, ...]


async def due(db: AsyncSession, origin: str, now: dt.datetime) -> list[DueLetter]:
    """Lists the letters that are due now, oldest account first: those that were never begun, and those that a
    mail server did not take less than `AGAIN_WITHIN` ago."""
    here = days.here(now)
    if here.hour < EARLIEST:
        return []
    members = await _members(db)
    found = await _before_sessions(db, origin, members, here.date())
    if here.day <= FIRST_DAYS:
        found += await _digests(db, origin, members, here.date())
    again = [str(outcome) for outcome in Outcome if outcome.may_be_tried_again]
    query = select(SentLetter.account_id, SentLetter.key).where(
        SentLetter.outcome.not_in(again) | (SentLetter.began_at <= now - AGAIN_WITHIN)
    )
    over = {(account, key) for account, key in await db.execute(query)}
    return [letter for letter in found if (letter.account.id, letter.key) not in over]


async def _members(db: AsyncSession) -> list[Membership]:
    """Reads the memberships of who wants mail. Nobody reads mail of a writer who came from elsewhere."""
    query = (
        select(Membership)
        .join(Account, Membership.account_id == Account.id)
        .join(Partnership, Membership.partnership_id == Partnership.id)
        .where(Account.wants_mail, Account.id.not_in(select(Writer.account_id)), erasures.WHOLE)
        .order_by(Account.created_at, Partnership.name, Membership.id)
    )
    return list(await db.scalars(query))


async def _digests(
    db: AsyncSession, origin: str, members: Iterable[Membership], today: dt.date
) -> list[DueLetter]:
    """Makes the letter of this month for each account that has unfinished actions in a dossier."""
    rows = await db.execute(select(Action.partnership_id, Action.due).where(Action.status.in_(UNFINISHED)))
    dues: defaultdict[uuid.UUID, list[dt.date | None]] = defaultdict(list)
    for partnership_id, day in rows:
        dues[partnership_id].append(day)
    told: defaultdict[uuid.UUID, list[str]] = defaultdict(list)
    accounts: dict[uuid.UUID, Account] = {}
    for member in members:
        if unfinished := dues.get(member.partnership_id):
            late = sum(day is not None and day < today for day in unfinished)
            accounts[member.account_id] = member.account
            told[member.account_id] += [
                "",
                member.partnership.name,
                f"Open acties: {len(unfinished)}" + (f", te laat: {late}" if late else ""),
                f"{origin}/dossiers/{member.partnership_id}/acties",
            ]
    return [
        DueLetter(
            account,
            f"digest/{today:%Y-%m}",
            "Dit staat er nog open",
            (f"Dag {account.name},", "", "Dit staat er open in jouw dossiers.", *told[id]),
        )
        for id, account in accounts.items()
    ]


async def _before_sessions(
    db: AsyncSession, origin: str, members: Iterable[Membership], today: dt.date
) -> list[DueLetter]:
    """Makes a letter for everybody who may lead a session of tomorrow."""
    start = days.start_of(today + dt.timedelta(days=1))
    end = days.start_of(today + dt.timedelta(days=2))
    planned = select(Session).where(
        *in_dossier(),
        Session.starts_at >= start,
        Session.starts_at < end,
        Session.opened_at.is_(None),
        Session.ended_at.is_(None),
    )
    found = []
    everybody = list(members)
    for session in await db.scalars(planned.order_by(Session.starts_at, Session.id)):
        at = session.starts_at
        if at is None:
            continue
        for member in everybody:
            if member.partnership_id == session.partnership_id and roles.may(member.role, roles.RUN):
                lines = (
                    f"Dag {member.account.name},",
                    "",
                    f"Er is een sessie op {moment(at)}.",
                    "",
                    member.partnership.name,
                    f"Werkblad {session.worksheet}",
                    f"{origin}/sessies/{session.id}/regie",
                )
                key = f"session/{session.id.hex}/{days.day_of(at).isoformat()}"
                found.append(DueLetter(member.account, key, "Morgen is er een sessie", lines))
    return found
