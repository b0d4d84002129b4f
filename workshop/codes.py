"""Identifiers and codes: what is random, how long, and how a person types it."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
import uuid

from workshop.languages import Sentence

LONGEST_TYPED = 200
"""Characters of a typed code that are looked at: a keyboard may put invisible ones around it."""


def new_id() -> uuid.UUID:
    """Returns a random id. Version 4, not 7: an id that tells the millisecond would tell who wrote when."""
    return uuid.uuid4()


def id_of_words(scope: str, words: str) -> str:
    """Returns 16 hexadecimal digits that are the same for everybody who writes the same words in the same
    place; capitals make no difference."""
    return hashlib.sha256(f"{scope}|{words.casefold()}".encode()).hexdigest()[:16]


def new_token() -> str:
    """Returns 128 random bits as 22 characters that fit an address."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> str:
    """Returns what the database keeps of a cookie or an invitation, as 64 hexadecimal digits: it opens
    nothing when it leaks."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """Returns eight random digits, for the number pad of a phone."""
    return f"{secrets.randbelow(10**8):08d}"


def typed_code(text: str) -> str:
    """Reads the eight digits in what somebody typed, of any script and with any sign between them.

    Raises `ValueError` with a sentence for that person.
    """
    typed = [character for character in text[:LONGEST_TYPED] if character.isalnum()]
    if len(typed) != 8 or not all(character.isdecimal() for character in typed):
        raise ValueError(Sentence("Een code heeft 8 cijfers. Kijk nog eens op het grote scherm."))
    return "".join(str(unicodedata.decimal(character)) for character in typed)


def spoken_code(code: str) -> str:
    """Splits a code as people read it aloud: `42791503` becomes `4279 1503`."""
    return f"{code[:4]} {code[4:]}"
