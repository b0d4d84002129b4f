"""Somebody alone in a group, or in a room, is not made into five by who sits at the desk, by phones that come
in and send nothing, or by one phone that sends a lot; and no two views of groups can be subtracted."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.test_after_the_reveal import a_step
from tests.people import a_participant, both_databases
from tests.record.test_saving import a_stage, named
from workshop import kinds
from workshop.archive import exchange
from workshop.groups import told_with, too_few
from workshop.kinds import Entry, Inputs, marks
from workshop.live.errors import Closed
from workshop.models import Answer, Contribution, ThemeMarks
from workshop.record.answers import items_of
from workshop.session_groups import GROUPS

MINIMUM = 5
HIDING = [name for name in kinds.names() if kinds.get(name).hides]


# --- who sits at the desk -------------------------------------------------------------------------


async def test_whoever_sits_at_the_desk_cannot_make_a_room_of_one_into_five(services):
    stage = await a_stage(services, "0-leren", "cijfers")
    step = stage.session.activity_id
    await stage.send(mark__relatie="3")
    for _ in range(4):
        with pytest.raises(Closed, match="voor één mens"):
            await services.room.contribute(
                stage.session.id, None, step, uuid.uuid4(), {"mark.relatie": ["8"]}
            )
    await (await stage.desk()).set_shown(step, True)
    tally = (await services.fanout.scene(stage.session.id)).scene.tally
    [theme] = [theme for theme in tally.themes if theme.theme.id == "relatie"]
    assert (theme.answers, theme.mean) == (1, None)


@pytest.mark.parametrize("name", HIDING)
async def test_the_desk_sends_nothing_to_a_step_whose_figures_hide(services, name):
    stage, _ = await a_step(services, name)
    before = [row.id for row in await stage.all(Contribution)]
    with pytest.raises(Closed, match="voor één mens"):
        await services.room.contribute(stage.session.id, None, stage.session.activity_id, uuid.uuid4(), {})
    assert [row.id for row in await stage.all(Contribution)] == before


# --- phones that send nothing, and one phone that sends a lot -------------------------------------


async def a_stack(services, *, young, others, empty=0):
    """A stage with one stack of cards: so many of each young phone and of each other one, and young phones
    that only came in."""
    stage = await a_stage(services)
    cards = []
    for group, numbers in (("jongere", young), ("ouder", others)):
        for number in numbers:
            phone = await a_participant(services, stage.session, group)
            cards += [await stage.send(phone, column="zorg", text=f"Kaart {n}") for n in range(number)]
    for _ in range(empty):
        await a_participant(services, stage.session, "jongere")
    await (await stage.desk()).gather(stage.session.activity_id, "Samen", "zorg", cards, None)
    return stage


async def kept_by_group(stage):
    """What the dossier says of the stack."""
    await stage.save([named(await stage.end(), "Samen")])
    [answer] = await stage.all(Answer)
    [item] = items_of(answer)
    return item.cards_by


@both_databases
async def test_phones_that_only_came_in_do_not_make_one_young_person_a_group(services):
    stage = await a_stack(services, young=[5], others=[1] * 5, empty=4)
    assert await kept_by_group(stage) == {}


@both_databases
async def test_five_young_people_and_five_others_who_sent_cards_are_told_apart(services):
    stage = await a_stack(services, young=[1] * 5, others=[1] * 5)
    assert await kept_by_group(stage) == {"jongere": 5, "ouder": 5}


async def test_a_group_that_was_large_at_another_step_is_not_large_at_this_one(services):
    stage = await a_stack(services, young=[5], others=[1] * 5)
    cards = stage.session.activity_id
    await stage.go_to("stippen")
    for group in ("jongere", "ouder"):
        for _ in range(5):
            phone = await a_participant(services, stage.session, group)
            await stage.send(phone, options=[named(await stage.lines(), "Samen").item.id])
    assert await kept_by_group(stage) == {}
    [answer] = await stage.all(Answer)
    [item] = items_of(answer)
    assert (item.votes, item.votes_by) == (10, {"jongere": 5, "ouder": 5})
    groups = {row.group for row in await stage.all(Contribution) if row.activity_id == cards}
    assert groups == {None}


async def test_two_dots_of_one_phone_on_one_stack_are_one_person(services):
    stage = await a_stack(services, young=[1] * 5, others=[1] * 5)
    cards = [str(row.id) for row in await stage.all(Contribution)]
    await stage.go_to("stippen")
    for group in ("jongere", "ouder"):
        for number in range(5):
            phone = await a_participant(services, stage.session, group)
            await stage.send(phone, options=cards[:2] if number < 4 else [])
    await kept_by_group(stage)
    [answer] = await stage.all(Answer)
    [item] = items_of(answer)
    assert (item.votes, item.votes_by) == (16, {})


@pytest.mark.parametrize("young", [[1] * 12, [6, 1, 1, 1, 1]])
async def test_the_wall_looks_the_same_whoever_sent_the_cards(services, young):
    """A stack grows and loses cards while people look on: each difference would be one card."""
    stage = await a_stack(services, young=young, others=[1] * 12)
    screen = services.fanout.scenes.shared("screen", await services.fanout.scene(stage.session.id))
    assert "van jongeren" not in screen
    assert "is-on" not in screen


# --- one view less another ------------------------------------------------------------------------


async def marked(stage, group, *given):
    for mark in given:
        phone = await a_participant(stage.services, stage.session, group)
        await stage.send(phone, mark__relatie=str(mark))


@both_databases
async def test_the_groups_of_the_archive_less_the_first_picture_are_not_one_mark(services, settings):
    stage = await a_stage(services, "0-leren", "cijfers")
    desk, step = await stage.desk(), stage.session.activity_id
    await marked(stage, "jongere", 7, 7, 8, 8, 9)
    await desk.set_shown(step, True)
    first = (await services.fanout.scene(stage.session.id)).scene.tally.themes[0].counts
    assert sum(first) == 5
    await desk.set_open(step, True)
    await marked(stage, "jongere", 1)
    await marked(stage, "ouder", 6, 6, 6, 6, 6)
    await desk.set_shown(step, False)
    await desk.set_shown(step, True)
    await stage.save(await stage.end())
    file = await exchange.export(services.db, services.library, settings, stage.session.partnership_id)
    [row] = exchange.unpack(file, services.library).marks
    assert sum(row.counts) == 11
    assert row.groups == {}


async def test_groups_that_no_earlier_picture_tells_of_are_kept(services):
    stage = await a_stage(services, "0-leren", "cijfers")
    desk, step = await stage.desk(), stage.session.activity_id
    await marked(stage, "jongere", 7, 7, 8, 8, 9)
    await desk.set_shown(step, True)
    await desk.set_open(step, True)
    await marked(stage, "ouder", 6, 6, 6, 6, 6)
    await desk.set_shown(step, False)
    await desk.set_shown(step, True)
    await stage.save(await stage.end())
    [row] = await stage.all(ThemeMarks)
    assert {group: sum(counts) for group, counts in row.groups.items()} == {"jongere": 5, "ouder": 5}


given_marks = st.one_of(st.integers(1, 10), st.just("weet-niet"))
people = st.lists(st.tuples(given_marks, st.sampled_from([None, *list(GROUPS)[:2]])), max_size=16)


@given(st.lists(people, min_size=1, max_size=3))
def test_no_group_less_what_was_shown_before_is_about_fewer_than_five(waves):
    """Each wave comes in, and then figures are shown; at the end the record keeps the groups."""
    settings = kinds.settings(marks, {"themes": [{"id": "relatie", "label": "Relatie"}]})
    told, entries = [], []
    for wave in waves:
        entries += [
            Entry(
                f"{len(entries) + n}",
                marks.Answer("relatie", mark),
                group=group,
                version=f"v{len(entries) + n}",
            )
            for n, (mark, group) in enumerate(wave)
        ]
        told = told_with(told, marks.versions(entries).get("relatie", ()), MINIMUM)
    inputs = Inputs(disclosed={"relatie": tuple(map(frozenset, told))} if told else {})
    (theme,) = marks.tally(entries, settings, inputs).themes
    shown = [{version for version in one if not version.startswith("?")} for one in told]
    for name, counts in theme.groups.items():
        mine = [
            entry.version
            for entry in entries
            if entry.answer.mark != "weet-niet"
            and (entry.group if entry.group in theme.groups else "") == name
        ]
        assert len(mine) == sum(counts)
        shown.append(set(mine))
    assert not too_few(shown, MINIMUM)
