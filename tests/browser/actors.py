"""The people of a session as browsers: a facilitator at a desk, a big screen, and phones.

Each looks for what a person would look for: names of buttons and words on the page.
"""

import re
from dataclasses import dataclass

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.people import PASSWORD

SECOND = 1000
AXE = Axe().axe_script
# What axe cannot judge in a headless browser is left out, not what it finds: nothing is switched off.
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # else it describes every node that is in order, too
}

BARRIERS = """async (options) => {
  for (const motion of document.getAnimations())
    if (Number.isFinite(motion.effect.getComputedTiming().endTime)) motion.finish();
  const bars = [...document.querySelectorAll(".kl-next, footer.kl-safe-bar")];
  for (const bar of bars) bar.style.position = "static";
  const { violations } = await axe.run(document.querySelector("dialog:modal") ?? document, options);
  for (const bar of bars) bar.style.position = "";
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}"""


async def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong, once colours have stopped fading into each other. What lies half behind the
    bar at the foot of a page is no small target: it can be scrolled.

    Behind an open dialog nothing can be reached, so there only the dialog counts.
    """
    await page.wait_for_load_state()  # a page that is about to go has no document to look at
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    return await page.evaluate(BARRIERS, AXE_OPTIONS)


async def assert_accessible(page: Page, state: str) -> None:
    found = [f"{state}: {line}" for line in await barriers(page)]
    assert not found, "\n".join(found)


async def rest(page: Page) -> None:
    """Waits as a person does between two presses: the place of the last one is deaf for a moment."""
    hears = "typeof kompas === 'undefined' || !kompas.hears || kompas.hears()"
    look = f"const look = () => (({hears}) ? done() : setTimeout(look, 20)); look();"
    await page.evaluate(f"new Promise((done) => {{ {look} }})")


async def block_sockets(context: BrowserContext) -> None:
    """As behind a school's proxy: every WebSocket fails at once."""
    await context.add_init_script(
        """
        window.WebSocket = class extends EventTarget {
          static CONNECTING = 0; static OPEN = 1; static CLOSING = 2; static CLOSED = 3;
          readyState = 3;
          constructor() {
            super();
            setTimeout(() => this.dispatchEvent(new CloseEvent("close", { code: 1006 })), 5);
          }
          send() {}
          close() {}
        };
        """
    )


