"""Decides before a text of a phone is stored: must the sender choose first, who reads it first, and why?

The kinds know nothing of this: it follows from the texts of an answer and from what the sender
chose at the warning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from workshop.kinds import State
from workshop.languages import Sentence
from workshop.safety.screening import Finding, screen

TO = "naar"
"""The field that a phone posts after its sender saw the warning."""
FACILITATOR = "begeleider"
LIVED = "ervaring"
THANKS = Sentence("Dank je wel dat je dit vertelt. Alleen de begeleider leest het.")
DISCLOSURES = (LIVED, "dreiging")
"""Kinds of findings that somebody must take care of, the heaviest first."""
LOOKS = {
    "ervaring": "Klinkt persoonlijk",
    "dreiging": "Klinkt als een bedreiging",
    "naam": "Lijkt op een naam",
    "telefoon": "Lijkt op een telefoonnummer",
    "e-mail": "Lijkt op een mailadres",
    "account": "Lijkt op een account",
    "link": "Lijkt op een link",
    "adres": "Lijkt op een adres",
    "bsn": "Lijkt op een burgerservicenummer",
    "scheldwoord": "Kan iemand pijn doen",
}
"""What the desk reads of a card that waits."""


class Verdict(msgspec.Struct, frozen=True):
    state: State
    categories: tuple[str, ...] = ()
    """Why it waits: only what it looks like, never the words."""


def found_in(texts: Sequence[str]) -> tuple[Finding, ...]:
    """Returns what the sender is warned about, each thing once."""
    return tuple(dict.fromkeys(finding for text in texts for finding in screen(text)))


def verdict(findings: Sequence[Finding], *, holds_back: bool, chosen: bool, moderated: bool) -> Verdict:
    """Decides how an answer with a text is stored, once its sender may send it.

    `chosen`: the sender saw the warning and chose the facilitator. `moderated`: the facilitator took an
    earlier text of this answer away, so a new one does not go to the screen by itself.
    """
    categories = categories_of(findings)
    return Verdict("held" if holds_back or chosen or moderated or categories else "shown", categories)


def categories_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Returns each kind of finding once, disclosures first."""
    categories = dict.fromkeys(finding.category for finding in findings)
    return tuple(sorted(categories, key=lambda category: category not in DISCLOSURES))


def receipt(saved: str, categories: Collection[str]) -> str:
    """Returns what a sender reads after storing: thanks for telling what they lived through, else `saved`."""
    return THANKS if LIVED in categories else saved


def disclosure(categories: Sequence[str]) -> str:
    """Returns the kind of finding that somebody must take up; empty where there is none."""
    return next((category for category in DISCLOSURES if category in categories), "")
