"""Secret addresses of the owners of actions: an organisation without an account sees its own open actions,
and says how they stand.

Whoever has the address sees nothing else of the dossier, and no name of anybody who has an account.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import text
from workshop.accounts import holdings, roles
from workshop.brake import MINUTE, Brake
from workshop.codes import new_token, token_hash
from workshop.log import writing
from workshop.log.what import What
from workshop.models import UNFINISHED, Account, Action, Membership, OwnerAddress, Partnership, now
from workshop.record import actions, agenda

LONGEST_LINE = 160
"""Signs of what an owner may say with an answer."""
ANSWERS = {status: actions.STATUSES[status] for status in ("done", "busy", "dropped")}
CORRECTED = dt.timedelta(days=1)
"""How long an owner still sees what it finished, to set right a press that was wrong."""
PACE, MOST_A_MINUTE = Brake("owner", MINUTE), 60
"""Counts the requests at each address."""
NOT_AN_OWNER = "Kies een organisatie die bij een actie staat."
NOT_THEIRS = "Deze actie staat niet meer op jullie naam. Laad de pagina opnieuw."


class OwnerAddressError(Exception):
    """An address opens nothing. `status` is 404, or 410 when it was revoked; `str(error)` is for whoever
    opened it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


UNKNOWN = "Dit adres klopt niet, of het werkt niet meer. Plak het hele adres, of vraag om een nieuw."
REVOKED = "Dit adres is ingetrokken. Vraag om een nieuw adres bij wie jullie dit adres gaf."


class ActionOwner(msgspec.Struct, frozen=True):
    """Somebody who has actions, as the members of a dossier see it."""

    name: str
    unfinished: int
    address: OwnerAddress | None
    """The one that works now."""


class OwnAction(msgspec.Struct, frozen=True):
    """An action as its owner reads it."""

    id: uuid.UUID
    text: str
    due: dt.date | None
    agreed: dt.datetime
    status: str
    priority: str
    is_late: bool


class OwnerPage(msgspec.Struct, frozen=True):
    """What stands at the address of an owner."""

    owner: str
    dossier: str
    unfinished: tuple[OwnAction, ...]
    answered: tuple[OwnAction, ...]
    """Those that this owner finished or dropped here a short while ago."""


async def of(db: AsyncSession, partnership_id: uuid.UUID) -> list[ActionOwner]:
    """Lists who has unfinished actions or an address, by name."""
    unfinished = await actions.of(db, partnership_id, statuses=UNFINISHED)
    working = await db.scalars(select(OwnerAddress).where(*_working(partnership_id)))
    addresses = {row.owner.casefold(): row for row in working}
    names = {key: row.owner for key, row in addresses.items()}
    for action in unfinished:
        if action.owner:
            names.setdefault(action.owner.casefold(), action.owner)
    return [
        ActionOwner(name, sum(_is_of(action, name) for action in unfinished), addresses.get(key))
        for key, name in sorted(names.items())
    ]


async def open(
    db: AsyncSession, partnership_id: uuid.UUID, account: Account, owner: str, *, token: str = ""
) -> str:
    """Makes a new secret address for an owner of actions; its earlier one is revoked.

    Returns the token of the address. Only now can it be read: the database keeps its hash. A form that is
    sent twice with the same `token` makes one address.

    Raises `ValueError` with a sentence for who has no action and no address here, and
    `PermissionDeniedException` (403) for an account that may not edit this dossier.
    """
    await holdings.permit(db, partnership_id, account.id, roles.EDIT)
    token = token or new_token()
    found = {one.name.casefold(): one for one in await of(db, partnership_id)}.get(owner.casefold())
    if found is None:
        raise ValueError(NOT_AN_OWNER)
    if found.address:
        if found.address.token_hash == token_hash(token):
            return token
        found.address.revoked_at = now()
    db.add(
        OwnerAddress(
            partnership_id=partnership_id,
            owner=found.name,
            token_hash=token_hash(token),
            created_by=account.id,
        )
    )
    _note(db, partnership_id, account, What.OWNER_ADDRESS_MADE, found.name)
    return token


