import dataclasses
import datetime as dt
import re

import pytest
from markupsafe import escape
from msgspec.structs import replace
from sqlalchemy import select

from tests.accounts.house import House
from tests.people import PASSWORD
from workshop import days
from workshop.accounts import invitations
from workshop.accounts.sign_in import TRIES, begin
from workshop.models import Account, Action, Invitation, Membership, Partnership, Session, now
from workshop.pages.account.home import greeting
from workshop.pages.account.signed_out import own_path
from workshop.pages.reply import back
from workshop.pages.visitor import remember

NEW = "vier gele bussen rijden"


@pytest.fixture
def house(services, app):
    return House(services, app)


def _log_in(browser, email="samira@lindewaard.nl", password=PASSWORD, **more):
    return browser.post("/inloggen", data={"email": email, "password": password, **more})


# --- signing in and out ---------------------------------------------------------------------------


async def test_the_cookie_is_for_us_only_and_no_script_reads_it(house):
    await house.account("Samira")
    answer = await _log_in(house.browser())
    assert (answer.status_code, answer.headers["location"]) == (303, "/dossiers")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("kompas=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie  # this installation speaks plain http; see the next test


async def test_over_tls_the_cookies_travel_over_tls_only(house):
    samira = await house.account("Samira")
    token = await house.db.write(lambda db: begin(db, samira.id, days=1))
    secure = replace(house.services.settings, base_url="https://kompas.test")
    answer = await remember(back("/"), token, dataclasses.replace(house.services, settings=secure))
    assert [cookie.secure for cookie in answer.cookies] == [True, True]


async def test_the_token_changes_at_every_sign_in_and_a_planted_one_is_worth_nothing(house):
    await house.account("Samira")
    browser = house.browser()
    browser.cookies.set("kompas", "geplant")
    first = (await _log_in(browser)).cookies["kompas"]
    second = (await _log_in(browser)).cookies["kompas"]
    assert len({"geplant", first, second}) == 3
    for token, status in (("geplant", 303), (first, 303), (second, 200)):
        stranger = house.browser()
        stranger.cookies.set("kompas", token)
        assert (await stranger.get("/dossiers")).status_code == status


async def test_signing_out_ends_the_token_also_for_who_copied_it(house):
    browser = await house.signed_in(await house.account("Samira"))
    copied = house.browser()
    copied.cookies.set("kompas", browser.cookies["kompas"])
    assert (await copied.get("/account")).status_code == 200
    answer = await browser.post("/uitloggen")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await copied.get("/account")).status_code == 303
    assert answer.headers["set-cookie"].startswith('kompas=""; ')
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_a_wrong_password_gets_the_same_answer_as_an_unknown_address(house):
    await house.account("Samira")
    answers = [
        await _log_in(house.browser(), email, "een verkeerde zin")
        for email in ("samira@lindewaard.nl", "anders@lindewaard.nl")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    known, unknown = [answer.text.replace("samira@", "").replace("anders@", "") for answer in answers]
    assert known == unknown
    assert "horen niet bij elkaar" in known


async def test_what_was_typed_stays_but_never_the_password(house):
    answer = await _log_in(house.browser(), 'els"><b>@a.nl', "een verkeerde zin")
    assert "els&#34;&gt;&lt;b&gt;@a.nl" in answer.text
    assert "een verkeerde zin" not in answer.text


async def test_after_too_many_wrong_passwords_the_answer_is_429_with_a_clear_sentence(house):
    await house.account("Samira")
    for _ in range(TRIES.OF_ONE):
        await TRIES.start("samira@lindewaard.nl")
    answer = await _log_in(house.browser())
    assert answer.status_code == 429
    assert "Wacht 10 minuten" in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_page_that_asks_to_sign_in_comes_back_to_itself(house):
    await house.account("Samira")
    browser = house.browser()
    to = (await browser.get("/account")).headers["location"]
    assert to == "/inloggen?verder=/account"
    shown = (await browser.get(to)).text
    assert 'name="verder" value="/account"' in shown
    assert (await _log_in(browser, verder="/account")).headers["location"] == "/account"
    assert (await browser.get(to)).headers["location"] == "/account"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/" + "a" * 600,
        "evil.example",
        "",
    ],
)
async def test_nobody_is_sent_to_another_site_after_signing_in(house, elsewhere):
    assert own_path(elsewhere) == "/dossiers"
    await house.account("Samira")
    browser = house.browser()
    shown = await browser.get("/inloggen", params={"verder": elsewhere})
    assert "evil" not in shown.text
    assert (await _log_in(browser, verder=elsewhere)).headers["location"] == "/dossiers"


