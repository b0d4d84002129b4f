"""Dots: a few dots over a list, hidden until shown, then ranked with a cut-off line."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshop import text
from workshop.groups import by_group, may_be_told_beside
from workshop.kinds import Entry, Figure, Form, Inputs, Key, Labels, Needs, Option, Result, ResultItem, Text
from workshop.languages import Sentence, counted

name = "Stippen"
icon = "check"
about = "Deelnemers plakken stippen bij wat voor hen telt."
labels = Labels(
    sent="stuurden stippen",
    saved=Sentence("Je stippen zijn verstuurd."),
)
wrong = Sentence("Deze stippen kloppen niet. Kies opnieuw uit de lijst.")
hides = True
shares = False
outcome = True
says_ready = False
writes = ("reason",)
votes = ("stip", "stippen")
translated = ("options",)
regroups = True
settles = True


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dots: Annotated[int, Meta(ge=1, le=10, title="Stippen voor elke telefoon")] = 3
    """How many dots one phone has."""
    each: Annotated[int, Meta(ge=1, le=5, title="Hoeveel daarvan mogen op één ding?")] = 1
    """How many of them may stand on one option."""
    by_column: Annotated[bool, Meta(title="Geef zoveel stippen voor elke soort kaart")] = False
    """Whether a phone has that many dots for each column of the list, such as zorgen and kansen."""
    source: Annotated[Key, Meta(title="Lijst van een eerdere stap", extra={"step": True})] = ""
    """Key of an earlier step whose cards, clusters or chosen items are the list."""
    fields: Annotated[tuple[Key, ...], Meta(max_length=6)] = ()
    """Fields of the record whose items are the list."""
    options: Annotated[
        tuple[Annotated[str, Meta(max_length=140)], ...],
        Meta(max_length=30, title="Eigen lijst", description="Elk ding op een eigen regel."),
    ] = ()
    chosen: Annotated[int, Meta(ge=1, le=10, title="Hoeveel dingen worden gekozen?")] = 3
    """The cut-off line stands below this number of options."""
    reason: Annotated[bool, Meta(title="Vraag waarom")] = False

    def __post_init__(self) -> None:
        if sum(map(bool, (self.source, self.fields, self.options))) != 1:
            raise ValueError("Geef precies één van source, fields of options")


class Answer(msgspec.Struct, frozen=True):
    options: Annotated[tuple[Key, ...], Meta(max_length=100)] = ()
    """An option for each dot: one with two dots stands there twice."""
    reason: Text = ""


class Rank(msgspec.Struct, frozen=True):
    place: int
    """Place from 1; options with the same number of dots share it."""
    option: Option
    dots: int
    chosen: bool
    shared: bool = False
    """Whether another option has the same place."""
    dots_by: dict[str, int] = {}
    """Group -> number of dots, where they may be split."""

    @property
    def words(self) -> str:
        return f"{'gedeelde ' if self.shared else ''}{self.place}e plaats"


class Column(msgspec.Struct, frozen=True):
    """A part of the list with dots of its own."""

    name: str
    """Empty where the list has no parts."""
    options: tuple[Option, ...]


class Tally(msgspec.Struct, frozen=True):
    ranks: tuple[Rank, ...]
    dots: int
    phones: int
    reasons: tuple[str, ...]
    held: tuple[Entry, ...]
    gone: int = 0
    """Number of dots on options that are no longer in the list."""


def needs(settings: Settings) -> Needs:
    return Needs(activity=settings.source, fields=settings.fields)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("chosen",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("text", "list", "choice", "partners-table")


def typed(lines: Sequence[str]) -> dict[str, Any]:
    return {"options": list(lines)}


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    return ""


def most(settings: Settings) -> int:
    return 1


def listed(settings: Settings, inputs: Inputs) -> tuple[Option, ...]:
    """Returns what there is to choose from."""
    return inputs.options or tuple(Option(str(n), option) for n, option in enumerate(settings.options, 1))


def columns(settings: Settings, inputs: Inputs) -> tuple[Column, ...]:
    """Returns the parts of the list that have dots of their own, in the order of the list."""
    found: dict[str, list[Option]] = {}
    for option in listed(settings, inputs):
        found.setdefault(option.column if settings.by_column else "", []).append(option)
    return tuple(Column(name, tuple(options)) for name, options in found.items())


def standing(given: Sequence[str], settings: Settings, inputs: Inputs) -> dict[str, int]:
    """Returns option -> the number of these dots that count for it now."""
    home = inputs.homes(listed(settings, inputs))
    dots = Counter(home[option] for option in given if option in home)
    return {option: min(count, settings.each) for option, count in dots.items()}


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    known = inputs.homes(listed(settings, inputs))
    if any(option not in known for option in answer.options):
        raise ValueError(Sentence("Een van je kaarten staat niet meer in de lijst. Kies opnieuw."))
    given = Counter(answer.options)
    chosen = tuple(option for option in given for _ in range(min(given[option], settings.each)))
    of_column = {o.id: o.column for o in listed(settings, inputs)} if settings.by_column else {}
    spent = Counter(of_column.get(known[option], "") for option in chosen)
    if any(dots > settings.dots for dots in spent.values()):
        raise ValueError(
            counted(
                "Je hebt %(num)s stip. Haal er eerst één weg.",
                "Je hebt %(num)s stippen. Haal er eerst één weg.",
                settings.dots,
            )
        )
    return Answer(chosen, text.clean(answer.reason, 140) if text.tidy(answer.reason) else "")


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    options = listed(settings, inputs)
    home = inputs.homes(options)
    givers: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        for option in entry.answer.options:
            givers[home.get(option)].append(entry)
    gone = len(givers.pop(None, ()))
    dots = Counter({option: len(given) for option, given in givers.items()})
    apart = _may_be_told_apart(entries, inputs)
    ordered = sorted(options, key=lambda option: -dots[option.id])
    places = {option.id: 1 + sum(dots[other.id] > dots[option.id] for other in options) for option in ordered}
    sharing = Counter(places.values())
    return Tally(
        ranks=tuple(
            Rank(
                places[option.id],
                option,
                dots[option.id],
                chosen=dots[option.id] > 0 and places[option.id] <= settings.chosen,
                shared=sharing[places[option.id]] > 1,
                dots_by=_dots_by(givers[option.id], inputs) if apart else {},
            )
            for option in ordered
        ),
        dots=sum(dots[option.id] for option in options),
        phones=sum(bool(entry.answer.options) for entry in entries),
        reasons=tuple(
            entry.answer.reason
            for entry in sorted(entries, key=lambda entry: entry.id)
            if entry.answer.reason and entry.state == "shown"
        ),
        held=tuple(entry for entry in entries if entry.answer.reason and entry.state == "held"),
        gone=gone,
    )


def versions(entries: Sequence[Entry]) -> dict[str, list[str]]:
    return {"": [entry.version for entry in entries]}


def compared(tally: Tally) -> tuple[Figure, ...]:
    return tuple(Figure(rank.option.id, rank.option.text, str(rank.dots)) for rank in tally.ranks)


def offers(tally: Tally) -> tuple[Option, ...]:
    return tuple(rank.option for rank in tally.ranks if rank.chosen)


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(
        ResultItem(
            id=rank.option.id,
            text=rank.option.text,
            cards=rank.option.cards,
            votes=rank.dots,
            tied=rank.shared,
            chosen=rank.chosen,
            origins=(rank.option.id,),
            votes_by=rank.dots_by,
        )
        for rank in tally.ranks
        if rank.dots
    )
    return (Result("chosen", "Gekozen met stippen", items, chooses=True),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    chosen = [
        option for column in columns(settings, inputs) for option in _liked(rng, column.options, settings)
    ]
    return [{"options": chosen}] if chosen else []


def _liked(rng: random.Random, options: Sequence[Option], settings: Settings) -> list[str]:
    """Returns an option for each dot. What stands first in a list is liked more, as in a real room."""
    liking = {option.id: rng.random() / (1 + position) for position, option in enumerate(options)}
    chosen = sorted(liking, key=lambda option: -liking[option])
    if settings.each > 1:
        chosen = [option for option in chosen for _ in range(rng.randint(1, settings.each))]
    return chosen[: settings.dots]


def _may_be_told_apart(entries: Sequence[Entry], inputs: Inputs) -> bool:
    """Says whether nobody stands alone when somebody subtracts what was shown before from the groups, or what
    they typed in from paper."""
    if any(entry.paper for entry in entries):
        return False
    groups: dict[str | None, set[str]] = defaultdict(set)
    for entry in entries:
        groups[entry.group].add(entry.version)
    return may_be_told_beside((inputs.disclosed or {}).get("", ()), groups.values(), inputs.group_minimum)


def _dots_by(given: Sequence[Entry], inputs: Inputs) -> dict[str, int]:
    """Counts the dots of one option by group, where enough phones gave them: one phone may give several."""
    phones = {entry.id: entry.group for entry in given}
    if not by_group(phones.values(), inputs.group_minimum, inputs.breakdown_minimum):
        return {}
    return by_group((entry.group for entry in given), inputs.group_minimum, inputs.breakdown_minimum)
