"""What earlier worksheets decided, in the room: on the desk, on phones and on the big screen."""

import pytest
import pytest_asyncio

from tests.people import (
    a_desk,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    activity,
    conduct,
    reloaded,
)
from workshop import codes
from workshop.items import Item
from workshop.live.plan import make_session
from workshop.live.scenes import DESK, PHONE_SCREEN, PHONE_STEP, PHONE_STEP_YOUNG, SCREEN
from workshop.record import actions, answers
from workshop.session_groups import YOUNG

pytestmark = pytest.mark.tour

FIRST, OTHER = "a" * 32, "b" * 32
ELEMENT = "Jongeren kennen hun grenzen"
PRIVATE = "De wethouder neemt het besluit"


@pytest_asyncio.fixture
async def room(services):
    """A desk of a dossier, to open sessions with."""
    account = await a_facilitator(services)
    return await a_partnership(services, account), await a_desk(services, account)


async def written(services, partnership, field, *texts, about=""):
    items = [Item(codes.new_id().hex, text) for text in texts]
    await services.db.write(
        lambda db: answers.write(db, partnership.id, field, items, account_id=None, about=about)
    )


async def opened(services, room, worksheet, step=None, holds_back=False):
    partnership, desk = room
    return await a_session(
        services, worksheet, partnership=partnership, sign_in=desk, step=step, holds_back=holds_back
    )


async def picture_of(services, session):
    return await services.fanout.scene(session.id)


def text_of(services, part, picture):
    return str(services.fanout.scenes.shared(part, picture))


async def test_every_edge_to_a_field_that_a_session_fills_is_on_desk_phone_and_screen(services, room):
    """Asserted from the content: each source with a text of its own, at each step that builds on it."""
    partnership, _ = room
    library = services.library
    sources = {edge.field for sheet in library.worksheets for f in sheet.fields for edge in f.carries_from}
    for id in sources:
        if library.field(id).kind not in ("marks", "actions"):
            await written(services, partnership, id, f"besloten bij {id}")
        elif library.field(id).kind == "actions":
            await services.db.write(
                lambda db, id=id: actions.create(
                    db, partnership.id, id, f"besloten bij {id}", account_id=None
                )
            )
    asserted = 0
    for sheet in library.worksheets:
        session = await opened(services, room, sheet.id)
        desk = await conduct(services, session)
        for step in sheet.script:
            await desk.go_to(activity(session, step.key).id)
            picture = await picture_of(services, session)
            offered = {option.field for option in picture.scene.inputs.options}
            shown = {part: text_of(services, part, picture) for part in (DESK, PHONE_STEP, SCREEN)}
            edges = [e for f in sheet.fields if f.id in step.saves.values() for e in f.carries_from]
            for edge in edges:
                if library.field(edge.field).kind == "marks":
                    continue
                says = f"besloten bij {edge.field}"
                assert says in shown[DESK] or edge.field in offered, (sheet.id, step.key, edge.field)
                assert any(each.field.id == edge.field for each in picture.earlier) or edge.field in offered
                asserted += 1
            if picture.earlier:
                assert f"besloten bij {picture.earlier[0].field.id}" in shown[PHONE_STEP]
                assert f"besloten bij {picture.earlier[0].field.id}" in shown[SCREEN]
                place = picture.earlier[0].worksheet
                assert f"/bouwstenen/{place.slug}?stap=" in shown[DESK]
    assert asserted > 50


async def test_a_session_about_one_ambition_shows_what_was_decided_about_that_one(services, room):
    partnership, desk = room
    await written(services, partnership, "1-B.ambities", "Eén", "Twee")
    await written(services, partnership, "2.bereiken", "Voor deze ambitie", about=FIRST)
    await written(services, partnership, "2.bereiken", "Voor een andere", about=OTHER)
    await written(services, partnership, "3-B.resultaten", "Ons resultaat", about=FIRST)
    sheet = services.library.worksheet("3-B")
    session_id = await make_session(services.db, partnership.id, sheet, desk, about=FIRST)
    session = await reloaded(services, session_id)
    picture = await picture_of(services, session)
    said = [item.text for each in picture.earlier for item in each.items]
    assert "Voor deze ambitie" in said
    assert "Voor een andere" not in said
    desk = await conduct(services, session)
    await desk.open()
    await desk.go_to(activity(session, "aanbod").id)
    columns = (await picture_of(services, session)).scene.tally.columns
    assert [column.label for column in columns] == ["Ons resultaat"]


async def test_young_people_see_only_answers_to_questions_that_they_may_be_asked(services, room):
    partnership, _ = room
    library = services.library
    private, step, sheet = next(
        (edge.field, step.key, sheet.id)
        for sheet in library.worksheets
        for step in sheet.script
        for field in sheet.fields
        if field.id in step.saves.values()
        for edge in field.carries_from
        if library.field(edge.field).youth == "no" and edge.field not in str(step.settings)
    )
    await written(services, partnership, private, PRIVATE)
    session = await opened(services, room, sheet, step=step, holds_back=True)
    await a_participant(services, session, YOUNG)
    picture = await picture_of(services, session)
    assert PRIVATE in text_of(services, DESK, picture)
    assert PRIVATE in text_of(services, PHONE_STEP, picture)
    assert PRIVATE not in text_of(services, PHONE_STEP_YOUNG, picture)
    assert PRIVATE not in text_of(services, SCREEN, picture)


async def test_the_desk_puts_earlier_decisions_on_the_screen_until_the_next_step(services, room):
    partnership, _ = room
    await written(services, partnership, "1-A.zorgen", "Foto's doorsturen")
    sheet = services.library.worksheet("1-B")
    session = await opened(services, room, "1-B")
    desk = await conduct(services, session)
    assert "Dit hadden we al" not in text_of(services, SCREEN, await picture_of(services, session))
    await desk.set_blank(True)
    await desk.show_instead("earlier")
    picture = await picture_of(services, session)
    for part in (SCREEN, PHONE_SCREEN):
        shown = text_of(services, part, picture)
        assert "Dit hadden we al" in shown
        assert "Foto&#39;s doorsturen" in shown
    await desk.go_to(activity(session, sheet.script[0].key).id)
    assert "Dit hadden we al" not in text_of(services, SCREEN, await picture_of(services, session))


async def test_the_clock_of_the_step_goes_on_above_earlier_decisions(services, room):
    partnership, _ = room
    library = services.library
    source, step, sheet = next(
        (edge.field, step.key, sheet.id)
        for sheet in library.worksheets
        for step in sheet.script
        for field in sheet.fields
        if field.id in step.saves.values()
        for edge in field.carries_from
        if library.field(edge.field).kind == "list" and edge.field not in str(step.settings)
    )
    await written(services, partnership, source, "Foto's doorsturen")
    session = await opened(services, room, sheet, step=step)
    await (await conduct(services, session)).show_instead("earlier")
    shown = text_of(services, SCREEN, await picture_of(services, session))
    assert "Dit hadden we al" in shown
    assert "data-until" in shown


async def test_the_screen_does_not_look_back_where_nothing_was_decided(services, room):
    session = await opened(services, room, "1-B")
    await (await conduct(services, session)).show_instead("earlier")
    picture = await picture_of(services, session)
    assert not picture.earlier
    assert "Doe jij als eerste mee?" in text_of(services, SCREEN, picture)
    assert "Dit hadden we al" not in text_of(services, DESK, picture)
