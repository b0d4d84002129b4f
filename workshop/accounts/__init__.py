"""Accounts: people who prepare and lead workshops. Participants have none."""

from __future__ import annotations

import re
import uuid

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import text
from workshop.accounts import passwords
from workshop.models import Account
from workshop.storage.database import Database

LONGEST_NAME, LONGEST_EMAIL = 80, 254

# Refuses only impossible addresses; whether it is somebody's shows when they use it.
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\]+@[^@\s\"<>(),;:\\]+\.[^@\s\"<>(),;:\\.]+")


class AccountError(ValueError):
    """What somebody filled in does not fit: `field` (such as name, email, password) and why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


async def create(
    database: Database, email: str, name: str, password: str, is_manager: bool = False
) -> Account:
    """Makes and stores an account. Raises `AccountError`, also for an e-mail address that has an account
    already."""
    account = await prepare(email, name, password)
    account.is_manager = is_manager

    async def store(db: AsyncSession) -> Account:
        await add(db, account)
        return account

    try:
        return await database.write(store)
    except IntegrityError:
        raise taken() from None


async def prepare(email: str, name: str, password: str) -> Account:
    """Returns an account that is checked and not yet stored: hashing its password is too slow for the writer.

    Raises `AccountError`.
    """
    values = {"name": checked_name(name), "email": checked_email(email)}
    return Account(**values, password_hash=await passwords.hashed(checked_password(password)))


async def add(db: AsyncSession, account: Account) -> None:
    """Stores a prepared account, in the writer's transaction. Raises `AccountError`."""
    if await db.scalar(select(Account.id).where(Account.email == account.email)):
        raise taken()
    db.add(account)
    await db.flush()


async def by_email(database: Database, email: str) -> Account:
    """Returns the account with this e-mail address. Raises `AccountError` when nobody has it."""
    async with database.read() as db:
        found = await db.scalar(select(Account).where(Account.email == plain_email(email)))
    if found is None:
        raise AccountError("email", f"Er is geen account met {email}. Maak het eerst: workshop user add")
    return found


async def rename(database: Database, account_id: uuid.UUID, name: str) -> None:
    """Changes the name of an account. Raises `AccountError` for a name that does not fit."""
    name = checked_name(name)

    async def store(db: AsyncSession) -> None:
        if account := await db.get(Account, account_id):
            account.name = name

    await database.write(store)


def checked_name(name: str) -> str:
    try:
        return text.clean(name, LONGEST_NAME)
    except ValueError as error:
        raise AccountError("name", str(error) if name.strip() else "Vul je naam in.") from None


def checked_email(email: str) -> str:
    address = plain_email(email)
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise AccountError("email", "Dit is geen e-mailadres. Een voorbeeld: naam@gemeente.nl.")
    return address


def checked_password(password: str) -> str:
    try:
        return passwords.checked(password)
    except ValueError as error:
        raise AccountError("password", str(error)) from None


def plain_email(email: str) -> str:
    """Returns the one spelling of an address: capitals, and spaces around it, make no second account."""
    return text.tidy(email[: 2 * LONGEST_EMAIL]).lower()


def taken() -> AccountError:
    return AccountError("email", "Er is al een account met dit e-mailadres.")
