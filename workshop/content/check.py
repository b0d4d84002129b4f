"""Finds what is wrong with the content in `sessions/*.toml`, in Dutch for the person who edits it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from workshop import kinds
from workshop.content import references
from workshop.content.library import Library
from workshop.content.readability import PHONE, ROOM, SPOKEN, TOLD, YOUNG, Level, problems, problems_together
from workshop.content.references import ids, path_of
from workshop.content.worksheets import Worksheet

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


def check(library: Library) -> list[str]:
    """Returns every problem in the content as a Dutch sentence; an empty list means that all is well."""
    found = [str(error) for error in references.errors(library.worksheets)]
    for worksheet in library.worksheets:
        found += [f"{worksheet.slug}.toml: {problem}" for problem in _worksheet_problems(worksheet)]
        found += _structure_problems(library, worksheet)
        found += (f"{worksheet.slug}.toml: {problem}" for problem in _saving_problems(library, worksheet))
    found += _missing_fields(library)
    found += _hard_texts("structures.toml", _read(library.structures), TOLD)
    found += _hard_texts("bouwstenen.toml", _read(msgspec.to_builtins(library.bouwstenen)), TOLD)
    return found


def check_phone_texts(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Returns every problem in what phones read outside the worksheets. Takes pairs of a
    place and its Dutch."""
    read = [Read(where, _spoken(text), young=True) for where, text in texts]
    return list(_hard_texts("", read, PHONE))


def _worksheet_problems(worksheet: Worksheet) -> Iterator[str]:
    if not worksheet.script:
        yield "het draaiboek (script) ontbreekt."
    yield from _too_long(worksheet)
    for _, id in ids(worksheet):
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
        said += _read(told.pop("spoken"), f"{path_of(activity)}.spoken")
        asked += _read(told, path_of(activity))
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
    """Yields a problem for each step that asks young people and has no question in their words."""
    if all(field.youth == "no" for field in worksheet.fields):
        return
    for activity in worksheet.script:
        asks_youth = activity.audience != "partners"
        if asks_youth and not (activity.youth and activity.youth.question):
            yield f"{path_of(activity)}.youth: hier doen jongeren mee, maar er is geen vraag voor hen."


def _saving_problems(library: Library, worksheet: Worksheet) -> Iterator[str]:
    for activity in worksheet.script:
        for output, id in activity.saves.items():
            held = kinds.get(activity.kind).fits_in(output)
            if library.has_field(id) and (kind := library.field(id).kind) not in held:
                where = f"{path_of(activity)}.saves.{output}"
                choices = ", ".join(sorted(held))
                yield f"{where}: het veld '{id}' ({kind}) kan dit niet bewaren; dit past in: {choices}."


def _missing_fields(library: Library) -> Iterator[str]:
    """Yields a problem for each field that vanished, or that fields.toml does not list. Dossiers hold answers
    by field id: they lose the answers to a field that vanishes."""
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
    """A text that people read, and its place."""

    path: str
    text: str
    young: bool
    """Whether it is in the words for young people."""


def _read(told: Any, path: str = "", young: bool = False) -> Iterator[Read]:
    """Yields every text in it that people read."""
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
    """Returns a text as somebody reads it: without tags, and with a number in the place of a value."""
    return re.sub(r"%\(\w+\)s|\{\w+\}", "3", re.sub(r"<[^>]+>", "", text))


def _hard_texts(file: str, read: Iterable[Read], level: Level) -> Iterator[str]:
    """Yields what is hard to read in these texts, one by one and all together."""
    texts = list(read)
    for each in texts:
        where = ": ".join(part for part in (file, each.path) if part)
        yield from (f"{where}: {problem}" for problem in problems(each.text, level))
    for problem in problems_together([each.text for each in texts], level):
        yield f"{file}: {problem}" if file else problem
