"""What is held back, hidden or taken back is in no document: not while the session runs, not after it."""

import io
import zipfile
from types import SimpleNamespace

import pytest
import pytest_asyncio

from tests.documents import tools
from tests.people import a_participant, a_session, activity, conduct, reloaded
from workshop.codes import new_id
from workshop.documents import formats, orders
from workshop.handover import proposal, saving
from workshop.models import SignIn

pytestmark = pytest.mark.programs

CARDS, DOTS = "zorgen-kansen", "kiezen"
SHOWN, HELD, HIDDEN, DELETED, WITHDRAWN, UNTICKED = (
    f"Kanarie {bird}" for bird in ("mus", "vink", "lijster", "merel", "ekster", "spreeuw")
)
CHOSEN_ONLY = ("pptx",)
"""Endings of files that tell of cards only what the room chose."""
SECRET = (HELD, HIDDEN, DELETED, WITHDRAWN)


@pytest_asyncio.fixture
async def room(services, tmp_path):
    """A running session with one card on the big screen and one of every sort that is not."""
    session = await a_session(services, "1-A", step=CARDS, holds_back=True)
    phone = await a_participant(services, session)
    desk = await conduct(services, session)
    ids = {}
    for words in (SHOWN, *SECRET, UNTICKED):
        form = {"text": [words], "column": ["zorg"]}
        ids[words] = new_id()
        await services.room.contribute(session.id, phone.id, activity(session, CARDS).id, ids[words], form)
    for words in (SHOWN, HIDDEN, DELETED, WITHDRAWN, UNTICKED):
        await desk.set_card_state(ids[words], "shown")
    await desk.set_card_state(ids[HIDDEN], "hidden")
    await desk.delete_card(ids[DELETED])
    await services.room.withdraw(phone.participant, ids[WITHDRAWN])
    return SimpleNamespace(
        services=services, session=session, desk=desk, phone=phone, folder=tmp_path, ids=ids
    )


async def said_of(room, order):
    """Everything in the files of all formats, also what no page shows."""
    return {
        ending: _read((await formats.make(ending, order)).file, ending, room.folder)
        for ending in formats.FORMATS
    }


def _read(made, ending, folder):
    if ending == "pdf":
        file = folder / "document.pdf"
        file.write_bytes(made)
        return " ".join(tools.text_of(file).split())
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


async def every_order(room):
    services, session = room.services, room.session
    id, sheet = session.partnership_id, services.library.worksheet("1-A")
    return [
        await orders.of_session(services, id, session.id),
        await orders.of_worksheet(services, id, sheet),
        await orders.of_bouwsteen(services, id, services.library.bouwstenen[1]),
        await orders.of_dossier(services, id),
    ]


async def test_a_document_of_a_running_session_has_what_the_big_screen_shows_and_nothing_else(room):
    order = await orders.of_session(room.services, room.session.partnership_id, room.session.id)
    for ending, said in (await said_of(room, order)).items():
        assert (SHOWN in said) is (ending not in CHOSEN_ONLY), ending
        assert not [words for words in SECRET if words in said], ending


async def test_while_the_session_runs_nothing_of_it_is_in_the_documents_of_the_dossier(room):
    for order in (await every_order(room))[1:]:
        for ending, said in (await said_of(room, order)).items():
            assert "Kanarie" not in said, ending


async def test_a_blank_screen_leaves_the_current_step_out(room):
    await room.desk.set_blank(True)
    order = await orders.of_session(room.services, room.session.partnership_id, room.session.id)
    for ending, said in (await said_of(room, order)).items():
        assert "Kanarie" not in said, ending


async def test_dots_are_not_told_before_they_are_shown(room):
    session, services = room.session, room.services
    dots = next(step for step in session.activities if step.kind == "dots")
    await room.desk.go_to(dots.id)
    chosen = {"options": [str(room.ids[SHOWN])]}
    await services.room.contribute(session.id, room.phone.id, dots.id, new_id(), chosen)
    for shown in (False, True):
        await room.desk.set_shown(dots.id, shown)
        order = await orders.of_session(services, session.partnership_id, session.id)
        for ending, said in (await said_of(room, order)).items():
            assert ("1 stip" in said or (ending == "xlsx" and "Gekozen met stippen" in said)) is shown, ending


async def test_after_the_review_only_what_was_ticked_is_in_any_document(room):
    services = room.services
    await room.desk.end()
    ended = await said_of(room, (await every_order(room))[0])
    assert not [words for words in SECRET for said in ended.values() if words in said]
    async with services.db.read() as db:
        session = await reloaded(services, room.session.id)
        lines = await proposal.proposed(db, services.room.reader, session)
        desk = await db.get(SignIn, room.session.driver_id)
    form = {"kept": [line.id for line in lines if line.text == SHOWN and line.field]}
    await saving.save(services.db, services.room.reader, session.id, form, desk)
    for order in await every_order(room):
        for ending, said in (await said_of(room, order)).items():
            assert (SHOWN in said) is (ending not in CHOSEN_ONLY), ending
            assert not [words for words in (*SECRET, UNTICKED) if words in said], ending
