"""The form of a step's settings, made from what its kind declares.

A setting of which the type has a `title` is a control of that form, with its `description` as help. What a
person may type follows from the type: a number, a text, a tick, a choice, or a list with one thing on each
line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, cast

import msgspec
from msgspec import inspect
from msgspec.structs import replace

from workshop import text
from workshop.codes import id_of_words
from workshop.kinds import LISTS, Kind, KindError, settings

PREFIX = "set."
"""How the fields of a form begin that hold a setting."""
ON = "ja"
BETWEEN = " | "
"""What stands between the parts of one line."""
MOST_LINES, LONGEST_LINE = 60, 400
_WHERE = re.compile(r"\$\.(\w+)"), re.compile(r"required field `(\w+)`")


class Control(msgspec.Struct, frozen=True):
    """One setting as a form asks it."""

    name: str
    label: str
    help: str
    shape: Literal["tick", "number", "line", "lines", "choice", "step"]
    least: int = 0
    most: int = 0
    """Bounds of a number, or of how many lines there are."""
    longest: int = 0
    """Most signs of a text."""
    choices: tuple[tuple[str, str], ...] = ()
    """Pairs of a value and its label."""
    parts: tuple[str, ...] = ()
    """What stands on a line that is more than one text."""
    needed: frozenset[str] = frozenset()
    """The parts without which a line is nothing: one that is not there says what the first says."""
    default: Any = ""

    @property
    def rule(self) -> str:
        """A sentence that says what fits."""
        if self.shape == "number":
            return f"Vul een getal in van {self.least} tot en met {self.most}."
        if self.shape == "line":
            return f"Schrijf hooguit {self.longest} tekens."
        if self.shape == "lines":
            count = f"{self.least} tot en met {self.most}" if self.least else f"hooguit {self.most}"
            return f"Schrijf {count} regels, en houd elke regel kort."
        return "Kies uit de lijst."


def controls(kind: Kind) -> tuple[Control, ...]:
    """Returns the controls of a kind, in the order of its settings."""
    return _controls(kind.Settings)


def typed(kind: Kind, given: Mapping[str, Any]) -> dict[str, str]:
    """Returns what stands in each field of the form for these settings: name of the setting -> text."""
    return {one.name: _written(one, given.get(one.name, one.default)) for one in controls(kind)}


def read(kind: Kind, form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the settings that a form asks for. What it has no control for stays as it was `before`, also in
    a line that is still there. Raises `KindError` with a sentence for what does not fit."""
    found = dict(before)
    for one in controls(kind):
        value = _value(one, form.get(PREFIX + one.name, ""), before.get(one.name, ()))
        found.pop(one.name, None)
        if value not in ("", []):
            found[one.name] = value
    lists = [one for one in controls(kind) if one.name in LISTS]
    filled = {one.name for one in lists if one.name in found}
    if filled:
        found = {name: value for name, value in found.items() if name not in LISTS or name in filled}
    try:
        settings(kind, found)
    except KindError as error:
        raise KindError(_sentence(kind, str(error), [] if len(filled) == 1 else lists)) from None
    return found


@cache
def _controls(declared: type[msgspec.Struct]) -> tuple[Control, ...]:
    known = cast("inspect.StructType", inspect.type_info(declared))
    return tuple(_control(field) for field in known.fields if _meta(field.type).get("title"))


def _control(field: inspect.Field) -> Control:
    plain, meta, extra = _plain(field.type), _meta(field.type), _extra(field.type)
    default = "" if field.default is inspect.NODEFAULT else msgspec.to_builtins(field.default)
    control = Control(field.name, meta["title"], meta.get("description", ""), "line", default=default)
    match plain:
        case inspect.BoolType():
            return replace(control, shape="tick")
        case inspect.IntType(ge=least, le=most):
            return replace(control, shape="number", least=least, most=most)
        case inspect.VarTupleType():
            return _of_lines(control, plain, extra)
        case inspect.StrType() if "choices" in extra:
            return replace(control, shape="choice", choices=tuple(extra["choices"].items()))
        case inspect.StrType(max_length=longest):
            return replace(control, shape="step" if "step" in extra else "line", longest=longest)
    raise TypeError(f"a form cannot ask {field.name}")


