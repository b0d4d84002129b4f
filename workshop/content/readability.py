"""Checks whether Dutch reads at B1, and tells the writer: which sentence, which word, and what instead.

Ease of reading is the formula of Flesch for Dutch by W.H. Douma (De leesbaarheid van landbouwbladen,
Wageningen 1960): 206.84 - 0.77 x syllables per hundred words - 0.93 x words per sentence. His table calls 60
to 70 normal and 80 to 90 easy: the fifth year of primary school. A formula knows no words: readability.toml
has those that advice on plain language warns for.

Syllables are counted as groups of vowels and passives are found by their words, so both are a guess. A text
that passes may still be hard: somebody has to read it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

FILE = Path(__file__).with_suffix(".toml")
OWN_EASE = 15
"""A text of at least this number of words is also judged by itself: the ease of one short
question says nothing."""
ENOUGH = 50
"""With fewer words the ease of all texts together says nothing."""
EASE_OF_ONE = 10
"""How much lower than the ease of all together that of one text may be."""
MOST_SYLLABLES = 4
MOST_LETTERS = 15


class Level(NamedTuple):
    """How easy a text must be for its readers."""

    longest_sentence: int
    ease: int
    most_passives: float
    """Most passives, as a share of the sentences of all texts together."""
    phone: bool
    """Whether it is read on a phone: no English where there is Dutch."""


TOLD = Level(longest_sentence=20, ease=60, most_passives=0.05, phone=False)
"""What professionals read in their own time."""
ROOM = Level(longest_sentence=12, ease=60, most_passives=0, phone=True)
"""What the room reads while somebody talks."""
YOUNG = Level(longest_sentence=12, ease=80, most_passives=0, phone=True)
"""What young people are asked."""
SPOKEN = Level(longest_sentence=15, ease=80, most_passives=0, phone=True)
"""What a facilitator can say aloud, to anybody."""
PHONE = Level(longest_sentence=12, ease=70, most_passives=0.01, phone=True)
"""Everything else on a phone: buttons, explanations, help and errors."""


def problems(text: str, level: Level) -> Iterator[str]:
    """Yields what makes one text hard, each as a Dutch sentence that says what to do."""
    for sentence in sentences(text):
        count = len(re.findall(r"\S*\w\S*", sentence))
        if count > level.longest_sentence:
            yield (
                f"een zin van {count} woorden, meer dan {level.longest_sentence}: {sentence} "
                "Maak er twee zinnen van."
            )
    yield from _hard_words(text, level)
    found = words(text)
    if len(found) >= OWN_EASE and (score := ease([text])) < level.ease - EASE_OF_ONE:
        yield (
            f"leesgemak {score:.0f}, minstens {level.ease - EASE_OF_ONE}: {text} "
            "Gebruik kortere woorden en zinnen."
        )


def problems_together(texts: Iterable[str], level: Level) -> Iterator[str]:
    """Yields what makes texts hard as a whole: their ease, and passives. Names and labels do not
    count as sentences."""
    whole = [one for text in texts for one in sentences(text) if one.endswith((".", "!", "?"))]
    if sum(len(words(one)) for one in whole) >= ENOUGH and (score := ease(whole)) < level.ease:
        yield (
            f"leesgemak {score:.0f} van alle zinnen samen, minstens {level.ease}. "
            f"Gebruik kortere woorden en zinnen. De moeilijkste: {min(whole, key=lambda one: ease([one]))}"
        )
    passives = [one for one in whole if is_passive(one)]
    most = math.ceil(len(whole) * level.most_passives)
    if len(passives) > most:
        yield (
            f"{len(passives)} keer staat er niet wie iets doet, hooguit {most} keer. "
            f"Schrijf wie het doet: {' / '.join(passives)}"
        )


def ease(texts: Iterable[str]) -> float:
    """Returns the ease by Flesch and Douma; the higher, the easier. Texts without a word are easy (100)."""
    all_sentences = [sentence for text in texts for sentence in sentences(text)]
    found = [word for sentence in all_sentences for word in words(sentence)]
    if not found:
        return 100.0
    in_hundred = 100 * sum(map(syllables, found)) / len(found)
    return 206.84 - 0.77 * in_hundred - 0.93 * len(found) / len(all_sentences)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if re.search(r"\w", part)]


def words(text: str) -> list[str]:
    """Returns the words without figures and signs; `regio's` and `sport-app` are one word each."""
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)


def syllables(word: str) -> int:
    return max(1, len(VOWELS.findall(word)))


def is_passive(sentence: str) -> bool:
    """Says whether something `wordt gedaan`, so that nobody does it. Not every passive has these words."""
    if not re.search(r"\b(?:word|wordt|worden|werd|werden)\b", sentence, re.IGNORECASE):
        return False
    return any(PARTICIPLE.fullmatch(word) and word.lower() not in NO_PARTICIPLE for word in words(sentence))


VOWELS = re.compile(
    "aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|ij|ei|ui|oe|eu|au|ou|[aeiouyàáâäèéêëìíîïòóôöùúûü]", re.IGNORECASE
)
PARTICIPLE = re.compile(
    r"\w{0,6}ge(?:\w{2,}(?:d|t|en)|\w+(?:aan|ien))|(?:be|ver|ont|her|er|onder|over)\w{2,}(?:d|t|en)|\w+eerd"
    r"|doordacht",
    re.IGNORECASE,
)
NO_PARTICIPLE = {
    *("bedrijven", "bekend", "besluiten", "bestaat", "bestuurt", "bewust"),
    *("gebeurt", "gebied", "gebieden", "gedachten", "geduld", "geluid"),
    *("gemeenten", "gesprekken", "getallen", "gevallen", "gevoelens", "geweld"),
    *("gewoonten", "gezicht", "gezichten", "gezinnen", "gezond", "onderwerpen"),
    *("overleggen", "verband", "verbanden", "verenigingen", "vergaderingen", "verhalen"),
    *("verschillen", "verschillend", "verstand", "vertrouwen"),
}


class WordLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of readability.toml: what not to write -> what instead; long words ->
    why they may stay."""

    avoid: dict[str, str]
    short: dict[str, str]
    english: dict[str, str]
    terms: dict[str, str]


