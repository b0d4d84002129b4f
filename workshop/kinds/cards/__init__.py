"""Cards: short texts in one or more columns, with an optional label for the place."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workshop import text
from workshop.groups import by_group
from workshop.kinds import (
    Cluster,
    Entry,
    Form,
    Inputs,
    Key,
    Labels,
    Needs,
    Option,
    Result,
    ResultItem,
    Subgroup,
    Text,
)
from workshop.languages import N_, Choices, Sentence
from workshop.phrases import CARDS

name = "Kaarten"
icon = "pencil"
about = "Deelnemers schrijven korte kaarten."
labels = Labels(
    sent="stuurden een kaart",
    saved=Sentence("Je kaart is verstuurd."),
)
wrong = Sentence("Deze kaart klopt niet. Schrijf hem nog eens.")
hides = False
shares = False
outcome = False
ahead = True
says_ready = True
writes = ("text",)
translated = ("columns.label", "columns.hint", "places", "starter")


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Key
    label: Annotated[str, Meta(max_length=80)]
    plural: Annotated[str, Meta(max_length=80)]
    hint: Annotated[str, Meta(max_length=200)] = ""
    tone: Literal["", "zorg", "kans"] = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: Annotated[
        tuple[Column, ...],
        Meta(
            min_length=1,
            max_length=4,
            title="Soorten kaarten",
            description="Elke soort op een eigen regel. Zet het meervoud en een uitleg achter een streep:"
            " Zorg | Zorgen | Wat gaat niet goed?",
            extra={"line": ("label", "plural", "hint")},
        ),
    ] = (Column("kaart", N_("Kaart"), "Kaarten"),)
    subgroups: Annotated[bool, Meta(title="In groepjes: elke soort kaart is de vraag van één groepje")] = (
        False
    )
    places: Annotated[
        tuple[Key, ...],
        Meta(
            max_length=12,
            title="Plekken om uit te kiezen",
            description="Elke plek op een eigen regel. Laat leeg als de plek niet uitmaakt.",
        ),
    ] = ()
    starter: Annotated[
        str,
        Meta(max_length=60, title="Begin van elke kaart", description="Bijvoorbeeld: We willen dat"),
    ] = ""
    """Begin of every card: `We willen dat`."""
    max_length: Annotated[
        int,
        Meta(ge=10, le=280, title="Hoe lang mag een kaart zijn?", description="Het aantal tekens."),
    ] = 140
    max_cards: Annotated[int, Meta(ge=1, le=50, title="Hoeveel kaarten mag een telefoon sturen?")] = 20
    done: bool = False
    """Whether it begins with the actions that were done since the last time."""

    def tone_of(self, column_id: str) -> str:
        """Returns the tone of a column; empty too for a column that no longer exists."""
        return next((column.tone for column in self.columns if column.id == column_id), "")


class Answer(msgspec.Struct, frozen=True):
    text: Text = ""
    column: Key = ""
    place: Key = ""


class Card(msgspec.Struct, frozen=True):
    id: str
    text: str
    place: str
    state: str
    group: str | None
    cluster: str | None
    order: int


class Pile(msgspec.Struct, frozen=True):
    """A cluster with its cards, or one loose card (then `cluster` is None)."""

    id: str
    name: str
    cards: tuple[Card, ...]
    cluster: str | None
    cards_by: dict[str, int] = {}
    """Group -> number of cards, where they may be split."""


class ColumnTally(msgspec.Struct, frozen=True):
    column: Column
    piles: tuple[Pile, ...]
    """Clusters in the facilitator's order, then loose cards, in the order of their random ids."""
    shown: int
    empty_clusters: tuple[Cluster, ...]


class Tally(msgspec.Struct, frozen=True):
    columns: tuple[ColumnTally, ...]
    held: tuple[Card, ...]
    hidden: tuple[Card, ...]
    shown: int
    by_column: dict[str, str]
    """Card id -> column id, also for held and hidden cards."""
    done: tuple[Option, ...] = ()
    """Lines that stand in the record already; they go to the first column."""

    @property
    def loose(self) -> tuple[Card, ...]:
        return tuple(
            pile.cards[0] for column in self.columns for pile in column.piles if pile.cluster is None
        )

    def piled(self, cluster: str) -> tuple[Card, ...]:
        """Returns the cards on a cluster, given its id."""
        piles = (pile for column in self.columns for pile in column.piles if pile.cluster == cluster)
        return tuple(card for pile in piles for card in pile.cards)


def called(settings: Settings) -> str:
    return f"{name} in groepjes" if subgroups(settings) else name


def subgroups(settings: Settings) -> tuple[Subgroup, ...]:
    if not settings.subgroups or len(settings.columns) < 2:
        return ()
    return tuple(Subgroup(one.id, one.label, one.hint, one.tone) for one in settings.columns)


def subgroup_of(answer: Answer) -> str:
    return answer.column


def for_subgroup(settings: Settings, subgroup: str) -> Settings:
    columns = tuple(column for column in settings.columns if column.id == subgroup)
    return msgspec.structs.replace(settings, columns=columns)


