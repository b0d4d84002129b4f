"""Single sign-on: against a real identity provider on this machine, and against one that lies."""

import asyncio
import contextlib
import re
import shutil
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from msgspec.structs import replace
from sqlalchemy import func, select

from tests.accounts.device import Device
from tests.accounts.house import House
from tests.servers import without
from workshop.accounts import invitations, oidc
from workshop.models import Account, Attempt, Deed, Identity, Membership, Passkey, SignIn
from workshop.serving import server as serving

FOLDER = Path(__file__).parent.parent / "accounts" / "oidc"
SECRET = "een geheim van tests"


@pytest.fixture
def issuer_port():
    with contextlib.closing(serving.bind("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def settings(settings, tmp_path, issuer_port):
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    return replace(
        settings,
        base_url=f"http://localhost:{settings.port}",
        oidc_issuer=f"http://127.0.0.1:{issuer_port}",
        oidc_client_id="kompas",
        oidc_client_secret_file=str(secret),
        oidc_name="Lindewaard",
    )


@pytest.fixture
def house(services, app):
    return House(services, app)


async def _depart(browser, **form):
    """Where our page sends the browser."""
    answer = await browser.post("/inloggen/sso", data=form)
    assert answer.status_code == 200, answer.text
    return answer.headers["refresh"].removeprefix("0; url=")


async def _is_in(browser):
    return (await browser.get("/account")).status_code == 200


# --- a real provider ------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def provider(settings, issuer_port):
    if not shutil.which("node") or not (FOLDER / "node_modules" / "oidc-provider").exists():
        without("De identity provider (node, zie .ci/servers)")
    process = await asyncio.create_subprocess_exec(
        "node",
        str(FOLDER / "provider.js"),
        str(issuer_port),
        f"{settings.origin}{oidc.RETURN}",
        SECRET,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await process.stdout.readline() == b"ready\n"
    yield settings.oidc_issuer
    process.terminate()
    await process.wait()


async def _there(house, address, name):
    """Signs in at the provider as `name`, and agrees. Returns the address that it sends people back to."""
    async with httpx.AsyncClient() as outside:
        form: dict[str, str] = {}
        for _ in range(20):
            answer = await (outside.post(address, data=form) if form else outside.get(address))
            form = {}
            if answer.is_redirect:
                address = str(httpx.URL(address).join(answer.headers["location"]))
                if address.startswith(house.origin):
                    return address.removeprefix(house.origin)
                continue
            assert answer.status_code == 200, answer.text
            address = str(httpx.URL(address).join(re.search(r'action="([^"]+)"', answer.text)[1]))
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)[1]
            form = {"prompt": prompt} | ({"login": name, "password": "x"} if prompt == "login" else {})
    raise AssertionError("the provider sends nobody back")


async def _by(house, browser, name, **form):
    return await browser.get(await _there(house, await _depart(browser, **form), name))


async def test_a_verified_address_of_an_account_signs_in_and_is_linked_for_good(house, provider):
    samira = await house.account("Samira")
    browser = house.browser()
    assert "Log in met <bdi>Lindewaard</bdi>" in (await browser.get("/inloggen")).text
    answer = await _by(house, browser, "samira", verder="/account")
    assert answer.headers["location"] == "/account"
    assert await _is_in(browser)
    linked = await house.one(select(Identity))
    assert (linked.account_id, linked.issuer, linked.subject) == (samira.id, provider, "samira")
    await house.change(Account, samira.id, email="anders@elders.nl")
    again = house.browser()
    assert (await _by(house, again, "samira")).headers["location"] == "/dossiers"
    assert "anders@elders.nl" in (await again.get("/account")).text
    assert await house.one(select(func.count()).select_from(Identity)) == 1
    await again.post("/uitloggen")
    assert not await _is_in(again)


async def test_who_is_unknown_gets_no_account(house, provider):
    browser = house.browser()
    answer = await _by(house, browser, "vreemde")
    assert answer.status_code == 422
    assert "We kennen je hier nog niet." in answer.text
    assert await house.one(select(Account)) is None
    assert not await _is_in(browser)


async def test_an_open_invitation_makes_an_account_without_a_password_once(house, provider):
    samira = await house.account("Samira")
    place = await house.dossier(samira)
    token = await invitations.invite(house.db, place, "lezer", samira.id)
    browser = house.browser()
    assert "Doe mee met <bdi>Lindewaard</bdi>" in (await browser.get(f"/uitnodiging/{token}")).text
    answer = await _by(house, browser, "kevin", uitnodiging=token, verder=f"/uitnodiging/{token}")
    assert answer.headers["location"] == f"/dossiers/{place}"
    kevin = await house.one(select(Account).where(Account.email == "kevin@lindewaard.nl"))
    assert (kevin.name, kevin.password_hash) == ("kevin van elders", "")
    assert (await house.one(select(Membership).where(Membership.account_id == kevin.id))).role == "lezer"
    assert "Je hebt hier geen wachtwoord" in (await browser.get("/account")).text
    for password in ("", "of nobody at all"):
        typed = {"email": "kevin@lindewaard.nl", "password": password}
        assert (await house.browser().post("/inloggen", data=typed)).status_code == 422
    second = await _by(house, house.browser(), "els", uitnodiging=token)
    assert second.status_code == 422
    assert "al gebruikt" in second.text
    assert await house.one(select(Account).where(Account.email == "els@lindewaard.nl")) is None


async def test_an_address_that_the_provider_did_not_verify_opens_nothing(house, provider):
    await house.account("Los")
    browser = house.browser()
    answer = await _by(house, browser, "los")
    assert answer.status_code == 422
    assert "niet bevestigd" in answer.text
    assert await house.one(select(Identity)) is None
    assert not await _is_in(browser)


async def test_an_account_with_a_passkey_is_asked_for_it_and_linked_only_then(house, provider):
    samira = await house.account("Samira")
    device, hers = Device(house.origin), await house.signed_in(samira)
    asked = (await hers.post("/account/passkeys/vraag")).json()
    await hers.post("/account/passkeys", data={"answer": device.create(asked), "passkey-name": "van mij"})
    assert await house.one(select(Passkey))
    browser = house.browser()
    answer = await _by(house, browser, "samira", verder="/account")
    assert answer.headers["location"] == "/inloggen/tweede-stap"
    assert await house.one(select(Identity)) is None
    asked = (await browser.post("/inloggen/tweede-stap/vraag")).json()
    answer = await browser.post("/inloggen/tweede-stap", data={"answer": device.get(asked)})
    assert answer.headers["location"] == "/account"
    assert (await house.one(select(Identity))).account_id == samira.id


async def test_what_the_provider_sent_back_works_once_and_in_one_browser(house, provider):
    await house.account("Samira")
    browser, stranger = house.browser(), house.browser()
    address = await _there(house, await _depart(browser), "samira")
    assert (await stranger.get(address)).status_code == 422
    assert (await browser.get(address)).status_code == 303
    again = await browser.get(address)
    assert again.status_code == 422
    assert "Begin opnieuw" in again.text
    assert not await _is_in(stranger)


async def test_nobody_is_sent_to_another_site_after_it(house, provider):
    await house.account("Samira")
    answer = await _by(house, house.browser(), "samira", verder="//evil.example")
    assert answer.headers["location"] == "/dossiers"


async def test_no_token_and_no_address_is_in_the_log(house, provider, caplog):
    await house.account("Samira")
    with caplog.at_level("INFO"):
        await _by(house, house.browser(), "samira")
        await _by(house, house.browser(), "vreemde")
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("workshop"))
    assert "lindewaard" not in ours
    assert "code=" not in ours


# --- one that lies --------------------------------------------------------------------------------


class Liar:
    """A provider without a network, whose token says what a test wants."""

    def __init__(self, settings):
        self.settings = settings
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.shown = self.key
        self.claims: dict = {}
        self.algorithm = "RS256"
        self.signs_with = self.key
        self.about = {"sub": "samira", "email": "samira@lindewaard.nl", "email_verified": True}
        self.issuer = settings.oidc_issuer
        self.away = False
        self.nonce = ""

    def answer(self, request):
        if self.away:
            raise httpx.ConnectError("away")
        here = self.settings.oidc_issuer
        answers = {
            "/.well-known/openid-configuration": lambda: {
                "issuer": self.issuer,
                "authorization_endpoint": f"{here}/auth",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/jwks",
                "userinfo_endpoint": f"{here}/me",
            },
            "/jwks": lambda: KeySet([self.shown]).as_dict(private=False),
            "/token": lambda: {"id_token": self._token(), "access_token": "x", "token_type": "Bearer"},
            "/me": lambda: self.about,
        }
        return httpx.Response(200, json=answers[request.url.path]())

    def _token(self):
        said = {
            "iss": self.settings.oidc_issuer,
            "aud": "kompas",
            "sub": "samira",
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": self.nonce,
        }
        said = {name: value for name, value in (said | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": "1"}
        return jwt.encode(header, said, self.signs_with, algorithms=[self.algorithm])

    async def come_back(self, browser, **changes):
        address = urlsplit(await _depart(browser))
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert asked["code_challenge_method"] == "S256"
        self.nonce = asked["nonce"]
        query = {"code": "x", "state": asked["state"]} | changes
        query = {name: value for name, value in query.items() if value is not None}
        return await browser.get(oidc.RETURN, params=query)


@pytest.fixture
def liar(settings, monkeypatch):
    liar = Liar(settings)
    monkeypatch.setattr(
        oidc, "connect", lambda: httpx.AsyncClient(transport=httpx.MockTransport(liar.answer))
    )
    return liar


async def _nothing_changed(house):
    tables = (Identity, SignIn, Attempt, Deed)
    return [await house.one(select(func.count()).select_from(table)) for table in tables] == [0, 0, 0, 0]


async def test_a_provider_that_tells_the_truth_is_believed(house, liar):
    await house.account("Samira")
    assert (await liar.come_back(house.browser())).status_code == 303
    liar.claims = {"aud": ["kompas", "anders"], "azp": "kompas"}
    assert (await liar.come_back(house.browser())).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "anders"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "anders"},
        {"aud": ["kompas", "anders"]},
        {"aud": "kompas", "azp": "anders"},
        {"aud": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 9_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 300},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_changes_nothing(house, liar, claims):
    await house.account("Samira")
    liar.claims = claims
    answer = await liar.come_back(house.browser())
    assert answer.status_code == 422
    assert "Er is niets veranderd" in answer.text
    assert await _nothing_changed(house)


async def test_a_token_that_another_key_signed_changes_nothing(house, liar):
    await house.account("Samira")
    liar.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert (await liar.come_back(house.browser())).status_code == 422
    liar.algorithm, liar.signs_with = "HS256", OctKey.import_key(SECRET * 3)
    assert (await liar.come_back(house.browser())).status_code == 422
    assert await _nothing_changed(house)


async def test_what_is_said_about_somebody_else_changes_nothing(house, liar):
    await house.account("Samira")
    liar.about = liar.about | {"sub": "kevin"}
    assert (await liar.come_back(house.browser())).status_code == 422
    assert await _nothing_changed(house)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": "anders"}, "niet vertrouwen"),
        ({"state": None}, "niet vertrouwen"),
        ({"iss": "https://evil.example"}, "niet vertrouwen"),
        ({"code": None, "error": "access_denied"}, "liet je niet door"),
        ({"code": None}, "liet je niet door"),
    ],
)
async def test_a_tampered_return_changes_nothing_and_says_so(house, liar, changes, sentence):
    await house.account("Samira")
    answer = await liar.come_back(house.browser(), **changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await _nothing_changed(house)


async def test_a_provider_that_is_away_is_a_clear_sentence(house, liar):
    liar.away = True
    answer = await house.browser().post("/inloggen/sso")
    assert answer.status_code == 422
    assert "We kunnen Lindewaard nu niet bereiken" in answer.text
    assert await _nothing_changed(house)


async def test_the_description_of_another_provider_is_not_followed(house, liar):
    liar.issuer = "https://evil.example"
    assert (await house.browser().post("/inloggen/sso")).status_code == 422
    assert await _nothing_changed(house)


async def test_one_account_is_not_taken_over_by_a_second_person_with_its_address(house, liar):
    await house.account("Samira")
    assert (await liar.come_back(house.browser())).status_code == 303
    liar.claims, liar.about = {"sub": "kevin"}, liar.about | {"sub": "kevin"}
    browser = house.browser()
    answer = await liar.come_back(browser)
    assert answer.status_code == 422
    assert "al bij iemand anders" in answer.text
    assert not await _is_in(browser)


async def test_coming_back_without_having_left_signs_nobody_in(house, liar):
    await house.account("Samira")
    answer = await house.browser().get(oidc.RETURN, params={"code": "x", "state": "x"})
    assert answer.status_code == 422
    assert await _nothing_changed(house)
