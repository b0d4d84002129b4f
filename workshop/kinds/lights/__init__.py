"""Lights: one tap per statement, hidden until shown, then the spread of each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from statistics import pstdev
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workshop import text
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
    Text,
    homes,
    is_disclosed,
    is_enough,
)
from workshop.languages import N_, Choices, Sentence

name = "Zinnen met een antwoord"
icon = "q"
about = "Deelnemers geven bij elke zin een antwoord."
labels = Labels(
    sent="gaven antwoord",
    saved=Sentence("Je antwoorden zijn verstuurd."),
)
wrong = Sentence("Dit antwoord klopt niet. Kies opnieuw.")
hides = True
shares = False
outcome = False
ahead = True
says_ready = False
writes = ("reason",)
translated = ("statements.text", "scale.label")
regroups = True

MOST = 30
"""Most statements that a phone asks."""
REASON_LENGTH = 140
NONE = "geen"
"""Value that a phone sends to take its answer back: the row then keeps nothing of it."""

Tone = Literal["good", "middle", "bad", "none"]
SIGNS = {"good": "done", "middle": "open", "bad": "x", "none": "q"}
SCORES = {"good": 2, "middle": 1, "bad": 0}


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a scale. `none` says nothing about good or bad: ‘weet ik niet’."""

    id: Annotated[str, Meta(min_length=1, max_length=40)]
    label: Annotated[str, Meta(min_length=1, max_length=24)]
    tone: Tone = "none"
    icon: Annotated[str, Meta(max_length=20)] = ""

    @property
    def sign(self) -> str:
        """The icon that says it without colour."""
        return self.icon or SIGNS[self.tone]


UNKNOWN = Value("weet-niet", N_("Weet ik niet"))
PRESETS = {
    "stoplicht": (
        Value("groen", N_("Groen"), "good"),
        Value("oranje", N_("Oranje"), "middle"),
        Value("rood", N_("Rood"), "bad"),
        UNKNOWN,
    ),
    "eens": (
        Value("eens", N_("Eens"), "good"),
        Value("bijna", N_("Een beetje"), "middle"),
        Value("niet-eens", N_("Niet eens"), "bad"),
    ),
    "herkennen": (
        Value("ja", N_("Ja"), "good"),
        Value("deels", N_("Deels"), "middle"),
        Value("nee", N_("Nee"), "bad"),
    ),
    "nodig": (
        Value("nodig", N_("Nodig"), "good"),
        Value("leuk", N_("Leuk om te weten"), "middle"),
        Value("niet", N_("Niet"), "bad"),
    ),
    "tevreden": (
        Value("tevreden", N_("Tevreden"), "good"),
        Value("kan-beter", N_("Kan beter"), "middle"),
        Value("moet-beter", N_("Moet beter"), "bad"),
    ),
    "geregeld": (
        Value("geregeld", N_("Geregeld"), "good"),
        Value("deels", N_("Deels"), "middle"),
        Value("nog-niet", N_("Nog niet"), "bad"),
        UNKNOWN,
    ),
    "gedaan": (
        Value("gedaan", N_("Klaar"), "good"),
        Value("loopt", N_("Bezig"), "middle"),
        Value("niet", N_("Nog niet begonnen"), "bad"),
    ),
    "kwaliteit": (
        Value("op-orde", N_("Op orde"), "good"),
        Value("actie-nodig", N_("Actie nodig"), "bad"),
        UNKNOWN,
        Value("nvt", N_("Past niet"), "none", "open"),
    ),
}


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(min_length=1, max_length=40)]
    text: Annotated[str, Meta(min_length=1, max_length=200)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    statements: Annotated[
        tuple[Statement, ...],
        Meta(
            max_length=MOST,
            title="Eigen zinnen",
            description="Elke zin op een eigen regel.",
            extra={"line": ("text",)},
        ),
    ] = ()
    source: Annotated[Key, Meta(title="Zinnen van een eerdere stap", extra={"step": True})] = ""
    """Key of an earlier step whose cards, clusters or chosen items are the statements."""
    fields: Annotated[tuple[Key, ...], Meta(max_length=6)] = ()
    """Fields of the record whose items are the statements."""
    preset: Annotated[
        Key,
        Meta(
            title="Antwoorden",
            extra={
                "choices": {id: ", ".join(value.label for value in scale) for id, scale in PRESETS.items()}
            },
        ),
    ] = ""
    """A scale of `PRESETS`; `stoplicht` when there is no scale of its own either."""
    scale: Annotated[tuple[Value, ...], Meta(min_length=2, max_length=5)] = ()
    reason: Annotated[bool, Meta(title="Vraag waarom bij een antwoord dat niet goed is")] = False
    """Whether somebody who taps a bad answer may say why."""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.statements, self.source, self.fields))) != 1:
            raise ValueError("Geef precies één van statements, source of fields")
        if self.preset and self.scale:
            raise ValueError("Geef een preset of een scale, niet allebei")
        if self.preset and self.preset not in PRESETS:
            raise ValueError(f"De preset '{self.preset}' bestaat niet. Kies uit: {', '.join(PRESETS)}")
        for given in (self.statements, self.scale):
            if len({one.id for one in given}) < len(given):
                raise ValueError("Elke stelling en elk antwoord heeft een eigen id")
        if any(value.id == NONE for value in self.scale):
            raise ValueError(f"De id '{NONE}' is van wie zijn antwoord terugneemt. Kies een andere id")


