"""Mistakes in the content, in Dutch, with the place."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class ContentError(ValueError):
    """A mistake in the content: which file, where in it (`script[2].minutes`, or empty) and what is wrong."""

    def __init__(self, file: str, path: str, problem: str) -> None:
        self.file, self.path, self.problem = file, path, problem
        super().__init__(": ".join(part for part in (file, path, problem) if part))


def convert(data: Any, shape: type[T], file: str, path: str = "") -> T:
    """Converts `data` to `shape`. Raises `ContentError` with the key path below `path`."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        where, problem = _in_dutch(str(error))
        whole = f"{path}{where}" if where.startswith("[") else ".".join(filter(None, (path, where)))
        raise ContentError(file, whole, problem) from error


NAMES = {
    "int": "een geheel getal",
    "float": "een getal",
    "str": "tekst",
    "bool": "true of false",
    "array": "een lijst",
    "object": "een groep met sleutels",
    "null": "niets",
}
SENTENCES = [
    (r"Expected `(\w+)`, got `(\w+)`", "verwacht {0}, maar hier staat {1}"),
    (r"Expected `(?:int|float)` >= (\S+)", "het getal is te klein, minstens {0}"),
    (r"Expected `(?:int|float)` <= (\S+)", "het getal is te groot, hooguit {0}"),
    (r"Expected `str` of length >= (\d+)", "de tekst is te kort, minstens {0} tekens"),
    (r"Expected `str` of length <= (\d+)", "de tekst is te lang, hooguit {0} tekens"),
    (r"Expected `(?:array|object)` of length >= (\d+)", "hier staat te weinig, minstens {0}"),
    (r"Expected `(?:array|object)` of length <= (\d+)", "hier staat te veel, hooguit {0}"),
    (r"Expected `str` matching regex (.+)", "de tekst heeft niet de goede vorm: {0}"),
    (r"Invalid enum value (.+)", "de waarde {0} mag hier niet"),
]
KEYS = [
    (r"Object contains unknown field `(.+)`", "deze sleutel bestaat niet"),
    (r"Object missing required field `(.+)`", "deze sleutel ontbreekt"),
]


def _in_dutch(message: str) -> tuple[str, str]:
    """Returns key path and Dutch sentence for a message of msgspec: "Expected `int`, got
    `str` - at `$.a`"."""
    problem, _, where = message.partition(" - at `")
    path = where.removesuffix("`").removeprefix("$").removeprefix(".")
    for pattern, sentence in KEYS:
        if match := re.fullmatch(pattern, problem):
            return f"{path}.{match[1]}".removeprefix("."), sentence
    for pattern, sentence in SENTENCES:
        if match := re.fullmatch(pattern, problem):
            return path, sentence.format(*(NAMES.get(part, part) for part in match.groups()))
    return path, problem
