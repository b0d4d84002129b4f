import datetime as dt
import re
import uuid
from html import unescape

import pytest
import pytest_asyncio
from lxml.html import document_fromstring

from tests.people import a_facilitator, a_member, a_partnership, signed_in
from workshop import days
from workshop.accounts import roles
from workshop.items import Item
from workshop.models import Activity, Session, ThemeMarks, now
from workshop.record import actions, answers
from workshop.record.answers import items_of

FIELD = "1-A.zorgen"
SCRIPT = "<script>alert(1)</script>"


class House:
    """One dossier as one member sees it, over HTTP."""

    def __init__(self, client, services, partnership, account):
        self.client, self.services = client, services
        self.partnership, self.account = partnership, account
        self.home = f"/dossiers/{partnership.id}"

    async def get(self, path="", status=200):
        response = await self.client.get(self.home + path)
        assert response.status_code == status, response.text
        return unescape(response.text)

    async def post(self, path, status=303, /, **form):
        response = await self.client.post(self.home + path, data=form)
        assert response.status_code == status, response.text
        return unescape(response.text)

    async def edit(self, *rows, status=303, field=FIELD, number=0, **form):
        return await self.post(f"/velden/{field}", status, number=number, **typed(*rows), **form)

    async def autosave(self, *rows, field=FIELD, number=0, stamp="", **form):
        """As static/js/autosave.js posts."""
        return await self.client.post(
            f"{self.home}/velden/{field}",
            data={"number": number, "stamp": stamp} | typed(*rows) | form,
            headers={"HX-Request": "true"},
        )

    async def items(self, field=FIELD, about=""):
        async with self.services.db.read() as db:
            found = await answers.current(db, self.partnership.id, [field], about=about)
        return items_of(found.get(field))

    async def write(self, *items, field=FIELD, **values):
        await self.services.db.write(
            lambda db: answers.write(
                db, self.partnership.id, field, items, account_id=self.account.id, **values
            )
        )

    async def store(self, row):
        async def job(db):
            db.add(row)
            await db.flush()
            return row

        return await self.services.db.write(job)

    async def session(self, **values):
        given = {"worksheet": "1-A", "title": "Zorgen en kansen"} | values
        return await self.store(Session(partnership_id=self.partnership.id, **given))

    async def marks(self, session, theme, counts, groups=None):
        await self.store(
            ThemeMarks(
                partnership_id=self.partnership.id,
                session_id=session.id,
                field="0-leren.cijfers",
                theme=theme.lower(),
                label=theme,
                counts=counts,
                groups=groups or {},
                at=session.created_at,
            )
        )

    async def action(self, wording="Les maken", **values):
        return await self.services.db.write(
            lambda db: actions.create(
                db, self.partnership.id, "0-leren.acties", wording, account_id=self.account.id, **values
            )
        )


async def a_house(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account, name="Veilig Lindewaard")
    await signed_in(client, services, account)
    return House(client, services, partnership, account)


@pytest_asyncio.fixture
async def house(client, services):
    return await a_house(client, services)


async def as_(house, role):
    """The same dossier for somebody else: a member with this role, or an outsider."""
    account = await a_facilitator(house.services, "Kevin")
    if role:
        await a_member(house.services, house.partnership, account, role)
    await signed_in(house.client, house.services, account)


def typed(*rows):
    """The rows of an editor as a form: a row is its values, and `id` where it was there before."""
    ids = [row.get("id") or uuid.uuid4().hex for row in rows]
    values = {
        f"{name}.{id}": value
        for id, row in zip(ids, rows, strict=True)
        for name, value in row.items()
        if name != "id"
    }
    return {"row": ids} | values


def a(text, **values):
    return {"text": text} | values


def item(text, **values):
    return Item(id=uuid.uuid4().hex, text=text, **values)


def few(*given):
    return [given.count(mark) for mark in range(1, 11)]


