"""Everybody counts: what people without a phone wrote is typed over at the desk, at a step of every kind."""

import uuid

import pytest
from sqlalchemy import select

from tests.pages.desks import Desk
from tests.pages.fillings import filled, forms_to
from tests.people import (
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    activity,
    conduct,
    reloaded,
    signed_in,
)
from tests.test_crowd import STEPS
from workshop import codes, kinds
from workshop.live import links
from workshop.models import Activity, Contribution, Session, now

each_kind = pytest.mark.parametrize("kind", [name for name in kinds.names() if kinds.asks(name)])
BY_PHONE = {
    "lights": {"light.a": ["groen"]},
    "matrix": {"effect.1": ["5"], "feasible.1": ["5"], "effect.2": ["5"], "feasible.2": ["5"]},
    "consent": {"choice": ["ja"]},
}
MARKS = {"themes": [{"id": "samen", "label": "Samen"}]}


async def a_table(client, services, kind, settings=None):
    """A desk whose session is at a step of this kind."""
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    sign_in = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=sign_in)
    step = Activity(session_id=session.id, key="erbij", position=99, kind=kind, title="Erbij")
    step.question, step.settings = "Wat vind jij?", STEPS[kind][0] if settings is None else settings

    async def add(db):
        db.add(step)

    await services.db.write(add, session.id)
    steps = await conduct(services, session)
    await steps.go_to(activity(await reloaded(services, session.id), "erbij").id)
    return Desk(client, services, await reloaded(services, session.id), partnership)


async def a_sheet(desk):
    """The address of an empty sheet."""
    answer = await desk.client.get(f"{desk.home}/papier")
    assert answer.status_code == 303
    return answer.headers["location"]


async def a_mark(desk, mark, sheet=None):
    sheet = sheet or await a_sheet(desk)
    form = {"activity": str(desk.session.activity_id), "mark.samen": mark}
    answer = await desk.client.post(f"{sheet}/{uuid.uuid4()}", data=form)
    assert answer.status_code == 303, answer.text
    return sheet


async def marks_by_phone(desk, *marks):
    for mark in marks:
        phone = await a_participant(desk.services, desk.session)
        form = {"mark.samen": [mark]}
        await desk.services.room.contribute(
            desk.session.id, phone.id, desk.session.activity_id, codes.new_id(), form
        )


async def means(desk):
    steps = await conduct(desk.services, desk.session)
    await steps.set_shown(desk.session.activity_id, True)
    [theme] = (await desk.services.fanout.scene(desk.session.id)).scene.tally.themes
    return theme.mean


async def rows(desk):
    async with desk.services.db.read() as db:
        here = Contribution.activity_id == desk.session.activity_id
        return list(await db.scalars(select(Contribution).where(here)))


@each_kind
async def test_a_sheet_is_typed_over_once_and_taken_out_again(client, services, kind):
    desk = await a_table(client, services, kind)
    sheet = await a_sheet(desk)
    form = forms_to((await client.get(sheet)).text, f"{sheet}/")[0]
    assert "Niets van papier" in await desk.page()
    first, second, changed = await desk.twice(form.get("action"), filled(form))
    assert (first.status_code, second.status_code, changed) == (303, 303, False), first.text
    assert await rows(desk)
    page = (await client.get(sheet)).text
    assert "1 blad van papier" in page
    assert forms_to(page, f"{sheet}/verwijdering")
    assert "1 van papier" in await desk.page()
    assert "1 van papier" in await desk.screen()
    another = await a_sheet(desk)
    assert another != sheet
    assert not forms_to((await client.get(another)).text, f"{another}/verwijdering")
    first, second, changed = await desk.twice(f"{sheet}/verwijdering", {})
    assert (first.status_code, second.status_code, changed) == (303, 303, False)
    assert await rows(desk) == []


@each_kind
async def test_the_desk_undoes_the_last_sheet(client, services, kind):
    desk = await a_table(client, services, kind)
    sheet = await a_sheet(desk)
    form = forms_to((await client.get(sheet)).text, f"{sheet}/")[0]
    await client.post(form.get("action"), data=filled(form))
    [undo, *_] = forms_to(await desk.html(), f"{desk.home}/ongedaan")
    await client.post(undo.get("action"), data=dict(undo.form_values()))
    assert await rows(desk) == []
    assert "Niets van papier" in await desk.page()


@each_kind
async def test_a_sheet_has_nothing_of_the_script_of_a_phone(client, services, kind):
    desk = await a_table(client, services, kind)
    sheet = await a_sheet(desk)
    for form in forms_to((await client.get(sheet)).text, f"{sheet}/"):
        assert not {"hx-post", "data-draft", "data-contribution", "data-pager"} & set(form.attrib)


