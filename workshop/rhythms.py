"""How often something comes back: the words of people, and the number of months that they mean. Pure."""

from __future__ import annotations

import re

RHYTHMS = {
    1: "elke maand",
    3: "elk kwartaal",
    6: "elk half jaar",
    12: "elk jaar",
    24: "elke twee jaar",
}
"""What can be chosen: months -> words."""
_NUMBERS = {"een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "zes": 6}
_MONTHS = {"maand": 1, "maanden": 1, "kwartaal": 3, "kwartalen": 3, "half jaar": 6, "halfjaar": 6, "jaar": 12}
_BY_ONE_WORD = {"maandelijks": 1, "halfjaarlijks": 6, "jaarlijks": 12}
_N = rf"\d{{1,2}}|{'|'.join(_NUMBERS)}"
_EVERY = re.compile(
    rf"\b(?:(?P<times>{_N}) (?:keer|maal) per jaar"
    rf"|(?:elke?|iedere?|per|om de) (?:(?P<number>{_N}) )?(?P<unit>{'|'.join(_MONTHS)})"
    rf"|(?P<word>{'|'.join(_BY_ONE_WORD)}))\b",
    re.IGNORECASE,
)


def found_in(words: str) -> str:
    """Returns the part of a text that says how often, in small letters; empty where there is none."""
    found = _EVERY.search(words)
    return found[0].lower() if found else ""


def months_of(words: str) -> int:
    """Returns the number of months between two turns; 0 where the words do not say."""
    found = _EVERY.search(words)
    if found is None:
        return 0
    if found["times"]:
        return 12 // max(_number(found["times"]), 1)
    if found["word"]:
        return _BY_ONE_WORD[found["word"].lower()]
    return _number(found["number"] or "1") * _MONTHS[found["unit"].lower()]


def _number(words: str) -> int:
    return _NUMBERS.get(words.lower()) or int(words)
