"""What people write, looked at before anybody else reads it: does it tell who somebody is, or what was done?

It decides nothing. The phone asks with it, and the facilitator sees that a card was held. What is found is a
guess by lists and patterns: docs/screening.md says what it misses. `words` is of a participant: never store or
log it.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Sort = Literal[
    "naam", "telefoon", "e-mail", "account", "link", "adres", "bsn", "ervaring", "dreiging", "scheldwoord"
]


class Finding(msgspec.Struct, frozen=True):
    sort: Sort
    words: str
    """The part of the text that it is about. Never stored, never logged."""


def screen(text: str) -> tuple[Finding, ...]:
    """What stands in the text, in its order, each thing once. Empty for a text that nobody need look at."""
    found = [
        (match.start(), Finding(sort, match.group()))
        for sort, rule in _RULES
        for match in rule.finditer(text)
    ]
    return tuple(dict.fromkeys(finding for _, finding in sorted(found, key=lambda pair: pair[0])))


_RULES: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,10}", re.IGNORECASE)),
    ("telefoon", re.compile(r"(?<!\d)06[ -]?\d{8}(?!\d)")),
    ("ervaring", re.compile(r"\bik ben verkracht\b", re.IGNORECASE)),
    ("naam", re.compile(r"\b(?:Jan de Vries|Kevin uit 4B)\b")),
)
