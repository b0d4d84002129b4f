"""Dates and figures as the language that is spoken now writes them. What is always Dutch: dutch.py."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from workshop.days import day_of, written
from workshop.dutch import read_date
from workshop.languages import DUTCH, spoken

_LOCALES = {"en": "en_GB"}
"""For a language that is written in more ways: the one that is read here, with the day before the month."""
_LONG = {"uk": "d MMMM y 'року'"}
"""Long dates that Babel writes otherwise: its own end in the dot of a shortened word, and the sentence
around it in another."""


def date(day: dt.date | dt.datetime) -> str:
    """Returns `12 november 2026`. Digits are 0 to 9 in Arabic too, like those of the help lines and
    codes beside it."""
    return format_date(day_of(day), _LONG.get(spoken(), "long"), locale=_locale())


def short_date(day: dt.date | dt.datetime) -> str:
    """Returns `12 november`."""
    return format_skeleton("MMMMd", day_of(day), locale=_locale())


def day(text: str) -> str:
    """Returns a date that is written in ISO form or in Dutch, as the spoken language writes it; other text,
    such as a rhythm, as it is."""
    found = written(text) or read_date(text)
    return date(found) if found else text


def decimal(number: float) -> str:
    """Returns `7,4`: one digit behind the comma."""
    return format_decimal(number, "0.0", locale=_locale())


def beginning(words: str) -> str:
    """Returns words as the beginning of a sentence."""
    if spoken() == DUTCH:
        return words.capitalize()
    first = "İ" if spoken() == "tr" and words.startswith("i") else words[:1].upper()
    return first + words[1:]


def inside(word: str) -> str:
    """Returns a word as it stands inside a sentence. Other languages keep the letters of their label: Turkish
    has another small i."""
    return word.lower() if spoken() == DUTCH else word


def _locale() -> str:
    return _LOCALES.get(spoken(), spoken())
