"""Reads the content from its folder. What does not fit raises `ContentError`, which says where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from workshop.content.errors import ContentError, convert
from workshop.content.worksheets import (
    Bouwsteen,
    Contents,
    FieldIds,
    ScriptActivity,
    SequenceStep,
    SequenceUse,
    Worksheet,
)

T = TypeVar("T")

SEQUENCES, STRUCTURES = "sequences.toml", "structures.toml"
SHARED = ("bouwstenen.toml", "fields.toml", SEQUENCES, STRUCTURES)


class Files(NamedTuple):
    """The contents of a folder."""

    bouwstenen: list[Bouwsteen]
    worksheets: list[Worksheet]
    structures: dict[str, Any]
    field_ids: list[str]
    """Ids of the fields that must exist."""


class SharedParts(NamedTuple):
    """What scripts share, by name: ready-made settings of activities, and composed sequences."""

    settings: dict[str, dict[str, Any]]
    sequences: dict[str, list[SequenceStep]]


def read(folder: Path) -> Files:
    """Reads a folder. Raises `ContentError` for the first mistake in a file."""
    bouwstenen = _bouwstenen(folder)
    structures, shelf = _shared(folder)
    worksheets = [_worksheet(folder, b, id, shelf) for b in bouwstenen for id in b.worksheets]
    _refuse_strays(folder, worksheets)
    field_ids = convert(_read(folder / "fields.toml"), FieldIds, "fields.toml").fields
    return Files(bouwstenen, worksheets, structures, field_ids)


def _bouwstenen(folder: Path) -> list[Bouwsteen]:
    file = "bouwstenen.toml"
    return convert(_read(folder / file), Contents, file).bouwstenen


def _shared(folder: Path) -> tuple[dict[str, Any], SharedParts]:
    """Reads the structures, each with the ready-made settings of its name, and what scripts share."""
    structures = _tables(_read(folder / STRUCTURES), dict[str, Any], STRUCTURES)
    settings = _tables(structures.pop("settings", {}), dict[str, Any], STRUCTURES, "settings.")
    sequences = _tables(_read(folder / SEQUENCES), list[SequenceStep], SEQUENCES)
    merged = {name: settings.get(name, {}) | part for name, part in structures.items()}
    return merged, SharedParts(settings, sequences)


def _tables(told: dict[str, Any], shape: type[T], file: str, path: str = "") -> dict[str, T]:
    return {name: convert(part, shape, file, f"{path}{name}") for name, part in told.items()}


def _worksheet(folder: Path, bouwsteen: Bouwsteen, id: str, shelf: SharedParts) -> Worksheet:
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
        for number, given in enumerate(script)
        for activity in _activities(given, shelf, file, f"script[{number}]")
    ]
    return msgspec.structs.replace(worksheet, script=activities)


def _activities(given: dict[str, Any], shelf: SharedParts, file: str, path: str) -> Iterator[ScriptActivity]:
    """Yields one activity, or the activities of a sequence."""
    if "sequence" in given:
        yield from _expanded(convert(given, SequenceUse, file, path), shelf, file, path)
    else:
        yield _settled(convert(given, ScriptActivity, file, path), shelf, file, path)


def _expanded(use: SequenceUse, shelf: SharedParts, file: str, path: str) -> Iterator[ScriptActivity]:
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


def _settled(activity: ScriptActivity, shelf: SharedParts, file: str, path: str) -> ScriptActivity:
    """Returns the activity with the ready-made settings that its `structure` names; its own
    settings overrule those."""
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
        found = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"regel {found[1]}, teken {found[2]}" if found else "einde van het bestand"
        raise ContentError(path.name, where, f"dit is geen geldige TOML ({error})") from error
