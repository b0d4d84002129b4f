"""A whole cycle of the workbook: what one worksheet decided is there on every page that builds on it."""

import shutil
from pathlib import Path

import pytest
import pytest_asyncio

from tests.documents.tools import text_of
from workshop import demo
from workshop.app import make_services, running
from workshop.cli import Parser
from workshop.content.library import Library
from workshop.demo.cycle import by_hand, cycle, start
from workshop.documents import formats, orders
from workshop.record import actions, ambitions, answers, marks, sheet
from workshop.settings import ROOT, Settings

pytestmark = [pytest.mark.tour, pytest.mark.xdist_group("cycle")]
LIBRARY = Library.load(ROOT / "sessions")
BY_HAND = (Path(__file__).parent / "content" / "by_hand.txt").read_text().split()
EDGES = [
    (worksheet.id, edge.field, field.id)
    for worksheet in LIBRARY.worksheets
    for field in worksheet.fields
    for edge in field.carries_from
]


class House:
    """A dossier with one cycle behind it."""

    def __init__(self, services, partnership_id, played):
        self.services, self.partnership_id, self.played = services, partnership_id, played

    def about(self, worksheet_id):
        return next(one.about for one in self.played if one.worksheet.id == worksheet_id)

    async def now(self, field_id):
        """What stands in a field now, as the dossier keeps it."""
        home = next(w for w in LIBRARY.worksheets if field_id in [field.id for field in w.fields])
        kind = LIBRARY.field(field_id).kind
        async with self.services.db.read() as db:
            if kind == "actions":
                return [a.text for a in await actions.of(db, self.partnership_id, fields=[field_id])]
            if kind == "marks":
                rows = await marks.rows_of(db, self.partnership_id)
                return [row.label for row in rows if row.field == field_id]
            written = await answers.current(db, self.partnership_id, [field_id], about=self.about(home.id))
            return [item.text for item in answers.items_of(written.get(field_id))]

    async def view(self, worksheet_id, field_id):
        """A field as the page of its worksheet shows it."""
        worksheet = LIBRARY.worksheet(worksheet_id)
        step = next(step for step in worksheet.steps if field_id in [field.id for field in step.fields])
        about, key = self.about(worksheet_id), step.id.rsplit(".", 1)[1]
        async with self.services.db.read() as db:
            page = await sheet.read(db, LIBRARY, self.partnership_id, worksheet, key, about)
        return next(view for view in page.fields if view.field.id == field_id)


@pytest_asyncio.fixture(scope="module")
async def house(migrated_file, tmp_path_factory):
    file = tmp_path_factory.mktemp("cycle") / "cycle.sqlite"
    shutil.copy(migrated_file, file)
    services = make_services(Settings(database_url=f"sqlite+aiosqlite:///{file}"))
    async with running(services):
        desk, partnership_id = await start(services)
        played = [one async for one in cycle(services, desk, partnership_id)]
        yield House(services, partnership_id, played)


def test_there_are_ninety_carry_overs():
    assert len(EDGES) == 90


def test_what_no_session_fills_in_is_what_the_list_of_written_fields_names():
    found = [field.id for worksheet in LIBRARY.worksheets for field in by_hand(LIBRARY, worksheet)]
    assert found == BY_HAND


async def test_every_worksheet_is_played_in_the_order_of_the_workbook(house):
    assert [one.worksheet.id for one in house.played] == [worksheet.id for worksheet in LIBRARY.worksheets]


async def test_worksheets_for_an_ambition_or_an_activity_are_played_for_one(house):
    for one in house.played:
        assert bool(one.about) == (one.worksheet.scope != "partnership"), one.worksheet.id


async def test_at_most_three_ambitions_are_active(house):
    async with house.services.db.read() as db:
        written = await answers.current(db, house.partnership_id, [ambitions.FIELD])
    chosen = [item for item in answers.items_of(written[ambitions.FIELD]) if ambitions.is_flagged(item)]
    assert 1 <= len(chosen) <= ambitions.MOST


async def test_no_step_of_the_cycle_is_left_without_anything_to_choose_from(house):
    silent = {one.worksheet.id: one.silent for one in house.played if one.silent}
    assert silent == {}


async def test_the_dossier_has_at_most_25_pages_and_the_first_tells_it_all(house, tmp_path):
    """`python -m bench.pages` measures the same with 25 phones."""
    file = tmp_path / "dossier.pdf"
    order = await orders.of_dossier(house.services, house.partnership_id)
    file.write_bytes((await formats.make("pdf", order)).file)
    first, second, *rest = text_of(file).split("\f")[:-1]
    assert "Wat we kozen" in first
    assert "Wat we afspraken" in first
    assert "Inhoud" in second
    assert len(rest) <= 23


@pytest.mark.parametrize(("worksheet_id", "source", "field_id"), EDGES)
async def test_a_worksheet_shows_what_an_earlier_one_decided(house, worksheet_id, source, field_id):
    filled = await house.now(source)
    assert filled, f"{source} is leeg"
    view = await house.view(worksheet_id, field_id)
    (shown,) = [neighbour for neighbour in view.sources if neighbour.field.id == source]
    assert [item.text for item in shown.items] == filled


def test_the_command_plays_a_cycle_says_what_it_brought_and_stops(capsys, monkeypatch):
    monkeypatch.setattr("workshop.demo.cycle.cycle", nothing_to_play)
    assert demo.main(["--cycle"], Parser(prog="workshop demo")) == 0
    assert "De hele cyclus is gespeeld: 0 werkbladen" in capsys.readouterr().out


async def nothing_to_play(services, desk, partnership_id):
    for never in ():
        yield never
