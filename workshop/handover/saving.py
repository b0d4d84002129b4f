"""Saves a reviewed session: each kept line goes to its field of the dossier, all or nothing, once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.codes import new_id
from workshop.content.library import Library
from workshop.handover.draft import NOTES, Hand, must_be_seen
from workshop.handover.origins import ends
from workshop.handover.presses import ReviewForm
from workshop.handover.proposal import CONCLUDED, ProposedLine, proposed
from workshop.handover.review import reviewed
from workshop.items import Item
from workshop.kinds import ResultItem
from workshop.live import links
from workshop.live.errors import Closed, Gone
from workshop.live.reading import SessionReader
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Action, ActionChange, Session, SignIn, ThemeMarks, now
from workshop.record import answers, higher, moments
from workshop.record.actions import STATUSES
from workshop.record.sessions import Brought
from workshop.session_groups import in_dossier
from workshop.storage import locks
from workshop.storage.database import Database


async def save(
    database: Database,
    reader: SessionReader,
    session_id: uuid.UUID,
    form: ReviewForm,
    sign_in: SignIn,
    number: int | None = None,
) -> None:
    """Writes the reviewed lines, all or nothing. `number` is that of the unfinished review that was seen.

    Raises `Gone` for a session that does not exist, `Closed` when it was saved before or has not ended,
    `OtherReviewer` when somebody else changed the review since, `ValueError` for a line that does not fit.
    """

    async def job(db: AsyncSession) -> None:
        session = await locks.session(db, session_id)
        if session is None:
            raise Gone("Deze sessie bestaat niet meer.")
        if session.saved_at:
            raise Closed("Deze sessie is al bewaard. Je vindt alles in het dossier.")
        if session.ended_at is None:
            raise Closed("De sessie loopt nog. Stop hem eerst in de regie.")
        must_be_seen(session.review, Hand(sign_in.account_id, number))
        if session.cut_at is None:
            await links.cut_links(db, session, reader.settings.group_minimum, now())
        lines = reviewed(await proposed(db, reader, session), form, reader.library)
        for field, chosen in _by_field(lines, reader.library).items():
            saver = SAVERS.get(_saver_of(reader.library, field), _save_items)
            await saver(db, session, field, chosen, sign_in)
        for activity in session.activities:
            if str(activity.id) not in form.get(NOTES, ()):
                activity.jotted = ""
        session.saved_at, session.saved_by, session.review = now(), sign_in.account_id, None
        writing.note_of_session(db, session, sign_in.account_id, What.SESSION_SAVED)

    await database.write(job, session_id)


def brings(
    session: Session, lines: Sequence[ProposedLine], library: Library, earlier: Mapping[str, Action]
) -> Brought:
    """Returns what a save of these reviewed lines would put into the record, without writing it. `earlier`
    holds the actions of before by their id."""
    by_field = _by_field(lines, library)

    def of(kind: str) -> dict[str, list[ProposedLine]]:
        return {field: own for field, own in by_field.items() if _saver_of(library, field) == kind}

    return Brought(
        items={field: tuple(_items(own, session)) for field, own in of("").items()},
        marks={field: _marks(session, field, own) for field, own in of("marks").items()},
        actions={
            field: [_action(session, field, line, earlier.get(line.item.action)) for line in own]
            for field, own in of("actions").items()
        },
    )


def _by_field(lines: Sequence[ProposedLine], library: Library) -> dict[str, list[ProposedLine]]:
    """Returns field -> the kept lines that go there, with the ids that they are saved under."""
    found: dict[str, list[ProposedLine]] = defaultdict(list)
    for line in _traced(_named(lines, library), library):
        is_moment = library.field(line.field).kind == moments.KIND
        found[line.field].append(_with_time(line) if is_moment else line)
    return found


def _saver_of(library: Library, field: str) -> str:
    """Returns the key in `SAVERS`; empty for a field that keeps items."""
    kind = library.field(field).kind
    return kind if kind in SAVERS else ""


def _named(lines: Sequence[ProposedLine], library: Library) -> list[ProposedLine]:
    """Gives every line the id that it is saved under, and its origin as the record knows it: the card where
    that is kept among the cards, else the card's theme."""
    named = {line.id: replace(line, saved_as=new_id().hex) for line in lines}
    cards = {part.id: line for line in named.values() for part in line.parts or (line,)}
    homes = set(higher.fields(library).values())

    def origin(line: ProposedLine) -> str:
        card = cards.get(line.origin)
        if card is None:
            return line.origin or line.item.theme
        return card.saved_as if card.kept and card.field in homes else card.item.theme

    return [replace(line, origin=origin(line)) for line in named.values()]


