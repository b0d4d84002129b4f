"""A facilitator with a dossier, and ready-made actors."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import select

from tests.browser.actors import BigScreen, Desk, Phone, block_sockets
from tests.browser.houses import give_cookies
from tests.browsers import DESK, MOVING, PHONE, SCREEN
from tests.conftest import served
from tests.installations import PAIR, PROCESSES, SQLITE
from tests.people import a_facilitator, a_participant, a_partnership, a_sign_in
from tests.servers import empty, postgres_of_our_own
from tests.together import together
from workshop import codes
from workshop.app import make_app, make_services, running
from workshop.models import Partnership, Session
from workshop.pages.visitor import COOKIE
from workshop.services import Services
from workshop.serving import server as serving
from workshop.settings import TOMBSTONES, Settings


@dataclass
class Troupe:
    """Everybody of one play: one desk, one big screen, and phones."""

    desk: Desk
    screen: BigScreen
    phones: list[Phone]
    partnership: Partnership
    services: Services
    pace: float
    """How many seconds a picture may take to arrive."""

    async def open(
        self,
        worksheet: str,
        title: str,
        young: bool,
        about: str = "",
        groups: Sequence[str] = ("Jongere", "Jongere", "Ouder"),
    ) -> None:
        """The session is in its lobby, on the big screen, with every phone in; of these `groups`."""
        await self.desk.open_session(str(self.partnership.id), worksheet, title, young, about)
        await self.screen.page.goto(await self.desk.screen_path())
        await self.screen.shows(title)
        join_url = await self.desk.join_url()
        for phone, group in zip(self.phones, groups, strict=False):
            await phone.join(join_url, group)
        await self.screen.shows(f"{len(self.phones)} telefoons", self.pace)

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


async def a_troupe(
    services, visitor, sockets: bool = True, phones=(PHONE, PHONE, PHONE), moves: bool = False
) -> Troupe:
    """Everybody in a browser of their own; the desk is signed in."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account, name="Veilig Voorbeeldstad")
    desk, screen, *others = [
        await visitor(**options, **(MOVING if moves else {})) for options in (DESK, SCREEN, *phones)
    ]
    if not sockets:
        for page in (desk, screen, *others):
            await block_sockets(page.context)
    await give_cookies(desk.context, services.settings, {COOKIE: await a_sign_in(services, account)})
    pace = 15 if sockets else 30
    return Troupe(Desk(desk), BigScreen(screen), [*map(Phone, others)], partnership, services, pace)


@pytest_asyncio.fixture
async def troupe(services, visitor):
    return await a_troupe(services, visitor)


@pytest_asyncio.fixture
async def troupe_in_motion(services, visitor):
    """Whose browsers did not ask for less of it."""
    return await a_troupe(services, visitor, moves=True)


@pytest_asyncio.fixture
async def troupe_of_two(services, visitor):
    """With two phones."""
    return await a_troupe(services, visitor, phones=(PHONE, PHONE))


@pytest_asyncio.fixture
async def troupe_without_sockets(services, visitor):
    return await a_troupe(services, visitor, sockets=False)


# --- a house that stays open for a whole module, to look around in: no test may change anything in it ---


OPEN = {SQLITE: "open_on_sqlite", PAIR: "open_pair", PROCESSES: "open_beside_processes"}


@pytest.fixture(scope="module")
def open_house(request):
    """Services of a house at work behind a real port, with a database of its own."""
    return request.getfixturevalue(OPEN[request.param])


@pytest_asyncio.fixture(scope="module")
async def open_beside_processes(two_processes, redis):
    empty(two_processes.database_url)
    redis.empty()
    services = make_services(two_processes)
    async with running(services):
        yield services


@pytest_asyncio.fixture(scope="module")
async def open_on_sqlite(migrated_file, tmp_path_factory):
    file = tmp_path_factory.mktemp("house") / "workshop.sqlite"
    shutil.copy(migrated_file, file)
    with serving.bind("127.0.0.1", 0) as listener:
        settings = _at(listener, database_url=f"sqlite+aiosqlite:///{file}")
        services = make_services(settings)
        async with running(services), served(make_app(settings, services), settings, listener):
            yield services


@pytest_asyncio.fixture(scope="module")
async def open_pair(redis, migrated_postgres, tmp_path_factory):
    tombstones = tmp_path_factory.mktemp("house") / TOMBSTONES
    with postgres_of_our_own(migrated_postgres) as url, serving.bind("127.0.0.1", 0) as listener:
        settings = _at(listener, database_url=url, redis_url=redis.url, tombstones_file=str(tombstones))
        async with together(settings) as services, served(make_app(settings, services), settings, listener):
            yield services


def _at(listener, **given) -> Settings:
    port = listener.getsockname()[1]
    return Settings(
        host="127.0.0.1",
        base_url=f"http://127.0.0.1:{port}",
        exit_url=f"http://localhost:{port}/healthz",
        meaning="off",
        **given,
    )
