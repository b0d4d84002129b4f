"""What was done since the last round stands ready where people look back."""

import datetime as dt

from sqlalchemy import event

from tests.people import a_facilitator, a_partnership, a_session, activity, both_databases
from workshop import days
from workshop.handover import proposal
from workshop.items import Item
from workshop.models import Session
from workshop.record import actions, answers, done, fields, readers, rounds, sheet
from workshop.record.rows import TICKED

pytestmark = both_databases

FIELD, SOURCE = "6-leren.al-gedaan", "0-leren.acties"


async def action(dossier, wording="Les gemaakt", status="done", field=SOURCE):
    return await dossier.database.write(
        lambda db: actions.create(db, dossier.id, field, wording, account_id=dossier.samira, status=status)
    )


async def ready(dossier, library):
    async with dossier.database.read() as db:
        rows = await done.since_last_round(db, library, dossier.id, library.field(FIELD))
    return [row.text for row in rows]


async def write(dossier, *texts):
    items = [Item(id=text, text=text) for text in texts]
    await dossier.database.write(
        lambda db: answers.write(db, dossier.id, FIELD, items, account_id=dossier.samira)
    )


async def a_round(dossier, library, on):
    await dossier.database.write(
        lambda db: rounds.begin(db, dossier.id, library.worksheet("6-leren"), on, account_id=dossier.samira)
    )


def test_only_questions_that_come_back_and_build_on_actions_have_them(library):
    every = [field for each in library.worksheets for field in each.fields]
    assert [field.id for field in every if done.sources(library, field)] == [FIELD]


async def test_what_is_done_is_ready_and_what_is_not_is_not(dossier, library):
    await action(dossier)
    await action(dossier, "Nog bezig", status="busy")
    await action(dossier, "Toch niet", status="dropped")
    await action(dossier, "Van een andere lijst", field="6-leren.verbeteren")
    assert await ready(dossier, library) == ["Les gemaakt"]


async def test_what_was_written_down_now_or_in_an_earlier_round_is_not_offered_again(dossier, library):
    await action(dossier)
    await action(dossier, "Folder")
    await write(dossier, "LES gemaakt")
    assert await ready(dossier, library) == ["Folder"]
    await a_round(dossier, library, days.today())
    assert await ready(dossier, library) == ["Folder"]


async def test_what_was_done_before_the_earlier_round_is_of_then(dossier, library):
    await action(dossier, "Lang geleden")
    tomorrow = days.today() + dt.timedelta(days=1)
    await write(dossier, "Iets")
    await a_round(dossier, library, tomorrow)
    await write(dossier, "Iets anders")
    await a_round(dossier, library, tomorrow + dt.timedelta(days=30))
    assert await ready(dossier, library) == []


async def test_another_dossiers_actions_are_not_ready_here(dossier, library):
    await action(dossier)
    async with dossier.database.read() as db:
        assert await done.since_last_round(db, library, dossier.samira, library.field(FIELD)) == []


async def test_the_editor_offers_them_to_tick_and_a_tick_writes_them(dossier, library):
    await action(dossier)
    async with dossier.database.read() as db:
        found = await sheet.read(db, library, dossier.id, library.worksheet("6-leren"), "s1")
    view = next(view for view in found.fields if view.field.id == FIELD)
    rows = fields.rows_for(view.layout, view.items)
    assert [(row.value("text"), row.ready) for row in rows] == [("Les gemaakt", True), ("", False)]
    assert readers.listed(rows[0], view.layout) is None
    form = {
        "row": [rows[0].id],
        f"ready.{rows[0].id}": [TICKED],
        f"text.{rows[0].id}": ["Les gemaakt"],
        f"on.{rows[0].id}": [TICKED],
    }
    (item,) = fields.read(form, (), view.layout, "Samira").items
    assert item.text == "Les gemaakt"


async def test_the_page_asks_the_database_no_more_than_twenty_times(dossier, library):
    for number in range(12):
        await action(dossier, f"Actie {number}")
    asked = []
    event.listen(
        dossier.database.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )
    async with dossier.database.read() as db:
        await sheet.read(db, library, dossier.id, library.worksheet("6-leren"), "s1")
    assert len(asked) <= 17  # three more are for who visits


async def test_a_live_step_begins_with_them_and_the_review_has_them_as_lines(services):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    await services.db.write(
        lambda db: actions.create(
            db, partnership.id, SOURCE, "Les gemaakt", account_id=account.id, status="done"
        )
    )
    session = await a_session(services, "6-leren", partnership=partnership, step="al-gedaan")
    async with services.db.read() as db:
        scene = await services.room.reader.scene(db, session, activity(session, "al-gedaan"))
        stored = await db.get_one(Session, session.id)
        lines = await proposal.proposed(db, services.room.reader, stored)
    assert [option.text for option in scene.tally.done] == ["Les gemaakt"]
    assert [(line.text, line.field, line.kept) for line in lines] == [("Les gemaakt", FIELD, True)]
