"""Pairs: two elements that strengthen each other, fit or clash. Hidden until shown, then a web."""

from __future__ import annotations

import hashlib
import random
import textwrap
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workshop import text
from workshop.kinds import Entry, Form, Inputs, Key, Labels, Needs, Option, Result, ResultItem, Text
from workshop.languages import N_, Sentence

name = "Verbanden"
icon = "link"
about = "Deelnemers zeggen wat bij elkaar past en wat botst."
labels = Labels(
    sent="stuurden een antwoord",
    saved=Sentence("Je antwoord is verstuurd."),
)
wrong = Sentence("Dit verband klopt niet. Kies twee kaarten en zeg wat je ziet.")
hides = True
shares = False
outcome = False
says_ready = True
writes = ("reason",)
votes = ("telefoon", "telefoons")
translated = ("options",)
regroups = True
settles = True
fewest = 2

LONGEST_REASON = 140
MOST_NODES = 10
"""How many elements stand on the circle of the big screen: only pairs of these are asked."""
EXTRA = 5
"""How many pairs of its own choice a phone may add to those that it is asked."""


class Relation(msgspec.Struct, frozen=True):
    id: str
    label: str
    hint: str
    verb: str
    """Its words between two elements, in a line of the record."""


RELATIONS = (
    Relation("versterkt", N_("Versterkt"), N_("Samen sterker"), "versterkt"),
    Relation("sluit-aan", N_("Sluit aan"), N_("Past bij elkaar"), "sluit aan bij"),
    Relation("botst", N_("Botst"), N_("Gaat tegen elkaar in"), "botst met"),
    Relation("geen", N_("Geen verband"), N_("Staat los van elkaar"), "staat los van"),
)
BY_ID = {relation.id: relation for relation in RELATIONS}
GOOD, CLASH, NONE = ("versterkt", "sluit-aan"), "botst", "geen"
LEADS = (CLASH, *GOOD, NONE)
"""Which relation a pair gets when phones are divided: a clash is what to talk about."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: Annotated[Key, Meta(title="Lijst van een eerdere stap", extra={"step": True})] = ""
    """Key of an earlier step whose cards, clusters or chosen items are the elements."""
    fields: Annotated[tuple[Key, ...], Meta(max_length=6)] = ()
    """Fields of the record whose items are the elements."""
    options: Annotated[
        tuple[Annotated[str, Meta(max_length=140)], ...],
        Meta(max_length=30, title="Eigen lijst", description="Elk ding op een eigen regel."),
    ] = ()
    per_phone: Annotated[int, Meta(ge=1, le=10, title="Verbanden voor elke telefoon")] = 4

    def __post_init__(self) -> None:
        if sum(map(bool, (self.source, self.fields, self.options))) != 1:
            raise ValueError("Geef precies één van source, fields of options")


class Answer(msgspec.Struct, frozen=True):
    """`a` and `b` in the order of their ids: a pair is the same in both directions."""

    a: Key = ""
    b: Key = ""
    relation: Literal["", "versterkt", "sluit-aan", "botst", "geen"] = ""
    reason: Text = ""


class Pair(msgspec.Struct, frozen=True):
    id: str
    a: Option
    b: Option
    counts: dict[str, int]
    """Relation -> number of phones that say so."""
    reasons: tuple[str, ...]
    """Why it clashes."""

    @property
    def answers(self) -> int:
        return sum(self.counts.values())

    @property
    def relation(self) -> str:
        return max(LEADS, key=lambda relation: self.counts[relation])

    @property
    def agreed(self) -> int:
        """Number of phones that say what most of them say."""
        return self.counts[self.relation]


class Tally(msgspec.Struct, frozen=True):
    elements: tuple[Option, ...]
    pairs: tuple[Pair, ...]
    """The pairs with answers; those that most phones agree about first."""
    clash: Pair | None
    """The pair that clashes most. Not a pair of which one phone says so and others do not."""
    reasons: tuple[Entry, ...]
    held: tuple[Entry, ...]
    home: dict[str, str]
    """What an answer may be about -> the element that it counts for."""
    texts: dict[str, str]
    """Id of an element, or of a card in it -> the element's text."""
    names: dict[str, str]
    """Slot of an answer -> `‘X’ en ‘Y’`, for the desk."""


def needs(settings: Settings) -> Needs:
    return Needs(activity=settings.source, fields=settings.fields)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("strengthens", "clashes")


def fits_in(output: str) -> tuple[str, ...]:
    return ("matrix",)


def typed(lines: Sequence[str]) -> dict[str, Any]:
    return {"options": list(lines)}


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    return pair_id(answer.a, answer.b)


def most(settings: Settings) -> int:
    return settings.per_phone + EXTRA


def listed(settings: Settings, inputs: Inputs) -> tuple[Option, ...]:
    """Returns the elements."""
    return inputs.options or tuple(Option(str(n), option) for n, option in enumerate(settings.options, 1))


