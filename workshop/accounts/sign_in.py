"""Signing in and out. A sign-in is one browser of one account: its cookie has a token, its row the hash."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes
from workshop.accounts import AccountError, attempts, checked_password, devices, passwords, plain_email
from workshop.brake import MINUTE, Brake, Crowded, Gate
from workshop.bus import Bus, gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Account, Passkey, SignIn, now
from workshop.storage.database import Database

DAYS = 14
CONFIRMED_MINUTES = 10
CROWDED = "Er loggen nu heel veel mensen tegelijk in. Probeer het over een paar minuten nog eens."
WRONG = "Dit e-mailadres en wachtwoord horen niet bij elkaar."


class WrongPassword(ValueError):
    """The message is the same for a wrong password and for an e-mail address that nobody has."""


class SecondStep(Exception):
    """This account also has a passkey. `token` is for the cookie of the browser that goes on with it."""

    def __init__(self, token: str) -> None:
        super().__init__("Nu nog je passkey.")
        self.token = token


class TooMany(Exception):
    """Too many wrong tries; `str(error)` says how long to wait."""


class Tries:
    """Counts wrong tries of the last minutes: for each person, and at a pace for the whole installation.

    A `device` on which this person signed in before has tries of its own, and does not wait: strangers who
    guess cannot lock out somebody who was there before them.
    """

    MINUTES = 10
    OF_ONE = 10
    AT_ONCE, SECONDS = 10, 2

    def __init__(self, about: str, sentence: str) -> None:
        self._sentence = (
            f"{sentence} Wacht {self.MINUTES} minuten, of gebruik een browser waarin je eerder inlogde."
        )
        self._of_one = Brake(f"{about} of one", self.MINUTES * MINUTE)
        self._of_all = Gate(f"{about} of all", self.SECONDS)

    async def start(self, who: str, device: str = "") -> None:
        """Counts a try, and waits for a turn. Raises `TooMany`. Somebody who is refused for trying too often
        does not use up what others may try. Without `who`, where nobody is known, only the pace of all
        counts."""
        if who and await self._of_one.holds(self.OF_ONE, f"{who} {device}"):
            raise TooMany(self._sentence)
        if not device:
            try:
                await self._of_all.turn(self.AT_ONCE)
            except Crowded:
                raise TooMany(CROWDED) from None

    async def forgive(self, who: str, device: str = "") -> None:
        """Uncounts: the try was right after all."""
        await self._of_one.forget(f"{who} {device}")
        if not device:
            await self._of_all.give_back()


TRIES = Tries("passwords", "Het wachtwoord klopte te vaak niet.")
"""Counts tries of passwords, for each e-mail address."""
STEPS = Tries("steps", "Het lukte te vaak niet met een passkey of herstelcode.")
"""Counts tries of passkeys and recovery codes, for each account."""


async def sign_in(
    database: Database,
    email: str,
    password: str,
    *,
    days: int = DAYS,
    previous: SignIn | None = None,
    device: str = "",
    onward: str = "",
) -> str:
    """Signs in with a password; returns the token for this browser's cookie. Always a new one, and
    `previous`, its old sign-in, ends. `device` is what the browser keeps of an earlier sign-in.

    Raises `WrongPassword` and `TooMany`, and `SecondStep` for an account with a passkey; `onward` is then
    kept until that is done.
    """
    account = await _who(database, email, password, device)
    fresh = await passwords.hashed(password) if passwords.outdated(account.password_hash) else None

    async def store(db: AsyncSession) -> str | SecondStep:
        current = await db.get(Account, account.id, with_for_update=True)
        if current is None or current.password_hash != account.password_hash:
            raise WrongPassword(WRONG)  # changed while we looked
        current.password_hash = fresh or current.password_hash
        return await step(db, current.id, days=days, previous=previous, onward=onward)

    return entered(await database.write(store))


async def step(
    db: AsyncSession, account_id: uuid.UUID, *, days: int, previous: SignIn | None, **notes: str
) -> str | SecondStep:
    """Goes on after a right first step: signs in, or keeps `notes` until the passkey of this account was
    used."""
    if await has_passkey(db, account_id):
        return SecondStep(await attempts.begin(db, attempts.SECOND_STEP, account_id, **notes))
    return await begin(db, account_id, days=days, previous=previous)


def entered(outcome: str | SecondStep) -> str:
    """Returns the token. Raises `SecondStep`: only here, after the commit that keeps what is half-way."""
    if isinstance(outcome, SecondStep):
        raise outcome
    return outcome


async def has_passkey(db: AsyncSession, account_id: uuid.UUID) -> bool:
    return await db.scalar(select(Passkey.id).where(Passkey.account_id == account_id).limit(1)) is not None


async def begin(db: AsyncSession, account_id: uuid.UUID, *, days: int, previous: SignIn | None = None) -> str:
    """Makes a sign-in without asking for a password, in the writer's transaction. Returns its token."""
    if previous and (old := await db.get(SignIn, previous.id)):
        await db.delete(old)
    token = codes.new_token()
    expires_at = now() + dt.timedelta(days=days)
    db.add(SignIn(account_id=account_id, token_hash=codes.token_hash(token), expires_at=expires_at))
    return token


