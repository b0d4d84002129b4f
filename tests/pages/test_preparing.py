"""A session is prepared while nobody can join, opened by one button, copied, and deleted when it
was a try."""

import datetime as dt
import re
from html import unescape

import pytest
import pytest_asyncio
from sqlalchemy import inspect, select

from tests.pages.desks import Desk
from tests.people import (
    a_facilitator,
    a_member,
    a_partnership,
    a_session,
    conduct,
    end_for_good,
    signed_in,
)
from tests.safety import raw
from workshop import days
from workshop.accounts import roles
from workshop.codes import spoken_code
from workshop.handover import saving
from workshop.live import lists, plan, preparing
from workshop.models import Activity, Alert, Contribution, Deed, Participant, Session
from workshop.retention import returning
from workshop.safety.erasing import forgetting, tombstones

TODAY = dt.datetime(2027, 1, 4, 9, 0, tzinfo=dt.UTC)
LATER = "rijdag 15 januari 2027 om 14.00 uur"


@pytest_asyncio.fixture
async def closed(client, services, clock):
    """The desk of a session that nobody opened yet, on a Monday."""
    clock(TODAY)
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    sign_in = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=sign_in, opened=False)
    desk = Desk(client, services, session, partnership)
    desk.sign_in = sign_in
    return desk


async def plain(client, path):
    return unescape(re.sub(r"\s+", " ", (await client.get(path)).text))


async def rows(services, model):
    async with services.db.read() as db:
        return list(await db.scalars(select(model)))


# --- closed ---------------------------------------------------------------------------------------


async def test_nobody_joins_a_session_that_is_not_open_whatever_they_try(client, services, closed):
    door = f"/j/{closed.session.join_token}"
    assert "Deze sessie is nog niet open" in await plain(client, door)
    for form in ({}, {"group": "jongere"}):
        assert (await client.post(door, data=form)).status_code == 409
    assert closed.session.code is None
    assert (await client.post("/doe-mee", data={"code": "0000 0000"})).status_code == 422
    step = closed.session.activities[0].id
    for path, form in (
        ("/stap", {"naar": str(step)}),
        ("/zaal/toelating", {"aan": "ja"}),
        ("/zaal/codes", {}),
        ("/zaal/hulp", {"gezien": "1"}),
        ("/afsluiting", {}),
    ):
        await client.post(f"{closed.home}{path}", data=form)
    now = await closed.now()
    assert (now.code, now.admits, now.activity_id, now.opened_at, now.ended_at) == (
        *(None, False),
        *(None, None, None),
    )
    assert await rows(services, Participant) == []


async def test_the_screen_of_a_session_that_is_not_open_is_calm(closed):
    screen = await closed.screen()
    assert "Straks staat hier een QR-code." in screen
    assert closed.session.join_token not in screen
    assert "/doe-mee" not in screen


async def test_desk_form_and_list_say_that_nobody_can_join_yet(client, closed):
    home = f"/dossiers/{closed.partnership.id}"
    assert "Niemand kan meedoen." in await closed.page()
    assert "niemand kan meedoen" in await plain(client, f"{home}/sessies/nieuw?werkblad=1-A")
    assert "Voorbereid" in await plain(client, f"{home}/sessies/{closed.session.id}")
    for page in (home, f"{home}/sessies"):
        assert f'action="{closed.home}/opening"' in await plain(client, page)
    assert "Deze sessie loopt nu" not in await plain(client, home)


async def test_the_list_ticks_itself(client, services, closed):
    async def ticked():
        said = r'<b>([^<]+)</b><span class="kl-hidden-visually">, (klaar|nog niet)'
        found = re.findall(said, await closed.html())
        return {name for name, state in found if state == "klaar"}

    assert await ticked() == set()
    for deed, name in (
        (lambda: closed.page("/programma"), "Programma"),
        (lambda: closed.post("/programma/groepen", **{"naam.1": "School A"}), "Wie zijn er?"),
        (closed.screen, "Groot scherm"),
        (lambda: closed.post("/moment", dag="2027-01-15", tijd="14:00"), "Dag en tijd"),
    ):
        before = await ticked()
        await deed()
        assert await ticked() == before | {name}