async def test_a_form_of_another_site_signs_nobody_in_or_out(house):
    samira = await house.account("Samira")
    browser = await house.signed_in(samira)
    for url in ("/inloggen", "/uitloggen", "/account/naam", "/dossiers/nieuw"):
        answer = await browser.post(url, headers={"Origin": "https://evil.example"}, data={"name": "X"})
        assert answer.status_code == 403
    assert (await browser.get("/account")).status_code == 200


# --- invitations ----------------------------------------------------------------------------------


async def _invited(house, role="begeleider"):
    samira = await house.account("Samira")
    place = await house.dossier(samira)
    token = await invitations.invite(house.db, place, role, samira.id)
    return place, f"/uitnodiging/{token}"


def _form(**values):
    return {"name": "Kevin", "email": "kevin@a.nl", "password": NEW} | values


async def test_an_invitation_makes_an_account_and_works_once(house):
    place, url = await _invited(house)
    browser = house.browser()
    shown = (await browser.get(url)).text
    assert "Veilig opgroeien" in shown
    assert "begeleider" in shown
    answer = await browser.post(url, data=_form())
    assert answer.headers["location"] == f"/dossiers/{place}"
    assert "Veilig opgroeien" in (await browser.get("/dossiers")).text
    stranger = house.browser()
    for second in (await stranger.get(url), await stranger.post(url, data=_form(email="els@a.nl"))):
        assert second.status_code == 410
        assert "al gebruikt" in second.text


async def test_an_expired_invitation_says_so_and_an_unknown_one_is_not_there(house):
    _, url = await _invited(house)
    row = await house.one(select(Invitation))
    await house.change(Invitation, row.id, expires_at=now() - dt.timedelta(seconds=1))
    for answer in (await house.browser().get(url), await house.browser().post(url, data=_form())):
        assert answer.status_code == 410
        assert "verlopen" in answer.text
    assert (await house.browser().get("/uitnodiging/anders")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "kort"}, "minstens 12 tekens"),
        ({"password": "wachtwoord123"}, "makkelijk te raden"),
        ({"email": "kevin"}, "geen e-mailadres"),
        ({"email": "samira@lindewaard.nl"}, "al een account"),
        ({"name": " "}, "Vul je naam in"),
    ],
)
async def test_a_mistake_in_the_form_stands_beside_its_field_and_the_rest_stays(house, wrong, sentence):
    _, url = await _invited(house)
    answer = await house.browser().post(url, data=_form(**wrong))
    [field] = wrong
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-fout" role="alert">.*{sentence}', answer.text)
    assert re.search(
        rf'id="{field}"[^>]*aria-describedby="[^"]*{field}-fout"[^>]*aria-invalid="true"', answer.text
    )
    assert NEW not in answer.text
    assert "kort<" not in answer.text
    assert (await house.browser().post(url, data=_form())).status_code == 303


async def test_somebody_who_is_signed_in_joins_with_one_button_as_themselves(house):
    place, url = await _invited(house, "lezer")
    kevin = await house.account("Kevin")
    browser = await house.signed_in(kevin)
    shown = (await browser.get(url)).text
    assert "Je bent ingelogd als" in shown
    assert 'name="password"' not in shown
    assert (await browser.post(url)).headers["location"] == f"/dossiers/{place}"
    assert (await house.one(select(Membership).where(Membership.account_id == kevin.id))).role == "lezer"


async def test_a_form_for_a_new_account_never_joins_as_who_is_signed_in_meanwhile(house):
    _, url = await _invited(house)
    kevin = await house.account("Kevin")
    browser = await house.signed_in(kevin)
    assert (await browser.post(url, data=_form())).headers["location"] == url
    assert await house.one(select(Membership).where(Membership.account_id == kevin.id)) is None