def pair_id(a: str, b: str) -> str:
    """Returns the id of a pair: the same for `a` and `b` as for `b` and `a`."""
    return _hash("|".join(sorted((a, b))))


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    home = inputs.homes(listed(settings, inputs))
    if not answer.a or not answer.b:
        raise ValueError(Sentence("Kies eerst twee kaarten."))
    if home.get(answer.a, answer.a) == home.get(answer.b, answer.b):
        raise ValueError(Sentence("Je hebt twee keer dezelfde kaart gekozen. Kies twee verschillende."))
    if not {answer.a, answer.b} <= home.keys():
        raise ValueError(Sentence("Een van deze kaarten staat niet meer in de lijst. Kies opnieuw."))
    if not answer.relation:
        raise ValueError(Sentence("Zeg nog wat je ziet: versterkt, sluit aan, botst of geen verband."))
    reason = text.clean(answer.reason, LONGEST_REASON) if text.tidy(answer.reason) else ""
    return Answer(*sorted((answer.a, answer.b)), answer.relation, reason)


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    elements = listed(settings, inputs)
    home, places = inputs.homes(elements), {option.id: place for place, option in enumerate(elements)}
    answers: dict[tuple[int, int], list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        at = {home.get(entry.answer.a), home.get(entry.answer.b)}
        if len(at) == 2 and None not in at:
            low, high = sorted(places[element] for element in at if element)
            answers.setdefault((low, high), []).append(entry)
    pairs = [
        _pair(pair_id(elements[a].id, elements[b].id), elements[a], elements[b], answers[a, b])
        for a, b in sorted(answers)
    ]
    pairs = sorted(pairs, key=lambda pair: (-pair.agreed, LEADS.index(pair.relation)))
    written = sorted(
        (entry for entries in answers.values() for entry in entries if entry.answer.reason),
        key=lambda entry: entry.id,
    )
    return Tally(
        elements=elements,
        pairs=tuple(pairs),
        clash=max(filter(_clashes, pairs), key=lambda pair: pair.counts[CLASH], default=None),
        reasons=tuple(entry for entry in written if entry.state == "shown"),
        held=tuple(sorted((e for e in written if e.state == "held"), key=lambda entry: entry.order)),
        home=home,
        texts={id: option.text for option in elements for id in (option.id, *option.members)},
        names={
            pair_id(entry.answer.a, entry.answer.b): f"‘{elements[a].text}’ en ‘{elements[b].text}’"
            for (a, b), own in answers.items()
            for entry in own
        },
    )


def suggestion(tally: Tally, settings: Settings, own: Sequence[Entry]) -> tuple[Option, Option] | None:
    """Returns the pair to ask this phone next: one with the fewest answers. None when it has been
    asked its number.

    Phones that ask at the same moment see different pairs once they have sent something: the ids of what they
    sent decide between pairs with as many answers.
    """
    home = tally.home
    done = {pair_id(home.get(e.answer.a, e.answer.a), home.get(e.answer.b, e.answer.b)) for e in own}
    if len(done) >= settings.per_phone:
        return None
    answers = {pair.id: pair.answers for pair in tally.pairs}
    seed = min((entry.id for entry in own), default="")

    every = ((pair_id(a.id, b.id), (a, b)) for a, b in combinations(tally.elements[:MOST_NODES], 2))
    _, asked = min(
        ((id, both) for id, both in every if id not in done),
        key=lambda pair: (answers.get(pair[0], 0), _hash(seed + pair[0])),
        default=("", None),
    )
    return asked


def offers(tally: Tally) -> tuple[Option, ...]:
    return tuple(
        Option(pair.id, f"{pair.a.text} botst met {pair.b.text}")
        for pair in tally.pairs
        if pair.relation == CLASH
    )


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    good = (_item(pair, max(GOOD, key=lambda relation: pair.counts[relation])) for pair in tally.pairs)
    clashes = (_item(pair, CLASH) for pair in tally.pairs)
    return (
        Result("strengthens", "Versterkt of sluit aan", tuple(item for item in good if item.votes)),
        Result("clashes", "Botst", tuple(item for item in clashes if item.votes)),
    )


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    every = list(combinations(listed(settings, inputs)[:MOST_NODES], 2))
    chosen = rng.sample(every, min(settings.per_phone, len(every)))
    return [_simulated(rng, a, b) for a, b in chosen]


@lru_cache(maxsize=10_000)
def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def _pair(id: str, a: Option, b: Option, entries: Sequence[Entry]) -> Pair:
    counts = Counter(entry.answer.relation for entry in entries)
    reasons = tuple(
        entry.answer.reason
        for entry in entries
        if entry.answer.reason and entry.state == "shown" and entry.answer.relation == CLASH
    )
    return Pair(id, a, b, {relation.id: counts[relation.id] for relation in RELATIONS}, reasons)


def _clashes(pair: Pair) -> bool:
    return pair.relation == CLASH or pair.counts[CLASH] > 1


def _item(pair: Pair, relation: str) -> ResultItem:
    """Returns a line for the record, with long texts cut: it holds both."""
    a, b = (textwrap.shorten(option.text, 130, placeholder=" …") for option in (pair.a, pair.b))
    return ResultItem(
        id=pair.id,
        text=f"‘{a}’ {BY_ID[relation].verb} ‘{b}’",
        votes=pair.counts[relation] if relation == CLASH else sum(pair.counts[good] for good in GOOD),
        by_phones=True,
        ticked=pair.relation == CLASH if relation == CLASH else pair.relation in GOOD,
        labels=tuple(f"{pair.counts[r.id]} {r.label.lower()}" for r in RELATIONS if pair.counts[r.id]),
        reasons=pair.reasons if relation == CLASH else (),
        origins=(pair.a.id, pair.b.id),
    )


def _simulated(rng: random.Random, a: Option, b: Option) -> dict[str, Any]:
    """Returns one answer. What most simulated phones say of a pair depends on the pair: a room agrees
    about something."""
    usual = RELATIONS[int(pair_id(a.id, b.id)[:4], 16) % len(RELATIONS)]
    relation = usual if rng.random() < 0.6 else rng.choice(RELATIONS)
    return {"a": a.id, "b": b.id, "relation": relation.id}
