"""A phone that sends more than it may for a moment: what it wrote waits on it, and goes by itself."""

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import Phone
from tests.people import a_session, conduct
from workshop.models import Contribution

pytestmark = pytest.mark.in_this_process  # sets the pace of the process that the phone is at

TEXT = "Er is een fijne plek"


async def test_what_comes_too_fast_waits_on_the_phone_and_goes_by_itself(services, phone):
    session = await a_session(services)
    young = Phone(await phone())
    await young.join(f"/j/{session.join_token}", "Jongere")
    await (await conduct(services, session)).go_to(session.activities[0].id)
    await young.page.locator("label.kl-choice").first.click()
    await young.page.locator("#kaart").fill(TEXT)
    most, services.pace.most = services.pace.most, 0
    await young.page.get_by_role("button", name="Verstuur kaart").click()
    await expect(young.page.locator("#wachtrij")).to_contain_text(TEXT)
    async with services.db.read() as db:
        assert list(await db.scalars(select(Contribution.id))) == []
    services.pace.most = most
    await expect(young.card(TEXT)).to_be_visible()
    await expect(young.page.locator("#wachtrij")).to_be_hidden()
    async with services.db.read() as db:
        assert len(list(await db.scalars(select(Contribution.id)))) == 1