async def test_a_sheet_is_one_person_who_may_change_their_mind(client, services):
    desk = await a_table(client, services, "marks", MARKS)
    sheet = await a_mark(desk, "3")
    await a_mark(desk, "8", sheet)
    await a_mark(desk, "3", sheet)
    [row] = await rows(desk)
    assert row.body["mark"] == 3
    assert row.participant_id is None


async def test_what_does_not_fit_is_said_and_what_was_typed_stays(client, services):
    desk = await a_table(client, services, "cards")
    sheet = await a_sheet(desk)
    form = {"activity": str(desk.session.activity_id), "text": "te lang " * 60}
    answer = await client.post(f"{sheet}/{uuid.uuid4()}", data=form)
    assert answer.status_code == 422
    assert "te lang te lang" in answer.text
    assert await rows(desk) == []
    steps = await conduct(services, desk.session)
    await steps.set_open(desk.session.activity_id, False)
    form["text"] = "Samen eten"
    answer = await client.post(f"{sheet}/{uuid.uuid4()}", data=form)
    assert answer.status_code == 409
    assert "Samen eten" in answer.text
    assert await rows(desk) == []


async def test_five_sheets_make_a_mean_and_so_do_five_phones_with_them(client, services):
    desk = await a_table(client, services, "marks", MARKS)
    for mark in "45678":
        await a_mark(desk, mark)
    assert await means(desk) == 6


async def test_who_types_paper_never_reads_the_mark_of_a_phone_from_the_mean(client, services):
    desk = await a_table(client, services, "marks", MARKS)
    for mark in "456789":
        await a_mark(desk, mark)
    await marks_by_phone(desk, "1", "2", "3", "4")
    assert await means(desk) is None


async def test_five_phones_are_told_with_any_number_of_sheets(client, services):
    desk = await a_table(client, services, "marks", MARKS)
    await a_mark(desk, "10")
    await marks_by_phone(desk, *"44444")
    assert await means(desk) == 5


async def test_sheets_do_not_make_up_for_phones_between_two_looks(client, services):
    desk = await a_table(client, services, "marks", MARKS)
    await marks_by_phone(desk, *"44444")
    assert await means(desk) == 4
    steps = await conduct(services, desk.session)
    await steps.set_open(desk.session.activity_id, True)
    await marks_by_phone(desk, "9")
    for mark in "5555":
        await a_mark(desk, mark)
    assert await means(desk) is None


@pytest.mark.parametrize("kind", ["lights", "matrix", "consent"])
async def test_other_figures_about_few_people_keep_to_that_too(client, services, kind):
    desk = await a_table(client, services, kind)

    async def typed(turn):
        sheet = await a_sheet(desk)
        form = forms_to((await client.get(sheet)).text, f"{sheet}/")[0]
        await client.post(form.get("action"), data=filled(form, turn=turn))

    for turn in range(6):
        await typed(turn)
    scene = (await services.fanout.scene(desk.session.id)).scene
    full = kinds.get(kind).summary(scene.tally, scene.settings)
    assert full[0].items
    phone = await a_participant(services, desk.session)
    await services.room.contribute(
        desk.session.id, phone.id, desk.session.activity_id, codes.new_id(), BY_PHONE[kind]
    )
    scene = (await services.fanout.scene(desk.session.id)).scene
    mixed = kinds.get(kind).summary(scene.tally, scene.settings)
    assert not mixed[0].items


async def test_the_dossier_counts_people_on_paper_and_no_sheet_is_left_to_tell(client, services):
    desk = await a_table(client, services, "marks", MARKS)
    for mark in "456":
        await a_mark(desk, mark)

    async def close(db):
        session = await db.get(Session, desk.session.id)
        await links.close(db, session, services.settings.group_minimum, now())

    await services.db.write(close, desk.session.id)
    assert (await desk.now()).papers == 3
    assert {row.notes["paper"] for row in await rows(desk)} == {"ja"}
    page = (await client.get(f"/dossiers/{desk.partnership.id}/sessies")).text
    assert "3 mensen op papier" in page


async def test_who_may_not_run_the_session_finds_no_sheet(client, services):
    desk = await a_table(client, services, "cards")
    client.cookies.clear()
    assert (await client.get(f"{desk.home}/papier")).status_code in (302, 303, 401, 404)
    assert "/papier/" not in (await client.get(f"{desk.home}/papier")).headers.get("location", "")
