"""Agreements about time are days with a rhythm, never actions: in the room, by hand, and of before."""

import datetime as dt
import importlib
import uuid

import pytest
from sqlalchemy import select

from tests.people import a_facilitator, a_partnership, both_databases, signed_in
from tests.record.test_saving import a_stage, named
from workshop import days, rhythms
from workshop.documents import orders
from workshop.documents.document import Lines
from workshop.items import Item
from workshop.models import UNFINISHED, Action, ActionChange
from workshop.record import actions, agenda, answers, moments, reminders
from workshop.record.answers import items_of

PLAN = "0-leren.reflectie-plan"


@pytest.mark.parametrize(
    ("words", "found", "months"),
    [
        ("We kijken elk kwartaal terug", "elk kwartaal", 3),
        ("Elke 2 maanden", "elke 2 maanden", 2),
        ("om de drie maanden met de GGD", "om de drie maanden", 3),
        ("twee keer per jaar", "twee keer per jaar", 6),
        ("Maandelijks", "maandelijks", 1),
        ("elk half jaar", "elk half jaar", 6),
        ("Iedereen doet mee", "", 0),
        ("In mei 2027", "", 0),
        ("0 keer per jaar", "0 keer per jaar", 12),
    ],
)
def test_how_often_is_read_in_the_words_of_people(words, found, months):
    assert (rhythms.found_in(words), rhythms.months_of(words)) == (found, months)


def test_every_rhythm_that_can_be_chosen_is_read_back():
    assert {months: rhythms.months_of(words) for months, words in rhythms.RHYTHMS.items()} == {
        months: months for months in rhythms.RHYTHMS
    }


# --- in the room ----------------------------------------------------------------------------------


async def lines_of(stage, field=PLAN):
    async with stage.services.db.read() as db:
        found = await answers.current(db, stage.session.partnership_id, [field])
    return {item.text: item for item in items_of(found.get(field))}


async def test_when_again_is_no_action_but_a_day_a_rhythm_and_who_plans_it(services):
    stage = await a_stage(services, "0-leren", "terugkijken")
    await stage.send(text="Elk kwartaal met het bestuur")
    await stage.send(text="Na de zomer")
    lines = await stage.end()
    first, second = named(lines, "Elk kwartaal met het bestuur"), named(lines, "Na de zomer")
    assert (first.field, first.kept, first.item.often, second.item.often) == (PLAN, True, "elk kwartaal", "")
    await stage.save(lines, due={second.id: "2027-09-01"}, owner={second.id: "GGD"})
    assert await stage.all(Action) == []
    found = await lines_of(stage)
    assert found["Elk kwartaal met het bestuur"].details == {"frequency": "elk kwartaal"}
    assert found["Na de zomer"].details == {"owner": "GGD", "due": "2027-09-01"}
    async with services.db.read() as db:
        every = await moments.of(db, services.library, stage.session.partnership_id)
    order = await orders.of_session(services, stage.session.partnership_id, stage.session.id)
    assert ("Na de zomer", ("Wie: GGD", "Wanneer: 1 september 2027")) in [
        (line.text, line.details)
        for block in order().front.blocks
        if isinstance(block, Lines)
        for line in block.lines
    ]
    assert [(one.text, one.next_on) for one in every] == [
        ("Na de zomer", dt.date(2027, 9, 1)),
        ("Elk kwartaal met het bestuur", None),
    ]


@pytest.mark.parametrize(("due", "sentence"), [("31-02-2027", days.NO_DAY), ("01-05-1027", days.FAR)])
async def test_an_odd_day_is_one_sentence_and_nothing_is_lost(services, due, sentence):
    stage = await a_stage(services, "0-leren", "terugkijken")
    await stage.send(text="Elk kwartaal")
    [line] = await stage.end()
    with pytest.raises(ValueError, match=sentence.split(".")[0]):
        await stage.save([line], due={line.id: due})
    assert await lines_of(stage) == {}
    await stage.save([line])
    assert [*await lines_of(stage)] == ["Elk kwartaal"]


async def test_a_step_about_time_shows_no_open_actions(services):
    first = await a_stage(services, "0-leren", "acties")
    await first.send(text="Elkaar bellen")
    await first.save(await first.end())
    second = await a_stage(services, "0-leren", "terugkijken", after=first)
    assert await second.end() == []


async def test_every_question_about_time_of_a_played_cycle_leaves_no_open_action(services):
    asked = [
        (sheet, step)
        for sheet in services.library.worksheets
        for step in sheet.script
        if step.kind == "actions"
        and any(services.library.field(field).kind == moments.KIND for field in step.saves.values())
    ]
    assert {sheet.id for sheet, _ in asked} >= {
        "0-B",
        "0-leren",
        "1-leren",
        "2-leren",
        "3-B-leren",
        "4-leren",
    }
    assert all(step.settings.get("rhythm") for _, step in asked)
    stage = None
    for sheet, step in asked:
        stage = await a_stage(services, sheet.id, step.key, stage)
        await stage.send(text="Elke maand bij elkaar")
        await stage.save(await stage.end())
    async with services.db.read() as db:
        here = stage.session.partnership_id
        assert await actions.of(db, here, statuses=UNFINISHED) == []
        assert len(await moments.of(db, services.library, here)) == len(asked)


