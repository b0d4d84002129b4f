"""Joining: a QR or a code, no account, no name, and no way to guess oneself in."""

import asyncio
import time
from collections import Counter

import msgspec
import pytest
from markupsafe import escape
from sqlalchemy import func, inspect, select

from tests.people import (
    a_desk,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    conduct,
    reloaded,
)
from workshop import brake
from workshop.brake import Brake, Gate
from workshop.items import Item
from workshop.models import Participant
from workshop.pages.phone import join
from workshop.pages.phone.join import TOO_MANY, WRONG_CODE
from workshop.pages.phone.page import COOKIE, LOOSE
from workshop.record import answers
from workshop.settings import Settings

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def guesses(monkeypatch):
    """What was guessed still counts when the test ends."""
    guesses = Gate("codes", seconds=3600)
    monkeypatch.setattr(join, "GUESSES", guesses)
    return guesses


async def phones(services):
    async with services.db.read() as db:
        return await db.scalar(select(func.count()).select_from(Participant))


def at_once(settings):
    """Wrong codes that are answered without waiting."""
    return settings.code_guesses_a_minute * join.SECONDS // 60


def another_code(session):
    return f"{(int(session.code) + 1) % 10**8:08d}"


async def test_the_qr_leads_to_a_page_that_asks_no_name(client, services):
    session = await a_session(services)
    shown = await client.get(f"/j/{session.join_token}")
    assert shown.status_code == 200
    assert services.library.worksheet("1-A").short_title.general in shown.text
    assert session.title not in shown.text
    assert 'type="text"' not in shown.text
    answer = await client.post(f"/j/{session.join_token}", data={"group": "jongere"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deelnemen")
    assert "Kijk naar het grote scherm" in (await client.get("/deelnemen")).text


async def test_before_a_group_is_chosen_the_title_is_that_of_the_big_screen_and_after_it_that_of_the_group(
    client, services
):
    session = await a_session(services, holds_back=True)
    short = services.library.worksheet("1-A").short_title
    for address in (f"/j/{session.join_token}", f"/scherm/{session.screen_token}"):
        shown = (await client.get(address)).text
        assert (short.youth in shown, short.general in shown) == (True, False), address
    for group, young in (("jongere", True), ("uitvoering", False), (None, False)):
        client.cookies.set(COOKIE, (await a_participant(services, session, group)).token)
        shown = (await client.get("/deelnemen")).text
        assert (short.youth in shown, short.general in shown) == (young, not young), group


async def test_a_session_about_one_ambition_names_it_in_its_lobby(client, services):
    one, other = Item("a" * 32, "Samen <veilig> online"), Item("b" * 32, "Iets anders")
    account = await a_facilitator(services)
    place, desk = await a_partnership(services, account), await a_desk(services, account)
    await services.db.write(
        lambda db: answers.write(db, place.id, "1-B.ambities", [one, other], account_id=None)
    )
    session = await a_session(services, "2", partnership=place, sign_in=desk, about=one.id)
    lobbies = [
        await client.get(f"/j/{session.join_token}"),
        await client.get(f"/scherm/{session.screen_token}"),
    ]
    client.cookies.set(COOKIE, (await a_participant(services, session)).token)
    lobbies.append(await client.get("/deelnemen"))
    for lobby in lobbies:
        assert ("Samen &lt;veilig&gt; online" in lobby.text, other.text in lobby.text) == (True, False)


async def test_the_page_says_whether_somebody_reads_a_card_first(client, services):
    held, free = await a_session(services, holds_back=True), await a_session(services)
    assert "Eerst leest de begeleider je kaart." in (await client.get(f"/j/{held.join_token}")).text
    assert (
        "Je kaart komt bijna altijd meteen op het grote scherm."
        in (await client.get(f"/j/{free.join_token}")).text
    )


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


async def test_what_is_no_code_says_what_a_code_is_and_is_no_guess(client, guesses):
    for typed in ("", "1234", "123456789", "vier", "١٢٣٤٥٦٧", '"><script>', "1" * 60_000):
        answer = await client.post("/doe-mee", data={"code": typed})
        assert answer.status_code == 422
        assert "Een code heeft 8 cijfers." in answer.text
        assert f'value="{escape(typed)}"' in answer.text
        assert "<script>" not in answer.text
    await guesses.turn(1)


async def test_wrong_codes_without_end_stop_guessing_for_everybody_and_the_qr_still_works(
    client, services, settings, monkeypatch
):
    session = await a_session(services)
    for _ in range(at_once(settings)):
        assert (await client.post("/doe-mee", data={"code": another_code(session)})).status_code == 422
    monkeypatch.setattr(brake, "PATIENCE", 0.2)
    for code in (another_code(session), session.code):
        answer = await client.post("/doe-mee", data={"code": code})
        assert answer.status_code == 429
        assert TOO_MANY in answer.text
        assert f'value="{code}"' in answer.text
    answer = await client.post(f"/j/{session.join_token}")
    assert answer.headers["location"] == "/deelnemen"


async def test_codes_that_are_tried_at_the_same_moment_all_count(client, services, settings, monkeypatch):
    monkeypatch.setattr(brake, "PATIENCE", 3)
    session = await a_session(services)
    most = at_once(settings)
    tries = [client.post("/doe-mee", data={"code": another_code(session)}) for _ in range(most + 30)]
    found = Counter(answer.status_code for answer in await asyncio.gather(*tries))
    assert found == {422: most, 429: 30}


async def test_a_line_that_is_too_long_takes_nobody_more(client, services, monkeypatch):
    monkeypatch.setattr(brake, "MOST_IN_LINE", 0)
    session = await a_session(services)
    assert (await client.post("/doe-mee", data={"code": session.code})).status_code == 429
    assert (await client.get(f"/j/{session.join_token}")).status_code == 200


def test_who_guesses_for_as_long_as_a_room_is_open_hardly_ever_finds_one_of_fifty():
    defaults = Settings()
    guesses = at_once(defaults) * 60 // join.SECONDS * 60 * defaults.admission_hours
    assert guesses * 50 / 10**8 < 0.1


async def test_a_room_that_types_the_right_code_does_not_count(client, services, settings):
    session = await a_session(services)
    for _ in range(settings.code_guesses_a_minute + 1):
        assert (await client.post("/doe-mee", data={"code": session.code})).status_code == 303


async def test_a_new_minute_gives_new_guesses(monkeypatch):
    guesses, began = Brake("codes", seconds=60), time.time()
    for _ in range(5):
        assert not await guesses.holds(5)
    assert await guesses.holds(5)
    monkeypatch.setattr(time, "time", lambda: began + 120)
    assert not await guesses.holds(5)


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
    await client.post(f"/j/{session.join_token}", data={"group": "ouder", "name": "Jan", "id": "1"})
    assert {column.name for column in inspect(Participant).columns} == {
        "id",
        "session_id",
        "token_hash",
        "sent_out_hash",
        "group",
        "people",
        "ready_for",
        "subgroup",
        "subgroup_step",
    }
    async with services.db.read() as db:
        row = await db.scalar(select(Participant))
    assert (row.group, row.session_id, len(row.token_hash)) == ("ouder", session.id, 64)
    assert row.id.version == 4  # a random id: version 7 would tell the millisecond


async def test_a_full_room_says_so(client, services, monkeypatch):
    monkeypatch.setattr(
        services.room.reader, "settings", msgspec.structs.replace(services.settings, most_phones=0)
    )
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


async def test_who_takes_part_finds_the_way_back_from_the_page_with_the_code(client, services):
    assert "Je doet al mee" not in (await client.get("/doe-mee")).text
    session = await a_session(services)
    await client.post(f"/j/{session.join_token}", data={"group": "jongere"})
    shown = (await client.get("/doe-mee")).text
    assert "Je doet al mee op deze telefoon." in shown
    assert 'href="/deelnemen"' in shown
