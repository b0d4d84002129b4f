"""The plan of a session: the worksheet's script, then the facilitator's own."""

import re
import uuid
from html import unescape

import msgspec
import pytest
from sqlalchemy import func, select

from tests.people import (
    a_desk,
    a_facilitator,
    a_partnership,
    a_session,
    activity,
    conduct,
    reloaded,
)
from workshop.items import Item
from workshop.live import plan, programmes, step_form
from workshop.live.errors import Closed, Gone
from workshop.models import Session
from workshop.record import answers


async def keys(services, session):
    found = (await reloaded(services, session.id)).activities
    return [step.key for step in sorted(found, key=lambda step: step.position)]


@pytest.mark.parametrize(("typed", "count"), [("1", 1), ("180", 180), (" 12 ", 12)])
def test_minutes_are_whole_and_at_least_one(typed, count):
    assert step_form.minutes(typed) == count


@pytest.mark.parametrize("typed", ["0", "181", "999", "-1", "abc", "", "7.5", "1e3", "9" * 5000])
def test_what_is_no_time_is_refused_with_a_sentence(typed):
    with pytest.raises(
        ValueError, match=r"^(Vul de minuten in als een getal|Een stap duurt 1 tot 180 minuten)\."
    ):
        step_form.minutes(typed)


async def test_opening_makes_the_whole_script_in_its_order_and_starts_nothing(services):
    account = await a_facilitator(services)
    place, desk = await a_partnership(services, account), await a_desk(services, account)
    sheet = services.library.worksheet("0-leren")
    session_id = await plan.make_session(services.db, place.id, sheet, desk)
    session = await reloaded(services, session_id)
    assert [(step.key, step.kind, step.minutes) for step in session.activities] == [
        (step.key, step.kind, step.minutes) for step in sheet.script
    ]
    assert (session.holds_back, session.driver_id, session.activity_id) == (True, desk.id, None)
    assert {(step.started_at, step.skipped, step.open, step.shown) for step in session.activities} == {
        (None, False, True, False)
    }


async def test_two_sessions_share_no_token_and_no_code(services):
    one, two = await a_session(services), await a_session(services)
    tokens = [one.join_token, one.screen_token, one.code, two.join_token, two.screen_token, two.code]
    assert len(set(tokens)) == 6


async def test_a_title_that_does_not_fit_opens_nothing(services):
    account = await a_facilitator(services)
    place, desk = await a_partnership(services, account), await a_desk(services, account)
    with pytest.raises(ValueError, match="te lang"):
        await plan.make_session(services.db, place.id, services.library.worksheet("2"), desk, title="t" * 121)
    async with services.db.read() as db:
        assert await db.scalar(select(func.count()).select_from(Session)) == 0


async def test_changing_a_session_does_not_change_the_next_one(services):
    session = await a_session(services)
    form = {"title": "Anders", "question": "Anders?", "minutes": "3"}
    await plan.change_step(services.room, session.id, session.activities[0].id, form)
    assert (await reloaded(services, session.id)).activities[0].title == "Anders"
    assert (await a_session(services)).activities[0].title != "Anders"


async def test_young_people_keep_their_name_of_a_step_until_the_step_gets_another(services):
    session = await a_session(services, "0-A")
    step = next(one for one in session.activities if one.youth.get("title"))
    words = {"question": step.question, "help": step.help, "minutes": "5", "youth.question": "Wat zie jij?"}
    await plan.change_step(services.room, session.id, step.id, {"title": step.title, **words})
    kept = next(one for one in (await reloaded(services, session.id)).activities if one.id == step.id)
    assert kept.youth == {"title": step.youth["title"], "question": "Wat zie jij?"}
    await plan.change_step(services.room, session.id, step.id, {"title": "Anders", **words})
    changed = next(one for one in (await reloaded(services, session.id)).activities if one.id == step.id)
    assert changed.youth == {"question": "Wat zie jij?"}


async def test_a_change_that_does_not_fit_changes_nothing_and_tells_nobody(services):
    session = await a_session(services)
    before = (await reloaded(services, session.id)).revision
    for form in (
        {"title": "", "question": "V?", "minutes": "5"},
        {"title": "T", "question": "v" * 201, "minutes": "5"},
        {"title": "T", "question": "V?", "minutes": "0"},
    ):
        with pytest.raises(ValueError, match=r"\.$"):
            await plan.change_step(services.room, session.id, session.activities[0].id, form)
    after = await reloaded(services, session.id)
    assert (after.revision, after.activities[0].title) == (before, session.activities[0].title)


async def test_what_the_facilitator_can_say_is_changed_line_by_line_and_may_be_empty(services):
    session = await a_session(services)
    step = session.activities[0]
    assert step.spoken == msgspec.to_builtins(services.library.worksheet("1-A").script[0].spoken)
    form = {"title": "T", "question": "V?", "minutes": "5"}
    said = {"spoken.general": " Welkom  allemaal. \r\n\r\nWe beginnen. ", "spoken.youth": "Hoi."}
    for given, kept in (
        (said, {"general": ["Welkom allemaal.", "We beginnen."], "youth": ["Hoi."]}),
        ({"spoken.general": " \n ", "spoken.youth": ""}, {}),
    ):
        await plan.change_step(services.room, session.id, step.id, form | given)
        assert (await reloaded(services, session.id)).activities[0].spoken == kept


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Een.\nTwee.\nDrie.\nVier.", "Schrijf hooguit 3 zinnen op die je zelf zegt."),
        ("z" * 201, "Een zin die je zelf zegt, is te lang. Maak hem 1 teken korter."),
        ("Kort.\n" + "z" * 212, "Een zin die je zelf zegt, is te lang. Maak hem 12 tekens korter."),
    ],
)
async def test_what_is_said_keeps_within_its_limits(services, said, sentence):
    session = await a_session(services)
    step = session.activities[0]
    for who in ("general", "youth"):
        form = {"title": "T", "question": "V?", "minutes": "5", f"spoken.{who}": said}
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            await plan.change_step(services.room, session.id, step.id, form)
    assert (await reloaded(services, session.id)).activities[0].spoken == step.spoken


