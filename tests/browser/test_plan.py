"""A facilitator makes a plan with a step of every kind by hand, puts it in order, and plays it."""

from __future__ import annotations

import re

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.actors import assert_accessible, rest
from tests.browser.houses import give_cookies, visiting
from tests.browser.keyboard import Keyboard
from tests.browsers import DESK, PHONE, SCREEN
from tests.pages.test_plan import BY_HAND
from tests.people import a_facilitator, a_participant, a_partnership, a_session, a_sign_in, conduct, reloaded
from workshop import kinds
from workshop.kinds import controls
from workshop.pages.visitor import COOKIE

QUESTION = "Wat vind jij van {}?"
NAMES = ".kl-plan-step h2"


@pytest_asyncio.fixture
async def planner(services, visitor):
    """The desk of a facilitator at the plan of a session in its lobby, and the session."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    session = await a_session(services, "0-leren", partnership=partnership)
    page = await visitor(**DESK)
    await give_cookies(page.context, services.settings, {COOKIE: await a_sign_in(services, account)})
    await page.goto(f"/sessies/{session.id}/programma")
    return page, session


async def test_a_step_of_every_kind_is_made_by_hand_and_opens_on_phone_and_screen(services, planner, visitor):
    page, session = planner
    plan = page.url
    await assert_accessible(page, "the plan")
    for kind in kinds.names():
        await page.goto(plan)
        await page.locator(f"#stap-nieuw a[href$='soort={kind}']").click()
        await page.get_by_label(re.compile(r"^\s*Vraag aan de deelnemers\s*$")).fill(QUESTION.format(kind))
        for one in controls.controls(kinds.get(kind)):
            words = BY_HAND[kind].get(f"set.{one.name}")
            field = page.locator(f"[name='set.{one.name}']")
            if one.shape == "tick":
                await field.set_checked(words == "ja")
            elif words is not None and one.shape == "choice":
                await field.select_option(words)
            elif words is not None:
                await field.fill(words)
        await assert_accessible(page, f"a new step: {kind}")
        await page.get_by_role("button", name="Voeg toe").click()
        await page.wait_for_url("**/stappen/*")
        for frame in ("Groot scherm", "Telefoon", "Regie"):
            inside = page.frame_locator(f"iframe[title='Voorbeeld: {frame}']")
            await page.locator(f"iframe[title='Voorbeeld: {frame}']").scroll_into_view_if_needed()
            await expect(inside.get_by_role("heading", name=QUESTION.format(kind))).to_have_count(1)
    await assert_accessible(page, "a step with its previews")

    made = [
        step for step in (await reloaded(services, session.id)).activities if step.key.startswith("eigen-")
    ]
    assert [step.kind for step in made] == list(kinds.names())
    member = await a_participant(services, session)
    phone, screen = await visitor(**PHONE), await visitor(**SCREEN)
    await give_cookies(phone.context, services.settings, member.cookies)
    await screen.goto(f"/scherm/{session.screen_token}")
    desk = await conduct(services, session)
    for step in made:
        await desk.go_to(step.id)
        await phone.goto("/deelnemen")
        await expect(phone.get_by_role("heading", name=step.question)).to_be_visible()
        await expect(screen.get_by_role("heading", name=step.question)).to_be_visible()
        await assert_accessible(phone, f"phone: {step.kind}")


async def test_steps_are_put_in_order_by_keyboard_and_by_dragging(services, planner):
    page, session = planner
    order = [step.title for step in session.activities]
    chair = Keyboard(page)

    async def stands(expected):
        said = [re.compile(rf"^{n}\. {re.escape(title)}$") for n, title in enumerate(expected, 1)]
        await expect(page.locator(NAMES)).to_have_text(said)
        await rest(page)

    await chair.tab_to(f"{order[0]} omlaag")
    for place in (1, 2):
        await chair.press("Enter")
        order.insert(place, order.pop(place - 1))
        await stands(order)
        assert await chair.focus() == f"{order[place]} omlaag"
        await expect(page.locator("#melding")).to_have_text(
            f"‘{order[place]}’ staat nu op plek {place + 1} van {len(order)}."
        )

    grips = page.locator("[data-grip]")
    start, end = await grips.nth(0).bounding_box(), await grips.nth(2).bounding_box()
    await page.mouse.move(start["x"] + 8, start["y"] + 8)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 8, end["y"] + end["height"] + 8, steps=8)
    await page.mouse.up()
    order.insert(2, order.pop(0))
    await stands(order)
    await assert_accessible(page, "after dragging")
    stored = sorted((await reloaded(services, session.id)).activities, key=lambda step: step.position)
    assert [step.title for step in stored] == order

    async with visiting(page.context.browser, services, **PHONE) as context:
        await context.add_cookies(await page.context.cookies())
        handheld = await context.new_page()
        await handheld.goto(page.url)
        await drag_by_finger(handheld, handheld.locator("[data-grip]").nth(1), -1)
        await expect(handheld.locator(NAMES).first).to_have_text(f"1. {order[1]}")
        await expect(handheld.locator("#melding")).to_contain_text(f"‘{order[1]}’ staat nu op plek 1")
        order.insert(0, order.pop(1))
        await drag_by_finger(handheld, handheld.locator("[data-grip]").nth(1), -1, ends="touchCancel")
        await expect(handheld.locator(NAMES).first).to_have_text(f"1. {order[0]}")
    await page.reload()
    await stands(order)

    minutes = page.get_by_label(f"Minuten voor {order[0]}")
    await minutes.fill("25")
    await minutes.press("Tab")
    await expect(page.locator(".kl-plan-time").first).to_have_text("0–25 min")
    await minutes.fill("0")
    await minutes.press("Tab")
    await expect(page.get_by_role("alert")).to_contain_text("Een stap duurt 1 tot 180 minuten.")
    await assert_accessible(page, "with a mistake")


async def drag_by_finger(page: Page, grip: Locator, rows: int, ends: str = "touchEnd") -> None:
    """Drags a step past so many rows as a finger does: what the page does not claim, scrolls it."""
    await grip.scroll_into_view_if_needed()
    box = await grip.bounding_box()
    height = (await grip.locator("xpath=ancestor::li").bounding_box())["height"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = await page.context.new_cdp_session(page)
    steps = [{"x": x, "y": y + rows * height * step / 8} for step in range(9)]
    for number, point in enumerate(steps):
        touch = {"type": "touchMove" if number else "touchStart", "touchPoints": [point]}
        await finger.send("Input.dispatchTouchEvent", touch)
    await finger.send("Input.dispatchTouchEvent", {"type": ends, "touchPoints": []})
