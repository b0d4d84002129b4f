"""Passkeys: a second step after the password, or a way to sign in by itself. The rules are WebAuthn's.

The server asks a question that only one browser can answer, once; the answer is checked against what the
passkey showed when it was made. A passkey alone is enough only when its device checked who used it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import uuid
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from workshop import codes, text
from workshop.accounts import AccountError, attempts, devices, oidc
from workshop.accounts.sign_in import STEPS, begin, sign_out_all, sign_out_others
from workshop.bus import Bus
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Account, Attempt, Passkey, RecoveryCode, SignIn, now
from workshop.settings import Settings
from workshop.storage.database import Database

MOST, LONGEST_NAME, LONGEST_ANSWER = 10, 40, 20_000
RECOVERY_CODES = 8
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits of recovery codes, without those that look alike on paper."""

NOT_MADE = "De passkey is niet gemaakt. Probeer het opnieuw."
WRONG = "Deze passkey werkt hier niet. Probeer het opnieuw, of log op een andere manier in."
WRONG_CODE = "Deze herstelcode klopt niet, of je gebruikte hem al."


class PasskeyRefused(Exception):
    """The sign-in did not work. `again` is the token with which the second step may be tried once more."""

    def __init__(self, sentence: str, again: str = "") -> None:
        super().__init__(sentence)
        self.again = again


class Question(NamedTuple):
    """For `navigator.credentials`: options as JSON, and the token for the cookie of the browser that may
    answer."""

    options: str
    token: str


class PasskeySignIn(NamedTuple):
    """A sign-in by passkey or code: the cookie's token, the account, and what was kept since the first
    step."""

    token: str
    account_id: uuid.UUID
    notes: dict[str, Any]
    ended: list[uuid.UUID]
    """Ids of the sign-ins that were ended by it."""


def domain(settings: Settings) -> str:
    """Returns the name that passkeys of this installation are bound to; empty where browsers have none: they
    want a name and TLS, or this machine."""
    name = urlsplit(settings.origin).hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name if settings.secure or name == "localhost" else ""
    return ""


async def of(database: Database, account_id: uuid.UUID) -> list[Passkey]:
    """Lists the passkeys of an account, the oldest first."""
    async with database.read() as db:
        return await _of(db, account_id)


async def codes_left(database: Database, account_id: uuid.UUID) -> int:
    mine = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    async with database.read() as db:
        return await db.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


# --- making and removing --------------------------------------------------------------------------


async def ask_new(database: Database, settings: Settings, sign_in: SignIn) -> Question:
    """Begins a new passkey for this browser's account. Raises `AccountError` (field `passkey`) when it has
    enough."""
    known = await of(database, sign_in.account_id)
    if len(known) >= MOST:
        raise AccountError("passkey", f"Je hebt al {MOST} passkeys. Verwijder er eerst een.")
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=domain(settings),
        rp_name="Kompas Live",
        user_id=sign_in.account_id.bytes,
        user_name=sign_in.account.email,
        user_display_name=sign_in.account.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(passkey) for passkey in known],
    )
    return await _question(database, options, challenge, attempts.NEW_PASSKEY, sign_in.account_id)


async def register(
    database: Database, bus: Bus, settings: Settings, sign_in: SignIn, token: str, answer: str, name: str
) -> list[str]:
    """Stores the new passkey; every other browser has to sign in again. Returns recovery codes with the first
    one, else nothing: nobody ever sees those again.

    Raises `attempts.Expired` and `AccountError` (field `passkey` or `passkey-name`).
    """
    try:
        name = text.clean(name, LONGEST_NAME)
    except ValueError as error:
        sentence = str(error) if name.strip() else "Geef de passkey een naam, zoals: mijn telefoon."
        raise AccountError("passkey-name", sentence) from None
    attempt = await attempts.take(database, token, attempts.NEW_PASSKEY)
    if attempt.account_id != sign_in.account_id:
        raise attempts.Expired
    passkey = _checked_new(settings, attempt, answer, name)
    fresh = _new_codes(codes.new_token())

    async def store(db: AsyncSession) -> list[str]:
        known = await _of(db, sign_in.account_id, lock=True)
        if len(known) >= MOST:
            raise AccountError("passkey", f"Je hebt al {MOST} passkeys. Verwijder er eerst een.")
        db.add(passkey)
        writing.note_of_account(db, sign_in.account_id, What.PASSKEY_MADE, name)
        await db.flush()
        return [] if known else await _keep_codes(db, sign_in.account_id, fresh)

    try:
        shown = await database.write(store)
    except IntegrityError:
        raise AccountError("passkey", "Deze passkey is al in gebruik.") from None
    await sign_out_others(database, bus, sign_in)
    return shown


