"""Agreed actions: who does what before when, and everything that happened to each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, text
from workshop.codes import new_id
from workshop.dutch import date
from workshop.items import Item
from workshop.languages import N_
from workshop.models import UNFINISHED, Account, Action, ActionChange, now
from workshop.record.answers import ONE_SITTING

STATUSES = {
    "open": N_("nog niet begonnen"),
    "busy": N_("bezig"),
    "done": N_("klaar"),
    "dropped": N_("gaat niet door"),
}
PRIORITIES = {"high": "hoog", "normal": "gewoon", "low": "laag"}
MOMENT = "moment"
"""Status of what was an action, and is an agreement about time now (moments.py): no list has it any more."""
LONGEST_TEXT, LONGEST_OWNER, LONGEST_NOTE = 300, 120, 300
AGREED = "Afgesproken"
LOOKED_BACK = "Teruggekeken: "
OUTCOMES = {status: STATUSES[status] for status in ("done", "busy", "open")}
"""The answers when people look back on an earlier action: the status that it then gets -> words."""


class Happening(NamedTuple):
    """One line of an action's history."""

    at: dt.datetime
    status: str
    note: str
    name: str
    """Name of the account that did it; empty for a session and for an account that was removed."""
    session_id: uuid.UUID | None
    owner: str = ""
    """The organisation that said it at its own address."""


async def of(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    *,
    statuses: Sequence[str] = tuple(STATUSES),
    fields: Iterable[str] | None = None,
    about: str | None = None,
    came_of_something: bool = False,
    most: int | None = None,
) -> list[Action]:
    """Reads the actions of a dossier: the unfinished first, and of those the earliest date first.

    `about` keeps those about that ambition or activity (empty: about none), `came_of_something` those that
    name the card or theme they came from. `most` is how many are read at most.
    """
    query = select(Action).where(Action.partnership_id == partnership_id, Action.status.in_(statuses))
    if fields is not None:
        query = query.where(Action.field.in_(list(fields)))
    if about is not None:
        query = query.where(Action.about == about)
    if came_of_something:
        query = query.where(Action.origin != "")
    order = (Action.due.is_(None), Action.due, Action.created_at, Action.id)
    query = query.order_by(Action.status.not_in(UNFINISHED), *order)
    return list(await db.scalars(query.limit(most)))


async def history(db: AsyncSession, action_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Happening]]:
    """Reads action id -> what happened to it, newest first."""
    rows = await db.execute(
        select(ActionChange, Account.name)
        .outerjoin(Account, ActionChange.account_id == Account.id)
        .where(ActionChange.action_id.in_(list(action_ids)))
        .order_by(ActionChange.at.desc())
    )
    found: dict[uuid.UUID, list[Happening]] = defaultdict(list)
    for change, name in rows:
        found[change.action_id].append(
            Happening(change.at, change.status, change.note, name or "", change.session_id, change.owner)
        )
    return found


async def one(db: AsyncSession, partnership_id: uuid.UUID, action_id: uuid.UUID) -> Action:
    """Reads an action of this dossier. Raises `LookupError` when it is not there, or another dossier's."""
    found = await db.scalar(
        select(Action).where(Action.id == action_id, Action.partnership_id == partnership_id)
    )
    if found is None:
        raise LookupError(f"no action {action_id}")
    return found


async def create(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: str,
    wording: str,
    *,
    account_id: uuid.UUID | None,
    owner: str = "",
    due: dt.date | None = None,
    status: str = "open",
    session_id: uuid.UUID | None = None,
    id: uuid.UUID | None = None,
    about: str = "",
    origin: str = "",
    priority: str = "normal",
) -> Action:
    """Adds an action; `origin` is the id of the card or theme that it came from.

    Raises `ValueError` with a sentence for a text, owner, status or priority that does not fit.
    """
    action = Action(
        id=id or new_id(),
        partnership_id=partnership_id,
        field=field,
        about=about,
        session_id=session_id,
        text=text.clean(wording, LONGEST_TEXT),
        owner=_owner(owner),
        due=due,
        status=_status(status),
        origin=origin,
        priority=_priority(priority),
        created_by=account_id,
    )
    db.add(action)
    await db.flush()
    _record(db, action, AGREED, account_id, session_id)
    return action


