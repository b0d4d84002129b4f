"""The texts of the scripts of a phone: each has a key there, and stands in the page in the
other languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from babel import Locale

from workshop.languages import LANGUAGES, catalogues
from workshop.settings import ROOT

FOLDER = ROOT / "static" / "js"
NOT_ON_PHONES = ("autosave", "desk", "passkey", "search", "tabs", "timer")
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_SAY = re.compile(rf"kompas\.(?:say\(\s*{_TEXT},\s*{_TEXT}|count\(\s*{_TEXT},\s*[^,]+,\s*{_TEXT},\s*{_TEXT})")
_CATEGORIES = 200
"""How many numbers are tried to find one of each plural category."""


class Said(NamedTuple):
    """One text of a script: its key, its Dutch, and its Dutch for more than one."""

    key: str
    dutch: str
    more: str
    file: str
    line: int


def said() -> Iterator[Said]:
    for file in sorted(FOLDER.glob("*.js")):
        if file.stem not in NOT_ON_PHONES:
            source = file.read_text(encoding="utf-8")
            for found in _SAY.finditer(source):
                key, dutch, counted, one, more = found.groups()
                line = source.count("\n", 0, found.start()) + 1
                yield Said(key or counted, dutch or one, more or "", file.name, line)


@cache
def words(code: str) -> str:
    """Returns the JSON for `<meta name="kompas-words">`: key -> text, or key -> plural category -> text."""
    catalogue = catalogues()[code]
    found: dict[str, str | dict[str, str]] = {}
    for text in _said():
        if text.more:
            found[text.key] = {
                category: catalogue.counted(text.dutch, text.more, number)
                for category, number in _samples(code).items()
            }
        elif translated := catalogue.text(text.dutch):
            found[text.key] = translated
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


@cache
def _said() -> tuple[Said, ...]:
    return tuple(said())


def _samples(code: str) -> dict[str, int]:
    """Returns plural category -> a number that has it."""
    form = Locale.parse(LANGUAGES[code].code).plural_form
    return {form(number): number for number in range(_CATEGORIES, -1, -1)}
