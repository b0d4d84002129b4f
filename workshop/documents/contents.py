"""What each document of a dossier says: a worksheet, a bouwsteen, a session or everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from workshop.content.worksheets import Bouwsteen, Worksheet
from workshop.documents.answers import Reader, action_table
from workshop.documents.document import Block, Document, Heading, Paragraph, checked, cleaned
from workshop.dutch import date
from workshop.items import Item
from workshop.models import UNFINISHED, Action
from workshop.record.whole import Whole
from workshop.text import plural

SOURCE = "Naar de werkbladen met het kwaliteitskompas van NJi en Rutgers."
CHART, TABLE = "Grafiek", "Tabel"
DOSSIER_TITLE = "Ons plan en wat ervan komt"
ABOUT = {"ambition": "Ambitie", "activity": "Activiteit"}
TOGETHER = {"ambition": "Voor alle ambities samen", "activity": "Voor alle activiteiten samen"}


def dossier(reader: Reader) -> Document:
    """Makes the document of everything: a chapter for each bouwsteen, its worksheets that were begun, and all
    actions."""
    whole = reader.whole
    blocks: list[Block] = []
    for bouwsteen in whole.library.bouwstenen:
        blocks += _chapter(reader, bouwsteen)
    blocks += _all_actions(whole.actions, reader.today)
    return made(
        reader,
        "Dossier",
        DOSSIER_TITLE,
        blocks,
        facts=_facts(reader, whole.library.worksheets),
        contents=True,
    )


def bouwsteen(reader: Reader, wanted: Bouwsteen) -> Document:
    sheets = reader.whole.library.bouwsteen_worksheets(wanted.number)
    return made(
        reader,
        f"Bouwsteen {wanted.number}",
        wanted.title,
        [Paragraph(wanted.gist), *(b for sheet in sheets for b in _worksheet(reader, sheet, 2))],
        facts=_facts(reader, sheets),
    )


def worksheet(reader: Reader, wanted: Worksheet, about: str | None = None) -> Document:
    """Makes the document of a worksheet with all its questions; with `about` for one ambition or activity
    only.

    Raises `LookupError` when that does not exist.
    """
    subjects = reader.whole.subjects(wanted)
    if about and about not in {item.id for item in subjects}:
        raise LookupError(f"no subject {about}")
    chosen = [item for item in subjects if item.id == about] if about else subjects
    return made(
        reader,
        f"Werkblad {wanted.id}",
        wanted.title,
        [Paragraph(wanted.why), *_filled(reader, wanted, 2, chosen, everything=not about)],
        facts=_facts(reader, [wanted]),
    )


def made(
    reader: Reader,
    kind: str,
    title: str,
    blocks: Sequence[Block],
    facts: Sequence[tuple[str, str]] = (),
    source: str = SOURCE,
    contents: bool = False,
) -> Document:
    """Makes a document of this dossier. Raises `CannotMake` when it is too long."""
    whole = Document(
        kind=kind,
        title=title,
        partnership=_named(reader.whole),
        source=source,
        date=reader.today,
        blocks=tuple(blocks),
        facts=tuple(facts),
        contents=contents,
    )
    return cleaned(checked(whole))


def _named(whole: Whole) -> str:
    name, place = whole.partnership.name, whole.partnership.place
    return f"{name}, {place}" if place and place not in name else name


def _facts(reader: Reader, sheets: Sequence[Worksheet]) -> list[tuple[str, str]]:
    whole = reader.whole
    fields = [field for sheet in sheets for field in sheet.fields]
    held = [s for s in whole.sessions.values() if s.ended_at and s.worksheet in {s.id for s in sheets}]
    facts = [("Ingevuld", whole.count(fields).words)]
    if held:
        newest = max(session.created_at for session in held)
        words = f"{plural(len(held), 'sessie', 'sessies')}, de laatste op {date(newest)}"
        facts.append(("Live sessies", words))
    return facts


def _chapter(reader: Reader, own: Bouwsteen) -> list[Block]:
    """Makes the chapter of a bouwsteen. Worksheets that nobody began are named, not printed."""
    sheets = reader.whole.library.bouwsteen_worksheets(own.number)
    begun = [sheet for sheet in sheets if reader.whole.count(sheet.fields).answered]
    waiting = [f"{sheet.id} {sheet.title}" for sheet in sheets if sheet not in begun]
    return [
        Heading(f"Bouwsteen {own.number}: {own.title}", 1, new_page=bool(begun)),
        Paragraph(own.gist),
        *(block for sheet in begun for block in _worksheet(reader, sheet, 2)),
        *([Paragraph(f"Nog niet begonnen: {'; '.join(waiting)}.", "quiet")] if waiting else []),
    ]


def _worksheet(reader: Reader, sheet: Worksheet, level: int) -> list[Block]:
    name = f"{sheet.id} {sheet.title}" if sheet.sheet == "main" else sheet.title
    return [
        Heading(name, level),
        Paragraph(sheet.why),
        *_filled(reader, sheet, level + 1, reader.whole.subjects(sheet)),
    ]


def _filled(
    reader: Reader,
    sheet: Worksheet,
    level: int,
    subjects: Sequence[Item],
    everything: bool = True,
) -> list[Block]:
    """Returns the steps and questions of a worksheet: once, or once for each ambition or activity and for all
    together."""
    if not subjects:
        return _steps(reader, sheet, "", level)
    blocks: list[Block] = []
    for subject in subjects:
        blocks += [
            Heading(f"{ABOUT[sheet.scope]}: {subject.text}", level),
            *_steps(reader, sheet, subject.id, level + 1),
        ]
    if everything and any(reader.whole.items(field) for field in sheet.fields):
        blocks += [
            Heading(TOGETHER[sheet.scope], level),
            *_steps(reader, sheet, "", level + 1),
        ]
    return blocks


def _steps(reader: Reader, sheet: Worksheet, about: str, level: int) -> list[Block]:
    began = reader.whole.round(sheet, about)
    blocks: list[Block] = [Paragraph(f"Ronde van {date(began)}.", "quiet")] if began else []
    for step in sheet.steps:
        blocks.append(Heading(step.title, level))
        for field in step.fields:
            blocks += reader.question(field, about, level + 1)
    return blocks


def _all_actions(actions: Sequence[Action], today: dt.date) -> list[Block]:
    """Lists open actions first; those that were done or dropped come below."""
    unfinished = [action for action in actions if action.status in UNFINISHED]
    finished = [action for action in actions if action.status not in UNFINISHED]
    if not actions:
        return []
    return [
        Heading("Alle acties", 1, new_page=True),
        Heading("Open acties", 2),
        *(action_table("Open acties", unfinished, today) or [Paragraph("Geen open acties.", "quiet")]),
        *(
            [
                Heading("Klaar, of gaat niet door", 2),
                *action_table("Klaar, of gaat niet door", finished, today),
            ]
            if finished
            else []
        ),
    ]
