"""Which actions of a dossier are on the page: a filter that stands in the address, with
counts. Pure functions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from workshop.content.library import Library
from workshop.models import UNFINISHED, Action
from workshop.record.actions import STATUSES, is_late

LIST, BOARD = "lijst", "bord"
VIEWS = {LIST: "Lijst", BOARD: "Bord"}
SHOWS = {"open": "Open", "te-laat": "Te laat", "alle": "Alle"}
NONE = "geen"
"""Value of a filter for actions that have none: no owner, no question, no session."""
WHOLE = "bouwsteen-"
ORDERS = {"wat": "Wat", "wie": "Wie", "datum": "Wanneer", "stand": "Status", "bij": "Hoort bij"}
BACKWARDS = "-"
LONGEST_WORDS = 100
NARROWING = ("wie", "werkblad", "sessie", "stand", "zoek")
NOTHING = dict.fromkeys(NARROWING, "")
"""Changes to an address that take every filter away."""


class Selection(msgspec.Struct, frozen=True):
    """What somebody chose to see. Each part is as it stands in the address; empty means no choice."""

    weergave: str = LIST
    toon: str = ""
    wie: str = ""
    werkblad: str = ""
    sessie: str = ""
    stand: str = ""
    zoek: str = ""
    volgorde: str = ""

    @property
    def show(self) -> str:
        """`toon`, or what the view begins with: a board has a column for what is done, a list begins
        with what is open."""
        return self.toon or ("alle" if self.weergave == BOARD else "open")

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen beside open, late or all."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def order(self) -> tuple[str, bool]:
        """Key of ORDERS, and whether it runs backwards."""
        key = self.volgorde.removeprefix(BACKWARDS)
        return (key if key in ORDERS else "datum"), self.volgorde.startswith(BACKWARDS)

    def address(self, **changes: str) -> str:
        """Returns the query of this selection with `changes`, a `?` before it. Parts without a
        choice are left out."""
        chosen = msgspec.structs.replace(self, **changes)
        bare = Selection()
        names = Selection.__struct_fields__
        parts = {
            name: getattr(chosen, name) for name in names if getattr(chosen, name) != getattr(bare, name)
        }
        return f"?{urlencode(parts)}" if parts else ""

    def ordered_by(self, key: str) -> str:
        """Returns the query of this selection ordered by `key`; backwards when it is
        ordered by it already."""
        current, backwards = self.order
        return self.address(volgorde=f"{BACKWARDS if key == current and not backwards else ''}{key}")


def selection(given: Mapping[str, str]) -> Selection:
    """Reads a selection from the query of an address. Values that no page of ours makes are ignored."""
    known = {
        name: given[name].strip()[:LONGEST_WORDS] for name in Selection.__struct_fields__ if name in given
    }
    allowed = {"weergave": VIEWS, "toon": SHOWS, "stand": STATUSES}
    for name, values in allowed.items():
        if known.get(name) not in values:
            known.pop(name, None)
    return Selection(**known)


def chosen(every: Iterable[Action], selection: Selection, today: dt.date, library: Library) -> list[Action]:
    """Returns the actions of this selection, in its order."""
    found = [action for action in every if all(_tests(selection, today, library, action).values())]
    key, backwards = selection.order
    return sorted(found, key=_KEYS[key], reverse=backwards)


def choices(
    every: Sequence[Action], selection: Selection, today: dt.date, library: Library
) -> dict[str, dict[str, int]]:
    """Returns filter -> value -> the number of actions with it, while the other filters stay as they are."""
    tested = [(action, _tests(selection, today, library, action)) for action in every]
    found = {}
    for name, values_of in _VALUES.items():
        counted = Counter({value: 0 for action in every for value in values_of(action, library)})
        for action, passed in tested:
            if all(well for test, well in passed.items() if test != name):
                counted.update(values_of(action, library))
        found[name] = dict(counted)
    found["toon"] = {
        show: sum(
            _SHOWN[show](action, today)
            for action, passed in tested
            if all(well for test, well in passed.items() if test != "toon")
        )
        for show in SHOWS
    }
    return found


def lanes(found: Iterable[Action]) -> dict[str, list[Action]]:
    """Returns status -> its actions, one column of the board for each status."""
    columns: dict[str, list[Action]] = {status: [] for status in STATUSES}
    for action in found:
        columns[action.status].append(action)
    return columns


def owner_of(action: Action) -> str:
    """Returns the owner in lower case, so that two spellings of one organisation are one owner;
    `NONE` for nobody."""
    return action.owner.casefold() or NONE


def _tests(selection: Selection, today: dt.date, library: Library, action: Action) -> dict[str, bool]:
    """Returns filter -> whether this action passes it."""
    passed = {
        name: not getattr(selection, name)
        or getattr(selection, name).casefold() in values_of(action, library)
        for name, values_of in _VALUES.items()
    }
    words = selection.zoek.casefold().split()
    said = f"{action.text} {action.owner}".casefold()
    return passed | {
        "toon": _SHOWN[selection.show](action, today),
        "zoek": all(word in said for word in words),
    }


def _worksheets(action: Action, library: Library) -> tuple[str, ...]:
    if not library.has_field(action.field):
        return (NONE,)
    sheet = library.worksheet_of(action.field)
    return (sheet.slug, f"{WHOLE}{sheet.bouwsteen}")


def _session(session_id: uuid.UUID | None) -> str:
    return session_id.hex if session_id else NONE


_SHOWN: dict[str, Callable[[Action, dt.date], bool]] = {
    "open": lambda action, today: action.status in UNFINISHED,
    "te-laat": is_late,
    "alle": lambda action, today: True,
}
_VALUES: dict[str, Callable[[Action, Library], tuple[str, ...]]] = {
    "wie": lambda action, library: (owner_of(action),),
    "werkblad": _worksheets,
    "sessie": lambda action, library: (_session(action.session_id),),
    "stand": lambda action, library: (action.status,),
}
_KEYS: dict[str, Callable[[Action], Any]] = {
    "wat": lambda action: action.text.casefold(),
    "wie": lambda action: (not action.owner, action.owner.casefold()),
    "datum": lambda action: (action.due is None, action.due or dt.date.max),
    "stand": lambda action: list(STATUSES).index(action.status),
    "bij": lambda action: (not action.field, action.field),
}
