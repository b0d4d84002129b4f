"""A text that looks personal: its sender changes it, throws it away, or sends it to the facilitator."""

import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import Phone, assert_accessible
from tests.browsers import PHONE
from tests.people import a_session, conduct
from workshop.models import Acknowledged, Alert, Contribution

NAMED = "Kevin uit 4B doet dit"
LIVED = "Ik ben aangerand op het plein"
MIDDLE = "Kijk nog even naar je tekst"


@pytest_asyncio.fixture
async def young(services, visitor):
    """A phone at the cards of a room that does not hold back."""
    session = await a_session(services, step="zorgen-kansen")
    phone = Phone(await visitor(**PHONE))
    phone.session = session
    await phone.page.goto(f"/j/{session.join_token}")
    await phone.page.get_by_role("button", name="Meedoen").click()
    await phone.sees("Hoe gaat het met jongeren hier?")
    return phone


async def send(young, text):
    await young.page.locator("label.is-zorg").click()
    await young.page.locator("#kaart").fill(text)
    await young.page.get_by_role("button", name="Verstuur kaart").click()


async def kept(services, table=Contribution):
    async with services.db.read() as db:
        return list(await db.scalars(select(table)))


async def test_a_warned_card_is_changed_and_sent(services, young):
    await send(young, NAMED)
    await young.sees(MIDDLE)
    await expect(young.page.locator("#waarschuwing-kop")).to_be_focused()
    await expect(young.page.locator("#stap")).to_be_hidden()
    await assert_accessible(young.page, "waarschuwing")
    assert await kept(services) == await kept(services, Acknowledged) == []
    await young.page.get_by_role("link", name="Pas het aan").click()
    await expect(young.page.locator("#kaart")).to_be_focused()
    await expect(young.page.locator("#kaart")).to_have_value(NAMED)
    await expect(young.page.locator("#waarschuwing form")).to_have_count(0)
    await young.page.locator("#kaart").fill("Iemand doet dit")
    await young.page.get_by_role("button", name="Verstuur kaart").click()
    await expect(young.card("Iemand doet dit")).to_contain_text("Mag op het grote scherm")
    [row] = await kept(services)
    assert (row.state, row.signals) == ("shown", [])
    await expect(young.page.locator("#wachtrij")).to_be_hidden()


async def test_a_warned_card_is_thrown_away_and_leaves_nothing(services, young):
    await send(young, NAMED)
    await young.sees(MIDDLE)
    await young.page.get_by_role("link", name="Gooi het weg").click()
    await expect(young.page.locator("#melding")).to_contain_text("Er is niets verstuurd")
    await expect(young.page.locator("#kaart")).to_have_value("")
    await young.page.reload()
    await young.sees("Hoe gaat het met jongeren hier?")
    await expect(young.page.locator("#kaart")).to_have_value("")
    assert "Kevin" not in await young.page.evaluate(
        "() => JSON.stringify({ ...localStorage, ...sessionStorage })"
    )
    assert await kept(services) == await kept(services, Acknowledged) == []


async def test_a_warned_card_goes_to_the_facilitator_alone(services, young):
    await send(young, LIVED)
    await young.sees("Dit klinkt persoonlijk")
    await young.page.get_by_role("link", name="Praat met iemand: Hulp").click()
    await expect(young.page.get_by_role("dialog")).to_be_visible()
    await young.page.locator("#hulp [data-help-close]").first.click()
    await young.page.get_by_role("button", name="Stuur het alleen naar de begeleider").click()
    await expect(young.card(LIVED)).to_contain_text("Dank je wel dat je dit vertelt.")
    await expect(young.page.locator("#kaart")).to_have_value("")
    await expect(young.page.locator("#wachtrij")).to_be_hidden()
    [row], [signal] = await kept(services), await kept(services, Alert)
    assert (row.state, row.signals, signal.category) == ("held", ["ervaring"], "ervaring")


async def test_a_warning_survives_a_reload(services, young):
    await send(young, NAMED)
    await young.sees(MIDDLE)
    await young.page.reload()
    await young.sees(MIDDLE, seconds=10)
    await young.page.get_by_role("button", name="Stuur het alleen naar de begeleider").click()
    await expect(young.card(NAMED)).to_have_count(1)
    assert len(await kept(services)) == len(await kept(services, Acknowledged)) == 1


