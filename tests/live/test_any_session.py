"""Whatever people do in whatever order: the room in memory is the room in the database, in every process that
holds it, and of what was acknowledged nothing is lost, doubled, or back after it was erased.
"""

import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.people import a_session, both_databases, conduct
from tests.plays import plays
from workshop import codes
from workshop.app import make_services
from workshop.kinds import KindError
from workshop.live.conduct.deeds import Stale
from workshop.live.errors import RoomError
from workshop.models import Contribution, Discarded, Session

REFUSED = (RoomError, KindError, Stale, ValueError)
"""What does not fit the room as it is: then nothing may have changed."""
WORDS = ("Meer aandacht", "Samen eten", "Wij willen licht op straat")
ROOM = (
    "revision",
    "activity_id",
    "admits",
    "blank",
    "shows",
    "ended_at",
    "opened_at",
    "code",
    "help_calls",
)

numbers = st.integers(0, 60)
deeds = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("join", "send", "send", "send", "again", "withdraw", "withdraw", "leave"),
                *(
                    "go",
                    "open",
                    "state",
                    "delete",
                    "bring_back",
                    "gather",
                    "loosen",
                    "end",
                    "reopen",
                    "blank",
                ),
            )
        ),
        numbers,
        numbers,
    ),
    min_size=4,
    max_size=30,
)


@dataclass
class Played:
    """One session, by hand of who plays: through `houses` in turn."""

    houses: list
    session: Session
    phones: list = field(default_factory=list)
    sent: dict[uuid.UUID, tuple] = field(default_factory=dict)
    """Cards that were acknowledged: id -> phone, step and form."""
    erased: set[uuid.UUID] = field(default_factory=set)
    turn: int = 0

    @property
    def services(self):
        """Each deed is done in the next house, all of it."""
        return self.houses[self.turn % len(self.houses)]

    async def desk(self):
        return await conduct(self.services, self.session)

    async def now(self):
        async with self.houses[0].db.read() as db:
            return await db.get_one(Session, self.session.id)

    async def step(self, number):
        plan = [step for step in (await self.now()).activities if step.kind in ("cards", "dots")]
        return plan[number % len(plan)]

    def one(self, number):
        return list(self.sent)[number % len(self.sent)] if self.sent else codes.new_id()

    # --- deeds ---

    async def join(self, number, _):
        room = self.services.room
        token = (await room.join(self.session.join_token, ("jongere", "ouder", "")[number % 3]))[1]
        self.phones.append(await room.memory.phone(codes.token_hash(token)))

    async def send(self, number, other):
        if not self.phones:
            await self.join(number, other)
        phone, id = self.phones[number % len(self.phones)], codes.new_id()
        step_id = (await self.now()).activity_id if other % 4 else (await self.step(other)).id
        form = {"column": ["zorg"], "text": [f"{WORDS[other % 3]} {number}"]}
        await self.services.room.contribute(self.session.id, phone.id, step_id, id, form)
        if step_id in [step.id for step in (await self.now()).activities if step.kind == "cards"]:
            self.sent[id] = (
                phone,
                step_id,
                form,
            )  # a newer vote stands under the id of the one that it replaces

    async def again(self, number, _):
        if self.sent:
            id = self.one(number)
            phone, step_id, form = self.sent[id]
            receipt = await self.services.room.contribute(self.session.id, phone.id, step_id, id, form)
            assert receipt.repeated

    async def withdraw(self, number, _):
        if self.sent:
            id = self.one(number)
            await self.services.room.withdraw(self.sent[id][0], id)
            self.erased.add(id)

    async def leave(self, number, _):
        if self.phones:
            await self.services.room.leave(self.phones[number % len(self.phones)])

    async def go(self, number, _):
        await (await self.desk()).go_to((await self.step(number)).id if number % 5 else None)

    async def open(self, number, other):
        await (await self.desk()).set_open((await self.step(number)).id, bool(other % 2))

    async def state(self, number, other):
        await (await self.desk()).set_card_state(self.one(number), ("shown", "hidden", "held")[other % 3])

    async def delete(self, number, _):
        await (await self.desk()).delete_card(self.one(number))

    async def bring_back(self, number, _):
        await (await self.desk()).bring_back(self.one(number))

    async def gather(self, number, other):
        step = await self.step(number)
        cards = list({self.one(number), self.one(other)})
        await (await self.desk()).gather(step.id, "Samen", "zorg", cards, None)

    async def loosen(self, number, _):
        async with self.services.db.read() as db:
            card = await db.get(Contribution, self.one(number))
        if card and card.cluster_id:
            seen = {card.id: card.cluster_id}
            await (await self.desk()).loosen(card.activity_id, [card.id], seen)

    async def end(self, number, _):
        if number % 4 == 0:
            await (await self.desk()).end()

    async def reopen(self, *_):
        await (await self.desk()).reopen()

    async def blank(self, number, _):
        await (await self.desk()).set_blank(bool(number % 2))


def told(state):
    """Everything that a room in memory says, in an order of its own."""
    return {
        "session": {name: getattr(state.session, name) for name in ROOM},
        "plan": [(str(a.id), a.open, a.shown, a.skipped) for a in state.session.activities],
        "phones": sorted((token, str(phone.id), phone.group or "") for token, phone in state.phones.items()),
        "groups": +state.groups,
        "steps": {
            str(id): {
                "sent": sorted(
                    (key, str(sent.phone), sent.slot, repr(sent.entry)) for key, sent in step.sent.items()
                ),
                "of": {str(owner): sorted(mine) for owner, mine in step.of_phone.items()},
                "clusters": sorted(map(repr, step.clusters)),
            }
            for id, step in state.steps.items()
        },
    }


async def read_again(services, session_id):
    async with services.db.read() as db:
        return told(await services.room.reader.state(db, session_id))


async def assert_nothing_is_lost(played):
    async with played.houses[0].db.read() as db:
        steps = [step.id for step in (await played.now()).activities if step.kind == "cards"]
        mine = Contribution.activity_id.in_(steps)
        standing = list(await db.scalars(select(Contribution.id).where(mine)))
        away = set(await db.scalars(select(Discarded.id).where(Discarded.session_id == played.session.id)))
    assert len(standing) == len(set(standing))
    assert set(standing) | away == played.sent.keys() - played.erased


@given(play=deeds)
@plays(10)
@both_databases
@pytest.mark.own_houses
async def test_whatever_happens_the_room_in_memory_is_the_room_in_the_database(services, settings, play):
    houses = [services]
    if not services.db.is_sqlite:  # another process
        other = make_services(settings)
        await other.db.start()
        houses.append(other)
    try:
        played = Played(houses, await a_session(services, step="zorgen-kansen"))
        for played.turn, (name, number, another) in enumerate(play):
            before = await read_again(services, played.session.id)
            try:
                await getattr(played, name)(number, another)
            except REFUSED:
                if name != "send":  # which lets somebody in first
                    assert await read_again(services, played.session.id) == before, name
            found = await read_again(services, played.session.id)
            for house in houses:
                if house is not played.services:  # the bus tells it
                    house.room.memory.hear(played.session.id, found["session"]["revision"])
                assert told(await house.room.memory.state(played.session.id, newest=True)) == found, name
        await assert_nothing_is_lost(played)
    finally:
        for house in houses[1:]:
            await house.db.stop()
