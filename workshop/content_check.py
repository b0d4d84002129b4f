"""What can be wrong with the content in `sessions/*.toml`, said in Dutch to the person who edits it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from workshop import kinds
from workshop.readability import PHONE, ROOM, SPOKEN, TOLD, YOUNG, Level, problems, problems_together

if TYPE_CHECKING:
    from workshop.bouwstenen import Library, ScriptActivity, Worksheet

T = TypeVar("T")

LONGEST_SCRIPT = 180
NOT_FOR_READING = {
    *("id", "key", "kind", "url", "field", "fields", "source", "saves", "structure", "builds_on"),
    *(
        "columns_from",
        "preset",
        "tone",
        "icon",
        "when",
        "who",
        "sheet",
        "scope",
        "basis",
        "four_step",
        "pair",
    ),
    *("audience"),
}
LINES = frozenset({"text", "list", "choice", "two-column", "matrix", "partners-table", "indicator-list"})
HOLDS = {
    "cards": {"text", "list", "two-column", "partners-table"},
    "dots": {"text", "list", "choice", "partners-table"},
    "lights": {"text", "list", "choice", "matrix"},
    "marks": {"marks"},
    "marks.higher": {"list"},
    "pairs": {"matrix"},
    "table": {"matrix", "partners-table"},
    "table.gaps": {"list"},
    "signals": {"indicator-list"},
    "actions": {"actions"},
}
"""Kind, or kind and output -> kinds of field that can hold it. Any other kind brings lines of text."""


class ContentError(ValueError):
    """A mistake in the content: which file, where in it (`script[2].minutes`, or empty) and what is wrong."""

    def __init__(self, file: str, path: str, problem: str) -> None:
        self.file, self.path, self.problem = file, path, problem
        super().__init__(": ".join(part for part in (file, path, problem) if part))


def check(library: Library) -> list[str]:
    """Every problem in the content as a Dutch sentence; an empty list means that all is well."""
    found = [str(error) for error in reference_errors(library)]
    for worksheet in library.worksheets:
        found += [f"{worksheet.slug}.toml: {problem}" for problem in _worksheet_problems(worksheet)]
        found += _structure_problems(library, worksheet)
        found += (f"{worksheet.slug}.toml: {problem}" for problem in _saving_problems(library, worksheet))
    found += _missing_fields(library)
    found += _hard_texts("structures.toml", _read(library.structures), TOLD)
    found += _hard_texts("bouwstenen.toml", _read(msgspec.to_builtins(library.bouwstenen)), TOLD)
    return found


def check_phone_texts(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Every problem in what phones read outside the worksheets: (where it stands, its Dutch)."""
    read = [Read(where, _spoken(text), young=True) for where, text in texts]
    return list(_hard_texts("", read, PHONE))