async def test_cards_from_the_outbox_are_asked_about_one_by_one_and_keep_their_id(services, young):
    await young.page.context.set_offline(True)
    for text in (NAMED, "Een gewone kaart", LIVED):
        await send(young, text)
        await expect(young.page.locator("#wachtrij")).to_contain_text(text)
    ids = await young.page.evaluate(
        "() => JSON.parse(localStorage.getItem('kompas:outbox')).map(({ id }) => id)"
    )
    await young.page.context.set_offline(False)
    await young.sees(MIDDLE, seconds=30)
    await young.page.get_by_role("button", name="Stuur het alleen naar de begeleider").click()
    await young.sees("Dit klinkt persoonlijk", seconds=30)
    await young.page.get_by_role("button", name="Stuur het alleen naar de begeleider").click()
    await expect(young.page.locator("#mijn .kl-card")).to_have_count(3)
    await expect(young.page.locator("#wachtrij")).to_be_hidden()
    rows = {str(row.id): row.state for row in await kept(services)}
    assert rows == {ids[0]: "held", ids[1]: "shown", ids[2]: "held"}


async def test_a_card_from_the_outbox_is_thrown_away_or_changed(services, young):
    await young.page.context.set_offline(True)
    for text in (NAMED, LIVED):
        await send(young, text)
        await expect(young.page.locator("#wachtrij")).to_contain_text(text)
    await young.page.context.set_offline(False)
    await young.sees(MIDDLE, seconds=30)
    await young.page.get_by_role("link", name="Gooi het weg").click()
    await young.sees("Dit klinkt persoonlijk", seconds=30)
    await young.page.get_by_role("link", name="Pas het aan").click()
    await expect(young.page.locator("#kaart")).to_have_value(LIVED)
    assert await kept(services) == []
    await young.page.locator("#kaart").fill("Het plein is niet veilig")
    await young.page.get_by_role("button", name="Verstuur kaart").click()
    await expect(young.card("Het plein is niet veilig")).to_be_visible()


async def test_the_choice_itself_may_wait_for_a_connection(services, young):
    await send(young, NAMED)
    await young.sees(MIDDLE)
    await young.page.context.set_offline(True)
    await young.page.get_by_role("button", name="Stuur het alleen naar de begeleider").click()
    await expect(young.page.locator("#wachtrij")).to_contain_text("Gaat mee zodra er verbinding is")
    await young.page.context.set_offline(False)
    await expect(young.card(NAMED)).to_contain_text("Alleen de begeleider leest dit", timeout=20_000)
    [row] = await kept(services)
    assert row.state == "held"


async def test_who_is_asked_about_a_text_is_not_carried_to_the_next_step(services, young):
    await send(young, NAMED)
    await young.sees(MIDDLE)
    desk = await conduct(services, young.session)
    await desk.go_to(next(a.id for a in young.session.activities if a.key == "stippen"))
    await expect(young.page.locator("#stap-wacht")).to_contain_text("De begeleider gaat zo verder")
    await expect(young.page.locator("#waarschuwing")).to_contain_text(NAMED)
    await young.page.get_by_role("link", name="Gooi het weg").click()
    await young.sees("Waar moeten we zeker iets mee doen?", seconds=10)


async def test_an_idea_with_a_mark_is_changed_at_its_own_place(services, visitor):
    session = await a_session(services, "0-leren", step="cijfers")
    young = Phone(await visitor(**PHONE))
    await young.page.goto(f"/j/{session.join_token}")
    await young.page.get_by_role("button", name="Meedoen").click()
    await expect(young.page.locator("[data-page]").first).to_be_visible()
    pages = await young.page.locator("[data-page]").count()
    for place in range(pages):
        page = young.page.locator("[data-page]").nth(place)
        await page.locator("label.kl-key").nth(4).click()
        await young.page.get_by_role("button", name="Volgende").click()
        if place == 1:
            await page.get_by_label("Mijn idee").fill(NAMED)
        await young.page.get_by_role("button", name="Volgende").click()
    await young.page.get_by_role("button", name="Verstuur mijn cijfers").click()
    await young.sees(MIDDLE)
    await young.page.get_by_role("link", name="Pas het aan").click()
    field = young.page.locator("[data-page]").nth(1).get_by_label("Mijn idee")
    await expect(field).to_be_focused()
    await expect(field).to_have_value(NAMED)
    assert await kept(services) == []
    await field.fill("Elkaar vaker spreken")
    await young.page.get_by_role("button", name="Volgende").click()
    await young.page.get_by_role("button", name="Verstuur mijn cijfers").click()
    await expect(young.page.locator("#melding")).to_contain_text("verstuurd")
    assert len(await kept(services)) == pages
