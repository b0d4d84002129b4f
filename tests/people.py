"""Builders: the people and rooms that tests need, in the database and signed in."""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass

import httpx
import pytest
from litestar import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests import once
from workshop import codes
from workshop.accounts import roles, sign_in
from workshop.live import endings, links, takes
from workshop.live.conduct import Conduct
from workshop.live.plan import make_session
from workshop.models import (
    Account,
    Activity,
    Answer,
    AnswerVersion,
    Membership,
    Participant,
    Partnership,
    Session,
    SignIn,
    now,
)
from workshop.pages import visitor
from workshop.pages.phone.page import remember
from workshop.services import Services
from workshop.settings import Settings

both_databases = pytest.mark.both_databases
"""For tests of what is stored, locked, searched, erased or migrated: on PostgreSQL too."""

PASSWORD = "een lange zin voor tests"
PASSWORD_HASH = once.CHEAP.hash(PASSWORD.encode())
numbers = itertools.count(1)


@dataclass(frozen=True)
class Phone:
    """A participant with the token of its cookies."""

    participant: Participant
    token: str

    @property
    def id(self) -> uuid.UUID:
        return self.participant.id

    @property
    def cookies(self) -> dict[str, str]:
        """Both halves of its token, as its browser keeps them."""
        kept = remember(Response(None), self.token, Settings()).cookies
        return {cookie.key: cookie.value or "" for cookie in kept}

    @property
    def header(self) -> dict[str, str]:
        """The same as its browser sends them."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


async def a_facilitator(services: Services, name: str = "Fatima", manager: bool = False) -> Account:
    """An account; its password is `PASSWORD`."""
    email = f"{name.lower()}{next(numbers)}@voorbeeld.nl"
    account = Account(email=email, name=name, password_hash=PASSWORD_HASH, is_manager=manager)
    return await _stored(services, account)


async def a_partnership(
    services: Services, account: Account, role: str = roles.COORDINATOR, name: str = "Veilig Voorbeeldstad"
) -> Partnership:
    partnership = await _stored(services, Partnership(name=name, created_by=account.id))
    await a_member(services, partnership, account, role)
    return partnership


async def a_member(services: Services, partnership: Partnership, account: Account, role: str) -> Membership:
    return await _stored(
        services, Membership(partnership_id=partnership.id, account_id=account.id, role=role)
    )


async def a_desk(services: Services, account: Account) -> SignIn:
    """One browser of this account."""
    days = dt.timedelta(days=services.settings.sign_in_days)
    row = SignIn(
        account_id=account.id, token_hash=codes.token_hash(codes.new_token()), expires_at=now() + days
    )
    return await _stored(services, row)


async def a_session(
    services: Services,
    worksheet: str = "1-A",
    *,
    partnership: Partnership | None = None,
    sign_in: SignIn | None = None,
    step: str | None = None,
    holds_back: bool = False,
    about: str = "",
    opened: bool = True,
) -> Session:
    """A session with its script as plan, which lets people in unless it is not `opened`; `step` is the key of
    the activity that is current and open."""
    if sign_in is None:
        account = await a_facilitator(services)
        partnership = partnership or await a_partnership(services, account)
        sign_in = await a_desk(services, account)
    elif partnership is None:
        partnership = await a_partnership(services, await _account(services, sign_in))
    sheet = services.library.worksheet(worksheet)
    session_id = await make_session(
        services.db, partnership.id, sheet, sign_in, holds_back=holds_back, about=about
    )
    if opened:
        await services.db.write(lambda db: _open_door(db, session_id))
    session = await reloaded(services, session_id)
    if step:
        await Conduct(services.room, session_id, sign_in).go_to(activity(session, step).id)
        session = await reloaded(services, session_id)
    return session


def activity(session: Session, key: str) -> Activity:
    return next(activity for activity in session.activities if activity.key == key)


async def reloaded(services: Services, session_id: uuid.UUID) -> Session:
    async with services.db.read() as db:
        session = await db.get(Session, session_id)
    assert session is not None
    return session


async def a_while_later(services: Services, session: Session) -> None:
    """The step that the room left takes nothing any more."""

    async def wait(db, session: Session) -> None:
        for row in session.activities:
            row.left_at = row.left_at and row.left_at - takes.PATIENCE

    await services.room.change(session.id, frozenset(), wait)


async def in_subgroups(services: Services, session: Session) -> None:
    """The sorts of cards of its first step become questions of subgroups."""

    async def divide(db: AsyncSession, session: Session) -> None:
        step = activity(session, "zorgen-kansen")
        step.settings = step.settings | {"subgroups": True}

    await services.room.change(session.id, frozenset(), divide)


async def conduct(services: Services, session: Session) -> Conduct:
    """The desk that has the wheel."""
    async with services.db.read() as db:
        desk = await db.get(SignIn, session.driver_id)
    assert desk is not None
    return Conduct(services.room, session.id, desk)


async def minutes_pass(services: Services, minutes: float) -> None:
    """What ends by itself in so many minutes, ends: the clock is moved, and nothing waits."""
    at = now() + dt.timedelta(minutes=minutes)
    settled = await services.db.write(lambda db: endings.settle(db, services.settings, at))
    for change in settled.changes:
        await services.room.bus.tell(change)


async def end_for_good(services: Services, session: Session) -> None:
    """The session ends, and the minutes in which that could be undone are over."""
    await (await conduct(services, session)).end()
    await minutes_pass(services, 10)


async def a_participant(services: Services, session: Session, group: str | None = None) -> Phone:
    _, token = await services.room.join(session.join_token, group)
    async with services.db.read() as db:
        participant = await db.scalar(
            select(Participant).where(Participant.token_hash == codes.token_hash(token))
        )
    assert participant is not None
    return Phone(participant, token)


async def signed_in(client: httpx.AsyncClient, services: Services, account: Account) -> SignIn:
    """Gives this client the cookie of a new sign-in, without a password."""
    token = await a_sign_in(services, account)
    client.cookies.set(visitor.COOKIE, token)
    async with services.db.read() as db:
        row = await db.scalar(select(SignIn).where(SignIn.token_hash == codes.token_hash(token)))
    assert row is not None
    return row


async def a_sign_in(services: Services, account: Account) -> str:
    """The token of a new sign-in, for the cookie of a browser."""
    return await services.db.write(
        lambda db: sign_in.begin(db, account.id, days=services.settings.sign_in_days)
    )


async def versions_of(db, partnership_id: uuid.UUID, field: str, about: str = "") -> list[AnswerVersion]:
    """Every version of one field, newest first."""
    query = (
        select(AnswerVersion)
        .join(Answer, AnswerVersion.answer_id == Answer.id)
        .where(Answer.partnership_id == partnership_id, Answer.field == field, Answer.about == about)
        .order_by(AnswerVersion.number.desc())
    )
    return list(await db.scalars(query))


async def _open_door(db, session_id: uuid.UUID) -> None:
    """As it was made open: no revision and no line in the log tells of it."""
    links.open_door(await db.get_one(Session, session_id), now())


async def _account(services: Services, sign_in: SignIn) -> Account:
    async with services.db.read() as db:
        account = await db.get(Account, sign_in.account_id)
    assert account is not None
    return account


async def _stored(services: Services, row):
    async def store(db):
        db.add(row)
        await db.flush()
        return row

    return await services.db.write(store)
