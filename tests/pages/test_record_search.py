"""Finding in a dossier, over HTTP."""

import re
import uuid

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from tests.pages.test_record import SCRIPT, a_house, as_
from tests.record.test_saving import a_stage, named
from workshop.accounts import roles
from workshop.items import Item
from workshop.models import SearchEntry
from workshop.record import actions, search

CANARY = "kanarie"


@pytest_asyncio.fixture
async def house(client, services):
    return await a_house(client, services)


def item(words, **values):
    return Item(id=uuid.uuid4().hex, text=words, **values)


async def links(house, query):
    html = await house.get(f"/zoeken?q={query}")
    return re.findall(r'<li class="kl-found">\s*<p>\s*<a href="([^"]*)"', html)


async def test_every_page_of_a_dossier_has_a_box_to_search(house):
    for path in ("", "/bouwstenen", "/sessies", "/acties", "/cijfers", "/leden"):
        html = await house.get(path)
        assert f'role="search" action="{house.home}/zoeken"' in html
        assert 'name="q"' in html


async def test_nothing_asked_is_a_page_with_a_box_and_no_results(house):
    html = await house.get("/zoeken")
    assert "Wat zoek je?" in html
    assert "gevonden" not in html


async def test_a_result_leads_to_the_text_on_its_worksheet_with_the_word_marked(house):
    await house.write(item("Foto's doorsturen"))
    html = await house.get("/zoeken?q=foto")
    assert "<mark>Foto</mark>'s doorsturen" in html
    assert "1-A Zorgen" in html
    (link,) = await links(house, "foto")
    page = await house.get(link.removeprefix(house.home).partition("#")[0])
    assert f'id="{link.partition("#")[2]}"' in page


async def test_an_answer_about_one_ambition_is_found_there_and_in_its_history_when_that_is_gone(house):
    ambition = item("Veilig online")
    await house.write(ambition, field="1-B.ambities")
    await house.write(item("Minder ruzie"), field="2.zien", about=ambition.id)
    (link,) = await links(house, "ruzie")
    assert f"over={ambition.id}" in link
    await house.get(link.removeprefix(house.home).partition("#")[0])
    await house.write(field="1-B.ambities")
    (link,) = await links(house, "ruzie")
    assert "/versies/1" in link
    assert "Minder ruzie" in await house.get(link.removeprefix(house.home))


async def test_an_action_a_session_and_its_plan_are_found_in_their_own_place(house):
    session = await house.session(title="Middag op school")
    action = await house.services.db.write(
        lambda db: actions.create(db, house.partnership.id, "", "Bel de school", account_id=house.account.id)
    )
    assert await links(house, "school") == [
        f"{house.home}/acties/{action.id}",
        f"{house.home}/sessies/{session.id}",
    ]
    html = await house.get("/zoeken?q=school&soort=sessies")
    assert "Middag op" in html
    assert "Bel de" not in html


async def test_marks_lead_to_their_theme(house):
    session = await house.session(title="Start")
    await house.marks(session, "Vertrouwen", [1] * 10)
    (link,) = await links(house, "vertrouwen")
    assert link == f"{house.home}/cijfers#thema-0-leren.cijfers-vertrouwen"
    assert 'id="thema-0-leren.cijfers-vertrouwen"' in await house.get("/cijfers")


async def test_older_versions_are_found_with_a_tick_and_lead_to_that_version(house):
    await house.write(item("Oude woorden"))
    await house.write(item("Nieuwe zin"))
    assert await links(house, "oude") == []
    html = await house.get("/zoeken?q=oude&ook=ja")
    assert f"{house.home}/velden/1-A.zorgen/versies/1" in html
    assert "Oude versie" in html


async def test_nothing_found_says_what_to_try(house):
    html = await house.get("/zoeken?q=eenhoorn&bouwsteen=2")
    assert "Niets gevonden voor ‘<bdi>eenhoorn</bdi>’" in html
    assert "Zoek zonder deze keuzes" in html
    assert "Zoek ook in oude versies" in html


