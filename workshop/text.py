"""Text that people type: cleaned, limited, counted as people count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workshop.dutch import series
from workshop.languages import Sentence, counted

_MARKS_IN_A_ROW = 3
_JOINERS = "\u200c\u200d"
_UNSEEN_SIGNS = (
    # Unicode's Default_Ignorable_Code_Point: what programs draw as nothing.
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # Controls, and code points that are no character.
    "\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\ufff0-\ufffc\ufffe\uffff"
)
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINED_SCRIPTS = (  # Arabic, Syriac, N'Ko; those of India; Burmese, Khmer, Mongolian; Arabic again, Adlam
    "\u0600-\u061b\u061d-\u074f\u0750-\u077f\u07c0-\u07ff\u0870-\u08ff\u0900-\u0dff\u1000-\u109f"
    "\u1780-\u17b3\u17b6-\u17ff\u1820-\u18aa\ufb50-\ufdff\ufe70-\ufefc\U0001e900-\U0001e95f"
)
_SHAPES = "|".join(
    (
        rf"(?:(?<=[{_PICTURES}])|(?<=[{_PICTURES}]\ufe0f))\u200d(?=[{_PICTURES}])",  # a family
        rf"(?<=[{_PICTURES}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)",  # in colour or not
        "(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",  # a flag of a region
        "(?<=[\u3400-\u9fff\U00020000-\U000323af])[\ufe00-\ufe02\U000e0100-\U000e01ef]",  # a way to write it
        rf"(?<=[{_JOINED_SCRIPTS}])[{_JOINERS}](?=[{_UNSEEN_SIGNS}]*[{_JOINED_SCRIPTS}])",  # inside a word
        # At the end of one: a letter that would have joined, or a consonant without its vowel.
        "(?<=[\u0620-\u064a\u0671-\u06d3\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])\u200d",
        "(?<=[\u1820-\u18aa])[\u180b-\u180f]",  # a form of a Mongolian letter
    )
)
_UNSEEN = re.compile(f"[{_UNSEEN_SIGNS}]+")
_SHAPING = re.compile(f"(?:{_SHAPES})+")
_BREAK = re.compile("\r\n|[\n\v\f\r\u001c-\u001f\u0085\u2028\u2029]")
_BLANK = "\u2800"
"""A Braille cell without dots: a space."""


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """Returns a text in one form (NFC), without invisible characters, piled-up accents or needless space.

    Raises `ValueError` with a sentence when nothing is left, or more than `limit` characters. With `lines`,
    line breaks stay.
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
    """Cleans as `clean` does, without limits; may return an empty text."""
    text = _BREAK.sub("\n", text.encode("utf-8", "ignore").decode()).replace(_BLANK, " ")
    text = _without_piles(unicodedata.normalize("NFC", _seen(text)))
    if lines:
        text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+", " ", text)).strip()
    else:
        text = " ".join(text.split())
    return text if any(map(_leaves_ink, text)) else ""


def quoted(texts: Iterable[str], most_named: int = 4) -> str:
    """Returns these texts as a sentence lists them: `‘A’, ‘B’ en ‘C’`. More than may be named are counted:
    `‘A’, ‘B’ en nog 3`."""
    every = [f"‘{one}’" for one in texts]
    if len(every) > most_named + 1:
        every = [*every[:most_named], f"nog {len(every) - most_named}"]
    return series(every)


def bare(text: str) -> str:
    """Removes every invisible character, also what a script or an emoji needs: for rules that look at
    words."""
    return _UNSEEN.sub("", text)


def replace_word(text: str, place: int, by: str) -> str:
    """Replaces the word at index `place`; what stands around the word, such as a comma, stays."""
    words = text.split()
    replaced, found = re.subn(r"\w(?:.*\w)?", lambda _: by, words[place], count=1)
    words[place] = replaced if found else by
    return " ".join(words)


def _seen(text: str) -> str:
    """Removes invisible characters, except where they shape what stands beside them: the members of an emoji,
    the parts of a Persian word."""
    return _UNSEEN.sub(_shaping, text)


def _shaping(unseen: re.Match[str]) -> str:
    """Returns, of a row of invisible characters, those that shape the text."""
    found = _SHAPING.match(unseen.string, unseen.start())
    return found[0] if found else ""


def _without_piles(text: str) -> str:
    """Keeps at most three accents on one letter: a pile of them covers the lines around it."""
    kept, row = [], 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me"):
            row += 1
        elif character not in _JOINERS:
            row = 0
        if row <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _leaves_ink(character: str) -> bool:
    return unicodedata.category(character) not in ("Mn", "Me", "Zs", "Zl", "Zp", "Cc", "Cf")


def took_part(phones: int, papers: int) -> str:
    """Returns how many took part: `12 telefoons`, or `12 telefoons en 7 mensen op papier`."""
    by_phone = plural(phones, "telefoon", "telefoons")
    on_paper = plural(papers, "mens op papier", "mensen op papier")
    return " en ".join([by_phone] * bool(phones or not papers) + [on_paper] * bool(papers))


def plural(count: int, one: str, more: str) -> str:
    """Returns `1 kaart` or `2 kaarten`."""
    return f"{count} {one if count == 1 else more}"
