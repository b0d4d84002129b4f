import datetime as dt
import re

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from tests.accounts.device import Device
from tests.accounts.house import House
from tests.people import PASSWORD, both_databases
from workshop.accounts import passkeys
from workshop.accounts.sign_in import STEPS
from workshop.live.fanout import FACILITATOR, Browser
from workshop.log.what import What
from workshop.models import Attempt, Deed, Passkey, RecoveryCode, SignIn, now

HOUR_AGO = dt.timedelta(hours=1)


@pytest.fixture
def settings(settings):
    """Browsers know no passkeys of an address in numbers."""
    return replace(settings, base_url=f"http://localhost:{settings.port}")


@pytest.fixture
def house(services, app):
    return House(services, app)


async def _new(house, browser, device, name="mijn telefoon"):
    asked = await browser.post("/account/passkeys/vraag")
    answer = device.create(asked.json())
    return await browser.post("/account/passkeys", data={"answer": answer, "passkey-name": name})


async def _with_passkey(house):
    """Samira, her device, and her recovery codes."""
    samira = await house.account("Samira")
    browser, device = await house.signed_in(samira), Device(house.origin)
    shown = await _new(house, browser, device)
    return samira, device, re.findall(r"<li>([A-Z2-9-]{19})</li>", shown.text)


def _password(browser, **more):
    return browser.post("/inloggen", data={"email": "samira@lindewaard.nl", "password": PASSWORD, **more})


async def _question(browser, address="/inloggen/tweede-stap"):
    return (await browser.post(f"{address}/vraag")).json()


async def _is_in(browser):
    return (await browser.get("/account")).status_code == 200


# --- making one -----------------------------------------------------------------------------------


async def test_a_first_passkey_is_kept_and_shows_recovery_codes_once(house):
    samira, device, codes = await _with_passkey(house)
    kept = await house.one(select(Passkey))
    assert (kept.account_id, kept.name) == (samira.id, "mijn telefoon")
    assert device.user == samira.id.bytes
    assert len(set(codes)) == passkeys.RECOVERY_CODES
    browser = await house.signed_in(samira)
    later = (await browser.get("/account")).text
    assert "mijn telefoon" in later
    assert "8 herstelcodes" in later
    assert not any(code in later for code in codes)
    async with house.db.read() as db:
        hashes = set(await db.scalars(select(RecoveryCode.code_hash)))
    assert not hashes & set(codes)
    assert await house.one(select(Deed).where(Deed.what == What.PASSKEY_MADE))


async def test_a_new_passkey_signs_out_the_other_browsers_and_ends_their_desks(house):
    samira = await house.account("Samira")
    here, there = await house.signed_in(samira), await house.signed_in(samira)
    newest = await house.one(select(SignIn).order_by(SignIn.created_at.desc()))
    desk = Browser(samira.id, FACILITATOR, newest.id)
    house.services.fanout.add(desk)
    await _new(house, here, Device(house.origin))
    assert await _is_in(here)
    assert not await _is_in(there)
    assert desk.closed


async def test_who_signed_in_long_ago_gives_the_password_again_first(house):
    samira = await house.account("Samira")
    browser = await house.signed_in(samira)
    row = await house.one(select(SignIn))
    await house.change(SignIn, row.id, confirmed_at=now() - HOUR_AGO)
    shown = (await browser.get("/account")).text
    assert "Je wachtwoord" in shown
    assert "Maak een passkey" not in shown
    refused = await browser.post("/account/passkeys/vraag")
    assert (refused.status_code, refused.json()["title"][:4]) == (422, "Vul ")
    wrong = await browser.post("/account/bevestiging", data={"confirm": "een verkeerde zin"})
    assert wrong.status_code == 422
    assert "Dit is niet je wachtwoord." in wrong.text
    await browser.post("/account/bevestiging", data={"confirm": PASSWORD})
    assert "Maak een passkey" in (await browser.get("/account")).text
    await _new(house, browser, Device(house.origin))
    assert await house.one(select(Passkey))


@pytest.mark.parametrize(
    ("device", "name", "sentence"),
    [
        ({"origin": "https://evil.example"}, "telefoon", "De passkey is niet gemaakt."),
        ({"domain": "evil.example"}, "telefoon", "De passkey is niet gemaakt."),
        ({"verifies": False}, "telefoon", "De passkey is niet gemaakt."),
        ({}, " ", "Geef de passkey een naam"),
        ({}, "x" * 41, "te lang"),
    ],
)
async def test_a_passkey_that_does_not_fit_is_not_kept_and_says_why(house, device, name, sentence):
    browser = await house.signed_in(await house.account("Samira"))
    answer = await _new(house, browser, Device(**({"origin": house.origin} | device)), name)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await house.one(select(Passkey)) is None


