"""Somebody who sits in the room from begin to end, at the desk too, and subtracts each view from each other
one, learns no mark: not when somebody takes one back, changes it, comes later, or is moderated.

The attacker is a script: it writes down of whom each figure is that any view shows, and subtracts. What the
pages of the record say of one session stands in tests/record/test_marks_attack.py.
"""

import itertools
import random
import re
import uuid
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.pages.test_record import a_house
from tests.people import a_desk, a_participant, a_session, activity, conduct
from workshop import kinds
from workshop.groups import told_with, too_few
from workshop.handover import proposal, saving
from workshop.kinds import Entry, Inputs, marks
from workshop.live.errors import Closed
from workshop.models import Contribution, Session, SignIn
from workshop.record import answers
from workshop.record.answers import items_of

MINIMUM = 5
SETTINGS = kinds.settings(marks, {"themes": [{"id": "relatie", "label": "Relatie"}]})
given_marks = st.one_of(st.integers(1, 10), st.just("weet-niet"))
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("comes"), given_marks),
        st.tuples(st.just("changes"), st.integers(0, 30), given_marks),
        st.tuples(st.just("goes"), st.integers(0, 30)),
        st.tuples(st.just("shows")),
    ),
    max_size=40,
)


class Room:
    """The marks of one theme through time, by the rules of the house and without a database."""

    def __init__(self, first):
        self.numbers = itertools.count()
        self.standing = {}
        self.history = []
        self.shown = []
        """What was counted, and what the view said, each time that it said something."""
        for mark in first:
            self.comes(mark)

    def comes(self, mark):
        self.standing[f"p{next(self.numbers)}"] = (f"v{next(self.numbers)}", mark)

    def changes(self, place, mark):
        if self.standing:
            person = sorted(self.standing)[place % len(self.standing)]
            if self.standing[person][1] != mark:
                self.standing[person] = (f"v{next(self.numbers)}", mark)

    def goes(self, place):
        if self.standing:
            del self.standing[sorted(self.standing)[place % len(self.standing)]]

    def shows(self):
        now = marks.versions(self.entries())
        self.history = told_with(self.history, now.get("relatie", ()), MINIMUM)

    def entries(self):
        return [
            Entry(str(uuid.uuid4()), marks.Answer("relatie", mark), version=version)
            for version, mark in self.standing.values()
        ]

    def look(self):
        told = {"relatie": tuple(map(frozenset, self.history))} if self.history else {}
        (theme,) = marks.tally(self.entries(), SETTINGS, Inputs(marks_minimum=MINIMUM, disclosed=told)).themes
        if theme.mean is not None:
            self.shown.append((dict(self.standing.values()), theme.counts, theme.unknown))
        else:
            assert (sum(theme.counts), theme.unknown, theme.low, theme.high, theme.spread) == (0,) * 5
            assert theme.groups == {}
            assert theme.answers == len(self.standing)

    def play(self, deeds):
        for name, *how in deeds:
            getattr(self, name)(*how)
            self.look()


@given(st.lists(given_marks, min_size=1, max_size=20), deeds)
def test_no_view_less_an_earlier_view_is_about_fewer_than_five_marks(first, deeds):
    room = Room(first)
    room.play([*deeds, ("shows",)])
    seen = [set(counted) for counted, _, _ in room.shown]
    assert not too_few(seen, MINIMUM)
    figures = [{v for v, mark in counted.items() if mark != "weet-niet"} for counted, _, _ in room.shown]
    assert not too_few(figures, MINIMUM)


@pytest.mark.parametrize("size", range(1, 21))
def test_the_one_who_takes_back_a_mark_after_it_was_shown_is_not_found_by_subtracting(size):
    rng = random.Random(size)
    for _ in range(3):
        first = [rng.randint(1, 10) for _ in range(size)]
        for gone, last in ((place, mark) for place in range(size) for mark in ("weet-niet", 1, 10)):
            room = Room(first)
            room.play([("shows",), ("goes", gone), ("shows",), ("comes", last), ("shows",)])
            views = {counts for _, counts, _ in room.shown}
            assert len(views) <= 1


def test_five_who_change_together_may_be_counted_again():
    """The rule silences no longer than it must."""
    room = Room([7] * 10)
    room.play([("shows",), *[("changes", place, 3) for place in range(4)], ("shows",)])
    assert {counts for _, counts, _ in room.shown} == {(0, 0, 0, 0, 0, 0, 10, 0, 0, 0)}
    room.play([("changes", 4, 3), ("shows",)])
    assert room.shown[-1][1] == (0, 0, 5, 0, 0, 0, 5, 0, 0, 0)


