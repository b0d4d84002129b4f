"""The review of a session: lines that a person edits, leaves out, merges or sends to another field."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from workshop import days, text
from workshop.content.library import Library
from workshop.handover.merging import MERGED, merged
from workshop.handover.proposal import ProposedLine, ideas
from workshop.record import higher

LONGEST_LINE = 300


def reviewed(
    lines: Sequence[ProposedLine], form: Mapping[str, Sequence[str]], library: Library
) -> list[ProposedLine]:
    """Returns the lines as the form of the review says. `kept` holds ids; `text.<id>`, `field.<id>`,
    `owner.<id>`, `due.<id>`, `often.<id>`, `status.<id>` and `origin.<id>` change one line; `samen` holds ids
    of lines that are one. Raises `ValueError` with a sentence."""
    origins = {"", *(line.id for line in ideas(lines)), *(line.item.theme for line in ideas(lines))}
    return [_checked(line, library, origins) for line in left(lines, form)]


def left(lines: Sequence[ProposedLine], form: Mapping[str, Sequence[str]]) -> list[ProposedLine]:
    """Returns the lines as somebody left them in the form, without checking them."""
    return merged([as_typed(line, form) for line in lines], form.get(MERGED, ()))


def as_typed(line: ProposedLine, form: Mapping[str, Sequence[str]]) -> ProposedLine:
    """Returns a line as somebody left it in the form, without checking it. Counted marks stay what they
    are."""

    def given(name: str, otherwise: str) -> str:
        return next(iter(form.get(f"{name}.{line.id}", ())), otherwise)

    item = replace(
        line.item,
        owner=text.tidy(given("owner", line.item.owner))[:120],
        due=text.tidy(given("due", line.item.due))[:60],
        often=text.tidy(given("often", line.item.often))[:60],
        status=given("status", line.item.status),
    )
    return replace(
        line,
        kept=line.id in form.get("kept", ()),
        field=given("field", line.field) if line.editable else line.field,
        text=given("text", line.text) if line.editable else line.text,
        item=item,
        origin=given("origin", line.origin),
    )


def _checked(line: ProposedLine, library: Library, origins: Collection[str]) -> ProposedLine:
    if not line.kept:
        return line
    if line.origin not in origins:
        raise ValueError(higher.NOT_THERE)
    if not library.has_field(line.field) or (line.editable and library.field(line.field).kind == "marks"):
        raise ValueError(f"Kies bij welke vraag dit hoort: ‘{line.text[:60]}’.")
    if line.item.is_moment and line.item.due:
        days.typed(line.item.due)
    days.agreed(line.item.due)
    return replace(line, text=text.clean(line.text, LONGEST_LINE)) if line.editable else line
