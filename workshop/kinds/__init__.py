"""The kinds of activity, and the contract that each of them keeps.

A kind is one package in this folder, one folder of templates, `templates/kinds/<kind>/`, and one file of
style, `static/css/kinds/<kind>.css`. They are found by name, and nothing else names a kind (docs/kinds.md).
The package declares what `Kind` lists, and its module `drawing` says where things stand on the big screen.
The templates are `phone.html` (shared by all phones), `mine.html` (one phone's own input), `result.html`
(what phones see of results that are shown), `list.html` (the words of what the screen shows, on phones),
`screen.html` and `desk.html`.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from types import ModuleType
from typing import Annotated, Any, Literal, Protocol, get_args, get_origin

import msgspec
from msgspec import Meta

from workshop.items import Item
from workshop.languages import Sentence

Text = Annotated[str, Meta(max_length=2000)]
Key = Annotated[str, Meta(max_length=80)]
State = Literal["held", "shown", "hidden"]
Form = Mapping[str, Sequence[str]]
"""A posted form: every field with all its values."""


class KindError(ValueError):
    """A kind that does not exist, settings that do not fit, or an answer that does not. The text is Dutch."""


class Labels(msgspec.Struct, frozen=True):
    """The words of desk and phones for this kind's input."""

    sent: str
    """What phones did, after their number: `stuurden een kaart`."""
    saved: str
    """The sentence on the phone after sending: `Je kaart is verstuurd.`"""
    open: str = "Deze stap is open"
    closed: str = Sentence("Deze stap is dicht")
    lock: str = "Zet deze stap dicht"
    unlock: str = "Zet deze stap weer open"


class Option(msgspec.Struct, frozen=True):
    """Something to choose from: a card or cluster of an earlier step, an item of the record, a fixed text."""

    id: str
    text: str
    tone: str = ""
    cards: int = 0
    field: str = ""
    members: tuple[str, ...] = ()
    """Ids of the cards in it, if it is a cluster."""
    texts: tuple[str, ...] = ()
    """What stands on those cards."""
    column: str = ""
    """Name of the column or the field it comes from; empty where there is only one."""


class Cluster(msgspec.Struct, frozen=True):
    id: str
    name: str
    column: str = ""


LISTS = ("source", "fields", "columns_from", "options", "statements", "columns")
"""Settings that say where a list comes from, or hold it."""


class EarlierMarks(msgspec.Struct, frozen=True):
    """One theme's mean in one earlier session; `when` is a date as people write it."""

    theme: str
    when: str
    mean: float | None
    low: int
    high: int
    marks: int


class Subgroup(msgspec.Struct, frozen=True):
    """One question of a step that asks several at the same time: each to a part of the room that sits
    together."""

    id: str
    question: str
    hint: str = ""
    tone: str = ""


class OpenAction(msgspec.Struct, frozen=True):
    """An action that this dossier agreed on before."""

    id: str
    text: str
    owner: str
    due: str
    status: str