async def remove(database: Database, bus: Bus, sign_in: SignIn, passkey_id: uuid.UUID) -> bool:
    """Removes a passkey of this account, and its recovery codes with the last one; other browsers have to
    sign in again. Returns False when there is no such passkey."""

    async def end(db: AsyncSession) -> bool:
        known = await _of(db, sign_in.account_id, lock=True)
        found = next((passkey for passkey in known if passkey.id == passkey_id), None)
        if found is None:
            return False
        await db.delete(found)
        if len(known) == 1:
            await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == sign_in.account_id))
        writing.note_of_account(db, sign_in.account_id, What.PASSKEY_REMOVED, found.name)
        return True

    removed = await database.write(end)
    if removed:
        await sign_out_others(database, bus, sign_in)
    return removed


async def new_codes(database: Database, account_id: uuid.UUID, secret: str) -> list[str]:
    """Makes recovery codes in the place of the earlier ones and returns them; none without a passkey. The
    same `secret` gives the same codes, which replace nothing the second time."""
    fresh = _new_codes(secret)

    async def store(db: AsyncSession) -> list[str]:
        if not await _of(db, account_id, lock=True):
            return []
        kept = RecoveryCode.code_hash == codes.token_hash(_plain_code(fresh[0]))
        if await db.scalar(select(RecoveryCode.id).where(kept)):
            return fresh
        writing.note_of_account(db, account_id, What.RECOVERY_CODES_MADE)
        return await _keep_codes(db, account_id, fresh)

    return await database.write(store)


async def reset(database: Database, bus: Bus, manager: Account | None, email: str) -> Account:
    """Removes all passkeys and codes of somebody who lost them, and ends that person's sign-ins. `manager` is
    None for somebody at the machine itself. Raises `AccountError` (field `reset`)."""

    async def end(db: AsyncSession) -> Account:
        account = await db.scalar(select(Account).where(Account.email == email))
        if account is None or not await _of(db, account.id):
            raise AccountError("reset", "Er is geen account met dit e-mailadres en een passkey.")
        for table in (Passkey, RecoveryCode, Attempt):
            await db.execute(delete(table).where(table.account_id == account.id))
        by = manager.id if manager else None
        writing.note_of_account(db, by, What.PASSKEYS_CLEARED, account.name)
        return account

    account = await database.write(end)
    await sign_out_all(database, bus, account.id)
    return account


# --- signing in -----------------------------------------------------------------------------------


