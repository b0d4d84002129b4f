"""The content: bouwstenen, worksheets, steps, fields and scripts, as `sessions/*.toml` tells them."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from workshop.content_check import ContentError, check_kinds, convert, reference_errors

T = TypeVar("T")

WorksheetId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?$")]
StepId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?\.s[0-9]+$")]
FieldId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?\.[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Label = Annotated[str, Meta(min_length=1, max_length=120)]
ShortLabel = Annotated[str, Meta(min_length=1, max_length=40)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
OptionalText = Annotated[str, Meta(max_length=500)]
MOST_SPOKEN, LONGEST_SPOKEN = 3, 200
"""Sentences that a facilitator can say at one step, and the letters of one."""
Sentence = Annotated[str, Meta(min_length=1, max_length=LONGEST_SPOKEN)]
Sentences = Annotated[list[Sentence], Meta(max_length=MOST_SPOKEN)]
Minutes = Annotated[int, Meta(ge=1, le=120)]

FieldKind = Literal[
    "text",
    "list",
    "matrix",
    "indicator-list",
    "partners-table",
    "choice",
    "actions",
    "marks",
    "two-column",
]
SEQUENCES, STRUCTURES = "sequences.toml", "structures.toml"
SHARED = ("bouwstenen.toml", "fields.toml", SEQUENCES, STRUCTURES)
FourStep = Literal["", "herkennen", "begrijpen", "waarderen", "verbeteren"]


class Bouwsteen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the seven; `worksheets` are the ids of its worksheets in workbook order."""

    number: Annotated[int, Meta(ge=0, le=6)]
    title: Label
    gist: Text
    worksheets: Annotated[list[WorksheetId], Meta(min_length=1)]


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in `bouwstenen.toml`."""

    bouwstenen: list[Bouwsteen]


class FieldIds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in `fields.toml`: dossiers hold answers to these, so none of them may vanish."""

    fields: list[FieldId]


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: Label
    url: Annotated[str, Meta(pattern=r"^https://", max_length=500)]


class Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`field` is the other end: where an answer comes from, or (from `feeds_into`) where it goes."""

    field: FieldId
    basis: Literal["said", "said-bouwsteen", "implied"]
    note: OptionalText = ""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a worksheet. `feeds_back` names earlier answers that a review may change."""

    id: FieldId
    label: Label
    question: Text
    kind: FieldKind
    when: Literal["once", "start", "periodic"]
    who: Literal["all", "policy", "practice", "youth"]
    youth: Literal["good", "guided", "no"]
    structure: Annotated[str, Meta(max_length=60)] = ""
    columns: list[Label] = []
    values: list[Label] = []
    options: list[Label] = []
    max_items: Annotated[int, Meta(ge=1, le=100)] | None = None
    four_step: FourStep = ""
    pair: FieldId | Literal[""] = ""
    derived: bool = False
    hints: list[Text] = []
    tips: list[Text] = []
    advice: list[Text] = []
    examples: list[Text] = []
    helper_questions: list[Text] = []
    links: list[Link] = []
    carries_from: list[Edge] = []
    builds_on: list[FieldId] = []
    feeds_back: list[FieldId] = []


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: StepId
    title: Label
    fields: Annotated[list[Field], Meta(min_length=1)]
    structure: Annotated[str, Meta(max_length=60)] = ""
    hints: list[Text] = []
    tips: list[Text] = []
    advice: list[Text] = []
    helper_questions: list[Text] = []
    links: list[Link] = []

    @property
    def key(self) -> str:
        """`s5` of `1-A.s5`."""
        return self.id.rpartition(".")[2]


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones of young people ask it. What is empty here, they read as everybody does."""

    title: Annotated[str, Meta(max_length=120)] = ""
    question: OptionalText = ""
    help: OptionalText = ""


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a facilitator can say at a step, sentence by sentence; no participant reads it. `youth` is for
    sessions in which young people take part; what is empty there, is said as to everybody."""

    general: Sentences = []
    youth: Sentences = []


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked in one step of a live session, of whom, and how long it takes."""

    kind: Key
    title: Label
    question: Text
    """For professionals, and on the big screen."""
    minutes: Minutes
    help: OptionalText = ""
    audience: Literal["samen", "jongeren", "partners"] = "samen"
    youth: Wording | None = None
    settings: dict[str, Any] = {}


class ScriptActivity(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of a live session; `saves` maps an output of the kind to a field id."""

    key: Key
    saves: dict[str, FieldId] = {}
    spoken: Spoken | None = None