async def test_a_passkey_is_made_once_per_question_and_only_by_who_asked(house):
    samira, kevin = await house.account("Samira"), await house.account("Kevin")
    hers, his = await house.signed_in(samira), await house.signed_in(kevin)
    asked = (await hers.post("/account/passkeys/vraag")).json()
    form = {"answer": Device(house.origin).create(asked), "passkey-name": "van mij"}
    his.cookies.set("kompas-stap", hers.cookies["kompas-stap"])
    assert "Begin opnieuw" in (await his.post("/account/passkeys", data=form)).text
    assert "Begin opnieuw" in (await hers.post("/account/passkeys", data=form)).text
    assert await house.one(select(Passkey)) is None


async def test_one_passkey_belongs_to_one_account(house):
    _, device, _ = await _with_passkey(house)
    his = await house.signed_in(await house.account("Kevin"))
    assert "al in gebruik" in (await _new(house, his, device)).text


# --- the second step ------------------------------------------------------------------------------


async def test_the_password_alone_is_no_longer_enough_and_the_passkey_completes_it(house):
    _, device, _ = await _with_passkey(house)
    browser = house.browser()
    answer = await _password(browser, verder="/account")
    assert answer.headers["location"] == "/inloggen/tweede-stap"
    assert not await _is_in(browser)
    assert "Nu nog je passkey" in (await browser.get("/inloggen/tweede-stap")).text
    asked = await _question(browser)
    assert [one["id"] for one in asked["allowCredentials"]]
    answer = await browser.post("/inloggen/tweede-stap", data={"answer": device.get(asked)})
    assert answer.headers["location"] == "/account"
    assert await _is_in(browser)
    assert "Laatst gebruikt" in (await browser.get("/account")).text


@both_databases
async def test_an_answer_is_worth_nothing_the_second_time(house):
    _, device, _ = await _with_passkey(house)
    one, two = house.browser(), house.browser()
    await _password(one)
    form = {"answer": device.get(await _question(one))}
    copied = one.cookies["kompas-stap"]
    assert (await one.post("/inloggen/tweede-stap", data=form)).status_code == 303
    two.cookies.set("kompas-stap", copied)
    assert (await two.post("/inloggen/tweede-stap", data=form)).status_code == 422
    await _password(two)
    await _question(two)
    replayed = await two.post("/inloggen/tweede-stap", data=form)
    assert replayed.status_code == 422
    assert "werkt hier niet" in replayed.text
    assert not await _is_in(two)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"domain": "evil.example"},
        {"count": -1},
        {"id": b"of nobody at all"},
        {"key": Device("").key},
    ],
)
async def test_a_wrong_answer_signs_nobody_in_and_may_be_tried_again(house, wrong):
    _, device, _ = await _with_passkey(house)
    await house.change(Passkey, (await house.one(select(Passkey))).id, sign_count=1)
    other = Device(house.origin, count=5, id=device.id, key=device.key, user=device.user)
    for name, value in wrong.items():
        setattr(other, name, value)
    browser = house.browser()
    await _password(browser)
    answer = await browser.post("/inloggen/tweede-stap", data={"answer": other.get(await _question(browser))})
    assert answer.status_code == 422
    assert "werkt hier niet" in answer.text
    assert not await _is_in(browser)
    device.count = 5
    again = {"answer": device.get(await _question(browser))}
    assert (await browser.post("/inloggen/tweede-stap", data=again)).status_code == 303


@pytest.mark.parametrize("nonsense", ["", "{}", "[]", "null", "x" * 30_000, '{"id": 1}', "é\u202e"])
async def test_nonsense_is_refused_with_a_sentence(house, nonsense):
    await _with_passkey(house)
    browser = house.browser()
    await _password(browser)
    await _question(browser)
    answer = await browser.post("/inloggen/tweede-stap", data={"answer": nonsense})
    assert answer.status_code == 422
    assert "werkt hier niet" in answer.text


