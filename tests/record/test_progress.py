import pytest
from sqlalchemy import event

from tests.people import both_databases
from workshop.items import Item
from workshop.models import Action, ThemeMarks
from workshop.record import answers, overview, progress, wheel

pytestmark = both_databases


async def write(dossier, field, *texts, about=""):
    items = [Item(id=text, text=text) for text in texts]
    await dossier.database.write(
        lambda db: answers.write(db, dossier.id, field, items, account_id=None, about=about)
    )


async def answered(dossier):
    async with dossier.database.read() as db:
        return await progress.answered_fields(db, dossier.id)


def all_of(library, *sheets):
    return {field.id for id in sheets for field in library.worksheet(id).fields}


async def test_items_marks_and_actions_each_answer_a_question(dossier):
    session = await dossier.session("0-leren")
    await write(dossier, "1-A.zorgen", "een")
    await write(dossier, "2.zien", "een", about="ambitie")
    await dossier.add(
        Action(partnership_id=dossier.id, field="0-leren.acties", text="doen"),
        ThemeMarks(
            partnership_id=dossier.id,
            session_id=session.id,
            field="0-leren.cijfers",
            theme="relatie",
            label="Relatie",
            counts=[0] * 10,
        ),
    )
    assert await answered(dossier) == {"1-A.zorgen", "2.zien", "0-leren.acties", "0-leren.cijfers"}


async def test_an_emptied_answer_and_a_dropped_action_answer_nothing(dossier):
    await write(dossier, "1-A.zorgen", "een")
    await write(dossier, "1-A.zorgen")
    await dossier.add(
        Action(partnership_id=dossier.id, field="0-leren.acties", text="doen", status="dropped")
    )
    assert await answered(dossier) == set()


async def test_a_whole_dossier_is_counted_in_one_statement(dossier, library):
    statements = []
    engine = dossier.database.engine.sync_engine

    def listener(*given):
        statements.append(given[2])

    event.listen(engine, "before_cursor_execute", listener)
    try:
        progress.per_bouwsteen(library, await answered(dossier))
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert len([statement for statement in statements if "SELECT" in statement]) == 1


def test_every_question_counts_in_one_bouwsteen(library):
    found = progress.per_bouwsteen(library, {"1-A.zorgen", "1-B.ambities", "0-A.partijen"})
    assert [each.bouwsteen.number for each in found] == list(range(7))
    assert sum(each.count.total for each in found) == sum(len(sheet.fields) for sheet in library.worksheets)
    assert [each.count.answered for each in found] == [1, 2, 0, 0, 0, 0, 0]
    assert found[2].count.words == "nog niet begonnen"
    assert found[1].count.words == f"2 van {found[1].count.total} vragen"


def test_people_are_where_their_newest_session_was(library):
    assert progress.now_at(library, set(), ["3-A", "1-A"]) == 3


def test_a_finished_bouwsteen_is_not_where_people_are(library):
    done = all_of(library, "0-A", "0-B", "0-leren")
    assert progress.now_at(library, done, ["0-leren"]) == 1
    assert progress.now_at(library, done | {"2.zien"}) == 2
    assert progress.now_at(library, {field.id for s in library.worksheets for field in s.fields}) == 6


def test_an_empty_dossier_begins_at_the_beginning(library):
    assert progress.now_at(library, set()) == 0
    assert progress.suggestion(library, set()).worksheet.id == "0-A"


def test_what_can_be_done_now_is_the_worksheet_whose_inputs_are_there(library):
    found = progress.suggestion(library, {"1-A.zorgen", "1-A.kansen"})
    assert found.worksheet.id == "1-B"
    assert [field.id for field in found.inputs] == ["1-A.zorgen", "1-A.kansen"]


def test_a_worksheet_that_misses_an_input_says_which(library):
    found = progress.suggestion(library, {"1-A.zorgen", "0-A.partijen"})
    assert (found.worksheet.id, [field.id for field in found.missing]) == ("1-B", ["1-A.kansen"])
    assert progress.states(library, {"1-A.zorgen"})["1-B"].missing == "Kansen (werkblad 1-A)"


def test_the_next_worksheet_is_the_one_after_the_last_and_then_what_was_passed_over(library):
    mains = [sheet.id for sheet in library.worksheets if sheet.sheet == "main"]
    answered, found = {"1-A.zorgen"}, []
    while next_one := progress.suggestion(library, answered):
        found.append(next_one.worksheet.id)
        answered |= all_of(library, next_one.worksheet.id)
    first = mains.index("1-A")
    assert found[: len(mains) - 1] == [*mains[first + 1 :], *mains[:first]]
    assert all(library.worksheet(id).sheet == "learn" for id in found[len(mains) - 1 :])


def test_a_full_dossier_gets_no_suggestion(library):
    assert progress.suggestion(library, {field.id for s in library.worksheets for field in s.fields}) is None


async def test_the_home_of_an_empty_dossier_can_be_read(dossier, library):
    async with dossier.database.read() as db:
        found = await overview.read(db, library, dossier.id)
    assert (found.now, found.begun, found.open_actions, found.themes, found.sessions) == (
        0,
        False,
        [],
        [],
        [],
    )
    assert found.evaluation.last is None


def test_the_wheel_draws_nothing_for_nothing_and_a_whole_ring_for_everything():
    empty = wheel.draw([0.0] * 7, 0)
    assert (empty.ring, empty.hub, {sector.filled for sector in empty.sectors}) == ("", "", {""})
    full = wheel.draw([1.0] * 7, 6)
    assert full.ring.count("A193") == 2
    assert all(sector.filled == sector.shape for sector in full.sectors)


@pytest.mark.parametrize(
    ("now", "tip"), [(1, "M0.0 -84.0"), (2, "M79.9 -26.0"), (6, "M-49.4 -68.0"), (0, "M0 -50")]
)
def test_the_needle_points_at_where_people_are(now, tip):
    assert wheel.draw([0.5] * 7, now).needle.startswith(tip)
