"""Fields by hand over HTTP: editors, saving by itself, choices, ambitions, rounds, reminders, paper."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from sqlalchemy import update

from tests.pages.test_record import FIELD, NOBODY, a, a_house, as_, item, typed, value_of
from tests.people import a_partnership, versions_of
from workshop import days
from workshop.accounts import roles
from workshop.models import Action, now
from workshop.record import answers, layouts, reminders

AMBITIONS = "1-B.ambities"


@pytest_asyncio.fixture
async def house(client, services):
    return await a_house(client, services)


def inputs(html):
    """What an editor would post as it stands: the form that saves itself, read as a browser reads it."""
    form = re.search(r'<form class="kl-editor.*?</form>', html, re.S)[0]
    form = re.sub(r"<template.*?</template>", "", form, flags=re.S)
    found = []
    for tag in re.findall(r"<(?:input|textarea|select)\b.*?(?:</textarea>|</select>|>)", form, re.S):
        name = re.search(r'name="([^"]*)"', tag)
        if not name or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        if tag.startswith("<textarea"):
            value = re.search(r">(.*?)</textarea>", tag, re.S)
        if tag.startswith("<select"):
            value = re.search(r'value="([^"]*)" selected', tag) or re.search(r'value="([^"]*)"', tag)
        found.append((name[1], value[1] if value else ""))
    return found


def every_field(library):
    return [(sheet, step, f) for sheet in library.worksheets for step in sheet.steps for f in step.fields]


async def test_every_field_of_every_kind_opens_and_takes_its_own_form_without_a_change(house):
    for sheet, step, field in every_field(house.services.library):
        path = f"/bouwstenen/{sheet.slug}?stap={step.id.rsplit('.', 1)[1]}&bewerk={field.id}"
        html = await house.get(path)
        assert "style=" not in html
        if field.kind == "marks":
            assert "Cijfers van papier invoeren" in html
            continue
        form = inputs(html)
        assert ("number", "0") in form, field.id
        response = await house.client.post(
            f"{house.home}/velden/{field.id}",
            content=urlencode(form),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert response.status_code == 303, (field.id, response.text)
        assert await house.items(field.id) == (), field.id


async def test_an_editor_says_which_row_was_wrong_and_keeps_everything(house):
    html = await house.edit(
        {"kind": "indicator", "text": "Meldingen", "source": "politie"},
        {"kind": "signaal", "text": "", "source": "GGD"},
        status=422,
        field="2.indicatoren",
    )
    assert "Een signaal zonder tekst kan niet" in html
    for kept in ("Meldingen", "politie", "GGD"):
        assert kept in html
    assert await house.items("2.indicatoren") == ()


async def test_a_form_that_makes_no_sense_at_all_is_a_sentence(house):
    html = await house.post(f"/velden/{FIELD}", 422, number=0, row="<b>", **{"text.<b>": "x"})
    assert "Laad de pagina opnieuw" in html


async def test_a_lezer_sees_no_editor(house):
    await as_(house, roles.LEZER)
    html = await house.get(f"/bouwstenen/1-a?stap=s5&bewerk={FIELD}")
    assert "data-autosave" not in html
    assert "Verander" not in html


# --- saving by itself -----------------------------------------------------------------------------


async def test_a_form_that_saves_itself_hears_the_version_it_made(house):
    row = a("Naroe", id="a1")
    first = (await house.autosave(row)).json()
    again = (await house.autosave(row | {"text": "Naroepen"}, **first)).json()
    assert (first["number"], again["number"]) == (1, 1)
    assert first["stamp"] != again["stamp"]
    assert [found.text for found in await house.items()] == ["Naroepen"]


async def test_a_form_that_saves_itself_hears_what_does_not_fit_and_where(house):
    response = await house.autosave(a("x" * 501, id="a1"))
    assert response.status_code == 422
    assert response.json() == {
        "sentence": "Dit is te lang. Maak het 1 teken korter.",
        "row": "a1",
        "name": "text",
    }


async def test_a_form_that_saves_itself_gets_both_texts_as_a_block(house):
    await house.write(item("Van Kevin"))
    response = await house.autosave(a("Van Samira", id="a1"))
    assert response.status_code == 409
    assert "<html" not in response.text
    for found in (
        "Van Kevin",
        "Van Samira",
        "Houd mijn tekst",
        "Neem de tekst van de ander",
        "Bewaar allebei",
    ):
        assert found in response.text


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("mijne", ["Van Samira"]), ("ander", ["Van Kevin"]), ("allebei", ["Van Kevin", "Van Samira"])],
)
async def test_the_page_with_both_texts_sends_everything_again(house, choice, stands):
    await house.write(item("Van Kevin"))
    html = await house.edit(a("Van Samira", id="a1"), status=409)
    form = {name: value_of(html, name) for name in ("number", "naast", "naast-stempel")}
    again = re.findall(r'<textarea name="([^"]+)" hidden>([^<]*)</textarea>', html)
    assert ("text.a1", "Van Samira") in again
    await house.post(f"/velden/{FIELD}", 303, **form, **dict(again), keuze=choice)
    assert [found.text for found in await house.items()] == stands
    async with house.services.db.read() as db:
        versions = await versions_of(db, house.partnership.id, FIELD)
    written = {i.text for version in versions for i in answers.items_of(version)}
    assert written == {"Van Kevin", "Van Samira"}


async def test_two_texts_that_are_too_long_together_are_refused_and_stay(house):
    await house.write(item("x" * 3000), field="0-B.regie")
    html = await house.edit(a("y" * 3000, id="a1"), status=409, field="0-B.regie")
    beside = {"naast": 1, "naast-stempel": value_of(html, "naast-stempel")}
    html = await house.edit(a("y" * 3000, id="a1"), status=422, field="0-B.regie", keuze="allebei", **beside)
    assert "Samen zijn de teksten te lang" in html
    assert "y" * 3000 in html


# --- ambitions and activities ---------------------------------------------------------------------


async def three_ambitions(house):
    rows = [a(f"Ambitie {n}", id=f"a{n}", active="actief") for n in range(3)]
    await house.edit(*rows, field=AMBITIONS)
    return rows


async def test_a_fourth_active_ambition_is_a_sentence_and_nothing_is_lost(house):
    rows = await three_ambitions(house)
    html = await house.edit(
        *rows, a("De vierde", id="a4", active="actief"), status=422, field=AMBITIONS, number=1
    )
    assert "Er zijn hooguit 3 ambities tegelijk actief. Zet eerst een andere uit." in html
    assert "De vierde" in html
    assert len(await house.items(AMBITIONS)) == 3
    await house.edit(*rows, a("De vierde", id="a4"), field=AMBITIONS, number=1)
    assert len(await house.items(AMBITIONS)) == 4


async def test_a_sheet_per_ambition_says_for_which_one_it_is_and_leads_to_the_others(house):
    rows = await three_ambitions(house)
    await house.edit(*rows[:2], rows[2] | {"active": ""}, field=AMBITIONS, number=1)
    await house.edit(a("Minder meldingen"), field="2.zien", over="a1")
    html = await house.get("/bouwstenen/2?stap=s3&over=a1")
    assert "/sessies/nieuw?werkblad=2&over=a1" in html
    chosen = await house.get("/sessies/nieuw?werkblad=2&over=a1")
    assert re.search(r'name="over" value="a1" required checked', chosen)
    current = r'over=a1" aria-current="true">\s*<b><bdi>Ambitie 1</bdi></b><small>1 van 9 vragen'
    assert re.search(current, html)
    assert "Je ziet nu: <bdi>Ambitie 1</bdi>" in html
    assert html.index("Ambitie 0") < html.index("Niet actief (1)") < html.index("Ambitie 2")


async def test_without_an_ambition_the_sheet_says_where_to_write_one(house):
    html = await house.get("/bouwstenen/2")
    assert "Schrijf er eerst een op bij" in html
    assert f"{house.home}/bouwstenen/1-b" in html


async def test_an_action_belongs_to_the_activity_whose_sheet_agreed_on_it(house):
    rows = [{"text": text, "cell": "preventie.alle", "id": text.lower()} for text in ("Lessen", "Spreekuur")]
    await house.edit(*rows, field="3-B.activiteiten")
    await house.edit(a("Docenten scholen"), field="4.acties-praktijk", over="lessen")
    assert "Docenten scholen" in await house.get("/bouwstenen/4?stap=s5&bewerk=4.acties-praktijk&over=lessen")
    assert "Docenten scholen" not in await house.get(
        "/bouwstenen/4?stap=s5&bewerk=4.acties-praktijk&over=spreekuur"
    )
    assert "Docenten scholen" in await house.get("/acties")
    await house.edit(a("Ruimte zoeken"), field="4.acties-praktijk", over="spreekuur")
    assert "Docenten scholen" in await house.get("/bouwstenen/4?stap=s5&bewerk=4.acties-praktijk&over=lessen")


async def test_each_activity_has_its_own_sheet_and_a_gap_has_none(house):
    row = {"text": "Lessen", "cell": "preventie.alle", "id": "les"}
    await house.edit(row, field="3-B.activiteiten", gap="basis.alle")
    html = await house.get("/bouwstenen/4?stap=s2")
    assert "over=les" in html
    assert "Hier mist iets" not in html
    await house.edit(a("Wij doen het zelf"), field="4.rol-praktijk", over="les")
    assert [found.text for found in await house.items("4.rol-praktijk", "les")] == ["Wij doen het zelf"]
    assert "Hier mist iets" in await house.get("/bouwstenen/3-b?stap=s1")


async def test_what_is_missing_in_a_cell_is_in_the_history_and_comes_back(house):
    field = "3-B.activiteiten"
    await house.edit(field=field, gap="basis.alle")
    await house.edit(field=field, number=1)
    assert "Hier mist iets: Basis, Alle resultaten" in await house.get(f"/velden/{field}/versies/1")
    await house.post(f"/velden/{field}/herstel", version=1, number=2)
    async with house.services.db.read() as db:
        there = (await answers.current(db, house.partnership.id, [field]))[field]
    assert answers.gaps_of(there) == {"basis.alle": "Basis, Alle resultaten"}


async def test_the_columns_of_an_ambition_are_its_own_results(house):
    await three_ambitions(house)
    await house.edit(a("Minder meldingen"), field="3-B.resultaten", over="a0")
    html = await house.get("/bouwstenen/3-b?stap=s1&over=a0&bewerk=3-B.activiteiten")
    assert "<h4><bdi>Minder meldingen</bdi></h4>" in html
    html = await house.get("/bouwstenen/3-b?stap=s1&over=a1&bewerk=3-B.activiteiten")
    assert "<h4><bdi>Minder meldingen</bdi></h4>" not in html


# --- what changed since ---------------------------------------------------------------------------


async def test_an_answer_says_that_what_it_builds_on_changed_and_a_person_may_confirm_it(house):
    await house.write(item("Naroepen"))
    await house.write(item("Hier doen we iets aan"), field="1-B.aan-de-slag")
    assert "Kijk of het nog klopt" not in await house.get("/bouwstenen/1-b")
    await house.write(item("Naroepen op straat"))
    html = await house.get("/bouwstenen/1-b")
    assert "Kijk of het nog klopt" in html
    assert f"{house.home}/bouwstenen/1-a?stap=s5#veld-1-A.zorgen" in html
    await house.post("/velden/1-B.aan-de-slag/bevestiging", over="")
    html = await house.get("/bouwstenen/1-b")
    assert "Kijk of het nog klopt" not in html
    assert answers.CONFIRMED in html
    assert [i.text for i in await house.items("1-B.aan-de-slag")] == ["Hier doen we iets aan"]


async def test_a_lezer_reads_that_it_changed_and_has_no_button(house):
    await house.write(item("Hier doen we iets aan"), field="1-B.aan-de-slag")
    await house.write(item("Naroepen"))
    await as_(house, roles.LEZER)
    html = await house.get("/bouwstenen/1-b")
    assert "Kijk of het nog klopt" in html
    assert "Het klopt nog" not in html


# --- rounds ---------------------------------------------------------------------------------------


async def test_a_new_round_shows_the_earlier_one_and_moves_the_reminder(house):
    today = days.today()
    await house.write(item("Elkaar vaker zien"), field="0-leren.naar-hoger-cijfer")
    await house.post("/terugkijken", worksheet="0-leren", every_months=6, next_on=today.isoformat())
    assert "Eerste ronde" in await house.get("/bouwstenen/0-leren?stap=s2")
    await house.post("/bouwstenen/0-leren/rondes")
    html = await house.get("/bouwstenen/0-leren?stap=s2")
    assert "Eerder: ronde van" in html
    assert "Elkaar vaker zien" in html
    assert await house.items("0-leren.naar-hoger-cijfer") == ()
    async with house.services.db.read() as db:
        (reminder,) = await reminders.of(db, house.partnership.id)
    assert reminder.next_on == reminders.later(today, 6)


async def test_a_sheet_that_does_not_come_back_has_no_rounds(house):
    assert "geen rondes" in await house.post("/bouwstenen/0-a/rondes", 404)
    await house.post("/bouwstenen/9-z/rondes", 404)
    assert "Begin een nieuwe ronde" not in await house.get("/bouwstenen/0-a")


async def test_what_was_agreed_before_comes_first_in_the_round_and_takes_an_answer(house):
    action = await house.action("Les maken")
    old = now() - dt.timedelta(days=30)
    await house.services.db.write(lambda db: db.execute(update(Action).values(created_at=old)))
    await house.post("/bouwstenen/0-leren/rondes")
    html = await house.get("/bouwstenen/0-leren?stap=s2")
    assert html.index("Les maken") < html.index("Cijfer per thema")
    for words in ("Klaar", "Bezig", "Nog niet begonnen"):
        assert words in html
    await house.post("/bouwstenen/0-leren/terugblik", **{f"outcome.{action.id}": "done"}, stap="s2")
    assert re.search(r'value="done" checked', await house.get("/bouwstenen/0-leren?stap=s2"))
    assert "Teruggekeken: klaar" in await house.get(f"/acties/{action.id}")
    for wrong in ({f"outcome.{NOBODY}": "done"}, {f"outcome.{action.id}": "weg"}, {"outcome.x": "done"}):
        await house.post("/bouwstenen/0-leren/terugblik", 404, **wrong)


# --- reminders ------------------------------------------------------------------------------------


async def test_a_reminder_is_agreed_shown_and_late(house):
    yesterday = days.today() - dt.timedelta(days=1)
    await house.post(
        "/terugkijken",
        worksheet="0-leren",
        every_months=6,
        next_on=yesterday.isoformat(),
        note="Met het bestuur",
    )
    for path in ("", "/terugkijken"):
        html = await house.get(path)
        assert "elk half jaar" in html
        assert "Aan de beurt" in html
    assert "Met het bestuur" in html


@pytest.mark.parametrize(
    "form",
    [
        {"worksheet": "9-Z", "every_months": 6, "next_on": "2026-11-22"},
        {"worksheet": "0-leren", "every_months": "vaak", "next_on": "2026-11-22"},
        {"worksheet": "0-leren", "every_months": 6, "next_on": "straks"},
        {"worksheet": "0-leren", "every_months": 6, "next_on": "2026-11-22", "note": "x" * 301},
    ],
)
async def test_a_reminder_that_does_not_fit_is_a_sentence(house, form):
    html = await house.post("/terugkijken", 422, **form)
    assert "Kies " in html or "1 teken korter" in html
    assert "Nog geen terugkijkdag" in html


async def test_a_reminder_goes_into_a_calendar_and_can_be_taken_away(house):
    await house.post("/terugkijken", worksheet="0-leren", every_months=6, next_on="2026-11-22", note="a, b")
    path = re.search(r'href="([^"]+/agenda\.ics)"', await house.get("/terugkijken"))[1]
    response = await house.client.get(path)
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert 'filename="terugkijken-0-leren.ics"' in response.headers["content-disposition"]
    assert "DTSTART;VALUE=DATE:20261122\r\n" in response.text
    assert "a\\, b" in response.text.replace("\r\n ", "")
    assert response.text.split("DTSTAMP")[0] == (await house.client.get(path)).text.split("DTSTAMP")[0]
    await house.client.post(path.replace("agenda.ics", "einde"))
    assert (await house.client.get(path)).status_code == 404
    await as_(house, None)
    assert (await house.client.get(path)).status_code == 404


async def test_another_dossiers_reminder_is_not_found_here(house):
    other = await a_partnership(house.services, house.account, name="Anders")
    sheet = house.services.library.worksheet("0-leren")
    found = await house.services.db.write(
        lambda db: reminders.agree(db, other.id, sheet, 6, days.today(), "", account_id=None)
    )
    await house.get(f"/terugkijken/{found.id}/agenda.ics", 404)
    await house.post(f"/terugkijken/{found.id}/einde", 404)


# --- marks on paper -------------------------------------------------------------------------------

PAPER = "/cijfers/papier/0-leren.cijfers"


async def test_marks_of_a_paper_round_stand_with_the_others(house):
    themes = layouts.layout_of(
        house.services.library, house.services.library.field("0-leren.cijfers"), {}
    ).rows
    html = await house.get(PAPER)
    assert all(theme.label in html for theme in themes)
    await house.post(PAPER, on="2026-02-12", **{"count.relatie.6": 4, "count.relatie.8": 1})
    html = await house.get("/cijfers")
    assert "6,4" in html
    assert "12 februari" in html
    assert "Cijfers op papier" in await house.get("/sessies")


@pytest.mark.parametrize(
    "form",
    [
        {"on": "2026-02-12"},
        {"on": "2026-02-12", "count.relatie.6": "veel"},
        {"on": "2026-02-12", "count.relatie.6": "501"},
        {"on": "2999-01-01", "count.relatie.6": "5"},
        {"on": "", "count.relatie.6": "5"},
    ],
)
async def test_a_paper_round_that_does_not_fit_is_a_sentence_and_stays(house, form):
    html = await house.post(PAPER, 422, **form)
    assert 'role="alert"><svg' in html
    assert await house.get("/sessies")
    assert "Cijfers op papier" not in await house.get("/sessies")


async def test_only_a_question_with_marks_takes_marks(house):
    await house.get("/cijfers/papier/1-A.zorgen", 404)
    await as_(house, roles.LEZER)
    await house.get(PAPER, 403)


def test_a_row_is_posted_by_its_id():
    assert typed(a("x", id="r")) == {"row": ["r"], "text.r": "x"}