class SequenceStep(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of a composed sequence. `{subject}` and `{key}` stand for what a script fills in."""

    id: Key
    outputs: Annotated[list[Key], Meta(min_length=1)]
    """What the step saves, all of it to one field."""


class SequenceUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A composed sequence in a script: a step that `saves` does not name is left out."""

    sequence: Key
    key: Key
    """What the keys of its steps begin with: `gesprek` makes `gesprek-herkennen`."""
    subject: Label
    saves: Annotated[dict[Key, FieldId], Meta(min_length=1)]
    change: dict[Key, dict[str, Any]] = {}
    """What this script asks in another way, by step: whole values, such as all of `settings`."""
    spoken: dict[Key, Spoken] = {}
    """What a facilitator can say, by step."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shorter or longer session with steps of the script; `minutes` where a step takes another time."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    steps: Annotated[list[Key], Meta(min_length=1)]
    minutes: dict[Key, Minutes] = {}


class ShortTitle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What participants read in place of the official title; `youth` where young people take part."""

    general: ShortLabel
    youth: ShortLabel

    def of(self, young: bool) -> str:
        return self.youth if young else self.general


class Worksheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One worksheet: once per partnership, per active ambition or per activity, as `scope` says."""

    id: WorksheetId
    bouwsteen: Annotated[int, Meta(ge=0, le=6)]
    sheet: Literal["main", "learn"]
    scope: Literal["partnership", "ambition", "activity"]
    title: Label
    """The official one, in the dossier and in documents."""
    short_title: ShortTitle
    why: Text
    result: Text
    steps: Annotated[list[Step], Meta(min_length=1)]
    start_note: OptionalText = ""
    script: list[ScriptActivity] = []
    variants: list[Variant] = []

    @property
    def slug(self) -> str:
        return self.id.lower()

    def called(self, title: str, young: bool) -> str:
        """What participants read above a session: the `title` that somebody gave it, else the short one."""
        return title if title and title != self.title else self.short_title.of(young)

    def audience(self, key: str) -> str:
        """Whom a step of the script asks; a step of somebody's own asks everybody."""
        return next((step.audience for step in self.script if step.key == key), "samen")

    @property
    def fields(self) -> list[Field]:
        return [field for step in self.steps for field in step.fields]

    def field(self, id: str) -> Field:
        """Raises KeyError for an id that is not on this worksheet."""
        return {field.id: field for field in self.fields}[id]

    def step_key(self, field_id: str) -> str:
        """`s5`: the step that asks this, as it stands in an address. Raises KeyError."""
        return {field.id: step.key for step in self.steps for field in step.fields}[field_id]

    def variant(self, name: str) -> list[ScriptActivity]:
        """The activities of that variant, in its order and with its minutes. Raises KeyError."""
        chosen = {variant.name: variant for variant in self.variants}[name]
        script = {activity.key: activity for activity in self.script}
        return [
            msgspec.structs.replace(script[key], minutes=chosen.minutes.get(key, script[key].minutes))
            for key in chosen.steps
        ]


class Shelf(NamedTuple):
    """What scripts share, by name: ready-made settings of activities, and composed sequences."""

    settings: dict[str, dict[str, Any]]
    sequences: dict[str, list[SequenceStep]]


class Library:
    """All content, in workbook order. Look-ups raise KeyError for an id that does not exist."""

    def __init__(
        self,
        bouwstenen: Iterable[Bouwsteen],
        worksheets: Iterable[Worksheet],
        structures: dict[str, Any] | None = None,
        field_ids: Iterable[str] = (),
    ) -> None:
        """`field_ids` are the fields that there must be."""
        self.bouwstenen = list(bouwstenen)
        self.worksheets = list(worksheets)
        self.structures = structures or {}
        self.field_ids = list(field_ids)
        self._worksheets = {worksheet.id: worksheet for worksheet in self.worksheets}
        self._slugs = {worksheet.slug: worksheet for worksheet in self.worksheets}
        self._fields = {field.id: field for worksheet in self.worksheets for field in worksheet.fields}
        self._asked_on = {field.id: worksheet for worksheet in self.worksheets for field in worksheet.fields}
        self._feeds: dict[str, list[Edge]] = _reversed_edges(self._fields.values())

    @classmethod
    def load(cls, folder: Path) -> Library:
        """The content of a folder. Raises ContentError for the first mistake in it."""
        bouwstenen = _read_bouwstenen(folder)
        structures, shelf = _read_shared(folder)
        worksheets = [_read_worksheet(folder, b, id, shelf) for b in bouwstenen for id in b.worksheets]
        _refuse_strays(folder, worksheets)
        field_ids = convert(_read(folder / "fields.toml"), FieldIds, "fields.toml").fields
        library = cls(bouwstenen, worksheets, structures, field_ids)
        for error in reference_errors(library):
            raise error
        for worksheet in worksheets:
            check_kinds(worksheet)
        return library

    def worksheet(self, id: str) -> Worksheet:
        return self._worksheets[id]

    def by_slug(self, slug: str) -> Worksheet:
        return self._slugs[slug]

    def field(self, id: str) -> Field:
        return self._fields[id]

    def worksheet_of(self, field_id: str) -> Worksheet:
        return self._asked_on[field_id]

    def has_field(self, id: str) -> bool:
        return id in self._fields

    def feeds_into(self, field_id: str) -> list[Edge]:
        """The fields that take over this answer: the inverse of every `carries_from`."""
        self.field(field_id)
        return list(self._feeds.get(field_id, []))

    def bouwsteen_worksheets(self, number: int) -> list[Worksheet]:
        return [worksheet for worksheet in self.worksheets if worksheet.bouwsteen == number]


def _reversed_edges(fields: Iterable[Field]) -> dict[str, list[Edge]]:
    edges = defaultdict(list)
    for field in fields:
        for edge in field.carries_from:
            edges[edge.field].append(msgspec.structs.replace(edge, field=field.id))
    return dict(edges)


def _read_bouwstenen(folder: Path) -> list[Bouwsteen]:
    file = "bouwstenen.toml"
    return convert(_read(folder / file), Contents, file).bouwstenen


def _read_shared(folder: Path) -> tuple[dict[str, Any], Shelf]:
    """The structures, each with the ready-made settings of its name; and what scripts share."""
    structures = _tables(_read(folder / STRUCTURES), dict[str, Any], STRUCTURES)
    settings = _tables(structures.pop("settings", {}), dict[str, Any], STRUCTURES, "settings.")
    sequences = _tables(_read(folder / SEQUENCES), list[SequenceStep], SEQUENCES)
    merged = {name: settings.get(name, {}) | part for name, part in structures.items()}
    return merged, Shelf(settings, sequences)


def _tables(told: dict[str, Any], shape: type[T], file: str, path: str = "") -> dict[str, T]:
    return {name: convert(part, shape, file, f"{path}{name}") for name, part in told.items()}


def _read_worksheet(folder: Path, bouwsteen: Bouwsteen, id: str, shelf: Shelf) -> Worksheet:
    file = f"{id.lower()}.toml"
    told = _read(folder / file)
    script = convert(told.pop("script", []), list[dict[str, Any]], file, "script")
    worksheet = convert(told, Worksheet, file)
    if worksheet.id != id:
        raise ContentError(file, "id", f"hier hoort '{id}' te staan, niet '{worksheet.id}'")
    if worksheet.bouwsteen != bouwsteen.number:
        raise ContentError(file, "bouwsteen", f"volgens bouwstenen.toml is dit bouwsteen {bouwsteen.number}")
    activities = [
        activity
        for place, given in enumerate(script)
        for activity in _activities(given, shelf, file, f"script[{place}]")
    ]
    return msgspec.structs.replace(worksheet, script=activities)


def _activities(given: dict[str, Any], shelf: Shelf, file: str, path: str) -> Iterator[ScriptActivity]:
    """One activity, or those of the sequence that stands there."""
    if "sequence" in given:
        yield from _expanded(convert(given, SequenceUse, file, path), shelf, file, path)
    else:
        yield _settled(convert(given, ScriptActivity, file, path), shelf, file, path)


def _expanded(use: SequenceUse, shelf: Shelf, file: str, path: str) -> Iterator[ScriptActivity]:
    if use.sequence not in shelf.sequences:
        problem = f"de reeks '{use.sequence}' bestaat niet; kies uit: {', '.join(shelf.sequences)}"
        raise ContentError(file, f"{path}.sequence", problem)
    steps = {step.id: step for step in shelf.sequences[use.sequence]}
    for part, ids in (("saves", use.saves), ("change", use.change)):
        for id in ids:
            if id not in steps:
                problem = f"deze stap heeft de reeks '{use.sequence}' niet; kies uit: {', '.join(steps)}"
                raise ContentError(file, f"{path}.{part}.{id}", problem)
    for id in use.spoken:
        if id not in use.saves:
            problem = f"deze stap staat niet bij saves; kies uit: {', '.join(use.saves)}"
            raise ContentError(file, f"{path}.spoken.{id}", problem)
    for id, step in steps.items():
        if id in use.saves:
            changed = msgspec.to_builtins(step) | use.change.get(id, {})
            asked = convert(changed, SequenceStep, file, f"{path}.change.{id}")
            filled = convert(_filled_in(asked, use), ScriptActivity, file, f"{path}.{id}")
            filled = msgspec.structs.replace(filled, spoken=use.spoken.get(id))
            yield _settled(filled, shelf, file, f"{path}.{id}")


def _filled_in(step: SequenceStep, use: SequenceUse) -> dict[str, Any]:
    told = msgspec.to_builtins(step)
    outputs, id = told.pop("outputs"), told.pop("id")
    saves = dict.fromkeys(outputs, use.saves[id])
    return _with_words(told, use) | {"key": f"{use.key}-{id}", "saves": saves}


def _with_words(told: Any, use: SequenceUse) -> Any:
    if isinstance(told, dict):
        return {key: _with_words(value, use) for key, value in told.items()}
    if isinstance(told, list):
        return [_with_words(value, use) for value in told]
    if isinstance(told, str):
        return told.replace("{subject}", use.subject).replace("{key}", use.key)
    return told


def _settled(activity: ScriptActivity, shelf: Shelf, file: str, path: str) -> ScriptActivity:
    """The activity with the ready-made settings that `structure` names; its own settings come first."""
    if "structure" not in activity.settings:
        return activity
    own = dict(activity.settings)
    name = str(own.pop("structure"))
    if name not in shelf.settings:
        choices = ", ".join(shelf.settings)
        problem = f"'{name}' staat niet bij settings in structures.toml; kies uit: {choices}"
        raise ContentError(file, f"{path}.settings.structure", problem)
    return msgspec.structs.replace(activity, settings=shelf.settings[name] | own)


def _refuse_strays(folder: Path, worksheets: list[Worksheet]) -> None:
    known = {*SHARED, *(f"{worksheet.slug}.toml" for worksheet in worksheets)}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in known:
            raise ContentError(path.name, "", "dit bestand staat niet in bouwstenen.toml")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ContentError(path.name, "", "dit bestand ontbreekt") from error
    except UnicodeDecodeError as error:
        raise ContentError(path.name, "", "dit bestand is geen UTF-8-tekst") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"regel {place[1]}, teken {place[2]}" if place else "einde van het bestand"
        raise ContentError(path.name, where, f"dit is geen geldige TOML ({error})") from error
