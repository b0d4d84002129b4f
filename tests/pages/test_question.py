"""A quick question: above the current step, in three taps, and the step goes on as it was."""

import uuid
from html import unescape

import pytest

from tests.pages.desks import HX
from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    activity,
    conduct,
    end_for_good,
    reloaded,
    signed_in,
)
from workshop.accounts import roles
from workshop.handover.proposal import proposed
from workshop.live.conduct import Conduct, NotDriving
from workshop.live.errors import Closed
from workshop.models import Activity

ASKED = "We beginnen elke avond op tijd"


async def ask(desk, words=ASKED):
    chair = await conduct(desk.services, desk.session)
    await chair.ask(words, uuid.uuid4())
    return chair, (await desk.now()).question_id


async def answer(desk, question, phone, value):
    room, session = desk.services.room, desk.session
    await room.contribute(session.id, phone.id, question, uuid.uuid4(), {"light.1": [value]})


async def phones(desk, count):
    return [await a_participant(desk.services, desk.session) for _ in range(count)]


async def phone_page(desk, phone):
    desk.client.cookies.update(phone.cookies)
    return unescape((await desk.client.get("/deelnemen")).text)


async def test_it_stands_on_phones_and_screen_and_the_step_comes_back_as_it_was(desk):
    before = await desk.activity()
    [phone] = await phones(desk, 1)
    said = await desk.block("/tussenvraag", stelling=f" {ASKED} ")
    assert "De vraag staat nu op alle telefoons." in said
    page = await phone_page(desk, phone)
    assert ASKED in page
    assert before.question not in page
    assert page.count('class="kl-choice kl-tap') == 3
    assert ASKED in await desk.screen()
    html = await desk.page()
    assert "Dit is een tussenvraag." in html
    assert f"De stap ‘{before.title}’ wacht." in html
    now = await desk.now()
    assert (now.activity_id, now.activities[-1].beside) == (desk.session.activity_id, True)
    await desk.block("/tussenvraag/einde", gezien=str(now.question_id))
    assert before.question in await phone_page(desk, phone)
    after = await desk.activity()
    for name in ("open", "shown", "started_at", "left_at", "paused_at", "extra_seconds", "position"):
        assert getattr(after, name) == getattr(before, name), name


async def test_a_phone_answers_without_scripts_and_changes_its_mind(desk):
    _, question = await ask(desk)
    [phone] = await phones(desk, 1)
    await phone_page(desk, phone)
    for value, pressed in (("eens", 1), ("bijna", 1), ("geen", 0)):
        form = {"activity": str(question), "light.1": value}
        assert (await desk.client.post("/deelnemen/bijdragen", data=form)).status_code == 303
        assert (await phone_page(desk, phone)).count('aria-pressed="true"') == pressed


async def test_counts_are_shown_from_five_answers_on_and_only_when_the_desk_shows_them(desk):
    chair, question = await ask(desk)
    *four, last = await phones(desk, 5)
    for phone in four:
        await answer(desk, question, phone, "eens")
    await chair.set_shown(question, True)
    assert "Nog te weinig antwoorden" in await desk.screen()
    assert "Eens 4" not in await desk.screen()
    await chair.set_open(question, True)
    await chair.set_shown(question, False)
    await answer(desk, question, last, "niet-eens")
    assert "Eens 4" not in await desk.screen()
    await chair.set_shown(question, True)
    assert "Eens 4, niet eens 1" in await desk.screen()
    for phone in (four[0],):
        with pytest.raises(Closed):
            await answer(desk, question, phone, "niet-eens")


async def test_the_plan_and_what_is_made_of_it_do_not_know_it(desk):
    chair, question = await ask(desk)
    assert ASKED not in await desk.page("/programma")
    picture = await desk.services.fanout.scene(desk.session.id)
    assert question not in [step.id for step in picture.plan]
    assert picture.step == 1
    await chair.close_question(question)
    await desk.block("/programma/bewaring", 303, naam="Zoals wij het doen")
    assert picture.next_activity.id != question


async def test_what_came_of_it_stands_in_the_review(desk):
    chair, question = await ask(desk)
    for phone in await phones(desk, 5):
        await answer(desk, question, phone, "eens")
    await chair.set_shown(question, True)
    await chair.close_question(question)
    await end_for_good(desk.services, desk.session)
    async with desk.services.db.read() as db:
        lines = await proposed(
            db, desk.services.room.reader, await db.get_one(type(desk.session), desk.session.id)
        )
    [line] = [line for line in lines if line.step == "Tussenvraag"]
    assert (line.text, line.item.labels, line.field) == (ASKED, ("Eens 5",), "")
    assert ASKED in await desk.page("/nakijken")


async def test_another_step_or_the_end_closes_it(desk):
    chair, _ = await ask(desk)
    await chair.go_to(activity(desk.session, "stippen").id)
    assert (await desk.now()).question_id is None
    await chair.ask(ASKED, uuid.uuid4())
    await chair.end()
    await chair.reopen()
    assert (await desk.now()).question_id is None


async def test_it_is_asked_in_the_lobby_too_and_goes_back_there(desk):
    chair = await conduct(desk.services, desk.session)
    await chair.go_to(None)
    _, question = await ask(desk)
    assert "Straks ga je terug naar Binnenkomen." in await desk.page()
    await chair.close_question(question)
    assert (await desk.services.fanout.scene(desk.session.id)).scene is None


async def test_only_one_at_a_time_and_only_once(desk):
    form = {"stelling": ASKED, "eenmalig": "a" * 22}
    first, second, changed = await desk.twice(f"{desk.home}/tussenvraag", form, HX)
    assert (first.status_code, second.status_code, changed) == (200, 200, False)
    await desk.block("/tussenvraag", 409, stelling="En nog een")
    question = str((await desk.now()).question_id)
    _, second, changed = await desk.twice(f"{desk.home}/tussenvraag/einde", {"gezien": question}, HX)
    assert (second.status_code, changed) == (200, False)


@pytest.mark.parametrize("words", ["", " ", "x" * 141])
async def test_what_does_not_fit_is_refused_with_a_sentence(desk, words):
    said = await desk.block("/tussenvraag", 422, stelling=words)
    assert "Je hebt nog niets geschreven." in said or "Maak het 1 teken korter." in said
    assert (await desk.now()).question_id is None


async def test_only_the_wheel_asks_and_a_reader_never(desk):
    kevin, lees = [await a_facilitator(desk.services, name) for name in ("Kevin", "Lees")]
    await a_member(desk.services, desk.partnership, kevin, roles.BEGELEIDER)
    await a_member(desk.services, desk.partnership, lees, roles.LEZER)
    beside = Conduct(desk.services.room, desk.session.id, await a_desk(desk.services, kevin))
    with pytest.raises(NotDriving):
        await beside.ask(ASKED, uuid.uuid4())
    await signed_in(desk.client, desk.services, lees)
    for path in ("/tussenvraag", "/tussenvraag/einde"):
        await desk.post(path, 403, HX, stelling=ASKED, gezien="")
    assert not any(step.beside for step in (await reloaded(desk.services, desk.session.id)).activities)


async def test_a_step_of_another_session_is_no_question_of_this_one(desk):
    _, question = await ask(desk)
    row = await desk.row(question, Activity)
    assert (row.beside, row.skipped, row.kind) == (True, True, "lights")
