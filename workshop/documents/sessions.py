"""One session as a document: what it put into the dossier, or while it runs what the big screen shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.documents import contents, themes
from workshop.documents.answers import Reader, action_table, by_weight
from workshop.documents.document import Block, Document, Heading, Lines, Paragraph, TextLine
from workshop.documents.first_page import first_page
from workshop.dutch import date, day
from workshop.items import Item, counted
from workshop.kinds import Kind, Result, ResultItem
from workshop.live import rounds
from workshop.live.reading import SessionReader
from workshop.models import Activity, Session, ThemeMarks
from workshop.record import sessions, summary
from workshop.record.actions import STATUSES
from workshop.record.answers import told_of
from workshop.record.sessions import Brought
from workshop.record.summary import Summary
from workshop.text import took_part

RUNNING = "Deze sessie loopt nog. Hieronder staat wat het grote scherm laat zien."
REVIEW = (
    "Deze sessie is nog niet nagekeken. Dit liet het grote scherm zien. In het dossier kan iets anders komen."
)

STAYS = "Waar te weinig telefoons iets anders kozen, staat hier wat ronde 1 zei."


@dataclass(frozen=True)
class StepResults:
    """One step as the big screen shows it; without results while those stay hidden."""

    activity: Activity
    results: tuple[Result, ...] | None
    stays: bool = False
    """Whether it is a second round that says of something what the first said."""


async def steps(db: AsyncSession, stored: SessionReader, session: Session) -> list[StepResults]:
    """Lists the steps that were started. While the big screen is blank the current one is left out."""
    whole = await db.get_one(Session, session.id, populate_existing=True)
    found = []
    for activity in whole.activities:
        blanked = whole.blank and activity.id == whole.current_id
        if activity.started_at is None or blanked:
            continue
        scene = await stored.scene(db, whole, activity)
        results = scene.kind.summary(scene.tally, scene.settings) if scene.visible else None
        if results and not rounds.has_result(activity, whole.activities):
            results = tuple(map(_chooses_nothing, results))
        found.append(StepResults(activity, results, scene.stays))
    return found


def saved(reader: Reader, session: Session, brought: Brought, passed_over: str = "") -> Document:
    """Makes the document of what was put into the dossier, by question, with the cards behind it.
    `passed_over` says what the room did not do."""
    blocks: list[Block] = []
    for field in (f for sheet in reader.whole.library.worksheets for f in sheet.fields):
        if field.id in brought.fields:
            lines = tuple(map(_saved, by_weight(brought.items.get(field.id, ()))))
            blocks += [
                Heading(field.label),
                Paragraph(field.question, "question"),
                *([Lines(lines)] if lines else []),
                *themes.session(brought.marks.get(field.id, ()), reader.render, reader.settings),
                *action_table(field.label, brought.actions.get(field.id, ()), reader.today),
            ]
    blocks = blocks or [Paragraph("Uit deze sessie is niets in het dossier gezet.")]
    told = summary.of_session(reader.whole, session, brought, reader.settings, reader.today)
    return _made(reader, session, [*blocks, *_quiet(passed_over)], told)


def unsaved(reader: Reader, session: Session, seen: Sequence[StepResults], passed_over: str = "") -> Document:
    """Makes the document of what the big screen shows or showed, by step."""
    blocks: list[Block] = [Paragraph(REVIEW if session.ended_at else RUNNING, "notice")]
    for step in seen:
        blocks += [Heading(step.activity.title), Paragraph(step.activity.question, "question")]
        blocks += _step(reader, step)
    if not seen:
        blocks.append(Paragraph("Er is nog geen stap begonnen."))
    asked = [(step.activity.question, [i for r in step.results or () for i in r.items]) for step in seen]
    told = summary.of_unsaved(reader.whole, session, asked, reader.settings, reader.today)
    return _made(reader, session, [*blocks, *_quiet(passed_over)], told)


def _quiet(words: str) -> list[Paragraph]:
    return [Paragraph(words, "quiet")] if words else []


def _chooses_nothing(result: Result) -> Result:
    """Returns what the round of a step that does not count came to: the other round chose."""
    return replace(result, items=tuple(replace(item, chosen=False) for item in result.items))


def _made(reader: Reader, session: Session, blocks: Sequence[Block], told: Summary) -> Document:
    sheet = reader.whole.library.worksheet(session.worksheet)
    about = next((i.text for i in reader.whole.subjects(sheet) if i.id == session.about), "")
    facts = [
        ("Gehouden op", date(session.created_at)),
        ("Werkblad", f"{sheet.id} {sheet.title}"),
        ("Over", about),
        ("Deden mee", took_part(session.phones, session.papers) if session.ended_at else ""),
        ("Status", sessions.state(session)),
    ]
    source = f"Live sessie van {date(session.created_at)}. {contents.SOURCE}"
    shown = [(name, value) for name, value in facts if value]
    return contents.made(reader, "Sessie", session.title, blocks, shown, source, first_page(told))


def _step(reader: Reader, step: StepResults) -> list[Block]:
    if step.results is None:
        return [Paragraph("De begeleider liet de uitslag nog niet zien.", "quiet")]
    filled = [result for result in step.results if result.items]
    several = len(step.results) > 1
    blocks: list[Block] = [Paragraph(STAYS, "quiet")] if step.stays else []
    for result in filled:
        blocks += [Heading(result.label, 4, result.tone)] if several else []
        blocks += _marks(reader, result) if result.items[0].counts else [_lines(step, result)]
    return blocks or [Paragraph("Nog niets om te laten zien.", "quiet")]


def _marks(reader: Reader, result: Result) -> list[Block]:
    rows = [
        ThemeMarks(label=item.text, counts=list(item.counts), unknown=item.unknown, groups={})
        for item in result.items
    ]
    return themes.session(rows, reader.render, reader.settings)


def _lines(step: StepResults, result: Result) -> Lines:
    kind = kinds.get(step.activity.kind)
    return Lines(tuple(_seen(item, kind) for item in result.items))


def _seen(item: ResultItem, kind: Kind) -> TextLine:
    counts = counted(item, getattr(kind, "votes", None)) if _says_more(item) else []
    agreed = [f"Wie: {item.owner}"] if item.owner else []
    agreed += [f"Wanneer: {day(item.due)}"] if item.due else []
    agreed += [STATUSES[item.status].capitalize()] if item.action and item.status in STATUSES else []
    return TextLine(item.text, item.labels, tuple(filter(None, (", ".join(counts), *agreed))), _behind(item))


def _saved(item: Item) -> TextLine:
    labels = (*([item.column] if item.column else []), *item.labels)
    said = ", ".join(counted(item)) if _says_more(item) else ""
    told = () if item.labels else told_of(item)
    return TextLine(item.text, labels, tuple(filter(None, (said, *told))), _behind(item))


def _says_more(item: Item) -> bool:
    """Says whether there is more to count of it than one card."""
    return item.cards > 1 or bool(item.votes) or item.chosen


def _behind(item: Item) -> tuple[str, ...]:
    return (*item.quotes, *(f"Waarom: {reason}" for reason in item.reasons))
