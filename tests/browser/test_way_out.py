"""Hulp and Snel weg: on every page a phone can see, in every state, within a thumb's reach."""

import datetime as dt
from collections.abc import Awaitable, Callable

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.actors import block_sockets
from tests.browser.houses import give_cookies
from tests.pages.test_plan import BY_HAND
from tests.people import a_participant, a_session, activity, conduct, reloaded
from workshop import kinds
from workshop.accounts import invitations
from workshop.accounts.invitations import InvitationError
from workshop.brake import Crowded
from workshop.handover import saving
from workshop.handover.publishing import LookbackDraft, Publisher
from workshop.live import ahead, plan
from workshop.live.scenes import Scenes
from workshop.models import now
from workshop.pages.phone import join
from workshop.settings import ROOT

SMALLEST = 44
SIZES = {"a phone": (390, 844), "a small phone": (320, 568)}
WITH_KEYBOARD = (390, 330)

# Of both buttons of the bar: large enough, at the bottom, whole, and is it what a finger would touch there?
REACHABLE = """() => {
  const bar = document.querySelector("footer.kl-safe-bar");
  const wrong = [];
  const parts = ["a[href='/hulp']", "form[action='/vertrek'] button"];
  const buttons = parts.map((part) => bar?.querySelector(part));
  const bottom = Math.round(bar?.getBoundingClientRect().bottom ?? 0);
  if (Math.abs(bottom - innerHeight) > 1) wrong.push(`the bar ends at ${bottom} of ${innerHeight}`);
  for (const button of buttons) {
    if (!button) {
      wrong.push("a button is not there");
      continue;
    }
    const { left, top, right, bottom, width, height } = button.getBoundingClientRect();
    const name = button.textContent.trim();
    if (Math.min(width, height) < SMALLEST) wrong.push(`${name} is ${width} x ${height}`);
    if (left < 0 || right > innerWidth || bottom > innerHeight + 1) wrong.push(`${name} is cut off`);
    const middle = [(left + right) / 2, (top + bottom) / 2];
    for (const [x, y] of [[left + 8, top + 8], middle, [right - 8, bottom - 8]]) {
      const touched = document.elementFromPoint(x, y);
      if (!button.contains(touched)) wrong.push(`${name} is covered by ${touched?.outerHTML.slice(0, 80)}`);
    }
  }
  return wrong;
}""".replace("SMALLEST", str(SMALLEST))
SCROLL = "(part) => scrollTo(0, part * document.documentElement.scrollHeight)"


async def assert_within_reach(page: Page, state: str) -> None:
    """At the top of the page, halfway and at its end."""
    for part in (0, 0.5, 1):
        await page.evaluate(SCROLL, part)
        assert await page.evaluate(REACHABLE) == [], f"{state}, scrolled to {part}"


@pytest_asyncio.fixture
async def phones(phone):
    """A page of each size, and one without scripts."""
    pages = [
        await phone(viewport={"width": width, "height": height}, device_scale_factor=1)
        for width, height in SIZES.values()
    ]
    return [*pages, await phone(java_script_enabled=False, device_scale_factor=1)]


async def look(pages: list[Page], address: str, state: str) -> None:
    for page in pages:
        await page.goto(address)
        await expect(page.locator("footer.kl-safe-bar")).to_be_visible()
        await assert_within_reach(page, state)


def a_step_of_each_kind(library) -> dict[str, tuple[str, str]]:
    """Kind -> a worksheet and the key of its step."""
    found: dict[str, tuple[str, str]] = {}
    for worksheet in library.worksheets:
        for step in worksheet.script:
            found.setdefault(step.kind, (worksheet.id, step.key))
    return found


async def test_on_every_kind_open_closed_and_shown_both_stand_at_the_bottom(services, phones, settings):
    steps = a_step_of_each_kind(services.library)
    for kind in kinds.names():
        worksheet, key = steps.get(kind, ("1-A", "zorgen-kansen"))
        session = await a_session(services, worksheet, step=key)
        desk, step = await conduct(services, session), activity(session, key).id
        if kind not in steps:
            typed = {"question": "Wat vind je?"} | BY_HAND[kind]
            step = await plan.add_step(services.room, session.id, kind, typed)
            await desk.go_to(step)
        for page in phones:
            await take_part(page, services, session, settings)
        await look(phones, "/deelnemen", f"{kind}, open")
        await desk.set_open(step, False)
        await look(phones, "/deelnemen", f"{kind}, closed")
        await desk.set_shown(step, True)
        await look(phones, "/deelnemen", f"{kind}, shown")