async def test_moving_gives_every_step_a_place_of_its_own(services):
    session = await a_session(services)
    order = await keys(services, session)
    step = activity(session, order[2])
    for by, expected in ((-1, 1), (-1, 0), (-1, 0), (5, 1)):
        await plan.move_step(services.room, session.id, step.id, by)
        assert (await keys(services, session)).index(step.key) == expected
    found = (await reloaded(services, session.id)).activities
    assert sorted(step.position for step in found) == list(range(len(order)))


async def test_a_skipped_step_is_passed_by_the_next_button(services):
    session = await a_session(services, step="zorgen-kansen")
    await plan.skip_step(services.room, session.id, activity(session, "stippen").id, True)
    picture = await services.fanout.scene(session.id)
    assert picture.next_activity.key == "signalen"
    with pytest.raises(Gone):
        await (await conduct(services, session)).go_to(activity(session, "stippen").id)


async def test_the_current_step_cannot_be_skipped(services):
    session = await a_session(services, step="zorgen-kansen")
    with pytest.raises(Closed, match="nu bezig"):
        await plan.skip_step(services.room, session.id, session.activity_id, True)


async def test_own_questions_have_keys_of_their_own(services):
    session = await a_session(services)
    for _ in range(3):
        await plan.add_step(services.room, session.id, "cards", {"question": "Wat nog?"})
    assert (await keys(services, session))[-3:] == ["eigen-1", "eigen-2", "eigen-3"]


async def test_a_plan_that_is_not_there_is_gone(services):
    with pytest.raises(Gone):
        await plan.planned(services.db, uuid.uuid4())
    with pytest.raises(Gone):
        await plan.add_step(services.room, uuid.uuid4(), "cards", {"question": "Wat nog?"})


# --- a step with an empty list ----------------------------------------------------------------------


async def picture_of(services, session):
    return await services.fanout.scene(session.id)


async def test_a_step_without_anything_to_choose_from_is_passed_by_the_next_button(services):
    session = await a_session(services, step="zorgen-kansen")
    picture = await picture_of(services, session)
    assert [step.key for step in picture.to_pass] == ["stippen"]
    assert picture.next_activity.key == "signalen"
    shown = unescape(services.fanout.scenes.shared("desk", picture))
    assert f"‘{activity(session, 'stippen').title}’ slaan we over: de lijst is nog leeg." in shown
    form = {"column": ["zorg"], "text": ["Weinig te doen"]}
    await services.room.contribute(session.id, None, session.activity_id, uuid.uuid4(), form)
    picture = await picture_of(services, session)
    assert (picture.to_pass, picture.next_activity.key) == ((), "stippen")


async def test_who_goes_on_reads_what_was_passed_and_can_go_there_all_the_same(services):
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    await desk.go_to((await picture_of(services, session)).next_activity.id)
    picture = await picture_of(services, session)
    assert [step.key for step in picture.passed] == ["stippen"]
    shown = unescape(services.fanout.scenes.shared("desk", picture))
    stippen, source = activity(session, "stippen"), activity(session, "zorgen-kansen")
    assert f"‘{stippen.title}’ is overgeslagen" in shown
    assert f"Laat eerst iets zien bij ‘{source.title}’" in shown
    assert "Doe deze stap toch" in shown
    await desk.go_to(stippen.id)
    assert (await reloaded(services, session.id)).activity_id == stippen.id
    assert (await picture_of(services, session)).passed == ()


async def test_a_list_of_the_dossier_is_looked_at_too(services):
    session = await a_session(services, "2")
    step = next(step for step in session.activities if step.settings.get("fields"))
    if step.position:
        before = session.activities[step.position - 1]
        await (await conduct(services, session)).go_to(before.id)
    assert step.id in [one.id for one in (await picture_of(services, session)).to_pass]

    async def fill(db):
        for field in step.settings["fields"]:
            await answers.write(db, session.partnership_id, field, [Item("a", "GGD")], account_id=None)

    await services.db.write(fill)
    assert (await picture_of(services, session)).to_pass == ()


async def test_whom_a_step_asks_goes_from_the_worksheet_to_the_plan_and_to_a_programme(services):
    account = await a_facilitator(services)
    place, desk = await a_partnership(services, account), await a_desk(services, account)
    session = await a_session(services, "0-A", partnership=place, sign_in=desk)
    asked = {step.key: step.audience for step in services.library.worksheet("0-A").script}
    assert set(asked.values()) > {"samen"}
    assert {step.key: step.audience for step in session.activities} == asked
    await programmes.keep(services.db, session.id, "Zo doen wij het", desk)
    async with services.db.read() as db:
        _, *_, kept = await programmes.choices(db, place.id, services.library.worksheet("0-A"))
    assert {step.key: step.audience for step in kept.steps} == asked
