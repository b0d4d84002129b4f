"""A whole evening on the server as it ships, and then: what did it write? Never of whom, or with what."""

import asyncio
import base64
import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.actors import Desk, Phone
from tests.browsers import DESK, PHONE
from workshop.settings import ROOT

CANARY = "Kanarie"
EMAIL, PASSWORD, NAME = "kanarie.fatima@voorbeeld.nl", "kanarie zingt een lang lied", "Fatima Kanarie"
CARD, BROKEN, LONG = f"{CANARY} zegt iets", f"{CANARY} gaat mis", f"{CANARY} houdt niet op " * 20
TITLE, WRONG = f"{CANARY} in de klas", f"{CANARY} raadt een wachtwoord"
AGENT, REFERER = "Kanariebrowser/7", "https://kanarieverwijzer.example/"
STRANGER = "127.0.0.77"
PATIENCE = 60


class House:
    """The installation as an operator starts it; everything it writes goes to one file."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "written.txt"
        self.var = folder / "var"
        self.database = self.var / "workshop.sqlite"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"
        # The second half is what an operator might switch on to see more.
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")},
            "WORKSHOP_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "WORKSHOP_HOST": "127.0.0.1",
            "WORKSHOP_PORT": str(self.port),
            "WORKSHOP_BASE_URL": self.origin,
            "WORKSHOP_EXIT_URL": f"http://127.0.0.1:{self.port}/healthz",
            "LITESTAR_DEBUG": "1",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONWARNINGS": "default",
            "PYTHONASYNCIODEBUG": "1",
        }

    async def run(self, *arguments: str, typed: str = "") -> None:
        with self.log.open("ab") as file:
            made = await self._process(arguments, file)
            await made.communicate(typed.encode())
        assert made.returncode == 0

    @contextlib.asynccontextmanager
    async def open(self):
        with self.log.open("ab") as file:
            process = await self._process(["serve"], file)
            try:
                await self._answers()
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), PATIENCE)

    @contextlib.contextmanager
    def broken(self):
        """Meanwhile the database takes no contribution: its error quotes the card."""
        self._do("CREATE TRIGGER fault BEFORE INSERT ON contribution BEGIN SELECT RAISE(ABORT, 'fault'); END")
        yield
        self._do("DROP TRIGGER fault")

    def written(self) -> str:
        """Everything it wrote anywhere, the database itself aside."""
        own = {self.database.with_name(self.database.name + ending) for ending in ("", "-wal", "-shm")}
        files = [file for file in self.var.rglob("*") if file.is_file() and file not in own]
        return "\n".join(file.read_text(errors="replace") for file in (self.log, *files))

    def tokens(self) -> list[str]:
        """Every secret of the database that is in plain form."""
        rows = self._do("SELECT join_token, screen_token, code FROM session")
        return [value for row in rows for value in row if value]

    def _do(self, statement: str) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            return connection.execute(statement).fetchall()

    def _process(self, arguments, file):
        return asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "workshop", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=file,
            stderr=file,
            cwd=ROOT,
            env=self.environment,
        )

    async def _answers(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(OSError):
                    address = f"http://127.0.0.1:{self.port}/readyz"
                    if (await asyncio.to_thread(urllib.request.urlopen, address)).status == 200:
                        return
                await asyncio.sleep(0.1)


def told_on(text: str, secrets: list[str]) -> list[str]:
    """Which secrets stand in a text; anybody's address counts as one."""
    found = [secret for secret in secrets if secret.lower() in text.lower()]
    return found + re.findall(r"127\.0\.0\.\d+:\d+|127\.0\.0\.77", text)


@pytest.mark.parametrize(
    "line",
    [
        f"ERROR x: INSERT INTO contribution VALUES ('{CARD}')",
        f"INFO: {STRANGER}:51234 - GET /",
        "INFO: 127.0.0.1:51234 - GET /",
        f"user-agent: {AGENT.upper()}",
        "Cookie: kompas=geheim",
    ],
)
def test_what_must_not_be_written_would_be_found(line):
    assert told_on(f"een regel\n{line}\n", [CANARY, AGENT, "kompas=geheim"])


