"""Every deed of the desk, and what undoes it. `DEEDS` plays each key of `recent.DEEDS`: a new deed fails here
until it can be undone or says why not."""

import uuid

import pytest
from sqlalchemy import select

from tests.pages.presses import contents
from tests.people import (
    a_desk,
    a_participant,
    a_session,
    activity,
    both_databases,
    conduct,
    in_subgroups,
    minutes_pass,
    reloaded,
)
from workshop import reach
from workshop.live import links, presence, recent
from workshop.live.conduct import Conduct
from workshop.live.conduct.undoing import PUT_BACK
from workshop.models import Alert, Cluster, Contribution, Session, Tombstone

STAYS = ("deed", "tombstone", "acknowledged", "discarded", "session")
"""Tables that an undo adds to, or that hold the deeds themselves; of a session `seen` tells the rest."""
SESSION = (
    *("activity_id", "blank", "shows", "admits", "help_calls", "ended_at", "driver_id"),
    *("still", "large_card", "page_turns", "phones_read"),
)


class Played:
    """A session at its cards: two wait, three are shown, of which two in a cluster; one asks for help."""

    def __init__(self, services, session, desk):
        self.services, self.session, self.desk = services, session, desk
        self.step = session.activity_id

    async def card(self, words, **form):
        phone = await a_participant(self.services, self.session)
        given = {"column": ["zorg"], "text": [words]} | form
        id = uuid.uuid4()
        await self.services.room.contribute(self.session.id, phone.id, self.step, id, given)
        return id

    async def fill(self):
        self.waiting = [await self.card(f"Wacht {number}") for number in range(2)]
        self.shown = [await self.card(f"Los {number}") for number in range(3)]
        self.of_nobody = uuid.uuid4()
        """A card of no phone: a phone that was sent out stays away, whatever is undone."""
        added = {"column": ["zorg"], "text": ["Van de tafel"]}
        await self.services.room.contribute(self.session.id, None, self.step, self.of_nobody, added)
        await self.card("Mijn oom heeft mij verkracht", naar=["begeleider"])
        for card in self.shown:
            await self.desk.set_card_state(card, "shown")
        await self.desk.gather(self.step, "Een groep", "zorg", self.shown[:2], None)
        async with self.services.db.read() as db:
            self.cluster = await db.scalar(select(Cluster.id))
            self.alert = await db.scalar(select(Alert.id))

    async def seen(self):
        rows = {name: held for name, held in (await contents(self.services)).items() if name not in STAYS}
        session = await reloaded(self.services, self.session.id)
        return rows, [getattr(session, name) for name in SESSION], bool(session.code), reach.address()

    async def last(self):
        return recent.last(await reloaded(self.services, self.session.id), drives=True)


async def _to_the_dots(played):
    await played.desk.go_to(activity(played.session, "stippen").id)


