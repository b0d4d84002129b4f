"""A facilitator with a dossier, and ready-made actors."""

from dataclasses import dataclass

import pytest_asyncio
from sqlalchemy import select

from tests.browser.actors import BigScreen, Desk, Phone, block_sockets
from tests.browsers import DESK, PHONE, SCREEN
from tests.people import a_facilitator, a_participant, a_partnership
from workshop import codes
from workshop.models import Partnership, Session
from workshop.services import Services


@dataclass
class Troupe:
    """Everybody of one play: one desk, one big screen, three phones."""

    desk: Desk
    screen: BigScreen
    phones: list[Phone]
    partnership: Partnership
    services: Services
    pace: float
    """How many seconds a picture may take to arrive."""

    async def open(self, worksheet: str, title: str, young: bool, about: str = "") -> None:
        """The session is in its lobby, on the big screen, with every phone in."""
        await self.desk.open_session(str(self.partnership.id), worksheet, title, young, about)
        await self.screen.page.goto(await self.desk.screen_path())
        await self.screen.shows(title)
        join_url = await self.desk.join_url()
        for phone, group in zip(self.phones, ("Jongere", "Jongere", "Ouder"), strict=True):
            await phone.join(join_url, group)
        await self.screen.shows("3 telefoons", self.pace)

    async def session(self) -> Session:
        """The newest session of the dossier."""
        async with self.services.db.read() as db:
            newest = select(Session).where(Session.partnership_id == self.partnership.id)
            return (await db.scalars(newest.order_by(Session.created_at.desc()))).first()

    async def quiet_phones(self, forms: list[dict[str, list[str]]]) -> None:
        """More phones, without a browser: each sends one form to the current step."""
        session = await self.session()
        for form in forms:
            phone = await a_participant(self.services, session)
            await self.services.room.contribute(
                session.id, phone.id, session.activity_id, codes.new_id(), form
            )


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
    return Troupe(desk, BigScreen(pages[1]), phones, partnership, services, pace=5 if sockets else 15)


@pytest_asyncio.fixture
async def troupe(services, visitor):
    return await a_troupe(services, visitor, sockets=True)


@pytest_asyncio.fixture
async def troupe_without_sockets(services, visitor):
    return await a_troupe(services, visitor, sockets=False)