async def test_before_and_after_a_session_both_stand_at_the_bottom(services, phones, settings):
    session, prepared = await a_session(services), await a_session(services, opened=False)
    desk = await conduct(services, session)
    cards = activity(prepared, "zorgen-kansen").id
    await ahead.begin(services.room, prepared.id, desk.sign_in, cards, now() + dt.timedelta(days=3))
    token = (await reloaded(services, prepared.id)).ahead.token
    for address, state in (
        ("/", "front"),
        ("/doe-mee", "code"),
        ("/hulp", "help"),
        (f"/j/{prepared.join_token}", "not open yet"),
        (f"/j/{session.join_token}", "welcome"),
        (f"/vooraf/{token}", "welcome before the meeting"),
        ("/vooraf/onbekend", "closed before the meeting"),
        ("/deelnemen", "not taking part"),
        ("/niets", "404"),
        ("/j/onbekend", "an unknown QR"),
        ("/terugblik/onbekend", "no terugblik"),
        ("/vertrek", "405"),
    ):
        await look(phones, address, state)
    for page in phones:
        await take_part(page, services, session, settings)
    await look(phones, "/deelnemen", "lobby")
    await look(phones, "/deelnemen/scherm", "what stands on the big screen")
    await desk.end()
    await look(phones, "/deelnemen", "after the end")
    for page in phones:
        await page.context.clear_cookies()
    await look(phones, f"/j/{session.join_token}", "a session that ended")
    await saving.save(services.db, services.room.reader, session.id, {}, desk.sign_in)
    publisher = Publisher(services.room, services.library, 5, session.id, desk.sign_in.account)
    await publisher.publish(LookbackDraft(intro="Dank voor jullie kaarten."))
    found = await services.fanout.scene(session.id)
    await look(phones, f"/terugblik/{found.lookback}", "terugblik")
    await look(phones, f"/j/{session.join_token}", "the way to the terugblik")


async def test_on_every_error_both_stand_at_the_bottom(services, client, phones, settings, monkeypatch):
    for status, ask in (await errors(services, client, monkeypatch)).items():
        answer = await ask()
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"
        for page in phones:
            await shown_as(page, answer)
            await assert_within_reach(page, str(status))


async def test_every_page_of_a_phone_is_one_of_those_that_were_looked_at(client, services, monkeypatch):
    """The pages of the two tests above, by their template: who adds one adds it there."""
    there = {
        file.relative_to(ROOT / "templates").as_posix()
        for file in (ROOT / "templates").rglob("*.html")
        if '{% extends "_phone.html" %}' in file.read_text()
    }
    looked_at = {
        "account/front.html",
        "error.html",
        "phone/ahead_over.html",
        "phone/code.html",
        "phone/ended.html",
        "phone/gone.html",
        "phone/help.html",
        "phone/lookback.html",
        "phone/lookback_closed.html",
        "phone/not_open.html",
        "phone/on_screen.html",
        "phone/page.html",
        "phone/welcome.html",
    }
    assert there == looked_at


async def test_with_the_keyboard_open_both_stay_in_sight(services, phone, settings):
    session = await a_session(services, step="zorgen-kansen")
    page = await phone(device_scale_factor=1)
    await take_part(page, services, session, settings)
    await page.goto("/deelnemen")
    assert "interactive-widget=resizes-content" in await page.locator("meta[name=viewport]").get_attribute(
        "content"
    )
    await page.set_viewport_size(dict(zip(("width", "height"), WITH_KEYBOARD, strict=True)))
    for field in await page.locator("textarea, input[type=text]").all():
        await field.focus()
        assert await page.evaluate(REACHABLE) == []
        assert await page.evaluate(
            """() => {
              const field = document.activeElement.getBoundingClientRect();
              const bar = document.querySelector("footer.kl-safe-bar").getBoundingClientRect();
              return field.top < bar.top - 20;
            }"""
        ), "the field is behind the bar"
    await assert_within_reach(page, "keyboard")


async def test_where_the_keyboard_lies_over_the_page_the_bar_goes_up_with_it(services, phone, settings):
    """As on iOS: the page stays as it is, only the part in sight becomes smaller."""
    page = await phone(device_scale_factor=1)
    await page.goto("/doe-mee")
    lowest = "() => document.querySelector('footer.kl-safe-bar').getBoundingClientRect().bottom"
    show = """(height) => {
      Object.defineProperty(visualViewport, "height", { configurable: true, get: () => height });
      visualViewport.dispatchEvent(new Event("resize"));
    }"""
    assert await page.evaluate(lowest) == 844
    await page.evaluate(show, 500)
    assert await page.evaluate(lowest) == 500
    await page.evaluate(show, 844)
    assert await page.evaluate(lowest) == 844


# --- Hulp -----------------------------------------------------------------------------------------


