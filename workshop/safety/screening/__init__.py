"""Screens what people write before anybody else reads it: who can be recognised by it, and what needs care.

It decides nothing: the phone asks with it, and the facilitator sees that a card was held. What has a form (a
name, a number, an address) and much of what is said in Dutch is found by rules; an experience, a threat or
an insult also by what was learned from cards in every language of the phones (`learned`). It misses what
a reader would see: `python -m bench.screening` measures how much.

`words` is what a participant wrote: never store it, never log it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal

import msgspec

from workshop.languages import DUTCH
from workshop.safety.screening import abroad, contacts, names, tone
from workshop.safety.screening.reading import Reading, Span, read

Category = Literal[
    "naam", "telefoon", "e-mail", "account", "link", "adres", "bsn", "ervaring", "dreiging", "scheldwoord"
]

Judged = Literal["ervaring", "dreiging", "scheldwoord"]


class Judgement(msgspec.Struct, frozen=True):
    """What a text may be by what was learned."""

    language: str = DUTCH
    """Which language of the phones it looks most like."""
    sorts: Mapping[Judged, bool] = {}
    """True where that is sure enough to ask its sender."""


NOTHING = Judgement()


class Finding(msgspec.Struct, frozen=True):
    category: Category
    words: str
    """The part of the text that it is about. Never stored, never logged."""
    sure: bool = True
    """Whether its sender is asked first. Else the facilitator only reads it first."""


def screen(text: str, judgement: Judgement = NOTHING) -> tuple[Finding, ...]:
    """Finds what somebody must look at in a text: in its order, each thing once. Empty for a text that needs
    no look. `judgement` is what `learned` says of the same text: it is about the whole of it."""
    reading = read(text)
    # Letters that stand apart say nothing of a language.
    spelled = any(word.spelled for word in reading.words)
    found = sorted(_found(reading, DUTCH if spelled else judgement.language), key=lambda pair: pair[1])
    ruled = {category for category, _ in found}
    return tuple(
        dict.fromkeys(
            [Finding(category, reading.text[start:end]) for category, (start, end) in found]
            + [
                Finding(category, reading.text, sure)
                for category, sure in judgement.sorts.items()
                if category not in ruled
            ]
        )
    )


def is_about(finding: Finding, text: str) -> bool:
    """Says whether a finding can be of this text."""
    return finding.words in read(text).text


def _found(reading: Reading, language: str) -> Iterator[tuple[Category, Span]]:
    """Yields what was found. One place is one thing: `lotte.jansen@school.nl` is an e-mail, not also a
    name and a link. What is said in Dutch is not looked for in another language, where the same letters say
    something else."""
    dutch = language == DUTCH
    taken: list[Span] = []
    for category, spans in (
        ("e-mail", contacts.emails),
        ("link", contacts.links),
        ("naam", names.mentioned),
        ("account", contacts.accounts),
        ("telefoon", contacts.phones),
        ("bsn", contacts.bsn),
        ("adres", contacts.addresses),
        ("naam", partial(names.names, dutch=dutch)),
        ("naam", partial(abroad.names, language=language)),
    ):
        for span in _outside(taken, spans(reading)):
            taken.append(span)
            yield category, span
    for category, spans in (
        ()
        if not dutch
        else (
            ("ervaring", tone.experiences),
            ("dreiging", tone.threats),
            ("scheldwoord", tone.slurs),
        )
    ):
        taken = []
        for span in _outside(taken, spans(reading)):
            taken.append(span)
            yield category, span


def _outside(taken: list[Span], spans: Iterator[Span]) -> Iterator[Span]:
    for span in spans:
        if not any(span[0] < end and start < span[1] for start, end in taken):
            yield span