def needs(settings: Settings) -> Needs:
    return Needs(done_actions=settings.done)


def outputs(settings: Settings) -> tuple[str, ...]:
    return tuple(column.id for column in settings.columns)


def fits_in(output: str) -> tuple[str, ...]:
    return ("text", "list", "two-column", "partners-table", "moments")


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    return None


def most(settings: Settings) -> int:
    return settings.max_cards


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    columns = [column.id for column in settings.columns]
    column = answer.column or (columns[0] if len(columns) == 1 else "")
    if not column:
        choices = Choices((column.label for column in settings.columns), " of ")
        raise ValueError(Sentence("Kies eerst: %(choices)s.", choices=choices))
    if column not in columns:
        raise ValueError(Sentence("Deze soort kaart hoort niet bij deze vraag. Kies opnieuw."))
    if answer.place and answer.place not in settings.places:
        raise ValueError(Sentence("Deze plek staat niet in de lijst. Kies een andere plek."))
    return Answer(text.clean(answer.text, settings.max_length), column, answer.place)


def fitted(answer: Answer, settings: Settings) -> Answer:
    """Returns a card in its own column where this board has it, else in the first one."""
    columns = [column.id for column in settings.columns]
    column = answer.column if answer.column in columns else columns[0]
    return Answer(answer.text, column, answer.place if answer.place in settings.places else "")


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    cards = {state: _cards(entries, state) for state in ("shown", "held", "hidden")}
    by_column = {entry.id: entry.answer.column for entry in entries}
    return Tally(
        columns=tuple(
            _column(column, [card for card in cards["shown"] if by_column[card.id] == column.id], inputs)
            for column in settings.columns
        ),
        held=tuple(sorted(cards["held"], key=lambda card: card.order)),
        hidden=tuple(cards["hidden"]),
        shown=len(cards["shown"]),
        by_column=by_column,
        done=inputs.done,
    )


def offers(tally: Tally) -> tuple[Option, ...]:
    several = len(tally.columns) > 1
    return tuple(
        Option(
            pile.id,
            pile.name,
            column.column.tone,
            len(pile.cards),
            members=_members(pile),
            texts=tuple(card.text for card in pile.cards) if pile.cluster else (),
            column=column.column.plural if several else "",
        )
        for column in tally.columns
        for pile in column.piles
    )


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    return tuple(
        Result(
            output=column.column.id,
            label=column.column.plural,
            tone=column.column.tone,
            items=tuple(_item(pile, settings.starter) for pile in column.piles)
            + tuple(ResultItem(id=done.id, text=done.text) for done in tally.done if place == 0),
        )
        for place, column in enumerate(tally.columns)
    )


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    forms = []
    for _ in range(rng.randint(1, min(3, settings.max_cards))):
        column = rng.choice(settings.columns)
        phrases = CARDS.get(column.tone) or CARDS[""]
        form = {"column": column.id, "text": rng.choice(phrases)[: settings.max_length]}
        if settings.places and rng.random() < 0.6:
            form["place"] = rng.choice(settings.places)
        forms.append(form)
    return forms


def _cards(entries: Sequence[Entry], state: str) -> list[Card]:
    """Returns the cards in the order of their random ids: a shuffle that is the same each
    time somebody looks."""
    return [
        Card(e.id, e.answer.text, e.answer.place, e.state, e.group, e.cluster, e.order)
        for e in sorted(entries, key=lambda e: e.id)
        if e.state == state
    ]


def _column(column: Column, cards: list[Card], inputs: Inputs) -> ColumnTally:
    clusters = [cluster for cluster in inputs.clusters if cluster.column in ("", column.id)]
    known = {cluster.id for cluster in clusters}
    piles = [
        Pile(cluster.id, cluster.name, inside, cluster.id, _cards_by(inside, inputs))
        for cluster in clusters
        if (inside := tuple(card for card in cards if card.cluster == cluster.id))
    ]
    loose = [Pile(card.id, card.text, (card,), None) for card in cards if card.cluster not in known]
    filled = {pile.id for pile in piles}
    return ColumnTally(
        column=column,
        piles=tuple(piles + loose),
        shown=len(cards),
        empty_clusters=tuple(c for c in clusters if c.id not in filled and c.column == column.id),
    )


def _members(pile: Pile) -> tuple[str, ...]:
    return tuple(card.id for card in pile.cards) if pile.cluster else ()


def _cards_by(cards: Sequence[Card], inputs: Inputs) -> dict[str, int]:
    return by_group((card.group for card in cards), inputs.group_minimum, inputs.breakdown_minimum)


def _item(pile: Pile, starter: str) -> ResultItem:
    places = Counter(card.place for card in pile.cards if card.place)
    sentence = pile.name if pile.cluster or not starter else f"{starter} {pile.name}"
    return ResultItem(
        id=pile.id,
        text=sentence,
        cards=len(pile.cards),
        quotes=tuple(card.text for card in pile.cards) if pile.cluster else (),
        labels=tuple(place for place, _ in places.most_common()),
        cards_by=pile.cards_by,
    )
