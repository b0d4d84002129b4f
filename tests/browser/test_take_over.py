"""Another device takes the wheel: from a laptop that is dead, and from one that is not."""

import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import assert_accessible
from tests.browsers import DESK
from tests.people import a_facilitator, a_member, a_partnership, a_session, reloaded
from workshop import codes
from workshop.accounts import roles, sign_in
from workshop.models import SignIn
from workshop.pages.visitor import COOKIE

WHY = "Een collega heeft nu de regie. Wil jij verdergaan? Neem de regie over."


@pytest_asyncio.fixture
async def open_desk(services, visitor, settings):
    """`await open_desk(account)`: the page of somebody who is signed in, and the sign-in."""

    async def come(account):
        token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=1))
        page = await visitor(**DESK)
        await page.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
        async with services.db.read() as db:
            found = select(SignIn).where(SignIn.token_hash == codes.token_hash(token))
            return page, (await db.scalars(found)).one()

    return come


class Wire:
    """The sockets of one page. While it is `silent` nothing reaches the page."""

    def __init__(self):
        self.silent = False

    def carry(self, page_side):
        server_side = page_side.connect_to_server()
        server_side.on_message(lambda message: None if self.silent else page_side.send(message))


async def test_a_colleague_takes_over_from_a_laptop_that_lives_and_from_one_that_died(services, open_desk):
    fatima, kevin = await a_facilitator(services, "Fatima"), await a_facilitator(services, "Kevin")
    partnership = await a_partnership(services, fatima)
    await a_member(services, partnership, kevin, roles.BEGELEIDER)
    laptop, hers = await open_desk(fatima)
    tablet, _ = await open_desk(kevin)
    session = await a_session(services, partnership=partnership, sign_in=hers, step="zorgen-kansen")
    wire, address = Wire(), f"/sessies/{session.id}/regie"
    await laptop.route_web_socket("**/stroom*", wire.carry)
    await laptop.goto(address)
    onward = laptop.get_by_role("button", name="Start:")
    await expect(onward).to_be_visible()
    await tablet.goto(address)
    await expect(tablet.get_by_text("Fatima heeft nu de regie.")).to_be_visible()
    await expect(tablet.get_by_role("button", name="Start:")).to_have_count(0)
    await assert_accessible(tablet, "naast de regie")

    # The laptop has not heard of it yet: a press in that moment changes nothing and says why.
    wire.silent = True
    await tablet.get_by_role("button", name="Neem de regie over").click()
    await expect(tablet.get_by_role("button", name="Start:")).to_be_visible()
    await onward.click()
    await expect(laptop.locator("#melding")).to_contain_text(WHY)
    assert (await reloaded(services, session.id)).activity_id == session.activity_id

    # Once it hears, its buttons are gone.
    wire.silent = False
    await tablet.get_by_role("button", name="Zet het beeld uit").click()
    await expect(laptop.get_by_text("Kevin heeft nu de regie.")).to_be_visible()
    await expect(onward).to_have_count(0)

    # The tablet dies without a goodbye, and comes back as the one beside.
    await tablet.context.set_offline(True)
    await laptop.get_by_role("button", name="Neem de regie over").click()
    await onward.click()
    await expect(laptop.locator("#nu-deel")).not_to_have_attribute("data-step", str(session.activity_id))
    await tablet.context.set_offline(False)
    await expect(tablet.get_by_text("Fatima heeft nu de regie.")).to_be_visible()
    await expect(tablet.get_by_role("button", name="Start:")).to_have_count(0)
