"""Consent: a proposal, to which each phone says yes, yes but, or no because; hidden until shown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args

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
    is_disclosed,
    is_enough,
)
from workshop.languages import N_, Sentence
from workshop.phrases import HIGHER

name = "Instemmen"
icon = "done"
about = "Deelnemers zeggen of ze met een voorstel verder kunnen."
labels = Labels(sent="gaven antwoord", saved=Sentence("Je antwoord is verstuurd."))
wrong = Sentence("Kies ja, ja maar, of nee.")
hides = True
shares = False
outcome = True
says_ready = False
writes = ("reason",)
translated = ("options",)
rewords = True

REASON_LENGTH = 140
Choice = Literal["ja", "ja-maar", "nee"]
WORDS = {"ja": N_("Ja"), "ja-maar": N_("Ja, maar…"), "nee": N_("Nee, want…")}
REASONED = {"ja-maar": "ja, maar", "nee": "nee"}
"""What the record says behind a reason."""
TONES = {"ja": "good", "ja-maar": "middle", "nee": "bad"}
SIGNS = {"ja": "done", "ja-maar": "chat", "nee": "x"}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: Annotated[Key, Meta(title="Voorstel van een eerdere stap", extra={"step": True})] = ""
    """Key of an earlier step: what it chose is the proposal."""
    fields: Annotated[tuple[Key, ...], Meta(max_length=6)] = ()
    """Fields of the record whose items are the proposal."""
    options: Annotated[
        tuple[Annotated[str, Meta(max_length=280)], ...],
        Meta(max_length=10, title="Voorstel", description="Elke zin op een eigen regel."),
    ] = ()
    """The sentences of the proposal."""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.source, self.fields, self.options))) != 1:
            raise ValueError("Geef precies één van source, fields of options")


class Answer(msgspec.Struct, frozen=True):
    choice: Choice
    reason: Text = ""


class Reason(msgspec.Struct, frozen=True):
    id: str
    choice: str
    text: str

    @property
    def words(self) -> str:
        return WORDS[self.choice]


class Tally(msgspec.Struct, frozen=True):
    proposal: tuple[Option, ...]
    answers: int
    enough: bool
    """Whether anything but the number of answers may be told."""
    kept_quiet: bool
    """Whether there are enough answers, but beside what was shown before they would tell on somebody."""
    counts: dict[str, int]
    """Choice -> how many phones gave it, in the order of `WORDS`; empty where it may not be told."""
    reasons: tuple[Reason, ...]
    """In the order of their random ids; empty where they may not be told."""
    held: tuple[Reason, ...]
    minimum: int

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(f"{WORDS[choice].rstrip('…')}: {count}" for choice, count in self.counts.items())

    @property
    def agreed(self) -> bool:
        """Whether nobody said no."""
        return self.enough and not self.counts["nee"]


def needs(settings: Settings) -> Needs:
    return Needs(activity=settings.source, fields=settings.fields)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("proposal",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("text", "list", "choice")


def typed(lines: Sequence[str]) -> dict[str, Any]:
    return {"options": list(lines)}


def listed(settings: Settings, inputs: Inputs) -> tuple[Option, ...]:
    """Returns the sentences of the proposal: phones answer to all of them together."""
    own = tuple(Option(str(n), sentence) for n, sentence in enumerate(settings.options, 1))
    return own or inputs.options[:10]


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    return ""


def most(settings: Settings) -> int:
    return 1


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    given = answer.choice != "ja" and text.tidy(answer.reason)
    return Answer(answer.choice, text.clean(answer.reason, REASON_LENGTH) if given else "")


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    """Counts the answers. Below `inputs.marks_minimum` it tells only how many there are: in a room of three
    who know each other, ‘Nee 1’ is a name, and so is a reason (promise 6 of safety.md)."""
    many = is_enough(entries, inputs)
    enough = many and is_disclosed("", versions(entries).get("", []), inputs)
    given = [entry.answer.choice for entry in entries]
    return Tally(
        proposal=listed(settings, inputs),
        answers=len(entries),
        enough=enough,
        kept_quiet=many and not enough,
        counts={choice: given.count(choice) for choice in WORDS} if enough else {},
        reasons=_reasons(entries, "shown") if enough else (),
        held=_reasons(entries, "held"),
        minimum=inputs.marks_minimum,
    )


def versions(entries: Sequence[Entry]) -> dict[str, list[str]]:
    return {"": [entry.version for entry in entries]} if entries else {}


def compared(tally: Tally) -> tuple[Figure, ...]:
    return tuple(
        Figure(choice, words, str(tally.counts[choice]) if tally.counts else "")
        for choice, words in WORDS.items()
    )


def offers(tally: Tally) -> tuple[Option, ...]:
    return tally.proposal if tally.enough else ()


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(
        ResultItem(
            id=sentence.id,
            text=sentence.text,
            labels=tally.words,
            reasons=() if number else tuple(f"{one.text} ({REASONED[one.choice]})" for one in tally.reasons),
            chosen=tally.agreed,
            origins=(sentence.id,),
        )
        for number, sentence in enumerate(tally.proposal)
        if tally.enough
    )
    return (Result("proposal", "Het voorstel", items, chooses=True),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    if not listed(settings, inputs):
        return []
    choice = rng.choices(get_args(Choice), (7, 3, 1))[0]
    form = {"choice": choice}
    if choice != "ja" and rng.random() < 0.8:
        form["reason"] = rng.choice(HIGHER)
    return [form]


def _reasons(entries: Sequence[Entry], state: str) -> tuple[Reason, ...]:
    return tuple(
        Reason(entry.id, entry.answer.choice, entry.answer.reason)
        for entry in sorted(entries, key=lambda entry: entry.id)
        if entry.answer.reason and entry.state == state
    )
