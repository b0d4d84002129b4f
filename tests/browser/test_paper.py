"""What people wrote on paper is typed over at the desk, with and without scripts."""

import re

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import assert_accessible
from tests.browsers import DESK
from tests.people import a_session, conduct
from workshop.accounts import sign_in
from workshop.models import Contribution
from workshop.pages.visitor import COOKIE


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize(("worksheet", "step"), [("1-A", "zorgen-kansen"), ("0-leren", "cijfers")])
async def test_two_sheets_are_typed_over(services, visitor, settings, worksheet, step, scripts):
    session = await a_session(services, worksheet, step=step)
    chair = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, chair.sign_in.account_id, days=1))
    page = await visitor(**DESK, java_script_enabled=scripts)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
    await page.goto(f"/sessies/{session.id}/regie")
    await page.locator("#van-papier summary").click()
    await page.get_by_role("link", name="Vul een blad in").click()
    for number in (1, 2):
        await expect(page.get_by_text("Gooi dit blad weg")).to_have_count(0)
        if step == "cijfers":
            marks = page.get_by_role("radio", name=f"{number}", exact=True)
            await expect(marks.first).to_be_visible()
            for theme in await marks.all():
                await theme.check(force=True)
        else:
            await page.get_by_role("radio").first.check(force=True)
            await page.locator("#kaart").fill("Een blad")
        await page.get_by_role("button", name="Verstuur").click()
        sheets = "1 blad van papier." if number == 1 else "2 bladen van papier."
        await expect(page.get_by_text(sheets)).to_be_visible()
        await expect(page.get_by_role("button", name="Gooi dit blad weg")).to_be_visible()
        if scripts and number == 1:
            await assert_accessible(page, "papier")
        await page.get_by_role("link", name="Volgend blad").click()
    await page.get_by_role("link", name="Naar de regie").click()
    await expect(page.locator("#van-papier summary")).to_have_text(re.compile(r"^\s*Van papier \(2\)\s*$"))
    async with services.db.read() as db:
        rows = list(await db.scalars(select(Contribution)))
    assert len({row.notes["paper"] for row in rows}) == 2
