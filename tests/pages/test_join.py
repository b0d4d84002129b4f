"""Joining: a QR or a code, no account, no name, and no way to guess oneself in."""

import pytest
from markupsafe import escape
from sqlalchemy import func, inspect, select

from tests.people import a_session, conduct, one_database, reloaded
from workshop.models import Participant
from workshop.pages import join
from workshop.pages.join import TOO_MANY, WRONG_CODE, Guesses
from workshop.pages.phone import COOKIE, LOOSE

pytestmark = one_database

HX = {"HX-Request": "true"}


class OneLongMinute(Guesses):
    """The minute does not end while the test runs."""

    def _turn(self):
        pass


@pytest.fixture(autouse=True)
def guesses(monkeypatch):
    guesses = OneLongMinute()
    monkeypatch.setattr(join, "GUESSES", guesses)
    return guesses


async def phones(services):
    async with services.db.read() as db:
        return await db.scalar(select(func.count()).select_from(Participant))


def another_code(session):
    return f"{(int(session.code) + 1) % 10**8:08d}"


async def test_the_qr_leads_to_a_page_that_asks_no_name(client, services):
    session = await a_session(services)
    shown = await client.get(f"/j/{session.join_token}")
    assert shown.status_code == 200
    assert session.title in shown.text
    assert 'type="text"' not in shown.text
    answer = await client.post(f"/j/{session.join_token}", data={"group": "jongere"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deelnemen")
    assert "Kijk naar het grote scherm" in (await client.get("/deelnemen")).text


async def test_the_page_says_whether_somebody_reads_a_card_first(client, services):
    held, free = await a_session(services, holds_back=True), await a_session(services)
    assert "De begeleider leest je kaart eerst." in (await client.get(f"/j/{held.join_token}")).text
    assert "Je kaart komt meteen op het grote scherm." in (await client.get(f"/j/{free.join_token}")).text


async def test_an_unknown_qr_says_to_scan_it_again(client, services):
    for token in ("onbekend", "x" * 300, "a.b"):
        for answer in (await client.get(f"/j/{token}"), await client.post(f"/j/{token}")):
            assert answer.status_code == 404
            assert "Scan hem opnieuw vanaf het grote scherm." in answer.text


async def test_a_typed_code_leads_to_the_same_page_however_people_space_it(client, services):
    session = await a_session(services)
    for spaced in ("{0}{1}", "{0} {1}", " {0}-{1} ", "{0}.{1}"):
        typed = spaced.format(session.code[:4], session.code[4:])
        answer = await client.post("/doe-mee", data={"code": typed})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/j/{session.join_token}")


async def test_an_unknown_code_stays_in_the_field_with_a_sentence(client, services):
    session = await a_session(services)
    answer = await client.post("/doe-mee", data={"code": another_code(session)})
    assert answer.status_code == 422
    assert WRONG_CODE in answer.text
    assert f'value="{another_code(session)}"' in answer.text


async def test_what_is_no_code_says_what_a_code_is_and_is_no_guess(client, services, guesses):
    for typed in ("", "1234", "123456789", "vier", "١٢٣٤٥٦٧٨", '"><script>', "1" * 100_000):
        answer = await client.post("/doe-mee", data={"code": typed})
        assert answer.status_code == 422
        assert "Een code heeft 8 cijfers." in answer.text
        assert f'value="{escape(typed)}"' in answer.text
        assert "<script>" not in answer.text
    assert guesses.wrong == 0


async def test_too_many_wrong_codes_stop_guessing_for_everybody_and_the_qr_still_works(
    client, services, settings, guesses
):
    session = await a_session(services)
    guesses.wrong = settings.code_guesses_a_minute - 1
    assert (await client.post("/doe-mee", data={"code": another_code(session)})).status_code == 422
    for code in (another_code(session), session.code):
        answer = await client.post("/doe-mee", data={"code": code})
        assert answer.status_code == 429
        assert TOO_MANY in answer.text
        assert f'value="{code}"' in answer.text
    answer = await client.post(f"/j/{session.join_token}")
    assert answer.headers["location"] == "/deelnemen"


async def test_a_new_minute_gives_new_guesses(monkeypatch):
    guesses, minute = Guesses(), [0.0]
    monkeypatch.setattr(join.time, "monotonic", lambda: minute[0])
    for _ in range(5):
        guesses.add()
    assert guesses.too_many(5)
    minute[0] = 60.0
    assert not guesses.too_many(5)


async def test_a_closed_door_admits_nobody_by_qr_or_code(client, services):
    session = await a_session(services)
    await (await conduct(services, session)).set_admits(False)
    address = f"/j/{session.join_token}"
    for answer in (await client.get(address), await client.post(address)):
        assert answer.status_code == 409
        assert "laat nu niemand meer binnen" in answer.text
    assert (await client.post("/doe-mee", data={"code": session.code})).status_code == 422
    assert await phones(services) == 0


async def test_an_ended_session_admits_nobody(client, services):
    session = await a_session(services)
    await (await conduct(services, session)).end()
    address = f"/j/{session.join_token}"
    welcome = (await client.get(address)).text
    assert "Deze sessie is afgelopen" in welcome
    assert '<form class="kl-stack' not in welcome.split("<footer")[0]
    assert (await client.post(address)).status_code == 409
    assert (await client.post("/doe-mee", data={"code": session.code})).status_code == 422


async def test_a_group_that_does_not_exist_is_refused_with_the_page(client, services):
    session = await a_session(services)
    answer = await client.post(f"/j/{session.join_token}", data={"group": "docent"})
    assert answer.status_code == 422
    assert "Deze groep bestaat niet." in answer.text
    assert 'action="/vertrek"' in answer.text
    assert await phones(services) == 0


async def test_joining_twice_from_one_phone_is_one_participant(client, services):
    session = await a_session(services)
    for _ in range(2):
        assert (await client.post(f"/j/{session.join_token}")).headers["location"] == "/deelnemen"
    assert (await client.get(f"/j/{session.join_token}")).headers["location"] == "/deelnemen"
    assert await phones(services) == 1


async def test_a_phone_may_go_on_to_another_session(client, services):
    first, second = await a_session(services), await a_session(services)
    await client.post(f"/j/{first.join_token}")
    await client.post(f"/j/{second.join_token}")
    async with services.db.read() as db:
        joined = set(await db.scalars(select(Participant.session_id)))
    assert joined == {first.id, second.id}


async def test_no_script_and_no_other_site_can_use_the_cookie(client, services):
    session = await a_session(services)
    cookie = (await client.post(f"/j/{session.join_token}")).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


async def test_the_token_is_in_two_halves_and_neither_opens_anything_alone(client, services):
    session = await a_session(services)
    await client.post(f"/j/{session.join_token}")
    halves = {name: client.cookies[name] for name in (COOKIE, LOOSE)}
    assert [len(half) for half in halves.values()] == [11, 11]
    assert (await client.get("/deelnemen")).status_code == 200
    for kept in halves:
        client.cookies.clear()
        client.cookies.set(kept, halves[kept])
        assert (await client.get("/deelnemen/scene")).status_code == 401
        alone = await client.get("/deelnemen")
        assert alone.status_code == 401
        assert {f'{name}=""' in str(alone.headers.get_list("set-cookie")) for name in halves} == {True}
    assert await phones(services) == 1


async def test_only_the_half_that_a_script_may_throw_away_can_be_read_by_one(client, services):
    session = await a_session(services)
    cookies = (await client.post(f"/j/{session.join_token}")).headers.get_list("set-cookie")
    assert [(cookie.split("=")[0], "HttpOnly" in cookie) for cookie in cookies] == [
        (COOKIE, True),
        (LOOSE, False),
    ]


async def test_with_scripts_joining_takes_the_place_of_the_welcome_page(client, services):
    session = await a_session(services)
    assert 'data-onto="/deelnemen"' in (await client.get(f"/j/{session.join_token}")).text
    wrong = await client.post(f"/j/{session.join_token}", headers=HX, data={"group": "docent"})
    assert (wrong.status_code, "Deze groep bestaat niet." in wrong.text) == (422, True)
    assert "<html" not in wrong.text
    for _ in range(2):
        answer = await client.post(f"/j/{session.join_token}", headers=HX)
        assert (answer.status_code, answer.text) == (204, "")
    assert (await client.get("/deelnemen")).status_code == 200
    assert await phones(services) == 1


async def test_a_participant_has_no_name_no_address_and_no_time(client, services):
    session = await a_session(services)
    await client.post(
        f"/j/{session.join_token}", data={"group": "ouder", "name": "Jan", "token_hash": "x", "id": "1"}
    )
    assert {column.name for column in inspect(Participant).columns} == {
        "id",
        "session_id",
        "token_hash",
        "group",
    }
    async with services.db.read() as db:
        row = await db.scalar(select(Participant))
    assert (row.group, row.session_id, len(row.token_hash)) == ("ouder", session.id, 64)
    assert row.id.version == 4  # a random id: version 7 would tell the millisecond


async def test_a_full_room_says_so(client, services, monkeypatch):
    monkeypatch.setattr("workshop.live.room.MOST_PHONES", 0)
    session = await a_session(services)
    answer = await client.post(f"/j/{session.join_token}")
    assert answer.status_code == 409
    assert "Deze sessie is vol." in answer.text


async def test_new_codes_shut_out_the_old_ones(client, services):
    session = await a_session(services)
    await (await conduct(services, session)).rotate_codes()
    fresh = await reloaded(services, session.id)
    assert (await client.get(f"/j/{session.join_token}")).status_code == 404
    assert (await client.post("/doe-mee", data={"code": session.code})).status_code == 422
    assert (await client.get(f"/j/{fresh.join_token}")).status_code == 200
