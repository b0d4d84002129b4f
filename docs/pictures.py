"""Makes the pictures of the README from the running demonstration: `.venv/bin/python docs/pictures.py`.

Needs what `./test` installs: Playwright and Chromium. Everything on the pictures is invented.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "pictures"
PORT = "8290"
ORIGIN = f"http://127.0.0.1:{PORT}"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK = {"viewport": {"width": 1440, "height": 900}}
SCREEN = {"viewport": {"width": 1920, "height": 1080}}


async def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "workshop",
        "demo",
        "--json",
        cwd=HERE.parent,
        env={**os.environ, "WORKSHOP_PORT": PORT, "WORKSHOP_BASE_URL": ORIGIN},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        told = json.loads(await demo.stdout.readline())
        await asyncio.sleep(20)  # the room fills
        async with async_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            await take(browser, told)
            await browser.close()
    finally:
        demo.terminate()
        await demo.wait()


async def take(browser: Browser, told: dict[str, str]) -> None:
    phone = await visit(browser, told["join_url"], **PHONE)
    await picture(phone, "telefoon-welkom")
    await phone.get_by_role("button", name="Meedoen").click()
    await phone.wait_for_url("**/deelnemen")
    await phone.locator("label.is-zorg").click()
    await phone.locator("#kaart").fill("Mensen lachen mee als een grapje te ver gaat.")
    await picture(phone, "telefoon-kaart")
    screen = await visit(browser, told["screen_url"], **SCREEN)
    await picture(screen, "scherm-kaarten")
    desk = await visit(browser, f"{ORIGIN}/inloggen", **DESK)
    await desk.get_by_label("E-mailadres").fill(told["email"])
    await desk.get_by_label("Wachtwoord").fill(told["password"])
    await desk.get_by_role("button", name="Log in").click()
    await desk.wait_for_url("**/dossiers")
    await picture(desk, "mijn-dossiers")
    for name, address in (
        ("regie", told["desk_url"]),
        ("dossier", told["dossier"]),
        ("werkblad", f"{told['dossier']}/bouwstenen/1-a?stap=s5"),
        ("cijfers", f"{told['dossier']}/cijfers"),
    ):
        await desk.goto(address)
        await picture(desk, name)


async def visit(browser: Browser, address: str, **options: object) -> Page:
    context = await browser.new_context(locale="nl-NL", **options)  # ty: ignore[invalid-argument-type]
    page = await context.new_page()
    await page.goto(address)
    return page


async def picture(page: Page, name: str) -> None:
    await page.wait_for_timeout(1200)
    await page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
