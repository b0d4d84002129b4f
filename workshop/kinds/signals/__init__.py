"""Signals: propose an indicator or a signal with its source, then sort: nodig, leuk of niet nodig."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workshop import text
from workshop.kinds import Entry, Form, Inputs, Key, Labels, Needs, Option, Result, ResultItem, Text
from workshop.languages import N_, Sentence
from workshop.phrases import SIGNALS

name = "Tellen en merken"
icon = "eye"
about = "Deelnemers bedenken wat jullie kunnen tellen of merken."
labels = Labels(
    sent="deden mee",
    saved=Sentence("Verstuurd."),
)
wrong = Sentence("Dit klopt niet. Kies tellen of merken, en schrijf het nog eens.")
hides = False
shares = True
outcome = False
says_ready = True
writes = ("text", "source")
votes = ("telefoon", "telefoons")
translated = ()

SOURCE_LENGTH = 80
WHAT = {"indicator": N_("Indicator"), "signaal": N_("Signaal")}
EMPTY = {
    "indicator": Sentence("Schrijf op wat je wilt tellen."),
    "signaal": Sentence("Schrijf op wat je wilt merken."),
}
NEEDS = {"nodig": "Nodig", "leuk": "Leuk om te weten", "niet": "Niet nodig"}
OPEN = ""
"""The lane of what nobody sorted, or where two answers got the same number of votes."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    max_length: Annotated[
        int,
        Meta(ge=10, le=280, title="Hoe lang mag een voorstel zijn?", description="Het aantal tekens."),
    ] = 140
    sort: Annotated[bool, Meta(title="Telefoons kiezen: nodig, leuk om te weten of niet nodig")] = True
    """Whether phones sort: nodig, leuk om te weten, niet nodig."""
    fits: Annotated[bool, Meta(title="Vraag of een voorstel past bij het doel")] = False
    """Whether phones are asked if it fits the goal."""


class Answer(msgspec.Struct, frozen=True):
    """A proposal (`what`, `text`, `source`), or a vote: `about` a proposal's id, with `need` or `fits`."""

    what: Literal["", "indicator", "signaal"] = ""
    text: Text = ""
    source: Text = ""
    about: Key = ""
    need: Literal["", "nodig", "leuk", "niet"] = ""
    fits: Literal["", "ja", "nee"] = ""


class Proposal(msgspec.Struct, frozen=True):
    id: str
    what: str
    text: str
    source: str
    state: str
    order: int
    owner: str
    """Who collects it, as the desk wrote it."""
    due: str
    """How often, in words, as the desk wrote it."""
    needs: dict[str, int]
    fits: dict[str, int]
    lane: str

    @property
    def kind(self) -> str:
        """`Indicator` or `Signaal`."""
        return WHAT[self.what]

    @property
    def tied(self) -> bool:
        """Whether it was sorted, but without one answer that most people gave."""
        return self.lane == OPEN and any(self.needs.values())


class Lane(msgspec.Struct, frozen=True):
    id: str
    label: str
    proposals: tuple[Proposal, ...]


class Tally(msgspec.Struct, frozen=True):
    lanes: tuple[Lane, ...]
    """Sorted proposals first, then what is still open. Where phones do not sort: one lane for indicators,
    one for signals."""
    proposals: tuple[Proposal, ...]
    """The shown ones, in the order of their random ids."""
    held: tuple[Proposal, ...]
    hidden: tuple[Proposal, ...]

    @property
    def any_sorted(self) -> bool:
        """Whether any of them has a lane yet."""
        return any(proposal.lane != OPEN for proposal in self.proposals)


