"""What became of a session, for the people who took part: only the lines that somebody chose.

`offered` reads what there is to choose from, out of the record as it is now: a line that changed there
changes here, one that was removed is not offered. Cards, reasons, groups and counts are never in it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence

import msgspec
from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, text
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.items import Item
from workshop.languages import N_
from workshop.means import mean
from workshop.models import Action, Lookback, Session, ThemeMarks
from workshop.record import answers, rounds, sessions
from workshop.record.answers import items_of

LONGEST_TEXT, LONGEST_NOTE = 600, 300
LONG_SENTENCE = 15
"""Words. Sentences of easy Dutch have no more."""
YEAR = 12
MONTHS = {1: "1 maand", 6: "6 maanden", YEAR: "1 jaar", 24: "2 jaar"}

CHOSEN, DECIDED, ACTION, EARLIER, MARK = "chosen", "decided", "action", "earlier", "mark"
TITLES = {
    CHOSEN: N_("Dit hebben we samen gekozen"),
    DECIDED: N_("Dit hebben we opgeschreven"),
    ACTION: N_("Dit gaan we doen"),
    EARLIER: N_("Dit spraken we eerder af"),
    MARK: N_("Deze cijfers kwamen eruit"),
}
"""Kind of line -> the title above it, in the order of the page."""


class LookbackLine(msgspec.Struct, frozen=True):
    """One line to choose. Its id is that of the item, action or marks that it was read from."""

    id: str
    section: str
    text: str
    label: str = ""
    """Label of the field that it is in."""
    tone: str = ""
    votes: int = 0
    """How many dots it got; for the order only."""
    owner: str = ""
    due: dt.date | None = None
    status: str = ""
    mean: float | None = None
    note: str = ""
    """What was done with it, in the words of the facilitator."""


class LookbackSection(msgspec.Struct, frozen=True):
    """The lines of one kind, under their title."""

    section: str
    title: str
    lines: tuple[LookbackLine, ...]


class Story(msgspec.Struct, frozen=True):
    """The whole page as participants read it."""

    title: str
    about: str
    """Name of the ambition or activity; empty for none."""
    on: dt.datetime
    intro: str
    told: str
    told_at: dt.datetime | None
    until: dt.datetime | None
    parts: tuple[LookbackSection, ...]

    @property
    def says_something(self) -> bool:
        return bool(self.parts or self.intro or self.told)


async def offered(db: AsyncSession, library: Library, session: Session, minimum: int) -> list[LookbackLine]:
    """Lists every line that this session put into the record and that is still there, in the order of the
    page. Marks only as a mean, and only of at least `minimum` people."""
    brought = await sessions.brought(db, session)
    labels = {field.id: field.label for sheet in library.worksheets for field in sheet.fields}
    written = await _standing(db, session, brought.items)
    lines = [
        *(_of_item(item, labels[field]) for field in labels for item in written.get(field, ())),
        *(_of_action(action, session) for rows in brought.actions.values() for action in rows),
        *(line for rows in brought.marks.values() for row in rows for line in _of_marks(row, minimum)),
    ]
    return sorted(lines, key=lambda line: (list(TITLES).index(line.section), -line.votes))


def chosen_ids(row: Lookback | None, lines: Iterable[LookbackLine]) -> list[str]:
    """Lists the ids that are ticked: those that somebody chose, and all as long as nobody did. A row that was
    emptied holds no choice any more."""
    return list(row.lines) if row and row.token else [line.id for line in lines]


def story(
    worksheet: Worksheet,
    row: Lookback | None,
    session: Session,
    lines: Sequence[LookbackLine],
    about: str = "",
) -> Story:
    """Makes the page with the chosen lines. Who opens it belongs to no group: its title is that of the big
    screen."""
    chosen = set(chosen_ids(row, lines))
    notes = row.notes if row else {}
    kept = [msgspec.structs.replace(line, note=notes.get(line.id, "")) for line in lines if line.id in chosen]
    return Story(
        title=worksheet.called(session.title, session.holds_back),
        about=about,
        on=session.created_at,
        intro=row.intro if row else "",
        told=row.told if row else "",
        told_at=row.told_at if row else None,
        until=row.until if row else None,
        parts=in_sections(kept),
    )


def in_sections(lines: Sequence[LookbackLine]) -> tuple[LookbackSection, ...]:
    """Groups lines into the parts of the page; a part without lines is left out."""
    found = {section: tuple(line for line in lines if line.section == section) for section in TITLES}
    return tuple(LookbackSection(section, TITLES[section], own) for section, own in found.items() if own)


def end_of(published: dt.datetime, months: int) -> dt.datetime:
    """Returns when a lookback that was published then closes. Raises `ValueError` for a number of months that
    is not offered."""
    if months not in MONTHS:
        raise ValueError("Kies hoe lang de terugblik open blijft.")
    return (days.here(published) + relativedelta(months=months)).astimezone(dt.UTC)


def long_sentences(words: str) -> list[str]:
    """Lists the first words of sentences that are too long for easy Dutch."""
    found = re.split(r"(?<=[.!?])\s+|\n+", words)
    return [
        " ".join(sentence.split()[:6]) + " …" for sentence in found if len(sentence.split()) > LONG_SENTENCE
    ]


def cleaned(name: str, words: str, limit: int) -> str:
    """Returns what somebody wrote, cleaned; it may be empty. Raises `ValueError` with a sentence that names
    what is too long."""
    found = text.tidy(words, lines=True)
    if len(found) > limit:
        raise ValueError(f"{name} is te lang. Maak het {len(found) - limit} tekens korter.")
    return found


async def _standing(db: AsyncSession, session: Session, fields: Collection[str]) -> dict[str, list[Item]]:
    """Returns by field the items of this session that are in the record, or were when their round ended."""
    scope = (db, session.partnership_id, list(fields), session.about)
    current = await answers.current(*scope[:3], about=session.about)
    earlier = await rounds.earlier(*scope)
    found: dict[str, list[Item]] = {}
    for field in fields:
        every = [
            *items_of(current.get(field)),
            *(item for each in earlier.get(field, ()) for item in each.items),
        ]
        newest = {item.id: item for item in reversed(every) if sessions.is_from(item, session.id)}
        found[field] = list(reversed(newest.values()))
    return found


def _of_item(item: Item, label: str) -> LookbackLine:
    """Makes a line of an item: chosen together, or else written down."""
    section, votes = (CHOSEN, item.votes or 0) if item.chosen else (DECIDED, 0)
    return LookbackLine(item.id, section, item.text, label, item.tone, votes)


def _of_action(action: Action, session: Session) -> LookbackLine:
    return LookbackLine(
        id=action.id.hex,
        section=ACTION if action.session_id == session.id else EARLIER,
        text=action.text,
        owner=action.owner,
        due=action.due,
        status=action.status,
    )


def _of_marks(row: ThemeMarks, minimum: int) -> list[LookbackLine]:
    average = mean(row.counts, minimum)
    return [] if average is None else [LookbackLine(row.id.hex, MARK, row.label, mean=round(average, 1))]