async def test_somebody_else_s_passkey_does_not_complete_my_password(house):
    await _with_passkey(house)
    his, device = await house.signed_in(await house.account("Kevin")), Device(house.origin)
    await _new(house, his, device)
    browser = house.browser()
    await _password(browser)
    answer = await browser.post(
        "/inloggen/tweede-stap", data={"answer": device.get(await _question(browser))}
    )
    assert answer.status_code == 422
    assert not await _is_in(browser)


async def test_without_a_password_there_is_no_second_step(house):
    _, device, codes = await _with_passkey(house)
    browser = house.browser()
    assert (await browser.get("/inloggen/tweede-stap")).headers["location"] == "/inloggen"
    assert (await browser.post("/inloggen/tweede-stap/vraag")).status_code == 422
    for form in ({"code": codes[0]}, {"answer": "{}"}):
        assert (await browser.post("/inloggen/tweede-stap", data=form)).status_code == 422
    asked = await _question(browser, "/inloggen/passkey")
    answer = await browser.post("/inloggen/tweede-stap", data={"answer": device.get(asked)})
    assert answer.status_code == 422
    assert not await _is_in(browser)


async def test_what_waits_too_long_is_over(house):
    _, device, _ = await _with_passkey(house)
    browser = house.browser()
    await _password(browser)
    asked = await _question(browser)
    await house.change(Attempt, (await house.one(select(Attempt))).id, expires_at=now() - HOUR_AGO)
    answer = await browser.post("/inloggen/tweede-stap", data={"answer": device.get(asked)})
    assert answer.status_code == 422
    assert "Begin opnieuw" in answer.text


async def test_tries_with_a_passkey_or_code_are_limited_as_passwords_are(house):
    _, device, codes = await _with_passkey(house)
    browser = house.browser()
    await _password(browser)
    for _ in range(STEPS.OF_ONE):
        answer = await browser.post("/inloggen/tweede-stap", data={"code": "AAAA-AAAA-AAAA-AAAA"})
        assert answer.status_code == 422
        assert "Deze herstelcode klopt niet" in answer.text
    answer = await browser.post("/inloggen/tweede-stap", data={"code": codes[0]})
    assert answer.status_code == 429
    assert "Wacht 10 minuten" in answer.text
    await _password(browser)
    form = {"answer": device.get(await _question(browser))}
    assert (await browser.post("/inloggen/tweede-stap", data=form)).status_code == 429
    assert not await _is_in(browser)


# --- the passkey alone ----------------------------------------------------------------------------


async def test_a_passkey_alone_signs_in_with_a_new_token_and_ends_the_old_sign_in(house):
    samira, device, _ = await _with_passkey(house)
    browser = await house.signed_in(samira)
    before = browser.cookies["kompas"]
    asked = await _question(browser, "/inloggen/passkey")
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")
    form = {"answer": device.get(asked), "verder": "/account"}
    answer = await browser.post("/inloggen/passkey", data=form)
    assert answer.headers["location"] == "/account"
    assert answer.cookies["kompas"] != before
    stranger = house.browser()
    stranger.cookies.set("kompas", before)
    assert not await _is_in(stranger)


async def test_a_device_that_did_not_verify_its_owner_is_not_enough_alone(house):
    _, device, _ = await _with_passkey(house)
    device.verifies = False
    browser = house.browser()
    form = {"answer": device.get(await _question(browser, "/inloggen/passkey"))}
    assert (await browser.post("/inloggen/passkey", data=form)).status_code == 422
    await _password(browser)
    form = {"answer": device.get(await _question(browser))}
    assert (await browser.post("/inloggen/tweede-stap", data=form)).status_code == 303


async def test_nobody_is_sent_to_another_site_after_a_passkey(house):
    _, device, _ = await _with_passkey(house)
    browser = house.browser()
    form = {"answer": device.get(await _question(browser, "/inloggen/passkey")), "verder": "//evil.example"}
    assert (await browser.post("/inloggen/passkey", data=form)).headers["location"] == "/dossiers"


# --- losing one -----------------------------------------------------------------------------------


async def test_a_removed_passkey_is_refused_and_the_password_is_enough_again(house):
    samira, device, _ = await _with_passkey(house)
    browser = await house.signed_in(samira)
    row = await house.one(select(Passkey))
    answer = await browser.post(f"/account/passkeys/{row.id}/verwijdering")
    assert "De passkey is verwijderd." in (await browser.get(answer.headers["location"])).text
    assert await house.one(select(RecoveryCode)) is None
    stranger = house.browser()
    form = {"answer": device.get(await _question(stranger, "/inloggen/passkey"))}
    assert (await stranger.post("/inloggen/passkey", data=form)).status_code == 422
    assert (await _password(stranger)).headers["location"] == "/dossiers"


