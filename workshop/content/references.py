"""Checks what the content refers to: ids that must exist, kinds and settings that must fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workshop import kinds
from workshop.content.errors import ContentError, convert
from workshop.content.worksheets import ScriptActivity, Worksheet


def check_kinds(worksheet: Worksheet) -> None:
    """Raises `ContentError` for an unknown kind, settings that it refuses, or an output it does not have."""
    for activity in worksheet.script:
        file, path = f"{worksheet.slug}.toml", path_of(activity)
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


def errors(worksheets: Sequence[Worksheet]) -> Iterator[ContentError]:
    """Yields an error for each id that is used twice or that points to nothing."""
    seen: set[str] = set()
    fields = {field.id for worksheet in worksheets for field in worksheet.fields}
    for worksheet in worksheets:
        for path, id in ids(worksheet):
            if id in seen:
                yield ContentError(f"{worksheet.slug}.toml", path, f"'{id}' bestaat twee keer")
            seen.add(id)
    for worksheet in worksheets:
        for path, id in _pointers(worksheet):
            if id not in fields:
                yield ContentError(f"{worksheet.slug}.toml", path, f"het veld '{id}' bestaat niet")
        for path, problem in _script_mistakes(worksheet):
            yield ContentError(f"{worksheet.slug}.toml", path, problem)
        for path, problem in _variant_mistakes(worksheet):
            yield ContentError(f"{worksheet.slug}.toml", path, problem)


def path_of(activity: ScriptActivity) -> str:
    """Returns the path of an activity, by its key: a sequence in the file becomes several activities."""
    return f"script[{activity.key}]"


def ids(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
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
        path, settings = path_of(activity), activity.settings
        yield from ((f"{path}.saves.{output}", id) for output, id in activity.saves.items())
        for name in ("fields", "columns_from"):
            fields = settings.get(name)
            for k, id in enumerate(fields if isinstance(fields, list) else []):
                yield f"{path}.settings.{name}[{k}]", str(id)


def _script_mistakes(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
    earlier: set[str] = set()
    for activity in worksheet.script:
        source = activity.settings.get("source")
        if source and source not in earlier:
            yield (
                f"{path_of(activity)}.settings.source",
                f"er is geen eerdere activiteit '{source}' in dit draaiboek",
            )
        if activity.key in earlier:
            yield f"{path_of(activity)}.key", f"'{activity.key}' bestaat twee keer"
        earlier.add(activity.key)


def _variant_mistakes(worksheet: Worksheet) -> Iterator[tuple[str, str]]:
    sources = {activity.key: activity.settings.get("source") for activity in worksheet.script}
    names: set[str] = set()
    for variant in worksheet.variants:
        path = f"variants[{variant.name}]"
        if variant.name in names:
            yield f"{path}.name", f"'{variant.name}' bestaat twee keer"
        names.add(variant.name)
        for i, key in enumerate(variant.steps):
            earlier = variant.steps[:i]
            if key not in sources:
                yield f"{path}.steps[{i}]", f"de stap '{key}' staat niet in het draaiboek"
            elif key in earlier:
                yield f"{path}.steps[{i}]", f"'{key}' staat er twee keer"
            elif sources[key] and sources[key] not in earlier:
                yield f"{path}.steps[{i}]", f"'{key}' kan niet zonder de eerdere stap '{sources[key]}'"
        for key in variant.minutes:
            if key not in variant.steps:
                yield f"{path}.minutes.{key}", "deze stap staat niet bij steps"