async def test_an_empty_list_is_named_until_it_is_filled(client, services, closed):
    async with services.db.read() as db:
        empty = await lists.empty(db, services.library, closed.session)
    steps = [step for step in closed.session.activities if step.id in empty]
    for step in steps:
        assert f"‘{step.title}’" in await closed.page()
        await plan.type_in(services.room, closed.session.id, step.id, "Het ene\nHet andere")
    assert steps
    assert "Elke stap heeft wat hij nodig heeft." in await closed.page()


# --- the day --------------------------------------------------------------------------------------


async def test_the_day_stands_wherever_the_session_does(client, services, closed):
    await closed.post("/moment", dag="2027-01-15", tijd="14:00")
    home = f"/dossiers/{closed.partnership.id}"
    for page in (home, f"{home}/sessies", f"{closed.home}/regie", f"/scherm/{closed.session.screen_token}"):
        assert LATER in await plain(client, page), page
    assert "We beginnen op 15 januari 2027 om 14:00." in await plain(
        client, f"/j/{closed.session.join_token}"
    )
    file = (await client.get(f"{closed.home}/agenda.ics")).text
    assert "DTSTART:20270115T130000Z" in file
    assert f"{closed.home}/regie" in file.replace("\r\n ", "")
    assert closed.session.join_token not in file
    await closed.post("/moment", dag="", tijd="")
    assert LATER not in await plain(client, home)
    assert (await client.get(f"{closed.home}/agenda.ics")).status_code == 404


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("2027-01-15", "", "Kies ook hoe laat jullie beginnen"),
        ("2027-01-15", "half drie", "Kies ook hoe laat jullie beginnen"),
        ("", "14:00", "Kies ook de dag."),
        ("2027-01-03", "14:00", "Deze dag is al geweest."),
        ("morgen", "14:00", "Deze datum klopt niet."),
        ("2199-01-03", "14:00", "te ver weg"),
    ],
)
async def test_a_day_that_makes_no_sense_is_refused_with_a_sentence(client, closed, day, time, sentence):
    assert sentence in await closed.post("/moment", 422, dag=day, tijd=time)
    assert (await closed.now()).starts_at is None
    place = f"/dossiers/{closed.partnership.id}/sessies/nieuw"
    form = {"werkblad": "1-A", "titel": "Blijft staan", "dag": day, "tijd": time}
    answer = await client.post(place, data=form)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert 'value="Blijft staan"' in answer.text


# --- open -----------------------------------------------------------------------------------------


async def test_made_today_and_opened_in_five_days_the_code_and_the_qr_work_only_then(
    client, services, closed, clock
):
    door = f"/j/{closed.session.join_token}"
    clock(TODAY + dt.timedelta(days=5))
    await closed.post("/opening")
    now = await closed.now()
    assert now.opened_at == days.now()
    assert now.join_token == closed.session.join_token  # what was printed works
    assert spoken_code(now.code) in await closed.screen()
    assert (await client.post("/doe-mee", data={"code": now.code})).headers["location"] == door
    assert (await client.post(door)).headers["location"] == "/deelnemen"
    assert "Laat iedereen binnen" in await closed.page()
    await closed.post("/moment", 409, dag="2027-01-15", tijd="14:00")


async def test_who_opens_has_the_wheel_whoever_made_the_session(client, services, closed):
    colleague = await a_facilitator(services, "Kevin")
    await a_member(services, closed.partnership, colleague, roles.BEGELEIDER)
    desk = await signed_in(client, services, colleague)
    await closed.post("/opening")
    assert (await closed.now()).driver_id == desk.id


# --- a copy ---------------------------------------------------------------------------------------


