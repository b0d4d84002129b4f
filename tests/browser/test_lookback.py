"""Phones at the end of a session go to what became of it, and never away from somebody who is busy."""

from playwright.async_api import expect

from tests.browser.actors import assert_accessible

ASKED = "Hoe gaat het met jongeren hier?"
CARD = "Foto's worden doorgestuurd"
INTRO = "Dank je wel. We gaan hiermee aan de slag."
MOVES = 20_000


async def test_phones_move_to_the_terugblik_when_it_is_published(troupe_of_two):
    await play(troupe_of_two)


async def test_phones_move_there_where_websockets_are_cut(troupe_without_sockets):
    await play(troupe_without_sockets)


async def play(troupe):
    first, helped, *_ = (phone.page for phone in troupe.phones)
    await at_the_end(troupe)
    await expect(first.locator("#stand")).to_contain_text("Wil je weten wat we ermee doen?")
    await assert_accessible(first, "einde, terugblik komt later")
    join_url = await first.locator("#stand .kl-address").get_attribute("href")
    await helped.get_by_role("link", name="Hulp", exact=True).click()

    await publish(troupe)
    await first.wait_for_url("**/terugblik/*", timeout=MOVES)
    for words in (INTRO, CARD, "Niemand ziet dat jij dit leest"):
        await expect(first.locator("main")).to_contain_text(words)
    assert await first.title() == "Terugblik"
    await assert_accessible(first, "terugblik")

    # Who has Hulp open stays there, finds the link when it closes, and then goes.
    await expect(helped.locator("#stand [data-onward]")).to_be_attached(timeout=MOVES)
    await helped.wait_for_timeout(5000)
    assert helped.url.endswith("/deelnemen")
    await helped.get_by_role("dialog").get_by_role("button", name="Sluit hulp").last.click()
    await helped.wait_for_url("**/terugblik/*", timeout=MOVES)

    await leaves_nothing(first)
    await helped.context.clear_cookies()
    await helped.goto(join_url)
    await assert_accessible(helped, "de QR na het einde")
    await helped.get_by_role("link", name="Lees de terugblik").click()
    await expect(helped.locator("main")).to_contain_text(CARD)


async def test_without_scripts_the_end_has_a_link(troupe_of_two, phone):
    troupe = troupe_of_two
    await at_the_end(troupe)
    await publish(troupe)
    bare = await phone(java_script_enabled=False)
    await bare.context.add_cookies(await troupe.phones[0].page.context.cookies())
    await bare.goto("/deelnemen")
    await bare.get_by_role("link", name="Lees de terugblik").click()
    await expect(bare.locator("main")).to_contain_text(CARD)


async def at_the_end(troupe):
    await troupe.open("1-A", "Hoe gaat het hier?", young=False)
    await troupe.desk.start("Zorgen en kansen")
    await troupe.phones[0].sees(ASKED, seconds=troupe.pace + 4)
    await troupe.phones[0].write_card(CARD, "Zorg")
    await troupe.desk.end()
    for phone in troupe.phones:
        await phone.sees("Dank je wel", seconds=troupe.pace + 4)


async def publish(troupe):
    """From the review to the published page, as a facilitator does it."""
    page = troupe.desk.page
    await troupe.desk.save()
    await page.get_by_role("link", name="Maak een terugblik").click()
    await assert_accessible(page, "terugblik maken")
    await page.get_by_label("Begin met een paar zinnen").fill(INTRO)
    await troupe.desk.press("Publiceer")
    await expect(page.get_by_text("Te lezen tot")).to_be_visible()
    await expect(page.locator(".kl-sample")).to_contain_text(INTRO)
    await assert_accessible(page, "terugblik gepubliceerd")
    await page.get_by_role("link", name="Maak een poster").click()
    await assert_accessible(page, "poster")


async def leaves_nothing(page):
    """Snel weg, and Back as often as one likes: nothing of what was said."""
    await page.get_by_role("contentinfo").get_by_role("button", name="Snel weg").click()
    await page.wait_for_url("**/healthz")
    for _ in range(5):
        await page.go_back()
        await page.wait_for_timeout(400)
        assert CARD not in await page.content()
