"""What makes a mark one point higher: the cards of sessions with marks, and the actions
that came from them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.content.library import Library
from workshop.items import Item
from workshop.models import Action, Session, ThemeMarks
from workshop.record import answers, rounds
from workshop.record.answers import items_of
from workshop.record.layouts import layout_of

MOST_CARDS = 60
"""How many of the newest cards can be chosen for an action."""
NOT_THERE = "Kies uit de lijst waar deze actie vandaan komt."


class KnownTheme(msgspec.Struct, frozen=True):
    """A theme that people mark, with every name that it had."""

    field: str
    id: str
    label: str
    names: frozenset[str]


class HigherIdea(msgspec.Struct, frozen=True):
    """What somebody wrote would make a theme one point higher. It never says who wrote it."""

    id: str
    text: str
    theme: str
    """Id of the theme; empty when the theme is no longer known."""
    session: str
    """Id without dashes; empty for a card that was written by hand."""


def fields(library: Library) -> dict[str, str]:
    """Returns question with marks -> question that keeps its cards, as the scripts of live
    sessions have it."""
    return {
        step.saves[marks]: step.saves[cards]
        for sheet in library.worksheets
        for step in sheet.script
        for cards, marks in kinds.explains(step.kind).items()
        if {marks, cards} <= step.saves.keys()
    }


def themes(library: Library, rows: Iterable[ThemeMarks] = ()) -> list[KnownTheme]:
    """Returns every theme of every question with marks. `rows` add the names that it had in
    earlier sessions."""
    names: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        names.setdefault((row.field, row.theme), set()).add(row.label)
    return [
        KnownTheme(id, header.id, header.label, frozenset({header.label, *names.get((id, header.id), ())}))
        for id in fields(library)
        for header in layout_of(library, library.field(id), {}).rows
    ]


async def cards(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, known: Sequence[KnownTheme]
) -> list[HigherIdea]:
    """Reads the cards of every round, the newest first, each with its newest text."""
    own = list(fields(library).values())
    now = await answers.current(db, partnership_id, own)
    before = await rounds.earlier(db, partnership_id, own) if rounds.current(now) else {}
    found: dict[str, HigherIdea] = {}
    for field in own:
        old = [item for one in before.get(field, ()) for item in reversed(one.items)]
        for item in (*reversed(items_of(now.get(field))), *old):
            found.setdefault(item.id, _card(item, known))
    return list(found.values())


def by_theme(cards: Iterable[HigherIdea]) -> dict[str, list[HigherIdea]]:
    found: dict[str, list[HigherIdea]] = {}
    for card in cards:
        found.setdefault(card.theme, []).append(card)
    return found


def by_session(cards: Iterable[HigherIdea], held: Mapping[str, Session]) -> dict[str, list[HigherIdea]]:
    """Returns id of a session -> its cards, the newest session first. Cards of no session come last,
    under an empty name."""
    newest = sorted(held, key=lambda id: held[id].created_at, reverse=True)
    found: dict[str, list[HigherIdea]] = {id: [] for id in (*newest, "")}
    for card in cards:
        found.setdefault(card.session, []).append(card)
    return {id: own for id, own in found.items() if own}


def sessions_of(cards: Iterable[HigherIdea]) -> set[uuid.UUID]:
    return {uuid.UUID(card.session) for card in cards if card.session}


def came_of(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """Returns id of a card or theme -> the actions that came from it."""
    found: dict[str, list[Action]] = {}
    for action in actions:
        if action.origin:
            found.setdefault(action.origin, []).append(action)
    return found


class Yield(msgspec.Struct, frozen=True):
    """What one theme brought: the number of its cards, and its actions."""

    cards: int
    actions: tuple[Action, ...]


def per_theme(cards: Iterable[HigherIdea], actions: Iterable[Action]) -> dict[str, Yield]:
    """Returns id of a theme -> its number of cards, and the actions that came from it or from one of them."""
    own, agreed = by_theme(cards), came_of(actions)
    names = {*own, *agreed}
    return {
        theme: Yield(
            len(own.get(theme, ())),
            (
                *agreed.get(theme, ()),
                *(action for card in own.get(theme, ()) for action in agreed.get(card.id, ())),
            ),
        )
        for theme in names
    }


def checked(origin: str, before: str, known: Iterable[KnownTheme], cards: Iterable[HigherIdea]) -> str:
    """Returns `origin`, if it is empty, a known theme, a known card, or what it was `before`.

    Raises `ValueError` with a sentence for anything else.
    """
    if origin in ("", before, *(theme.id for theme in known), *(card.id for card in cards)):
        return origin
    raise ValueError(NOT_THERE)


def told(
    origin: str, known: Iterable[KnownTheme], cards: Iterable[HigherIdea]
) -> tuple[KnownTheme | None, HigherIdea | None]:
    """Finds the theme and the card that an action came from: None for each that the record no longer has."""
    card = next((card for card in cards if card.id == origin), None)
    wanted = card.theme if card else origin
    return next((theme for theme in known if theme.id == wanted), None), card


def _card(item: Item, known: Iterable[KnownTheme]) -> HigherIdea:
    theme = next(
        (one.id for one in known if item.cell == one.id or one.names & set(item.labels)),
        "",
    )
    return HigherIdea(item.id, item.text, theme, (item.session or "").replace("-", ""))