DEEDS = {
    "step": lambda p: _to_the_dots(p),
    "opened": lambda p: p.desk.set_open(activity(p.session, "stippen").id, True),
    "closed": lambda p: p.desk.set_open(p.step, False),
    "revealed": lambda p: p.desk.set_shown(p.step, True),
    "covered": lambda p: p.desk.set_shown(activity(p.session, "stippen").id, False),
    "time-added": lambda p: p.desk.set_clock(p.step, "erbij"),
    "paused": lambda p: p.desk.set_clock(p.step, "pauze"),
    "went-on": lambda p: p.desk.set_clock(p.step, "verder"),
    "blanked": lambda p: p.desk.set_blank(True),
    "unblanked": lambda p: p.desk.set_blank(False),
    "instead": lambda p: p.desk.show_instead("earlier"),
    "stilled": lambda p: p.desk.set_still(True),
    "moved": lambda p: p.desk.set_still(False),
    "enlarged": lambda p: p.desk.show_large(p.shown[0]),
    "all-cards": lambda p: p.desk.show_large(None),
    "phones-read": lambda p: p.desk.let_phones_read(True),
    "phones-look-up": lambda p: p.desk.let_phones_read(False),
    "together": lambda p: p.desk.set_together(p.step, True),
    "apart": lambda p: p.desk.set_together(p.step, False),
    "admits": lambda p: p.desk.set_admits(False),
    "codes": lambda p: p.desk.rotate_codes(),
    "forgotten": lambda p: p.desk.forget_idle(),
    "address": lambda p: p.desk.choose_address("10.1.2.3"),
    "let-in": lambda p: let_in(p),
    "wheel": lambda p: p.colleague.take_wheel(),
    "help": lambda p: p.desk.call_help(),
    "card": lambda p: p.desk.set_card_state(p.shown[0], "hidden"),
    "parked": lambda p: p.desk.park(p.shown[0]),
    "line-parked": lambda p: p.desk.park_line("Morgen bellen", uuid.uuid4()),
    "unparked": lambda p: p.desk.unpark(p.shown[0], p.step),
    "let-through": lambda p: p.desk.show_all(p.step),
    "kept-back": lambda p: p.desk.decide(p.waiting, "hidden"),
    "rewritten": lambda p: p.desk.rewrite_card(p.shown[0], "Iets anders"),
    "agreed": lambda p: p.desk.annotate_card(p.shown[0], {"owner": "GGD"}),
    "deleted": lambda p: p.desk.delete_card(p.shown[0]),
    "added": lambda p: p.desk.add(p.step, uuid.uuid4(), {"column": ["zorg"], "text": ["Aan tafel gezegd"]}),
    "sheet": lambda p: p.desk.fill_in(
        p.step, uuid.uuid4(), uuid.uuid4(), {"column": ["zorg"], "text": ["Van een blad"]}
    ),
    "taken-up": lambda p: p.desk.take_up(p.alert),
    "gathered": lambda p: p.desk.gather(
        p.step, "Nog een", "kans", [p.shown[2], p.shown[0]], None, {p.shown[0]: p.cluster}
    ),
    "loosened": lambda p: p.desk.loosen(p.step, [p.shown[0]], {p.shown[0]: p.cluster}),
    "sorted": lambda p: p.desk.set_column(p.step, [p.shown[2], p.shown[0]], "kans", {p.shown[0]: p.cluster}),
    "merged": lambda p: p.desk.merge_clusters(p.cluster, p.beside),
    "shifted": lambda p: p.desk.shift_cluster(p.cluster, "kans", "zorg"),
    "renamed": lambda p: p.desk.rename_cluster(p.cluster, "Anders"),
    "emptied": lambda p: emptied(p),
    "dissolved": lambda p: p.desk.dissolve_cluster(p.cluster),
    "sent-out": lambda p: p.desk.send_out(p.of_nobody, uuid.uuid4(), hides=True),
}
BEFORE = {
    "opened": lambda p: p.desk.set_open(activity(p.session, "stippen").id, False),
    "covered": lambda p: p.desk.set_shown(activity(p.session, "stippen").id, True),
    "went-on": lambda p: p.desk.set_clock(p.step, "pauze"),
    "unblanked": lambda p: p.desk.set_blank(True),
    "moved": lambda p: p.desk.set_still(True),
    "parked": lambda p: p.desk.park_line("Er is al een plek", uuid.uuid4()),
    "line-parked": lambda p: p.desk.park_line("Er is al een plek", uuid.uuid4()),
    "unparked": lambda p: p.desk.park(p.shown[0]),
    "all-cards": lambda p: p.desk.show_large(p.shown[0]),
    "phones-read": lambda p: p.desk.let_phones_read(False),
    "together": lambda p: in_subgroups(p.services, p.session),
    "apart": lambda p: brought_together(p),
    "merged": lambda p: piled_beside(p),
}
"""What must be so before the deed can be done."""


@pytest.fixture
async def played(services, monkeypatch):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    played = Played(services, session, await conduct(services, session))
    played.colleague = Conduct(services.room, session.id, await a_desk(services, played.desk.sign_in.account))
    await played.fill()
    chosen = [reach.address()]
    monkeypatch.setattr(reach, "address", lambda: chosen[-1])
    monkeypatch.setattr(reach, "choose", chosen.append)
    return played


async def emptied(p):
    await p.desk.take_up(p.alert)
    await p.desk.empty(p.step)


async def brought_together(p):
    await in_subgroups(p.services, p.session)
    await p.desk.set_together(p.step, True)


async def piled_beside(p):
    await p.desk.gather(p.step, "Ernaast", "kans", [p.shown[2]], None)
    async with p.services.db.read() as db:
        p.beside = await db.scalar(select(Cluster.id).where(Cluster.name == "Ernaast"))


async def let_in(p):
    """The session is as before its door opened, and the desk opens it."""

    async def close(db):
        links.close_door(await db.get_one(Session, p.session.id))

    await p.services.db.write(close)
    await p.desk.open()