def convert(data: Any, shape: type[T], file: str, path: str = "") -> T:
    """`data` as `shape`; raises ContentError with the key path below `path`."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        where, problem = _in_dutch(str(error))
        place = f"{path}{where}" if where.startswith("[") else ".".join(filter(None, (path, where)))
        raise ContentError(file, place, problem) from error


def check_kinds(worksheet: Worksheet) -> None:
    """Raises ContentError for an unknown kind, settings that it refuses, or an output it does not have."""
    for activity in worksheet.script:
        file, path = f"{worksheet.slug}.toml", _place(activity)
        try:
            kind = kinds.get(activity.kind)
        except kinds.KindError as error:
            raise ContentError(file, f"{path}.kind", str(error)) from error
        settings = convert(activity.settings, kind.Settings, file, f"{path}.settings")
        outputs = kind.outputs(settings)
        for output in activity.saves:
            if output not in outputs:
                problem = f"deze uitkomst bestaat niet; kies uit: {', '.join(outputs)}"
                raise ContentError(file, f"{path}.saves.{output}", problem)


def reference_errors(library: Library) -> Iterator[ContentError]:
    """Duplicate ids, and ids that point to nothing."""
    seen: set[str] = set()
    for worksheet in library.worksheets:
        for path, id in _ids(worksheet):
            if id in seen:
                yield ContentError(f"{worksheet.slug}.toml", path, f"'{id}' bestaat twee keer")
            seen.add(id)
    for worksheet in library.worksheets:
        for path, id in _pointers(worksheet):
            if not library.has_field(id):
                yield ContentError(f"{worksheet.slug}.toml", path, f"het veld '{id}' bestaat niet")
        for path, problem in _script_mistakes(worksheet):
            yield ContentError(f"{worksheet.slug}.toml", path, problem)
        for path, problem in _variant_mistakes(worksheet):
            yield ContentError(f"{worksheet.slug}.toml", path, problem)


def _place(activity: ScriptActivity) -> str:
    """Where an activity stands: by its key, because a sequence becomes several of them."""
    return f"script[{activity.key}]"


def _ids(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
    yield "id", worksheet.id
    for i, step in enumerate(worksheet.steps):
        yield f"steps[{i}].id", step.id
        for j, field in enumerate(step.fields):
            yield f"steps[{i}].fields[{j}].id", field.id


def _pointers(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
    for i, step in enumerate(worksheet.steps):
        for j, field in enumerate(step.fields):
            path = f"steps[{i}].fields[{j}]"
            yield from (
                (f"{path}.carries_from[{k}].field", e.field) for k, e in enumerate(field.carries_from)
            )
            yield from ((f"{path}.builds_on[{k}]", id) for k, id in enumerate(field.builds_on))
            yield from ((f"{path}.feeds_back[{k}]", id) for k, id in enumerate(field.feeds_back))
            if field.pair:
                yield f"{path}.pair", field.pair
    for activity in worksheet.script:
        place, settings = _place(activity), activity.settings
        yield from ((f"{place}.saves.{output}", id) for output, id in activity.saves.items())
        for name in ("fields", "columns_from"):
            fields = settings.get(name)
            for k, id in enumerate(fields if isinstance(fields, list) else []):
                yield f"{place}.settings.{name}[{k}]", str(id)


def _script_mistakes(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
    earlier: set[str] = set()
    for activity in worksheet.script:
        source = activity.settings.get("source")
        if source and source not in earlier:
            yield (
                f"{_place(activity)}.settings.source",
                f"er is geen eerdere activiteit '{source}' in dit draaiboek",
            )
        if activity.key in earlier:
            yield f"{_place(activity)}.key", f"'{activity.key}' bestaat twee keer"
        earlier.add(activity.key)


def _variant_mistakes(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
    sources = {activity.key: activity.settings.get("source") for activity in worksheet.script}
    names: set[str] = set()
    for variant in worksheet.variants:
        place = f"variants[{variant.name}]"
        if variant.name in names:
            yield f"{place}.name", f"'{variant.name}' bestaat twee keer"
        names.add(variant.name)
        for i, key in enumerate(variant.steps):
            earlier = variant.steps[:i]
            if key not in sources:
                yield f"{place}.steps[{i}]", f"de stap '{key}' staat niet in het draaiboek"
            elif key in earlier:
                yield f"{place}.steps[{i}]", f"'{key}' staat er twee keer"
            elif sources[key] and sources[key] not in earlier:
                yield f"{place}.steps[{i}]", f"'{key}' kan niet zonder de eerdere stap '{sources[key]}'"
        for key in variant.minutes:
            if key not in variant.steps:
                yield f"{place}.minutes.{key}", "deze stap staat niet bij steps"


def _worksheet_problems(worksheet: Worksheet) -> Iterator[str]:
    if not worksheet.script:
        yield "het draaiboek (script) ontbreekt."
    yield from _too_long(worksheet)
    for _, id in _ids(worksheet):
        if id != worksheet.id and not id.startswith(f"{worksheet.id}."):
            yield f"'{id}' begint niet met '{worksheet.id}.'."
    yield from _field_problems(worksheet)
    yield from _missing_wordings(worksheet)
    told = msgspec.to_builtins(worksheet)
    del told["script"], told["variants"], told["short_title"]
    yield from _hard_texts("", _read(told), TOLD)
    asked = [
        Read("short_title.general", worksheet.short_title.general, young=False),
        Read("short_title.youth", worksheet.short_title.youth, young=True),
    ]
    said: list[Read] = []
    for activity in worksheet.script:
        told = msgspec.to_builtins(activity)
        said += _read(told.pop("spoken"), f"{_place(activity)}.spoken")
        asked += _read(told, _place(activity))
    yield from _hard_texts("", (text for text in asked if not text.young), ROOM)
    yield from _hard_texts("", (text for text in asked if text.young), YOUNG)
    yield from _hard_texts("", said, SPOKEN)


def _too_long(worksheet: Worksheet) -> Iterator[str]:
    known = {activity.key: activity.minutes for activity in worksheet.script}
    lengths = {"het draaiboek": sum(known.values())}
    for variant in worksheet.variants:
        minutes = (variant.minutes.get(key, known.get(key, 0)) for key in variant.steps)
        lengths[f"de variant '{variant.name}'"] = sum(minutes)
    for what, minutes in lengths.items():
        if minutes > LONGEST_SCRIPT:
            yield f"{what} duurt {minutes} minuten, meer dan {LONGEST_SCRIPT}."


def _missing_wordings(worksheet: Worksheet) -> Iterator[str]:
    """Young people who take part need a question in words of their own."""
    if all(field.youth == "no" for field in worksheet.fields):
        return
    for activity in worksheet.script:
        asks_youth = activity.audience != "partners"
        if asks_youth and not (activity.youth and activity.youth.question):
            yield f"{_place(activity)}.youth: hier doen jongeren mee, maar er is geen vraag voor hen."


def _saving_problems(library: Library, worksheet: Worksheet) -> Iterator[str]:
    for activity in worksheet.script:
        for output, id in activity.saves.items():
            held = HOLDS.get(f"{activity.kind}.{output}") or HOLDS.get(activity.kind, LINES)
            if library.has_field(id) and (kind := library.field(id).kind) not in held:
                where = f"{_place(activity)}.saves.{output}"
                choices = ", ".join(sorted(held))
                yield f"{where}: het veld '{id}' ({kind}) kan dit niet bewaren; dit past in: {choices}."


def _missing_fields(library: Library) -> Iterator[str]:
    """Dossiers hold answers by field id: a field that vanishes takes them along."""
    if not library.field_ids:
        return
    listed = set(library.field_ids)
    for id in library.field_ids:
        if not library.has_field(id):
            yield f"fields.toml: het veld '{id}' staat op geen werkblad."
    for worksheet in library.worksheets:
        for field in worksheet.fields:
            if field.id not in listed:
                yield f"{worksheet.slug}.toml: het veld '{field.id}' staat niet in fields.toml."


def _field_problems(worksheet: Worksheet) -> Iterator[str]:
    own = {field.id for field in worksheet.fields}
    for field in worksheet.fields:
        if field.kind == "choice" and not (field.values or field.options or field.carries_from):
            yield f"{field.id}: een keuze heeft waarden (values) of een herkomst (carries_from) nodig."
        if field.kind == "two-column" and len(field.columns) != 2:
            yield f"{field.id}: dit veld heeft precies twee kolommen (columns) nodig."
        for id in set(field.builds_on) - own:
            yield f"{field.id}: builds_on noemt '{id}' van een ander blad; zet dat in carries_from."
        for edge in field.carries_from:
            if edge.field in own:
                yield f"{field.id}: carries_from noemt '{edge.field}' van hetzelfde blad; gebruik builds_on."


def _structure_problems(library: Library, worksheet: Worksheet) -> Iterator[str]:
    for part in (*worksheet.steps, *worksheet.fields):
        if part.structure and part.structure not in library.structures:
            yield f"{worksheet.slug}.toml: {part.id}: '{part.structure}' staat niet in structures.toml."


class Read(NamedTuple):
    """A text that people read, and where it stands."""

    path: str
    text: str
    young: bool
    """In the words for young people."""


def _read(told: Any, path: str = "", young: bool = False) -> Iterator[Read]:
    """Every text in it that people read."""
    if isinstance(told, dict):
        for key, value in told.items():
            # `youth` of a field says whether young people answer it; of an activity it is their wording.
            if key not in NOT_FOR_READING and not (key == "youth" and isinstance(value, str)):
                yield from _read(value, f"{path}.{key}" if path else key, young or key == "youth")
    elif isinstance(told, list):
        for i, value in enumerate(told):
            yield from _read(value, f"{path}[{i}]", young)
    elif isinstance(told, str):
        yield Read(path, told, young)


def _spoken(text: str) -> str:
    """As somebody reads it: without tags, and with a number where a value comes."""
    return re.sub(r"%\(\w+\)s|\{\w+\}", "3", re.sub(r"<[^>]+>", "", text))


def _hard_texts(file: str, read: Iterable[Read], level: Level) -> Iterator[str]:
    """What is hard to read in these texts, one by one and all together."""
    texts = list(read)
    for each in texts:
        where = ": ".join(part for part in (file, each.path) if part)
        yield from (f"{where}: {problem}" for problem in problems(each.text, level))
    for problem in problems_together([each.text for each in texts], level):
        yield f"{file}: {problem}" if file else problem


NAMES = {
    "int": "een geheel getal",
    "float": "een getal",
    "str": "tekst",
    "bool": "true of false",
    "array": "een lijst",
    "object": "een groep met sleutels",
    "null": "niets",
}
SENTENCES = [
    (r"Expected `(\w+)`, got `(\w+)`", "verwacht {0}, maar hier staat {1}"),
    (r"Expected `(?:int|float)` >= (\S+)", "het getal is te klein, minstens {0}"),
    (r"Expected `(?:int|float)` <= (\S+)", "het getal is te groot, hooguit {0}"),
    (r"Expected `str` of length >= (\d+)", "de tekst is te kort, minstens {0} tekens"),
    (r"Expected `str` of length <= (\d+)", "de tekst is te lang, hooguit {0} tekens"),
    (r"Expected `(?:array|object)` of length >= (\d+)", "hier staat te weinig, minstens {0}"),
    (r"Expected `(?:array|object)` of length <= (\d+)", "hier staat te veel, hooguit {0}"),
    (r"Expected `str` matching regex (.+)", "de tekst heeft niet de goede vorm: {0}"),
    (r"Invalid enum value (.+)", "de waarde {0} mag hier niet"),
]
KEYS = [
    (r"Object contains unknown field `(.+)`", "deze sleutel bestaat niet"),
    (r"Object missing required field `(.+)`", "deze sleutel ontbreekt"),
]


def _in_dutch(message: str) -> tuple[str, str]:
    """Key path and Dutch sentence for a message of msgspec: "Expected `int`, got `str` - at `$.a`"."""
    problem, _, place = message.partition(" - at `")
    path = place.removesuffix("`").removeprefix("$").removeprefix(".")
    for pattern, sentence in KEYS:
        if match := re.fullmatch(pattern, problem):
            return f"{path}.{match[1]}".removeprefix("."), sentence
    for pattern, sentence in SENTENCES:
        if match := re.fullmatch(pattern, problem):
            return path, sentence.format(*(NAMES.get(part, part) for part in match.groups()))
    return path, problem
