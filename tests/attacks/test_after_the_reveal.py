"""Once a room has seen figures, nobody reads from the next what one person took back, changed or sent."""

import random
import uuid

import pytest

from tests.kinds.rooms import posted
from tests.people import a_participant, both_databases, reloaded
from tests.record.test_saving import a_stage, items_in
from workshop import bus, kinds
from workshop.live.errors import Closed, RoomError
from workshop.models import Activity, Contribution, Tombstone
from workshop.safety.erasing import tombstones

ASKED = {
    "marks": ("0-leren", "cijfers"),
    "lights": ("0-A", "regelen"),
    "dots": ("3-A", "hoe-vaak"),
    "pairs": ("3-A", "samenhang"),
}
ADDED = {
    "consent": {"options": ["We spreken elkaar aan."]},
    "matrix": {"options": ["Een spreekuur", "Meer licht"]},
}
"""Settings of the kinds that no worksheet asks."""
HIDING = [name for name in kinds.names() if kinds.get(name).hides]
FALL_SILENT = ("consent", "lights", "marks", "matrix")
"""What changed is not told of any more; at the other kinds it stays, or is hidden."""
SETTLED = "Wat je koos, blijft nu staan"


async def a_step(services, name):
    """A stage at a step of this kind, and what a simulated phone sends to it: one form for each number."""
    worksheet, step = ASKED.get(name, ("1-A", None))
    stage = await a_stage(services, worksheet, "elementen" if name == "pairs" else step)
    if name == "pairs":
        for words in ("Lessen", "Samen eten", "Een spreekuur"):
            await stage.card(words, "kennis")
        await stage.go_to(step)
    if name in ADDED:
        await an_added_step(stage, name)
    scene = (await services.fanout.scene(stage.session.id)).scene

    def form(number):
        return posted(scene.kind.simulate(random.Random(number), scene.settings, scene.inputs)[0])

    return stage, form


async def an_added_step(stage, name):
    """The stage goes to a step of this kind, at the end of its plan."""
    added = Activity(
        session_id=stage.session.id,
        key="erbij",
        position=99,
        kind=name,
        title="Erbij",
        question="Wat vind je?",
        settings=ADDED[name],
        minutes=5,
        saves={},
    )

    async def add(db, session):
        db.add(added)

    await stage.services.room.change(stage.session.id, bus.DESK, add)
    stage.session = await reloaded(stage.services, stage.session.id)
    await stage.go_to("erbij")


async def sent(stage, phone, form):
    receipt = await stage.services.room.contribute(
        stage.session.id, phone.id, stage.session.activity_id, uuid.uuid4(), form
    )
    return receipt.id


async def figures(stage):
    """What the room reads, by what it is about; None while it is hidden."""
    scene = (await stage.services.fanout.scene(stage.session.id)).scene
    if not scene.visible:
        return None
    results = scene.kind.summary(scene.tally, scene.settings)
    return {(one.output, item.id): item for one in results if one.output != "higher" for item in one.items}


@pytest.mark.parametrize("deed", ["takes back", "changes", "comes later"])
@pytest.mark.parametrize("name", HIDING)
async def test_no_second_figure_tells_of_one_person(services, name, deed):
    stage, form = await a_step(services, name)
    phones = [await a_participant(services, stage.session) for _ in range(6)]
    rows = [await sent(stage, phone, form(number)) for number, phone in enumerate(phones)]
    desk, step = await stage.desk(), stage.session.activity_id
    await desk.set_shown(step, True)
    before = await figures(stage)
    assert before
    try:
        if deed == "takes back":
            await services.room.withdraw(phones[0].participant, rows[0])
        else:
            await desk.set_open(step, True)
            one = phones[0] if deed == "changes" else await a_participant(services, stage.session)
            other = next(other for number in range(1, 99) if (other := form(number)) != form(0))
            await sent(stage, one, other)
    except RoomError as error:
        assert SETTLED in str(error)
    after = await figures(stage)
    if name in FALL_SILENT:
        assert after.items() < before.items()
    else:
        assert after in (before, None)


@both_databases
async def test_a_dot_stays_while_the_result_is_shown_and_the_words_beside_it_can_go(services):
    stage, _ = await a_step(services, "dots")
    await stage.go_to("wat-werkt")
    phone = await a_participant(services, stage.session)
    row = await stage.send(phone, options=["1", "2"], reason="Zqreden")
    desk, step = await stage.desk(), stage.session.activity_id
    await desk.set_shown(step, True)
    before = await figures(stage)
    await services.room.withdraw(phone.participant, row)
    assert await figures(stage) == before
    [kept] = await stage.all(Contribution)
    assert (kept.body["options"], kept.body["reason"]) == (["1", "2"], "")
    assert [(one.id, one.sort) for one in await stage.all(Tombstone)] == [(row, tombstones.CARD)]
    assert "Zqreden" not in services.fanout.scenes.shared(
        "screen", await services.fanout.scene(stage.session.id)
    )
    with pytest.raises(Closed, match=SETTLED):
        await services.room.withdraw(phone.participant, row)
    await desk.set_shown(step, False)
    await services.room.withdraw(phone.participant, row)
    assert await stage.all(Contribution) == []


@pytest.mark.parametrize("name", ["dots", "pairs"])
async def test_a_step_that_is_opened_again_hides_what_it_showed(services, name):
    stage, _ = await a_step(services, name)
    desk, step = await stage.desk(), stage.session.activity_id
    await desk.set_shown(step, True)
    await desk.set_open(step, True)
    activity = (await services.fanout.scene(stage.session.id)).scene.activity
    assert (activity.open, activity.shown) == (True, False)


async def test_the_dots_of_groups_less_the_first_picture_are_not_of_one_phone(services):
    stage = await a_stage(services)
    words = await stage.card("Iets")
    await stage.go_to("stippen")
    desk, step = await stage.desk(), stage.session.activity_id

    async def dotted(group, count):
        for _ in range(count):
            await stage.send(await a_participant(services, stage.session, group), options=[str(words)])

    await dotted("jongere", 5)
    await desk.set_shown(step, True)
    await desk.set_open(step, True)
    await dotted("jongere", 1)
    await dotted("ouder", 5)
    await desk.set_shown(step, True)
    lines = await stage.end()
    await stage.save(lines)
    found = (await items_in(stage, "1-A.zorgen"))["Iets"]
    assert (found.votes, found.votes_by) == (11, {})
