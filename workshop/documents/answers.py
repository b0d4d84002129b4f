"""One question of a worksheet as blocks of a document: what was asked, and what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import msgspec

from workshop.content.worksheets import Field, Worksheet
from workshop.documents.document import (
    Block,
    Branding,
    Heading,
    Lines,
    Paragraph,
    Table,
    TableCell,
    TextLine,
    cell,
)
from workshop.documents.themes import themes
from workshop.dutch import date
from workshop.items import Item, counted
from workshop.models import Action
from workshop.record import ambitions
from workshop.record.actions import PRIORITIES, STATUSES, is_late
from workshop.record.answers import told_of
from workshop.record.columns import by_column, tone_of
from workshop.record.layouts import Layout, cell_of
from workshop.record.whole import Whole
from workshop.render import Renderer
from workshop.settings import Settings
from workshop.text import plural

EMPTY = "Nog niet ingevuld"
MOST_LINES = 5
"""Lines of a question in the document of a whole dossier; what the room chose always stands there."""
MOST_COLUMNS = 4
"""A table with more columns becomes lists: on paper they would be too narrow for words."""


class Reader:
    """Reads one dossier as blocks; `today` tells which actions are late."""

    def __init__(
        self,
        whole: Whole,
        render: Renderer,
        settings: Settings,
        today: dt.date,
        branding: Branding,
    ) -> None:
        self.whole = whole
        self.render = render
        self.settings = settings
        self.today = today
        self.branding = branding

    def question(self, field: Field, about: str, level: int) -> list[Block]:
        """Returns the question and its answer; nothing when there is none."""
        asked: list[Block] = [
            Heading(field.label, level, tone_of(field)),
            Paragraph(field.question, "question"),
        ]
        layout = self.whole.layout(field, about)
        found = SHOWN.get(layout.editor, Reader.lists)(self, field, layout, about, level + 1)
        return [*asked, *found] if found else []

    def empty(self, sheet: Worksheet, about: str) -> list[Block]:
        """Names in one line the questions that nobody answered."""
        left = [field.label for field in sheet.fields if not self._is_answered(field, about)]
        return [Paragraph(f"{EMPTY}: {'; '.join(left)}.", "quiet")] if left else []

    def is_filled(self, sheet: Worksheet, about: str) -> bool:
        return any(self._is_answered(field, about) for field in sheet.fields)

    def briefly(self, sheet: Worksheet, about: str) -> list[Block]:
        """Returns a worksheet as a table of its questions, each with the lines that weigh most; marks are
        drawn below it."""
        rows = tuple(
            (cell(field.label), TableCell(lines))
            for field in sheet.fields
            if (lines := self._weightiest(field, about))
        )
        table = [Table(f"{sheet.id} {sheet.title}", ("Vraag", "Wat we zeiden"), rows, (2, 7))] if rows else []
        drawn = [block for field in sheet.fields for block in self._drawn(field)] if not about else []
        return [*table, *drawn, *self.empty(sheet, about)]

    def _weightiest(self, field: Field, about: str) -> tuple[TextLine, ...]:
        layout = self.whole.layout(field, about)
        items = without_equals(by_weight(self.whole.items(field, about)))
        most = max(MOST_LINES, sum(item.chosen for item in items))
        agreed = [action for action in self.whole.agreed(field) if action.about == about]
        lines = [self._brief_line(item, layout) for item in items[:most]]
        if agreed:
            lines.append(TextLine(f"{plural(len(agreed), 'actie', 'acties')}: zie ‘Alle acties’."))
        if more := len(items) - most:
            lines += [TextLine(f"(en nog {more}, in het document van dit werkblad)")] * (more > 0)
        return tuple(lines)

    def _brief_line(self, item: Item, layout: Layout) -> TextLine:
        names = layout.cells.get(cell_of(item, layout), ()) if item.cell else ()
        where = names if isinstance(names, tuple) else (names,)
        counts = counted(msgspec.structs.replace(item, cards=item.cards if item.cards > 1 else 0))
        return TextLine(item.text, (*([item.column.capitalize()] if item.column else []), *where, *counts))

    def _drawn(self, field: Field) -> list[Block]:
        rows = self.whole.marked(field)
        return [Heading(field.label, 3), *themes(rows, self.render, self.settings)] if rows else []

    def _is_answered(self, field: Field, about: str) -> bool:
        agreed = [action for action in self.whole.agreed(field) if action.about == about]
        marked = not about and self.whole.marked(field)
        return bool(self.whole.items(field, about) or self.whole.gaps(field, about) or agreed or marked)

    def lists(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        """Lists items one below the other, under the columns of the field where it has those."""
        blocks: list[Block] = []
        for column, items in by_column(field, self.whole.items(field, about)):
            if items:
                blocks += self._under(column.capitalize(), items, field, level, tone_of(field, column))
        return blocks

    def written(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        """Returns a text as it was typed."""
        items = self.whole.items(field, about)
        return [part for item in items for part in self._text(item)]

    def agreed(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        return [
            *action_table(field.label, self.whole.agreed(field), self.today),
            *self.lists(field, layout, about, level),
        ]

    def marked(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        return themes(self.whole.marked(field), self.render, self.settings)

    def matrix(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        """Makes a table of rows and columns; what is in no cell comes below it."""
        items, gaps = self.whole.items(field, about), self.whole.gaps(field, about)
        placed = {id: [item for item in items if cell_of(item, layout) == id] for id in layout.cells}
        loose = [item for item in items if not cell_of(item, layout)]
        blocks: list[Block] = []
        if any(placed.values()) or gaps:
            lay = self._as_table if len(layout.columns) <= MOST_COLUMNS else self._as_lists
            blocks += lay(field, layout, placed, gaps, level)
        return [*blocks, *self._under("Niet in de tabel" if blocks else "", loose, field, level)]

    def groups(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        items = self.whole.items(field, about)
        blocks: list[Block] = []
        for group in layout.rows:
            own = [item for item in items if cell_of(item, layout) == group.id]
            blocks += self._under(group.label, own, field, level)
        return [*blocks, *self._under("", [i for i in items if not cell_of(i, layout)], field, level)]

    def flagged(self, field: Field, layout: Layout, about: str, level: int) -> list[Block]:
        items = self.whole.items(field, about)
        active = ambitions.active(items)
        lines = (self.line(item, field, ("Actief" if item in active else "Niet actief",)) for item in items)
        return [Lines(tuple(lines))] if items else []

    def line(self, item: Item, field: Field, tags: Sequence[str] = ()) -> TextLine:
        """Makes a line of an item, with its labels or details, and where it came from."""
        value = (item.column.capitalize(),) if item.column and field.values and not field.columns else ()
        told = () if item.labels or tags else told_of(item)
        return TextLine(
            item.text,
            (*value, *tags, *item.labels),
            tuple(filter(None, (*told, self.provenance(item)))),
            item.quotes,
        )

    def provenance(self, item: Item) -> str:
        """Says `Uit sessie van 5 november 2026, 3 kaarten, 5 stippen, gekozen`; empty when nothing is
        known."""
        own = self.whole.sessions.get(item.session.replace("-", "")) if item.session else None
        origin = f"Uit sessie van {date(own.created_at)}" if own else "Uit een sessie" if item.session else ""
        return ", ".join(filter(None, (origin, *counted(item))))

    def _text(self, item: Item) -> list[Block]:
        said = self.provenance(item)
        return [Paragraph(item.text), *([Paragraph(said, "quiet")] if said else [])]

    def _under(
        self, heading: str, items: Sequence[Item], field: Field, level: int, tone: str = ""
    ) -> list[Block]:
        if not items:
            return []
        lines = Lines(tuple(self.line(item, field) for item in by_weight(items)))
        return [Heading(heading, level, tone), lines] if heading else [lines]

    def _as_table(
        self,
        field: Field,
        layout: Layout,
        placed: dict[str, list[Item]],
        gaps: dict[str, str],
        level: int,
    ) -> list[Block]:
        rows = tuple(
            (cell(row.label), *(_inside(f"{row.id}.{column.id}", placed, gaps) for column in layout.columns))
            for row in layout.rows
        )
        head = ("", *(column.label for column in layout.columns))
        return [Table(field.label, head, rows, (2, *(3 for _ in layout.columns)))]

    def _as_lists(
        self,
        field: Field,
        layout: Layout,
        placed: dict[str, list[Item]],
        gaps: dict[str, str],
        level: int,
    ) -> list[Block]:
        blocks: list[Block] = []
        for column in layout.columns:
            rows = [(row, _inside(f"{row.id}.{column.id}", placed, gaps)) for row in layout.rows]
            filled = tuple((cell(row.label), inside) for row, inside in rows if inside.lines)
            if filled:
                blocks += [Heading(column.label, level), Table(column.label, ("Waar", "Wat"), filled, (1, 3))]
        return blocks


def by_weight(items: Sequence[Item]) -> list[Item]:
    """Sorts items by their dots, then by their cards; what weighs the same keeps its order."""
    return sorted(items, key=lambda item: (-(0 if item.by_phones else item.votes or 0), -item.cards))


def without_equals(items: Iterable[Item]) -> list[Item]:
    """Keeps the first of those that say the same in the same place; what the room chose stays beside what it
    did not."""
    found: dict[tuple[str, str, str, bool], Item] = {}
    for item in items:
        found.setdefault((item.text.casefold(), item.column, item.cell, item.chosen), item)
    return [*found.values()]


def action_table(title: str, actions: Iterable[Action], today: dt.date) -> list[Block]:
    """Makes a table of who does what before when; returns nothing without actions."""
    rows = tuple(
        (
            TableCell((TextLine(action.text, details=_important(action)),)),
            cell(action.owner or "Nog niemand"),
            cell(date(action.due) if action.due else "Geen datum"),
            cell(status_of(action, today)),
        )
        for action in actions
    )
    return [Table(title, ("Actie", "Wie", "Klaar op", "Status"), rows, (8, 4, 4, 4))] if rows else []


def _important(action: Action) -> tuple[str, ...]:
    return () if action.priority == "normal" else (f"Prioriteit {PRIORITIES[action.priority]}",)


def status_of(action: Action, today: dt.date) -> str:
    return "Te laat" if is_late(action, today) else STATUSES[action.status].capitalize()


def _inside(id: str, placed: dict[str, list[Item]], gaps: dict[str, str]) -> TableCell:
    lines = [TextLine(item.text, details=told_of(item)) for item in placed.get(id, ())]
    return TableCell((*lines, *([TextLine("Hier mist iets", ("Let op",))] if id in gaps else ())))


SHOWN: dict[str, Callable[[Reader, Field, Layout, str, int], list[Block]]] = {
    "text": Reader.written,
    "actions": Reader.agreed,
    "marks": Reader.marked,
    "partners-table": Reader.matrix,
    "activities_matrix": Reader.matrix,
    "quality_scheme": Reader.groups,
    "ambitions_limit": Reader.flagged,
}
"""Name of an editor -> what makes blocks of its field; fields of other editors become lists."""
