"""What builds on something that changed since says so; nothing is written over."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import update

from tests.people import both_databases
from workshop.items import Item
from workshop.models import Answer, AnswerVersion
from workshop.record import actions, answers, carried, rounds, sheet
from workshop.record.carried import Dates, moved

pytestmark = both_databases

MORNING = dt.datetime(2026, 9, 3, 9, tzinfo=dt.UTC)
NOON, EVENING = MORNING + dt.timedelta(hours=3), MORNING + dt.timedelta(hours=9)
EARLIER, LATER = "1-A.zorgen", "1-B.aan-de-slag"


def names(library, dates, field=LATER, about=""):
    return [(each.field.id, each.at) for each in moved(library, library.field(field), dates, about)]


def at(when):
    return Dates(when, when)


def test_what_changed_after_it_was_taken_over_is_named(library):
    assert names(library, {(EARLIER, ""): at(NOON), (LATER, ""): at(MORNING)}) == [(EARLIER, NOON)]
    assert names(library, {(EARLIER, ""): at(MORNING), (LATER, ""): at(NOON)}) == []


def test_an_answer_that_nobody_wrote_has_nothing_to_look_at(library):
    assert names(library, {(EARLIER, ""): at(NOON)}) == []


def test_who_confirmed_it_is_not_asked_again_until_the_next_change(library):
    assert names(library, {(EARLIER, ""): at(NOON), (LATER, ""): Dates(MORNING, EVENING)}) == []
    assert names(library, {(EARLIER, ""): at(EVENING), (LATER, ""): Dates(MORNING, NOON)}) != []


def test_an_ambition_looks_at_its_own_answers_and_at_shared_ones_only(library):
    dates = {
        ("2.bereiken", "a"): at(NOON),
        ("2.bereiken", "b"): at(EVENING),
        ("3-B.resultaten", "a"): at(MORNING),
    }
    assert names(library, dates, "3-B.resultaten", "a") == [("2.bereiken", NOON)]
    assert names(library, dates | {("2.bereiken", ""): at(EVENING)}, "3-B.resultaten", "a") == [
        ("2.bereiken", EVENING)
    ]


def test_the_dossier_as_a_whole_looks_at_every_ambition(library):
    dates = {("2.bereiken", "b"): at(NOON), ("3-A.bereiken", ""): at(MORNING)}
    assert names(library, dates, "3-A.bereiken") == [("2.bereiken", NOON)]


def test_every_edge_of_the_workbook_can_say_so(library):
    edges = [
        (edge.field, field.id)
        for each in library.worksheets
        for field in each.fields
        for edge in field.carries_from
    ]
    assert len(edges) == 90
    for source, target in edges:
        assert names(library, {(source, ""): at(NOON), (target, ""): at(MORNING)}, target) == [(source, NOON)]


# --- from the database ----------------------------------------------------------------------------


async def write(dossier, field, text, when, **values):
    async def save(db):
        items = [Item(id=uuid.uuid4().hex, text=text)]
        version = await answers.write(db, dossier.id, field, items, account_id=dossier.samira, **values)
        version.at = when

    await dossier.database.write(save)


async def of(dossier, library, field, about=""):
    own = library.field(field)
    async with dossier.database.read() as db:
        every = {field, *(edge.field for edge in own.carries_from)}
        return moved(library, own, await carried.dates_of(db, dossier.id, every), about)


async def test_a_later_change_is_noticed_and_a_confirmation_settles_it(dossier, library):
    await write(dossier, EARLIER, "Naroepen", MORNING)
    await write(dossier, LATER, "Hier doen we iets aan", NOON)
    assert await of(dossier, library, LATER) == ()
    await write(dossier, EARLIER, "Naroepen op straat", EVENING)
    assert [each.at for each in await of(dossier, library, LATER)] == [EVENING]
    await write(dossier, LATER, "Hier doen we iets aan", EVENING, note=answers.CONFIRMED)
    assert await of(dossier, library, LATER) == ()


async def test_a_confirmation_and_a_new_round_are_no_change_for_who_builds_on_it(dossier, library):
    await write(dossier, EARLIER, "Naroepen", MORNING)
    await write(dossier, LATER, "Hier doen we iets aan", NOON)
    await write(dossier, EARLIER, "Naroepen", EVENING, note=answers.CONFIRMED)
    assert await of(dossier, library, LATER) == ()
    learn = library.worksheet("2-leren")
    await write(dossier, "3-leren.begrijpen", "Zo komt het", NOON)
    await dossier.database.write(
        lambda db: rounds.begin(db, dossier.id, learn, EVENING.date(), account_id=None)
    )
    assert await of(dossier, library, "3-leren.begrijpen") == ()


async def test_new_marks_and_new_actions_are_changes_too(dossier, library):
    await write(dossier, "6-leren.al-gedaan", "Weinig", NOON)
    await dossier.database.write(
        lambda db: actions.create(db, dossier.id, "0-leren.acties", "Les maken", account_id=None)
    )
    assert [each.field.id for each in await of(dossier, library, "6-leren.al-gedaan")] == ["0-leren.acties"]


async def test_another_dossier_changes_nothing_here(dossier, library, database):
    await write(dossier, LATER, "Hier doen we iets aan", NOON)
    from tests.record.conftest import a_dossier

    await write(await a_dossier(database), EARLIER, "Anders", EVENING)
    assert await of(dossier, library, LATER) == ()


@pytest.mark.parametrize("about", ["", "a1"])
async def test_the_sheet_says_it_at_the_field_and_writes_nothing(dossier, library, about):
    await write(dossier, "1-B.ambities", "Iedereen kent grenzen", MORNING)
    await dossier.database.write(
        lambda db: db.execute(
            update(Answer)
            .where(Answer.field == "1-B.ambities")
            .values(body={"items": [{"id": "a1", "text": "Grenzen"}]})
        )
    )
    await write(dossier, "2.ambitie", "Grenzen", MORNING, about=about)
    await write(dossier, "1-B.ambities", "Iedereen kent grenzen", EVENING)
    await dossier.database.write(
        lambda db: db.execute(
            update(Answer)
            .where(Answer.field == "1-B.ambities")
            .values(body={"items": [{"id": "a1", "text": "Grenzen"}]})
        )
    )
    async with dossier.database.read() as db:
        before = len(list(await db.scalars(AnswerVersion.__table__.select())))
        found = await sheet.read(db, library, dossier.id, library.worksheet("2"), "s2", about)
        assert len(list(await db.scalars(AnswerVersion.__table__.select()))) == before
    assert [each.field.id for each in found.fields[0].moved] == ["1-B.ambities"]