async def change(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    action_id: uuid.UUID,
    *,
    account_id: uuid.UUID | None,
    session_id: uuid.UUID | None = None,
    continues: bool = False,
    **values: Any,
) -> Action:
    """Changes `wording`, `owner`, `due`, `status`, `origin` or `priority`, and adds a line to the history
    for what is different.

    With `continues` no line is added for an action that this account began to write less than
    ten minutes ago.

    Raises `LookupError` for an action of another dossier, `ValueError` with a sentence for a value
    that does not fit.
    """
    action = await db.scalar(
        select(Action)
        .where(Action.id == action_id, Action.partnership_id == partnership_id)
        .with_for_update()
    )
    if action is None:
        raise LookupError(f"no action {action_id}")
    notes = [note for name, value in values.items() if (note := _assign(action, name, value))]
    if notes and not (continues and await _is_being_written(db, action, account_id)):
        _record(db, action, ". ".join(notes), account_id, session_id)
    return action


async def write(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: str,
    before: Sequence[Item],
    items: Sequence[Item],
    *,
    account_id: uuid.UUID | None,
    continues: bool = False,
    about: str = "",
) -> None:
    """Makes the actions of a field, about one subject, equal to `items`. An action that is no longer among
    them is dropped: it stays in the list of actions, with its history.

    Raises `ValueError` with a sentence for an item that does not fit.
    """
    old = {item.id: item for item in before}
    for item in items:
        if item != old.get(item.id):
            await _write_one(db, partnership_id, field, item, account_id, continues, about)
    for item in before:
        if item.id not in {kept.id for kept in items}:
            await change(db, partnership_id, _id(item), account_id=account_id, status="dropped")