def _traced(lines: Sequence[ProposedLine], library: Library) -> list[ProposedLine]:
    """Returns the kept lines, each with the ids of the items that it was made from."""
    kept = [line for line in lines if line.kept]
    saved: dict[str, list[str]] = defaultdict(list)
    for line in kept:
        if not _saver_of(library, line.field):
            for part in line.parts or (line,):
                saved[part.ref].append(line.saved_as)
    skipped = {part.ref: line.origins for line in lines for part in line.parts or (line,)}
    return [replace(line, origins=ends(line.origins, saved, skipped)) for line in kept]


async def _save_items(
    db: AsyncSession, session: Session, field: str, lines: Sequence[ProposedLine], sign_in: SignIn
) -> None:
    await answers.append(
        db,
        session.partnership_id,
        field,
        _items(lines, session),
        account_id=sign_in.account_id,
        session_id=session.id,
        note=f"Uit de sessie ‘{session.title}’"[:300],
        about=session.about,
    )


def _items(lines: Sequence[ProposedLine], session: Session) -> list[Item]:
    columns = {line.label for line in lines} - {CONCLUDED}
    several = columns if len(columns) > 1 else ()
    return [_item(line, session, line.label if line.label in several else "") for line in lines]


def _item(line: ProposedLine, session: Session, column: str) -> Item:
    """Returns what the dossier keeps of a line: all that an item has, and nothing of a result only."""
    saved = replace(
        line.item,
        id=line.saved_as,
        text=line.text,
        column=column,
        tone=line.tone,
        session=str(session.id),
        cell=line.item.cell or line.item.theme,
        origins=line.origins,
        cards_by=in_dossier(session.groups, line.item.cards_by),
        votes_by=in_dossier(session.groups, line.item.votes_by),
    )
    return msgspec.convert(saved, Item, from_attributes=True)


async def _save_marks(
    db: AsyncSession, session: Session, field: str, lines: Sequence[ProposedLine], sign_in: SignIn
) -> None:
    db.add_all(_marks(session, field, lines))


def _marks(session: Session, field: str, lines: Sequence[ProposedLine]) -> list[ThemeMarks]:
    return [
        ThemeMarks(
            partnership_id=session.partnership_id,
            session_id=session.id,
            field=field,
            theme=line.item.theme,
            label=line.text,
            position=position,
            counts=list(line.item.counts),
            unknown=line.item.unknown,
            groups=in_dossier(
                session.groups, {group: list(counts) for group, counts in line.item.groups.items()}
            ),
            at=session.ended_at or now(),
        )
        for position, line in enumerate(lines)
    ]


async def _save_actions(
    db: AsyncSession, session: Session, field: str, lines: Sequence[ProposedLine], sign_in: SignIn
) -> None:
    for line in lines:
        action = await db.get(Action, uuid.UUID(line.item.action)) if line.item.action else None
        note = ""
        if action is None or action.partnership_id != session.partnership_id:
            note = _rhythm(line.item)
            action = _action(session, field, line)
            action.created_by = sign_in.account_id
            db.add(action)
            await db.flush()
        action.status = _status(line)
        db.add(
            ActionChange(
                action_id=action.id,
                status=action.status,
                note=note,
                session_id=session.id,
                account_id=sign_in.account_id,
            )
        )


def _action(session: Session, field: str, line: ProposedLine, earlier: Action | None = None) -> Action:
    return Action(
        id=new_id(),
        partnership_id=session.partnership_id,
        field=field,
        about=session.about,
        session_id=session.id,
        text=line.text,
        owner=line.item.owner,
        due=earlier.due if earlier else days.written(line.item.due),
        status=_status(line),
        origin=line.origin,
    )


def _status(line: ProposedLine) -> str:
    return line.item.status if line.item.status in STATUSES else "open"


def _rhythm(item: ResultItem) -> str:
    """Returns a note for an action whose term is how often instead of a date: it stays readable in its
    history."""
    return f"Hoe vaak: {often}" if (often := _often(item)) else ""


def _often(item: ResultItem) -> str:
    return item.often or ("" if days.written(item.due) else item.due)


def _with_time(line: ProposedLine) -> ProposedLine:
    """Returns an agreement about time with its day, how often, and who plans it, as details."""
    on = days.written(line.item.due)
    told = {"frequency": _often(line.item), "owner": line.item.owner, "due": on.isoformat() if on else ""}
    return replace(line, item=replace(line.item, details={name: told[name] for name in told if told[name]}))


SAVERS: dict[str, Any] = {"marks": _save_marks, "actions": _save_actions}
