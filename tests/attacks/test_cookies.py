"""A site beside ours, or somebody on the way, plants a cookie in a browser."""

import ast
import dataclasses

import httpx
import pytest
from msgspec.structs import replace

from tests.browsers import QUIET
from tests.people import PASSWORD, a_participant, a_session
from workshop.app import of
from workshop.pages import visitor
from workshop.pages.account import halfway
from workshop.pages.phone import page as phone
from workshop.settings import ROOT

WAYS = ("set_cookie", "delete_cookie", "Cookie")
NAMES = {visitor.COOKIE, visitor.DEVICE, halfway.COOKIE, phone.COOKIE, phone.LOOSE, phone.LANGUAGE}


@pytest.fixture
def over_tls(every_route, services):
    """`over_tls()`: a browser at an installation that is reached over TLS."""
    settings = replace(services.settings, base_url="https://kompas.example")

    def browser():
        app = of(every_route, dataclasses.replace(services, settings=settings))
        transport = httpx.ASGITransport(app)
        return httpx.AsyncClient(
            transport=transport, base_url=settings.origin, headers={"Origin": settings.origin}
        )

    return browser


def put(answer):
    """Name -> its attributes, of what an answer has the browser keep or throw away."""
    found = (line.split("; ") for line in answer.headers.get_list("set-cookie"))
    return {first.partition("=")[0]: set(more) for first, *more in found}


async def test_over_tls_a_browser_keeps_every_cookie_for_this_host_alone(over_tls, house):
    session = await a_session(house.services)
    await house.account("Samira")
    browser = over_tls()
    form = {"email": "samira@lindewaard.nl", "password": PASSWORD, "taal": "en"}
    posts = ["/inloggen", "/inloggen/passkey/vraag", f"/j/{session.join_token}", "/taal"]
    answers = [await browser.post(path, data=form) for path in posts]
    assert (await browser.get("/account")).status_code == 200
    assert (await browser.get("/deelnemen")).status_code == 200
    answers += [await browser.post(path) for path in ("/inloggen/passkey", "/vertrek", "/uitloggen")]
    kept = [item for answer in answers for item in put(answer).items()]
    assert {name for name, _ in kept} == {f"__Host-{name}" for name in NAMES}
    for name, attributes in kept:
        assert {"Secure", "Path=/"} <= attributes, name
        assert not [one for one in attributes if one.startswith("Domain")], name


async def test_a_planted_cookie_is_not_ours(over_tls, house):
    taking_part = await a_participant(house.services, await a_session(house.services))
    samira = await house.signed_in(await house.account("Samira"))
    browser = over_tls()
    planted = taking_part.cookies | {visitor.COOKIE: samira.cookies[visitor.COOKIE], "taal": "en"}
    for name, value in planted.items():
        browser.cookies.set(name, value)
    assert (await browser.get("/account")).status_code == 303
    gone = await browser.get("/deelnemen")
    assert (gone.status_code, 'lang="nl"' in gone.text) == (401, True)
    real = over_tls()
    for name, value in planted.items():
        real.cookies.set(f"__Host-{name}", value)
    assert (await real.get("/account")).status_code == 200
    there = await real.get("/deelnemen")
    assert (there.status_code, 'lang="en"' in there.text) == (200, True)


def test_one_place_makes_cookies():
    """Any other might forget how they are called."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "workshop").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).split(".")[-1] in WAYS
    }
    assert found == {"workshop/cookies.py"}


async def test_snel_weg_takes_them_away_itself(browser, over_tls, house):
    """When the server hears nothing of it."""
    session, phones = await a_session(house.services), over_tls()
    await phones.post(f"/j/{session.join_token}")

    async def answered(route):
        if "kompas.example" not in route.request.url or route.request.method == "POST":
            await route.fulfill(body="")
            return
        answer = await phones.get(route.request.url)
        kind = answer.headers["content-type"]
        await route.fulfill(status=answer.status_code, content_type=kind, body=answer.content)

    async with await browser.new_context(**QUIET) as context:
        await context.route("**/*", answered)
        about = {"url": "https://kompas.example", "secure": True}
        halves = {phone.COOKIE: {"httpOnly": True}, phone.LOOSE: {"httpOnly": False}}
        kept = {name: phones.cookies[f"__Host-{name}"] for name in halves}
        await context.add_cookies(
            [about | more | {"name": f"__Host-{name}", "value": kept[name]} for name, more in halves.items()]
        )
        page = await context.new_page()
        await page.goto("https://kompas.example/deelnemen")
        assert len(await context.cookies()) == 2
        await page.get_by_role("contentinfo").get_by_role("button", name="Snel weg").click()
        await page.wait_for_url(house.services.settings.exit_url)
        assert [cookie["name"] for cookie in await context.cookies()] == [f"__Host-{phone.COOKIE}"]
