"""What a facilitator's form says of one step of a plan: checked and cleaned. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from workshop import kinds, text
from workshop.content.worksheets import LONGEST_MINUTES, LONGEST_SPOKEN, MOST_SPOKEN, Audience, Spoken
from workshop.kinds import controls

LONGEST_TITLE, LONGEST_QUESTION = 120, 200


def texts(form: Mapping[str, str]) -> dict[str, Any]:
    """Reads everything of a step but its settings: name of the column -> value. Raises `ValueError` with a
    sentence for a value that does not fit."""
    return {
        "title": text.clean(form.get("title", ""), LONGEST_TITLE),
        "question": text.clean(form.get("question", ""), LONGEST_QUESTION),
        "help": text.tidy(form.get("help", ""))[:LONGEST_QUESTION],
        "minutes": minutes(form.get("minutes", "")),
        "audience": audience(form.get("audience", "samen")),
        "youth": {
            what: words
            for what in ("question", "help")
            if (words := text.tidy(form.get(f"youth.{what}", ""))[:LONGEST_QUESTION])
        },
        "spoken": {
            who: sentences
            for who in Spoken.__struct_fields__
            if (sentences := spoken(form.get(f"spoken.{who}", "")))
        },
    }


def settings(kind: str, form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Reads the settings of a step of this kind; those of `before` for a form that does not ask them. Raises
    `KindError` with a sentence."""
    if not any(name.startswith(controls.PREFIX) for name in form):
        return dict(before)
    return controls.read(kinds.get(kind), form, before)


def minutes(typed: str) -> int:
    """Reads a number of whole minutes, 1 to `LONGEST_MINUTES`. Raises `ValueError` with a sentence."""
    try:
        count = int(typed)
    except ValueError:
        raise ValueError("Vul de minuten in als een getal.") from None
    if not 1 <= count <= LONGEST_MINUTES:
        raise ValueError(f"Een stap duurt 1 tot {LONGEST_MINUTES} minuten.")
    return count


def audience(typed: str) -> str:
    """Reads whom a step asks. Raises `ValueError` with a sentence."""
    if typed not in get_args(Audience):
        raise ValueError("Kies voor wie deze stap is.")
    return typed


def spoken(typed: str) -> list[str]:
    """Reads what a facilitator can say: each line is a sentence. Raises `ValueError` with a sentence."""
    sentences = [sentence for line in typed.splitlines() if (sentence := text.tidy(line))]
    if len(sentences) > MOST_SPOKEN:
        raise ValueError(f"Schrijf hooguit {MOST_SPOKEN} zinnen op die je zelf zegt.")
    over = max(map(len, sentences), default=0) - LONGEST_SPOKEN
    if over > 0:
        spare = text.plural(over, "teken", "tekens")
        raise ValueError(f"Een zin die je zelf zegt, is te lang. Maak hem {spare} korter.")
    return sentences
