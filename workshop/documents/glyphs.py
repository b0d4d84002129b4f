"""Which characters our fonts can draw: a PDF/A may hold no others, and a room writes whatever it likes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from workshop.documents import look

UNKNOWN = "\ufffd"
"""Takes the place of a character that none of our fonts has."""
INVISIBLE = frozenset("\n\t\u200c\u200d\ufe0e\ufe0f")
"""Characters that draw nothing themselves; they tell how their neighbours join."""

SCRIPTS = {
    "ARMENIAN": "Armeens",
    "BENGALI": "Bengaals",
    "CJK": "Chinees of Japans",
    "DEVANAGARI": "Hindi",
    "ETHIOPIC": "Tigrinya of Amhaars",
    "GEORGIAN": "Georgisch",
    "GUJARATI": "Gujarati",
    "GURMUKHI": "Punjabi",
    "HANGUL": "Koreaans",
    "HEBREW": "Hebreeuws",
    "HIRAGANA": "Japans",
    "KANNADA": "Kannada",
    "KATAKANA": "Japans",
    "KHMER": "Khmer",
    "LAO": "Lao",
    "MALAYALAM": "Malayalam",
    "MYANMAR": "Birmaans",
    "SINHALA": "Singalees",
    "SYRIAC": "Syrisch",
    "TAMIL": "Tamil",
    "TELUGU": "Telugu",
    "THAI": "Thai",
    "TIBETAN": "Tibetaans",
}
"""The first word of a character's name in Unicode, and what people call that script."""
OTHERS = "andere tekens"


def drawable(text: str) -> str:
    """Returns the text with `UNKNOWN` for each character that cannot be drawn."""
    known = _known()
    return "".join(c if c in known or c in INVISIBLE else UNKNOWN for c in text)


def missing(text: str) -> list[str]:
    """Lists the characters that cannot be drawn, as often as they occur."""
    known = _known()
    return [c for c in text if c not in known and c not in INVISIBLE]


def scripts(characters: Iterable[str]) -> list[str]:
    """Lists what people call the scripts of these characters, each once."""
    words = (unicodedata.name(character, "").partition(" ")[0] for character in characters)
    return sorted({SCRIPTS.get(word, OTHERS) for word in words})


def simple(text: str) -> str:
    """Returns only what the main font has, letter by letter: for a text whose letters join in a way that it
    lacks."""
    known = covered(look.FONTS / "AtkinsonHyperlegibleNext-Regular.ttf")
    return "".join(c if c in known or c == "\n" else "?" for c in text)


@cache
def covered(file: Path) -> frozenset[str]:
    """Returns the characters of a TrueType font."""
    harfbuzz: Any = import_module("uharfbuzz")  # only for a document: every start would wait for it
    return frozenset(map(chr, harfbuzz.Face(harfbuzz.Blob.from_file_path(file)).unicodes))


@cache
def _known() -> frozenset[str]:
    return frozenset().union(*map(covered, look.font_files()))
