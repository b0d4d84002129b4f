"""The content: bouwstenen, worksheets, steps, fields and scripts, as `sessions/*.toml` tells them."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from workshop.content_check import ContentError, check_kinds, convert, reference_errors

WorksheetId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?$")]
StepId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?\.s[0-9]+$")]
FieldId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?\.[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Label = Annotated[str, Meta(min_length=1, max_length=120)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
OptionalText = Annotated[str, Meta(max_length=500)]

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


class ScriptActivity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a live session; `saves` maps an output of the kind to a field id."""

    key: Key
    kind: Key
    title: Label
    question: Text
    minutes: Annotated[int, Meta(ge=1, le=120)]
    help: OptionalText = ""
    audience: Literal["samen", "jongeren", "partners"] = "samen"
    settings: dict[str, Any] = {}
    saves: dict[str, FieldId] = {}


class Worksheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One worksheet: once per partnership, per active ambition or per activity, as `scope` says."""

    id: WorksheetId
    bouwsteen: Annotated[int, Meta(ge=0, le=6)]
    sheet: Literal["main", "learn"]
    scope: Literal["partnership", "ambition", "activity"]
    title: Label
    why: Text
    result: Text
    steps: Annotated[list[Step], Meta(min_length=1)]
    start_note: OptionalText = ""
    script: list[ScriptActivity] = []

    @property
    def slug(self) -> str:
        return self.id.lower()

    @property
    def fields(self) -> list[Field]:
        return [field for step in self.steps for field in step.fields]

    def field(self, id: str) -> Field:
        """Raises KeyError for an id that is not on this worksheet."""
        return {field.id: field for field in self.fields}[id]


class Library:
    """All content, in workbook order. Look-ups raise KeyError for an id that does not exist."""

    def __init__(
        self,
        bouwstenen: Iterable[Bouwsteen],
        worksheets: Iterable[Worksheet],
        structures: dict[str, Any] | None = None,
    ) -> None:
        self.bouwstenen = list(bouwstenen)
        self.worksheets = list(worksheets)
        self.structures = structures or {}
        self._worksheets = {worksheet.id: worksheet for worksheet in self.worksheets}
        self._slugs = {worksheet.slug: worksheet for worksheet in self.worksheets}
        self._fields = {field.id: field for worksheet in self.worksheets for field in worksheet.fields}
        self._feeds: dict[str, list[Edge]] = _reversed_edges(self._fields.values())

    @classmethod
    def load(cls, folder: Path) -> Library:
        """The content of a folder. Raises ContentError for the first mistake in it."""
        bouwstenen = _read_bouwstenen(folder)
        worksheets = [_read_worksheet(folder, b, id) for b in bouwstenen for id in b.worksheets]
        _refuse_strays(folder, worksheets)
        library = cls(bouwstenen, worksheets, _read(folder / "structures.toml"))
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


def _read_worksheet(folder: Path, bouwsteen: Bouwsteen, id: str) -> Worksheet:
    file = f"{id.lower()}.toml"
    worksheet = convert(_read(folder / file), Worksheet, file)
    if worksheet.id != id:
        raise ContentError(file, "id", f"hier hoort '{id}' te staan, niet '{worksheet.id}'")
    if worksheet.bouwsteen != bouwsteen.number:
        raise ContentError(file, "bouwsteen", f"volgens bouwstenen.toml is dit bouwsteen {bouwsteen.number}")
    return worksheet


def _refuse_strays(folder: Path, worksheets: list[Worksheet]) -> None:
    known = {"bouwstenen.toml", "structures.toml", *(f"{worksheet.slug}.toml" for worksheet in worksheets)}
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
