"""Passwords: what a good one is, and how one is kept (argon2id)."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

SHORTEST, LONGEST = 12, 200

HASHER = PasswordHasher()
# Each hash takes 64 MiB for a moment. Not asyncio.to_thread: a flood of sign-ins would then take 2 GiB, and
# every thread that others wait for.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")

# What attackers try first: one of these words, or none, with digits and signs around it.
COMMON = re.compile(
    r"abcdefghijkl|admin(istrator)?|azerty(uiop)?|beheerder|geheim|iloveyou|ikhouvanjouw?|kompas(live)?|letmein"
    r"|(password|wachtwoord|welkom)+|qazwsx(edc)?|qwerty(uiop(as)?)?|test|voetbal|welkomthuis|workshop|"
)


def checked(password: str) -> str:
    """Returns the same password. Raises `ValueError` with a sentence that says what to do."""
    if len(password) < SHORTEST:
        raise ValueError(f"Kies een wachtwoord van minstens {SHORTEST} tekens. Een korte zin is prima.")
    if len(password) > LONGEST:
        raise ValueError(f"Dit wachtwoord is te lang. Gebruik hooguit {LONGEST} tekens.")
    letters = "".join(filter(str.isalpha, password.lower()))
    if COMMON.fullmatch(letters) or len(set(password)) < 5:
        raise ValueError("Dit wachtwoord is makkelijk te raden. Kies iets anders, zoals een korte zin.")
    return password


async def hashed(password: str) -> str:
    return await _in_thread(_hash, password)


async def fits(password_hash: str | None, password: str) -> bool:
    """Says whether this is the password. `None` (nobody with that e-mail address) and an empty hash (an
    account without a password) take as long as a wrong one."""
    return await _in_thread(_fits, password_hash, password)


def outdated(password_hash: str) -> bool:
    """Says whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def _hash(password: str) -> str:
    return HASHER.hash(_one_form(password))


def _fits(password_hash: str | None, password: str) -> bool:
    typed = _one_form(password[: LONGEST + 1])
    try:
        return HASHER.verify(password_hash or _nobodys(), typed) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash("of nobody at all")


def _one_form(password: str) -> bytes:
    """Returns the bytes of one spelling: keyboards make é in two ways."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


async def _in_thread(work: Callable[..., T], *values: str | None) -> T:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *values)
