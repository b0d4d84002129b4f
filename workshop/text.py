"""Text that people type: cleaned, limited, counted as people count."""

from __future__ import annotations

import re
import unicodedata

from workshop.languages import Sentence, counted

# Characters that are invisible or turn text around: they hide what a card says.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_MARKS_IN_A_ROW = 3


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """Text in one form (NFC), without unseen characters, piled-up accents or needless space.

    Raises `ValueError` with a Dutch sentence when nothing is left or more than `limit` characters.
    """
    text = tidy(text[: limit * 20 + 1000], lines=lines)
    if not text:
        raise ValueError(Sentence("Je hebt nog niets geschreven."))
    if len(text) > limit:
        raise ValueError(
            counted(
                "Dit is te lang. Maak het %(num)s teken korter.",
                "Dit is te lang. Maak het %(num)s tekens korter.",
                len(text) - limit,
            )
        )
    return text


def tidy(text: str, *, lines: bool = False) -> str:
    """As `clean`, without limits; may return an empty string."""
    text = text.encode("utf-8", "ignore").decode()
    text = _UNSEEN.sub("", text.replace("\r\n", "\n"))
    text = _without_piles(unicodedata.normalize("NFC", text))
    if lines:
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+", " ", text)).strip()
    return " ".join(text.split())


def replace_word(text: str, place: int, by: str) -> str:
    """The text with one of its words replaced; what stands around the word, such as a comma, stays."""
    words = text.split()
    replaced, found = re.subn(r"\w(?:.*\w)?", lambda _: by, words[place], count=1)
    words[place] = replaced if found else by
    return " ".join(words)


def _without_piles(text: str) -> str:
    """At most three accents on one letter: a pile of them covers the lines around it."""
    kept, row = [], 0
    for character in text:
        row = row + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if row <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def plural(count: int, one: str, more: str) -> str:
    """`1 kaart`, `2 kaarten`."""
    return f"{count} {one if count == 1 else more}"