@pytest.mark.parametrize("query", ["!!!", '""', "%26 *", "("])
async def test_only_signs_is_a_kind_sentence(house, query):
    assert "Hier staat geen woord in" in await house.get(f"/zoeken?q={query}")


async def test_a_query_that_is_too_long_stays_in_its_box(house):
    query = "woord" * 41
    html = await house.get(f"/zoeken?q={query}", 422)
    assert f"hooguit {search.LONGEST_QUERY} tekens" in html
    assert query in html


@pytest.mark.parametrize(
    "rest", ["soort=x", "bouwsteen=99", "sessie=niets", "plek=Maan", "groep=niemand", "pagina=-1", "pagina=²"]
)
async def test_a_choice_that_does_not_exist_chooses_nothing(house, rest):
    await house.write(item("Foto's"))
    assert "<mark>Foto</mark>" in await house.get(f"/zoeken?q=foto&{rest}")


async def test_what_was_typed_is_never_markup(house):
    await house.write(item(f"{SCRIPT} naald", labels=("<i>School",), quotes=(f"{SCRIPT} naald",)))
    for query in ("naald", "script", "%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cb%3E"):
        response = await house.client.get(f"{house.home}/zoeken?q={query}")
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "<b>" not in response.text.replace("<b>1 plek</b>", "")


async def test_more_than_a_page_is_leafed_through_with_the_same_choices(house):
    await house.write(*(item(f"Punt {number}") for number in range(25)))
    html = await house.get("/zoeken?q=punt&bouwsteen=1")
    assert "Bladzijde 1 van 2" in html
    address = re.search(r'rel="next" href="([^"]*)"', html)[1]
    html = await house.get(address.removeprefix(house.home))
    assert "Bladzijde 2 van 2" in html
    assert html.count('class="kl-found"') == 5


async def test_a_group_says_that_texts_have_none(house):
    await house.write(item("Iets van jongeren"))
    html = await house.get("/zoeken?q=jongeren&groep=jongere")
    assert "Teksten vertellen niet van wie ze komen." in html
    assert "Niets gevonden" in html


async def test_a_lezer_may_search_and_an_outsider_finds_no_dossier(house):
    await house.write(item("Foto's"))
    await as_(house, roles.LEZER)
    assert "<mark>Foto</mark>" in await house.get("/zoeken?q=foto")
    await as_(house, None)
    assert "Foto" not in await house.get("/zoeken?q=foto", 404)


async def test_a_card_that_was_held_hidden_or_deleted_is_never_found(house, services):
    stage = await a_stage(services)
    desk = await stage.desk()
    for state in ("held", "hidden"):
        await desk.set_card_state(await stage.card(f"{CANARY} {state}"), state)
    grouped, open_one = await stage.card(f"{CANARY} gegroepeerd"), await stage.card("Mag gezien worden")
    await desk.gather(stage.session.activity_id, "Een groep", "zorg", [grouped, open_one], None)
    await desk.set_card_state(grouped, "hidden")
    await desk.delete_card(await stage.card(f"{CANARY} verwijderd"))
    await desk.rewrite_card(await stage.card(f"{CANARY} herschreven"), "Zonder naam")
    left_out = await stage.card(f"{CANARY} niet aangevinkt")
    lines = await stage.end()
    await stage.save([line for line in lines if line.id != named(lines, f"{CANARY} niet aangevinkt").id])
    assert left_out
    async with services.db.read() as db:
        for query in (CANARY, "niet aangevinkt", "herschreven"):
            found = await search.find(db, stage.session.partnership_id, query, search.Filters(older=True))
            assert found.total == 0
        assert (await search.find(db, stage.session.partnership_id, "gezien")).total == 1
        by_meaning = await search.texts_of(db, stage.session.partnership_id, search.Filters(older=True))
        assert not any(CANARY in words or "herschreven" in words for words in by_meaning.values())
        told = SearchEntry.words.contains(CANARY) | SearchEntry.text.contains(CANARY)
        assert await db.scalar(select(func.count()).where(told)) == 0
