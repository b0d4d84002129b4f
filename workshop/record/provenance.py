"""Where a text of the dossier comes from: back through what it was made from to the first zorgen and kansen.

Three kinds of links, from strong to weak: the origin that a session kept, what the text is about, and the
questions that its own question builds on. `chain` is pure; `read` finds what it needs.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.items import Item
from workshop.models import Action, Answer, Session, in_dossier
from workshop.record import actions
from workshop.record.columns import tone_of
from workshop.record.sheet import SUBJECTS

Relation = Literal["gekozen", "zelfde", "hoort", "bouwt"]
RELATIONS: dict[Relation, str] = {
    "gekozen": "Gekozen uit",
    "zelfde": "Zelfde woorden als",
    "hoort": "Hoort bij",
    "bouwt": "Bouwt voort op",
}
"""The kinds of links with their words, from strong to weak: kept by a session, read from equal words, from
the subject or the column of a table, and from the questions of the worksheets."""
KNOWN: tuple[Relation, ...] = ("gekozen", "zelfde")
MOST_TEXTS = 5
"""How many texts of a whole question a chain shows."""
MOST_STEPS = 40
"""How many steps a chain shows. Nobody reads more; `Chain.more` says that there are."""


class Key(msgspec.Struct, frozen=True):
    """A text of the dossier, or with an empty `item` everything that stands in a field."""

    field: str
    about: str
    item: str = ""


class ChainLink(msgspec.Struct, frozen=True):
    to: Key
    relation: Relation


class ChainStep(msgspec.Struct, frozen=True):
    """One text, or one question with all its texts, and the links to what it came from."""

    key: Key
    field: Field
    worksheet: Worksheet
    items: tuple[Item, ...]
    """The text, or the first texts of the question."""
    count: int
    """Number of texts of the question; 1 for a single text."""
    links: tuple[ChainLink, ...]
    lost: int = 0
    """Number of origins that are no longer in the dossier."""

    @property
    def item(self) -> Item | None:
        """The text, where this step is one text."""
        return self.items[0] if self.key.item else None


class Chain(msgspec.Struct, frozen=True):
    start: ChainStep
    steps: tuple[ChainStep, ...]
    """What it came from: the newest bouwsteen first, and in each the nearest first. Without `start`."""
    more: bool = False
    """Whether there are more steps than are shown."""

    def step(self, key: Key) -> ChainStep:
        return next(step for step in (self.start, *self.steps) if step.key == key)

    @property
    def all(self) -> tuple[ChainStep, ...]:
        return (self.start, *self.steps)

    @property
    def columns(self) -> list[tuple[int, list[ChainStep]]]:
        """The steps per bouwsteen, from the first beginnings to the text itself."""
        found: dict[int, list[ChainStep]] = {}
        for step in self.all:
            found.setdefault(step.worksheet.bouwsteen, []).append(step)
        return sorted(found.items())


class Texts:
    """Everything that stands in a dossier now, to look texts up in."""

    def __init__(self, fields: Iterable[tuple[str, str, Sequence[Mapping[str, Any]]]]) -> None:
        """Indexes `fields`, tuples of (field, the subject it is about, its items as they are stored)."""
        self._raw: dict[Key, Mapping[str, Any]] = {}
        self._read: dict[Key, Item] = {}
        self._by_id: dict[str, list[Key]] = {}
        self._by_field: dict[str, list[Key]] = {}
        for field, about, items in fields:
            for raw in items:
                key = Key(field, about, raw["id"])
                self._raw[key] = raw
                self._by_id.setdefault(raw["id"], []).append(key)
                self._by_field.setdefault(field, []).append(key)

    def item(self, key: Key) -> Item:
        """Reads a text as an item. Only what a chain needs is read: a dossier may hold thousands."""
        if key not in self._read:
            self._read[key] = msgspec.convert(self._raw[key], Item)
        return self._read[key]

    def words(self, key: Key) -> str:
        return str(self._raw[key]["text"]).casefold()

    def origins(self, key: Key) -> Sequence[str]:
        return self._raw[key].get("origins", ())

    def find(self, id: str, subjects: Iterable[str] = ()) -> Key | None:
        """Finds the text with this id, or None; where several have it, preferably one
        about these subjects."""
        keys = self._by_id.get(id) or self._by_id.get(id.replace("-", ""), [])
        return next((key for key in keys if key.about in set(subjects)), keys[0] if keys else None)

    def at(self, field: str, id: str, about: str) -> Key | None:
        """Finds exactly this text, or without a field the first with its id. Returns None when
        it is not there."""
        if not field:
            return self.find(id, (about,))
        key = Key(field, about, id)
        return key if key in self._raw else None

    def of(self, field: str, subjects: Iterable[str] = ()) -> list[Key]:
        """Returns the texts of a field: those about these subjects or about none, or when there are
        none of those, all."""
        every = self._by_field.get(field, [])
        own = {"", *subjects}
        return [key for key in every if key.about in own] or every


def chain(library: Library, texts: Texts, start: Key, most: int = MOST_STEPS) -> Chain:
    """Finds everything that this text came from, at most `most` steps. Each is in it once, so a
    circle ends too."""
    return _Maker(library, texts).chain(start, most)


async def read(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, item: str, field: str = "", about: str = ""
) -> tuple[Chain, dict[str, Session]] | None:
    """Reads the chain of a text, and the sessions in it by their id without dashes. Returns None for a text
    that does not stand in this dossier now."""
    answers = await db.execute(
        select(Answer.field, Answer.about, Answer.body)
        .where(Answer.partnership_id == partnership_id)
        .order_by(Answer.field, Answer.about)
    )
    written = [
        (row.field, row.about, row.body.get("items", ())) for row in answers if library.has_field(row.field)
    ]
    agreed = [action for action in await actions.of(db, partnership_id) if library.has_field(action.field)]
    texts = Texts([*written, *((action.field, action.about, [_stored(action)]) for action in agreed)])
    start = texts.at(field, item, about)
    if start is None:
        return None
    found = chain(library, texts, start)
    return found, await _sessions(db, partnership_id, found)


class _Maker:
    def __init__(self, library: Library, texts: Texts) -> None:
        self.library = library
        self.texts = texts
        self.sheets = {field.id: sheet for sheet in library.worksheets for field in sheet.fields}
        self.subjects: list[str] = []
        """Ids of the ambitions and activities that the text is about, directly or through another text."""
        self.start = Key("", "")

    def chain(self, start: Key, most: int) -> Chain:
        self.start = start
        strong = _closure([start], self._strong_keys)
        while True:
            self.subjects = [key.about for key in strong if key.about]
            weak = _closure([link.to for key in strong for link in self._weak(key, ())], self._weak_keys)
            behind = [link.to for key in weak for link in self._strong(key)]
            wider = _closure([*strong, *behind], self._strong_keys)
            if wider == strong:
                break
            strong = wider
        single = {key.field for key in strong}
        keys = [*strong, *(key for key in weak if key.field not in single)]
        shown = self._nearest(start, keys)[: most - 1]
        known = {start, *shown}
        made = {key: self._step(key, known, strong) for key in (start, *shown)}
        away = _closure([start], lambda key: [link.to for link in made[key].links])
        steps = sorted((made[key] for key in away[1:]), key=lambda step: -step.worksheet.bouwsteen)
        return Chain(made[start], tuple(steps), len(shown) + 1 < len(keys))

    def _nearest(self, start: Key, keys: Iterable[Key]) -> list[Key]:
        """Orders the keys by their distance in the workbook, so that what is cut off is the furthest."""
        order = {sheet.id: number for number, sheet in enumerate(self.library.worksheets)}
        return sorted(
            (key for key in keys if key != start),
            key=lambda key: (-self.sheets[key.field].bouwsteen, -order[self.sheets[key.field].id]),
        )

    def _step(self, key: Key, known: set[Key], strong: Sequence[Key]) -> ChainStep:
        links = dict[Key, Relation]()
        for link in (*self._strong(key), *self._weak(key, strong)):
            if link.to in known and link.to != key:
                links.setdefault(link.to, link.relation)
        keys = [key] if key.item else self._texts_of(key.field)
        item = self.texts.item(key) if key.item else None
        return ChainStep(
            key=key,
            field=self.library.field(key.field),
            worksheet=self.sheets[key.field],
            items=tuple(map(self.texts.item, keys[:MOST_TEXTS])),
            count=len(keys),
            links=tuple(ChainLink(to, relation) for to, relation in links.items()),
            lost=sum(self.texts.find(id) is None for id in item.origins) if item else 0,
        )

    # --- strong: to single texts

    def _strong(self, key: Key) -> Iterator[ChainLink]:
        for own in [key] if key.item else self._texts_of(key.field):
            for id in self.texts.origins(own):
                yield from (ChainLink(found, "gekozen") for found in (self._find(id),) if found)
        item = self.texts.item(key) if key.item else None
        if item and not (item.origins or item.session):
            yield from (ChainLink(found, "zelfde") for found in self._same_words(key))
        if item and (found := self._column(item)):
            yield ChainLink(found, "hoort")
        if found := self._subject(key):
            yield ChainLink(found, "hoort")

    def _strong_keys(self, key: Key) -> list[Key]:
        return [link.to for link in self._strong(key)]

    def _find(self, id: str) -> Key | None:
        return self.texts.find(id, self.subjects)

    def _column(self, item: Item) -> Key | None:
        """Finds the text that heads the column of the table in which somebody put this item."""
        _, dot, column = item.cell.partition(".")
        return self._find(column) if dot else None

    def _same_words(self, key: Key) -> list[Key]:
        words = self.texts.words(key)
        return [
            found
            for field in _builds_on(self.library.field(key.field))
            for found in self.texts.of(field, self.subjects)
            if self.texts.words(found) == words
        ]

    def _subject(self, key: Key) -> Key | None:
        """Finds the ambition or activity that a text is about."""
        source = SUBJECTS.get(self.sheets[key.field].scope, "")
        about = key.about or (self._only_subject(key.field) if not key.item else "")
        found = self._find(about) if about else None
        return found if found and found.field == source else None

    def _only_subject(self, field: str) -> str:
        """Returns the subject that all texts of a field are about; empty when they are about several."""
        subjects = {key.about for key in self._texts_of(field)}
        return subjects.pop() if len(subjects) == 1 else ""

    # --- weak: to questions

    def _weak(self, key: Key, strong: Sequence[Key]) -> Iterator[ChainLink]:
        """Yields links to the questions that a text builds on, or to those texts of them that
        are in `strong`."""
        for whole in self._weak_keys(key):
            single = [found for found in strong if found.field == whole.field]
            yield from (ChainLink(found, "bouwt") for found in single or [whole])

    def _weak_keys(self, key: Key) -> list[Key]:
        """Returns the nearest questions that have an answer, looking through a question without one to
        what that builds on. Empty where a text is known that it came from, and for zorgen and kansen,
        where it all begins."""
        begins = key != self.start and tone_of(self.library.field(key.field))
        if begins or any(link.relation in KNOWN for link in self._strong(key)):
            return []
        found: list[Key] = []
        ahead, seen = list(_builds_on(self.library.field(key.field))), {key.field}
        while ahead:
            field = ahead.pop(0)
            if field in seen:
                continue
            seen.add(field)
            if self._texts_of(field):
                found.append(Key(field, ""))
            else:
                ahead += _builds_on(self.library.field(field))
        return found

    def _texts_of(self, field: str) -> list[Key]:
        return self.texts.of(field, self.subjects)


def _closure(keys: Iterable[Key], next_of: Callable[[Key], list[Key]]) -> list[Key]:
    """Returns these keys and all that can be reached from them, each once."""
    found: dict[Key, None] = {}
    ahead = list(keys)
    while ahead:
        key = ahead.pop(0)
        if key not in found:
            found[key] = None
            ahead += next_of(key)
    return list(found)


def _builds_on(field: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(edge.field for edge in field.carries_from), *field.builds_on]))


def _stored(action: Action) -> dict[str, Any]:
    session = {"session": action.session_id.hex} if action.session_id else {}
    return msgspec.to_builtins(actions.as_item(action)) | session


async def _sessions(db: AsyncSession, partnership_id: uuid.UUID, found: Chain) -> dict[str, Session]:
    ids = {uuid.UUID(item.session) for step in found.all for item in step.items if item.session}
    query = select(Session).options(lazyload(Session.activities))
    query = query.where(*in_dossier(partnership_id), Session.id.in_(ids))
    return {session.id.hex: session for session in await db.scalars(query)} if ids else {}
