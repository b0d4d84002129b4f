"""A youth session in two languages at once: phones read Arabic, from right to left; one phone, the desk and
the big screen stay Dutch."""

import re

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.actors import Phone, assert_accessible
from tests.browser.conftest import a_troupe
from tests.browsers import PHONE
from workshop import languages

THEME = "thema"
"""The meaning of the labels of themes (`meanings` of the kind `marks`)."""
WIDTH, HEIGHT = PHONE["viewport"]["width"], PHONE["viewport"]["height"]
ARABIC = "الصور تنتشر بسرعة (في 3 مجموعات)!"
ARABIC_IDEA = "أن نلتقي أكثر."
DRAFT = "هذا لم يكتمل بعد"
DUTCH = "De jongerenwerker kennen we."
KANS = "Bij de club letten we op elkaar."
TITLE = "Hoe gaat het met jongeren hier?"
IN_ARABIC = re.compile("[\u0600-\u06ff]")
LEFT_IN_DUTCH = """() => {
  const NOT_OURS = 'bdi, textarea, script, noscript, style, svg, .kl-lines-site, .kl-address, '
    + '#hulp .kl-lines [lang=nl], form[action="/taal"] [lang]';
  const NAMES = /Kompas Live|QR|GGD|Shift|«meldcode»/g;
  const latin = (words) => /\\p{Script=Latin}/u.test(words.replace(NAMES, ""));
  const found = latin(document.title) ? [document.title] : [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest(NOT_OURS) && latin(node.data)) found.push(node.data.trim());
  for (const name of ["aria-label", "title", "placeholder", "data-text", "data-label", "data-contribution"])
    for (const element of document.body.querySelectorAll(`[${name}]`))
      if (!element.closest(NOT_OURS + ", #hulp .kl-lines") && latin(element.getAttribute(name)))
        found.push(`${name}: ${element.getAttribute(name)}`);
  for (const element of document.body.querySelectorAll("[lang=nl]"))
    if (!element.closest('bdi, #hulp .kl-lines, form[action="/taal"]'))
      found.push(`nl: ${element.outerHTML}`);
  return found;
}"""


def arabic(dutch: str, meaning: str = "", **values) -> str:
    """What the catalogue says; a text that is not in it is a mistake of the test."""
    with languages.speaking("ar"):
        told = languages.told(dutch, meaning)
    assert told, dutch
    return told % values if values else told


class ArabicPhone(Phone):
    """Looks for what an Arabic reader looks for."""

    async def come_in(self, url: str, group: str) -> None:
        await self.page.goto(url)
        await reads_arabic(self.page, "welkom")
        await self.page.locator("label", has_text=re.compile(rf"^\s*{arabic(group)}\s*$")).click()
        await self.press("Meedoen")
        await self.page.wait_for_url("**/deelnemen")
        await self.sees("Kijk naar het grote scherm")
        await reads_arabic(self.page, "lobby")

    async def sees(self, heading: str, seconds: float = 9, meaning: str = "") -> None:
        await super().sees(arabic(heading, meaning), seconds)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=arabic(name), exact=True).click()

    async def choose(self, label: str) -> None:
        choice = self.page.locator("label.kl-choice", has_text=re.compile(rf"^\s*{arabic(label)}"))
        await choice.filter(visible=True).first.click()

    async def send_card(self, text: str, column: str) -> None:
        await self.choose(column)
        await self.page.locator("#kaart").fill(text)
        await self.press("Verstuur kaart")
        await expect(self.card(text)).to_contain_text(arabic("De begeleider leest dit nog"))

    async def speak(self, name: str) -> None:
        """Chooses another language at the end of the page."""
        await self.page.locator("#talen summary").click()
        await self.page.locator("#talen").get_by_role("button", name=name).click()


@pytest_asyncio.fixture
async def troupe(services, visitor):
    """The first phone is set to Arabic, the second chooses it, the third is Dutch."""
    troupe = await a_troupe(services, visitor, phones=(PHONE | {"locale": "ar-SY"}, PHONE, PHONE))
    first, second, third = troupe.phones
    troupe.phones = [ArabicPhone(first.page), ArabicPhone(second.page), third]
    return troupe