async def test_an_evening_with_every_sort_of_fault_leaves_nothing_of_anybody_in_what_the_server_writes(
    browser, tmp_path
):
    house = House(tmp_path)
    await house.run("db", "upgrade")
    await house.run("user", "add", EMAIL, "--name", NAME, "--manager", typed=PASSWORD + "\n")
    house.log.write_text("")  # what it said to the person who made the account
    contexts = [
        await browser.new_context(base_url=house.origin, locale="nl-NL", **options)
        for options in (DESK, PHONE | {"user_agent": AGENT}, PHONE | {"user_agent": AGENT})
    ]
    pages = [await context.new_page() for context in contexts]
    desk, first, second = Desk(pages[0]), Phone(pages[1]), Phone(pages[2])
    secrets = [CANARY, EMAIL, PASSWORD, AGENT, REFERER.removeprefix("https://"), "Mozilla/"]

    async with house.open():
        await opened(house, desk)
        join_url = await desk.join_url()
        for phone in (first, second):
            await phone.page.goto(join_url, referer=REFERER)
            await phone.page.get_by_role("button", name="Meedoen").click()
            await phone.page.wait_for_url("**/deelnemen")
        for context in contexts:
            secrets += [cookie["value"] for cookie in await context.cookies() if len(cookie["value"]) > 5]
        secrets += house.tokens()
        await desk.start("Zorgen en kansen")
        for phone in (first, second):
            await phone.write_card(CARD, "Zorg")
        await mistakes(first, house)
        await nonsense(house, await first.page.context.cookies())
        with house.broken():
            await first.page.locator("label.is-zorg").click()
            await first.page.locator("#kaart").fill(BROKEN)
            await first.page.get_by_role("button", name="Verstuur kaart").click()
            await expect(first.page.locator("#wachtrij")).to_contain_text(BROKEN)
        await second.page.get_by_role("contentinfo").get_by_role("button", name="Snel weg").click()
        await second.page.wait_for_url("**/healthz")
    async with house.open():
        await expect(first.card(BROKEN)).to_be_visible(timeout=PATIENCE * 1000)
        await desk.start("Wat telt het zwaarst")
        await first.sees("Waar moeten we zeker iets mee doen?", seconds=30)
        await first.stick_dots(BROKEN)
        await desk.end()
    for context in contexts:
        await context.close()

    written = house.written()
    assert "Kompas Live staat aan." in written
    assert re.search(r"ERROR workshop\.pages\.errors: IntegrityError in [\w.: <]*\bintake\.py:\d+", written)
    assert re.search(r"WARNING uvicorn\.error: Invalid HTTP request received", written)
    assert "Traceback" not in written
    assert told_on(written, secrets) == []


async def opened(house: House, desk: Desk) -> None:
    """A wrong password, a right one, a dossier, and a session in its lobby."""
    page = desk.page
    await page.goto("/inloggen")
    await page.get_by_label("E-mailadres").fill(EMAIL)
    await page.get_by_label("Wachtwoord").fill(WRONG)
    await page.get_by_role("button", name="Log in", exact=True).click()
    await expect(page.get_by_label("Wachtwoord")).to_have_value("")
    await page.get_by_label("Wachtwoord").fill(PASSWORD)
    await page.get_by_role("button", name="Log in", exact=True).click()
    await page.wait_for_url("**/dossiers")
    await page.goto("/dossiers/nieuw")
    await page.get_by_label("Hoe heet jullie samenwerkingsverband?").fill(f"{CANARY} werkt samen")
    await page.get_by_role("button", name="Maak het dossier").click()
    await page.wait_for_url(re.compile("/dossiers/[0-9a-f-]{36}$"))
    await desk.open_session(page.url.rsplit("/", 1)[1], "1-A", TITLE, young=False)


async def mistakes(phone: Phone, house: House) -> None:
    """What a phone may get wrong: 404, 422, 413 and the wrong place."""
    statuses = await phone.page.evaluate(
        """async ([long, canary]) => {
          const activity = document.querySelector("[name=activity]").value;
          const send = async (address, fields) => {
            const body = new URLSearchParams({ activity, ...fields });
            return (await fetch(address, { method: "POST", body })).status;
          };
          return [
            (await fetch(`/terugblik/${canary}?x=${canary}`)).status,
            (await fetch(`/${canary}`)).status,
            await send("/deelnemen/bijdragen", { column: "zorg", text: long }),
            await send("/deelnemen/bijdragen", { column: "zorg", text: canary.repeat(200000) }),
            await send("/doe-mee", { code: canary }),
          ];
        }""",
        [LONG, CANARY],
    )
    assert statuses == [404, 404, 422, 413, 422]


async def nonsense(house: House, cookies: list) -> None:
    """A stranger's browser that does not keep to the rules, with somebody's cookies."""
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    key = base64.b64encode(CANARY.encode().ljust(16, b".")).decode()
    shake = (
        f"GET /deelnemen/stroom?kaart={CANARY} HTTP/1.1\r\nHost: localhost:{house.port}\r\n"
        f"Origin: {house.origin}\r\nUser-Agent: {AGENT}\r\nReferer: {REFERER}\r\nCookie: {cookie}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()
    text = json.dumps({"kaart": CANARY * 4000}).encode()
    too_large = b"\x81\xff" + len(text).to_bytes(8, "big") + b"\0\0\0\0" + text
    for after in (b"\xf7\xff" + CANARY.encode() * 9, too_large, b"\x81\x83\0\0\0\0" + b"\xff\xfe\xfd", b""):
        await said_raw(house, shake, after)
    await said_raw(house, f"{CANARY} {AGENT}\r\nCookie {cookie}\r\n\r\n".encode(), b"")
    await said_raw(house, shake.replace(f"localhost:{house.port}".encode(), b"kanarie.example"), b"")


async def said_raw(house: House, first: bytes, then: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port, local_addr=(STRANGER, 0))
    writer.write(first)
    assert await reader.read(2000)
    writer.write(then)
    with contextlib.suppress(TimeoutError, OSError):
        await asyncio.wait_for(reader.read(100_000), 1)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
