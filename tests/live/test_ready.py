"""Phones say that their owner is ready: a number for desk and screen, gone with the step, and never who."""

import pytest
from sqlalchemy import select

from tests.live.test_audience import contact, seen
from tests.live.test_room import card, send
from tests.people import a_participant, a_session, activity, conduct, end_for_good, reloaded
from workshop import codes
from workshop.live.errors import Closed, NotTakingPart
from workshop.live.scenes import DESK, DESK_READY, SCREEN, SCREEN_READY
from workshop.models import Participant

HX = {"HX-Request": "true"}
STEP = "zorgen-kansen"


async def ready(services, session, phone, step=STEP, is_ready=True):
    await services.room.say_ready(phone.participant, activity(session, step).id, is_ready)


async def several(services, session, count):
    phones = [await a_participant(services, session) for _ in range(count)]
    for phone in phones:
        await ready(services, session, phone)
    return phones


async def said(services):
    async with services.db.read() as db:
        return [step for step in await db.scalars(select(Participant.ready_for)) if step]


async def test_the_desk_reads_how_many_are_ready_and_the_screen_only_from_five(services):
    session = await a_session(services, step=STEP)
    await several(services, session, 4)
    await a_participant(services, session)
    assert "4 van 5 telefoons klaar" in await seen(services, session, DESK)
    assert "4 van 5 telefoons klaar" in await seen(services, session, DESK_READY)
    for part in (SCREEN, SCREEN_READY):
        assert "klaar" not in await seen(services, session, part)
    await several(services, session, 1)
    for part in (SCREEN, SCREEN_READY):
        assert "5 klaar" in await seen(services, session, part)


async def test_a_step_for_a_part_of_the_room_tells_a_number_only(services):
    session = await contact(services)
    phones = [await a_participant(services, session, "jongere") for _ in range(3)]
    aside = await a_participant(services, session, "ouder")
    for phone in phones:
        await ready(services, session, phone, "contact")
    with pytest.raises(Closed):
        await ready(services, session, aside, "contact")
    told = await seen(services, session, DESK)
    assert "3 telefoons klaar" in told
    assert "3 van" not in told


async def test_a_phone_presses_once_and_takes_it_back_once(client, services):
    session = await a_session(services, step=STEP)
    phone = await a_participant(services, session)
    form = {"activity": str(activity(session, STEP).id)}
    for is_ready, count in (("ja", 1), ("nee", 0)):
        before = (await reloaded(services, session.id)).revision
        for _ in range(2):
            answer = await client.post(
                "/deelnemen/klaar", data=form | {"aan": is_ready}, headers=HX | phone.header
            )
            assert answer.status_code == 200
            assert f'aria-pressed="{"true" if count else "false"}"' in answer.text
        assert (await reloaded(services, session.id)).revision == before + 1
        assert len(await said(services)) == count
    assert (await client.post("/deelnemen/klaar", data=form, headers=phone.header)).status_code == 303


@pytest.mark.parametrize("deed", ["step", "back", "emptied", "cut"])
async def test_it_is_gone_with_the_step_and_with_the_links(services, deed):
    session = await a_session(services, step=STEP)
    [phone] = await several(services, session, 1)
    desk = await conduct(services, session)
    if deed == "step":
        await desk.go_to(session.activities[1].id)
    elif deed == "back":
        await desk.go_to(None)
        await desk.undo((await reloaded(services, session.id)).recent[0]["id"])
    elif deed == "emptied":
        await send(services, session, phone, card("Te donker"))
        await desk.empty(activity(session, STEP).id)
    else:
        await end_for_good(services, session)
    assert await said(services) == []
    assert "klaar" not in await seen(services, session, DESK_READY)


@pytest.mark.parametrize("by_desk", [False, True])
async def test_a_phone_that_goes_changes_no_number_until_the_room_goes_on(services, by_desk):
    session = await a_session(services, step=STEP)
    phone, _ = await several(services, session, 2)
    desk = await conduct(services, session)
    if by_desk:
        sent = await send(services, session, phone, card("Te donker"))
        await desk.send_out(sent.id, codes.new_id())
    else:
        await services.room.leave(phone.participant)
    assert "2 van 2 telefoons klaar" in await seen(services, session, DESK_READY)
    await desk.go_to(session.activities[1].id)
    assert await said(services) == []


async def test_a_question_above_the_step_keeps_who_was_ready(services):
    session = await a_session(services, step=STEP)
    [phone] = await several(services, session, 1)
    desk = await conduct(services, session)
    await desk.ask("Gaan we door?", codes.new_id())
    assert "klaar" not in await seen(services, session, DESK_READY)
    with pytest.raises(Closed):
        await ready(services, session, phone)
    await desk.close_question()
    assert "1 van 1 telefoon klaar" in await seen(services, session, DESK)


async def test_who_left_or_comes_too_late_says_nothing(services):
    session = await a_session(services, step=STEP)
    phone, other = [await a_participant(services, session) for _ in range(2)]
    await services.room.leave(phone.participant)
    with pytest.raises(NotTakingPart):
        await ready(services, session, phone)
    desk = await conduct(services, session)
    await desk.set_open(activity(session, STEP).id, False)
    with pytest.raises(Closed):
        await ready(services, session, other)
    await desk.go_to(session.activities[1].id)
    with pytest.raises(Closed):
        await ready(services, session, other)