def test_the_attack_finds_somebody_where_every_change_is_shown():
    """That these tests can fail."""
    all_six, five = {f"v{n}" for n in range(6)}, {f"v{n}" for n in range(5)}
    assert too_few([all_six, five], MINIMUM)
    assert not too_few([all_six], MINIMUM)


@given(st.lists(st.frozensets(st.integers(0, 25)), max_size=4), st.integers(5, 8))
def test_what_is_told_again_never_leaves_too_few(sets, minimum):
    told = []
    for one in sets:
        told = told_with(told, [f"v{n}" for n in one], minimum)
    assert not too_few(told, minimum)


# --- in a whole house -----------------------------------------------------------------------------

QUIET = "Er is een cijfer bijgekomen, veranderd of weggehaald."


class Watcher:
    """Everything that can be read of one session of marks: screen, phone and desk."""

    def __init__(self, house, session, phone):
        self.house, self.session, self.phone = house, session, phone

    async def look(self):
        """Audience -> its figures: every number with a comma, and every `3 tot 9`."""
        picture = await self.house.services.fanout.scene(self.session.id)
        scenes = self.house.services.fanout.scenes
        blocks = {
            part: scenes.shared(part, picture) for part in ("screen", "desk", "phone-step", "phone-state")
        }
        return {name: re.sub(r"<[^>]+>", " ", unescape(str(block))) for name, block in blocks.items()}


async def a_room_of_marks(client, services, given):
    house = await a_house(client, services)
    desk = await a_desk(services, house.account)
    session = await a_session(
        services, "0-leren", partnership=house.partnership, sign_in=desk, step="cijfers"
    )
    phones = []
    for mark in given:
        phone = await a_participant(services, session)
        await send(services, session, phone, mark)
        phones.append(phone)
    return house, session, phones


async def send(services, session, phone, mark, higher=""):
    form = {"mark.relatie": [str(mark)], "higher.relatie": [higher]}
    receipt = await services.room.contribute(
        session.id, phone.id, activity(session, "cijfers").id, uuid.uuid4(), form
    )
    return receipt.id


async def means_in(watcher):
    seen = await watcher.look()
    return {name: re.findall(r"\b\d,\d\b", words) for name, words in seen.items()}


async def test_before_the_reveal_no_audience_reads_a_figure_not_even_the_desk(client, services):
    house, session, phones = await a_room_of_marks(client, services, [3, 9, 9, 9, 9, 9])
    watcher = Watcher(house, session, phones[0])
    assert set(map(tuple, (await means_in(watcher)).values())) == {()}
    await (await conduct(services, session)).set_shown(session.activity_id, True)
    assert all(found == ["8,0"] for name, found in (await means_in(watcher)).items() if name != "phone-step")


@pytest.mark.parametrize("deed", ["takes back", "changes", "comes later"])
async def test_after_the_reveal_no_audience_reads_a_second_figure_for_one_person(client, services, deed):
    house, session, phones = await a_room_of_marks(client, services, [3, 9, 9, 9, 9, 9])
    desk, step = await conduct(services, session), session.activity_id
    await desk.set_shown(step, True)
    watcher = Watcher(house, session, phones[0])
    if deed == "takes back":
        async with services.db.read() as db:
            [row] = [r for r in await all_rows(db) if r.participant_id == phones[0].id]
        await services.room.withdraw(phones[0].participant, row.id)
    else:
        await desk.set_open(step, True)
        one = phones[0] if deed == "changes" else await a_participant(services, session)
        await send(services, session, one, 10)
    for again in (None, False, True):
        if again is not None:
            await desk.set_shown(step, again)
        seen = await watcher.look()
        assert not any(re.findall(r"\b\d,\d\b", words) for words in seen.values())
        if again is not False:
            assert all(QUIET in seen[name] for name in ("screen", "desk", "phone-state"))
    await desk.end()
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, await db.get_one(Session, session.id))
    assert [line for line in lines if line.item.counts] == []
    for name in ("", "/cijfers", f"/sessies/{session.id}", "/zoeken?q=relatie"):
        assert not re.findall(r">\s*\d,\d\s*<", await house.get(name))


