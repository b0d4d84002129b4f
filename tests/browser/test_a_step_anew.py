"""A phone while its step is timed, and while the desk empties it."""

from playwright.async_api import expect

from tests.people import a_session, conduct


async def test_a_phone_follows_the_time_and_an_emptied_step(services, phone):
    session = await a_session(services, "1-A", step="zorgen-kansen")
    desk = await conduct(services, session)
    page = await phone()
    await page.clock.install()
    await page.goto(f"/j/{session.join_token}")
    await page.get_by_role("button", name="Meedoen").click()
    time = page.locator("#tijd")
    await expect(time).to_have_text("Nog ongeveer 12 min")
    await desk.set_clock(session.activity_id, "erbij")
    await expect(time).to_have_text("Nog ongeveer 14 min")
    await page.clock.fast_forward(3 * 60 * 1000)
    await expect(time).to_have_text("Nog ongeveer 11 min")
    await page.clock.fast_forward(20 * 60 * 1000)
    await expect(time).to_have_text("De tijd is om. Maak het rustig af.")

    await page.locator("label.is-zorg").click()
    await page.locator("#kaart").fill("Van de eerste ronde")
    await page.get_by_role("button", name="Verstuur kaart").click()
    await expect(page.locator("#mijn")).to_contain_text("Van de eerste ronde")
    await desk.empty(session.activity_id)
    await expect(page.locator("#mijn")).not_to_contain_text("Van de eerste ronde")
    await page.locator("label.is-zorg").click()
    await page.locator("#kaart").fill("Van de tweede ronde")
    await page.get_by_role("button", name="Verstuur kaart").click()
    await expect(page.locator("#mijn")).to_contain_text("Van de tweede ronde")