async def revoke(
    db: AsyncSession, partnership_id: uuid.UUID, account: Account, address_id: uuid.UUID
) -> None:
    """Ends an address, which opens nothing from then on. Does nothing where it was ended already, or is not
    there."""
    mine = select(OwnerAddress).where(OwnerAddress.id == address_id, *_working(partnership_id))
    found = await db.scalar(mine.with_for_update())
    if found is not None:
        found.revoked_at = now()
        _note(db, partnership_id, account, What.OWNER_ADDRESS_REVOKED, found.owner)


async def read(db: AsyncSession, token: str, today: dt.date) -> OwnerPage:
    """Reads what stands at this address. Raises `OwnerAddressError`."""
    address = await _opened(db, token)
    partnership = await db.get_one(Partnership, address.partnership_id)
    names = tuple(
        await db.scalars(
            select(Account.name)
            .join(Membership, Membership.account_id == Account.id)
            .where(Membership.partnership_id == partnership.id)
        )
    )
    own = await _own(db, address)
    finished = [action for action in own if action.status not in UNFINISHED]
    happened = await actions.history(db, [action.id for action in finished])
    since = now() - CORRECTED
    answered = [
        action for action in finished if any(one.owner and one.at >= since for one in happened[action.id][:1])
    ]
    unfinished = [action for action in own if action.status in UNFINISHED]
    return OwnerPage(
        address.owner,
        partnership.name,
        tuple(_told(action, names, today) for action in sorted(unfinished, key=_urgency)),
        tuple(_told(action, names, today) for action in answered),
    )


async def answer(
    db: AsyncSession, token: str, action_id: uuid.UUID, status: str, line: str, *, id: uuid.UUID
) -> Action:
    """Records what an owner says of one of its actions: a status of `ANSWERS`, and a line of its own words,
    which may be empty. The same `id` again changes nothing.

    Raises `OwnerAddressError`, `LookupError` for an action of somebody else, and `ValueError` with a sentence
    for what does not fit.
    """
    address = await _opened(db, token)
    if status not in ANSWERS:
        raise ValueError(f"Kies een van deze: {', '.join(ANSWERS.values())}.")
    said = text.clean(line, LONGEST_LINE) if text.tidy(line) else ""
    mine = select(Action).where(Action.id == action_id, Action.partnership_id == address.partnership_id)
    action = await db.scalar(mine.with_for_update())
    if action is None or action.status not in actions.STATUSES or not _is_of(action, address.owner):
        raise LookupError(NOT_THEIRS)
    if await actions.answer(db, action, address.owner, status, said, id=id):
        writing.note_of_account(
            db,
            None,
            What.ACTION_ANSWERED,
            particulars={"owner": address.owner},
            partnership_id=address.partnership_id,
        )
    return action


async def _opened(db: AsyncSession, token: str) -> OwnerAddress:
    own = OwnerAddress.token_hash == token_hash(token[: agenda.LONGEST_TOKEN])
    found = await db.scalar(select(OwnerAddress).where(own))
    if found is None:
        raise OwnerAddressError(404, UNKNOWN)
    if found.revoked_at:
        raise OwnerAddressError(410, REVOKED)
    return found


async def _own(db: AsyncSession, address: OwnerAddress) -> list[Action]:
    """Reads the actions of this owner, the first to be done first."""
    every = await actions.of(db, address.partnership_id)
    return [action for action in every if _is_of(action, address.owner)]


def _is_of(action: Action, owner: str) -> bool:
    """Says whether an action is of this owner: capitals make no difference, and not every database folds the
    letters of other alphabets."""
    return action.owner.casefold() == owner.casefold()


def _working(partnership_id: uuid.UUID) -> tuple[Any, ...]:
    return OwnerAddress.partnership_id == partnership_id, OwnerAddress.revoked_at.is_(None)


def _urgency(action: Action) -> tuple[bool, dt.date, int]:
    """Orders by day, and on one day by priority."""
    return action.due is None, action.due or dt.date.max, list(actions.PRIORITIES).index(action.priority)


def _told(action: Action, names: Sequence[str], today: dt.date) -> OwnAction:
    return OwnAction(
        action.id,
        agenda.NAMELESS if agenda.named(action.text, names) else action.text,
        action.due,
        action.created_at,
        action.status,
        action.priority,
        actions.is_late(action, today),
    )


def _note(db: AsyncSession, partnership_id: uuid.UUID, account: Account, what: What, owner: str) -> None:
    writing.note_of_account(db, account.id, what, owner, partnership_id=partnership_id)
