"""Practising with a plan, and what nobody finds of it. What its phones do: tests/rehearsal."""

import uuid
from inspect import signature

import pytest
from sqlalchemy import select

from tests.pages.presses import Forms, pressed_twice
from tests.pages.readers import READERS
from tests.pages.test_record import a_house
from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    a_session,
    activity,
    conduct,
    reloaded,
    signed_in,
)
from workshop import codes
from workshop.accounts import roles
from workshop.models import Alert, Rehearsal, Session
from workshop.rehearsal import rehearsals
from workshop.rehearsal.company import Company

CANARY = "KANARIE"


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The simulated phones do nothing by themselves."""

    class StillCompany(Company):
        async def play(self):
            pass

    monkeypatch.setattr(rehearsals, "Company", StillCompany)


async def rows(services, kind):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


@pytest.fixture
async def house(client, services):
    return await a_house(client, services)


async def a_plan(house):
    desk = await a_desk(house.services, house.account)
    return await a_session(house.services, "1-A", partnership=house.partnership, sign_in=desk)


def button(page, end):
    """What the button sends whose form has an address with this end."""
    [found] = [(at, form) for at, form in Forms(page.text).presses() if at.endswith(end)][:1]
    return found


async def rehearsing(house, plan):
    at, form = button(await house.client.get(f"/sessies/{plan.id}/programma"), "/oefening")
    desk = (await house.client.post(at, data=form)).headers["location"]
    return await reloaded(house.services, uuid.UUID(desk.split("/")[2]))


async def test_a_double_click_begins_one_and_ends_it_once(house):
    plan = await a_plan(house)
    at, form = button(await house.client.get(f"/sessies/{plan.id}/programma"), "/oefening")
    first, second, changed = await pressed_twice(house.services, house.client, at, form)
    assert first.headers["location"] == second.headers["location"]
    assert not changed
    [row] = await rows(house.services, Rehearsal)
    desk = await house.client.get(f"/sessies/{row.session_id}/regie")
    at, form = button(desk, "/oefening/einde")
    first, second, changed = await pressed_twice(house.services, house.client, at, form)
    assert first.headers["location"] == second.headers["location"] == f"/sessies/{plan.id}/programma"
    assert not changed
    assert [session.id for session in await rows(house.services, Session)] == [plan.id]


async def test_the_desk_says_that_it_is_a_rehearsal_and_offers_nothing_of_the_dossier(house):
    session = await rehearsing(house, await a_plan(house))
    for step in (None, min(session.activities, key=lambda step: step.position).id):
        await (await conduct(house.services, session)).go_to(step)
        page = (await house.client.get(f"/sessies/{session.id}/regie")).text
        assert "Oefening." in page
        assert f'src="/j/{session.join_token}"' in page
        for absent in ("/afsluiting", "/nakijken", "/document", "/programma", "/adres"):
            assert f"/sessies/{session.id}{absent}" not in page


@pytest.mark.parametrize("path", [
    "nakijken", "programma", "document/pdf", "terugblik", "terugblik/poster",
])  # fmt: skip
async def test_what_is_for_the_dossier_is_not_there(house, path):
    session = await rehearsing(house, await a_plan(house))
    assert (await house.client.get(f"/sessies/{session.id}/{path}")).status_code == 404


@pytest.mark.parametrize("path", ["afsluiting", "heropening", "nakijken", "programma/bewaring", "oefening"])
async def test_nothing_of_it_can_be_kept(house, path):
    session = await rehearsing(house, await a_plan(house))
    answer = await house.client.post(f"/sessies/{session.id}/{path}", data={"naam": "Ons programma"})
    assert answer.status_code == 404
    assert (await reloaded(house.services, session.id)).ended_at is None


async def test_somebody_who_only_reads_does_not_practise(house, client):
    plan = await a_plan(house)
    session = await rehearsing(house, plan)
    reader = await a_facilitator(house.services, "Lezer")
    await a_member(house.services, house.partnership, reader, roles.LEZER)
    await signed_in(client, house.services, reader)
    assert (await client.post(f"/sessies/{plan.id}/oefening")).status_code == 403
    assert (await client.get(f"/sessies/{session.id}/regie")).status_code == 403
    stranger = await a_facilitator(house.services, "Vreemde")
    await signed_in(client, house.services, stranger)
    assert (await client.post(f"/sessies/{plan.id}/oefening")).status_code == 404
    assert (await client.get(f"/sessies/{session.id}/regie")).status_code == 404


async def test_only_its_own_desk_shows_its_phone_in_a_frame(house):
    plan = await a_plan(house)
    session = await rehearsing(house, plan)
    phone = await a_participant(house.services, session)
    welcome = await house.client.get(f"/j/{session.join_token}")
    page = await house.client.get("/deelnemen", headers=phone.header)
    assert [welcome.status_code, page.status_code] == [200, 200]
    for answer in (welcome, page):
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    real = await a_participant(house.services, plan)
    page = await house.client.get("/deelnemen", headers=real.header)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_snel_weg_in_the_frame_does_not_sign_the_facilitator_out(house):
    session = await rehearsing(house, await a_plan(house))
    phone = await a_participant(house.services, session)
    header = phone.header | {"Sec-Fetch-Dest": "iframe"}
    answer = await house.client.post("/vertrek", headers=header)
    assert (answer.status_code, answer.text) == (200, "")
    assert "clear-site-data" not in answer.headers
    assert (await house.client.get("/deelnemen", headers=phone.header)).status_code == 401


async def a_card_that_asks_for_help(house, session, words):
    step = activity(session, "zorgen-kansen")
    await (await conduct(house.services, session)).go_to(step.id)
    phone = await a_participant(house.services, session)
    given = {"column": ["zorg"], "text": [words], "naar": ["begeleider"]}
    await house.services.room.contribute(session.id, phone.id, step.id, codes.new_id(), given)


async def test_a_disclosure_is_walked_through_and_no_colleague_hears_of_it(house):
    session = await rehearsing(house, await a_plan(house))
    await a_card_that_asks_for_help(house, session, "Mijn trainer heeft mij betast.")
    [alert] = await rows(house.services, Alert)
    page = (await house.client.get(f"/sessies/{session.id}/regie")).text
    assert "Wat doe je nu?" in page
    assert "Dit is een oefening. Niemand hoort hiervan." in page
    log = f"/dossiers/{house.partnership.id}/logboek"
    assert str(alert.id) not in (await house.client.get(log)).text
    before = (await house.client.get(log)).text.count("<li")
    at = f"/sessies/{session.id}/signalen/{alert.id}/afhandeling"
    answer = await house.client.post(at, headers={"HX-Request": "true"})
    assert "In een echte sessie staat dit nu in het logboek" in answer.text
    assert (await house.client.get(log)).text.count("<li") == before


@pytest.mark.tour
async def test_nothing_that_is_read_of_a_dossier_knows_of_it(house):
    session = await rehearsing(house, await a_plan(house))
    await a_card_that_asks_for_help(house, session, f"Mijn trainer heeft {CANARY} betast.")

    async def name(db):
        row = await db.get_one(Session, session.id)
        for one in (row, *row.activities):
            one.title = CANARY

    await house.services.db.write(name)
    here = f"/dossiers/{house.partnership.id}"
    for path in ("/dossiers", here, f"{here}/sessies", f"{here}/logboek", f"{here}/zoeken?q={CANARY}x"):
        page = await house.client.get(path)
        assert page.status_code == 200
        assert CANARY not in page.text.replace(f"{CANARY}x", "")
        assert str(session.id) not in page.text
    for name, reader in READERS.items():
        assert CANARY not in await reader(house), name


def test_every_deed_of_the_desk_can_be_practised_but_those_of_its_end(every_route):
    """A new route of the desk says `rehearsal=True`, or is named here."""
    found = {
        handler.handler_name: handler.opt.get("rehearsal", False)
        for route in every_route.routes
        for handler in getattr(route, "route_handlers", ())
        if "conduct" in signature(handler.fn).parameters
    }
    assert len(found) > 10
    assert {name for name, practised in found.items() if not practised} == {
        "choose",
        "end",
        "open_door",
        "reopen",
    }