@cache
def lists() -> WordLists:
    return msgspec.toml.decode(FILE.read_bytes(), type=WordLists)


def is_term(word: str) -> bool:
    """Says whether a word may stay, however long it is."""
    return _one_of(tuple(lists().terms)).fullmatch(word) is not None


def _hard_words(text: str, level: Level) -> Iterator[str]:
    known = lists()
    instead = known.avoid | known.short | (known.english if level.phone else {})
    told: set[str] = set()
    for match in _one_of(tuple(instead)).finditer(text):
        hard = match.group()
        if hard not in told and not is_term(hard):
            key = next(key for key in instead if _one_of((key,)).fullmatch(hard))
            yield f"'{hard}' leest moeilijk. Schrijf: {instead[key]}."
        told.add(hard)
    for word in dict.fromkeys(words(text)):
        for part in word.split("-"):
            if _is_long(part) and not is_term(part) and part not in told:
                yield (
                    f"'{part}' is een lang woord. Kies een korter woord, "
                    "of zet het met de reden in workshop/content/readability.toml bij terms."
                )


def _is_long(word: str) -> bool:
    return syllables(word) > MOST_SYLLABLES or len(word) > MOST_LETTERS


@cache
def _one_of(keys: tuple[str, ...]) -> re.Pattern[str]:
    """Returns a pattern for any of these words of the lists; a star at the end of one stands for
    whatever follows."""
    longest_first = sorted(keys, key=len, reverse=True)
    each = (re.escape(key.rstrip("*")) + r"\w*" * key.endswith("*") for key in longest_first)
    return re.compile(rf"(?<!\w)(?<!\w\.)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)