def test_every_deed_is_played_and_is_undone_or_says_why_not():
    assert set(DEEDS) == set(recent.DEEDS)
    assert {name for name, text in recent.DEEDS.items() if not text.why_not} == set(PUT_BACK)


@both_databases
@pytest.mark.parametrize("what", PUT_BACK)
async def test_an_undo_puts_everything_back(played, what):
    if what in BEFORE:
        await BEFORE[what](played)
    before = await played.seen()
    await DEEDS[what](played)
    assert await played.seen() != before
    deed = await played.last()
    assert deed.what == what
    assert await played.desk.undo(deed.id) == ""
    assert await played.seen() == before
    await played.desk.undo(deed.id)
    assert played.desk.is_stale
    assert await played.seen() == before


@pytest.mark.parametrize("what", [name for name, text in recent.DEEDS.items() if text.why_not])
async def test_what_cannot_be_undone_says_so(played, what, monkeypatch):
    await a_participant(played.services, played.session)
    monkeypatch.setattr(presence, "POLL_COUNTS_FOR", -1.0)
    await DEEDS[what](played)
    session = await reloaded(played.services, played.session.id)
    drives = session.driver_id == (played.colleague if what == "wheel" else played.desk).sign_in.id
    deed = recent.of_desk(session, drives)[0]
    assert (deed.what, bool(deed.text.why_not)) == (what, True)


async def test_the_deed_before_is_next_and_only_the_last_can_go(played):
    await played.desk.set_blank(True)
    first = await played.last()
    await played.desk.set_open(played.step, False)
    await played.desk.undo(first.id)
    assert played.desk.is_stale
    await played.desk.undo((await played.last()).id)
    assert (await played.last()).id == first.id
    await played.desk.undo(first.id)
    now = await reloaded(played.services, played.session.id)
    assert (now.blank, activity(now, "zorgen-kansen").open) == (False, True)


async def test_what_somebody_changed_since_is_left_alone(played):
    await played.desk.set_card_state(played.shown[0], "hidden")
    deed = await played.last()
    await played.colleague.set_card_state(played.shown[0], "held")
    assert "intussen weer veranderd" in await played.desk.undo(deed.id)
    async with played.services.db.read() as db:
        assert (await db.get(Contribution, played.shown[0])).state == "held"
    assert (await played.last()).id != deed.id


async def test_a_desk_undoes_its_own_deeds_and_beside_the_wheel_no_step(played):
    await played.desk.set_blank(True)
    await played.colleague.set_card_state(played.shown[2], "hidden")
    session = await reloaded(played.services, played.session.id)
    assert recent.last(session, drives=True).what == "blanked"
    card = recent.last(session, drives=False)
    assert card.what == "card"
    await played.desk.undo(card.id)
    assert played.desk.is_stale
    await played.colleague.undo(card.id)
    assert not played.colleague.is_stale
    await played.colleague.take_wheel()
    session = await reloaded(played.services, played.session.id)
    assert [deed.what for deed in recent.of_desk(session, drives=False) if deed.text.drives] == []


async def test_a_step_that_phones_answered_stays_begun(played):
    await played.desk.go_to(activity(played.session, "stippen").id)
    phone = await a_participant(played.services, played.session)
    dots = activity(await reloaded(played.services, played.session.id), "stippen")
    form = {"options": [str(played.cluster)]}
    await played.services.room.contribute(played.session.id, phone.id, dots.id, uuid.uuid4(), form)
    await played.desk.undo((await played.last()).id)
    now = await reloaded(played.services, played.session.id)
    assert now.activity_id == played.step
    assert activity(now, "stippen").started_at


@both_databases
async def test_after_two_minutes_it_is_over_and_no_name_stays(played, monkeypatch):
    await played.desk.rename_cluster(played.cluster, "Anders")
    deed = await played.last()
    assert "Een groep" not in str((await reloaded(played.services, played.session.id)).recent)
    later = recent.now
    monkeypatch.setattr(recent, "now", lambda: later() + recent.discarded.KEPT)
    await minutes_pass(played.services, 2)
    await played.desk.undo(deed.id)
    assert played.desk.is_stale
    assert await played.last() is None
    async with played.services.db.read() as db:
        assert await db.get(Tombstone, (played.cluster, "cluster"))


async def test_nothing_of_it_stays_after_the_end(played):
    await played.desk.end()
    assert (await reloaded(played.services, played.session.id)).recent == []
