"""Screens what people write before anybody else reads it: who can be recognised by it, and what needs care.

It decides nothing: the phone asks with it, and the facilitator sees that a card was held. It goes by
lists and patterns, in Dutch, and misses things that a reader would see: `python -m bench.screening`
measures how many.

`words` is what a participant wrote: never store it, never log it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from workshop.safety.screening import contacts, names, tone
from workshop.safety.screening.reading import Reading, Span, read

Category = Literal[
    "naam", "telefoon", "e-mail", "account", "link", "adres", "bsn", "ervaring", "dreiging", "scheldwoord"
]


class Finding(msgspec.Struct, frozen=True):
    category: Category
    words: str
    """The part of the text that it is about. Never stored, never logged."""


def screen(text: str) -> tuple[Finding, ...]:
    """Finds what somebody must look at in a text: in its order, each thing once. Empty for a text
    that needs no look."""
    reading = read(text)
    found = sorted(_found(reading), key=lambda pair: pair[1])
    return tuple(
        dict.fromkeys(Finding(category, reading.text[start:end]) for category, (start, end) in found)
    )


def _found(reading: Reading) -> Iterator[tuple[Category, Span]]:
    """Yields what was found. One place is one thing: `lotte.jansen@school.nl` is an e-mail, not also a
    name and a link."""
    taken: list[Span] = []
    for category, spans in (
        ("e-mail", contacts.emails),
        ("link", contacts.links),
        ("naam", names.mentioned),
        ("account", contacts.accounts),
        ("telefoon", contacts.phones),
        ("bsn", contacts.bsn),
        ("adres", contacts.addresses),
        ("naam", names.names),
    ):
        for span in _outside(taken, spans(reading)):
            taken.append(span)
            yield category, span
    for category, spans in (
        ("ervaring", tone.experiences),
        ("dreiging", tone.threats),
        ("scheldwoord", tone.slurs),
    ):
        taken = []
        for span in _outside(taken, spans(reading)):
            taken.append(span)
            yield category, span


def _outside(taken: list[Span], spans: Iterator[Span]) -> Iterator[Span]:
    for span in spans:
        if not any(span[0] < end and start < span[1] for start, end in taken):
            yield span
