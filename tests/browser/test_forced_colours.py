"""In colours of the reader's own (high contrast of Windows): what is chosen, current or focused shows."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.houses import give_cookies
from tests.browsers import DESK
from tests.people import a_facilitator, a_participant, a_partnership, a_session, signed_in
from workshop.pages import visitor as visitors

SCHEMES = ("light", "dark")
LOOK = """(at) => {
  const { outlineStyle, outlineWidth, outlineColor, borderBottomColor } = getComputedStyle(at);
  const ring = outlineStyle === "none" ? "none" : `${outlineStyle} ${outlineWidth} ${outlineColor}`;
  const page = getComputedStyle(document.documentElement).backgroundColor;
  return { ring, line: borderBottomColor === page ? "none" : borderBottomColor };
}"""


async def at(phone, services, settings, worksheet: str, step: str) -> Page:
    """A phone at this step, in forced colours."""
    session = await a_session(services, worksheet, step=step)
    me = await a_participant(services, session)
    page = await phone(forced_colors="active")
    await give_cookies(page.context, settings, me.cookies)
    await page.goto("/deelnemen")
    return page


async def told_apart(page: Page, one: Locator, other: Locator, by: str = "ring") -> None:
    """The one has it and the other has not, on a light page and on a dark one."""
    for scheme in SCHEMES:
        await page.emulate_media(forced_colors="active", color_scheme=scheme)
        assert (await one.evaluate(LOOK))[by] != "none", scheme
        assert (await other.evaluate(LOOK))[by] == "none", scheme


@pytest.mark.parametrize(
    ("worksheet", "step", "kind"),
    [("1-A", "zorgen-kansen", ".kl-choice"), ("0-leren", "cijfers", ".kl-key")],
)
async def test_a_choice_on_a_phone_shows_in_both(phone, services, settings, worksheet, step, kind):
    page = await at(phone, services, settings, worksheet, step)
    first, second = page.locator(f"#stap {kind}").nth(0), page.locator(f"#stap {kind}").nth(1)
    await first.get_by_role("radio").press("Space")
    await page.locator("#stap h1").focus()
    await told_apart(page, first, second)


async def test_the_focus_shows_in_both(phone, services, settings):
    page = await at(phone, services, settings, "1-A", "zorgen-kansen")
    button = page.get_by_role("button", name="Verstuur kaart")
    await page.get_by_label("Mijn kaart").press("Tab")
    await button.focus()
    await told_apart(page, button, page.get_by_role("link", name="Hulp", exact=True))


async def test_the_step_and_the_tab_of_the_desk_show_in_both(visitor, client, services, settings):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    desk = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=desk, step="zorgen-kansen")
    page = await visitor(**DESK, forced_colors="active")
    token = client.cookies[visitors.COOKIE]
    await page.context.add_cookies([{"name": visitors.COOKIE, "value": token, "url": settings.origin}])
    await page.goto(f"/sessies/{session.id}/regie")
    steps = page.locator("#programma li")
    current = page.locator("#programma li[aria-current=step]")
    await told_apart(page, current, steps.last)
    chosen, other = page.get_by_role("tab").nth(0), page.get_by_role("tab").nth(1)
    await expect(chosen).to_have_attribute("aria-selected", "true")
    await told_apart(page, chosen, other, "line")