async def evaluate(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    action_id: uuid.UUID,
    outcome: str,
    *,
    account_id: uuid.UUID | None,
) -> None:
    """Records what became of an action, as people say it when they look back; that it is not done yet is a
    fact too. The same outcome twice in a row is recorded once.

    Raises `ValueError` with a sentence for an unknown outcome, `LookupError` for an action of
    another dossier.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"Kies een van deze: {', '.join(OUTCOMES.values())}.")
    action = await change(db, partnership_id, action_id, account_id=account_id)
    newest = (await history(db, [action.id]))[action.id][:1]
    note = LOOKED_BACK + OUTCOMES[outcome]
    if [happening.note for happening in newest] != [note]:
        action.status = outcome
        _record(db, action, note, account_id, None)


async def answer(
    db: AsyncSession, action: Action, owner: str, status: str, said: str, *, id: uuid.UUID
) -> bool:
    """Records what its owner says of an action at an address of its own: a status, and a line of its own
    words. Returns False, and changes nothing, for the same `id` again and for what is so already.

    Raises `ValueError` with a sentence for an unknown status.
    """
    if await db.get(ActionChange, id) or (status == action.status and not said):
        return False
    note = _assign(action, "status", status)
    note = ". ".join(filter(None, (note, said)))[:LONGEST_NOTE]
    change = ActionChange(id=id, action_id=action.id, status=action.status, note=note, owner=owner)
    db.add(change)
    return True


async def agreed_before(
    db: AsyncSession, every: Iterable[Action], day: dt.date | None
) -> list[tuple[Action, str]]:
    """Returns the actions of before this round that are unfinished or were looked back on in it, each with
    its outcome: empty while nobody gave one. `day` is the day on which the round began."""
    before = [action for action in every if day and days.day_of(action.created_at) < day]
    happened = await history(db, [action.id for action in before]) if before else {}
    said = {
        id: next((each.status for each in changes if _is_look_back(each, day)), "")
        for id, changes in happened.items()
    }
    return [(a, said.get(a.id, "")) for a in before if a.status in UNFINISHED or said.get(a.id)]


def as_item(action: Action) -> Item:
    """Returns an action as an item, as the editor of its field shows it."""
    due = action.due.isoformat() if action.due else ""
    details = {"owner": action.owner, "due": due, "status": action.status}
    return Item(id=action.id.hex, text=action.text, details={k: v for k, v in details.items() if v})


def is_late(action: Action, today: dt.date) -> bool:
    return action.due is not None and action.due < today and action.status in UNFINISHED


def due_date(typed: str) -> dt.date | None:
    """Reads the value of a date field; None when it is empty. Raises `ValueError` with a sentence."""
    return days.typed(typed) if typed.strip() else None


def _is_look_back(happening: Happening, day: dt.date | None) -> bool:
    return day is not None and happening.note.startswith(LOOKED_BACK) and days.day_of(happening.at) >= day


async def _is_being_written(db: AsyncSession, action: Action, account_id: uuid.UUID | None) -> bool:
    """Says whether nothing happened to it yet, except that this account made it less than ten minutes ago."""
    changes = list(await db.scalars(select(ActionChange).where(ActionChange.action_id == action.id)))
    return (
        [change.note for change in changes] == [AGREED]
        and changes[0].account_id == account_id
        and changes[0].session_id is None
        and now() - changes[0].at < ONE_SITTING
    )


async def _write_one(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: str,
    item: Item,
    account_id: uuid.UUID | None,
    continues: bool,
    about: str,
) -> None:
    """Creates or changes one action. An action that somebody else dropped meanwhile comes back."""
    owner, due = item.details.get("owner", ""), due_date(item.details.get("due", ""))
    status = item.details.get("status", "open")
    if await db.get(Action, _id(item)) is None:
        await create(
            db,
            partnership_id,
            field,
            item.text,
            account_id=account_id,
            owner=owner,
            due=due,
            status=status,
            id=_id(item),
            about=about,
        )
        return
    await change(
        db,
        partnership_id,
        _id(item),
        account_id=account_id,
        continues=continues,
        wording=item.text,
        owner=owner,
        due=due,
        status=status,
    )


def _id(item: Item) -> uuid.UUID:
    """Reads the id of an action. Raises `ValueError` with a sentence for an id that no page of ours made."""
    try:
        return uuid.UUID(item.id)
    except ValueError:
        raise ValueError("Deze regel klopt niet. Laad de pagina opnieuw.") from None


def _assign(action: Action, name: str, value: Any) -> str:
    """Sets one value. Returns a sentence on what changed; empty when nothing did."""
    before = getattr(action, _COLUMNS[name])
    after = _CHECKS[name](value)
    if after == before:
        return ""
    setattr(action, _COLUMNS[name], after)
    return _WORDS[name](before, after)


def _record(
    db: AsyncSession, action: Action, note: str, account_id: uuid.UUID | None, session_id: uuid.UUID | None
) -> None:
    db.add(
        ActionChange(
            action_id=action.id,
            status=action.status,
            note=note[:LONGEST_NOTE],
            session_id=session_id,
            account_id=account_id,
        )
    )


def _wording(value: str) -> str:
    return text.clean(value, LONGEST_TEXT)


def _owner(value: str) -> str:
    return text.clean(value, LONGEST_OWNER) if text.tidy(value) else ""


def _status(value: str) -> str:
    if value not in STATUSES:
        raise ValueError("Deze stand bestaat niet. Kies er een uit de lijst.")
    return value


def _priority(value: str) -> str:
    if value not in PRIORITIES:
        raise ValueError(f"Kies hoe belangrijk het is: {', '.join(PRIORITIES.values())}.")
    return value


def _day(value: dt.date | None) -> str:
    return date(value) if value else "geen datum"


_COLUMNS = {"wording": "text"} | {name: name for name in ("owner", "due", "status", "origin", "priority")}
_CHECKS = {
    "wording": _wording,
    "owner": _owner,
    "due": lambda value: value,
    "status": _status,
    "origin": lambda value: value,
    "priority": _priority,
}
_WORDS = {
    "wording": lambda before, after: f"Tekst was: {before}",
    "owner": lambda before, after: f"Wie: {before or 'nog niemand'} werd {after or 'nog niemand'}",
    "due": lambda before, after: f"Wanneer: {_day(before)} werd {_day(after)}",
    "status": lambda before, after: f"Stand: {STATUSES[before]} werd {STATUSES[after]}",
    "origin": lambda before, after: "Waar het vandaan komt is veranderd",
    "priority": lambda before, after: f"Prioriteit: {PRIORITIES[before]} werd {PRIORITIES[after]}",
}