@dataclass
class Desk:
    page: Page

    async def sign_in(self, email: str) -> None:
        await self.page.goto("/inloggen")
        await self.page.get_by_label("E-mailadres").fill(email)
        await self.page.get_by_label("Wachtwoord").fill(PASSWORD)
        await self.page.get_by_role("button", name="Log in").click()
        await self.page.wait_for_url("**/dossiers")

    async def open_session(
        self, partnership_id: str, worksheet: str, title: str, young: bool, about: str = ""
    ) -> str:
        """The path of the desk. `about` is the ambition or activity that the session is about."""
        await self.page.goto(f"/dossiers/{partnership_id}/sessies/nieuw?werkblad={worksheet}")
        await self.page.get_by_label("Titel voor de deelnemers").fill(title)
        if about:
            await self.page.locator("label.kl-choice", has=self.page.get_by_text(about, exact=True)).click()
        answer = "Ja" if young else "Nee, alleen volwassenen"
        await self.page.locator("label", has_text=re.compile(rf"^\s*{answer}")).click()
        await self.page.get_by_role("button", name="Maak de sessie").click()
        await self.page.wait_for_url("**/regie")
        await self.press("Open de sessie")
        await expect(self.page.get_by_role("heading", name="Laat iedereen binnen")).to_be_visible()
        return self.page.url

    async def screen_path(self) -> str:
        return await self.page.get_by_role("link", name="Groot scherm").get_attribute("href") or ""

    async def join_url(self) -> str:
        return await self.page.locator("#adres").input_value()

    async def press(self, name: str) -> None:
        await self.rest()
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def rest(self) -> None:
        await rest(self.page)

    async def start(self, title: str) -> None:
        """Goes to the next step, which must be this one."""
        await self.press(f"Start: {title}")
        await expect(self.page.locator("#programma [aria-current=step]")).to_contain_text(title)

    async def go_to(self, title: str) -> None:
        """Goes straight to this step, past the ones before it."""
        await self.press(f"Ga naar {title}")
        await expect(self.page.locator("#programma [aria-current=step]")).to_contain_text(title)

    async def tab(self, name: str) -> None:
        await self.page.get_by_role("tab", name=name).click()

    async def let_through(self, text: str) -> None:
        card = self.page.locator(".kl-held", has_text=text)
        await self.rest()
        await card.get_by_role("button", name="Laat zien").click()
        await expect(card).to_have_count(0)

    async def gather(self, name: str, *cards: str) -> None:
        """Puts loose cards on the screen into a new group."""
        await self.tab("Op het scherm")
        for card in cards:
            await self.page.locator("#deel-scherm label", has_text=card).get_by_role("checkbox").check()
        await self.page.locator("#stapelnaam").fill(name)
        await self.rest()
        await self.press("Nieuwe stapel")
        await expect(self.page.get_by_label("Naam van de stapel").last).to_have_value(name)

    async def agree(self, signal: str, owner: str, how_often: str) -> None:
        """Writes down who collects a signal that is needed, and how often."""
        part = self.page.locator(
            "#nu-deel section.kl-panel", has=self.page.get_by_role("heading", name=signal)
        )
        await part.get_by_label("Wie verzamelt").fill(owner)
        await part.get_by_label("Hoe vaak").fill(how_often)
        await part.get_by_role("button", name="Bewaar", exact=True).click()

    async def end(self) -> None:
        """Stops the session, from whatever step it is in."""
        await self.page.locator("#stop-menu summary").click()
        await self.page.locator("#stop-menu").get_by_role("button", name="Stop en kijk na").click()
        await self.page.wait_for_url("**/nakijken")

    async def unfold(self) -> None:
        """Shows every line of the review."""
        folded = self.page.locator(".kl-loose > details:not([open]) > summary")
        for _ in range(await folded.count()):
            await folded.first.click()

    async def save(self) -> None:
        await self.press("Bekijk en bewaar")
        await self.page.wait_for_url("**/voorbeeld")
        await self.press("Bewaar in het dossier")
        await self.page.wait_for_url("**/klaar")


