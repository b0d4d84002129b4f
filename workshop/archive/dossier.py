"""A dossier outside a database: everything that its record keeps, without a trace of this installation.

These structs are the format of `dossier.json`; docs/archive.md explains each of them, and a test compares.
Whoever wrote something is an index in the list `people`, which holds names and nothing else.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from workshop import logos, session_groups
from workshop.items import Item, was_chosen
from workshop.log import earlier

VERSION = 3
"""Rises when an older Kompas Live would misread what a newer one wrote."""

Name = Annotated[str, Meta(max_length=200)]
Key = Annotated[str, Meta(max_length=60)]
Short = Annotated[str, Meta(max_length=40)]
Sentence = Annotated[str, Meta(max_length=300)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Times = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Who = Annotated[int, Meta(ge=0)] | None
"""An index in `people`; None for an account that was removed."""
Moment = Annotated[dt.datetime, Meta(tz=True)]
Worksheet = Annotated[str, Meta(max_length=20)]
Group = Annotated[str, Meta(max_length=session_groups.LONGEST)]
"""Id of a fixed group, name of an own one; empty for all others."""
Status = Literal["open", "busy", "done", "dropped", "moment"]
"""`moment`: it is an agreement about time now, a line of an answer."""
Organisation = Annotated[str, Meta(max_length=120)]
Picture = Annotated[bytes, Meta(max_length=logos.LARGEST_KEPT)]
"""In the file as base64."""


class ArchivedPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rejects unknown keys."""


class ArchivedLine(Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of an answer, as record/answers.py keeps it."""

    cards_by: dict[Group, int] = {}
    votes_by: dict[Group, int] = {}


class ArchivedBody(ArchivedPart, frozen=True, omit_defaults=True):
    items: tuple[ArchivedLine, ...]
    gaps: dict[str, str] = {}
    round: dt.date | None = None
    since: str = ""


class ArchivedVersion(ArchivedPart, frozen=True):
    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    body: ArchivedBody
    session: uuid.UUID | None
    by: Who
    note: Sentence
    at: Moment


class ArchivedAnswer(ArchivedPart, frozen=True):
    field: Key
    about: Short
    versions: Annotated[list[ArchivedVersion], Meta(min_length=1)]


class ArchivedStep(ArchivedPart, frozen=True):
    """One step of the plan of a session."""

    key: Key
    position: Count
    kind: Worksheet
    title: Name
    question: Sentence
    help: Sentence
    youth: dict[str, str]
    minutes: Count
    settings: dict[str, Any]
    saves: dict[str, str]
    skipped: bool
    started_at: Moment | None
    extra_seconds: Count
    jotted: Annotated[str, Meta(max_length=2000)] = ""


class ArchivedSession(ArchivedPart, frozen=True):
    """A session that has ended, as history."""

    id: uuid.UUID
    worksheet: Worksheet
    about: Short
    title: Name
    holds_back: bool
    phones: Count
    created_by: Who
    created_at: Moment
    ended_by: Who
    ended_at: Moment
    saved_by: Who
    saved_at: Moment | None
    steps: list[ArchivedStep]
    papers: Count = 0
    groups: list[Any] = []


class ArchivedMarks(ArchivedPart, frozen=True):
    session: uuid.UUID
    field: Key
    theme: Short
    label: Name
    position: Count
    counts: list[Count]
    """Ten numbers; only their sum where so few people gave a mark that nobody may see which."""
    unknown: Count
    groups: dict[Group, Annotated[list[Count], Meta(min_length=10, max_length=10)]]
    at: Moment


class ArchivedChange(ArchivedPart, frozen=True):
    status: Status
    note: Sentence
    session: uuid.UUID | None
    by: Who
    at: Moment
    owner: Organisation = ""


class ArchivedAction(ArchivedPart, frozen=True):
    id: uuid.UUID
    field: Key
    about: Short
    session: uuid.UUID | None
    origin: Short
    text: Sentence
    owner: Organisation
    due: dt.date | None
    status: Status
    created_by: Who
    created_at: Moment
    changes: list[ArchivedChange]
    priority: Literal["high", "normal", "low"] = "normal"


class ArchivedProgramme(ArchivedPart, frozen=True):
    worksheet: Worksheet
    name: Annotated[str, Meta(max_length=80)]
    steps: list[dict[str, Any]]
    created_by: Who
    created_at: Moment
    groups: list[Any] = []


class ArchivedReminder(ArchivedPart, frozen=True):
    worksheet: Worksheet
    every_months: Annotated[int, Meta(ge=1, le=60)]
    next_on: dt.date
    note: Sentence
    created_by: Who
    created_at: Moment


class ArchivedDeed(ArchivedPart, frozen=True):
    session: uuid.UUID | None
    by: Who
    what: Key
    particulars: Annotated[dict[Short, Key | Count], Meta(max_length=5)]
    about: str
    at: Moment
    times: Times = 1


class ArchivedEarlierDeed(ArchivedPart, frozen=True):
    """As version 1 has it: in a Dutch sentence."""

    session: uuid.UUID | None
    by: Who
    verb: Key
    about: str
    at: Moment
    times: Times = 1

    def now(self) -> ArchivedDeed:
        told = earlier.told(self.verb, self.about)
        return ArchivedDeed(
            session=self.session,
            by=self.by,
            what=told.what,
            particulars=told.particulars,
            about=told.about,
            at=self.at,
            times=self.times,
        )


class ArchivedPartnership(ArchivedPart, frozen=True):
    id: uuid.UUID
    name: Name
    place: Name
    created_by: Who
    created_at: Moment


class ArchivedBranding(ArchivedPart, frozen=True):
    """What documents look like."""

    logo: Picture
    colour: Annotated[str, Meta(max_length=7)]


class ArchivedDossier(ArchivedPart, frozen=True):
    """A whole dossier, in an order that depends only on its content: two equal dossiers give equal bytes."""

    partnership: ArchivedPartnership
    people: list[Name]
    sessions: list[ArchivedSession]
    answers: list[ArchivedAnswer]
    marks: list[ArchivedMarks]
    actions: list[ArchivedAction]
    programmes: list[ArchivedProgramme]
    reminders: list[ArchivedReminder]
    deeds: list[ArchivedDeed]
    branding: ArchivedBranding | None = None
    """None where nobody chose any; archives from before there was any leave it out."""


def chosen_now(answer: ArchivedAnswer) -> ArchivedAnswer:
    """Returns an answer of version 1 or 2 as it is now: there, `chosen` stood on every ticked line."""
    return replace(answer, versions=[replace(one, body=_chosen_now(one.body)) for one in answer.versions])


def _chosen_now(body: ArchivedBody) -> ArchivedBody:
    return replace(body, items=tuple(replace(line, chosen=was_chosen(line)) for line in body.items))
