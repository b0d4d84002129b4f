"""Help lines of an installation: its managers keep the list, and every process shows the same one."""

import asyncio
import datetime as dt
import uuid

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from tests.people import a_facilitator, both_databases
from workshop.log.what import What
from workshop.models import Deed, HelpLineRow
from workshop.safety import helplines
from workshop.safety.helplines import HelpLine, HelpLineError, Shown
from workshop.safety.helplines import editing as helpline_editing
from workshop.safety.helplines.editing import DOWN, UP, HelpLineEditor

pytestmark = both_databases

STARTERS = helplines.load()
TODAY = dt.date(2027, 12, 1)
OURS = HelpLine(
    name="Jongerenwerk",
    what="Praten in de buurt",
    source="https://lindewaard.nl",
    checked=TODAY,
    phone="06-12345678",
)


@pytest_asyncio.fixture
async def editor(services):
    return HelpLineEditor(services.db, services.helplines, await a_facilitator(services, manager=True))


async def names(editor):
    return [line.name for line in (await editor.listed()).lines]


async def test_without_changes_the_start_list_counts_and_nothing_is_stored(editor, services):
    assert (await editor.listed()) == (list(STARTERS), [], False)
    assert tuple(services.helplines) == STARTERS
    async with services.db.read() as db:
        assert await db.scalar(select(func.count()).select_from(HelpLineRow)) == 0


async def test_a_line_is_added_changed_moved_removed_and_put_back(editor, services):
    await editor.add(OURS)
    ours = (await editor.listed()).lines[-1]
    assert [line.name for line in services.helplines] == [*(line.name for line in STARTERS), OURS.name]
    await editor.save(ours.id, msgspec.structs.replace(OURS, when="Elke middag"))
    assert tuple(services.helplines)[-1].when == "Elke middag"
    await editor.move(ours.id, UP)
    assert (await names(editor))[-2:] == [OURS.name, STARTERS[-1].name]
    await editor.move(ours.id, DOWN)
    await editor.move(ours.id, DOWN)
    assert (await names(editor))[-1] == OURS.name
    await editor.remove(STARTERS[3].id)
    assert STARTERS[3].name not in [line.name for line in services.helplines]
    found = await editor.listed()
    assert [line.name for line in found.removed] == [STARTERS[3].name]
    await editor.put_back(STARTERS[3].id)
    assert (await names(editor))[-1] == STARTERS[3].name
    assert (await editor.listed()).removed == []


async def test_danger_stays_first_and_stays_112(editor):
    danger, next_one = STARTERS[0], STARTERS[1]
    for deed in (
        editor.remove(danger.id),
        editor.move(danger.id, DOWN),
        editor.move(next_one.id, UP),
        editor.save(danger.id, msgspec.structs.replace(danger, phone="0900-8844")),
    ):
        with pytest.raises(HelpLineError, match="112 blijft bovenaan"):
            await deed
    assert await names(editor) == [line.name for line in STARTERS]
    await editor.save(danger.id, msgspec.structs.replace(danger, what="Bel meteen."))
    assert (await editor.listed()).lines[0].what == "Bel meteen."


async def test_a_line_that_was_looked_at_today_says_so_and_the_list_is_as_old_as_its_oldest_line(
    editor, services
):
    assert all(line.is_old(TODAY) for line in services.helplines)
    for line in STARTERS[:-1]:
        await editor.check(line.id, TODAY)
    assert services.helplines.checked == STARTERS[-1].checked
    await editor.check(STARTERS[-1].id, TODAY)
    assert services.helplines.checked == TODAY
    assert not [line for line in services.helplines if line.is_old(TODAY)]


async def test_a_line_is_old_after_a_year_and_not_before():
    line = msgspec.structs.replace(OURS, checked=dt.date(2026, 3, 1))
    assert not line.is_old(dt.date(2027, 3, 1))
    assert line.is_old(dt.date(2027, 3, 2))


async def test_back_to_the_start_list_keeps_what_the_installation_wrote_itself(editor, services):
    await editor.add(OURS)
    await editor.save(STARTERS[2].id, msgspec.structs.replace(STARTERS[2], phone="0800-9999"))
    await editor.check(STARTERS[4].id, TODAY)
    await editor.remove(STARTERS[5].id)
    await editor.start_over()
    found = await editor.listed()
    assert found.lines == list(STARTERS)
    assert {line.name for line in found.removed} == {OURS.name, STARTERS[2].name, STARTERS[5].name}
    ours = next(line for line in found.removed if line.name == OURS.name)
    await editor.put_back(ours.id)
    assert await names(editor) == [*(line.name for line in STARTERS), OURS.name]
    await editor.check(STARTERS[5].id, TODAY)
    assert (await editor.listed()).lines[5].checked == TODAY


async def test_the_list_has_an_end_and_so_has_what_can_be_put_back(editor):
    for number in range(helplines.MOST - len(STARTERS)):
        await editor.add(msgspec.structs.replace(OURS, name=f"Lijn {number}"))
    with pytest.raises(HelpLineError, match="Haal er eerst een weg"):
        await editor.add(OURS)
    assert len((await editor.listed()).lines) == helplines.MOST
    for line in (await editor.listed()).lines[1:]:
        await editor.remove(line.id)
    assert len((await editor.listed()).removed) == helpline_editing.MOST_REMOVED


async def test_what_is_not_there_cannot_be_changed(editor):
    for deed in (
        editor.remove(uuid.uuid4()),
        editor.check(uuid.uuid4(), TODAY),
        editor.save(uuid.uuid4(), OURS),
        editor.move(uuid.uuid4(), UP),
        editor.put_back(uuid.uuid4()),
        editor.put_back(STARTERS[1].id),  # stands in the list
    ):
        with pytest.raises(KeyError):
            await deed


async def test_another_process_shows_the_change_at_its_next_look_and_keeps_its_list_when_it_cannot_look(
    editor, services, monkeypatch
):
    elsewhere = Shown(STARTERS)
    monkeypatch.setattr(helpline_editing, "SECONDS", 0.01)
    async with helpline_editing.kept_fresh(services.db, elsewhere):
        await editor.add(OURS)
        await until(lambda: tuple(elsewhere)[-1].name == OURS.name)
        monkeypatch.setattr(helpline_editing, "_rows", broken)
        await helpline_editing._read_again(services.db, elsewhere)
        assert tuple(elsewhere)[-1].name == OURS.name


async def test_every_change_is_logged_with_who_and_which_line(editor, services):
    await editor.add(OURS)
    await editor.check(STARTERS[1].id, TODAY)
    await editor.start_over()
    async with services.db.read() as db:
        rows = list(await db.scalars(select(Deed).order_by(Deed.at)))
    assert [(row.what, row.about, row.account_id, row.partnership_id) for row in rows] == [
        (What.HELP_LINE_ADDED, OURS.name, editor.account.id, None),
        (What.HELP_LINE_CHECKED, STARTERS[1].name, editor.account.id, None),
        (What.HELP_LINES_RESET, "", editor.account.id, None),
    ]


async def broken(_):
    raise OSError("away")


async def until(true):
    while not true():
        await asyncio.sleep(0.01)
