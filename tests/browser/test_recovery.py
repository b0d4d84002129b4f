"""A phone, a desk and a screen come back by themselves, and nothing is lost."""

import contextlib
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.actors import BigScreen, Desk, Phone
from tests.browsers import DESK, PHONE, SCREEN, Watch
from tests.conftest import served
from tests.people import a_facilitator, a_partnership, both_databases
from tests.processes import on_one_port, until_ready
from workshop.app import make_app, make_services, running
from workshop.services import Services
from workshop.serving import server as serving
from workshop.settings import Settings

pytestmark = both_databases

DRAFT = "Wij ruimen samen op"
A_DAY_BEHIND = """{
  const clock = Date;
  const behind = () => clock.now() - 24 * 3600 * 1000;
  window.Date = class extends clock {
    constructor(...given) { given.length ? super(...given) : super(behind()); }
    static now() { return behind(); }
  };
}"""


async def a_room(services, *pages: Page) -> tuple[Desk, BigScreen, Phone]:
    """A desk in the lobby of a 1-A session, its big screen, and a phone that has joined."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    desk, screen, young = Desk(pages[0]), BigScreen(pages[1]), Phone(pages[2])
    await desk.sign_in(account.email)
    await desk.open_session(str(partnership.id), "1-A", "Hoe gaat het hier?", young=False)
    await screen.page.goto(await desk.screen_path())
    await young.join(await desk.join_url(), "Jongere")
    return desk, screen, young


@pytest_asyncio.fixture
async def pages(visitor):
    return [await visitor(**options) for options in (DESK, SCREEN, PHONE)]


class Wire:
    """The sockets of one page, to be cut."""

    def __init__(self) -> None:
        self.routes = []

    async def lay(self, page) -> None:
        def through(route):
            route.connect_to_server()
            self.routes.append(route)

        await page.route_web_socket("**/stroom*", through)

    async def cut(self) -> None:
        for route in self.routes:
            await route.close(code=1001)
        self.routes.clear()


async def test_a_phone_that_lost_its_socket_comes_back_to_the_right_scene_with_its_draft(services, pages):
    wire = Wire()
    await wire.lay(pages[2])
    desk, _, young = await a_room(services, *pages)
    await desk.start("Zorgen en kansen")
    await young.sees("Hoe gaat het met jongeren hier?")
    await young.page.locator("#kaart").fill(DRAFT)

    await young.page.context.set_offline(True)
    await wire.cut()
    await desk.press("Zet deze stap dicht")
    await expect(desk.page.get_by_role("button", name="Zet deze stap weer open")).to_be_visible()
    await expect(young.page.locator("#verbinding")).to_have_attribute("data-state", "offline", timeout=20_000)
    await young.page.context.set_offline(False)

    await expect(young.page.locator("#stand")).to_contain_text("dicht", timeout=20_000)
    await expect(young.page.locator("#kaart")).to_have_value(DRAFT)
    await young.page.reload()
    await expect(young.page.locator("#kaart")).to_have_value(DRAFT)
    await desk.press("Zet deze stap weer open")
    await expect(young.page.get_by_role("button", name="Verstuur kaart")).to_be_visible(timeout=10_000)


async def test_a_card_written_without_a_connection_is_sent_once_when_it_is_back(services, pages):
    """Of a phone whose clock is a day wrong: nothing that it does goes by that."""
    await pages[2].add_init_script(A_DAY_BEHIND)
    desk, screen, young = await a_room(services, *pages)
    await desk.start("Zorgen en kansen")
    await young.sees("Hoe gaat het met jongeren hier?")
    await young.page.context.set_offline(True)
    await young.page.locator("label.is-kans").click()
    await young.page.locator("#kaart").fill("Wij letten op elkaar.")
    await young.page.get_by_role("button", name="Verstuur kaart").click()
    await expect(young.page.locator("#wachtrij")).to_contain_text("Gaat mee zodra er verbinding is")
    await young.page.context.set_offline(False)
    await screen.shows("Wij letten op elkaar.", seconds=20)
    await expect(young.card("Wij letten op elkaar.")).to_have_count(1)
    await expect(young.page.locator("#wachtrij")).to_be_hidden()
    assert (await screen.page.locator("#scherm").inner_text()).count("Wij letten op elkaar.") == 1


async def test_a_restart_in_the_middle_of_a_step_loses_nothing_and_every_page_recovers(
    settings, listener, browser, tmp_path
):
    listener.close()  # each start opens the port itself
    log = tmp_path / "written.txt"
    async with House(settings, log) as services:
        watch = Watch(settings)
        contexts = [await browser.new_context(base_url=settings.origin, **o) for o in (DESK, SCREEN, PHONE)]
        pages = [await context.new_page() for context in contexts]
        for context in contexts:
            watch.over(context)
        desk, screen, young = await a_room(services, *pages)
        await desk.start("Zorgen en kansen")
        await young.sees("Hoe gaat het met jongeren hier?")
        await young.write_card("Voor de herstart.", "Zorg")
        await young.page.locator("#kaart").fill(DRAFT)
        await screen.shows("Voor de herstart.", seconds=5)

    async with House(settings, log):
        await young.page.get_by_role("button", name="Verstuur kaart").click()
        await screen.shows(DRAFT, seconds=30)
        await screen.shows("Voor de herstart.")
        await expect(desk.page.locator("#telefoons")).to_contain_text("1 telefoon", timeout=20_000)
        await desk.start("Wat telt het zwaarst")
        await young.sees("Waar moeten we zeker iets mee doen?", seconds=30)
        for context in contexts:
            await context.close()
        watch.assert_nothing_strange()


class House(contextlib.AsyncExitStack):
    """The whole app on its own port, from start to stop: what a restart is made of. With Redis it is two
    processes, beside the services that it gives."""

    def __init__(self, settings: Settings, log: Path) -> None:
        super().__init__()
        self.settings = settings
        self.log = log

    async def __aenter__(self) -> Services:
        await super().__aenter__()
        services = make_services(self.settings)
        await self.enter_async_context(running(services))
        if self.settings.redis_url:
            self.enter_context(on_one_port(self.settings, self.log))
            await until_ready(self.settings.origin)
        else:
            listener = serving.bind(self.settings.host, self.settings.port)
            app = make_app(self.settings, services)
            await self.enter_async_context(served(app, self.settings, listener))
        return services


async def test_a_socket_that_is_accepted_and_says_nothing_keeps_no_phone_behind(services, pages):
    await pages[2].route_web_socket("**/stroom*", lambda socket: None)
    desk, _, young = await a_room(services, *pages)
    await desk.start("Zorgen en kansen")
    await young.sees("Hoe gaat het met jongeren hier?", seconds=15)
    await desk.go_to("Wat telt het zwaarst")
    await young.sees("Waar moeten we zeker iets mee doen?", seconds=15)
