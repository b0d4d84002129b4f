"""Which groups phones can choose from in a session, as its facilitator says before they come."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, session_groups
from workshop.live.errors import Closed
from workshop.live.room import Room
from workshop.models import Participant, Session
from workshop.safety.screening import screen
from workshop.safety.screening.warning import LOOKS
from workshop.session_groups import FIXED, GROUPS, MOST, own_of

FIXED_FIELD, NAME, YOUNG = "vast", "naam.", "jong."
"""Fields of the form: the ids of fixed groups; with a number from 1 behind it, the name of an own group, and
`ja` for young people."""
PHONES_CAME = (
    "Er zijn al telefoons binnen. Je kunt de groepen nu niet meer veranderen. Alleen hoofdletters, streepjes "
    "en punten verbeteren kan nog."
)


class GroupRow(msgspec.Struct, frozen=True):
    """One own group in the form."""

    number: int
    name: str
    young: bool


class GroupForm(msgspec.Struct, frozen=True):
    """What the form of the groups shows."""

    fixed: list[tuple[str, str, bool]]
    """Id and name of each fixed group, and whether it is offered."""
    rows: list[GroupRow]
    frozen: bool
    """Whether only spelling can change, because phones came."""

    @property
    def own(self) -> list[GroupRow]:
        return [row for row in self.rows if row.name]


async def shown(db: AsyncSession, session: Session, typed: Mapping[str, Sequence[str]]) -> GroupForm:
    """Returns the form as it is now, or with what was `typed` and did not fit."""
    kept = [*session_groups.offered(session.groups)]
    own = own_of(session.groups)
    names = [*((one.label, one.young) for one in own), *[("", False)] * MOST][:MOST]
    ticked: Sequence[str] = kept
    if typed:
        names, ticked = [*_names(typed)], typed.get(FIXED_FIELD, ())
    return GroupForm(
        [(id, GROUPS[id], id in ticked) for id in FIXED],
        [GroupRow(number, name, young) for number, (name, young) in enumerate(names, 1)],
        await _phones_came(db, session),
    )


async def offer(room: Room, session_id: uuid.UUID, form: Mapping[str, Sequence[str]]) -> None:
    """Says which groups phones can choose from. A group of young people holds cards back.

    Raises `ValueError` with a sentence for what does not fit, for a name that looks like one person, and for
    other groups once phones came: somebody would stand in a group that it did not choose. `Closed` after the
    end.
    """
    groups = session_groups.chosen(form.get(FIXED_FIELD, ()), _names(form))
    for own in own_of(groups):
        if found := screen(own.label):
            raise ValueError(
                f"‘{own.label}’: {_lower(LOOKS[found[0].category])}. Noem een groep naar een school, klas of "
                "club, nooit naar een persoon. Heet de school zo? Zet er dan ‘school’ bij."
            )

    async def assign(db: AsyncSession, session: Session) -> None:
        if session.ended_at:
            raise Closed("Deze sessie is afgelopen. De groepen blijven zoals ze zijn.")
        same = session_groups.offered(session.groups).keys() == session_groups.offered(groups).keys()
        if not same and await _phones_came(db, session):
            raise ValueError(PHONES_CAME)
        session.groups = groups
        session.holds_back = session.holds_back or session_groups.has_young(groups)

    await room.change(session_id, bus.STEP, assign)


def _names(form: Mapping[str, Sequence[str]]) -> list[tuple[str, bool]]:
    """Returns name and youth of each own group of the form, empty ones too."""
    return [
        (next(iter(form.get(f"{NAME}{number}", ())), ""), "ja" in form.get(f"{YOUNG}{number}", ()))
        for number in range(1, MOST + 1)
    ]


async def _phones_came(db: AsyncSession, session: Session) -> bool:
    came = select(Participant.id).where(Participant.session_id == session.id).limit(1)
    return session.phones > 0 or await db.scalar(came) is not None


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
