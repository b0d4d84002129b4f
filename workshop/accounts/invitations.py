"""One-time addresses: how somebody gets an account, or joins one more partnership."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import accounts, codes
from workshop.accounts import holdings, roles
from workshop.accounts.sign_in import TooMany, begin
from workshop.brake import MINUTE, Brake
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Account, Invitation, Membership, Partnership, SignIn, Writer, now
from workshop.storage.database import Database

MOST_TRIES = 10
TRIES = Brake("invitation", 24 * 60 * MINUTE)
"""Counts the addresses tried with one invitation: each try tells whether that address has an account."""
TOO_MANY = "Met deze uitnodiging zijn te veel e-mailadressen geprobeerd. Vraag om een nieuwe uitnodiging."
KEPT_AFTER = dt.timedelta(days=30)
TOGETHER = dt.timedelta(minutes=10)
"""Processes that start within this time of each other belong to one start of the installation."""

UNKNOWN = "Deze uitnodiging bestaat niet. Vraag degene die je uitnodigde om een nieuwe."
USED = "Deze uitnodiging is al gebruikt. Vraag degene die je uitnodigde om een nieuwe."
EXPIRED = "Deze uitnodiging is verlopen. Vraag degene die je uitnodigde om een nieuwe."
MEMBER_ALREADY = "Je doet al mee aan dit dossier. De uitnodiging is nog voor iemand anders te gebruiken."


class InvitationError(Exception):
    """An invitation does not work, or no longer. `status` is 404, 409 or 410; `str(error)` is for whoever
    opened it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Offer:
    """What an invitation offers: a role in a partnership, or the installation itself (`partnership` None)."""

    invitation: Invitation
    partnership: Partnership | None


async def invite(
    database: Database,
    partnership_id: uuid.UUID,
    role: str,
    created_by: uuid.UUID,
    days: int = 7,
    *,
    token: str = "",
) -> str:
    """Makes an invitation and returns its token, which is shown once and not kept. One with this `token` is
    made once.

    Raises `ValueError` for an unknown role, and `PermissionDeniedException` when the right is gone.
    """
    roles.checked(role)
    token = token or codes.new_token()

    async def store(db: AsyncSession) -> None:
        await holdings.permit(db, partnership_id, created_by, roles.INVITE)
        if await _is_there(db, token):
            return
        db.add(_invitation(token, role, days, partnership_id, created_by))
        _note(db, partnership_id, created_by, What.INVITATION_MADE, role)

    await database.write(store)
    return token


async def renew(
    database: Database,
    partnership_id: uuid.UUID,
    invitation_id: uuid.UUID,
    account_id: uuid.UUID,
    days: int = 7,
    *,
    token: str = "",
) -> str:
    """Makes a new invitation in the place of an unused one, which stops working; returns its token, as
    `invite` does.

    Raises `InvitationError` when it does not exist or was used, and `PermissionDeniedException`.
    """
    token = token or codes.new_token()

    async def store(db: AsyncSession) -> None:
        await holdings.permit(db, partnership_id, account_id, roles.INVITE)
        if await _is_there(db, token):
            return
        found = await _unused(db, partnership_id, invitation_id)
        await db.delete(found)
        db.add(_invitation(token, found.role, days, partnership_id, account_id))
        _note(db, partnership_id, account_id, What.INVITATION_RENEWED, found.role)

    await database.write(store)
    return token


async def withdraw(
    database: Database, partnership_id: uuid.UUID, invitation_id: uuid.UUID, account_id: uuid.UUID
) -> None:
    """Ends an open invitation. Raises `InvitationError` when it does not exist or was used."""

    async def end(db: AsyncSession) -> None:
        found = await _unused(db, partnership_id, invitation_id)
        _note(db, partnership_id, account_id, What.INVITATION_WITHDRAWN, found.role)
        await db.delete(found)

    await database.write(end)


async def open_invitations(database: Database, partnership_id: uuid.UUID) -> list[Invitation]:
    """Lists invitations that nobody used, newest first; an expired one stays for a month, so that it can be
    renewed."""
    async with database.read() as db:
        rows = await db.scalars(
            select(Invitation)
            .where(
                Invitation.partnership_id == partnership_id,
                Invitation.used_at.is_(None),
                Invitation.expires_at > now() - KEPT_AFTER,
            )
            .order_by(Invitation.created_at.desc())
        )
        return list(rows)


async def first_account_token(database: Database, days: int) -> str | None:
    """Makes the one-time address of a fresh installation, for `workshop serve` to print; returns None once
    there is an account. Addresses of earlier starts stop working, so that only somebody who sees this
    terminal can claim the installation; those of processes that start together with this one do not."""
    token = codes.new_token()

    async def rotate(db: AsyncSession) -> str | None:
        earlier = (Invitation.partnership_id.is_(None), Invitation.used_at.is_(None))
        if await _has_accounts(db):
            await db.execute(delete(Invitation).where(*earlier))
            return None
        await db.execute(delete(Invitation).where(*earlier, Invitation.created_at < now() - TOGETHER))
        db.add(_invitation(token, roles.MANAGER, days))
        return token

    return await database.write(rotate)