async def test_of_a_theme_that_fell_silent_everybody_reads_that_a_mark_may_have_come(client, services):
    """Whoever came later took nothing away; the other themes go on."""
    house, session, _ = await a_room_of_marks(client, services, [])

    async def give(**marks):
        phone = await a_participant(services, session)
        form = {f"mark.{theme}": [str(mark)] for theme, mark in marks.items()}
        await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
        return phone

    for mark in (6, 6, 7, 7, 8):
        phone = await give(relatie=mark, proces=mark)
    desk = await conduct(services, session)
    await desk.set_shown(session.activity_id, True)
    await desk.set_open(session.activity_id, True)
    await give(relatie=1)
    seen = await Watcher(house, session, phone).look()
    said = {"screen": QUIET, "phone-state": QUIET, "desk": "een cijfer kwam erbij, veranderde of ging weg"}
    for audience, words in said.items():
        assert words in seen[audience]
        assert re.findall(r"\b\d,\d\b", seen[audience]) == ["6,8"]


async def all_rows(db):
    return list(await db.scalars(select(Contribution)))


async def test_a_facilitator_who_deletes_an_idea_does_not_learn_the_mark_beside_it(client, services):
    """The words go; the mark stays counted, so the figures say nothing about whose idea it was."""
    house, session, _ = await a_room_of_marks(client, services, [9, 9, 9, 9, 9])
    writer = await a_participant(services, session)
    card = await send(services, session, writer, 3, higher="zqidee")
    desk = await conduct(services, session)
    watcher = Watcher(house, session, writer)
    await desk.set_shown(session.activity_id, True)
    before = await means_in(watcher)
    await desk.delete_card(card)
    assert await means_in(watcher) == before
    assert "zqidee" not in "".join((await watcher.look()).values())
    await desk.end()
    await desk.delete_card(card)
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, await db.get_one(Session, session.id))
    [counted] = [line.item.counts for line in lines if line.item.counts]
    assert sum(counted) == 6


async def test_a_phone_that_sent_something_keeps_its_group(client, services):
    """Else all that it sent would change colour on the big screen at once."""
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    await services.room.choose_group(phone.participant, "ouder")
    form = {"column": ["zorg"], "text": ["Een kaart"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    with pytest.raises(Closed, match="kun je je groep nu niet meer veranderen"):
        await services.room.choose_group(phone.participant, "jongere")


@pytest.mark.parametrize("sizes", [(4, 0), (4, 6), (5, 4), (9, 1), (5, 5), (12, 7)])
async def test_cards_of_young_people_are_told_apart_only_among_enough_of_both(client, services, sizes):
    session = await a_session(services, step="zorgen-kansen")
    for group, size in zip(("jongere", "ouder"), sizes, strict=True):
        for _ in range(size):
            phone = await a_participant(services, session, group)
            form = {"column": ["zorg"], "text": ["Een kaart"]}
            await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    cards = [uuid.UUID(entry.id) for entry in (await services.fanout.scene(session.id)).scene.entries]
    await (await conduct(services, session)).gather(session.activity_id, "Samen", "zorg", cards, None)
    await save(services, session)
    async with services.db.read() as db:
        found = await answers.current(db, session.partnership_id, ["1-A.zorgen"])
    [item] = items_of(found["1-A.zorgen"])
    assert (item.cards, bool(item.cards_by)) == (sum(sizes), min(sizes) >= MINIMUM)


async def test_two_sessions_beside_each_other_tell_of_no_one_who_was_in_the_first_only(client, services):
    """The same people less one, a year later: each mean is of its own marks, and nothing joins the two."""
    house, first, _ = await a_room_of_marks(client, services, [3, 9, 9, 9, 9, 9])
    await save(services, first)
    desk = await a_desk(services, house.account)
    second = await a_session(services, "0-leren", partnership=house.partnership, sign_in=desk, step="cijfers")
    for _ in range(4):
        await send(services, second, await a_participant(services, second), 9)
    await save(services, second)
    pages = [await house.get(path) for path in ("/cijfers", f"/sessies/{second.id}", "")]
    assert "8,0" in pages[0]
    assert not any("9,0" in page for page in pages)


async def save(services, session):
    desk = await conduct(services, session)
    await desk.set_shown(session.activity_id, True)
    await desk.end()
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, await db.get_one(Session, session.id))
        sign_in = await db.get(SignIn, session.driver_id)
    form = {"kept": [line.id for line in lines]}
    await saving.save(services.db, services.room.reader, session.id, form, sign_in)
