"""A facilitator with a dossier, and ready-made actors."""

from dataclasses import dataclass

import pytest_asyncio

from tests.browser.actors import BigScreen, Desk, Phone, block_sockets
from tests.browsers import DESK, PHONE, SCREEN
from tests.people import a_facilitator, a_partnership
from workshop.models import Partnership


@dataclass
class Troupe:
    """Everybody of one play: one desk, one big screen, three phones."""

    desk: Desk
    screen: BigScreen
    phones: list[Phone]
    partnership: Partnership
    pace: float
    """How many seconds a picture may take to arrive."""

    async def open(self, worksheet: str, title: str, young: bool) -> None:
        """The session is in its lobby, on the big screen, with every phone in."""
        await self.desk.open_session(str(self.partnership.id), worksheet, title, young)
        await self.screen.page.goto(await self.desk.screen_path())
        await self.screen.shows(title)
        join_url = await self.desk.join_url()
        for phone, group in zip(self.phones, ("Jongere", "Jongere", "Ouder"), strict=True):
            await phone.join(join_url, group)
        await self.screen.shows("3 telefoons", self.pace)


async def a_troupe(services, visitor, sockets: bool) -> Troupe:
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account, name="Veilig Voorbeeldstad")
    pages = [await visitor(**options) for options in (DESK, SCREEN, PHONE, PHONE, PHONE)]
    if not sockets:
        for page in pages:
            await block_sockets(page.context)
    desk = Desk(pages[0])
    await desk.sign_in(account.email)
    phones = [Phone(page) for page in pages[2:]]
    return Troupe(desk, BigScreen(pages[1]), phones, partnership, pace=1 if sockets else 6)


@pytest_asyncio.fixture
async def troupe(services, visitor):
    return await a_troupe(services, visitor, sockets=True)


@pytest_asyncio.fixture
async def troupe_without_sockets(services, visitor):
    return await a_troupe(services, visitor, sockets=False)
