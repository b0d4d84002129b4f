"""What a document says of a dossier: the questions, what stands there, and nothing below a threshold."""

import datetime as dt
import io
from itertools import pairwise

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from tests.people import a_facilitator, a_partnership
from workshop.documents import excel, orders
from workshop.documents.document import Charts, Heading, Lines, Paragraph, Table
from workshop.items import Item
from workshop.models import Action, Answer, Session, ThemeMarks, now
from workshop.record.answers import body_of

FEW, MANY = [0, 0, 0, 0, 0, 1, 2, 1, 0, 0], [0, 0, 0, 0, 0, 4, 5, 3, 0, 0]
HALF = [0, 0, 0, 0, 0, 2, 2, 2, 0, 0]


@pytest_asyncio.fixture
async def dossier(services):
    account = await a_facilitator(services)
    return await a_partnership(services, account, name="Veilig Voorbeeldstad")


@pytest.fixture
def write(services, dossier):
    """`await write(field, *items, about=…)`: what stands in a field."""

    async def store(field, *items, about="", gaps=None):
        row = Answer(partnership_id=dossier.id, field=field, about=about, number=1, body=body_of(items, gaps))
        await add(services, row)

    return store


async def add(services, *rows):
    async def store(db):
        db.add_all(rows)

    await services.db.write(store)


async def book_of(services, dossier, sheet):
    return (await orders.of_worksheet(services, dossier.id, services.library.worksheet(sheet)))()


