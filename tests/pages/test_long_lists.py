"""Lists that grow with the years show a part, say so, and lead to the rest."""

import datetime as dt

import pytest_asyncio

from tests.pages.test_record import a_house
from workshop.models import Action, Session, now
from workshop.paging import ON_A_PAGE

GIVEN = [1] * 10


@pytest_asyncio.fixture
async def house(client, services):
    return await a_house(client, services)


async def stored(house, *rows):
    async def job(db):
        db.add_all(rows)
        await db.flush()

    await house.services.db.write(job)


def an_action(house, words, **values):
    return Action(partnership_id=house.partnership.id, field="", text=words, **values)


async def test_sessions_stand_so_many_on_a_page_the_newest_first(house):
    rows = [
        Session(
            partnership_id=house.partnership.id,
            worksheet="1-A",
            title=f"Sessie nummer {number}.",
            created_at=now() - dt.timedelta(days=number),
            code=None,
        )
        for number in range(ON_A_PAGE + 3)
    ]
    await stored(house, *rows)
    html = await house.get("/sessies")
    assert "Bladzijde 1 van 2" in html
    assert "nummer 0." in html
    assert f"nummer {ON_A_PAGE}." not in html
    html = await house.get("/sessies?pagina=2")
    assert f"nummer {ON_A_PAGE}." in html
    assert "nummer 0." not in html


async def test_all_actions_have_the_unfinished_first_and_counts_of_all(house):
    done = [an_action(house, f"Klaar {number}.", status="done") for number in range(ON_A_PAGE)]
    await stored(
        house, *done, an_action(house, "Nog te doen."), an_action(house, "Vergaat.", due=dt.date(2020, 1, 1))
    )
    html = await house.get("/acties?toon=alle")
    assert f"Alle ({ON_A_PAGE + 2})" in html
    assert "Open (2)" in html
    assert "Te laat (1)" in html
    assert html.index("Vergaat.") < html.index("Nog te doen.") < html.index("Klaar 0.")


async def test_the_home_shows_a_few_actions_and_how_many_there_are(house):
    await stored(house, *(an_action(house, f"Doen {number}.") for number in range(9)))
    html = await house.get()
    assert "Open acties (9)" in html
    assert html.count("<bdi>Doen ") == 5


async def test_the_marks_of_many_sessions_are_the_newest_with_a_way_to_all(house):
    for number in range(8):
        at = now() - dt.timedelta(days=30 * (8 - number))
        session = await house.session(created_at=at, ended_at=at, title=f"Keer {number}")
        await house.marks(session, "Vertrouwen", GIVEN)
    html = await house.get("/cijfers")
    assert "De laatste 6 van 8 sessies" in html
    assert "De laatste cijfers als tabel" in html
    assert html.count("/sessies/") >= 6
    every = await house.get("/cijfers?alles=ja")
    assert "De laatste" not in every
    assert every.count("/sessies/") == html.count("/sessies/") + 2


async def test_the_marks_of_few_sessions_are_all_there(house):
    await house.marks(await house.session(), "Vertrouwen", GIVEN)
    html = await house.get("/cijfers")
    assert "Alle cijfers als tabel" in html
    assert "alles=ja" not in html