async def test_a_youth_session_is_played_in_arabic_from_right_to_left(troupe):
    desk, screen = troupe.desk, troupe.screen
    first, second, third = troupe.phones
    await everybody_comes_in(troupe, "1-A", TITLE, young=True)

    await desk.start("Zorgen en kansen")
    for phone in (first, second):
        await phone.sees("Hoe gaat het met jongeren hier?")
        await reads_arabic(phone.page, "kaarten")
    await third.sees("Hoe gaat het met jongeren hier?")
    await a_card_that_is_too_long(first)
    await first.send_card(ARABIC, "Zorg")
    await expect(first.page.locator("#melding")).to_contain_text(IN_ARABIC)
    await third.write_card(DUTCH, "Kans")
    await second.send_card(KANS, "Kans")
    for text in (ARABIC, DUTCH, KANS):
        await desk.let_through(text)
        await screen.shows(text, troupe.pace)
    on_screen = arabic("Mag op het grote scherm")
    await expect(first.card(ARABIC)).to_contain_text(on_screen)
    await expect(third.card(DUTCH)).to_contain_text("Mag op het grote scherm")
    await reads_arabic(first.page, "eigen kaart")
    await a_language_changes_halfway_a_card(second)
    await a_step_closes(troupe)

    await desk.start("Wat telt het zwaarst")
    for phone in (first, second, third):
        await phone.sees("Waar moeten we zeker iets mee doen?", seconds=9)
        for text in (ARABIC, DUTCH):
            await expect(phone.page.locator("#mijn bdi", has_text=text)).to_be_visible()
    await third.stick_dots(DUTCH)
    await sticks_dots(first, DUTCH, ARABIC)
    await sticks_dots(second, DUTCH)
    await reads_arabic(first.page, "stippen")
    await desk.press("Laat de uitslag zien")
    await expect(first.page.locator("#stand")).to_contain_text(arabic("Dit hebben we samen gekozen"))
    await expect(third.page.locator("#stand")).to_contain_text("Dit hebben we samen gekozen")
    await expect(first.page.locator("#stand bdi").first).to_have_text(DUTCH)
    await reads_arabic(first.page, "stippen getoond")

    await desk.go_to("Herkennen")
    await first.sees("Klopt dit voor jongeren hier, denk je?")
    await second.sees("Herken je de gegevens en verhalen?")
    await reads_arabic(first.page, "antwoorden")
    await answers_lights(first)
    await reads_arabic(first.page, "eigen antwoorden")
    await desk.press("Laat de uitslag zien")
    await expect(first.page.locator("#stand")).to_contain_text(arabic("Dit vinden we samen"))
    await reads_arabic(first.page, "antwoorden getoond")

    assert await screen.page.locator("html").get_attribute("lang") == "nl"
    await desk.end()
    for phone in troupe.phones:
        await phone.sees("Dank je wel", seconds=9)
    for phone in (first, second):
        await reads_arabic(phone.page, "einde")
    await help_and_the_way_out(first)


async def test_marks_and_actions_are_given_in_arabic(troupe):
    first = troupe.phones[0]
    await everybody_comes_in(troupe, "0-leren", "Hoe gaat onze samenwerking?", young=True)
    await troupe.desk.start("Geef de samenwerking een cijfer")
    await first.sees("Hetzelfde doel", meaning="thema")
    await reads_arabic(first.page, "cijfers")
    await first.press("Volgende")
    error = first.page.locator("[data-pager-error]")
    await expect(error).to_have_text(arabic("Kies een cijfer. Of tik op Weet ik niet."))
    await gives_mark(first, 0, "7", idea=ARABIC_IDEA)
    await first.sees("Wat iedereen wil", meaning="thema")
    await first.speak("Nederlands")
    await expect(first.page.get_by_role("heading", name="Wat iedereen wil", exact=True)).to_be_visible()
    await expect(first.page.locator("[data-pager-place]")).to_have_text("Thema 2 van 5")
    await first.speak("العربية")
    await first.sees("Wat iedereen wil", meaning="thema")
    assert await first.page.locator("[name='higher.vraagstuk']").input_value() == ARABIC_IDEA
    for place in range(1, 5):
        await gives_mark(first, place, "6")
    await first.sees("Dit zijn jouw cijfers")
    await reads_arabic(first.page, "mijn cijfers")
    await first.press("Verstuur mijn cijfers")
    await expect(first.page.locator("#melding")).to_contain_text(IN_ARABIC)
    await troupe.quiet_phones([{"mark.vraagstuk": [str(mark)]} for mark in (4, 9, 7, 6, 8)])
    await troupe.desk.press("Laat de uitslag zien")
    await expect(first.page.locator("#stand")).to_contain_text(arabic("Onze cijfers"))
    await expect(first.page.locator("#stand")).to_contain_text("6.8")
    await reads_arabic(first.page, "onze cijfers")
    await troupe.desk.start("Wat gaan we doen")
    await first.page.get_by_label(arabic("Mijn voorstel")).fill(ARABIC_IDEA)
    await first.press("Verstuur voorstel")
    await expect(first.card(ARABIC_IDEA)).to_be_visible()
    await assert_accessible(first.page, "acties in het Arabisch")
    await troupe.desk.end()
    await first.sees("Dank je wel")


# --- what people do ---


async def everybody_comes_in(troupe, worksheet, title, young):
    first, second, third = troupe.phones
    await troupe.desk.open_session(str(troupe.partnership.id), worksheet, title, young)
    await troupe.screen.page.goto(await troupe.desk.screen_path())
    url = await troupe.desk.join_url()
    await second.page.goto(url)
    await second.page.get_by_role("button", name="العربية").click()
    await expect(second.page.locator("html")).to_have_attribute("lang", "ar")
    assert second.page.url == url
    await first.come_in(url, "Jongere")
    await second.come_in(url, "Ouder")
    await third.join(url, "Jongere")
    await troupe.screen.shows("3 telefoons", troupe.pace)


