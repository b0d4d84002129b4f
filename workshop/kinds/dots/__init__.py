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
from workshop.kinds import Entry, Form, Inputs, Key, Labels, Needs, Option, Result, ResultItem, Text
from workshop.languages import Sentence, counted

name = "Stippen"
labels = Labels(
    sent="stuurden stippen",
    saved=Sentence("Je stippen zijn verstuurd."),
)
wrong = Sentence("Deze stippen kloppen niet. Kies opnieuw uit de lijst.")
hides = True
shares = False
outcome = True
writes = ("reason",)
votes = ("stip", "stippen")
translated = ("options",)
regroups = True
settles = True


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dots: Annotated[int, Meta(ge=1, le=10)] = 3
    source: Key = ""
    """Key of an earlier step whose cards, clusters or chosen items are the list."""
    fields: Annotated[tuple[Key, ...], Meta(max_length=6)] = ()
    """Fields of the record whose items are the list."""
    options: Annotated[tuple[str, ...], Meta(max_length=30)] = ()
    chosen: Annotated[int, Meta(ge=1, le=10)] = 3
    """The cut-off line stands below this number of options."""
    reason: bool = False

    def __post_init__(self) -> None:
        if sum(map(bool, (self.source, self.fields, self.options))) != 1:
            raise ValueError("Geef precies één van source, fields of options")


class Answer(msgspec.Struct, frozen=True):
    options: Annotated[tuple[Key, ...], Meta(max_length=60)] = ()
    reason: Text = ""


class Rank(msgspec.Struct, frozen=True):
    place: int
    """Place from 1; options with the same number of dots share it."""
    option: Option
    dots: int
    chosen: bool
    dots_by: dict[str, int] = {}
    """Group -> number of dots, where they may be split."""


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


def standing(given: Sequence[str], settings: Settings, inputs: Inputs) -> list[str]:
    """Returns the options that these dots count for now, each once."""
    home = inputs.homes(listed(settings, inputs))
    return list(dict.fromkeys(home[option] for option in given if option in home))


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    known = inputs.homes(listed(settings, inputs))
    chosen = tuple(dict.fromkeys(answer.options))
    if any(option not in known for option in chosen):
        raise ValueError(Sentence("Een van je kaarten staat niet meer in de lijst. Kies opnieuw."))
    if len(chosen) > settings.dots:
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
    return Tally(
        ranks=tuple(
            Rank(
                places[option.id],
                option,
                dots[option.id],
                chosen=dots[option.id] > 0 and places[option.id] <= settings.chosen,
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


def offers(tally: Tally) -> tuple[Option, ...]:
    return tuple(rank.option for rank in tally.ranks if rank.chosen)


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(
        ResultItem(
            id=rank.option.id,
            text=rank.option.text,
            cards=rank.option.cards,
            votes=rank.dots,
            chosen=rank.chosen,
            origins=(rank.option.id,),
            votes_by=rank.dots_by,
        )
        for rank in tally.ranks
        if rank.dots
    )
    return (Result("chosen", "Gekozen met stippen", items),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    options = listed(settings, inputs)
    if not options:
        return []
    liking = {option.id: rng.random() / (1 + position) for position, option in enumerate(options)}
    chosen = sorted(liking, key=lambda option: -liking[option])[: settings.dots]
    return [{"options": chosen}]


def _may_be_told_apart(entries: Sequence[Entry], inputs: Inputs) -> bool:
    """Says whether nobody stands alone when somebody subtracts what was shown before from the groups."""
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