def test_every_column_of_a_step_is_planned_or_happened():
    columns = {column.key for column in inspect(Activity).column_attrs}
    assert columns == preparing.PLANNED | preparing.HAPPENED
    assert not preparing.PLANNED & preparing.HAPPENED


async def test_a_copy_has_the_changed_plan_and_no_card(services, desk):
    first, second, *_ = desk.session.activities
    await plan.skip_step(services.room, desk.session.id, second.id, True)
    words = {"title": "Start", "question": "Hoe gaat het vandaag?", "help": "", "minutes": "7"}
    await plan.change_step(services.room, desk.session.id, first.id, words)
    await desk.card("Blijft hier")
    await end_for_good(services, desk.session)
    assert "Kopieer de sessie" in await desk.page("/nakijken")
    await desk.post("/kopie")
    [copy] = [one for one in await rows(services, Session) if one.id != desk.session.id]
    assert (copy.is_prepared, copy.title, copy.holds_back) == (True, desk.session.title, True)
    assert copy.join_token != desk.session.join_token
    steps = copy.activities
    assert [step.key for step in steps] == [step.key for step in desk.session.activities]
    assert (steps[0].question, steps[0].minutes, steps[1].skipped) == ("Hoe gaat het vandaag?", 7, True)
    assert {step.started_at for step in steps} == {None}
    assert {row.activity_id for row in await rows(services, Contribution)} == {desk.session.activity_id}


# --- the end of a try -----------------------------------------------------------------------------


async def test_a_try_goes_with_everything_and_no_backup_brings_it_back(services, desk):
    await desk.card("zqproefkaart")
    assert "Stop hem eerst" in await desk.post("/verwijdering", 409)
    await end_for_good(services, desk.session)
    assert "Verwijder deze sessie" in await desk.page("/nakijken")
    await desk.post("/verwijdering")
    for model in (Session, Activity, Contribution, Participant):
        assert await rows(services, model) == []
    async with services.db.read() as db:
        assert await tombstones.stands(db, tombstones.SESSION, desk.session.id)
    logged = {deed.what: deed.session_id for deed in await rows(services, Deed)}
    assert logged["session-removed"] is None
    await forgetting.wipe(services.db)
    assert await raw.words_in(services.db, ["zqproefkaart"]) == []


async def test_a_session_that_a_backup_brought_back_goes_again(services, settings, closed):
    file = settings.tombstones
    lines = [tombstones.TombstoneLine(days.today(), tombstones.SESSION, closed.session.id)]
    tombstones.write(file, lines)
    found = await returning.agree(services.db, settings.group_minimum, file)
    assert found[tombstones.SESSION] == 1
    assert "1 sessie die verwijderd was" in returning.told(found)
    assert await rows(services, Session) == []


async def test_what_stands_in_the_dossier_keeps_its_session(services, desk):
    await end_for_good(services, desk.session)
    sign_in = (await conduct(services, desk.session)).sign_in
    await saving.save(services.db, services.room.reader, desk.session.id, {}, sign_in)
    assert "staat in het dossier" in await desk.post("/verwijdering", 409)
    page = await plain(desk.client, f"/dossiers/{desk.partnership.id}/sessies/{desk.session.id}")
    assert ("Kopieer de sessie" in page, "Verwijder deze sessie" in page) == (True, False)
    assert len(await rows(services, Session)) == 1


async def test_a_card_that_asks_for_help_keeps_its_session(services, desk):
    await desk.card("Mijn oom heeft mij verkracht", naar=["begeleider"])
    assert len(await rows(services, Alert)) == 1
    await end_for_good(services, desk.session)
    assert "vraagt om hulp" in await desk.post("/verwijdering", 409)
    [alert] = await rows(services, Alert)
    await desk.post(f"/signalen/{alert.id}/afhandeling")
    await desk.post("/verwijdering")
    assert await rows(services, Session) == []
