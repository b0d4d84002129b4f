"""Every worksheet is played live by eight phones, and the dossier gets exactly what was ticked."""

import uuid
from collections import defaultdict

import pytest
from sqlalchemy import select

from tests.people import a_desk, a_facilitator, a_partnership
from workshop import codes
from workshop.content.library import Library
from workshop.demo.cycle import play
from workshop.items import Item
from workshop.models import Action, ActionChange, AnswerVersion, ThemeMarks
from workshop.record import actions, answers
from workshop.settings import ROOT

pytestmark = pytest.mark.tour

WORKSHEETS = [worksheet.id for worksheet in Library.load(ROOT / "sessions").worksheets]
EARLIER = ("Jongeren praten mee", "Scholen doen mee", "Hulp is dichtbij")


def test_there_are_eighteen_worksheets():
    assert len(WORKSHEETS) == 18


@pytest.mark.parametrize("worksheet_id", WORKSHEETS)
async def test_the_dossier_holds_exactly_what_was_ticked_after_a_session(services, worksheet_id):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    desk = await a_desk(services, account)
    worksheet = services.library.worksheet(worksheet_id)
    for field_id in fields_read_by(worksheet):
        await fill(services, partnership.id, field_id)

    played = await play(services, desk, partnership.id, worksheet)

    assert not played.silent, f"{worksheet_id}: niets te kiezen bij {', '.join(played.silent)}"
    for field_id, lines in kept_by_field(played).items():
        found = await read(services, partnership.id, field_id, played.session_id)
        assert found == sorted(line.text for line in lines), field_id
    earlier = {line.item.action for line in played.lines if line.item.action}
    assert await looked_back_on(services, played.session_id) == earlier
    assert steps_without_a_line(played, worksheet) == []


def fields_read_by(worksheet):
    """The fields of the record from which the steps of this script take their lists."""
    names = [name for step in worksheet.script for name in step.settings.get("fields", ())]
    names += [name for step in worksheet.script for name in step.settings.get("columns_from", ())]
    return dict.fromkeys(names)


async def fill(services, partnership_id, field_id):
    if services.library.field(field_id).kind == "actions":
        for text in EARLIER:
            await services.db.write(
                lambda db, text=text: actions.create(db, partnership_id, field_id, text, account_id=None)
            )
        return
    items = [Item(codes.new_id().hex, text) for text in EARLIER]
    await services.db.write(lambda db: answers.write(db, partnership_id, field_id, items, account_id=None))


def kept_by_field(played):
    """The lines that are new; an earlier action keeps its place."""
    found = defaultdict(list)
    for line in played.lines:
        if not line.item.action:
            found[line.field].append(line)
    return found


def steps_without_a_line(played, worksheet):
    """Steps that fill a field, but of which nothing was ticked."""
    brought = {line.id.partition(".")[0] for line in played.lines}
    return [step.key for step in worksheet.script if step.saves and step.key not in brought]


async def read(services, partnership_id, field_id, session_id):
    """The texts that this session left in a field, sorted."""
    reader = READERS.get(services.library.field(field_id).kind, items_of_session)
    async with services.db.read() as db:
        return sorted(await reader(db, partnership_id, field_id, session_id))


async def items_of_session(db, partnership_id, field_id, session_id):
    answer = (await answers.current(db, partnership_id, [field_id]))[field_id]
    query = select(AnswerVersion.session_id).where(AnswerVersion.answer_id == answer.id)
    assert session_id in list(await db.scalars(query))
    return [
        item.text
        for item in answers.items_of(answer)
        if item.session and uuid.UUID(item.session) == session_id
    ]


async def marks_of_session(db, partnership_id, field_id, session_id):
    query = select(ThemeMarks.label).where(
        ThemeMarks.partnership_id == partnership_id,
        ThemeMarks.field == field_id,
        ThemeMarks.session_id == session_id,
    )
    return await db.scalars(query)


async def actions_of_session(db, partnership_id, field_id, session_id):
    query = select(Action.text).where(
        Action.partnership_id == partnership_id, Action.field == field_id, Action.session_id == session_id
    )
    return await db.scalars(query)


async def looked_back_on(services, session_id):
    """Earlier actions of which this session says how they stand."""
    query = select(Action.id).join(ActionChange, ActionChange.action_id == Action.id)
    query = query.where(ActionChange.session_id == session_id, Action.session_id.is_(None))
    async with services.db.read() as db:
        return {str(id) for id in await db.scalars(query)}


READERS = {"marks": marks_of_session, "actions": actions_of_session}