class Answer(msgspec.Struct, frozen=True):
    statement: Key = ""
    value: Key = ""
    reason: Text = ""


class Reason(msgspec.Struct, frozen=True):
    """Why somebody is not content with one statement."""

    id: str
    text: str
    statement: str
    """The statement's text."""


class Light(msgspec.Struct, frozen=True):
    """One statement with what the room said of it. Below the minimum there is only `answers`."""

    statement: Option
    answers: int
    enough: bool
    kept_quiet: bool
    """Whether there are enough answers, but beside what was shown before they would tell on somebody."""
    counts: tuple[int, ...]
    """How often each value of the scale was chosen, in its order."""
    words: tuple[str, ...]
    """`Ja 7`, `Deels 3`; a value that nobody chose is left out."""
    spread: float
    divided: bool
    """Whether opinions differ most here; never true of two statements, nor of the only one."""
    bad: bool
    """Whether more than half of those who have an opinion chose a bad answer."""
    reasons: tuple[str, ...]


class Tally(msgspec.Struct, frozen=True):
    lights: tuple[Light, ...]
    """In the order of the script."""
    scale: tuple[Value, ...]
    enough: bool
    """Whether there are enough answers to show anything at all."""
    kept_quiet: bool
    minimum: int
    held: tuple[Reason, ...]

    @property
    def divided(self) -> Light | None:
        return next((light for light in self.lights if light.divided), None)