PAGES = [
    "",
    "/bouwstenen",
    "/bouwstenen/1-a",
    "/bouwstenen/2",
    "/bouwstenen/0-leren?stap=s2",
    "/sessies",
    "/acties",
    "/acties?toon=te-laat",
    "/acties?weergave=bord",
    "/agenda",
    "/cijfers",
    "/terugkijken",
]
NOBODY = "00000000-0000-4000-8000-000000000001"
FORMS = [
    f"/velden/{FIELD}",
    f"/velden/{FIELD}/herstel",
    f"/velden/{FIELD}/bevestiging",
    "/acties",
    f"/acties/{NOBODY}",
    f"/acties/{NOBODY}/stand",
    "/agenda",
    "/agenda/einde",
    "/bouwstenen/0-leren/rondes",
    "/bouwstenen/0-leren/terugblik",
    "/terugkijken",
    f"/terugkijken/{NOBODY}/einde",
    "/cijfers/papier/0-leren.cijfers",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_an_empty_dossier_opens_with_its_name_and_tabs(house, path):
    html = await house.get(path)
    assert "Veilig Lindewaard" in html
    assert html.count('aria-current="page"') >= 1
    assert "style=" not in html


@pytest.mark.parametrize("path", PAGES)
async def test_an_outsider_finds_no_page(house, path):
    await as_(house, None)
    assert "Lindewaard" not in await house.get(path, 404)


@pytest.mark.parametrize("path", FORMS)
async def test_an_outsider_changes_nothing(house, path):
    await as_(house, None)
    await house.post(path, 404, text="x", number=0, version=1)
    assert await house.items() == ()


@pytest.mark.parametrize("path", FORMS)
async def test_a_lezer_reads_and_may_not_edit(house, path):
    await as_(house, roles.LEZER)
    await house.post(path, 403, text="x", number=0, version=1)
    assert await house.items() == ()


async def test_a_lezer_sees_no_buttons_that_would_refuse(house):
    await house.write(item("Naroepen"))
    action = await house.action()
    await as_(house, roles.LEZER)
    acties = ("/acties", "/acties?weergave=bord", f"/acties/{action.id}", "/agenda")
    for path in ("", "/bouwstenen/1-a?stap=s5", *acties, "/sessies", f"/velden/{FIELD}/versies/1"):
        html = await house.get(path)
        assert 'method="post"' not in html.replace('method="post" action="/uitloggen"', "")
        assert "sessies/nieuw" not in html
    assert action.text in await house.get("/acties")


@pytest.mark.parametrize("path", ["/bouwstenen/9-z", "/velden/9.z/versies/1", "/bouwstenen/1-a?stap=s9"])
async def test_what_is_not_in_the_workbook_is_not_found_and_says_what_to_do(house, path):
    assert re.search(r"bestaat niet|staat niet", await house.get(path, 404))


async def test_an_unknown_field_takes_no_answer(house):
    assert "Deze vraag bestaat niet" in await house.edit(a("x"), status=404, field="9.z")


# --- the home -------------------------------------------------------------------------------------


async def test_the_home_of_a_new_dossier_says_where_to_begin(house):
    html = await house.get()
    assert "Begin bij bouwsteen 0" in html
    assert "Maak een sessie met werkblad 0-A" in html
    assert "Nog geen sessies" in html
    assert "Geen open acties" in html


async def test_the_home_counts_what_is_answered_and_suggests_what_can_be_done(house):
    await house.write(item("zorg"))
    await house.write(item("kans"), field="1-A.kansen")
    html = await house.get()
    assert "Nu bezig met bouwsteen 1" in html
    assert "2 van 20 vragen" in html
    assert "‘Zorgen’ en ‘Kansen’" in html
    assert "Maak een sessie met werkblad 1-B" in html


async def test_the_home_shows_what_is_late(house):
    await house.action("Te doen", due=days.today() - dt.timedelta(days=1))
    await house.action("Nog niet", due=days.today())
    html = await house.get()
    assert "Open acties (2)" in html
    _, _, listed = html.partition("Open acties (2)")
    assert listed.count("Te laat") == 1
    assert "Werk deze actie bij: ‘<bdi>Te doen</bdi>’" in html


async def test_a_session_leads_to_where_it_goes_on(house):
    prepared, running = await house.session(), await house.session(opened_at=now())
    ended = await house.session(ended_at=now())
    saved = await house.session(ended_at=now(), saved_at=now())
    for path in ("", "/sessies"):
        html = await house.get(path)
        assert f"/sessies/{prepared.id}/regie" in html
        assert f"/sessies/{running.id}/regie" in html
        assert f"/sessies/{ended.id}/nakijken" in html
        assert f"{house.home}/sessies/{saved.id}" in html
        assert all(state in html for state in ("Loopt", "Nakijken", "Bewaard"))


# --- a worksheet ----------------------------------------------------------------------------------


async def test_an_answer_says_where_it_came_from(house):
    session = await house.session(created_at=dt.datetime(2026, 11, 12, tzinfo=dt.UTC))
    await house.write(
        item("Doorsturen", cards=7, votes=11, session=str(session.id)),
        item("Naroepen", cards=1, session=str(session.id), by="Samira"),
        item("Online", by="GGD"),
    )
    text = re.sub(r"<[^>]+>", "", await house.get("/bouwstenen/1-a?stap=s5"))
    assert "Uit sessie van 12 november, 7 kaarten, 11 stippen" in text
    assert "1 kaart. Aangepast door Samira" in text
    assert "Ingevuld door GGD" in text


async def test_an_answer_is_added_changed_and_removed_by_hand(house):
    await house.edit(a("Naroepen"))
    (first,) = await house.items()
    assert (first.text, first.by) == ("Naroepen", "Samira")
    await house.edit(a("Naroepen op straat", id=first.id), number=1)
    assert [found.text for found in await house.items()] == ["Naroepen op straat"]
    await house.edit(a("Naroepen op straat", id=first.id), number=2, gone=first.id)
    assert await house.items() == ()


async def test_saving_the_same_text_makes_no_version(house):
    await house.edit(a("Naroepen"))
    (first,) = await house.items()
    await house.edit(a("Naroepen", id=first.id), number=1)
    await house.edit(a("Naroepen", id=first.id), a("Doorsturen"), number=1)


async def test_a_text_that_does_not_fit_stays_in_the_form(house):
    html = await house.edit(a("x" * 10_000), status=422)
    assert "Maak het 9500 tekens korter" in html
    assert "x" * 10_000 in html
    assert 'aria-invalid="true"' in html
    assert await house.items() == ()


async def test_two_people_at_once_see_both_texts_and_nothing_is_lost(house):
    await house.edit(a("Naroepen"))
    (first,) = await house.items()
    await house.edit(a("Van Kevin", id=first.id), number=1)
    html = await house.edit(a("Van Samira", id=first.id), status=409, number=1)
    assert "Van Kevin" in html
    assert "Van Samira" in html
    assert [found.text for found in await house.items()] == ["Van Kevin"]
    choice = {"naast": 2, "naast-stempel": value_of(html, "naast-stempel"), "keuze": "allebei"}
    await house.edit(a("Van Samira", id=first.id), number=1, **choice)
    assert [found.text for found in await house.items()] == ["Van Kevin", "Van Samira"]


def value_of(html, name):
    return re.search(f'name="{name}" value="([^"]*)"', html)[1]


@pytest.mark.parametrize("number", ["", "x", "7", "-1", "9" * 40])
async def test_a_number_that_nobody_saw_is_a_conflict_and_no_crash(house, number):
    await house.edit(a("x"), status=409, number=number)


async def test_history_shows_the_difference_and_puts_it_back(house):
    await house.edit(a("Naroepen"))
    (first,) = await house.items()
    await house.edit(a("Doorsturen", id=first.id), number=1)
    assert f"/velden/{FIELD}/versies/1" in await house.get("/bouwstenen/1-a?stap=s5")
    html = await house.get(f"/velden/{FIELD}/versies/2")
    assert html.index("Naroepen") < html.index("Doorsturen")
    await house.post(f"/velden/{FIELD}/herstel", version=1, number=2, over="")
    assert [found.text for found in await house.items()] == ["Naroepen"]
    assert "Versie 1 teruggezet" in await house.get("/bouwstenen/1-a?stap=s5")
    assert "Doorsturen" in await house.get(f"/velden/{FIELD}/versies/2")


async def test_putting_back_over_a_newer_version_asks_first(house):
    await house.edit(a("Naroepen"))
    await house.edit(a("Doorsturen"), number=1)
    html = await house.post(f"/velden/{FIELD}/herstel", 409, version=1, number=1)
    assert "Zet versie 1 toch terug" in html
    await house.post(f"/velden/{FIELD}/herstel", 404, version=9, number=2)
    await house.post(f"/velden/{FIELD}/herstel", 404, version=9, number=1)


async def test_what_people_write_is_text_and_never_runs(house):
    session = await house.session(title=SCRIPT, ended_at=now(), saved_at=now())
    found = item(
        SCRIPT, session=str(session.id), by=SCRIPT, quotes=(SCRIPT,), reasons=(SCRIPT,), labels=(SCRIPT,)
    )
    await house.write(found, session_id=session.id, note=SCRIPT)
    await house.write(item(SCRIPT), field="0-leren.reflectie-plan")
    action = await house.action(SCRIPT, owner=SCRIPT)
    await house.post(f"/acties/{action.id}", text="Anders")
    paths = [
        *PAGES,
        "/bouwstenen/1-a?stap=s5",
        f"/bouwstenen/1-a?stap=s5&bewerk={FIELD}",
        "/bouwstenen/1-b",
        f"/sessies/{session.id}",
        f"/velden/{FIELD}/versies/1",
        "/acties?toon=alle",
        "/acties?weergave=bord",
        f"/acties/{action.id}",
    ]
    for path in paths:
        assert SCRIPT not in (await house.client.get(house.home + path)).text
    for headers in ({}, {"HX-Request": "true"}):
        form = {"number": 0} | typed(a(SCRIPT))
        conflict = await house.client.post(f"{house.home}/velden/{FIELD}", data=form, headers=headers)
        assert conflict.status_code == 409
        assert SCRIPT not in conflict.text


async def test_each_ambition_has_its_own_sheet(house):
    ambition = item("Iedereen kent eigen grenzen")
    await house.write(ambition, field="1-B.ambities")
    html = await house.get(f"/bouwstenen/2?stap=s3&over={ambition.id}")
    assert "Iedereen kent eigen grenzen" in html
    await house.edit(a("Minder meldingen"), field="2.zien", over=ambition.id)
    assert await house.items("2.zien") == ()
    assert [found.text for found in await house.items("2.zien", ambition.id)] == ["Minder meldingen"]
    assert "Minder meldingen" in await house.get(f"/bouwstenen/2?stap=s3&over={ambition.id}")
    assert "Minder meldingen" not in await house.get("/bouwstenen/2?stap=s3")


async def test_of_many_activities_a_worksheet_shows_those_that_were_begun_and_folds_the_others(house):
    activities = [Item(id=f"a{n}", text=f"Activiteit {n}") for n in range(40)]
    await house.write(*activities, field="3-B.activiteiten")
    await house.write(Item(id="m", text="Onze mening"), field="4.mening", about="a30")
    before, _, folded = (await house.get("/bouwstenen/4?over=a20")).partition("Meer activiteiten (32)")
    shown = re.findall(r"<b><bdi>Activiteit (\d+)</bdi></b>", before)
    assert shown == ["0", "1", "2", "3", "4", "5", "20", "30"]
    assert len(re.findall(r"<b><bdi>Activiteit \d+</bdi></b>", folded)) == 32


@pytest.mark.parametrize("address", ["/bouwstenen/4", "/sessies/nieuw?werkblad=4"])
async def test_one_of_many_activities_can_be_searched_and_one_of_a_few_is_seen(house, address):
    activities = [Item(id=f"a{n}", text=f"Activiteit {n}") for n in range(9)]
    await house.write(*activities[:8], field="3-B.activiteiten")
    assert "Zoek een activiteit" not in await house.get(address)
    await house.write(*activities, field="3-B.activiteiten")
    page = document_fromstring(await house.get(address))
    [field] = page.xpath("//input[@data-filter]")
    assert field.xpath("ancestor::*[@data-filter-box]/@hidden")  # until the script is there
    lists = page.get_element_by_id(field.get("data-filter").removeprefix("#")).xpath(".//li//bdi")
    assert [one.text_content() for one in lists] == [one.text for one in activities]


async def test_an_ambition_that_is_not_there_takes_no_answer(house):
    await house.edit(a("x"), status=404, field="2.zien", over="verzonnen")
    await house.get("/bouwstenen/2?over=verzonnen", 404)


async def test_a_worksheet_shows_what_it_takes_over_and_where_it_goes(house):
    await house.write(item("Naroepen op straat"))
    html = await house.get("/bouwstenen/1-b")
    assert "Dit komt uit" in html
    assert "Naroepen op straat" in html
    assert "Dit gebruiken jullie straks bij" in html


# --- sessions, actions, marks ---------------------------------------------------------------------


async def test_a_session_shows_what_it_brought_per_question(house):
    session = await house.session(ended_at=now(), saved_at=now(), phones=14)
    await house.write(item("Doorsturen", cards=7, session=str(session.id)), session_id=session.id)
    await house.marks(session, "Relatie", few(5, 6, 6, 7, 8))
    html = await house.get(f"/sessies/{session.id}")
    for found in ("Doorsturen", "7 kaarten", "14 telefoons", "Relatie", "6,4"):
        assert found in html


async def test_what_a_session_brought_stands_in_the_order_of_its_steps(house):
    """Not in that of the worksheet, where its last step may stand first."""
    fields = ["1-A.zorgen", "1-A.kansen"]
    for order in (fields, fields[::-1]):
        steps = [
            Activity(key=field, kind="cards", title="S", question="V?", position=place, saves={"zorg": field})
            for place, field in enumerate(order)
        ]
        session = await house.session(ended_at=now(), saved_at=now(), activities=steps)
        for field in fields:
            one = item(f"Iets bij {field}", session=str(session.id))
            await house.write(one, field=field, session_id=session.id)
        html = await house.get(f"/sessies/{session.id}")
        places = [html.index(f"Iets bij {field}") for field in order]
        assert places == sorted(places)


async def test_another_dossiers_session_is_not_found_here(house):
    other = await a_partnership(house.services, house.account, name="Anders")
    session = await house.store(Session(partnership_id=other.id, worksheet="1-A", title="Anders"))
    await house.get(f"/sessies/{session.id}", 404)


async def test_an_action_is_added_changed_and_filtered(house):
    yesterday = (now() - dt.timedelta(days=1)).date().isoformat()
    await house.post("/acties", text="Les maken", owner="GGD", due=yesterday, field="0-leren.acties")
    html = await house.get("/acties?toon=te-laat")
    assert "Les maken" in html
    action_id = re.search(r'id="actie-([0-9a-f-]+)"', html)[1]
    await house.post(f"/acties/{action_id}", status="done")
    assert "Les maken" not in await house.get("/acties?toon=open")
    assert "Stand: nog niet begonnen werd klaar" in await house.get(f"/acties/{action_id}")


@pytest.mark.parametrize(
    "form", [{"text": ""}, {"text": "x", "due": "morgen"}, {"text": "x", "owner": "y" * 121}]
)
async def test_an_action_that_does_not_fit_stays_in_the_form(house, form):
    html = await house.post("/acties", 422, **form)
    assert 'aria-invalid="true"' in html
    assert "Er zijn geen open acties" in html


async def test_another_dossiers_action_cannot_be_changed_from_here(house):
    other = await a_partnership(house.services, house.account, name="Anders")
    action = await house.services.db.write(
        lambda db: actions.create(db, other.id, "", "Van hen", account_id=None)
    )
    await house.post(f"/acties/{action.id}", 404, status="done")


async def test_too_few_marks_say_why_they_stay_silent(house):
    session = await house.session(ended_at=now(), saved_at=now())
    await house.marks(session, "Relatie", few(2, 3, 9, 10))
    html = await house.get("/cijfers")
    assert "4 cijfers. Dat is te weinig om te laten zien" in html
    assert "6,0" not in html
    assert "We laten hier geen groepen zien" in html


async def test_marks_through_time_are_drawn_and_stand_in_a_table(house):
    first = await house.session(created_at=dt.datetime(2026, 2, 12, tzinfo=dt.UTC))
    second = await house.session(created_at=dt.datetime(2026, 11, 12, tzinfo=dt.UTC))
    await house.marks(first, "Relatie", few(*[6] * 5))
    await house.marks(second, "Relatie", few(*[7] * 5, 8))
    html = await house.get("/cijfers")
    assert "7,2, omhoog met 1,2" in html
    assert "Relatie: 12 februari 2026 6,0, 12 november 2026 7,2" in html
    assert "Geel: Relatie veranderde het meest" in html
    assert "7 tot 8" in html
    assert "7,2" in await house.get()


async def test_groups_are_compared_only_when_all_are_large_enough(house):
    session = await house.session()
    groups = {"jongere": few(*[4] * 5), "uitvoering": few(*[8] * 5)}
    await house.marks(session, "Relatie", few(*[4] * 5, *[8] * 5), groups)
    await house.marks(
        session, "Belangen", few(*[4] * 3, *[9] * 9), {"jongere": few(4, 4, 4), "ouder": few(*[9] * 9)}
    )
    html = await house.get("/cijfers")
    assert "Jongeren" in html
    assert "te weinig" in html
    assert "9,0" not in html


async def test_a_legend_of_groups_stands_beside_its_drawing_only(house):
    """Beside four groups there is no room for the drawing: their names stand above their figures."""
    groups = {"jongere": 4, "ouder": 5, "uitvoering": 8, "beleid": 9}
    for count in (3, 4):
        marks = {group: few(*[mark] * 5) for group, mark in list(groups.items())[:count]}
        session = await house.session()
        everybody = [mark for mark in list(groups.values())[:count] for _ in range(5)]
        await house.marks(session, "Relatie", few(*everybody), marks)
        _, _, html = (await house.get("/cijfers")).partition("Verschil tussen groepen")
        assert ("kl-swatch" in html, "kl-scale" in html) == (count == 3,) * 2
        for label in ("Jongeren", "Ouders", "Professionals"):
            assert label in html


async def test_an_open_editor_has_an_address_without_fragment_so_that_it_gets_the_focus(house):
    form = {"number": 0, "meer": "ja"} | typed(a("Naroepen"))
    response = await house.client.post(f"{house.home}/velden/{FIELD}", data=form)
    assert response.headers["location"].endswith(f"&bewerk={FIELD}")
    assert "autofocus" in (await house.client.get(response.headers["location"])).text


async def test_every_page_of_the_dossier_says_that_a_session_runs_and_leads_to_its_desk(house):
    prepared = await house.session(title="Nog leeg")
    running = await house.session(title="Nu bezig", opened_at=now())
    over = await house.session(title="Al klaar", opened_at=now(), ended_at=now())
    for path in ("", "/bouwstenen", "/sessies", "/acties", "/cijfers", "/leden", f"/sessies/{over.id}"):
        html = await house.get(path)
        [(address, title)] = re.findall(
            r'<a href="(/sessies/[^"]+/regie)"><bdi>(.*?)</bdi></a>', banner(html)
        )
        assert (address, title) == (f"/sessies/{running.id}/regie", "Nu bezig"), path
    assert not banner(await house.get(f"/sessies/{running.id}"))
    assert "Nu bezig" in banner(await house.get(f"/sessies/{prepared.id}"))
    await as_(house, roles.LEZER)
    html = banner(await house.get("/acties"))
    assert "Deze sessie loopt nu: <bdi>Nu bezig" in html
    assert "/regie" not in html


def banner(html):
    _, _, rest = html.partition('aria-label="Nu bezig">')
    return rest.partition("</aside>")[0]


async def test_a_running_session_and_one_that_waits_for_its_review_say_so(house):
    running, ended = await house.session(opened_at=now()), await house.session(ended_at=now())
    assert "Deze sessie loopt nog" in await house.get(f"/sessies/{running.id}")
    assert "nog niet nagekeken" in await house.get(f"/sessies/{ended.id}")