async def test_a_fresh_installation_is_claimed_with_its_one_address_only(house):
    token = await invitations.first_account_token(house.services.db, house.services.settings.invitation_days)
    browser = house.browser()
    assert "eerste account" in (await browser.get(f"/uitnodiging/{token}")).text
    answer = await browser.post(f"/uitnodiging/{token}", data=_form(role="coordinator"))
    assert answer.headers["location"] == "/dossiers"
    assert (await house.one(select(Account))).is_manager
    assert (await house.browser().get(f"/uitnodiging/{token}")).status_code == 410


async def test_fields_that_are_not_in_the_form_change_nothing(house):
    _, url = await _invited(house, "lezer")
    refused = await house.browser().post(url, data=_form(is_manager="true", role="coordinator", id="1"))
    assert refused.status_code == 400
    await house.browser().post(url, data=_form(role="coordinator", id="1"))
    kevin = await house.one(select(Account).where(Account.email == "kevin@a.nl"))
    member = await house.one(select(Membership).where(Membership.account_id == kevin.id))
    assert (kevin.is_manager, member.role) == (False, "lezer")


# --- my account -----------------------------------------------------------------------------------


async def test_a_name_is_changed_and_always_stands_apart_from_our_own_words(house):
    browser = await house.signed_in(await house.account("Samira"))
    answer = await browser.post("/account/naam", data={"name": "<script>\u202eabc"})
    shown = (await browser.get(answer.headers["location"])).text
    assert "Je naam is aangepast." in shown
    assert "<bdi>&lt;script&gt;abc</bdi>" in shown
    assert (await browser.post("/account/naam", data={"name": "x" * 81})).status_code == 422


async def test_a_new_password_signs_out_the_other_browsers_and_only_those(house):
    samira = await house.account("Samira")
    here, there = await house.signed_in(samira), await house.signed_in(samira)
    answer = await here.post("/account/wachtwoord", data={"old": PASSWORD, "password": NEW})
    assert "bewaard" in (await here.get(answer.headers["location"])).text
    assert (await there.get("/account")).status_code == 303
    assert (await _log_in(house.browser(), password=NEW)).status_code == 303


async def test_a_new_password_without_the_old_one_is_refused_and_limited(house):
    browser = await house.signed_in(await house.account("Samira"))
    answer = await browser.post("/account/wachtwoord", data={"old": "niet goed", "password": NEW})
    assert answer.status_code == 422
    assert "niet je wachtwoord van nu" in answer.text
    for _ in range(TRIES.OF_ONE - 1):
        await browser.post("/account/wachtwoord", data={"old": "niet goed", "password": NEW})
    answer = await browser.post("/account/wachtwoord", data={"old": PASSWORD, "password": NEW})
    assert answer.status_code == 429


async def test_other_browsers_are_counted_and_signed_out(house):
    samira = await house.account("Samira")
    here, there = await house.signed_in(samira), await house.signed_in(samira)
    assert "1 andere browser" in (await here.get("/account")).text
    await here.post("/account/andere-browsers")
    assert "alleen hier" in (await here.get("/account")).text
    assert (await there.get("/account")).status_code == 303


# --- the front page and the home page -------------------------------------------------------------


async def test_a_visitor_sees_where_to_join_and_where_to_sign_in(house):
    shown = (await house.browser().get("/")).text
    assert 'action="/doe-mee"' in shown
    assert 'href="/inloggen"' in shown
    assert "Snel weg" in shown


async def test_who_is_signed_in_goes_home_and_a_stranger_signs_in_first(house):
    browser = await house.signed_in(await house.account("Samira"))
    assert (await browser.get("/")).headers["location"] == "/dossiers"
    assert (await house.browser().get("/dossiers")).headers["location"] == "/inloggen?verder=/dossiers"


async def test_an_empty_home_says_how_to_begin(house):
    browser = await house.signed_in(await house.account("Samira"))
    shown = (await browser.get("/dossiers")).text
    assert "Maak een dossier" in shown
    assert "Voor de start" in shown