async def a_card_that_is_too_long(phone):
    """Sent by a page that lost its limit: the sentence is Arabic and nothing typed is lost."""
    words = "كلمة " * 40
    field = phone.page.locator("#kaart")
    await phone.choose("Zorg")
    await field.evaluate("(field) => field.removeAttribute('maxlength')")
    await field.fill(words)
    await phone.press("Verstuur kaart")
    await expect(phone.page.locator("#melding")).to_contain_text(IN_ARABIC)
    await expect(field).to_have_value(words)
    await reads_arabic(phone.page, "te lange kaart")


async def a_language_changes_halfway_a_card(phone):
    """What was typed and chosen is still there, in both directions."""
    page = phone.page
    await phone.choose("Zorg")
    await page.locator("#kaart").fill(DRAFT)
    await phone.choose("Online")
    await phone.speak("Nederlands")
    await expect(page.locator("html")).to_have_attribute("lang", "nl")
    await expect(page.locator("[data-tone-label]")).to_have_text("Mijn kaart: zorg")
    await a_draft_stands(page)
    await phone.speak("العربية")
    await phone.sees("Hoe gaat het met jongeren hier?")
    await a_draft_stands(page)
    await reads_arabic(page, "een kaart halfweg")
    await phone.press("Verstuur kaart")
    await expect(phone.card(DRAFT)).to_be_visible()


async def a_draft_stands(page):
    assert page.url.endswith("/deelnemen")
    await expect(page.locator("#kaart")).to_have_value(DRAFT)
    for name, value in (("column", "zorg"), ("place", "Online")):
        await expect(page.locator(f"[name={name}][value={value}]")).to_be_checked()


async def a_step_closes(troupe):
    first = troupe.phones[0]
    activity = await first.page.locator("#mijn").get_attribute("data-step")
    await troupe.desk.press("Zet deze stap dicht")
    closed = arabic("Deze stap is dicht")
    await expect(first.page.locator("#stand")).to_contain_text(closed)
    dutch = troupe.phones[2].page.locator("#stand")
    await expect(dutch).to_contain_text("Deze stap is dicht")
    await reads_arabic(first.page, "dicht")
    status, words = await first.page.evaluate(
        """async (activity) => {
          const body = new URLSearchParams({ activity, column: "zorg", text: "x" });
          const headers = { "HX-Request": "true" };
          const answer = await fetch("/deelnemen/bijdragen", { method: "POST", body, headers });
          return [answer.status, await answer.text()];
        }""",
        activity,
    )
    assert status == 409
    assert (
        arabic("Deze stap is net dicht. Je tekst staat er nog. Vertel het gerust aan de begeleider.") in words
    )


async def sticks_dots(phone, *options):
    for option in options:
        await phone.page.locator("label.kl-dotcard", has_text=option).click()
    await phone.press("Verstuur mijn stippen")
    await expect(phone.page.locator("#mijn")).to_contain_text(arabic("Je stippen zijn verstuurd."))


async def answers_lights(phone):
    for light in await phone.page.locator("fieldset.kl-light").all():
        await light.locator("label.kl-choice").last.click()
    await phone.press("Verstuur mijn antwoorden")
    await expect(phone.page.locator("#mijn")).to_contain_text(arabic("Je antwoorden zijn verstuurd."))


async def gives_mark(phone, place, mark, idea=""):
    part = phone.page.locator("[data-page]").nth(place)
    await part.locator("label", has_text=re.compile(rf"^\s*{mark}\s*$")).click()
    await phone.press("Volgende")
    if idea:
        await part.locator("textarea").fill(idea)
    await phone.press("Volgende")


async def help_and_the_way_out(phone):
    page = phone.page
    await page.get_by_role("link", name=arabic("Hulp")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await reads_arabic(page, "hulp")
    await page.get_by_role("dialog").get_by_role("button", name=arabic("Snel weg")).click()
    await page.wait_for_url("**/healthz")


# --- what must hold in every state ---


async def reads_arabic(page, state):
    """Nothing of ours in Dutch, from right to left, no wider than the phone, Hulp and Snel weg at hand."""
    html = page.locator("html")
    assert await html.get_attribute("lang") == "ar"
    assert await html.get_attribute("dir") == "rtl"
    assert await page.evaluate(LEFT_IN_DUTCH) == [], state
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH, state
    bar = page.locator(".kl-safe-bar").filter(visible=True).last
    await expect(bar.get_by_role("button", name=arabic("Snel weg"))).to_be_in_viewport(ratio=1)
    box = await bar.bounding_box()
    assert box is not None
    assert abs(box["y"] + box["height"] - HEIGHT) < 2, state
    await assert_accessible(page, f"Arabisch: {state}")
