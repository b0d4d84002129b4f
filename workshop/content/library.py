"""All content of an installation, looked up by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from workshop.content import files, references
from workshop.content.worksheets import Bouwsteen, Edge, Field, Worksheet


class Library:
    """All content, in workbook order. Look-ups raise `KeyError` for an id that does not exist."""

    def __init__(
        self,
        bouwstenen: Iterable[Bouwsteen],
        worksheets: Iterable[Worksheet],
        structures: dict[str, Any] | None = None,
        field_ids: Iterable[str] = (),
    ) -> None:
        """Indexes the content. `field_ids` are the fields that must exist."""
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
        """Reads the content of a folder. Raises `ContentError` for the first mistake in it."""
        found = files.read(folder)
        for error in references.errors(found.worksheets):
            raise error
        for worksheet in found.worksheets:
            references.check_kinds(worksheet)
        return cls(*found)

    def worksheet(self, id: str) -> Worksheet:
        return self._worksheets[id]

    def by_slug(self, slug: str) -> Worksheet:
        return self._slugs[slug]

    def field(self, id: str) -> Field:
        return self._fields[id]

    def find_field(self, id: str) -> Field | None:
        """Returns None for a field that the content does not have, or no longer."""
        return self._fields.get(id)

    def worksheet_of(self, field_id: str) -> Worksheet:
        return self._asked_on[field_id]

    def has_field(self, id: str) -> bool:
        return id in self._fields

    def feeds_into(self, field_id: str) -> list[Edge]:
        """Returns an edge to each field that takes over this answer: the inverse of every `carries_from`."""
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