class Inputs(msgspec.Struct, frozen=True, dict=True):
    """What a kind needs from elsewhere; empty where it needs nothing."""

    options: tuple[Option, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    earlier: tuple[EarlierMarks, ...] = ()
    actions: tuple[OpenAction, ...] = ()
    done: tuple[Option, ...] = ()
    marks_minimum: int = 5
    group_minimum: int = 5
    breakdown_minimum: int = 10
    disclosed: dict[str, tuple[frozenset[str], ...]] | None = None
    """Slot -> the versions that were counted each time that its figures were shown, the last time last. Once
    any were shown, a kind that does not settle shows no other figures."""

    def homes(self, listed: Sequence[Option]) -> dict[str, str]:
        """Returns the `homes` of these options. Those of `options` are made once: they may be hundreds, and
        each post is checked against them."""
        return self._homes if listed is self.options else homes(listed)

    @cached_property
    def _homes(self) -> dict[str, str]:
        return homes(self.options)


class Needs(msgspec.Struct, frozen=True):
    """Where those inputs come from: an earlier step (its key), fields of the record, or a list."""

    activity: str = ""
    fields: tuple[str, ...] = ()
    earlier_marks: str = ""
    """The output of which it shows the marks of earlier sessions beside the new ones."""
    open_actions: bool = False
    done_actions: bool = False
    """Whether it takes the actions that were done since the question was last answered, from the
    lists it builds on."""


UNSURE = ("misschien-", "taal-")


class Entry(msgspec.Struct, frozen=True):
    """One contribution, as the kind sees it. It never says who sent it."""

    id: str
    answer: Any
    state: State = "shown"
    group: str | None = None
    cluster: str | None = None
    order: int = 0
    notes: dict[str, str] = {}
    """What the facilitator added at the desk."""
    signals: tuple[str, ...] = ()
    """Why it waits: kinds of findings of safety/screening/__init__.py; what is not sure, and the language of
    a phone, begin with one of `UNSURE`."""
    version: str = ""
    """Id of the version: another one after its sender changed the answer."""
    paper: bool = False
    """Whether the desk typed it over from paper."""

    @property
    def sure(self) -> tuple[str, ...]:
        """The signals about which its sender was asked first."""
        return tuple(signal for signal in self.signals if not signal.startswith(UNSURE))


class ResultItem(Item, frozen=True, omit_defaults=True):
    """One line of a result. Its id stays the same as long as it is about the same cluster or card; the
    dossier gives it another one. What it has beside an item goes to the tables of marks and actions."""

    ticked: bool = True
    """Whether it is ticked when the review opens, in a result that chooses nothing."""
    theme: str = ""
    counts: tuple[int, ...] = ()
    unknown: int = 0
    groups: dict[str, tuple[int, ...]] = {}
    owner: str = ""
    due: str = ""
    often: str = ""
    """How often it comes back, in words."""
    is_moment: bool = False
    """Whether it is an agreement about time: when again, how often, and who plans it."""
    status: str = ""
    idea: str = ""
    """Id of the card that the desk made this action of; empty for another."""
    action: str = ""
    """Id of the open action that this line is about; empty for a new one."""


def is_enough(
    entries: Sequence[Entry], inputs: Inputs, people: Callable[[Sequence[Entry]], int] = len
) -> bool:
    """Says whether figures about these answers may be shown at all: enough people gave them, and those with a
    phone are enough by themselves or there are none. Whoever typed in paper knows what is on it, and would
    read the fifth answer from four sheets and a mean.

    `people` returns how many gave some of the answers.
    """
    phones = people([entry for entry in entries if not entry.paper])
    papers = people([entry for entry in entries if entry.paper])
    return phones + papers >= inputs.marks_minimum and not 0 < phones < inputs.marks_minimum


def is_disclosed(slot: str, counted: Collection[str], inputs: Inputs) -> bool:
    """Says whether figures about these versions of answers may be shown. After a first time only the same
    ones: from other figures, somebody who remembers the old ones could read what one person took back,
    changed or added."""
    return inputs.disclosed is None or inputs.disclosed.get(slot, ())[-1:] == (frozenset(counted),)


def list_from(kind: Kind, settings: Any) -> Needs | None:
    """Returns where the list of a step comes from; None for a step without a list, or with one of its own."""
    needs = kind.needs(settings)
    return needs if hasattr(kind, "typed") and (needs.activity or needs.fields) else None


def missing(kind: Kind, settings: Any, inputs: Inputs) -> Needs | None:
    """Returns where the list of a step comes from, if it has too few options to do anything
    with; else None."""
    return list_from(kind, settings) if len(inputs.options) < getattr(kind, "fewest", 1) else None


def homes(options: Sequence[Option]) -> dict[str, str]:
    """Returns what an answer may be about -> the option that it counts for. A card in a cluster counts
    for the cluster."""
    members = {member: option.id for option in options for member in option.members}
    return members | {option.id: option.id for option in options}


def slots(kind: Kind, settings: Any, inputs: Inputs) -> dict[str, str]:
    """Returns what an answer may be about -> the slot of its figures, where those differ."""
    return homes(kind.listed(settings, inputs)) if getattr(kind, "regroups", False) else {}


def versions(kind: Kind, entries: Sequence[Entry], settings: Any, inputs: Inputs) -> dict[str, list[str]]:
    """Returns slot -> the versions that its figures are about; empty for a kind without figures
    about few people."""
    by_slot = getattr(kind, "versions", None)
    home = slots(kind, settings, inputs)
    found: dict[str, list[str]] = {}
    for slot, counted in by_slot(entries).items() if by_slot else ():
        found.setdefault(home.get(slot, slot), []).extend(counted)
    return found


def asks(name: str) -> bool:
    """Says whether phones answer in a step of this kind. Raises `KindError`."""
    return getattr(get(name), "asks", True)


def goes_ahead(activity: Any) -> bool:
    """Says whether people can answer this step before the meeting: alone, and without an earlier step."""
    kind = get(activity.kind)
    if not getattr(kind, "ahead", False) or needs(activity.kind, activity.settings).activity:
        return False
    return not subgroups(kind, settings(kind, activity.settings))


def parks(kind: Kind) -> bool:
    """Says whether cards of this kind can be parked, and be put on a board of it."""
    return hasattr(kind, "fitted")


def called(activity: Any) -> str:
    """Returns what this step is, for people who make or lead a plan: `Kaarten`, `Pauze`."""
    kind = get(activity.kind)
    named = getattr(kind, "called", None)
    return named(settings(kind, activity.settings)) if named else kind.name


def says_ready(activity: Any) -> bool:
    """Says whether phones may say at this step that they are ready. A quick question is one tap."""
    return get(activity.kind).says_ready and not activity.beside


def subgroups(kind: Kind, settings: Any) -> tuple[Subgroup, ...]:
    """Returns the questions of a step that a plan asks in subgroups; nothing for every other step."""
    asked = getattr(kind, "subgroups", None)
    return asked(settings) if asked else ()


def settles(activity: Any) -> bool:
    """Says whether what phones sent to this step can no longer change while its results are shown."""
    return getattr(get(activity.kind), "settles", False)


def with_list(kind: Kind, given: dict[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    """Returns the settings of a step with a list that somebody typed, instead of a list from elsewhere.

    Raises `KindError` for a kind without a list, and for more lines than fit.
    """
    typed = getattr(kind, "typed", None)
    if typed is None:
        raise KindError("Deze stap heeft geen lijst.")
    kept = {name: value for name, value in given.items() if name not in LISTS}
    found = kept | typed(lines)
    try:
        settings(kind, found)
    except KindError:
        raise KindError("Zoveel regels passen niet in deze lijst. Neem er minder.") from None
    return found


class Figure(msgspec.Struct, frozen=True):
    """What the room said of one thing, in few words; empty where nothing may be told."""

    id: str
    """A slot, or an id of its own where all figures are of one slot."""
    text: str
    words: str


class Result(msgspec.Struct, frozen=True):
    """What an activity puts into one field; `output` is a key of the script's `saves`."""

    output: str
    label: str
    items: tuple[ResultItem, ...] = ()
    tone: str = ""
    chooses: bool = False
    """Whether the room chose from these items: `chosen` says which, and no others are ticked when the review
    opens."""

    def ticks(self, item: ResultItem) -> bool:
        return item.chosen if self.chooses else item.ticked


class Kind(Protocol):
    """What every kind declares."""

    __name__: str
    drawing: ModuleType
    """Where things stand on the big screen, in numbers: the module of that name in the kind's folder. Only
    the kind's own templates use it."""
    name: str
    """Dutch name for people who make a plan: `Kaarten`."""
    icon: str
    """Its icon in a plan, of static/icons.svg."""
    about: str
    """One sentence for who chooses a kind: what people do in such a step."""
    labels: Labels
    wrong: str
    """The sentence for an answer that does not fit at all."""
    Settings: type[msgspec.Struct]
    """A setting with a `title` is asked in the form of a step (controls.py)."""
    Answer: type[msgspec.Struct]
    hides: bool
    """Whether results stay hidden from phones and screen until the facilitator shows them."""
    shares: bool
    """Whether phones react to what others wrote: each new card that is shown is sent to every phone."""
    outcome: bool
    """Whether the room chooses or agrees with it: its result is on the last screen of the session."""
    ahead: bool
    """Whether people can answer it alone, before the meeting. Only declared where that is so."""
    says_ready: bool
    """Whether a phone may say that its owner is ready: there is more to send than one form. Elsewhere who
    sent the form is ready, and desk and screen count those."""
    asks: bool
    """Whether phones answer. Only declared, as False, by a kind in which they rest."""
    writes: tuple[str, ...]
    """The parts of an answer that a person writes, the main one first. They are screened, held back in a
    youth session, and the desk can overwrite them. A part of the same name in another kind is written too."""
    votes: tuple[str, str]
    """What one vote is called, and several: `stip`, `stippen`. Only declared by a kind whose
    lines have votes."""
    translated: tuple[str, ...]
    """The settings that phones read, as paths: `places`, `columns.label`. They get a translation."""
    meanings: Mapping[str, str]
    """Such a path -> the meaning of its text. Only declared by a kind with a Dutch word that means
    something else elsewhere."""
    in_every_language: bool
    """Whether its steps are translated on every worksheet, not only on those that translating.py names. Only
    declared where that is so."""
    explains: Mapping[str, str]
    """An output -> the output whose themes its lines are about. Only declared by a kind with such lines."""
    rewords: bool
    """Whether a second round can ask about another list. Only declared where that is so."""
    regroups: bool
    """Whether an answer about a card counts for the cluster that the card is put into. Only declared where
    that is so, together with `listed`."""
    settles: bool
    """Whether what was sent can no longer change while results are shown. Only declared where that is so; of
    other kinds that hide, the figures are no longer shown when something changes."""

    def called(self, settings: Any) -> str:
        """Returns what a step with these settings is. Only declared by a kind that is two things in one."""

    def subgroups(self, settings: Any) -> tuple[Subgroup, ...]:
        """Returns the questions that subgroups answer at the same time, two at least; nothing where everybody
        is asked the same. Only declared by a kind that can ask so, with `subgroup_of` and `for_subgroup`."""

    def subgroup_of(self, answer: Any) -> str:
        """Returns the id of the question that an answer is to."""

    def for_subgroup(self, settings: Any, subgroup: str) -> Any:
        """Returns the settings of a step that asks this one question only."""

    def needs(self, settings: Any) -> Needs: ...
    def outputs(self, settings: Any) -> tuple[str, ...]:
        """Returns the keys that `saves` may map to fields."""
        ...

    def fits_in(self, output: str) -> tuple[str, ...]:
        """Returns the kinds of field of a worksheet that can hold this output."""
        ...

    def split(self, form: Form, settings: Any) -> list[Form]:
        """Splits a posted form into the forms of single answers: one post may hold a mark for every theme."""
        ...

    def listed(self, settings: Any, inputs: Inputs) -> tuple[Option, ...]:
        """Returns what there is to choose from."""
        ...

    fewest: int
    """Least number of things in its list; one, unless a kind declares another."""

    def typed(self, lines: Sequence[str]) -> dict[str, Any]:
        """Returns the setting that holds a list of one's own. Only declared by a kind that
        chooses from a list."""
        ...

    def slot(self, answer: Any) -> str | None:
        """Returns a name for the place of an answer: it replaces the phone's earlier answer in that place.
        None replaces nothing."""
        ...

    def most(self, settings: Any) -> int:
        """Returns how many answers one phone may have at a time."""
        ...

    def check(self, answer: Any, settings: Any, inputs: Inputs) -> Any:
        """Returns the answer with its texts cleaned. Raises `ValueError` with a Dutch sentence."""
        ...

    def once(self, answers: Sequence[Any], own: Sequence[Any]) -> list[Any]:
        """Returns the answers without second votes beside the phone's `own` answers. Only declared by a kind
        in which one thing can be chosen in two ways."""
        ...

    def quick(self, statement: str) -> dict[str, Any]:
        """Returns the settings of a quick question about a statement. Only declared by one kind."""
        ...

    def fitted(self, answer: Any, settings: Any) -> Any:
        """Returns a card for a board with these settings. Only declared by a kind whose cards stand alone, so
        that they can be parked and put on another board."""
        ...

    def tally(self, entries: Sequence[Entry], settings: Any, inputs: Inputs) -> Any:
        """Counts what the screen needs. Pure."""
        ...

    def versions(self, entries: Sequence[Entry]) -> dict[str, list[str]]:
        """Returns slot -> the versions that its figures are about. Only declared by a kind that shows figures
        of a few people, or figures by group."""
        ...

    def compared(self, tally: Any) -> tuple[Figure, ...]:
        """Returns what two rounds are compared by. Only declared by a kind that can be answered a second
        time; it then declares `versions` too."""
        ...

    def another(self, tally: Any) -> Any:
        """Says whether the big screen can draw these results in another way too, `another.html`. Only
        declared by a kind that has two drawings."""
        ...

    def offers(self, tally: Any) -> tuple[Option, ...]:
        """Returns what a later step may choose from."""
        ...

    def summary(self, tally: Any, settings: Any) -> tuple[Result, ...]:
        """Returns what the record gets."""
        ...

    def simulate(self, rng: random.Random, settings: Any, inputs: Inputs) -> list[dict[str, Any]]:
        """Returns the forms that a simulated phone posts, in order; values are texts or lists of texts."""
        ...

    def reply(self, rng: random.Random, settings: Any, seen: Sequence[Option]) -> list[dict[str, Any]]:
        """Returns the forms that a simulated phone posts about what others sent (`offers`). Only declared by
        a kind that shares."""
        ...


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


@cache
def get(name: str) -> Kind:
    """Returns the kind of that name, with its drawings. Raises `KindError` for an unknown name."""
    if name not in names():
        raise KindError(f"De vorm '{name}' bestaat niet. Kies uit: {', '.join(names())}.")
    importlib.import_module(f"{__name__}.{name}.drawing")
    return importlib.import_module(f"{__name__}.{name}")  # ty: ignore[invalid-explicit-return]


@cache
def for_quick_question() -> Kind:
    """Returns the kind of a question that a desk asks beside the plan."""
    return next(kind for kind in map(get, names()) if hasattr(kind, "quick"))


@cache
def for_parking() -> Kind:
    """Returns the kind of what a desk keeps for later."""
    return next(kind for kind in map(get, names()) if parks(kind))


@cache
def writes() -> tuple[str, ...]:
    """Returns the parts of an answer that a person writes, of all kinds."""
    return tuple(dict.fromkeys(part for name in names() for part in get(name).writes))


def texts(kind: Kind, answer: Any) -> tuple[str, ...]:
    """Returns what a person wrote in an answer, the main text first."""
    return tuple(words for part in kind.writes if (words := getattr(answer, part)))


def explains(name: str) -> Mapping[str, str]:
    """Returns an output of this kind -> the output whose themes its lines are about. Raises `KindError`."""
    return getattr(get(name), "explains", {})


def translated(kind: Kind, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields every text in the settings of a script that phones read, and its meaning where it
    has more than one."""
    meanings = getattr(kind, "meanings", {})
    for path in kind.translated:
        yield from ((words, meanings.get(path, "")) for words in _found_at(given, path.split(".")))


def settings(kind: Kind, given: Mapping[str, Any]) -> Any:
    """Converts settings from TOML or JSON to those of the kind. Raises `KindError`, which names the key."""
    try:
        return msgspec.convert(given, kind.Settings)
    except msgspec.ValidationError as error:
        raise KindError(str(error)) from None


def needs(name: str, given: Mapping[str, Any]) -> Needs:
    """Returns what a step of this kind with these settings needs from elsewhere. Raises `KindError`."""
    kind = get(name)
    return kind.needs(settings(kind, given))


def answer(kind: Kind, form: Form, chosen: Any, inputs: Inputs) -> Any:
    """Reads the answer in the form of a single answer, and checks it. Raises `KindError`."""
    given = {
        name: values if is_list else values[-1]
        for name, is_list in _fields(kind.Answer)
        if (values := [value for value in form.get(name, []) if value != ""])
    }
    try:
        return kind.check(msgspec.convert(given, kind.Answer, strict=False), chosen, inputs)
    except msgspec.ValidationError:
        raise KindError(kind.wrong) from None
    except KindError:
        raise
    except ValueError as error:
        raise KindError(str(error)) from None


def posted(simulated: Mapping[str, Any]) -> Form:
    """Returns a form of `simulate` or `reply` as a phone posts it."""
    return {name: value if isinstance(value, list) else [value] for name, value in simulated.items()}


def once(kind: Kind, answers: Sequence[Any], own: Sequence[Any]) -> Sequence[Any]:
    """Returns these answers without what would count twice for one phone."""
    return kind.once(answers, own) if hasattr(kind, "once") else answers


def stored(kind: Kind, body: Mapping[str, Any]) -> Any:
    """Reads the answer of a row. It was checked when it came in."""
    return msgspec.convert(body, kind.Answer)


@cache
def _fields(answer: type[msgspec.Struct]) -> tuple[tuple[str, bool], ...]:
    """Returns each field, and whether it takes all values of a form instead of the last."""
    return tuple((field.name, _is_list(field.type)) for field in msgspec.structs.fields(answer))


def _is_list(annotation: Any) -> bool:
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return get_origin(plain) in (list, tuple)


def _found_at(given: Any, path: Sequence[str]) -> Iterator[str]:
    """Yields the texts at this path, of every element of a list on the way; at its end, all of them."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping):
        for inside in [given.get(path[0], ())] if path else given.values():
            yield from _found_at(inside, path[1:])
    else:
        for inside in given:
            yield from _found_at(inside, path)
