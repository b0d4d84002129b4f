"""Talk: the room talks or has a break, and phones rest. Nothing is sent and nothing is kept."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshop.kinds import Entry, Form, Inputs, Labels, Needs, Option, Result
from workshop.languages import Sentence

name = "Gesprek of pauze"
icon = "chat"
about = "Jullie praten of nemen pauze. Telefoons doen niets."
wrong = Sentence("Kijk naar het grote scherm.")
labels = Labels(sent="doen mee", saved=wrong)
hides = False
shares = False
outcome = False
says_ready = False
asks = False
writes = ()
translated = ()


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pause: Annotated[bool, Meta(title="Dit is een pauze")] = False


class Answer(msgspec.Struct, frozen=True):
    """Nothing: it is never given."""


class Tally(msgspec.Struct, frozen=True):
    """Nothing to count."""


def called(settings: Settings) -> str:
    return "Pauze" if settings.pause else "Gesprek"


def needs(settings: Settings) -> Needs:
    return Needs()


def outputs(settings: Settings) -> tuple[str, ...]:
    return ()


def fits_in(output: str) -> tuple[str, ...]:
    return ()


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    return None


def most(settings: Settings) -> int:
    return 0


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    """Raises `ValueError`: nobody is asked anything."""
    raise ValueError(wrong)


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    return Tally()


def offers(tally: Tally) -> tuple[Option, ...]:
    return ()


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    return ()


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    return []