@dataclass
class Phone:
    page: Page

    async def join(self, url: str, group: str, heading: str = "Kijk naar het grote scherm") -> None:
        await self.page.goto(url)
        await self.page.locator("label", has_text=re.compile(rf"^\s*{group}\s*$")).click()
        await self.page.get_by_role("button", name="Meedoen").click()
        await self.page.wait_for_url("**/deelnemen")
        await expect(self.page.get_by_role("heading", name=heading)).to_be_visible()

    async def sees(self, heading: str, seconds: float = 10) -> None:
        await expect(self.page.get_by_role("heading", name=heading)).to_be_visible(timeout=seconds * SECOND)

    async def write_card(self, text: str, column: str = "", place: str = "") -> None:
        if column:
            await self.page.locator("label.kl-choice", has_text=re.compile(rf"^\s*{column}")).click()
        await self.page.locator("#kaart").fill(text)
        if place:
            await self.page.locator("label.kl-chip", has_text=place).click()
        await self.page.get_by_role("button", name="Verstuur kaart").click()
        await expect(self.card(text)).to_be_visible()

    def card(self, text: str):
        return self.page.locator("#mijn .kl-card", has_text=text)

    async def stick_dots(self, *options: str) -> None:
        for option in options:
            await self.page.locator("label.kl-dotcard", has_text=option).click()
        await self.page.get_by_role(
            "button", name=re.compile("^Verstuur (mijn stippen|mijn nieuwe keuze)")
        ).click()
        await expect(self.page.locator("#melding")).to_contain_text("Je stippen zijn verstuurd")

    async def give_marks(self, marks: list[int | str], higher: str = "", look: bool = False) -> None:
        """One mark per theme; the idea `higher` goes with the first. `look`: axe-core looks too."""
        for place, mark in enumerate(marks):
            page = self.page.locator("[data-page]").nth(place)
            label = "Weet ik niet" if mark == "weet-niet" else str(mark)
            await page.locator("label", has_text=re.compile(rf"^\s*{label}\s*$")).click()
            await self.page.get_by_role("button", name="Volgende").click()
            if mark not in ("weet-niet", 10):
                if higher and place == 0:
                    await page.get_by_label("Mijn idee").fill(higher)
                await self.page.get_by_role("button", name="Volgende").click()
        await expect(self.page.get_by_role("heading", name="Dit zijn jouw cijfers")).to_be_visible()
        if look:
            await assert_accessible(self.page, "mijn cijfers")
        await self.page.get_by_role("button", name="Verstuur mijn cijfers").click()
        # Where the page polls, its next round may take the message away at once.
        await expect(self.page.locator("#mijn")).to_contain_text("verstuurd")

    async def propose(self, text: str) -> None:
        await self.page.get_by_label("Mijn voorstel").fill(text)
        await self.page.get_by_role("button", name="Verstuur voorstel").click()
        await expect(self.page.locator("#mijn .kl-card", has_text=text)).to_be_visible()

    # --- a table: a fold for each row, with a part for each column

    def cell(self, row: str, column: str) -> Locator:
        return self._row(row).get_by_role("group", name=column, exact=True)

    async def unfold(self, *rows: str) -> None:
        for row in rows:
            if await self._row(row).get_attribute("open") is None:
                await self._row(row).locator("summary").click()

    async def tick(self, row: str, column: str, *things: str) -> None:
        await self.unfold(row)
        for thing in things:
            await self.cell(row, column).get_by_role("checkbox", name=thing, exact=True).check()

    async def flag(self, row: str, column: str) -> None:
        """Says that something is missing there."""
        await self.tick(row, column, "Hier mist iets")

    async def add(self, row: str, column: str, text: str) -> None:
        await self.unfold(row)
        await self.cell(row, column).get_by_role("textbox").fill(text)

    async def send_table(self, *added: str) -> None:
        """Sends everything; `added` is what stands below it afterwards as its own."""
        await self.page.get_by_role(
            "button", name=re.compile("^Verstuur (mijn keuze|mijn nieuwe keuze)$")
        ).click()
        await expect(self.page.locator("#melding")).to_contain_text("Je keuze is verstuurd")
        for text in added:
            await expect(self.card(text)).to_be_visible()

    def _row(self, row: str) -> Locator:
        summary = self.page.locator("summary", has=self.page.get_by_text(row, exact=True))
        return self.page.locator("#mijn details.kl-fold", has=summary)

    # --- pairs, lights and signals

    async def judge_pairs(self, opinions: dict[frozenset[str], str]) -> None:
        """Answers the pairs that it is asked about, as many as it has opinions."""
        part = self.page.get_by_role("region", name="Twee kaarten")
        for place in range(1, len(opinions) + 1):
            asked = frozenset(await part.locator(".kl-both bdi").all_inner_texts())
            await part.locator("label", has_text=re.compile(rf"^\s*{opinions[asked]}")).click()
            await part.get_by_role("button", name="Verstuur").click()
            await expect(
                self.page.get_by_role("heading", name=f"Mijn antwoorden ({place})", exact=True)
            ).to_be_visible()

    async def relate(self, one: str, other: str, relation: str, reason: str = "") -> None:
        """Chooses two elements itself."""
        fold = self.page.locator("#zelf-kiezen")
        if await fold.get_attribute("open") is None:
            await fold.locator("summary").click()
        await fold.get_by_label("Eerste kaart").select_option(label=one)
        await fold.get_by_label("Tweede kaart").select_option(label=other)
        await fold.locator("label", has_text=re.compile(rf"^\s*{relation}")).click()
        await fold.get_by_label("Waarom?").fill(reason)
        await fold.get_by_role("button", name="Verstuur").click()
        await expect(self.page.locator("#mijn .kl-card", has_text=one).filter(has_text=other)).to_be_visible()

    async def tap(self, statement: str, light: str, reason: str = "") -> None:
        part = self.page.get_by_role("group", name=statement, exact=True)
        await part.locator("label.kl-choice", has_text=re.compile(rf"^\s*{re.escape(light)}\s*$")).click()
        if reason:
            await part.get_by_label("Waarom?").fill(reason)

    async def send_lights(self) -> None:
        await self.page.get_by_role(
            "button", name=re.compile("^Verstuur (mijn antwoorden|mijn nieuwe keuze)$")
        ).click()
        await expect(self.page.locator("#melding")).to_contain_text("Je antwoorden zijn verstuurd")

    async def signal(self, what: str, text: str, source: str = "") -> None:
        """Proposes an indicator or a signal."""
        await self.page.locator("label.kl-choice", has_text=what).click()
        await self.page.locator("#signaal").fill(text)
        await self.page.locator("#bron").fill(source)
        await self.page.get_by_role("button", name="Verstuur voorstel").click()
        await expect(self.card(text)).to_be_visible()

    async def look_again(self) -> None:
        await self.page.get_by_role("link", name="Kijk of er nieuwe voorstellen zijn").click()

    async def sort(self, proposal: str, need: str) -> None:
        part = self.page.locator("#sorteren li", has=self.page.get_by_text(proposal, exact=True))
        await part.get_by_role("button", name=need, exact=True).click()
        await expect(part.get_by_role("button", name=need, exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )


@dataclass
class BigScreen:
    page: Page

    async def shows(self, text: str, seconds: float = 10) -> None:
        await expect(self.page.locator("#scherm")).to_contain_text(text, timeout=seconds * SECOND)

    async def shows_in(self, cell: str, text: str, seconds: float = 10) -> None:
        """In one cell of the table, by its id."""
        found = self.page.locator(f'[id="vak-{cell}"]')
        await expect(found).to_contain_text(text, timeout=seconds * SECOND)

    async def no_longer_shows(self, text: str, seconds: float = 10) -> None:
        await expect(self.page.locator("#scherm")).not_to_contain_text(text, timeout=seconds * SECOND)

    async def html(self) -> str:
        return await self.page.content()


@dataclass
class DossierSheet:
    """A worksheet in the dossier, as somebody reads it."""

    page: Page

    def field(self, id: str) -> Locator:
        return self.page.locator(f'[id="veld-{id}"]')

    async def cells(self, field: str) -> dict[tuple[str, str], list[str]]:
        """Row and column -> what stands there; cells with nothing are left out."""
        found = (
            await self.field(field)
            .locator("table")
            .evaluate(
                """(table) => {
              const words = (at) => at.textContent.trim();
              const said = (line) => {
                const copy = line.cloneNode(true);
                copy.querySelectorAll("a").forEach((link) => link.remove()); // the way to its chain
                return words(copy);
              };
              const columns = [...table.tHead.rows[0].cells].map(words);
              return [...table.tBodies[0].rows].flatMap((row) => [...row.cells].slice(1).map((cell, place) =>
                [words(row.cells[0]), columns[place + 1], [...cell.querySelectorAll("li")].map(said)]));
            }"""
            )
        )
        return {(row, column): things for row, column, things in found if things}

    async def lines(self, field: str) -> dict[str, list[str]]:
        """Text -> its labels."""
        found = (
            await self.field(field)
            .locator("li.kl-answer")
            .evaluate_all(
                """(lines) => lines.map((line) => [
              line.querySelector(".kl-quote > bdi").textContent,
              [...line.querySelectorAll(".kl-quote > .kl-tag")].map((tag) => tag.textContent.trim()),
            ])"""
            )
        )
        texts = [text for text, _ in found]
        assert len(texts) == len(set(texts)), f"twice in {field}: {texts}"
        return dict(found)

    async def reasons(self, text: str) -> list[str]:
        """What is folded behind a line."""
        line = self.page.locator("li.kl-answer", has=self.page.get_by_text(text, exact=True))
        return await line.locator("details .kl-quote bdi").all_text_contents()
