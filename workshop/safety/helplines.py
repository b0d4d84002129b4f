"""Help lines as checked data: who to call, when, and when the number was last checked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

FILE = Path(__file__).with_suffix(".toml")


class HelpLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    what: str
    source: str
    checked: dt.date
    """"Gecontroleerd op": the day somebody compared it with `source`."""
    phone: str = ""
    url: str = ""
    when: str = ""

    @property
    def dial(self) -> str:
        """The number for a `tel:` link."""
        return self.phone.replace("-", "").replace(" ", "")


class HelpLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[HelpLine, ...]


def load(file: Path = FILE) -> tuple[HelpLine, ...]:
    return msgspec.toml.decode(file.read_bytes(), type=HelpLines).lines