async def test_home_shows_my_dossiers_with_role_last_session_and_late_actions(house):
    samira = await house.account("Samira")
    mine, other = await house.dossier(samira), await house.dossier(await house.account("Els"), "Geheim")

    async def fill(db):
        db.add(Session(partnership_id=mine, worksheet="1-A", title="Zorgen <en> kansen"))
        yesterday = days.today() - dt.timedelta(days=2)
        for due, status in ((yesterday, "open"), (None, "busy"), (yesterday, "done")):
            db.add(Action(partnership_id=mine, field="0-leren.acties", text="Bel", due=due, status=status))

    await house.db.write(fill)
    shown = (await (await house.signed_in(samira)).get("/dossiers")).text
    for part in (
        "Je bent coördinator",
        "Zorgen &lt;en&gt; kansen",
        "1 te laat",
        "/regie",
        "1 Staat van de jeugd",
    ):
        assert part in shown
    assert re.search(r"Open acties</span><br>2\b", shown)
    assert "Geheim" not in shown
    assert str(other) not in shown


async def test_a_lezer_gets_no_way_into_the_live_session(house):
    place = await house.dossier(await house.account("Samira"))
    await house.db.write(lambda db: _open_session(db, place))
    kevin = await house.account("Kevin")
    await house.join(kevin, place, "lezer")
    shown = (await (await house.signed_in(kevin)).get("/dossiers")).text
    assert "Je kijkt mee" in shown
    assert "/regie" not in shown


async def _open_session(db, place):
    db.add(Session(partnership_id=place, worksheet="1-A", title="Zorgen en kansen"))


async def test_a_new_dossier_makes_me_its_coordinator(house):
    samira = await house.account("Samira")
    browser = await house.signed_in(samira)
    assert (await browser.get("/dossiers/nieuw")).status_code == 200
    answer = await browser.post("/dossiers/nieuw", data={"name": " Veilig  uit ", "place": "Lindewaard"})
    made = await house.one(select(Partnership))
    assert answer.headers["location"] == f"/dossiers/{made.id}"
    assert (made.name, made.place, made.created_by) == ("Veilig uit", "Lindewaard", samira.id)
    assert (await house.one(select(Membership))).role == "coordinator"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "", "place": "Lindewaard"}, "Vul een naam in"),
        ({"name": "a" * 101, "place": "Lindewaard"}, "te lang"),
        ({"name": "Veilig uit", "place": "a" * 81}, "te lang"),
    ],
)
async def test_a_new_dossier_needs_a_name_that_fits(house, typed, sentence):
    browser = await house.signed_in(await house.account("Samira"))
    answer = await browser.post("/dossiers/nieuw", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed["place"]}"' in answer.text
    assert await house.one(select(Partnership)) is None


async def test_home_greets_by_the_time_of_day(house):
    said = [greeting(hour) for hour in (4, 5, 11, 12, 17, 18)]
    assert said == ["Goedenavond", *["Goedemorgen"] * 2, *["Goedemiddag"] * 2, "Goedenavond"]
    shown = (await (await house.signed_in(await house.account("Samira"))).get("/dossiers")).text
    assert re.search(r"<h1>Goede(morgen|middag|navond), <bdi>Samira</bdi></h1>", shown)


# --- errors ---------------------------------------------------------------------------------------


async def test_an_error_page_says_what_happened_and_shows_a_way_on(house):
    answer = await house.browser().get("/bestaat-niet")
    assert answer.status_code == 404
    assert "Deze pagina vinden we niet" in answer.text
    assert 'href="/"' in answer.text
    assert 'href="/doe-mee"' in answer.text


async def test_the_whole_address_comes_back_and_a_form_that_came_too_late_leads_to_its_page(house):
    browser, ours = house.browser(), house.origin
    asked = "/account?klaar=naam&x=a%26b"
    to = (await browser.get(asked)).headers["location"]
    assert to == "/inloggen?verder=/account%3Fklaar%3Dnaam%26x%3Da%2526b"
    await house.account("Samira")
    assert f'value="{escape("/account?klaar=naam&x=a%26b")}"' in (await browser.get(to)).text
    for referer, onward in ((f"{ours}{asked}", escape(asked)), ("https://evil.example/x", "/dossiers")):
        late = await browser.post("/account/naam", data={"name": "Sam"}, headers={"Referer": referer})
        assert (late.status_code, "Je was uitgelogd" in late.text) == (401, True)
        assert f'name="verder" value="{onward}"' in late.text
    current = {"HX-Request": "true", "HX-Current-URL": f"{ours}/account"}
    block = await browser.post("/account/naam", headers=current)
    assert (block.status_code, 'href="/inloggen?verder=/account"' in block.text) == (401, True)
