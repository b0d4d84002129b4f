"""Actions: the open ones of this dossier first, then new ones that phones propose."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshop import days, rhythms, text
from workshop.kinds import Entry, Form, Inputs, Labels, Needs, OpenAction, Option, Result, ResultItem, Text
from workshop.languages import Sentence
from workshop.phrases import ACTIONS

name = "Acties"
icon = "cal"
about = "Deelnemers stellen afspraken voor."
labels = Labels(
    sent="stuurden een voorstel",
    saved=Sentence("Je voorstel is verstuurd."),
)
wrong = Sentence("Dit voorstel klopt niet. Schrijf het nog eens.")
hides = False
shares = True
outcome = True
says_ready = True
writes = ("text",)
votes = ("helper", "helpers")
translated = ()


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    max_length: Annotated[
        int,
        Meta(ge=10, le=280, title="Hoe lang mag een voorstel zijn?", description="Het aantal tekens."),
    ] = 140
    rhythm: Annotated[bool, Meta(title="Vraag wanneer weer, en hoe vaak")] = False
    """Whether it asks for agreements about time instead of for actions: when again, and how often."""


class Answer(msgspec.Struct, frozen=True):
    """A proposal (`text`), or help with one (`helps` holds the id of a proposal or open action)."""

    text: Text = ""
    helps: Annotated[str, Meta(max_length=36)] = ""


class Proposal(msgspec.Struct, frozen=True):
    id: str
    text: str
    state: str
    helpers: int
    order: int
    owner: str
    due: str
    """ISO date, or a rhythm in words."""
    idea: str = ""
    """Id of the card that the desk made it of."""


class Tally(msgspec.Struct, frozen=True):
    earlier: tuple[OpenAction, ...]
    proposals: tuple[Proposal, ...]
    held: tuple[Proposal, ...]
    hidden: tuple[Proposal, ...]
    helpers: dict[str, int]


def needs(settings: Settings) -> Needs:
    return Needs(open_actions=not settings.rhythm)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("actions",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("actions", "moments")


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    """Returns the slot of a phone's help with one proposal or action. It is not the bare id: that is the slot
    of the proposal itself."""
    return f"h{answer.helps.replace('-', '')}" if answer.helps else None


def most(settings: Settings) -> int:
    return 30


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    if answer.helps:
        return Answer(helps=answer.helps)
    return Answer(text=text.clean(answer.text, settings.max_length))


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    helpers: dict[str, int] = {}
    for entry in entries:
        if entry.answer.helps:
            helpers[entry.answer.helps] = helpers.get(entry.answer.helps, 0) + 1
    proposals = [
        Proposal(
            entry.id,
            entry.answer.text,
            entry.state,
            helpers.get(entry.id, 0),
            entry.order,
            entry.notes.get("owner", ""),
            entry.notes.get("due", ""),
            entry.notes.get("idee", ""),
        )
        for entry in sorted(entries, key=lambda entry: entry.id)
        if entry.answer.text
    ]
    return Tally(
        earlier=inputs.actions,
        proposals=tuple(p for p in proposals if p.state == "shown"),
        held=tuple(sorted((p for p in proposals if p.state == "held"), key=lambda p: p.order)),
        hidden=tuple(p for p in proposals if p.state == "hidden"),
        helpers=helpers,
    )


def offers(tally: Tally) -> tuple[Option, ...]:
    return tuple(Option(proposal.id, proposal.text) for proposal in tally.proposals)


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    earlier = tuple(
        ResultItem(id=a.id, text=a.text, owner=a.owner, due=a.due, status=a.status, action=a.id)
        for a in tally.earlier
    )
    if settings.rhythm:
        return (Result("actions", "Afspraken over tijd", tuple(map(_moment, tally.proposals))),)
    new = tuple(
        ResultItem(
            id=p.id, text=p.text, votes=p.helpers, owner=p.owner, due=p.due, status="open", idea=p.idea
        )
        for p in tally.proposals
    )
    return (Result("actions", "Acties", earlier + new),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    forms: list[dict[str, Any]] = []
    if inputs.actions and rng.random() < 0.4:
        forms.append({"helps": rng.choice(inputs.actions).id})
    if rng.random() < 0.5:
        forms.append({"text": rng.choice(ACTIONS)[: settings.max_length]})
    return forms


def reply(rng: random.Random, settings: Settings, seen: Sequence[Option]) -> list[dict[str, Any]]:
    """Makes some people help with something that another proposed."""
    return [{"helps": rng.choice(seen).id}] if seen and rng.random() < 0.3 else []


def _moment(proposal: Proposal) -> ResultItem:
    """Returns an agreement about time. What the desk wrote is a day, or how often; else its own words may say
    how often."""
    on = days.written(proposal.due)
    return ResultItem(
        id=proposal.id,
        text=proposal.text,
        votes=proposal.helpers or None,
        by_phones=True,
        owner=proposal.owner,
        due=on.isoformat() if on else "",
        often=("" if on else proposal.due) or rhythms.found_in(proposal.text),
        is_moment=True,
    )
