"""What can be compared between a Dutch text and its translation without knowing the language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

VALUE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
_QUOTED = re.compile(r"‘([^‘’]+)’|“([^“”]+)”|«([^«»]+)»|„([^„”]+)”")
_NAMED = re.compile(r"(?<=[a-z,:] )[A-Z]\w*")
"""Where a name begins inside a Dutch sentence: `Tik op Snel weg.`"""
_CLOSING = "’”»\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK} "
_ENDS = ".:?!…"
_SAME_END = str.maketrans("؟", "?")
_LONGEST_LABEL = 3
"""Words on a button, at most."""


def differences(dutch: str, told: str, labels: Mapping[str, str], spare: Iterable[str] = ()) -> Iterator[str]:
    """Yields what a translation leaves out or makes up, each as a Dutch sentence.

    `labels` maps the Dutch words of buttons to what those say in this language; `spare` are values that a
    plural form may leave out.
    """
    told = unbroken(told)
    if (_values(dutch) ^ _values(told)) - set(spare):
        yield f"de waarden verschillen: {dutch} | {told}"
    if _numbers(dutch) != _numbers(told):
        yield f"de getallen verschillen: {dutch} | {told}"
    if _end(dutch) != _end(told):
        yield f"het eind van de zin verschilt: {dutch} | {told}"
    if re.search("[\"']", told):
        yield f"gebruik aanhalingstekens van de taal zelf, geen rechte: {told}"
    for label in named(dutch, labels):
        if labels[label].casefold() not in told.casefold():
            yield f"de knop ‘{label}’ heet hier ‘{labels[label]}’: {dutch} | {told}"
    for name in quoted(told):
        if name not in dutch and not any(name.casefold() == label.casefold() for label in labels.values()):
            yield f"een knop met de naam ‘{name}’ is er niet: {dutch} | {told}"


def unbroken(told: str) -> str:
    """Removes the places where a long word of a narrow button may break."""
    return told.replace("\N{SOFT HYPHEN}", "")


def is_label(dutch: str) -> bool:
    """Says whether this may stand on a button: a few words, and no sentence."""
    return len(dutch.split()) <= _LONGEST_LABEL and not _end(dutch) and not _values(dutch)


def named(dutch: str, labels: Iterable[str]) -> list[str]:
    """Lists the labels that a Dutch text names: in quotes, or with a capital inside a sentence."""
    in_quotes = {name.casefold() for name in quoted(dutch)}
    begins = [found.start() for found in _NAMED.finditer(dutch)]
    return [
        label
        for label in labels
        if label.casefold() in in_quotes
        or any(re.match(rf"{re.escape(label)}\b", dutch[begin:]) for begin in begins)
    ]


def quoted(text: str) -> list[str]:
    """Lists what stands between quotation marks of any of the languages."""
    return ["".join(found) for found in _QUOTED.findall(text)]


def stamp(dutch: str) -> str:
    """Returns the note that says that a translation was compared with this very Dutch text."""
    return f"vergeleken met {hashlib.sha256(dutch.encode()).hexdigest()[:8]}"


def _values(text: str) -> set[str]:
    return {one or other for one, other in VALUE.findall(text)}


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", VALUE.sub("", text)))


def _end(text: str) -> str:
    """Returns the sign that ends a text; empty for a label."""
    last = text.rstrip(_CLOSING).translate(_SAME_END)[-1:]
    return last if last and last in _ENDS else ""