def _of_lines(control: Control, plain: inspect.VarTupleType, extra: Mapping[str, Any]) -> Control:
    item = _plain(plain.item_type)
    struct = isinstance(item, inspect.StructType)
    return replace(
        control,
        shape="lines",
        least=plain.min_length or 0,
        most=plain.max_length or MOST_LINES,
        parts=tuple(extra.get("line", ())),
        needed=frozenset(one.name for one in item.fields if one.required) - {"id"} if struct else frozenset(),
    )


def _plain(kind_of: inspect.Type) -> inspect.Type:
    return _plain(kind_of.type) if isinstance(kind_of, inspect.Metadata) else kind_of


def _meta(kind_of: inspect.Type) -> dict[str, Any]:
    return (kind_of.extra_json_schema or {}) if isinstance(kind_of, inspect.Metadata) else {}


def _extra(kind_of: inspect.Type) -> dict[str, Any]:
    return (kind_of.extra or {}) if isinstance(kind_of, inspect.Metadata) else {}


def _value(control: Control, words: str, before: Any) -> Any:
    """Reads one field of the form. Raises `KindError` for a number that is none."""
    if control.shape == "tick":
        return words == ON
    if control.shape == "lines":
        lines = dict.fromkeys(line for one in words.splitlines() if (line := text.tidy(one)[:LONGEST_LINE]))
        return _items(control, list(lines), before) if control.parts else list(lines)
    words = text.tidy(words)
    if control.shape != "number" or not words:
        return words
    if not (words.isascii() and words.isdecimal() and len(words) < 6):
        raise KindError(f"{control.label}: {control.rule}")
    return int(words)


def _items(control: Control, lines: Sequence[str], before: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Reads things of more than one part. A line that begins as before keeps its id and whatever the form
    does not ask; so does one in the same place, if what stood there is gone: it got another name."""
    first, *others = control.parts
    rows = [[part.strip() for part in line.split(BETWEEN.strip())] for line in lines]
    was = {one[first]: one for one in before}
    kept = {row[0] for row in rows} & set(was)
    items = []
    for place, (name, *more) in enumerate(rows):
        there = before[place] if place < len(before) and before[place][first] not in kept else {}
        item = dict(was.get(name, there)) or {"id": id_of_words("", name)}
        item[first] = name
        for part, words in _parted(others, more, control):
            item[part] = words
        items.append({part: words for part, words in item.items() if words not in ("", [])})
    return [item | {part: item[first] for part in control.needed if part not in item} for item in items]


def _parted(names: Sequence[str], more: Sequence[str], control: Control) -> Iterable[tuple[str, Any]]:
    """Yields each further part with its words; one that ends in `*` takes all that are left."""
    for place, name in enumerate(names):
        if name.endswith("*"):
            yield name.removesuffix("*"), [words for words in more[place:] if words]
        else:
            yield name, more[place] if place < len(more) else ""


def _written(control: Control, value: Any) -> str:
    if control.shape == "tick":
        return ON if value else ""
    if control.shape != "lines":
        return str(value)
    return "\n".join(_line(control, one) for one in value)


def _line(control: Control, item: Any) -> str:
    if not control.parts:
        return str(item)
    words: list[str] = []
    for part in control.parts:
        words += item.get(part.removesuffix("*"), []) if part.endswith("*") else [item.get(part, "")]
    while words and not words[-1]:
        words.pop()
    return BETWEEN.join(words)


def _sentence(kind: Kind, problem: str, lists: Sequence[Control]) -> str:
    """Returns what somebody who fills in the form can do about a problem that the settings named."""
    by_name = {one.name: one for one in controls(kind)}
    named = next((found[1] for where in _WHERE if (found := where.search(problem))), "")
    if named in by_name:
        return f"{by_name[named].label}: {by_name[named].rule}"
    if len(lists) == 1:
        return f"Vul ‘{lists[0].label}’ in."
    if lists:
        return f"Vul precies één van deze in: {' of '.join(f'‘{one.label}’' for one in lists)}."
    return problem if problem.endswith(".") else f"{problem}."
