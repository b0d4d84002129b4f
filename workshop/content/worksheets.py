"""The shapes of what `sessions/*.toml` holds: bouwstenen, worksheets, steps, fields and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

WorksheetId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?$")]
StepId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?\.s[0-9]+$")]
FieldId = Annotated[str, Meta(pattern=r"^[0-6](-[A-Z])?(-leren)?\.[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Label = Annotated[str, Meta(min_length=1, max_length=120)]
ShortLabel = Annotated[str, Meta(min_length=1, max_length=40)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
OptionalText = Annotated[str, Meta(max_length=500)]
MOST_SPOKEN, LONGEST_SPOKEN = 3, 200
"""Most sentences that a facilitator can say at one step, and most letters of each."""
Sentence = Annotated[str, Meta(min_length=1, max_length=LONGEST_SPOKEN)]
Sentences = Annotated[list[Sentence], Meta(max_length=MOST_SPOKEN)]
LONGEST_MINUTES = 180
"""Most minutes of one step, in a script and in a plan of a facilitator."""
Minutes = Annotated[int, Meta(ge=1, le=LONGEST_MINUTES)]

FieldKind = Literal[
    "text",
    "list",
    "matrix",
    "indicator-list",
    "partners-table",
    "choice",
    "actions",
    "moments",
    "marks",
    "two-column",
]
Audience = Literal["samen", "jongeren", "partners"]
"""Whom a step asks: everybody, or a part of the room."""
FourStep = Literal["", "herkennen", "begrijpen", "waarderen", "verbeteren"]


class Bouwsteen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the seven; `worksheets` are the ids of its worksheets in workbook order."""

    number: Annotated[int, Meta(ge=0, le=6)]
    title: Label
    gist: Text
    worksheets: Annotated[list[WorksheetId], Meta(min_length=1)]


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `bouwstenen.toml`."""

    bouwstenen: list[Bouwsteen]


class FieldIds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `fields.toml`: dossiers hold answers to these fields, so none of them may vanish."""

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


class WorksheetStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    """How phones of young people ask it. Where this is empty, they read what everybody reads."""

    title: Annotated[str, Meta(max_length=120)] = ""
    question: OptionalText = ""
    help: OptionalText = ""


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a facilitator can say at a step, sentence by sentence; no participant reads it. `youth` is for
    sessions in which young people take part; where it is empty, they hear what everybody hears."""

    general: Sentences = []
    youth: Sentences = []


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one step of a live session asks, of whom, and how long it takes."""

    kind: Key
    title: Label
    question: Text
    """The wording for professionals and on the big screen."""
    minutes: Minutes
    help: OptionalText = ""
    audience: Audience = "samen"
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
    """The outputs that the step saves, all of them to one field."""


class SequenceUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A composed sequence in a script: a step that `saves` does not name is left out."""

    sequence: Key
    key: Key
    """Begin of the keys of its steps: `gesprek` makes `gesprek-herkennen`."""
    subject: Label
    saves: Annotated[dict[Key, FieldId], Meta(min_length=1)]
    change: dict[Key, dict[str, Any]] = {}
    """What this script asks in another way, by step: whole values, such as all of `settings`."""
    spoken: dict[Key, Spoken] = {}
    """What a facilitator can say, by step."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shorter or longer session with steps of the script; `minutes` has the steps that
    take another time."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    steps: Annotated[list[Key], Meta(min_length=1)]
    minutes: dict[Key, Minutes] = {}


class ShortTitle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The title that participants read instead of the official one; `youth` where young people take part."""

    general: ShortLabel
    youth: ShortLabel

    def of(self, young: bool) -> str:
        return self.youth if young else self.general


class Guidance(NamedTuple):
    """How to do a step, in sentences for the facilitator."""

    hints: list[str]
    tips: list[str]
    helper_questions: list[str]
    advice: list[str]


class Worksheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One worksheet: filled in once per partnership, per active ambition or per activity, as `scope` says."""

    id: WorksheetId
    bouwsteen: Annotated[int, Meta(ge=0, le=6)]
    sheet: Literal["main", "learn"]
    scope: Literal["partnership", "ambition", "activity"]
    title: Label
    """The official one, in the dossier and in documents."""
    short_title: ShortTitle
    why: Text
    result: Text
    steps: Annotated[list[WorksheetStep], Meta(min_length=1)]
    start_note: OptionalText = ""
    script: list[ScriptActivity] = []
    variants: list[Variant] = []

    @property
    def slug(self) -> str:
        return self.id.lower()

    def called(self, title: str, young: bool) -> str:
        """Returns the title that participants read above a session: the `title` that somebody gave it,
        else the short one."""
        return title if title and title != self.title else self.short_title.of(young)

    @property
    def fields(self) -> list[Field]:
        return [field for step in self.steps for field in step.fields]

    @property
    def youth_steps(self) -> int:
        """How many steps of its script ask young people too."""
        return sum(step.audience != "partners" for step in self.script)

    def field(self, id: str) -> Field:
        """Returns a field of this worksheet. Raises `KeyError` for an id that it does not have."""
        return {field.id: field for field in self.fields}[id]

    def step_key(self, field_id: str) -> str:
        """Returns the key of the step that asks this field, as it stands in an address: `s5`.
        Raises `KeyError`."""
        return {field.id: step.key for step in self.steps for field in step.fields}[field_id]

    def guidance(self, field_ids: Iterable[str]) -> Guidance:
        """Returns what helps with these fields: first that of their step, then that of each of them."""
        ids = set(field_ids)
        parts: list[Field | WorksheetStep] = []
        for step in self.steps:
            if asked := [field for field in step.fields if field.id in ids]:
                parts += [step, *asked]
        return Guidance(
            *(
                list(dict.fromkeys(text for part in parts for text in getattr(part, name)))
                for name in Guidance._fields
            )
        )

    def variant(self, name: str) -> list[ScriptActivity]:
        """Returns the activities of that variant, in its order and with its minutes. Raises `KeyError`."""
        chosen = {variant.name: variant for variant in self.variants}[name]
        script = {activity.key: activity for activity in self.script}
        return [
            msgspec.structs.replace(script[key], minutes=chosen.minutes.get(key, script[key].minutes))
            for key in chosen.steps
        ]
