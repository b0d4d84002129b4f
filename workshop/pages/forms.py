"""Posted forms: small, flat, every value a text."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import ClientException

from workshop.codes import new_token
from workshop.languages import Sentence
from workshop.live.errors import Gone

MOST_FIELDS = 5000
NUMBER = "eenmalig"
"""The field with the number of a form: `{{ once() }}` in a template."""
_OURS = re.compile(r"is_\w+|\w+_(id|at|by|since|until|hash|token)", re.ASCII)
_A_NUMBER = re.compile(r"[\w-]{22}", re.ASCII)


class Once(NamedTuple):
    """The id or the token of what one form makes. Sent twice a form gives the same, and what exists already
    is not made again. One with another content, as after going back, gives another."""

    id: uuid.UUID
    token: str


async def posted(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """Reads a form: every field with all its values. Leaves out files, values beyond `MOST_FIELDS`, and NULs:
    those mean nothing, and PostgreSQL refuses a text that has one. Raises `ClientException` (400) for a field
    that only the app sets; another that a form does not ask for does nothing, since fields are read by their
    name."""
    fields: dict[str, list[str]] = defaultdict(list)
    for name, value in await _pairs(request):
        if is_ours(name):
            raise ClientException
        if isinstance(value, str):
            fields[name].append(value.replace("\0", ""))
    return fields


def is_ours(name: str) -> bool:
    """Says whether a field has the name of what only the app sets: who, when, whose, a right or a secret."""
    return _OURS.fullmatch(name) is not None


async def parts(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Reads a form with files. Raises `ClientException` (400) for one that cannot be read."""
    try:
        return await request.form()
    except (LookupError, UnicodeDecodeError):
        raise ClientException from None  # an unknown charset, or bytes that are not in it


def first(form: dict[str, list[str]], name: str, default: str = "") -> str:
    return form.get(name, [default])[0]


def once(form: dict[str, list[str]]) -> Once:
    """Returns the id and the token of what a form makes; new ones each time for a form without a number of
    ours."""
    number = first(form, NUMBER)
    if not _A_NUMBER.fullmatch(number):
        number = new_token()
    # The id stands in addresses and the token is secret: neither tells anything of the other.
    made = hashlib.sha256(repr((number, sorted(form.items()))).encode()).digest()
    token = base64.urlsafe_b64encode(made[16:]).decode().rstrip("=")
    return Once(uuid.UUID(bytes=made[:16], version=4), token)


def flat(form: dict[str, list[str]]) -> dict[str, str]:
    """Returns every field with its first value."""
    return {name: values[0] for name, values in form.items()}


def as_number(text: str) -> int:
    """Reads a number from a form or an address, from 0; returns -1 for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def as_id(text: str) -> uuid.UUID:
    """Reads an id from a form. Raises `Gone`: nothing can be found under what is not an id."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Gone(Sentence("Dit is er niet meer. Laad de pagina opnieuw.")) from None


async def _pairs(request: Request[Any, Any, Any]) -> Iterable[tuple[str, str | UploadFile]]:
    """Yields names and values, at most `MOST_FIELDS`. The framework's own way splits a form to its end,
    however many fields it has, and caches a thousand of them: with words that their senders have taken
    back."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return islice((await parts(request)).multi_items(), MOST_FIELDS)
    fields = (await request.body()).split(b"&", MOST_FIELDS)[:MOST_FIELDS]
    split = (field.decode("latin-1").partition("=") for field in fields if field)
    return ((unquote_plus(name), unquote_plus(value)) for name, _, value in split)
