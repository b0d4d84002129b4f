"""The actions of a dossier: list, board, filters in the address, and one page for each."""

import datetime as dt
import re
from html import unescape

import pytest
import pytest_asyncio
from sqlalchemy import event

from tests.pages.test_record import House, as_
from tests.people import a_facilitator, a_partnership, signed_in
from workshop.accounts import roles
from workshop.items import Item
from workshop.models import Action, now
from workshop.record import actions

HIGHER = "0-leren.naar-hoger-cijfer"
YESTERDAY = (now() - dt.timedelta(days=1)).date()


@pytest_asyncio.fixture
async def house(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account, name="Veilig Lindewaard")
    await signed_in(client, services, account)
    return House(client, services, partnership, account)


async def an_action(house, wording="Les maken", field="0-leren.acties", **values):
    return await house.services.db.write(
        lambda db: actions.create(
            db, house.partnership.id, field, wording, account_id=house.account.id, **values
        )
    )


async def stored(house, action):
    async with house.services.db.read() as db:
        return await db.get(Action, action.id)


async def move(house, action, status, **form):
    """Where the page goes after it."""
    form = {"status": status, "terug": ""} | form
    answer = await house.client.post(f"{house.home}/acties/{action.id}/stand", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(house.home)


def listed(html):
    """The actions on the page, in order."""
    return [unescape(words) for words in re.findall(r'/acties/[0-9a-f-]{36}"><bdi>([^<]*)', html)]


async def test_filters_stand_in_the_address_and_go_together(house):
    session = await house.session()
    await an_action(house, "Les maken", owner="GGD", session_id=session.id)
    await an_action(house, "Bellen", owner="ggd")
    await an_action(house, "Folder", owner="School", field="3-B-leren.acties")
    assert listed(await house.get("/acties?wie=ggd")) == ["Les maken", "Bellen"]
    assert listed(await house.get("/acties?wie=GGD&zoek=maken")) == ["Les maken"]
    assert listed(await house.get("/acties?werkblad=3-b-leren")) == ["Folder"]
    assert listed(await house.get("/acties?werkblad=bouwsteen-3")) == ["Folder"]
    assert listed(await house.get(f"/acties?sessie={session.id.hex}")) == ["Les maken"]
    assert listed(await house.get("/acties?sessie=geen&wie=ggd")) == ["Bellen"]


async def test_a_filter_without_actions_says_so_and_leads_back_to_all(house):
    await an_action(house, "Les maken", owner="GGD", status="done")
    html = await house.get("/acties?wie=ggd")
    assert "Geen open acties voor <b><bdi>GGD</bdi></b>" in html
    assert f'href="{house.home}/acties?toon=alle">Laat alles zien</a>' in html
    assert "met <b><bdi>fiets</bdi></b>" in await house.get("/acties?zoek=fiets&toon=alle")


async def test_what_nobody_offered_in_an_address_is_no_filter_and_never_runs(house):
    await an_action(house)
    for address in (
        "?toon=x&weergave=y&stand=z",
        "?volgorde=quatsch",
        "?wie=%3Cscript%3Ealert(1)%3C/script%3E",
    ):
        assert "<script>alert" not in (await house.client.get(f"{house.home}/acties{address}")).text
    assert listed(await house.get("/acties?toon=x&weergave=y&stand=z")) == ["Les maken"]


async def test_rows_are_sorted_from_their_heads_and_the_head_says_how(house):
    await an_action(house, "Appel", owner="Z", due=YESTERDAY)
    await an_action(house, "Bellen", owner="A")
    assert listed(await house.get("/acties?volgorde=wie")) == ["Bellen", "Appel"]
    html = await house.get("/acties?volgorde=-wat")
    assert listed(html) == ["Bellen", "Appel"]
    assert html.count('aria-sort="descending"') == 1


async def test_late_is_said_with_a_word_and_an_icon(house):
    await an_action(house, due=YESTERDAY)
    for path in ("/acties", "/acties?weergave=bord"):
        assert re.search(r'#i-clock"/></svg>Te laat</span>', await house.get(path))


async def test_a_board_has_a_column_for_each_status_also_when_it_is_empty(house):
    await an_action(house, "Les maken", status="busy")
    html = await house.get("/acties?weergave=bord")
    for status, count in (("Nog niet begonnen", 0), ("Bezig", 1), ("Klaar", 0), ("Gaat niet door", 0)):
        assert re.search(rf"<h3[^>]*>{status} <span[^>]*>\({count}\)", html)


async def test_a_moved_action_stays_in_sight_of_the_filter_and_can_be_put_back(house):
    action = await an_action(house, owner="GGD")
    there = await move(house, action, "busy", terug="?weergave=bord&wie=ggd")
    assert there == f"/acties?weergave=bord&wie=ggd&net={action.id}&was=open"
    html = await house.get(there)
    assert "staat nu op <b>bezig</b>" in html
    assert "Zet terug op nog niet begonnen" in html
    assert await move(house, action, "open", teruggezet="ja") == "/acties"
    assert (await stored(house, action)).status == "open"
    async with house.services.db.read() as db:
        happened = (await actions.history(db, [action.id]))[action.id]
    assert len(happened) == 3  # agreed, moved, and moved back: nothing is wiped out


async def test_the_way_back_leads_nowhere_else(house):
    action = await an_action(house)
    there = await move(house, action, "busy", terug="https://evil.example/?wie=x")
    assert there.startswith("/acties?")
    assert "evil" not in there


async def test_a_status_that_is_not_there_changes_nothing_and_says_so(house):
    action = await an_action(house)
    html = await house.post(f"/acties/{action.id}/stand", 422, status="weg", terug="")
    assert "Deze stand bestaat niet" in html
    assert (await stored(house, action)).status == "open"


async def test_an_action_has_a_page_with_its_whole_history_and_where_it_came_from(house):
    session = await house.session(title="Terugblik in mei")
    await house.write(Item(id="k1", text="Eén vaste plek", labels=("Relatie",)), field=HIGHER)
    action = await an_action(house, "Plek zoeken", session_id=session.id, origin="k1")
    await house.post(f"/acties/{action.id}", status="busy", owner="GGD")
    html = await house.get(f"/acties/{action.id}")
    assert "Terugblik in mei" in html
    assert "0-leren Acties voor de samenwerking" in html
    assert "Eén vaste plek" in html
    assert f"{house.home}/cijfers/0-leren.cijfers/relatie" in html
    assert "Wie: nog niemand werd GGD" in html
    assert "Afgesproken" in html


async def test_what_does_not_fit_stays_in_the_form_of_the_action(house):
    action = await an_action(house)
    html = await house.post(f"/acties/{action.id}", 422, text="", owner="GGD", due="2026-01-02")
    assert "Je hebt nog niets geschreven" in html
    assert 'value="GGD"' in html
    assert 'value="2026-01-02"' in html
    assert (await stored(house, action)).owner == ""


@pytest.mark.parametrize("path", ["/acties", "/acties/{action}"])
async def test_an_origin_that_is_not_there_is_refused_with_a_sentence(house, path):
    action = await an_action(house)
    html = await house.post(path.format(action=action.id), 422, text="Iets", origin="verzonnen")
    assert "Kies uit de lijst waar deze actie vandaan komt" in html


async def test_an_action_keeps_the_theme_that_it_came_of(house):
    await house.post("/acties", text="Vaker bellen", origin="relatie")
    action_id = re.search(r"/acties/([0-9a-f-]{36})\"><bdi>Vaker", await house.get("/acties"))[1]
    html = await house.get(f"/acties/{action_id}")
    assert '<option value="relatie" selected>' in html


async def test_an_action_of_another_dossier_has_no_page_here(house):
    other = await a_partnership(house.services, house.account, name="Elders")
    theirs = await house.services.db.write(
        lambda db: actions.create(db, other.id, "", "Van hen", account_id=None)
    )
    assert "Van hen" not in await house.get(f"/acties/{theirs.id}", 404)
    await house.post(f"/acties/{theirs.id}/stand", 404, status="done", terug="")


async def test_a_lezer_reads_an_action_without_its_form(house):
    action = await an_action(house)
    await as_(house, roles.LEZER)
    html = await house.get(f"/acties/{action.id}")
    assert "Les maken" in html
    assert "Verander de actie" not in html


async def test_no_page_of_actions_asks_more_of_the_database_when_there_are_more(house):
    for number in range(30):
        session = await house.session()
        action = await an_action(house, f"Actie {number}", session_id=session.id)
    asked = []
    engine = house.services.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for path in ("/acties", "/acties?weergave=bord", f"/acties/{action.id}", "/agenda"):
        asked.clear()
        await house.get(path)
        assert 0 < len(asked) <= 20, (path, len(asked))
