"""Matrix: how much effect each card has and how easy it is, says each phone; hidden until shown."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshop.dutch import decimal
from workshop.kinds import (
    Entry,
    Figure,
    Form,
    Inputs,
    Key,
    Labels,
    Needs,
    Option,
    Result,
    ResultItem,
    is_disclosed,
    is_enough,
)
from workshop.languages import N_, Sentence
from workshop.means import mean, spread

name = "Effect en haalbaarheid"
icon = "up"
about = "Deelnemers zeggen hoeveel effect iets heeft en hoe makkelijk het kan."
labels = Labels(sent="gaven kaarten een plek", saved=Sentence("Je keuzes zijn verstuurd."))
wrong = Sentence("Kies twee getallen van 1 tot en met 5.")
hides = True
shares = False
outcome = True
says_ready = False
writes = ()
translated = ("options",)
regroups = True

MOST = 20
"""Most cards that a phone places."""
SCALE = range(1, 6)
MIDDLE = 3.0
AXES = {"effect": N_("Hoeveel effect heeft het?"), "feasible": N_("Hoe makkelijk kan het?")}
ENDS = {"effect": (N_("weinig"), N_("veel")), "feasible": (N_("lastig"), N_("makkelijk"))}
PLACES = {
    (True, True): N_("veel effect, makkelijk te doen"),
    (True, False): N_("veel effect, lastig te doen"),
    (False, True): N_("weinig effect, makkelijk te doen"),
    (False, False): N_("weinig effect, lastig te doen"),
}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: Annotated[Key, Meta(title="Lijst van een eerdere stap", extra={"step": True})] = ""
    """Key of an earlier step whose cards, clusters or chosen items are the list."""
    fields: Annotated[tuple[Key, ...], Meta(max_length=6)] = ()
    """Fields of the record whose items are the list."""
    options: Annotated[
        tuple[Annotated[str, Meta(max_length=140)], ...],
        Meta(max_length=MOST, title="Eigen lijst", description="Elk ding op een eigen regel."),
    ] = ()

    def __post_init__(self) -> None:
        if sum(map(bool, (self.source, self.fields, self.options))) != 1:
            raise ValueError("Geef precies één van source, fields of options")


class Answer(msgspec.Struct, frozen=True):
    option: Key
    effect: Annotated[int, Meta(ge=1, le=5)]
    feasible: Annotated[int, Meta(ge=1, le=5)]


class Axis(msgspec.Struct, frozen=True):
    """What the room said of one card on one axis, from 1 to 5."""

    mean: float
    spread: float
    """Standard deviation."""


class Placed(msgspec.Struct, frozen=True):
    """One card; below the minimum there is only `answers`."""

    option: Option
    answers: int
    kept_quiet: bool
    """Whether there are enough answers, but beside what was shown before they would tell on somebody."""
    effect: Axis | None = None
    feasible: Axis | None = None

    @property
    def told(self) -> bool:
        return self.effect is not None and self.feasible is not None

    @property
    def quadrant(self) -> tuple[bool, bool]:
        """Returns whether it has much effect, and whether it can be done well. The middle is neither."""
        high = (axis is not None and axis.mean > MIDDLE for axis in (self.effect, self.feasible))
        effect, feasible = high
        return effect, feasible

    @property
    def place(self) -> str:
        return PLACES[self.quadrant]

    @property
    def first(self) -> bool:
        """Whether it is one to begin with."""
        return self.told and all(self.quadrant)

    @property
    def figures(self) -> tuple[str, ...]:
        """Both means in words; empty where nothing may be told."""
        if not self.effect or not self.feasible:
            return ()
        return f"effect {decimal(self.effect.mean)}", f"haalbaar {decimal(self.feasible.mean)}"


class Tally(msgspec.Struct, frozen=True):
    cards: tuple[Placed, ...]
    """What has most effect and is easiest first; then those of which nothing may be told."""
    minimum: int

    @property
    def told(self) -> tuple[Placed, ...]:
        return tuple(card for card in self.cards if card.told)

    @property
    def kept_quiet(self) -> bool:
        return any(card.kept_quiet for card in self.cards)


def needs(settings: Settings) -> Needs:
    return Needs(activity=settings.source, fields=settings.fields)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("placed",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("text", "list", "choice")


def typed(lines: Sequence[str]) -> dict[str, Any]:
    return {"options": list(lines)}


def listed(settings: Settings, inputs: Inputs) -> tuple[Option, ...]:
    """Returns the cards to place, at most `MOST`."""
    own = tuple(Option(str(n), option) for n, option in enumerate(settings.options, 1))
    return own or inputs.options[:MOST]


def split(form: Form, settings: Settings) -> list[Form]:
    """Splits a form: `effect.<card>` and `feasible.<card>` become one form per card that was placed.

    Raises `ValueError` when no card was, and for a card with only one of the two.
    """
    axes = {axis: {} for axis in AXES}
    for field, values in form.items():
        axis, _, card = field.partition(".")
        if axis in axes and any(values):
            axes[axis][card] = values
    effect, feasible = axes.values()
    if not effect and not feasible:
        raise ValueError(Sentence("Je hebt nog niets gekozen. Kies bij een of meer kaarten."))
    if effect.keys() != feasible.keys():
        raise ValueError(Sentence("Kies bij elke kaart twee keer, of sla de hele kaart over."))
    return [{"option": [card], "effect": effect[card], "feasible": feasible[card]} for card in effect]


def slot(answer: Answer) -> str | None:
    return answer.option


def most(settings: Settings) -> int:
    """Returns how many answers a phone may have. A list from elsewhere may change meanwhile: answers about
    what left it still stand."""
    return len(settings.options) or 2 * MOST


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    if answer.option not in inputs.homes(listed(settings, inputs)):
        raise ValueError(Sentence("Een van de kaarten staat niet meer in de lijst. Kies opnieuw."))
    return answer


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    options = listed(settings, inputs)
    home = inputs.homes(options)
    about: dict[str | None, list[Entry]] = {}
    for entry in entries:
        about.setdefault(home.get(entry.answer.option), []).append(entry)
    cards = [_placed(option, about.get(option.id, []), inputs) for option in options]
    return Tally(tuple(sorted(cards, key=_rank)), inputs.marks_minimum)


def versions(entries: Sequence[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.answer.option, []).append(entry.version)
    return found


def compared(tally: Tally) -> tuple[Figure, ...]:
    return tuple(Figure(card.option.id, card.option.text, ", ".join(card.figures)) for card in tally.cards)


def offers(tally: Tally) -> tuple[Option, ...]:
    """Returns the cards of which something may be told, those to begin with first."""
    return tuple(card.option for card in tally.told)


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(
        ResultItem(
            id=card.option.id,
            text=card.option.text,
            cards=card.option.cards,
            labels=(card.place, *card.figures),
            chosen=card.first,
            origins=(card.option.id,),
        )
        for card in tally.told
    )
    return (Result("placed", "Effect en haalbaarheid", items, chooses=True),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    form: dict[str, Any] = {}
    for option in listed(settings, inputs):
        for axis in AXES:
            leaning = random.Random(f"{axis} {option.id}").uniform(1.5, 4.5)
            form[f"{axis}.{option.id}"] = str(max(1, min(5, round(rng.gauss(leaning, 0.9)))))
    return [form] if form else []


def _placed(option: Option, own: Sequence[Entry], inputs: Inputs) -> Placed:
    many = is_enough(own, inputs, _people)
    if not many or not is_disclosed(option.id, [entry.version for entry in own], inputs):
        return Placed(option, len(own), kept_quiet=many)
    effect, feasible = (_axis([getattr(entry.answer, axis) for entry in own], inputs) for axis in AXES)
    return Placed(option, len(own), False, effect, feasible)


def _people(own: Sequence[Entry]) -> int:
    """Returns the least number of people that gave these answers: about a cluster one may have given several,
    one for each of its cards."""
    return max(Counter(entry.answer.option for entry in own).values(), default=0)


def _axis(given: Sequence[int], inputs: Inputs) -> Axis | None:
    counts = [given.count(number) for number in SCALE]
    middle, wide = mean(counts, inputs.marks_minimum), spread(counts, inputs.marks_minimum)
    return None if middle is None or wide is None else Axis(middle, wide)


def _rank(card: Placed) -> tuple[bool, bool, float]:
    score = card.effect.mean + card.feasible.mean if card.effect and card.feasible else 0.0
    return not card.told, not card.first, -score
