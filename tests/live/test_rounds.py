"""A second round: both stand side by side, and nobody reads from them who changed."""

import pytest

from tests.people import a_participant, both_databases
from tests.record.test_saving import Stage, a_stage
from workshop.live import rounds
from workshop.live.errors import Closed
from workshop.models import Activity

PHONES = 9


async def shown(stage: Stage, forms):
    """Phones answer the step of now, which is shown then; returns its scene."""
    for phone, form in forms:
        await stage.send(phone, **form)
    scene = await of_now(stage)
    await (await stage.desk()).set_shown(scene.activity.id, True)
    return await of_now(stage)


async def of_now(stage: Stage):
    return (await stage.services.fanout.scene(stage.session.id)).scene


async def second(stage: Stage, wording: str = ""):
    scene = await of_now(stage)
    await (await stage.desk()).begin_round(scene.activity.id, wording, scene.activity.id)
    stage.session.activity_id = (await of_now(stage)).activity.id


async def two_rounds(services, changing, worksheet="3-A", step="hoe-vaak", before=None, after=None):
    """Nine phones answer twice; the first `changing` of them otherwise."""
    before, after = before or {"options": ["1"]}, after or {"options": ["2"]}
    stage = await a_stage(services, worksheet, step)
    phones = [await a_participant(services, stage.session) for _ in range(PHONES)]
    first = await shown(stage, [(phone, before) for phone in phones])
    await second(stage)
    again = await shown(
        stage, [(phone, after if number < changing else before) for number, phone in enumerate(phones)]
    )
    return stage, first, again


def figures(scene):
    return {one.id: one.words for one in scene.kind.compared(scene.tally)}


@both_databases
@pytest.mark.parametrize("changing", [1, 2, 3, 4])
async def test_fewer_than_five_who_change_keep_the_first_result(services, changing):
    _, first, again = await two_rounds(services, changing)
    assert figures(again) == figures(first)
    assert again.stays
    assert all(line.stays for line in again.lines)


@pytest.mark.parametrize("changing", [5, 9])
async def test_from_five_on_the_second_round_is_told_beside_the_first(services, changing):
    _, first, again = await two_rounds(services, changing)
    assert (figures(first)["1"], figures(again)["2"]) == (str(PHONES), str(changing))
    assert not again.stays
    [one] = [line for line in again.lines if line.second == str(changing)]
    assert one.first == "0"


async def test_where_nobody_changes_both_rounds_say_the_same(services):
    _, first, again = await two_rounds(services, 0)
    assert figures(again) == figures(first)
    assert not again.stays


@pytest.mark.parametrize("changing", [4, 5])
async def test_a_theme_of_which_few_changed_their_mark_stays(services, changing):
    themes = ("relatie", "proces")
    before = {f"mark__{theme}": "6" for theme in themes}
    _, first, again = await two_rounds(
        services, changing, "0-leren", "cijfers", before, before | {"mark__relatie": "9"}
    )
    assert (figures(again)["relatie"] == figures(first)["relatie"]) is (changing < 5)
    assert figures(again)["proces"] == figures(first)["proces"] == "6,0"


async def test_who_does_not_answer_again_changed_too(services):
    stage = await a_stage(services, "3-A", "hoe-vaak")
    phones = [await a_participant(services, stage.session) for _ in range(PHONES)]
    first = await shown(stage, [(phone, {"options": ["1"]}) for phone in phones])
    await second(stage)
    again = await shown(stage, [(phone, {"options": ["1"]}) for phone in phones[1:]])
    assert figures(again) == figures(first)


async def test_other_words_beside_the_same_dots_are_no_change(services):
    _, first, again = await two_rounds(
        services,
        PHONES,
        step="wat-werkt",
        before={"options": ["1", "2"], "reason": "Dat helpt"},
        after={"options": ["2", "1"], "reason": "Dat weet ik nu zeker"},
    )
    assert figures(again) == figures(first)
    assert not again.stays


@pytest.mark.parametrize(("changing", "counts"), [(4, 1), (6, 2)])
async def test_the_dossier_gets_the_last_round_that_told_something(services, changing, counts):
    stage, first, again = await two_rounds(services, changing)
    plan = await stage.all(Activity)
    assert rounds.has_result(again.activity, plan) is (counts == 2)
    assert rounds.has_result(first.activity, plan) is (counts == 1)
    expected = {"1": PHONES} if counts == 1 else {"1": PHONES - changing, "2": changing}
    votes = [line.item.votes for line in await stage.end() if first.activity.key in line.id.partition(".")[0]]
    assert sorted(votes) == sorted(expected.values())


async def test_a_round_begins_once_and_only_after_the_first_was_shown(services):
    stage = await a_stage(services, "3-A", "hoe-vaak")
    desk, step = await stage.desk(), stage.session.activity_id
    with pytest.raises(Closed, match="eerst de uitslag"):
        await desk.begin_round(step)
    await desk.set_shown(step, True)
    await desk.begin_round(step, seen=step)
    await desk.begin_round(step, seen=step)
    assert desk.is_stale
    plan = sorted(await stage.all(Activity), key=lambda one: one.position)
    [place] = [n for n, one in enumerate(plan) if one.id == step]
    assert [bool(rounds.first_key(one)) for one in plan[place : place + 3]] == [False, True, False]
    with pytest.raises(Closed, match="Ronde 2 is al begonnen"):
        await desk.set_open(step, True)


async def test_of_cards_there_is_no_second_round(services):
    stage = await a_stage(services)
    with pytest.raises(Closed, match="geen tweede ronde"):
        await (await stage.desk()).begin_round(stage.session.activity_id)