async def test_somebody_else_s_passkey_cannot_be_removed(house):
    await _with_passkey(house)
    his = await house.signed_in(await house.account("Kevin"))
    row = await house.one(select(Passkey))
    assert (await his.post(f"/account/passkeys/{row.id}/verwijdering")).status_code == 404
    assert await house.one(select(Passkey))


@both_databases
async def test_a_recovery_code_works_once_however_it_is_typed(house):
    _, _, codes = await _with_passkey(house)
    browser = house.browser()
    await _password(browser)
    typed = {"code": f" {codes[0].lower().replace('-', ' ')} "}
    assert (await browser.post("/inloggen/tweede-stap", data=typed)).status_code == 303
    assert "7 herstelcodes" in (await browser.get("/account")).text
    stranger = house.browser()
    await _password(stranger)
    assert (await stranger.post("/inloggen/tweede-stap", data=typed)).status_code == 422
    assert await house.one(select(Deed).where(Deed.what == What.RECOVERY_CODE_USED))


async def test_new_recovery_codes_take_the_place_of_the_old(house):
    samira, _, codes = await _with_passkey(house)
    browser = await house.signed_in(samira)
    shown = (await browser.post("/account/herstelcodes")).text
    fresh = re.findall(r"<li>([A-Z2-9-]{19})</li>", shown)
    assert len(fresh) == 8
    assert not set(fresh) & set(codes)
    stranger = house.browser()
    await _password(stranger)
    assert (await stranger.post("/inloggen/tweede-stap", data={"code": codes[0]})).status_code == 422
    assert (await stranger.post("/inloggen/tweede-stap", data={"code": fresh[0]})).status_code == 303


async def test_a_beheerder_takes_the_passkeys_of_who_lost_them_and_it_is_logged(house):
    samira, _, _ = await _with_passkey(house)
    hers = await house.signed_in(samira)
    bea = await house.signed_in(await house.account("Bea", is_manager=True))
    answer = await bea.post("/account/herstel-van-een-ander", data={"reset": " SAMIRA@lindewaard.nl"})
    assert "De passkeys zijn weg." in (await bea.get(answer.headers["location"])).text
    assert await house.one(select(Passkey)) is None
    assert not await _is_in(hers)
    assert (await _password(house.browser())).headers["location"] == "/dossiers"
    deed = await house.one(select(Deed).where(Deed.what == What.PASSKEYS_CLEARED))
    assert deed.about == "Samira"
    unknown = await bea.post("/account/herstel-van-een-ander", data={"reset": "niemand@lindewaard.nl"})
    assert unknown.status_code == 422
    assert "geen account met dit e-mailadres en een passkey" in unknown.text


async def test_who_is_no_beheerder_takes_nobody_s_passkeys(house):
    await _with_passkey(house)
    kevin = await house.signed_in(await house.account("Kevin"))
    answer = await kevin.post("/account/herstel-van-een-ander", data={"reset": "samira@lindewaard.nl"})
    assert answer.status_code == 403
    assert await house.one(select(Passkey))
    assert "Een collega kan niet meer inloggen" not in (await kevin.get("/account")).text


# --- where there are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [
        ("https://kompas.voorbeeld.nl", "kompas.voorbeeld.nl"),
        ("https://kompas.voorbeeld.nl:8443/", "kompas.voorbeeld.nl"),
        ("http://localhost:8000", "localhost"),
        ("http://kompas.voorbeeld.nl", ""),
        ("https://192.0.2.7", ""),
        ("http://127.0.0.1:8000", ""),
    ],
)
def test_passkeys_are_bound_to_the_configured_address_only(settings, base_url, domain):
    assert passkeys.domain(replace(settings, base_url=base_url)) == domain


@both_databases
async def test_with_an_account_goes_everything_it_signed_in_with(house):
    samira, _, _ = await _with_passkey(house)
    await _password(house.browser())

    async def end(db):
        await db.delete(await db.get(type(samira), samira.id))

    await house.db.write(end)
    for table in (Passkey, RecoveryCode, Attempt, SignIn):
        assert await house.one(select(table)) is None
