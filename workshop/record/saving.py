"""From a session to the dossier: what goes to which field, reviewed by a person, saved once.

`proposed` reads what every step of an ended session brought. The review shows it as lines that can be
edited, left out or sent to another field; `save` writes exactly the lines that were kept.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, kinds, text
from workshop.codes import new_id
from workshop.content.library import Library
from workshop.live import links
from workshop.live.errors import Closed, Gone
from workshop.live.reading import SessionReader
from workshop.models import Action, ActionChange, Deed, Session, SignIn, ThemeMarks, now
from workshop.record import answers, higher
from workshop.record.actions import STATUSES
from workshop.record.origins import Trail, ends, ref_of
from workshop.storage import locks
from workshop.storage.database import Database

LONGEST_LINE = 300
ASKED = ("kept", "text", "field", "owner", "due", "status", "origin")
"""What a review says: `kept`, and of each line `text.<id>` and so on."""


@dataclass(frozen=True)
class Line:
    """One line on its way to the dossier. `id` names its step, output and item."""

    id: str
    field: str
    item: kinds.Item
    label: str
    tone: str
    kept: bool
    text: str
    step: str
    """Title of the step it came from."""
    ref: str
    """Its step and item, as other lines name it that were made from it (record/origins.py)."""
    origins: tuple[str, ...] = ()
    """What it was made from: refs of other lines, and ids of items that stood in the dossier before."""
    origin: str = ""
    """Of a new action: the line with the card that it came of, or a theme; empty for one of its own."""
    saved_as: str = ""
    """Id of the item that it becomes."""

    @property
    def editable(self) -> bool:
        """Marks are counted, not written."""
        return not self.item.counts


async def proposed(db: AsyncSession, reader: SessionReader, session: Session) -> list[Line]:
    """Every line that the session's steps bring, in the order of the plan, with dots added to cards.

    An open action of before comes once, however many steps showed it: it has one status.
    """
    lines: list[Line] = []
    votes: dict[str, kinds.Item] = {}
    trail = Trail()
    for activity in session.activities:
        if activity.started_at is None:
            continue
        scene = await reader.scene(db, session, activity)
        source = scene.kind.needs(scene.settings).activity
        for result in scene.kind.summary(scene.tally, scene.settings):
            field = str(activity.saves.get(result.output, ""))
            if not field and all(_has_dots(item) for item in result.items):
                votes |= {item.key: item for item in result.items}
                trail.skip(activity.key, source, result.items, scene.inputs.options)
                continue
            known = {line.item.action for line in lines if line.item.action}
            lines += [
                replace(
                    _line(activity.key, activity.title, field, result, item),
                    origins=trail.follow(activity.key, source, item, scene.inputs.options),
                )
                for item in result.items
                if item.action not in known
            ]
    return [_with_votes(line, votes) for line in lines]


def reviewed(lines: Sequence[Line], form: Mapping[str, Sequence[str]], library: Library) -> list[Line]:
    """The lines as the review's form says. `kept` holds ids; `text.<id>`, `field.<id>`, `owner.<id>`,
    `due.<id>`, `status.<id>` and `origin.<id>` change one line. Raises `ValueError` with a sentence."""
    origins = {"", *(line.id for line in ideas(lines)), *(line.item.theme for line in ideas(lines))}
    return [_checked(as_typed(line, form), library, origins) for line in lines]


def ideas(lines: Sequence[Line]) -> list[Line]:
    """The cards of this session that say what would make a theme higher."""
    return [line for line in lines if line.item.theme and line.editable]


def as_typed(line: Line, form: Mapping[str, Sequence[str]]) -> Line:
    """A line as somebody left it in the form, without checking it. Counted marks stay what they are."""

    def given(name: str, otherwise: str) -> str:
        return next(iter(form.get(f"{name}.{line.id}", ())), otherwise)

    item = kinds.with_agreement(
        line.item,
        text.tidy(given("owner", line.item.owner))[:120],
        text.tidy(given("due", line.item.due))[:60],
        given("status", line.item.status),
    )
    return replace(
        line,
        kept=line.id in form.get("kept", ()),
        field=given("field", line.field) if line.editable else line.field,
        text=given("text", line.text) if line.editable else line.text,
        item=item,
        origin=given("origin", line.origin),
    )


async def save(
    database: Database,
    reader: SessionReader,
    session_id: uuid.UUID,
    form: Mapping[str, Sequence[str]],
    desk: SignIn,
) -> None:
    """Writes the reviewed lines, all or nothing. Raises `Closed` when it was saved before or has not ended,
    `ValueError` for a line that does not fit."""

    async def job(db: AsyncSession) -> None:
        session = await locks.session(db, session_id)
        if session is None:
            raise Gone("Deze sessie bestaat niet meer.")
        if session.saved_at:
            raise Closed("Deze sessie is al bewaard. Je vindt alles in het dossier.")
        if session.ended_at is None:
            raise Closed("De sessie loopt nog. Stop hem eerst in de regie.")
        if session.cut_at is None:
            await links.cut_links(db, session, reader.settings.group_minimum, now())
        lines = _named(reviewed(await proposed(db, reader, session), form, reader.library), reader.library)
        by_field: dict[str, list[Line]] = defaultdict(list)
        for line in _traced(lines, reader.library):
            by_field[line.field].append(line)
        for field, chosen in by_field.items():
            saver = SAVERS.get(reader.library.field(field).kind, _save_items)
            await saver(db, session, field, chosen, desk)
        session.saved_at, session.saved_by, session.review = now(), desk.account_id, None
        db.add(
            Deed(
                partnership_id=session.partnership_id,
                session_id=session.id,
                account_id=desk.account_id,
                verb="bewaart een sessie",
                about=session.title,
            )
        )

    await database.write(job, session_id)


async def keep_for_later(
    database: Database, session_id: uuid.UUID, form: Mapping[str, Sequence[str]]
) -> None:
    """Keeps an unfinished review, as far as the form says what was asked."""

    async def job(db: AsyncSession) -> None:
        session = await locks.session(db, session_id)
        if session and not session.saved_at:
            session.review = {
                name: list(values) for name, values in form.items() if name.partition(".")[0] in ASKED
            }

    await database.write(job, session_id)


def _line(key: str, step: str, field: str, result: kinds.Result, item: kinds.Item) -> Line:
    return Line(
        id=f"{key}.{result.output}.{item.key}",
        field=field,
        item=item,
        label=result.label,
        tone=result.tone,
        kept=bool(field) and item.chosen,
        text=item.text,
        step=step,
        ref=ref_of(key, item.key),
    )


def _has_dots(item: kinds.Item) -> bool:
    return item.votes is not None and not item.by_phones


def _with_votes(line: Line, votes: Mapping[str, kinds.Item]) -> Line:
    if line.item.votes is not None or line.item.key not in votes:
        return line
    return replace(line, item=kinds.with_votes(line.item, votes[line.item.key]))


def _named(lines: Sequence[Line], library: Library) -> list[Line]:
    """Every line with the id that it is saved under, and its origin as the record knows it: the card where
    that is kept among the cards, else the card's theme."""
    named = {line.id: replace(line, saved_as=new_id().hex) for line in lines}
    homes = set(higher.fields(library).values())

    def origin(line: Line) -> str:
        card = named.get(line.origin)
        if card is None:
            return line.origin or line.item.theme
        return card.saved_as if card.kept and card.field in homes else card.item.theme

    return [replace(line, origin=origin(line)) for line in named.values()]


