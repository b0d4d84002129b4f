"""A second round: both stand side by side, and nobody reads from them who changed."""

import random
import uuid

import msgspec
import pytest

from tests.kinds.rooms import NOTHING, SETTINGS, posted
from tests.pages.test_warning import LIVED
from tests.people import a_participant, activity, both_databases
from tests.record.test_saving import Stage, a_stage
from workshop import bus, kinds
from workshop.documents import orders, sessions
from workshop.live import rounds
from workshop.live.errors import Closed
from workshop.models import Activity

PHONES = 9
CALM = "Dat past bij ons"
EVERYWHERE = ("desk", "screen", "phone-screen", "phone-step")
WRITTEN = [name for name in kinds.names() if rounds.has_rounds(kinds.get(name)) and kinds.get(name).writes]
each_written = pytest.mark.parametrize("name", WRITTEN)


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


@pytest.mark.parametrize(("changing", "told"), [(1, True), (5, False)])
async def test_the_document_of_a_session_has_both_rounds_and_says_which_stays(services, changing, told):
    stage, _, _ = await two_rounds(services, changing)
    order = await orders.of_session(services, stage.session.partnership_id, stage.session.id)
    words = [getattr(block, "text", "") for block in order().front.blocks]
    assert len([one for one in words if "ronde 2" in one]) == 1
    assert (sessions.STAYS in words) is told


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


# --- what people write in a second round ----------------------------------------------------------


def written(name, words):
    """Settings of a kind with two forms: a plain answer, and another one with `words` beside it."""
    kind, rng = kinds.get(name), random.Random(1)
    for given in SETTINGS[name]:
        settings = kinds.settings(kind, given)
        needs = kind.needs(settings)
        if needs.activity or needs.fields:
            continue
        forms = [form for _ in range(50) for form in kind.simulate(rng, settings, NOTHING)]
        plain = answers(kind, forms[0], settings)
        for form in forms:
            beside = {"".join((part, *field.partition(".")[1:])) for field in form for part in kind.writes}
            worded = form | dict.fromkeys(beside, words)
            found = answers(kind, worded, settings)
            if any(kinds.texts(kind, one) for one in found.values()) and all(
                without_words(kind, one) != without_words(kind, plain.get(slot))
                for slot, one in found.items()
            ):
                return given, posted(forms[0]), posted(worded)
    raise AssertionError(f"nobody writes in {name}")


def answers(kind, form, settings):
    singles = kind.split(posted(form), settings)
    return {kind.slot(one): one for one in (kinds.answer(kind, s, settings, NOTHING) for s in singles)}


def without_words(kind, answer):
    return answer and msgspec.structs.replace(answer, **dict.fromkeys(kind.writes, ""))


async def a_round_that_stays(services, name, words, **more):
    """Two rounds of a kind in which one phone answers otherwise the second time, and writes `words` then. In
    both rounds another one wrote `CALM`. Returns the stage, and the ids of `CALM` in the first round and of
    `words` in the second."""
    given, plain, worded = written(name, words)
    calm = written(name, CALM)[2]
    stage = await a_stage(services, "3-A", "hoe-vaak")

    async def make_it(db, session):
        step = activity(session, "hoe-vaak")
        step.kind, step.settings = name, given

    await services.room.change(stage.session.id, bus.STATE, make_it)
    phones = [await a_participant(services, stage.session) for _ in range(PHONES)]
    first = await shown(stage, [(phones[0], calm), *((phone, plain) for phone in phones[1:])])
    await second(stage)
    again = await shown(
        stage,
        [(phones[0], calm), *((phone, plain) for phone in phones[1:-1]), (phones[-1], worded | more)],
    )
    assert again.stays
    kind = kinds.get(name)
    return (
        stage,
        {one.id for one in first.entries if CALM in kinds.texts(kind, one.answer)},
        {one.id for one in again.entries if words in kinds.texts(kind, one.answer)},
    )


async def desk_of(stage):
    picture = await stage.services.fanout.scene(stage.session.id)
    return picture, str(stage.services.fanout.scenes.shared("desk", picture))


@each_written
async def test_what_waits_in_a_round_that_stays_is_still_read_first(services, name):
    stage, _, waiting = await a_round_that_stays(services, name, LIVED, naar=["begeleider"])
    picture, desk = await desk_of(stage)
    assert {str(alert.contribution_id) for alert in picture.here} == waiting
    assert f'href="#wacht-{picture.here[0].contribution_id}"' in desk
    for id in waiting:
        assert f'id="wacht-{id}"' in desk
    assert LIVED in desk


@each_written
async def test_what_was_let_through_in_a_round_that_stays_stands_nowhere(services, name):
    stage, _, waiting = await a_round_that_stays(services, name, LIVED, naar=["begeleider"])
    for id in waiting:
        await (await stage.desk()).set_card_state(uuid.UUID(id), "shown")
        await (await stage.desk()).show_large(uuid.UUID(id))
    picture, _ = await desk_of(stage)
    shown = [str(stage.services.fanout.scenes.shared(part, picture)) for part in EVERYWHERE]
    assert not picture.large
    assert not any(LIVED in words for words in shown)


@each_written
async def test_what_stands_of_the_first_round_is_moderated_in_the_second(services, name):
    stage, calm, _ = await a_round_that_stays(services, name, "Dat kan anders")
    id = min(calm)
    _, desk = await desk_of(stage)
    assert f'name="hidden" value="{id}"' in desk
    await (await stage.desk()).show_large(uuid.UUID(id))
    picture, _ = await desk_of(stage)
    assert picture.large.text == CALM
    await (await stage.desk()).set_card_state(uuid.UUID(id), "hidden")
    picture, desk = await desk_of(stage)
    assert not picture.large
    assert f'id="weg-{id}"' in desk
    assert f'name="hidden" value="{id}"' not in desk
