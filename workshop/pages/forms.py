"""Posted forms: small, flat, every value a text."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from litestar import Request

from workshop.languages import Sentence
from workshop.live.room import Gone

MOST_FIELDS = 5000


async def posted(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """Every field with all its values. Files and more than `MOST_FIELDS` values are left out, and NULs too:
    they mean nothing, and PostgreSQL refuses a text that has one."""
    fields: dict[str, list[str]] = defaultdict(list)
    for name, value in list((await request.form()).multi_items())[:MOST_FIELDS]:
        if isinstance(value, str):
            fields[name].append(value.replace("\0", ""))
    return fields


def first(form: dict[str, list[str]], name: str, default: str = "") -> str:
    return form.get(name, [default])[0]


def flat(form: dict[str, list[str]]) -> dict[str, str]:
    """Every field with its first value."""
    return {name: values[0] for name, values in form.items()}


def as_number(text: str) -> int:
    """A place from a form, from 0; -1 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def as_id(text: str) -> uuid.UUID:
    """An id from a form. Raises `Gone`: nothing can be found under what is not an id."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Gone(Sentence("Dit is er niet meer. Laad de pagina opnieuw.")) from None
