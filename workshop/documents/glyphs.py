"""Which characters our fonts can draw: a PDF/A may hold no others, and a room writes whatever it likes."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

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
    """Reads the characters of a TrueType font, from the table `cmap` in its format 12 or 4."""
    font = file.read_bytes()
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    offsets = {struct.unpack_from(">HHI", font, start + 4 + 8 * n)[2] for n in range(count)}
    found: set[int] = set()
    for offset in offsets:
        reader = _READERS.get(struct.unpack_from(">H", font, start + offset)[0])
        if reader:
            found.update(reader(font, start + offset))
    return frozenset(map(chr, found))


@cache
def _known() -> frozenset[str]:
    return frozenset().union(*map(covered, look.font_files()))


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(count))
    return next(offset for tag, _, offset, _ in tables if tag == name)


def _segments(font: bytes, at: int) -> Iterator[int]:
    """Yields the characters of format 4: ranges below 65536, some of which hold gaps."""
    double = struct.unpack_from(">H", font, at + 6)[0]
    ends, starts = at + 14, at + 16 + double
    for place in range(0, double, 2):
        (end,) = struct.unpack_from(">H", font, ends + place)
        (start,) = struct.unpack_from(">H", font, starts + place)
        (delta,) = struct.unpack_from(">H", font, starts + double + place)
        where = starts + 2 * double + place
        (shift,) = struct.unpack_from(">H", font, where)
        for character in range(start, min(end, 0xFFFE) + 1):
            glyph = character
            if shift:
                (glyph,) = struct.unpack_from(">H", font, where + shift + 2 * (character - start))
            if glyph and (glyph + delta) % 65536:
                yield character


def _groups(font: bytes, at: int) -> Iterator[int]:
    """Yields the characters of format 12: groups up to the end of Unicode."""
    (count,) = struct.unpack_from(">I", font, at + 12)
    for number in range(count):
        start, end, glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
        yield from range(start + (not glyph), end + 1)


_READERS = {4: _segments, 12: _groups}
