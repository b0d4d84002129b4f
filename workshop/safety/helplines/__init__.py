"""Help lines as checked data: whom to call, when, and when the number was last checked.

The start list is `helplines.toml`. What an installation changed is in its database: see editing.py.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from workshop import text

FILE = Path(__file__).with_name("helplines.toml")
EMERGENCY = "112"
MOST = 25
"""Largest number of lines: more is no help any more, and every phone carries the whole list."""
LIMITS = {"name": 60, "what": 100, "phone": 30, "url": 200, "when": 60, "source": 300}
GOOD_FOR = dt.timedelta(days=365)
_STARTERS = uuid.UUID("5c0f0f1e-3a1b-4c57-9e0e-2f8f4c1d7a10")


class HelpLineError(ValueError):
    """What somebody filled in does not fit: in which field, and why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class HelpLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    what: str
    source: str
    checked: dt.date
    """"Gecontroleerd op": the day somebody compared it with `source`."""
    phone: str = ""
    url: str = ""
    when: str = ""
    id: uuid.UUID | None = None
    """Id of its row; in the file of the start list a line has none."""

    @property
    def dial(self) -> str:
        """The number for a `tel:` link."""
        return re.sub(r"[\s().-]", "", self.phone)

    @property
    def site(self) -> str:
        """The address as people read it."""
        return self.url.removeprefix("https://").removeprefix("www.").rstrip("/")

    def is_old(self, today: dt.date) -> bool:
        """Says whether nobody checked it for more than a year."""
        return today - self.checked > GOOD_FOR


class HelpLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[HelpLine, ...]


class Shown:
    """The list that every page of this process shows; `editing.kept_fresh` fills it."""

    def __init__(self, lines: tuple[HelpLine, ...]) -> None:
        self.lines = lines

    def __iter__(self) -> Iterator[HelpLine]:
        return iter(self.lines)

    @property
    def checked(self) -> dt.date:
        """The oldest day on which a line was checked: since then all of them are."""
        return min(line.checked for line in self.lines)


@cache
def load(file: Path = FILE) -> tuple[HelpLine, ...]:
    """Reads the start list, once. Each line gets an id that is the same in every process."""
    lines = msgspec.toml.decode(file.read_bytes(), type=HelpLines).lines
    return tuple(msgspec.structs.replace(line, id=uuid.uuid5(_STARTERS, line.name)) for line in lines)


def problems(lines: tuple[HelpLine, ...], today: dt.date) -> list[str]:
    """Returns what is wrong with a start list, in Dutch sentences."""
    found = []
    for line in lines:
        try:
            checked(msgspec.to_builtins(line), today)
        except HelpLineError as error:
            found.append(f"{FILE.name}: {line.name or 'een lijn zonder naam'}: {error}")
    if not lines or lines[0].dial != EMERGENCY:
        found.append(f"{FILE.name}: {EMERGENCY} moet bovenaan staan.")
    if len(lines) > MOST:
        found.append(f"{FILE.name}: dit zijn meer dan {MOST} lijnen.")
    return found


def checked(given: Mapping[str, str], today: dt.date) -> HelpLine:
    """Makes a line of what somebody typed. Raises `HelpLineError`."""
    words = {field: _words(field, given.get(field, "")) for field in LIMITS}
    for field, sentence in (("name", "Hoe heet deze hulplijn?"), ("what", "Waarvoor kun je hier terecht?")):
        if not words[field]:
            raise HelpLineError(field, sentence)
    line = msgspec.convert({**words, "checked": _day(given.get("checked", ""), today)}, HelpLine)
    if not (line.phone or line.url):
        raise HelpLineError("phone", "Vul een telefoonnummer in, of een website.")
    if line.phone and not _can_be_dialled(line.dial):
        raise HelpLineError("phone", "Dit nummer kun je niet bellen. Een voorbeeld: 0800-0432.")
    for field in ("url", "source"):
        if words[field] and not _is_safe_link(words[field]):
            raise HelpLineError(field, "Dit adres klopt niet. Het begint met https://.")
    if not line.source:
        raise HelpLineError("source", "Op welke pagina van de lijn zelf heb je dit nagekeken?")
    return line


def _words(field: str, given: str) -> str:
    words = text.tidy(given[: LIMITS[field] * 20])
    if len(words) > LIMITS[field]:
        raise HelpLineError(field, f"Dit is te lang. Maak het {len(words) - LIMITS[field]} tekens korter.")
    return words


def _day(given: str, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(given.strip())
    except ValueError:
        raise HelpLineError("checked", "Op welke dag heb je dit nagekeken?") from None
    if day > today:
        raise HelpLineError("checked", "Deze dag moet nog komen. Kies vandaag of eerder.")
    if day.year < 2020:
        raise HelpLineError("checked", "Dat is te lang geleden. Kijk de lijn opnieuw na.")
    return day


def _can_be_dialled(number: str) -> bool:
    """Says whether it is a Dutch number, a short one such as 112 or 14 0318, or one with its country."""
    return bool(re.fullmatch(r"0[1-9]\d{6,9}|1\d{2,6}|\+[1-9]\d{7,13}", number, re.ASCII))


def _is_safe_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme == "https"
            and not re.search(r"[\s\\\"'<>]", address)
            and bool(re.fullmatch(r"[^@:]+\.[^@:.]{2,}(:\d+)?", parts.netloc))
        )
    except ValueError:
        return False