async def sign_out(database: Database, bus: Bus, ended: SignIn) -> None:
    """Ends this browser's sign-in, and its open streams."""
    await _end(database, bus, ended.account_id, only=ended.id)


async def sign_out_others(database: Database, bus: Bus, kept: SignIn) -> int:
    """Ends all other browsers of this account; returns how many."""
    return await _end(database, bus, kept.account_id, but=kept.id)


async def sign_out_all(database: Database, bus: Bus, account_id: uuid.UUID) -> int:
    """Ends every browser of this account; returns how many."""
    return await _end(database, bus, account_id)


async def count_others(database: Database, kept: SignIn) -> int:
    """Counts the other browsers in which this account is signed in."""
    others = (SignIn.account_id == kept.account_id, SignIn.id != kept.id, SignIn.expires_at > now())
    async with database.read() as db:
        return await db.scalar(select(func.count()).select_from(SignIn).where(*others)) or 0


def is_confirmed(sign_in: SignIn) -> bool:
    """Says whether somebody proved in this browser who they are, at most `CONFIRMED_MINUTES` ago: a tab left
    open is not enough for what guards the account itself."""
    since = now() - dt.timedelta(minutes=CONFIRMED_MINUTES)
    return sign_in.confirmed_at is not None and sign_in.confirmed_at > since


async def confirm(database: Database, sign_in: SignIn, password: str) -> None:
    """Confirms by the password who is at this browser. Raises `AccountError` (field `confirm`) and
    `TooMany`."""
    try:
        await _checked(sign_in.account, sign_in.account.email, sign_in.id.hex, password)
    except WrongPassword:
        raise AccountError("confirm", "Dit is niet je wachtwoord.") from None

    async def store(db: AsyncSession) -> None:
        if current := await db.get(SignIn, sign_in.id):
            current.confirmed_at = now()

    await database.write(store)


async def change_password(database: Database, bus: Bus, sign_in: SignIn, old: str, new: str) -> None:
    """Changes the password; every other browser has to sign in again.

    Raises `AccountError` (field `old` or `password`) and `TooMany`.
    """
    try:
        await _checked(sign_in.account, sign_in.account.email, sign_in.id.hex, old)
    except WrongPassword:
        raise AccountError("old", "Dit is niet je wachtwoord van nu.") from None
    password_hash = await passwords.hashed(checked_password(new))

    async def store(db: AsyncSession) -> None:
        current = await db.get(Account, sign_in.account_id)
        if current is None or current.password_hash != sign_in.account.password_hash:
            raise AccountError("old", "Je wachtwoord is net al veranderd.")
        current.password_hash = password_hash
        writing.note_of_account(db, sign_in.account_id, What.PASSWORD_CHOSEN)

    await database.write(store)
    await sign_out_others(database, bus, sign_in)


async def _who(database: Database, email: str, password: str, device: str) -> Account:
    email = plain_email(email)
    async with database.read() as db:
        account = await db.scalar(select(Account).where(Account.email == email))
    known = await devices.known(database, device, account.id if account else None)
    return await _checked(account, email, known, password)


async def _checked(account: Account | None, who: str, device: str, password: str) -> Account:
    await TRIES.start(who, device)
    if not await passwords.fits(account.password_hash if account else None, password) or account is None:
        raise WrongPassword(WRONG)
    await TRIES.forgive(who, device)
    return account


async def _end(
    database: Database,
    bus: Bus,
    account_id: uuid.UUID,
    only: uuid.UUID | None = None,
    but: uuid.UUID | None = None,
) -> int:
    async def end(db: AsyncSession) -> list[uuid.UUID]:
        rows = (await db.scalars(select(SignIn).where(SignIn.account_id == account_id))).all()
        ended = [row for row in rows if row.id != but and only in (None, row.id)]
        for row in ended:
            await db.delete(row)
        return [row.id for row in ended]

    ended = await database.write(end)
    await bus.tell(gone(ended))
    return len(ended)