def needs(settings: Settings) -> Needs:
    return Needs(activity=settings.source, fields=settings.fields)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("lights",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("text", "list", "choice", "matrix")


def scale(settings: Settings) -> tuple[Value, ...]:
    """Returns the answers that there are to tap on."""
    return settings.scale or PRESETS[settings.preset or "stoplicht"]


def listed(settings: Settings, inputs: Inputs) -> tuple[Option, ...]:
    """Returns the statements, at most `MOST`."""
    return tuple(Option(one.id, one.text) for one in settings.statements) or inputs.options[:MOST]


def typed(lines: Sequence[str]) -> dict[str, Any]:
    return {"statements": [{"id": str(n), "text": line} for n, line in enumerate(lines, 1)]}


def quick(statement: str) -> dict[str, Any]:
    return {"statements": [{"id": "1", "text": statement}], "preset": "eens"}


def is_one_tap(settings: Settings) -> bool:
    """Says whether an answer is one tap: to one statement, without a reason."""
    return len(settings.statements) == 1 and not settings.reason


def split(form: Form, settings: Settings) -> list[Form]:
    """Splits a form: `light.<statement>` and `reason.<statement>` become one form per
    statement with an answer.

    Raises `ValueError` when none has one.
    """
    forms: list[Form] = [
        {"statement": [statement], "value": values, "reason": form.get(f"reason.{statement}", [])}
        for field, values in form.items()
        if field.startswith("light.") and any(values)
        for statement in [field.removeprefix("light.")]
    ]
    if not forms:
        raise ValueError(Sentence("Je hebt nog niets gekozen. Tik bij een of meer zinnen een antwoord aan."))
    return forms


def slot(answer: Answer) -> str | None:
    return answer.statement


def most(settings: Settings) -> int:
    """Returns how many answers a phone may have. A list from elsewhere may change meanwhile: answers about
    what left it still stand."""
    return len(settings.statements) or 2 * MOST


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    if answer.statement not in inputs.homes(listed(settings, inputs)):
        raise ValueError(Sentence("Een van de zinnen staat niet meer in de lijst. Kies opnieuw."))
    if answer.value == NONE:
        return Answer(answer.statement)
    value = next((value for value in scale(settings) if value.id == answer.value), None)
    if value is None:
        choices = Choices((value.label for value in scale(settings)), ", ")
        raise ValueError(
            Sentence("Dit antwoord hoort niet bij deze vraag. Kies uit: %(choices)s.", choices=choices)
        )
    given = settings.reason and value.tone == "bad" and text.tidy(answer.reason)
    return Answer(answer.statement, value.id, text.clean(answer.reason, REASON_LENGTH) if given else "")


def standing(
    entries: Sequence[Entry], statements: Sequence[Option], inputs: Inputs
) -> dict[str, list[Entry]]:
    """Returns statement -> the answers that count for it now, also those about the cards in its cluster."""
    home = inputs.homes(statements)
    found: dict[str, list[Entry]] = {statement.id: [] for statement in statements}
    for entry in entries:
        if entry.answer.value and entry.answer.statement in home:
            found[home[entry.answer.statement]].append(entry)
    return found


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    """Counts the answers. Below `inputs.marks_minimum` a statement tells only how many there are: in a room
    of three who know each other, ‘Nee 1’ is a name, and so is a reason (promise 6 of safety.md)."""
    values = scale(settings)
    statements = listed(settings, inputs)
    about = standing(entries, statements, inputs)
    lights = [_light(statement, about[statement.id], values, inputs) for statement in statements]
    widest = max((light.spread for light in lights), default=0.0)
    alone = len(lights) > 1 and widest > 0 and sum(light.spread == widest for light in lights) == 1
    return Tally(
        lights=tuple(
            msgspec.structs.replace(light, divided=alone and light.spread == widest) for light in lights
        ),
        scale=values,
        enough=any(light.enough for light in lights),
        kept_quiet=any(light.kept_quiet for light in lights),
        minimum=inputs.marks_minimum,
        held=_held(entries, statements),
    )


def versions(entries: Sequence[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        if entry.answer.value:
            found.setdefault(entry.answer.statement, []).append(entry.version)
    return found


def compared(tally: Tally) -> tuple[Figure, ...]:
    return tuple(
        Figure(light.statement.id, light.statement.text, ", ".join(light.words)) for light in tally.lights
    )


def offers(tally: Tally) -> tuple[Option, ...]:
    """Returns the statements that need work first, so that dots can choose from them; else in the
    order of the script."""
    answered = [light for light in tally.lights if light.answers]
    return tuple(light.statement for light in sorted(answered, key=lambda light: not light.bad))


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(
        ResultItem(
            id=light.statement.id,
            text=light.statement.text,
            reasons=light.reasons,
            labels=light.words,
            origins=(light.statement.id,),
        )
        for light in tally.lights
        if light.enough
    )
    return (Result("lights", "Wat we samen antwoordden", items),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    values = scale(settings)
    statements = listed(settings, inputs)
    form = {f"light.{one.id}": _simulated(rng, one, values) for one in statements if rng.random() < 0.95}
    return [form] if form else []


def _light(statement: Option, answered: Sequence[Entry], values: Sequence[Value], inputs: Inputs) -> Light:
    own = sorted(answered, key=lambda entry: entry.id)
    chosen = Counter(entry.answer.value for entry in own)
    many = is_enough(own, inputs, _people)
    enough = many and is_disclosed(statement.id, [entry.version for entry in own], inputs)
    counts = tuple(chosen[value.id] if enough else 0 for value in values)
    scores = _scores(counts, values)
    return Light(
        statement=statement,
        answers=len(own),
        enough=enough,
        kept_quiet=many and not enough,
        counts=counts,
        words=tuple(f"{value.label} {n}" for value, n in zip(values, counts, strict=True) if n),
        spread=pstdev(scores) if scores else 0.0,
        divided=False,
        bad=2 * scores.count(SCORES["bad"]) > len(scores),
        reasons=tuple(entry.answer.reason for entry in own if _is_shown(entry)) if enough else (),
    )


def _people(own: Sequence[Entry]) -> int:
    """Returns the least number of phones that gave these answers: about a cluster one phone may have given
    several, one for each of its cards."""
    return max(Counter(entry.answer.statement for entry in own).values(), default=0)


def _scores(counts: Sequence[int], values: Sequence[Value]) -> list[int]:
    """Returns how content each phone with an opinion is, from 0 to 2."""
    return [
        SCORES[value.tone]
        for value, count in zip(values, counts, strict=True)
        if value.tone != "none"
        for _ in range(count)
    ]


def _is_shown(entry: Entry) -> bool:
    return bool(entry.answer.reason) and entry.state == "shown"


def _held(entries: Sequence[Entry], statements: Sequence[Option]) -> tuple[Reason, ...]:
    home, texts = homes(statements), {statement.id: statement.text for statement in statements}
    return tuple(
        Reason(entry.id, entry.answer.reason, texts.get(home.get(entry.answer.statement, ""), ""))
        for entry in sorted(entries, key=lambda entry: entry.order)
        if entry.answer.reason and entry.state == "held"
    )


def _simulated(rng: random.Random, statement: Option, values: Sequence[Value]) -> str:
    """Returns one answer; the whole room leans the same way on a statement."""
    leaning = random.Random(f"stelling {statement.id}").random()
    weight = {"good": leaning, "middle": 0.4, "bad": 1 - leaning, "none": 0.06}
    return rng.choices(values, [weight[value.tone] for value in values])[0].id
