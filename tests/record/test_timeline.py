from tests.people import both_databases
from tests.record.test_answers import FIELD, append, item, write
from workshop.items import Item
from workshop.models import now
from workshop.record import sessions, sheet, timeline

pytestmark = both_databases


async def events(dossier, **values):
    async with dossier.database.read() as db:
        return await timeline.events(db, dossier.id, [FIELD], **values)


async def test_each_event_tells_what_it_changed(dossier):
    one = item("een")
    await write(dossier, [one])
    await append(dossier, [item("twee"), item("drie")])
    await write(dossier, [Item(id=one.id, text="anders")])
    assert [(e.number, e.words, e.is_current) for e in await events(dossier)] == [
        (3, "1 veranderd en 2 weg", True),
        (2, "2 erbij", False),
        (1, "1 erbij", False),
    ]


async def test_the_oldest_event_on_the_page_still_knows_what_was_before(dossier):
    for _ in range(timeline.VERSIONS_SHOWN + 5):
        await append(dossier, [item("nog een")])
    found = await events(dossier)
    assert len(found) == 8
    assert {event.words for event in found} == {"1 erbij"}


async def test_a_new_order_is_called_that():
    assert timeline.summary([("~", "De volgorde is anders.")]) == "andere volgorde"
    assert timeline.summary([]) == "niets veranderd"


async def test_a_session_brings_its_own_items_and_no_others(dossier):
    session = await dossier.session(ended_at=now(), saved_at=now())
    mine = item("uit de sessie", session=str(session.id))
    await write(dossier, [item("van eerder")])
    await write(dossier, [item("van eerder"), mine], session_id=session.id)
    async with dossier.database.read() as db:
        brought = await sessions.brought(db, session)
    assert brought.items == {FIELD: (mine,)}
    assert sessions.state(session) == "Bewaard"


async def test_a_session_leads_to_where_it_goes_on(dossier):
    running, ended = await dossier.session(), await dossier.session(ended_at=now())
    assert sessions.address(running) == f"/sessies/{running.id}/regie"
    assert sessions.address(ended) == f"/sessies/{ended.id}/nakijken"


async def test_a_sheet_opens_at_the_first_open_question(dossier, library):
    for field in ("1-A.jongeren", "1-A.partners"):
        await dossier.database.write(
            lambda db, field=field: sheet.answers.write(db, dossier.id, field, [item("x")], account_id=None)
        )
    async with dossier.database.read() as db:
        found = await sheet.read(db, library, dossier.id, library.worksheet("1-A"))
    assert found.here.key == "s2"
    assert [step.count.answered for step in found.steps] == [2, 0, 0, 0, 0]