def _checked(line: Line, library: Library, origins: Collection[str]) -> Line:
    if not line.kept:
        return line
    if line.origin not in origins:
        raise ValueError(higher.NOT_THERE)
    if not library.has_field(line.field) or (line.editable and library.field(line.field).kind == "marks"):
        raise ValueError(f"Kies bij welke vraag dit hoort: ‘{line.text[:60]}’.")
    days.agreed(line.item.due)
    return replace(line, text=text.clean(line.text, LONGEST_LINE)) if line.editable else line


def _traced(lines: Sequence[Line], library: Library) -> list[Line]:
    """The kept lines, each with the ids of the items that it was made from."""
    kept = [line for line in lines if line.kept]
    saved: dict[str, list[str]] = defaultdict(list)
    for line in kept:
        if library.field(line.field).kind not in SAVERS:
            saved[line.ref].append(line.saved_as)
    skipped = {line.ref: line.origins for line in lines}
    return [replace(line, origins=ends(line.origins, saved, skipped)) for line in kept]


async def _save_items(
    db: AsyncSession, session: Session, field: str, lines: Sequence[Line], desk: SignIn
) -> None:
    several = len({line.label for line in lines}) > 1
    items = [
        answers.Item(
            id=line.saved_as,
            text=line.text,
            column=line.label if several else "",
            tone=line.tone,
            cards=line.item.cards,
            votes=line.item.votes,
            by_phones=line.item.by_phones,
            quotes=line.item.quotes,
            reasons=line.item.reasons,
            labels=line.item.labels,
            chosen=line.item.chosen,
            session=str(session.id),
            cell=line.item.cell or line.item.theme,
            origins=line.origins,
            cards_by=line.item.cards_by,
            votes_by=line.item.votes_by,
        )
        for line in lines
    ]
    await answers.append(
        db,
        session.partnership_id,
        field,
        items,
        account_id=desk.account_id,
        session_id=session.id,
        note=f"Uit de sessie ‘{session.title}’"[:300],
        about=session.about,
    )


async def _save_marks(
    db: AsyncSession, session: Session, field: str, lines: Sequence[Line], desk: SignIn
) -> None:
    for position, line in enumerate(lines):
        db.add(
            ThemeMarks(
                partnership_id=session.partnership_id,
                session_id=session.id,
                field=field,
                theme=line.item.theme,
                label=line.text,
                position=position,
                counts=list(line.item.counts),
                unknown=line.item.unknown,
                groups={group: list(counts) for group, counts in line.item.groups.items()},
                at=session.ended_at or now(),
            )
        )


async def _save_actions(
    db: AsyncSession, session: Session, field: str, lines: Sequence[Line], desk: SignIn
) -> None:
    for line in lines:
        action = await db.get(Action, uuid.UUID(line.item.action)) if line.item.action else None
        note = ""
        if action is None or action.partnership_id != session.partnership_id:
            note = _rhythm(line.item.due)
            action = Action(
                id=new_id(),
                partnership_id=session.partnership_id,
                field=field,
                about=session.about,
                session_id=session.id,
                text=line.text,
                owner=line.item.owner,
                due=days.written(line.item.due),
                origin=line.origin,
                created_by=desk.account_id,
            )
            db.add(action)
            await db.flush()
        action.status = line.item.status if line.item.status in STATUSES else "open"
        db.add(
            ActionChange(
                action_id=action.id,
                status=action.status,
                note=note,
                session_id=session.id,
                account_id=desk.account_id,
            )
        )


def _rhythm(due: str) -> str:
    """What is not a date is how often: it stays readable in the action's history."""
    return "" if days.written(due) or not due else f"Hoe vaak: {due}"


SAVERS: dict[str, Any] = {"marks": _save_marks, "actions": _save_actions}
