"""One session as a document: what it put into the dossier, or while it runs what the big screen shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.documents import contents, themes
from workshop.documents.answers import Reader, action_table, counted
from workshop.documents.document import Block, Document, Heading, Lines, Paragraph, TextLine
from workshop.dutch import date, day
from workshop.items import Item
from workshop.kinds import Kind, Result, ResultItem
from workshop.live.reading import SessionReader
from workshop.models import Activity, Session, ThemeMarks
from workshop.record import sessions
from workshop.record.actions import STATUSES
from workshop.record.sessions import Brought
from workshop.text import plural, took_part

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
        if (activity.skipped and not activity.beside) or activity.started_at is None or blanked:
            continue
        scene = await stored.scene(db, whole, activity)
        results = scene.kind.summary(scene.tally, scene.settings) if scene.visible else None
        found.append(StepResults(activity, results, scene.stays))
    return found


def saved(reader: Reader, session: Session, brought: Brought) -> Document:
    """Makes the document of what was put into the dossier, by question, with the cards behind it."""
    blocks: list[Block] = []
    for field in (f for sheet in reader.whole.library.worksheets for f in sheet.fields):
        if field.id in brought.fields:
            lines = tuple(_saved(item) for item in brought.items.get(field.id, ()))
            blocks += [
                Heading(field.label),
                Paragraph(field.question, "question"),
                *([Lines(lines)] if lines else []),
                *themes.session(brought.marks.get(field.id, ()), reader.render, reader.settings),
                *action_table(field.label, brought.actions.get(field.id, ()), reader.today),
            ]
    return _made(reader, session, blocks or [Paragraph("Uit deze sessie is niets in het dossier gezet.")])


def unsaved(reader: Reader, session: Session, seen: Sequence[StepResults]) -> Document:
    """Makes the document of what the big screen shows or showed, by step."""
    blocks: list[Block] = [Paragraph(REVIEW if session.ended_at else RUNNING, "notice")]
    for step in seen:
        blocks += [Heading(step.activity.title), Paragraph(step.activity.question, "question")]
        blocks += _step(reader, step)
    if not seen:
        blocks.append(Paragraph("Er is nog geen stap begonnen."))
    return _made(reader, session, blocks)


def _made(reader: Reader, session: Session, blocks: Sequence[Block]) -> Document:
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
    return contents.made(reader, "Sessie", session.title, blocks, shown, source)


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
    counts = [plural(item.cards, "kaart", "kaarten")] if item.cards > 1 else []
    counts += [plural(item.votes, *kind.votes)] if item.votes else []
    counts += ["gedeelde plaats"] if item.tied else []
    agreed = [f"Wie: {item.owner}"] if item.owner else []
    agreed += [f"Wanneer: {day(item.due)}"] if item.due else []
    agreed += [STATUSES[item.status].capitalize()] if item.action and item.status in STATUSES else []
    return TextLine(item.text, item.labels, tuple(filter(None, (", ".join(counts), *agreed))), _behind(item))


def _saved(item: Item) -> TextLine:
    labels = (*([item.column] if item.column else []), *item.labels)
    said = ", ".join(counted(item)) if item.cards > 1 or item.votes is not None else ""
    return TextLine(item.text, labels, (said,) if said else (), _behind(item))


def _behind(item: Item) -> tuple[str, ...]:
    return (*item.quotes, *(f"Waarom: {reason}" for reason in item.reasons))
