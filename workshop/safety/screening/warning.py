"""Decides before a text of a phone is stored: must the sender choose first, who reads it first, and why?

The kinds know nothing of this: it follows from the texts of an answer and from what the sender
chose at the warning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from workshop.kinds import UNSURE, State
from workshop.languages import DUTCH, LANGUAGES, OTHERS, Sentence
from workshop.safety.screening import NOTHING, Finding, Judgement, screen

TO = "naar"
"""The field that a phone posts after its sender saw the warning."""
FACILITATOR = "begeleider"
LIVED = "ervaring"
THANKS = Sentence("Dank je wel dat je dit vertelt. Alleen de begeleider leest het.")
THANKS_AHEAD = Sentence(
    "Dank je wel dat je dit vertelt. De begeleider leest het later. Heb je nu hulp nodig? Kijk bij Hulp."
)
DISCLOSURES = (LIVED, "dreiging")
"""Kinds of findings that somebody must take care of, the heaviest first."""
PERHAPS, LANGUAGE = UNSURE
"""What stands before a kind of finding that is not sure, and before the language of a phone: nothing is
asked, and the facilitator reads it first."""
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
    "misschien-ervaring": "Misschien persoonlijk",
    "misschien-dreiging": "Misschien een bedreiging",
    "misschien-scheldwoord": "Misschien kwetsend",
} | {LANGUAGE + code: f"Telefoon: {LANGUAGES[code].dutch}" for code in OTHERS}
"""What the desk reads of a card that waits."""


class Verdict(msgspec.Struct, frozen=True):
    state: State
    categories: tuple[str, ...] = ()
    """Why it waits: only what it looks like, never the words."""


def found_in(texts: Sequence[str], judged: Mapping[str, Judgement] = {}) -> tuple[Finding, ...]:
    """Returns what is found in texts, each thing once. `judged` has what was learned says of each."""
    return tuple(
        dict.fromkeys(finding for text in texts for finding in screen(text, judged.get(text, NOTHING)))
    )


def verdict(
    findings: Sequence[Finding], *, holds_back: bool, chosen: bool, moderated: bool, language: str = DUTCH
) -> Verdict:
    """Decides how an answer with a text is stored, once its sender may send it.

    `chosen`: the sender saw the warning and chose the facilitator. `moderated`: the facilitator took an
    earlier text of this answer away, so a new one does not go to the screen by itself. `language`: what the
    phone is set to; the screening knows Dutch best, so whatever comes from another is read first.
    """
    categories = categories_of(findings)
    if language != DUTCH:
        categories += (LANGUAGE + language,)
    return Verdict("held" if holds_back or chosen or moderated or categories else "shown", categories)


def categories_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Returns each kind of finding once, disclosures first and what is not sure last."""
    categories = dict.fromkeys(
        finding.category if finding.sure else PERHAPS + finding.category
        for finding in sorted(findings, key=lambda finding: not finding.sure)
    )
    return tuple(sorted(categories, key=lambda category: category not in DISCLOSURES))


def receipt(saved: str, categories: Collection[str], *, later: bool = False) -> str:
    """Returns what a sender reads after storing: thanks for telling what they lived through, else `saved`.
    With `later` nobody reads it now."""
    if later and disclosure(tuple(categories)):
        return THANKS_AHEAD
    return THANKS if LIVED in categories else saved


def disclosure(categories: Sequence[str]) -> str:
    """Returns the kind of finding that somebody must take up; empty where there is none."""
    return next((category for category in DISCLOSURES if category in categories), "")
