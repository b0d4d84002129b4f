"""Marks: 1 to 10 per theme or "weet ik niet", hidden until shown, and what makes it one point higher."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from statistics import pstdev
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workshop import text
from workshop.dutch import decimal
from workshop.groups import figures, kept, may_be_split, may_be_told_beside
from workshop.kinds import (
    EarlierMarks,
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
from workshop.languages import Sentence
from workshop.means import mean, spelled
from workshop.phrases import HIGHER

name = "Cijfers"
icon = "bars"
about = "Deelnemers geven een cijfer voor elk thema."
labels = Labels(
    sent="gaven cijfers",
    saved=Sentence("Je cijfers zijn verstuurd."),
)
wrong = Sentence("Kies een cijfer van 1 tot en met 10. Of kies ‘weet ik niet’.")
hides = True
shares = False
outcome = False
ahead = True
says_ready = False
writes = ("higher",)
translated = ("themes.questions", "themes.youth", "themes.label", "themes.youth_label")
meanings = {"themes.label": "thema", "themes.youth_label": "thema"}
in_every_language = True
explains = {"higher": "marks"}

RADAR_FROM = 3
"""Fewer themes make no figure."""


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(max_length=40)]
    label: Annotated[str, Meta(max_length=80)]
    questions: tuple[str, ...] = ()
    youth: tuple[str, ...] = ()
    """The same questions in words for young people."""
    youth_label: str = ""
    """Its name in a room with young people; empty when that is the same."""

    def called(self, with_young: bool) -> str:
        """Returns its name for phones, screen and desk: the same for everybody in the room."""
        return (self.youth_label if with_young else "") or self.label


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    themes: Annotated[
        tuple[Theme, ...],
        Meta(
            min_length=1,
            max_length=7,
            title="Thema’s",
            description="Elk thema op een eigen regel. Zet vragen erbij achter een streep:"
            " Veiligheid | Voel je je veilig op straat?",
            extra={"line": ("label", "questions*")},
        ),
    ]
    higher: Annotated[bool, Meta(title="Vraag wat nodig is voor één punt hoger")] = True


class Answer(msgspec.Struct, frozen=True):
    theme: Key
    mark: Annotated[int, Meta(ge=1, le=10)] | Literal["weet-niet"]
    higher: Text = ""


class Idea(msgspec.Struct, frozen=True):
    """What makes one theme one point higher."""

    id: str
    text: str
    theme: str
    state: str


class ThemeTally(msgspec.Struct, frozen=True):
    theme: Theme
    answers: int
    """How many phones gave an answer; without a mean, nothing else is told."""
    kept_quiet: bool
    """Whether there are enough marks, but beside what was shown before they would tell on somebody."""
    counts: tuple[int, ...]
    """How often a 1, a 2, … a 10 was given."""
    unknown: int
    mean: float | None
    low: int
    high: int
    spread: float
    """Standard deviation; the theme with the widest is the one to talk about."""
    widest: bool
    earlier: tuple[EarlierMarks, ...]
    ideas: tuple[Idea, ...]
    groups: dict[str, tuple[int, ...]]

    @property
    def marks(self) -> int:
        return sum(self.counts)


class Tally(msgspec.Struct, frozen=True):
    themes: tuple[ThemeTally, ...]
    """The themes, the widest difference first."""
    enough: bool
    """Whether there are enough marks to show anything at all."""
    kept_quiet: bool
    minimum: int
    phones: int
    held: tuple[Idea, ...]


def needs(settings: Settings) -> Needs:
    return Needs(earlier_marks="marks")


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("marks", "higher") if settings.higher else ("marks",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("list",) if output == "higher" else ("marks",)


def split(form: Form, settings: Settings) -> list[Form]:
    """Splits a form: `mark.<theme>` and `higher.<theme>` become one form per theme with a mark.

    Raises `ValueError` when no theme has one.
    """
    forms: list[Form] = [
        {"theme": [theme.id], "mark": mark, "higher": form.get(f"higher.{theme.id}", [])}
        for theme in settings.themes
        if (mark := form.get(f"mark.{theme.id}"))
    ]
    if not forms:
        raise ValueError(Sentence("Kies een cijfer. Of kies ‘weet ik niet’."))
    return forms


def slot(answer: Answer) -> str | None:
    return answer.theme


def most(settings: Settings) -> int:
    return len(settings.themes)


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    if answer.theme not in {theme.id for theme in settings.themes}:
        raise ValueError(Sentence("Dit thema hoort niet bij deze vraag."))
    higher = text.clean(answer.higher, 140) if settings.higher and text.tidy(answer.higher) else ""
    return Answer(answer.theme, answer.mark, "" if answer.mark in (10, "weet-niet") else higher)


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    themes = [_theme(theme, entries, inputs) for theme in settings.themes]
    widest = max((theme.spread for theme in themes), default=0.0)
    alone = sum(theme.spread == widest for theme in themes) == 1 and widest > 0
    themes = [
        msgspec.structs.replace(theme, widest=alone and theme.spread == widest)
        for theme in sorted(themes, key=lambda theme: -theme.spread)
    ]
    phones = max((theme.answers for theme in themes), default=0)
    return Tally(
        themes=tuple(themes),
        enough=any(theme.mean is not None for theme in themes),
        kept_quiet=any(theme.kept_quiet for theme in themes),
        minimum=inputs.marks_minimum,
        phones=phones,
        held=tuple(idea for idea in _ideas(entries, None) if idea.state == "held"),
    )


def versions(entries: Sequence[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        sign = "?" if entry.answer.mark == "weet-niet" else ""
        found.setdefault(entry.answer.theme, []).append(sign + entry.version)
    return found


def compared(tally: Tally) -> tuple[Figure, ...]:
    return tuple(
        Figure(theme.theme.id, theme.theme.label, "" if theme.mean is None else decimal(theme.mean))
        for theme in tally.themes
    )


def another(tally: Tally) -> tuple[ThemeTally, ...]:
    """Returns the themes of which a mean may be told, where these are enough for a radar."""
    told = tuple(theme for theme in tally.themes if theme.mean is not None)
    return told if len(told) >= RADAR_FROM else ()


def offers(tally: Tally) -> tuple[Option, ...]:
    return tuple(
        Option(idea.id, idea.text) for theme in tally.themes for idea in theme.ideas if idea.state == "shown"
    )


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    order = [theme.id for theme in settings.themes]
    themes = sorted(tally.themes, key=lambda theme: order.index(theme.theme.id))
    marks = tuple(
        ResultItem(
            id=theme.theme.id,
            text=theme.theme.label,
            theme=theme.theme.id,
            counts=theme.counts,
            unknown=theme.unknown,
            groups=theme.groups,
        )
        for theme in themes
        if theme.mean is not None
    )
    higher = tuple(
        ResultItem(id=idea.id, text=idea.text, cards=1, theme=theme.theme.id, labels=(theme.theme.label,))
        for theme in themes
        for idea in theme.ideas
        if idea.state == "shown"
    )
    results = [Result("marks", "Cijfer per thema", marks)]
    if settings.higher:
        results.append(Result("higher", "Wat maakt het één punt hoger?", higher))
    return tuple(results)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    form: dict[str, Any] = {}
    for theme in settings.themes:
        form |= _simulated(rng, theme, settings.higher)
    return [form]


def _theme(theme: Theme, entries: Sequence[Entry], inputs: Inputs) -> ThemeTally:
    mine = [entry for entry in entries if entry.answer.theme == theme.id]
    marks = spelled(_counts(mine))
    enough = is_enough([entry for entry in mine if entry.answer.mark != "weet-niet"], inputs)
    may = enough and is_disclosed(theme.id, versions(mine).get(theme.id, []), inputs)
    counts = _counts(mine) if may else (0,) * 10
    return ThemeTally(
        theme=theme,
        answers=len(mine),
        kept_quiet=enough and not may,
        counts=counts,
        unknown=sum(entry.answer.mark == "weet-niet" for entry in mine) if may else 0,
        mean=mean(counts, inputs.marks_minimum),
        low=min(marks) if may else 0,
        high=max(marks) if may else 0,
        spread=pstdev(marks) if may else 0.0,
        widest=False,
        earlier=tuple(mark for mark in inputs.earlier if mark.theme == theme.id),
        ideas=tuple(_ideas(mine, theme.id)),
        groups=_groups(mine, inputs, theme.id) if may else {},
    )


def _groups(entries: Sequence[Entry], inputs: Inputs, theme: str) -> dict[str, tuple[int, ...]]:
    """Counts the marks per group, where two or more groups may be told apart; small groups are put together.

    Every mark is in one of them: what one group leaves out could be computed from the whole. Empty where a
    group minus what was shown before would be about too few phones, or where somebody answered on paper: that
    has no group, and who typed it in could take it from the rest.
    """
    given = [entry for entry in entries if entry.answer.mark != "weet-niet"]
    if any(entry.paper for entry in given):
        return {}
    named = kept(Counter(entry.group or "" for entry in given), inputs.group_minimum)
    found: dict[str, list[Entry]] = {}
    for entry in given:
        found.setdefault(entry.group if entry.group in named else "", []).append(entry)
    sizes = {group: len(own) for group, own in found.items()}
    if not may_be_split(sizes, inputs.group_minimum, inputs.breakdown_minimum):
        return {}
    before = [figures(one) for one in (inputs.disclosed or {}).get(theme, ())]
    groups = [{entry.version for entry in own} for own in found.values()]
    if not may_be_told_beside(before, groups, inputs.group_minimum):
        return {}
    return {group: _counts(own) for group, own in sorted(found.items())}


def _ideas(entries: Sequence[Entry], theme: str | None) -> list[Idea]:
    return [
        Idea(entry.id, entry.answer.higher, entry.answer.theme, entry.state)
        for entry in sorted(entries, key=lambda entry: entry.id)
        if entry.answer.higher and (theme is None or entry.answer.theme == theme)
    ]


def _counts(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sum(entry.answer.mark == mark for entry in entries) for mark in range(1, 11))


def _simulated(rng: random.Random, theme: Theme, higher: bool) -> dict[str, Any]:
    if rng.random() < 0.08:
        return {f"mark.{theme.id}": "weet-niet"}
    mark = max(1, min(10, round(rng.gauss(6.5, 1.6))))
    form = {f"mark.{theme.id}": str(mark)}
    if higher and mark < 10 and rng.random() < 0.5:
        form[f"higher.{theme.id}"] = rng.choice(HIGHER)
    return form
