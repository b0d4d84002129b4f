"""What a phone says of its dots once the result is shown, or once a card is taken away."""

from playwright.async_api import expect

from tests.browser.actors import Phone
from tests.people import a_participant, a_session, activity, conduct
from workshop import codes


async def test_the_own_dots_are_marked_and_equal_places_share_a_number_as_on_the_screen(services, phone):
    session = await a_session(services)
    desk, other = await conduct(services, session), await a_participant(services, session)
    young = Phone(await phone())
    await young.join(f"/j/{session.join_token}", "Jongere")
    cards, dots = activity(session, "zorgen-kansen"), activity(session, "stippen")
    await desk.go_to(cards.id)
    sent = []
    for words in ("Eerste", "Tweede", "Derde"):
        sent.append(codes.new_id())
        form = {"column": ["zorg"], "text": [words]}
        await services.room.contribute(session.id, other.id, cards.id, sent[-1], form)
    await desk.go_to(dots.id)
    await young.sees("Waar moeten we zeker iets mee doen?")
    await young.stick_dots("Eerste", "Tweede")
    await expect(young.page.locator("#mijn")).to_contain_text("Je kunt het nog veranderen")
    form = {"options": [str(sent[0]), str(sent[2])]}
    await services.room.contribute(session.id, other.id, dots.id, codes.new_id(), form)
    await desk.set_shown(dots.id, True)

    for _ in range(2):  # at the reveal, and for who comes back
        lines = young.page.locator("#stand [data-option]")
        await expect(lines).to_have_count(3)
        await expect(lines.locator("visible=true").locator("[data-own-dot]:visible")).to_have_count(2)
        assert [await line.get_attribute("data-place") for line in await lines.all()] == ["1", "2", "2"]
        for number, words in enumerate(("Eerste", "Tweede", "Derde")):
            mark = lines.filter(has_text=words).locator("[data-own-dot]")
            await expect(mark).to_be_visible(visible=number < 2)
        await expect(young.page.get_by_text("nog veranderen")).to_be_hidden()
        await expect(young.page.locator("#mijn")).to_contain_text("Wat je koos, blijft nu staan.")
        await expect(young.page.get_by_role("button", name="Haal je stippen weg")).to_have_count(0)
        await young.page.reload()
        await expect(young.page.locator("#verbinding[data-state=live]")).to_be_visible()


async def test_a_card_that_is_hidden_leaves_the_phones_also_where_it_has_dots(services, phone):
    """On a phone that sent its dots, on one that is about to, and on one that changes them."""
    session = await a_session(services)
    cards, dots = activity(session, "zorgen-kansen"), activity(session, "stippen")
    desk, made = await conduct(services, session), {}
    phones = [Phone(await phone()) for _ in range(3)]
    for one in phones:
        await one.join(f"/j/{session.join_token}", "Jongere")
    await desk.go_to(cards.id)
    for words in ("Eerste", "Tweede", "Derde"):
        form = {"column": ["zorg"], "text": [words]}
        made[words] = (await services.room.contribute(session.id, None, cards.id, codes.new_id(), form)).id
    await desk.go_to(dots.id)
    sent, chooses, changes = phones
    for one in (sent, changes):
        await one.stick_dots("Eerste", "Tweede")
    await changes.page.locator("label.kl-dotcard", has_text="Tweede").click()
    for one, words in ((changes, "Derde"), (chooses, "Derde"), (chooses, "Eerste")):
        await one.page.locator("label.kl-dotcard", has_text=words).click()
    await desk.set_card_state(made["Eerste"], "hidden")
    for one in phones:
        await expect(one.page.locator("main")).not_to_contain_text("Eerste")
    for one in (chooses, changes):
        await expect(one.page.get_by_label("Derde")).to_be_checked()