async def ask(database: Database, settings: Settings) -> Question:
    """Begins a sign-in with a passkey alone: the device knows whose it is."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=domain(settings),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    token = await attempts.begin_as_stranger(database, attempts.PASSKEY, **_noted(challenge))
    return Question(webauthn.options_to_json(options), token)


async def ask_second(database: Database, settings: Settings, token: str) -> Question:
    """Asks for one of the passkeys of whoever gave a password in this browser. Raises `attempts.Expired`."""
    attempt = await attempts.take(database, token, attempts.SECOND_STEP)
    account_id = _of_somebody(attempt)
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=domain(settings),
        challenge=challenge,
        allow_credentials=[_descriptor(passkey) for passkey in await of(database, account_id)],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    kept = _kept(attempt.notes)
    return await _question(database, options, challenge, attempts.SECOND_STEP, account_id, **kept)


async def sign_in(
    database: Database,
    settings: Settings,
    token: str,
    answer: str,
    *,
    purpose: str = attempts.PASSKEY,
    previous: SignIn | None = None,
    device: str = "",
) -> PasskeySignIn:
    """Signs in with what the device answered. `previous` is the old sign-in of this browser; it ends.
    `device` is what the browser keeps of an earlier sign-in.

    Raises `attempts.Expired`, `PasskeyRefused` and `sign_in.TooMany`.
    """
    attempt = await attempts.take(database, token, purpose)
    passkey = await _named_in(database, answer)
    account_id = attempt.account_id or (passkey.account_id if passkey else None)
    who, known = str(account_id or ""), await devices.known(database, device, account_id)
    await STEPS.start(who, known)
    alone = purpose == attempts.PASSKEY
    count = _checked(settings, attempt, passkey, answer, alone)

    async def store(db: AsyncSession) -> PasskeySignIn | None:
        current = await db.get(Passkey, passkey.id, with_for_update=True) if passkey else None
        if count is None or current is None or not _counts_on(current.sign_count, count):
            return None
        current.sign_count, current.used_at = count, now()
        return await _enter(db, settings, current.account_id, attempt, previous)

    entry = await database.write(store)
    if entry is None:
        raise PasskeyRefused(WRONG, "" if alone else await _once_more(database, attempt))
    await STEPS.forgive(who, known)
    return entry


async def sign_in_with_code(
    database: Database,
    settings: Settings,
    token: str,
    typed: str,
    *,
    previous: SignIn | None = None,
    device: str = "",
) -> PasskeySignIn:
    """Does the second step without the passkey. The code is then used up.

    Raises `attempts.Expired`, `PasskeyRefused` and `sign_in.TooMany`.
    """
    attempt = await attempts.take(database, token, attempts.SECOND_STEP)
    account_id = _of_somebody(attempt)
    who, known = str(account_id), await devices.known(database, device, account_id)
    await STEPS.start(who, known)
    wanted = codes.token_hash(_plain_code(typed))

    async def store(db: AsyncSession) -> PasskeySignIn | None:
        mine = (RecoveryCode.account_id == attempt.account_id, RecoveryCode.used_at.is_(None))
        fits = select(RecoveryCode).where(*mine, RecoveryCode.code_hash == wanted).with_for_update()
        found = await db.scalar(fits)
        if found is None:
            return None
        found.used_at = now()
        writing.note_of_account(db, found.account_id, What.RECOVERY_CODE_USED)
        return await _enter(db, settings, found.account_id, attempt, previous)

    entry = await database.write(store)
    if entry is None:
        raise PasskeyRefused(WRONG_CODE, await _once_more(database, attempt))
    await STEPS.forgive(who, known)
    return entry


async def _of(db: AsyncSession, account_id: uuid.UUID, lock: bool = False) -> list[Passkey]:
    if lock:  # two at once wait for each other
        await db.get(Account, account_id, with_for_update=True)
    mine = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at)
    return list(await db.scalars(mine))


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))


async def _question(
    database: Database,
    options: Any,
    challenge: bytes,
    purpose: str,
    account_id: uuid.UUID,
    **notes: Any,
) -> Question:
    """Asks a known account; the attempt is stored."""
    kept = notes | _noted(challenge)
    token = await database.write(lambda db: attempts.begin(db, purpose, account_id, **kept))
    return Question(webauthn.options_to_json(options), token)


def _noted(challenge: bytes) -> dict[str, str]:
    return {"challenge": bytes_to_base64url(challenge)}


def _checked_new(settings: Settings, attempt: Attempt, answer: str, name: str) -> Passkey:
    try:
        made = webauthn.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=base64url_to_bytes(attempt.notes["challenge"]),
            expected_rp_id=domain(settings),
            expected_origin=settings.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise AccountError("passkey", NOT_MADE) from None
    return Passkey(
        account_id=attempt.account_id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
    )


async def _named_in(database: Database, answer: str) -> Passkey | None:
    """Returns the passkey that the answer says it is from, or None; only its signature shows whether it
    is."""
    try:
        said = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        named = bytes_to_base64url(said.raw_id)
    except (WebAuthnException, ValueError, TypeError):
        return None
    async with database.read() as db:
        return await db.scalar(select(Passkey).where(Passkey.credential_id == named))


def _checked(
    settings: Settings, attempt: Attempt, passkey: Passkey | None, answer: str, alone: bool
) -> int | None:
    """Returns how often the device says that it signed; None for an answer that is not right."""
    if passkey is None or attempt.account_id not in (None, passkey.account_id):
        return None
    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(attempt.notes["challenge"]),
            expected_rp_id=domain(settings),
            expected_origin=settings.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=alone,
        ).new_sign_count
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None


def _counts_on(before: int, after: int) -> bool:
    """Says whether a device counted on. Those that do not count say 0 for ever."""
    return after > before or before == after == 0


async def _enter(
    db: AsyncSession, settings: Settings, account_id: uuid.UUID, attempt: Attempt, previous: SignIn | None
) -> PasskeySignIn:
    await attempts.use_up(db, attempt)
    issuer = attempt.notes.get("issuer")  # when somebody came from a provider for the first time
    ended = await oidc.link(db, account_id, issuer, attempt.notes["subject"]) if issuer else []
    if ended is None:
        raise PasskeyRefused(WRONG)
    token = await begin(db, account_id, days=settings.sign_in_days, previous=previous)
    return PasskeySignIn(token, account_id, _kept(attempt.notes), ended)


async def _once_more(database: Database, attempt: Attempt) -> str:
    """Begins a failed second step again with a new question, because the old one is used up; returns its
    token."""
    kept, account_id = _kept(attempt.notes), _of_somebody(attempt)
    return await database.write(lambda db: attempts.begin(db, attempts.SECOND_STEP, account_id, **kept))


def _of_somebody(attempt: Attempt) -> uuid.UUID:
    if attempt.account_id is None:
        raise attempts.Expired
    return attempt.account_id


def _kept(notes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in notes.items() if name != "challenge"}


def _new_codes(secret: str) -> list[str]:
    """Makes codes such as `ABCD-EFGH-JKLM-NPQR`: 80 bits, so that a hash alone tells nothing."""
    return [_code(hashlib.sha256(f"{number} {secret}".encode()).digest()) for number in range(RECOVERY_CODES)]


def _code(bits: bytes) -> str:
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in bits[:16])
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


async def _keep_codes(db: AsyncSession, account_id: uuid.UUID, fresh: list[str]) -> list[str]:
    await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    for code in fresh:
        db.add(RecoveryCode(account_id=account_id, code_hash=codes.token_hash(_plain_code(code))))
    return fresh


def _plain_code(typed: str) -> str:
    return "".join(letter for letter in typed[:80].upper() if letter.isalnum())
