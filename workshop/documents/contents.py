"""What each document of a dossier says: a worksheet, a bouwsteen, a session or everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from workshop.content.worksheets import Bouwsteen, Worksheet
from workshop.documents.answers import Reader, action_table
from workshop.documents.document import Block, Document, Heading, Paragraph, checked, cleaned
from workshop.documents.first_page import first_page
from workshop.documents.parts import Parts
from workshop.dutch import date
from workshop.models import UNFINISHED, Action
from workshop.record import summary
from workshop.record.whole import Whole
from workshop.text import plural, quoted

SOURCE = "Naar de werkbladen met het kwaliteitskompas van NJi en Rutgers."
CHART, TABLE = "Grafiek", "Tabel"
DOSSIER_TITLE = "Ons plan en wat ervan komt"
MOST_ACTIONS = 40
"""Actions of a list in the document of a dossier."""
ABOUT = {"ambition": "Ambitie", "activity": "Activiteit"}
TOGETHER = {"ambition": "Voor alle ambities samen", "activity": "Voor alle activiteiten samen"}


def dossier(reader: Reader, parts: Parts) -> Document:
    """Makes the document of a dossier: a chapter for each of these bouwstenen, its worksheets that were
    begun, and their actions. With every bouwsteen also the actions that belong to none."""
    whole = reader.whole
    blocks: list[Block] = []
    for bouwsteen in parts.bouwstenen:
        blocks += _chapter(reader, bouwsteen)
    blocks += _all_actions(_actions_of(whole, parts), reader.today)
    told = summary.of_dossier(whole, reader.settings, reader.today, parts.about.bouwstenen)
    return made(
        reader,
        "Dossier",
        DOSSIER_TITLE,
        blocks,
        facts=[
            *([] if parts.is_everything else [("Hierin", parts.words)]),
            *_facts(reader, parts.about.worksheets),
        ],
        first=first_page(told) if parts.has_first_page else (),
        contents=bool(blocks),
    )


def bouwsteen(reader: Reader, wanted: Bouwsteen) -> Document:
    sheets = reader.whole.library.bouwsteen_worksheets(wanted.number)
    return made(
        reader,
        f"Bouwsteen {wanted.number}",
        wanted.title,
        [Paragraph(wanted.gist), *(b for sheet in sheets for b in _worksheet(reader, sheet, 2))],
        facts=_facts(reader, sheets),
        first=first_page(summary.of_bouwsteen(reader.whole, wanted, reader.settings, reader.today)),
    )


def worksheet(reader: Reader, wanted: Worksheet, about: str | None = None) -> Document:
    """Makes the document of a worksheet with all its questions; with `about` for one ambition or activity
    only.

    Raises `LookupError` when that does not exist.
    """
    subjects = reader.whole.subjects(wanted)
    if about and about not in {item.id for item in subjects}:
        raise LookupError(f"no subject {about}")
    filled = _steps(reader, wanted, about, 2) if about else _filled(reader, wanted, 2)
    name = next((f"{ABOUT[wanted.scope]}: {item.text}" for item in subjects if item.id == about), "")
    return made(
        reader,
        f"Werkblad {wanted.id}",
        wanted.title,
        [Paragraph(wanted.why), *([Heading(name, 1)] if about else []), *filled],
        facts=_facts(reader, [wanted]),
    )


def made(
    reader: Reader,
    kind: str,
    title: str,
    blocks: Sequence[Block],
    facts: Sequence[tuple[str, str]] = (),
    source: str = SOURCE,
    first: tuple[Block, ...] = (),
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
        first=first,
        contents=contents,
        branding=reader.branding,
    )
    return cleaned(checked(whole))


def _actions_of(whole: Whole, parts: Parts) -> Sequence[Action]:
    if parts.bouwstenen == tuple(whole.library.bouwstenen):
        return whole.actions
    own = {field.id for sheet in parts.worksheets for field in sheet.fields}
    return [action for action in whole.actions if action.field in own]


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
        Heading(f"Bouwsteen {own.number}: {own.title}", 1),
        Paragraph(own.gist),
        *(block for sheet in begun for block in _briefly(reader, sheet)),
        *([Paragraph(f"Nog niet begonnen: {'; '.join(waiting)}.", "quiet")] if waiting else []),
    ]


def _briefly(reader: Reader, sheet: Worksheet) -> list[Block]:
    """Returns a worksheet in a dossier: a table of its questions, for each ambition or activity that it was
    filled in for."""
    name = f"{sheet.id} {sheet.title}" if sheet.sheet == "main" else sheet.title
    blocks: list[Block] = [Heading(name, 2)]
    for title, about in _filled_for(reader, sheet):
        began = reader.whole.round(sheet, about)
        blocks += [Heading(title, 3)] if title else []
        blocks += [Paragraph(f"Ronde van {date(began)}.", "quiet")] if began else []
        blocks += reader.briefly(sheet, about)
    return [*blocks, *_left(reader, sheet)]


def _filled_for(reader: Reader, sheet: Worksheet) -> list[tuple[str, str]]:
    """Lists the title and the subject of each time that a worksheet was filled in: `Ambitie: …` with an id,
    or for everything together without one."""
    subjects = reader.whole.subjects(sheet)
    every = [(f"{ABOUT[sheet.scope]}: {item.text}", item.id) for item in subjects]
    found = [(title, about) for title, about in every if reader.is_filled(sheet, about)]
    if not subjects or reader.is_filled(sheet, ""):
        found.append((TOGETHER[sheet.scope] if subjects else "", ""))
    return found


def _left(reader: Reader, sheet: Worksheet) -> list[Block]:
    """Names in one line the ambitions or activities that nobody filled this worksheet in for."""
    left = [item.text for item in reader.whole.subjects(sheet) if not reader.is_filled(sheet, item.id)]
    return [Paragraph(f"Nog niet ingevuld voor {quoted(left)}.", "quiet")] if left else []


def _worksheet(reader: Reader, sheet: Worksheet, level: int) -> list[Block]:
    name = f"{sheet.id} {sheet.title}" if sheet.sheet == "main" else sheet.title
    return [
        Heading(name, level),
        Paragraph(sheet.why),
        *_filled(reader, sheet, level + 1),
    ]


def _filled(reader: Reader, sheet: Worksheet, level: int) -> list[Block]:
    """Returns the steps and questions of a worksheet: once, or once for each ambition or activity that it was
    filled in for."""
    blocks: list[Block] = []
    for title, about in _filled_for(reader, sheet):
        blocks += [Heading(title, level)] if title else []
        blocks += _steps(reader, sheet, about, level + bool(title))
    return [*blocks, *_left(reader, sheet)]


def _steps(reader: Reader, sheet: Worksheet, about: str, level: int) -> list[Block]:
    """Returns the questions with an answer, by step; the others together in one line."""
    began = reader.whole.round(sheet, about)
    blocks: list[Block] = [Paragraph(f"Ronde van {date(began)}.", "quiet")] if began else []
    for step in sheet.steps:
        told = [block for field in step.fields for block in reader.question(field, about, level + 1)]
        blocks += [Heading(step.title, level), *told] if told else []
    return [*blocks, *reader.empty(sheet, about)]


def _all_actions(actions: Sequence[Action], today: dt.date) -> list[Block]:
    """Lists open actions first; those that were done or dropped come below."""
    unfinished = [action for action in actions if action.status in UNFINISHED]
    finished = [action for action in actions if action.status not in UNFINISHED]
    if not actions:
        return []
    return [
        Heading("Alle acties", 1, new_page=True),
        Heading("Open acties", 2),
        *(_some_actions("Open acties", unfinished, today) or [Paragraph("Geen open acties.", "quiet")]),
        *(
            [
                Heading("Klaar, of gaat niet door", 2),
                *_some_actions("Klaar, of gaat niet door", finished, today),
            ]
            if finished
            else []
        ),
    ]


def _some_actions(title: str, actions: Sequence[Action], today: dt.date) -> list[Block]:
    more = len(actions) - MOST_ACTIONS
    told = (
        [Paragraph(f"En nog {more}: die staan in Excel en bij ‘Acties’ in de app.", "quiet")]
        if more > 0
        else []
    )
    return [*action_table(title, actions[:MOST_ACTIONS], today), *told]
