"""Marks through time and one theme of them: every figure also as text, and nothing of few people."""

import datetime as dt
import re

import pytest
import pytest_asyncio
from sqlalchemy import event

from tests.pages.test_record import House, as_, few
from tests.people import a_facilitator, a_partnership, signed_in
from workshop.accounts import roles
from workshop.items import Item
from workshop.record import actions

FIELD = "0-leren.cijfers"
THEME = f"/cijfers/{FIELD}/relatie"
HIGHER = "0-leren.naar-hoger-cijfer"


@pytest_asyncio.fixture
async def house(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account, name="Veilig Lindewaard")
    await signed_in(client, services, account)
    return House(client, services, partnership, account)


async def sessions(house, *rows, groups=None):
    """One session a month; each of `rows` is what was given there. Returns them."""
    held = []
    for number, given in enumerate(rows):
        at = dt.datetime(2024 + number // 12, number % 12 + 1, 12, tzinfo=dt.UTC)
        held.append(await house.session(created_at=at, worksheet="0-leren"))
        await house.marks(held[-1], "Relatie", few(*given), groups)
    return held


async def a_card(house, id="k1", text="Vaker langs gaan", session=None):
    one = Item(id=id, text=text, labels=("Relatie",), cards=1, session=str(session.id) if session else None)
    await house.write(one, field=HIGHER)


async def an_action(house, wording, **values):
    return await house.services.db.write(
        lambda db: actions.create(
            db, house.partnership.id, "0-leren.acties", wording, account_id=house.account.id, **values
        )
    )


@pytest.mark.parametrize("count", [1, 2, 6, 20])
async def test_a_theme_shows_every_session_and_its_figures_also_as_a_table(house, count):
    await sessions(house, *[[6] * 4 + [7 + number % 3] for number in range(count)])
    for path in ("/cijfers?alles=ja", THEME):
        html = await house.get(path)
        table = html[html.index("Alle cijfers als tabel") :]
        assert table.count("/sessies/") == count
        assert "style=" not in html
    assert (await house.get(THEME)).count('aria-label="4 keer een 6') >= count


async def test_a_theme_says_how_it_changed_and_how_far_apart_the_marks_are(house):
    await sessions(house, [6] * 5, [1, 1, 10, 10, 10, 10])
    html = await house.get(THEME)
    assert "7,0, omhoog met 1,0" in html
    assert "ver uit elkaar" in html
    assert "Dicht bij elkaar" in html
    assert "+1,0" in html


async def test_a_session_with_few_marks_shows_their_count_and_nothing_else(house):
    await sessions(house, [6] * 5, [2, 3, 9, 10])
    html = await house.get(THEME)
    assert "te weinig cijfers" in html
    assert "4 cijfers" in html
    for told in ("1 keer een 2", "2 tot 10", "omhoog"):
        assert told not in html


async def test_groups_that_may_not_be_told_apart_go_together(house):
    groups = {"jongere": few(*[4] * 5), "": few(*[8] * 6)}
    await sessions(house, [4] * 5 + [8] * 6, groups=groups)
    html = await house.get(THEME)
    assert "Jongeren" in html
    assert "Alle anderen" in html


async def test_own_groups_can_be_read_and_searched_by_their_names(house):
    groups = {"School A": few(*[4] * 5), "ouder": few(*[8] * 6)}
    await sessions(house, [4] * 5 + [8] * 6, groups=groups)
    for page in (THEME, "/cijfers"):
        assert "<bdi>School A</bdi>" in await house.get(page)
    html = await house.get("/zoeken?q=relatie&groep=School+A")
    assert '<option value="School A" selected>' in html
    assert "Niets gevonden" not in html


async def test_a_theme_without_marks_or_cards_says_what_to_do(house):
    html = await house.get(THEME)
    assert "kreeg nog geen cijfer" in html
    assert "Nog geen kaarten" in html


@pytest.mark.parametrize(
    "path", [f"/cijfers/{FIELD}/weg", "/cijfers/9.z/relatie", "/cijfers/1-A.zorgen/relatie"]
)
async def test_a_theme_that_is_not_there_is_not_found(house, path):
    assert "Dit thema bestaat niet" in await house.get(path, 404)


async def test_a_card_leads_to_its_action_and_a_card_without_one_to_the_form(house):
    (session,) = await sessions(house, [6] * 5)
    await a_card(house, session=session)
    assert f"{house.home}/acties?uit=k1#nieuw" in await house.get(THEME)
    assert '<option value="k1" selected>' in await house.get("/acties?uit=k1")
    await an_action(house, "Rondje maken", origin="k1", status="busy")
    await an_action(house, "Iets voor het thema", origin="relatie")
    html = await house.get(THEME)
    assert "uit=k1" not in html
    assert re.search(r"Rondje maken.*?Bezig</span>", html, re.S)
    assert "Acties voor dit thema" in html
    overview = await house.get("/cijfers")
    assert "1 idee, 2 acties" in overview
    assert "Rondje maken" in overview


async def test_what_people_wrote_is_text_and_never_runs(house):
    await sessions(house, [6] * 5)
    await a_card(house, text="<script>alert(1)</script>")
    for path in ("/acties", THEME):
        assert "<script>alert" not in (await house.client.get(house.home + path)).text


async def test_an_outsider_finds_no_theme_and_a_lezer_no_button(house):
    await sessions(house, [6] * 5)
    await a_card(house)
    await as_(house, roles.LEZER)
    assert "Maak een actie" not in await house.get(THEME)
    await as_(house, None)
    await house.get(THEME, 404)


async def test_more_sessions_cost_no_more_questions_to_the_database(house):
    held = await sessions(house, *[[6] * 5] * 20)
    await a_card(house, session=held[-1])
    asked = []
    event.listen(
        house.services.db.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )
    for path in ("/cijfers", THEME):
        asked.clear()
        await house.get(path)
        assert 0 < len(asked) <= 20, (path, len(asked))