async def test_without_a_connection_hulp_opens_with_every_number_and_asks_the_server_nothing(
    services, phone, settings
):
    session = await a_session(services, step="zorgen-kansen")
    page = await phone()
    await take_part(page, services, session, settings)
    await page.goto("/deelnemen")
    await page.context.set_offline(True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    await page.get_by_role("link", name="Hulp", exact=True).click()
    sheet = page.get_by_role("dialog")
    for line in services.helplines:
        await expect(sheet.get_by_text(line.name, exact=True)).to_have_count(1)
        if line.phone:
            await expect(sheet.locator(f'a[href="tel:{line.dial}"]')).to_be_visible()
    await expect(sheet).to_contain_text("Deze lijst is nagekeken op 22 november 2026.")
    await expect(sheet).to_contain_text("Je browser onthoudt wel dat je hier was.")
    assert [url for url in asked if not url.endswith(("/scene", "/mijn"))] == []
    await expect(sheet.get_by_role("button", name="Snel weg")).to_be_in_viewport(ratio=1)
    await sheet.get_by_role("button", name="Sluit hulp").last.click()
    await expect(sheet).to_be_hidden()


async def test_the_facilitator_opens_hulp_on_all_phones_at_once_and_later_phones_are_left_alone(
    services, phone, settings
):
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    pages = [await phone() for _ in range(3)]
    await block_sockets(pages[2].context)
    for page in pages:
        await take_part(page, services, session, settings)
        await page.goto("/deelnemen")
        await expect(page.locator("#verbinding")).to_contain_text("Verbonden")
    for page in pages:
        await page.locator("#kaart").fill("Dit schrijf ik")
    await desk.call_help()
    for page in pages:
        await expect(page.get_by_role("dialog")).to_be_visible(timeout=15_000)
        await expect(page.locator("#kaart")).to_have_value("Dit schrijf ik")

    later = await phone()
    await take_part(later, services, session, settings)
    await later.goto("/deelnemen")
    await expect(later.locator("#verbinding")).to_contain_text("Verbonden")
    await pages[0].get_by_role("button", name="Sluit hulp").last.click()
    await pages[0].reload()
    await desk.set_open(session.activity_id, False)
    for page in (later, pages[0]):
        await expect(page.locator("#stand")).to_contain_text("dicht", timeout=15_000)
        await expect(page.get_by_role("dialog")).to_be_hidden()
    await desk.call_help()
    for page in (later, *pages):
        await expect(page.get_by_role("dialog")).to_be_visible(timeout=15_000)


# --- one address, no name -------------------------------------------------------------------------


async def test_a_whole_session_has_one_address_and_titles_that_tell_nothing(services, phone, settings):
    session = await a_session(services)
    desk = await conduct(services, session)
    page = await phone()
    seen = set()
    page.on("framenavigated", lambda frame: seen.add(frame.url.split("?")[0]))
    await take_part(page, services, session, settings)
    answer = await page.goto("/deelnemen")
    assert answer.headers["cache-control"] == "no-store"
    titles = {await page.title()}
    for step in (one for one in session.activities if one.kind in ("cards", "dots")):
        await desk.go_to(step.id)
        await expect(page.locator(f'#stap[data-step="{step.id}"]')).to_be_visible()
        titles.add(await page.title())
    await desk.end()
    await expect(page.get_by_role("heading", name="Dank je wel")).to_be_visible()
    titles.add(await page.title())
    assert titles == {"Meedoen"}
    assert seen == {f"{settings.origin}/deelnemen"}


# --- how the tests get there ----------------------------------------------------------------------


async def take_part(page: Page, services, session, settings) -> None:
    await page.context.clear_cookies()
    await give_cookies(page.context, settings, (await a_participant(services, session)).cookies)


async def shown_as(page: Page, answer) -> None:
    """The answer as this page would show it after a plain post."""
    await page.route(
        "**/antwoord", lambda route: route.fulfill(status=200, headers=dict(answer.headers), body=answer.text)
    )
    await page.goto("/antwoord")
    await page.unroute("**/antwoord")


async def errors(services, client, monkeypatch) -> dict[int, Callable[[], Awaitable]]:
    """Status -> a request of a phone that is answered so."""
    session = await a_session(services, step="zorgen-kansen")
    client.cookies.update((await a_participant(services, session)).cookies)
    card = {"activity": str(session.activity_id), "column": "zorg"}

    async def broken():
        with monkeypatch.context() as patch:
            patch.setattr(Scenes, "_phone", None)
            return await client.get("/deelnemen")

    async def used():
        async def look(*_):
            raise InvitationError(410, invitations.USED)

        with monkeypatch.context() as patch:
            patch.setattr(invitations, "look", look)
            return await client.get("/uitnodiging/x")

    async def guessed():
        async def turn(*_):
            raise Crowded

        with monkeypatch.context() as patch:
            patch.setattr(join.GUESSES, "turn", turn)
            return await client.post("/doe-mee", data={"code": "12345678"})

    async def late():
        await (await conduct(services, session)).set_open(session.activity_id, False)
        return await client.post("/deelnemen/bijdragen", data=card | {"text": "Te laat"})

    return {
        404: lambda: client.get("/j/onbekend"),
        410: used,
        413: lambda: client.post("/deelnemen/bijdragen", data=card | {"text": "a" * 1_200_000}),
        422: lambda: client.post("/deelnemen/bijdragen", data=card | {"text": "a" * 200}),
        429: guessed,
        500: broken,
        409: late,
    }