def said(blocks):
    """Every text, with what stands beside it."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Lines):
            for line in block.lines:
                yield from (line.text, *line.tags, *line.details, *line.quotes)
        elif isinstance(block, Table):
            cells = (line for row in block.rows for cell in row for line in cell.lines)
            yield from (block.title, *block.head, *(line.text for line in cells))
        elif isinstance(block, Charts):
            for chart in block.charts:
                yield from (chart.title, chart.words, chart.alt)


async def test_questions_without_an_answer_stand_together_in_one_line(services, dossier, write):
    for sheet in services.library.worksheets:
        words = list(said((await book_of(services, dossier, sheet.id)).front.blocks))
        labels = "; ".join(field.label for field in sheet.fields)
        assert words == [sheet.why, f"Nog niet ingevuld: {labels}."], sheet.id
    await write("1-A.zorgen", Item(id="1", text="Een zorg"))
    words = list(said((await book_of(services, dossier, "1-A")).front.blocks))
    assert services.library.field("1-A.zorgen").question in words
    [line] = [one for one in words if one.startswith("Nog niet ingevuld")]
    assert not line.endswith("Zorgen; Kansen.")
    assert line.endswith("Kansen.")


async def test_lines_stand_by_their_dots_with_the_cards_of_their_group(services, dossier, write):
    some = [Item(id=str(dots), text=f"Met {dots}", votes=dots) for dots in (1, 4, 2)]
    await write("1-A.zorgen", *some, Item(id="g", text="Groep", votes=9, quotes=("Kaart een", "Kaart twee")))
    blocks = (await book_of(services, dossier, "1-A")).front.blocks
    [lines] = [block.lines for block in blocks if isinstance(block, Lines)]
    assert [line.text for line in lines] == ["Groep", "Met 4", "Met 2", "Met 1"]
    assert lines[0].quotes == ("Kaart een", "Kaart twee")


async def test_a_dossier_has_what_weighs_most_of_each_question_and_says_what_it_leaves_out(
    services, dossier, write
):
    cards = [Item(id=str(n), text=f"Kaart {n}", votes=n) for n in range(9)]
    await write("1-A.zorgen", *cards, Item(id="x", text="KAART 8"))
    await write("1-A.kansen", *(Item(id=str(n), text=f"Kans {n}", votes=1, chosen=True) for n in range(7)))
    blocks = (await orders.of_dossier(services, dossier.id))().front.blocks
    [table] = [block for block in blocks if isinstance(block, Table)]
    worries, chances = ([line.text for line in row[1].lines] for row in table.rows)
    assert worries == [
        *(f"Kaart {n}" for n in (8, 7, 6, 5, 4)),
        "(en nog 4, in het document van dit werkblad)",
    ]
    assert chances == [f"Kans {n}" for n in range(7)]


async def test_nothing_is_printed_for_an_activity_that_nobody_filled_in(services, dossier, write):
    await write("3-B.activiteiten", *(Item(id=f"a{n}", text=f"Activiteit {n}") for n in range(40)))
    await write("4.mening", Item(id="m", text="Onze mening"), about="a7")
    sheet = (await book_of(services, dossier, "4")).front.blocks
    headings = [block.text for block in sheet if isinstance(block, Heading)]
    assert [one for one in headings if one.startswith("Activiteit:")] == ["Activiteit: Activiteit 7"]
    [line] = [one for one in said(sheet) if one.startswith("Nog niet ingevuld voor")]
    assert "Activiteit 7" not in line
    assert len(line) < 150


async def test_the_first_page_tells_it_in_two_minutes_whatever_people_wrote(services, dossier, write):
    long = "woord " * 60
    await write(
        "1-A.zorgen", *(Item(id=str(n), text=f"{n} {long}", votes=9 - n, chosen=True) for n in range(9))
    )
    due = dt.date(2030, 1, 2)
    await add(
        services,
        *(
            Action(
                partnership_id=dossier.id,
                field="0-leren.acties",
                text=f"{n} {long}"[:300],
                owner="GGD",
                due=due,
            )
            for n in range(9)
        ),
    )
    for order in (
        await orders.of_dossier(services, dossier.id),
        await orders.of_bouwsteen(services, dossier.id, services.library.bouwstenen[1]),
    ):
        book = order()
        words = list(said(book.front.first))
        assert "Wat we kozen" in words
        assert sum(one.endswith("…") for one in words) >= 5
        assert "9 stippen" in words
        assert len(" ".join(words).split()) < 300
        [sheet, *_] = load_workbook(io.BytesIO(excel.write(book)))
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        assert {"Wat we kozen", f"{words[words.index('9 stippen') - 1]}, 9 stippen"} <= set(cells)


async def test_an_answer_says_what_it_is_and_from_which_session(services, dossier, write):
    held = Session(
        partnership_id=dossier.id,
        worksheet="1-A",
        title="Sessie",
        code=None,
        created_at=dt.datetime(2026, 5, 3, tzinfo=dt.UTC),
    )
    await add(services, held)
    item = Item(
        id="1",
        text="Foto's doorsturen",
        cards=3,
        votes=5,
        chosen=True,
        session=str(held.id),
        labels=("online",),
    )
    await write("1-A.zorgen", item)
    words = list(said((await book_of(services, dossier, "1-A")).front.blocks))
    assert {"Foto's doorsturen", "online", "Uit sessie van 3 mei 2026, 3 kaarten, 5 stippen, gekozen"} <= set(
        words
    )


async def test_a_worksheet_is_there_for_each_ambition_those_that_people_work_on_first(
    services, dossier, write
):
    ambitions = [
        Item(id="a1", text="Later", details={"active": "niet actief"}),
        Item(id="a2", text="Nu", details={"active": "actief"}),
    ]
    await write("1-B.ambities", *ambitions)
    sheet = services.library.worksheet("2")
    await write(sheet.fields[0].id, Item(id="r", text="Over nu"), about="a2")
    words = list(said((await book_of(services, dossier, "2")).front.blocks))
    await write(sheet.fields[0].id, Item(id="s", text="Over later"), about="a1")
    words = list(said((await book_of(services, dossier, "2")).front.blocks))
    assert words.index("Ambitie: Nu") < words.index("Over nu") < words.index("Ambitie: Later")
    one = (await orders.of_worksheet(services, dossier.id, sheet, "a1"))().front
    assert "Over nu" not in said(one.blocks)
    with pytest.raises(LookupError):
        await orders.of_worksheet(services, dossier.id, sheet, "a3")


async def test_headings_skip_no_level(services, dossier, write):
    await write("1-B.ambities", Item(id="a1", text="Nu"))
    await write("2.zien", Item(id="v", text="Iets"))
    for build in [
        await orders.of_dossier(services, dossier.id),
        *[await orders.of_bouwsteen(services, dossier.id, one) for one in services.library.bouwstenen],
    ]:
        levels = [block.level for block in build().front.blocks if isinstance(block, Heading)]
        assert levels[0] == min(levels)
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


async def test_marks_below_the_threshold_are_counted_and_not_shown(services, dossier):
    await marks(services, dossier, few=(FEW, {}), many=(MANY, {}))
    book = await book_of(services, dossier, "0-leren")
    charts = [chart for block in book.front.blocks if isinstance(block, Charts) for chart in block.charts]
    assert [chart.title for chart in charts] == ["many"]
    assert "minder dan 5" in set(said(book.front.blocks))
    (sheet,) = [sheet for sheet in book.sheets if sheet.name == "Cijfers"]
    shown = {row[0]: row[3:6] for row in sheet.rows}
    assert shown == {"few": (None, None, None), "many": (6.9, 6, 8)}


async def test_groups_are_there_all_together_or_not_at_all(services, dossier):
    whole = {"jongere": HALF, "beleid": HALF}
    broken = {"jongere": HALF, "beleid": FEW}
    both = [a + b for a, b in zip(HALF, FEW, strict=True)]
    await marks(services, dossier, samen=(MANY, whole), los=(both, broken))
    book = await book_of(services, dossier, "0-leren")
    (table,) = [b for b in book.front.blocks if isinstance(b, Table) and "groepen" in b.title]
    rows = {row[0].lines[0].text: [cell.lines[0].text for cell in row[1:]] for row in table.rows}
    assert rows == {"samen": ["7,0", "7,0", "0,0"], "los": ["te weinig"] * 3}
    (sheet,) = [sheet for sheet in book.sheets if sheet.name == "Cijfers per groep"]
    assert {row[0] for row in sheet.rows} == {"samen"}


async def test_actions_are_in_the_tables_with_dates_as_dates(services, dossier):
    due = dt.date(2020, 1, 2)
    await add(
        services,
        Action(partnership_id=dossier.id, field="0-leren.acties", text="=Bellen", owner="GGD", due=due),
        Action(partnership_id=dossier.id, field="0-leren.acties", text="Klaar", status="done"),
    )
    book = (await orders.of_dossier(services, dossier.id))()
    (sheet,) = [sheet for sheet in book.sheets if sheet.name == "Acties"]
    assert [row[:4] for row in sheet.rows] == [
        ("=Bellen", "GGD", due, "Te laat"),
        ("Klaar", "", None, "Klaar"),
    ]
    assert {"Open acties", "Klaar, of gaat niet door"} <= set(said(book.front.blocks))


async def test_a_table_says_where_something_is_missing_and_what_fits_no_cell(services, dossier, write):
    table = services.library.structures["partner_overview"]
    row, column = table["rows"][0], table["columns"][0]
    placed = Item(id="1", text="GGD", cell=f"{row['id']}.{column['id']}", details={"status": "doet mee"})
    field = next(f for s in services.library.worksheets for f in s.fields if f.kind == "partners-table")
    await write(field.id, placed, Item(id="2", text="Oma"))
    blocks = (await book_of(services, dossier, field.id.split(".")[0])).front.blocks
    (found,) = [b for b in blocks if isinstance(b, Table) and b.title == field.label]
    assert found.rows[0][1].lines[0].text == "GGD"
    assert found.rows[0][1].lines[0].details == ("Doet mee",)
    assert "Oma" in said(b for b in blocks if isinstance(b, Lines))


async def marks(services, dossier, **given):
    held = Session(partnership_id=dossier.id, worksheet="0-leren", title="Meting", code=None)
    await add(services, held)
    rows = (
        ThemeMarks(
            partnership_id=dossier.id,
            session_id=held.id,
            field="0-leren.cijfers",
            theme=name,
            label=name,
            position=place,
            counts=counts,
            groups=groups,
            at=now(),
        )
        for place, (name, (counts, groups)) in enumerate(given.items())
    )
    await add(services, *rows)