def needs(settings: Settings) -> Needs:
    return Needs()


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("signals",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("indicator-list",)


def split(form: Form, settings: Settings) -> list[Form]:
    return [form]


def slot(answer: Answer) -> str | None:
    """Returns the slot of a vote: a phone has one of each kind for a proposal. The id has no dashes, because
    a slot is short."""
    about = answer.about.replace("-", "")
    if not about:
        return None
    return f"sort:{about}"[:40] if answer.need else f"past:{about}"[:40]


def most(settings: Settings) -> int:
    return 100


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    return _vote(answer, settings) if answer.about else _proposal(answer, settings)


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    needed, fitting = _votes(entries, "need"), _votes(entries, "fits")
    proposals = [
        _read(entry, needed.get(entry.id, {}), fitting.get(entry.id, {}))
        for entry in sorted(entries, key=lambda entry: entry.id)
        if entry.answer.text
    ]
    shown = tuple(one for one in proposals if one.state == "shown")
    return Tally(
        lanes=_lanes(shown) if settings.sort else _sorts(shown),
        proposals=shown,
        held=tuple(sorted((one for one in proposals if one.state == "held"), key=lambda one: one.order)),
        hidden=tuple(one for one in proposals if one.state == "hidden"),
    )


def offers(tally: Tally) -> tuple[Option, ...]:
    """Returns the proposals, those that are needed first, without those that are not needed."""
    return tuple(
        Option(proposal.id, proposal.text)
        for lane in tally.lanes
        for proposal in lane.proposals
        if lane.id != "niet"
    )


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(_item(one, settings.sort) for lane in tally.lanes for one in lane.proposals)
    return (Result("signals", "Indicatoren en signalen", items),)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    if rng.random() < 0.4:
        return []
    what = rng.choice(tuple(SIGNALS))
    return [{"what": what, "text": rng.choice(SIGNALS[what])[: settings.max_length]}]


def reply(rng: random.Random, settings: Settings, seen: Sequence[Option]) -> list[dict[str, Any]]:
    """Makes the room agree, more or less: two of three proposals are needed."""
    forms: list[dict[str, Any]] = []
    for place, proposal in enumerate(seen):
        if settings.sort:
            need = ("nodig", "nodig", "leuk")[place % 3] if rng.random() < 0.9 else "niet"
            forms.append({"about": proposal.id, "need": need})
        if settings.fits:
            forms.append({"about": proposal.id, "fits": "ja" if rng.random() < 0.8 else "nee"})
    return forms


def _proposal(answer: Answer, settings: Settings) -> Answer:
    if not answer.what:
        raise ValueError(Sentence("Kies eerst: iets wat je kunt tellen, of iets wat je merkt."))
    if not text.tidy(answer.text):
        raise ValueError(EMPTY[answer.what])
    return Answer(
        what=answer.what,
        text=text.clean(answer.text, settings.max_length),
        source=text.clean(answer.source, SOURCE_LENGTH) if text.tidy(answer.source) else "",
    )


def _vote(answer: Answer, settings: Settings) -> Answer:
    if answer.need and settings.sort:
        return Answer(about=answer.about, need=answer.need)
    if answer.fits and settings.fits:
        return Answer(about=answer.about, fits=answer.fits)
    raise ValueError(Sentence("Dit hoort niet bij deze vraag. Kies opnieuw."))


def _votes(entries: Sequence[Entry], field: str) -> dict[str, Counter[str]]:
    """Counts proposal id -> answer -> number of votes."""
    votes: dict[str, Counter[str]] = {}
    for entry in entries:
        if chosen := getattr(entry.answer, field):
            votes.setdefault(entry.answer.about, Counter())[chosen] += 1
    return votes


def _read(entry: Entry, needed: Mapping[str, int], fitting: Mapping[str, int]) -> Proposal:
    return Proposal(
        id=entry.id,
        what=entry.answer.what,
        text=entry.answer.text,
        source=entry.answer.source,
        state=entry.state,
        order=entry.order,
        owner=entry.notes.get("owner", ""),
        due=entry.notes.get("due", ""),
        needs={need: needed.get(need, 0) for need in NEEDS},
        fits={fit: fitting.get(fit, 0) for fit in ("ja", "nee")},
        lane=_lane(needed),
    )


def _lane(needed: Mapping[str, int]) -> str:
    """Returns what most people chose; empty when two answers share that place."""
    top = max(needed.values(), default=0)
    found = [need for need in NEEDS if top and needed.get(need) == top]
    return found[0] if len(found) == 1 else OPEN


def _lanes(shown: Sequence[Proposal]) -> tuple[Lane, ...]:
    return tuple(
        Lane(lane, label, tuple(sorted((one for one in shown if one.lane == lane), key=_by_votes)))
        for lane, label in (*NEEDS.items(), (OPEN, "Nog kiezen"))
    )


def _sorts(shown: Sequence[Proposal]) -> tuple[Lane, ...]:
    return tuple(
        Lane(what, label, tuple(one for one in shown if one.what == what))
        for what, label in (("indicator", "Indicatoren"), ("signaal", "Signalen"))
    )


def _by_votes(proposal: Proposal) -> int:
    return -proposal.needs.get(proposal.lane, 0)


def _item(proposal: Proposal, is_sorted: bool) -> ResultItem:
    """Returns a line for the record, with everything readable in its labels: the record keeps no owner and
    rhythm of its own for an item."""
    told = (
        proposal.kind,
        f"Bron: {proposal.source}" if proposal.source else "",
        NEEDS.get(proposal.lane, "") if is_sorted else "",
        f"Past bij het doel: ja {proposal.fits['ja']}, nee {proposal.fits['nee']}"
        if any(proposal.fits.values())
        else "",
        f"Hoe vaak: {proposal.due}" if proposal.due else "",
        f"Wie: {proposal.owner}" if proposal.owner else "",
    )
    return ResultItem(
        id=proposal.id,
        text=proposal.text,
        votes=proposal.needs.get(proposal.lane) if is_sorted else None,
        by_phones=True,
        ticked=proposal.lane == "nodig" if is_sorted else True,
        labels=tuple(label for label in told if label),
        owner=proposal.owner,
        due=proposal.due,
    )
