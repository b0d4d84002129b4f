"""Everybody, or one known person, is kept from signing in or joining by who only guesses."""

import asyncio
import time
from collections import Counter

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from tests.accounts.device import Device
from tests.pages.test_passkeys import _new, _question
from tests.people import PASSWORD, a_session
from workshop.accounts.sign_in import TRIES
from workshop.models import Attempt
from workshop.pages.phone.join import WRONG_CODE

HASTE = 50
"""So many seconds of the limits in one of ours."""


@pytest.fixture
def settings(settings):
    """Browsers know no passkeys of an address in numbers."""
    return replace(settings, base_url=f"http://localhost:{settings.port}")


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    real, began = time.time, time.time()
    monkeypatch.setattr(time, "time", lambda: began + (real() - began) * HASTE)


def signs_in(browser, name="samira", password=PASSWORD):
    return browser.post("/inloggen", data={"email": f"{name}@lindewaard.nl", "password": password})


async def guessed_at(house, name="samira", times=TRIES.OF_ONE + 1):
    stranger = house.browser()
    return Counter([(await signs_in(stranger, name, "een gok")).status_code for _ in range(times)])


async def knows(house, name="samira"):
    """The browser of somebody who signed in there, and signed out."""
    browser = house.browser()
    assert (await signs_in(browser, name)).status_code == 303
    await browser.post("/uitloggen")
    return browser


async def test_wrong_tries_with_invented_addresses_stop_nobody(house):
    await house.account("Samira")
    tries = [signs_in(house.browser(), f"verzonnen{number}", "een gok") for number in range(310)]
    *guesses, right = await asyncio.gather(*tries, signs_in(house.browser()))
    assert right.status_code == 303
    assert {answer.status_code for answer in guesses} == {422}


async def test_who_signed_in_here_before_is_not_locked_out_by_who_guesses(house):
    await house.account("Samira")
    hers = await knows(house)
    assert await guessed_at(house) == {422: TRIES.OF_ONE, 429: 1}
    assert (await signs_in(house.browser())).status_code == 429
    assert (await signs_in(hers)).status_code == 303


async def test_guesses_from_a_known_device_have_an_end_too_and_lock_nobody_else(house):
    await house.account("Samira")
    hers = await knows(house)
    found = Counter([(await signs_in(hers, password="een gok")).status_code for _ in range(12)])
    assert found == {422: TRIES.OF_ONE, 429: 2}
    assert (await signs_in(house.browser())).status_code == 303


async def test_the_device_of_another_account_gives_no_more_guesses(house):
    await house.account("Samira")
    await house.account("Kevin")
    his = await knows(house, "kevin")
    assert await guessed_at(house) == {422: TRIES.OF_ONE, 429: 1}
    assert (await signs_in(his)).status_code == 429


@pytest.mark.parametrize("way", ["/account/bevestiging", "/account/wachtwoord"])
async def test_who_is_signed_in_still_confirms_who_that_is(house, way):
    hers = await house.signed_in(await house.account("Samira"))
    await guessed_at(house)
    form = {"confirm": PASSWORD, "old": PASSWORD, "password": "vier gele bussen rijden"}
    assert (await hers.post(way, data=form)).status_code == 303


async def test_questions_that_nobody_answers_are_kept_nowhere(house):
    for _ in range(20):
        assert (await house.browser().post("/inloggen/passkey/vraag")).status_code == 200
    assert await house.one(select(Attempt)) is None


async def with_passkey(house):
    """A device that does not count how often it signed, as many do not."""
    device = Device(house.origin)
    await _new(house, await house.signed_in(await house.account("Samira")), device)
    return device


def answered(device, asked):
    device.count = -1
    return {"answer": device.get(asked)}


async def test_an_answer_that_signed_somebody_in_signs_in_nobody_again(house):
    device = await with_passkey(house)
    hers, thief = house.browser(), house.browser()
    form = answered(device, await _question(hers, "/inloggen/passkey"))
    thief.cookies.set("kompas-stap", hers.cookies["kompas-stap"])
    found = await asyncio.gather(*(who.post("/inloggen/passkey", data=form) for who in (hers, thief)))
    assert sorted(answer.status_code for answer in found) == [303, 422]


async def test_an_answer_to_somebody_else_s_question_opens_nothing(house):
    device = await with_passkey(house)
    hers, thief = house.browser(), house.browser()
    form = answered(device, await _question(hers, "/inloggen/passkey"))
    await _question(thief, "/inloggen/passkey")
    assert (await thief.post("/inloggen/passkey", data=form)).status_code == 422


async def test_an_old_or_changed_question_is_worth_nothing(house, monkeypatch):
    device = await with_passkey(house)
    hers = house.browser()
    form = answered(device, await _question(hers, "/inloggen/passkey"))
    asked = hers.cookies["kompas-stap"]
    for wrong in (asked[:-3], f"{asked[:40]}x{asked[41:]}", "", "geen"):
        thief = house.browser()
        thief.cookies.set("kompas-stap", wrong)
        assert (await thief.post("/inloggen/passkey", data=form)).status_code == 422
    monkeypatch.setattr(time, "time", lambda clock=time.time: clock() + 700)
    assert "Begin opnieuw" in (await hers.post("/inloggen/passkey", data=form)).text


async def test_wrong_codes_make_nobody_wait_for_long(client, services, settings):
    session = await a_session(services)
    wrong = f"{(int(session.code) + 1) % 10**8:08d}"
    most = settings.code_guesses_a_minute + 10
    codes = [wrong] * most + [session.code]
    *guesses, right = await asyncio.gather(*(client.post("/doe-mee", data={"code": code}) for code in codes))
    assert right.headers["location"] == f"/j/{session.join_token}"
    assert {(guess.status_code, WRONG_CODE in guess.text) for guess in guesses} == {(422, True)}
