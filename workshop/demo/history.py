"""A dossier with more than a year behind it, and a session that is going on now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import accounts, codes
from workshop.accounts import dossiers, roles, sign_in
from workshop.demo import lookback, past, story
from workshop.items import Item
from workshop.live.conduct import Conduct
from workshop.live.plan import make_session, planned
from workshop.models import Account, Action, Membership, SignIn
from workshop.record import actions, answers
from workshop.services import Services

DAYS_BEFORE_THE_FIRST = 21


@dataclass(frozen=True)
class Demonstration:
    """What somebody needs to know of the demonstration."""

    partnership_id: uuid.UUID
    session_id: uuid.UUID
    join_token: str
    screen_token: str
    code: str
    email: str
    password: str
    lookback_token: str
    """Where participants of an earlier session read what became of it."""


async def make(services: Services, today: dt.date) -> Demonstration:
    """Fills an empty database; returns what somebody needs to look around in it."""
    password = codes.new_token()
    samira = await accounts.create(services.db, story.EMAIL, story.NAME, password)
    daan = await accounts.create(services.db, story.COLLEAGUE_EMAIL, story.COLLEAGUE, codes.new_token())
    signed_in = await _sign_in(services, samira)
    first = await _dossier(services, samira, daan, (story.DOSSIER, story.PLACE))
    await _history(services, signed_in, first, story.HISTORY, story.BY_HAND, today)
    lookback_token = await lookback.publish(services, signed_in, first, story.LOOKBACK, today)
    second = await _dossier(services, daan, samira, (story.SECOND_DOSSIER, story.SECOND_PLACE))
    await _history(services, signed_in, second, (story.ELSEWHERE,), story.ELSEWHERE_BY_HAND, today)
    await _begin(services, daan, first)
    session_id = await _go_live(services, signed_in, first)
    # Whoever signs in now finds the wheel free.
    await sign_in.sign_out(services.db, services.room.bus, signed_in)
    session = await planned(services.db, session_id)
    return Demonstration(
        first,
        session_id,
        session.join_token,
        session.screen_token,
        session.code or "",
        story.EMAIL,
        password,
        lookback_token,
    )


async def _dossier(
    services: Services, owner: Account, colleague: Account, about: tuple[str, str]
) -> uuid.UUID:
    partnership_id = await dossiers.create(services.db, owner, *about)

    async def join(db: AsyncSession) -> None:
        db.add(Membership(partnership_id=partnership_id, account_id=colleague.id, role=roles.BEGELEIDER))

    await services.db.write(join)
    return partnership_id


async def _history(
    services: Services,
    sign_in: SignIn,
    partnership_id: uuid.UUID,
    sessions: Sequence[story.Past],
    by_hand: Mapping[str, Sequence[str]],
    today: dt.date,
) -> None:
    for field_id, lines in by_hand.items():
        await _write(services, sign_in, partnership_id, field_id, lines)
    began = past.day(today, sessions[0].days_ago + DAYS_BEFORE_THE_FIRST)
    await past.back_date(services.db, partnership_id, None, began)
    for session in sessions:
        await past.hold(services, sign_in, partnership_id, session, today)


async def _write(
    services: Services, sign_in: SignIn, partnership_id: uuid.UUID, field_id: str, lines: Sequence[str]
) -> None:
    by = sign_in.account.name
    items = [Item(id=codes.new_id().hex, text=line, by=by) for line in lines]
    await services.db.write(
        lambda db: answers.write(db, partnership_id, field_id, items, account_id=sign_in.account_id)
    )


async def _begin(services: Services, colleague: Account, partnership_id: uuid.UUID) -> None:
    """Writes what a colleague did today, so that the newest line of the dossier is not of a session."""

    async def change(db: AsyncSession) -> None:
        action = await db.scalar(
            select(Action.id).where(Action.partnership_id == partnership_id, Action.text == story.ONE_PLACE)
        )
        if action:
            await actions.change(db, partnership_id, action, account_id=colleague.id, status="busy")

    await services.db.write(change)


async def _go_live(services: Services, sign_in: SignIn, partnership_id: uuid.UUID) -> uuid.UUID:
    sheet = services.library.worksheet("1-A")
    session_id = await make_session(
        services.db, partnership_id, sheet, sign_in, title=story.LIVE_TITLE, holds_back=False
    )
    session = await planned(services.db, session_id)
    step = next(activity for activity in session.activities if activity.key == story.LIVE_STEP)
    conduct = Conduct(services.room, session_id, sign_in)
    await conduct.open()
    await conduct.go_to(step.id)
    return session_id


async def _sign_in(services: Services, account: Account) -> SignIn:
    days = services.settings.sign_in_days
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=days))
    async with services.db.read() as db:
        found = await db.scalars(select(SignIn).where(SignIn.token_hash == codes.token_hash(token)))
        return found.one()
