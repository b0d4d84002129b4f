"""What one press does to a whole question of the review: pure changes of its form.

A press is `name.where`: what it does, and the section or the lines that it does it to; without `where` it is
about the whole review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from workshop.handover.merging import MERGED
from workshop.handover.proposal import ProposedLine
from workshop.handover.review import left
from workshop.handover.sections import Section, alike_in, sections_of

ReviewForm = Mapping[str, Sequence[str]]
"""The form of a review: every field with all its values."""


def exists(press: str) -> bool:
    return press.partition(".")[0] in PRESSES


def pressed(press: str, form: ReviewForm, proposed: Sequence[ProposedLine]) -> dict[str, list[str]]:
    """Returns the form as it is after a press. Raises `LookupError` for a press that does not exist."""
    name, _, where = press.partition(".")
    sections = [one for one in sections_of(left(proposed, form)) if where in ("", one.id)]
    return PRESSES[name](form, sections, where)


def _all(form: ReviewForm, sections: Sequence[Section], where: str) -> dict[str, list[str]]:
    """Keeps every loose card that has a question to go to."""
    loose = [line.id for section in sections for line in section.folded if line.field]
    return _kept(form, [*form.get("kept", ()), *loose])


def _none(form: ReviewForm, sections: Sequence[Section], where: str) -> dict[str, list[str]]:
    """Keeps no loose card."""
    loose = {line.id for section in sections for line in section.folded}
    return _kept(form, (id for id in form.get("kept", ()) if id not in loose))


def _placed(form: ReviewForm, sections: Sequence[Section], where: str) -> dict[str, list[str]]:
    """Gives the lines that have no question the one that was chosen for all of them, and keeps those."""
    fields = {line.id: form.get(f"vak.{one.id}", ("",))[0] for one in sections for line in one.placeless}
    placed = {f"field.{id}": [field] for id, field in fields.items() if field}
    kept = [id for id, field in fields.items() if field]
    return _kept(form, [*form.get("kept", ()), *kept]) | placed


def _merge(form: ReviewForm, sections: Sequence[Section], where: str) -> dict[str, list[str]]:
    """Makes these lines one."""
    return _together(form, [where])


def _merge_same(form: ReviewForm, sections: Sequence[Section], where: str) -> dict[str, list[str]]:
    """Makes one line of all lines of a question that say it in the same words."""
    return _together(form, [one.ids for section in sections for one in alike_in(section.lines, near=False)])


def _apart(form: ReviewForm, sections: Sequence[Section], where: str) -> dict[str, list[str]]:
    """Makes lines of their own again of what was one."""
    ids = where.split()
    kept = form.get("kept", ())
    also = ids if ids and ids[0] in kept else []
    rest = [group for group in form.get(MERGED, ()) if group.split() != ids]
    return _kept(form, [*kept, *also]) | {MERGED: rest}


def _together(form: ReviewForm, groups: Sequence[str]) -> dict[str, list[str]]:
    """Makes one line of each of these groups; it is kept where any of its lines was."""
    taken = {id for group in groups for id in group.split()}
    kept = list(form.get("kept", ()))
    heads = [ids[0] for group in groups if (ids := group.split()) and not {*ids}.isdisjoint(kept)]
    others = [group for group in form.get(MERGED, ()) if taken.isdisjoint(group.split())]
    return _kept(form, [*(id for id in kept if id not in taken), *heads]) | {MERGED: [*others, *groups]}


def _kept(form: ReviewForm, ids: Iterable[str]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in form.items()} | {"kept": list(dict.fromkeys(ids))}


PRESSES: dict[str, Callable[[ReviewForm, Sequence[Section], str], dict[str, list[str]]]] = {
    "alles": _all,
    "niets": _none,
    "vak": _placed,
    "samen": _merge,
    "gelijk": _merge_same,
    "los": _apart,
}