# --- the calendar and the next turn ---------------------------------------------------------------


async def agreed(dossier, field=PLAN, **details):
    item = Item(uuid.uuid4().hex, "Terugkijken met het bestuur", details=details)
    await dossier.database.write(
        lambda db: answers.append(db, dossier.id, field, [item], account_id=dossier.samira)
    )
    return item


@both_databases
async def test_a_calendar_has_its_day_and_a_new_round_moves_it_on(dossier, library):
    await agreed(dossier, frequency="elk kwartaal", due="2027-01-31", owner="GGD")
    await agreed(dossier, frequency="na elke vakantie", due="2027-01-31")
    sheet = library.worksheet("0-leren")

    async def evaluate(db):
        await moments.evaluated(db, dossier.id, sheet, dt.date(2027, 2, 10), account_id=dossier.samira)

    await dossier.database.write(evaluate)
    async with dossier.database.read() as db:
        every = await moments.of(db, library, dossier.id)
        own = await reminders.of(db, dossier.id)
    assert [(one.next_on, moments.rhythm_of(one)) for one in moments.upcoming(own, every)] == [
        (dt.date(2027, 1, 31), "na elke vakantie"),
        (dt.date(2027, 5, 10), "elk kwartaal"),
    ]


@both_databases
async def test_the_calendar_says_when_how_often_and_who_but_no_name_of_a_member(dossier, library):
    await agreed(dossier, frequency="elk kwartaal", due="2027-01-31", owner="Samira")
    async with dossier.database.read() as db:
        account = await db.get(actions.Account, dossier.samira)
    token = await dossier.database.write(lambda db: agenda.open(db, dossier.id, account))
    async with dossier.database.read() as db:
        found = await agenda.read(db, library, token)
    [day] = agenda.entries(found, library, "https://kompas.example")
    assert (day.on, day.title, day.text) == (
        dt.date(2027, 1, 31),
        "Terugkijken met het bestuur",
        "Hoe vaak: elk kwartaal",
    )


# --- what was an action before --------------------------------------------------------------------


@pytest.fixture
async def old(client, services):
    """A dossier with an open action at a question about time, and the address of what it is."""
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    await signed_in(client, services, account)

    async def fill(db):
        return await actions.create(
            db, partnership.id, PLAN, "In mei weer", account_id=account.id, owner="GGD", status="busy"
        )

    return partnership.id, await services.db.write(fill)


async def state(services, old):
    async with services.db.read() as db:
        row = await db.get_one(Action, old[1].id)
        found = (await answers.current(db, old[0], [PLAN])).get(PLAN)
        changes = list(await db.scalars(select(ActionChange.note).where(ActionChange.action_id == row.id)))
    return row.status, [item.text for item in items_of(found)], sorted(changes)


async def says(client, old, sort, status=303):
    address = f"/dossiers/{old[0]}/acties/{old[1].id}/soort"
    assert (await client.post(address, data={"soort": sort})).status_code == status


async def home(client, old):
    return (await client.get(f"/dossiers/{old[0]}")).text


async def test_what_nobody_can_know_is_asked_and_can_be_set_back(client, services, old):
    assert "Is dit een afspraak over tijd of een actie?" in await home(client, old)
    for _ in range(2):
        await says(client, old, "afspraak")
        assert await state(services, old) == (
            "moment",
            ["In mei weer"],
            sorted([actions.AGREED, moments.WAS_ACTION]),
        )
    page = await home(client, old)
    assert "Is dit een afspraak" not in page
    assert "is nu een afspraak over tijd" in page
    assert "In mei weer" not in (await client.get(f"/dossiers/{old[0]}/acties")).text
    for _ in range(2):
        await says(client, old, "terug")
        status, texts, notes = await state(services, old)
        assert (status, texts, len(notes)) == ("busy", [], 3)
    assert "Is dit een afspraak over tijd of een actie?" in await home(client, old)


async def test_an_action_stays_one_when_somebody_says_so(client, services, old):
    await says(client, old, "actie")
    await says(client, old, "actie")
    status, texts, notes = await state(services, old)
    assert (status, texts, len(notes)) == ("busy", [], 2)
    assert "Is dit een afspraak" not in await home(client, old)
    assert "In mei weer" in (await client.get(f"/dossiers/{old[0]}/acties")).text


@pytest.mark.parametrize("sort", ["iets", ""])
async def test_another_answer_changes_nothing(client, services, old, sort):
    before = await state(services, old)
    await says(client, old, sort, 404)
    assert await state(services, old) == before


def test_the_migration_names_the_questions_that_were_actions(library):
    moved = importlib.import_module("workshop.migrations.versions.0040a_moments")
    now = {field.id for sheet in library.worksheets for field in sheet.fields if field.kind == moments.KIND}
    assert set(moved.FIELDS) == now - {"0-B.momenten"}
    assert moved.NOTE == moments.WAS_ACTION