async def look(database: Database, token: str) -> Offer:
    """Returns what this address offers. Raises `InvitationError`."""
    async with database.read() as db:
        return await _open(db, token)


async def accept_as_new(
    database: Database, token: str, email: str, name: str, password: str, *, days: int = 14
) -> tuple[Offer, str]:
    """Makes the account, uses the invitation and signs in; returns what was offered and the token for the
    cookie.

    Raises `InvitationError`, `AccountError` for what does not fit in the form, and `TooMany`.
    """
    await look(database, token)
    account = await accounts.prepare(email, name, password)
    if await TRIES.holds(MOST_TRIES, token):
        raise TooMany(TOO_MANY)

    async def store(db: AsyncSession) -> tuple[Offer, str]:
        offer = await _open(db, token)
        account.is_manager = offer.partnership is None
        await accounts.add(db, account)
        _use(db, offer, account)
        return offer, await begin(db, account.id, days=days)

    try:
        return await database.write(store)
    except IntegrityError:
        raise accounts.taken() from None


async def accept(database: Database, token: str, visitor: SignIn) -> Offer:
    """Uses an invitation for somebody who has an account already. Raises `InvitationError`, also for a
    member: then it stays unused."""

    async def store(db: AsyncSession) -> Offer:
        offer = await _open(db, token)
        if offer.partnership is None:
            raise InvitationError(410, USED)
        mine = select(Membership.id).where(
            Membership.partnership_id == offer.partnership.id, Membership.account_id == visitor.account_id
        )
        if await db.scalar(mine):
            raise InvitationError(409, MEMBER_ALREADY)
        _use(db, offer, visitor.account)
        return offer

    return await database.write(store)


async def use(db: AsyncSession, token: str, account: Account) -> Offer:
    """Stores an account that is made by single sign-on and uses a colleague's invitation, in the writer's
    transaction.

    Raises `InvitationError`, also for the first address of an installation, and `AccountError`.
    """
    offer = await _open(db, token)
    if offer.partnership is None:
        raise InvitationError(410, USED)
    await accounts.add(db, account)
    _use(db, offer, account)
    return offer


async def _is_there(db: AsyncSession, token: str) -> bool:
    known = select(Invitation.id).where(Invitation.token_hash == codes.token_hash(token))
    return await db.scalar(known) is not None


async def _unused(db: AsyncSession, partnership_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    mine = (Invitation.id == invitation_id, Invitation.partnership_id == partnership_id)
    found = await db.scalar(select(Invitation).where(*mine, Invitation.used_at.is_(None)).with_for_update())
    if found is None:
        raise InvitationError(404, "Deze uitnodiging is er niet meer.")
    return found


async def _open(db: AsyncSession, token: str) -> Offer:
    wanted = Invitation.token_hash == codes.token_hash(token[:64])
    invitation = await db.scalar(select(Invitation).where(wanted).with_for_update())
    if invitation is None:
        raise InvitationError(404, UNKNOWN)
    if invitation.used_at or (invitation.partnership_id is None and await _has_accounts(db)):
        raise InvitationError(410, USED)
    if invitation.expires_at <= now():
        raise InvitationError(410, EXPIRED)
    partnership = await db.get(Partnership, invitation.partnership_id) if invitation.partnership_id else None
    return Offer(invitation, partnership)


def _use(db: AsyncSession, offer: Offer, account: Account) -> None:
    invitation = offer.invitation
    invitation.used_at, invitation.used_by = now(), account.id
    if offer.partnership:
        place = {"partnership_id": offer.partnership.id, "account_id": account.id}
        db.add(Membership(**place, role=invitation.role))
        _note(db, offer.partnership.id, account.id, What.INVITATION_USED, invitation.role)


async def _has_accounts(db: AsyncSession) -> bool:
    """Says whether anybody can sign in. Writers of a dossier that came from elsewhere do not count: nobody
    signs in as one."""
    people = select(Account.id).where(Account.id.not_in(select(Writer.account_id)))
    return await db.scalar(people.limit(1)) is not None


def _invitation(
    token: str,
    role: str,
    days: int,
    partnership_id: uuid.UUID | None = None,
    created_by: uuid.UUID | None = None,
) -> Invitation:
    return Invitation(
        token_hash=codes.token_hash(token),
        partnership_id=partnership_id,
        role=role,
        created_by=created_by,
        expires_at=now() + dt.timedelta(days=days),
    )


def _note(db: AsyncSession, partnership_id: uuid.UUID, account_id: uuid.UUID, what: What, role: str) -> None:
    writing.note_of_account(db, account_id, what, particulars={"role": role}, partnership_id=partnership_id)
