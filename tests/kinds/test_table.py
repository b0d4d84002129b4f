"""Table: cells that exist, what is one thing, what is double, and what fits on the screen."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kinds.rooms import NOTHING, form, send
from workshop import kinds
from workshop.codes import id_of_words
from workshop.kinds import Inputs, KindError, Option, table
from workshop.kinds.table import drawing
from workshop.live.picture import Picture, ShownStep
from workshop.live.typed import Typed
from workshop.render import Renderer

GIVEN = {
    "rows": [{"id": "zorg", "label": "Gezondheid en zorg"}, {"id": "veilig", "label": "Veiligheid"}],
    "columns": [{"id": "basis", "label": "Basis"}, {"id": "extra", "label": "Extra hulp"}],
    "ready": {"zorg.basis": ["Huisarts", "Consultatiebureau"], "veilig.extra": ["Politie"]},
    "flag": True,
    "entry": "Partner",
    "entries": "Partners",
}
SETTINGS = kinds.settings(table, GIVEN)
HUISARTS = id_of_words("zorg.basis", "Huisarts")
NASTY = "<img src=x onerror=alert(1)>"


def post(settings=SETTINGS, inputs=NOTHING, state="shown", **fields):
    return send(table, settings, form(**fields), inputs, state=state)


def add(words, cell="zorg.basis", **about):
    return post(cell=cell, text=words, **about)


def tally(*posts, settings=SETTINGS, inputs=NOTHING):
    return table.tally([entry for entries in posts for entry in entries], settings, inputs)


def cell(found, id):
    return next(cell for cell in found.cells if cell.id == id)


def things(found, id="zorg.basis"):
    return [(thing.text, thing.votes) for thing in cell(found, id).things]


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"columns": []}, "precies één van columns of columns_from"),
        ({"columns_from": ["2.resultaten"]}, "precies één van columns of columns_from"),
        ({"ready": {"zorg.weg": ["Huisarts"]}}, "'zorg.weg', maar dat staat niet in de tabel"),
        ({"rows": [{"id": "a.b", "label": "A"}], "ready": {}}, "geen punt"),
        ({"ready": {}, "flag": False, "adds": False}, "Er valt niets te kiezen"),
    ],
)
def test_settings_that_make_no_table_are_refused(change, sentence):
    with pytest.raises(KindError, match=sentence):
        kinds.settings(table, GIVEN | change)


def test_columns_can_be_the_items_of_a_field():
    settings = kinds.settings(table, {"rows": GIVEN["rows"], "columns_from": ["3-B.resultaten"]})
    assert table.needs(settings).fields == ("3-B.resultaten",)
    inputs = Inputs(options=(Option("r1", "Meer jongeren zijn blij"),))
    found = tally(
        add("Gastles", "zorg.r1", settings=settings, inputs=inputs), settings=settings, inputs=inputs
    )
    assert things(found, "zorg.r1") == [("Gastles", 1)]
    with pytest.raises(KindError, match="staat niet in de tabel"):
        add("Gastles", "zorg.r2", settings=settings, inputs=inputs)


def test_columns_are_of_the_first_field_that_has_any():
    settings = kinds.settings(
        table, {"rows": GIVEN["rows"], "columns_from": ["3-B.resultaten", "2.bereiken"]}
    )
    chosen, earlier = (
        Option("r1", "Van dit blad", field="3-B.resultaten"),
        Option("r2", "Van 2", field="2.bereiken"),
    )
    assert [column.id for column in table.columns(settings, Inputs(options=(chosen, earlier)))] == ["r1"]
    assert [column.id for column in table.columns(settings, Inputs(options=(earlier,)))] == ["r2"]
    assert table.columns(settings, Inputs()) == ()


def test_a_column_that_left_the_record_takes_its_things_along():
    settings = kinds.settings(table, {"rows": GIVEN["rows"], "columns_from": ["3-B.resultaten"]})
    before = Inputs(options=(Option("r1", "Eerst"), Option("r2", "Daarna")))
    entries = add("Gastles", "zorg.r2", settings=settings, inputs=before)
    found = tally(entries, settings=settings, inputs=Inputs(options=before.options[:1]))
    assert found.things == 0


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cell": "zorg.weg", "text": "GGD"}, "Dit vak staat niet in de tabel"),
        ({"cell": "weg.basis", "text": "GGD"}, "Dit vak staat niet in de tabel"),
        ({"cell": "zorg", "text": "GGD"}, "Dit vak staat niet in de tabel"),
        ({"text": "GGD"}, "Kies eerst een vak"),
        ({"cell": "zorg.basis", "text": "  "}, "Je hebt nog niets geschreven"),
        ({"cell": "zorg.basis", "text": "a" * 81}, "Maak het 1 teken korter"),
        ({"ticks": ["weg"]}, "staat niet meer in de lijst"),
        ({"flags": ["zorg.weg"]}, "Dit vak staat niet in de tabel"),
        ({"text.zorg.weg": "GGD"}, "Dit vak staat niet in de tabel"),
    ],
)
def test_what_does_not_fit_the_table_gets_a_clear_sentence(fields, sentence):
    with pytest.raises(KindError, match=sentence):
        post(**fields)


def test_one_post_holds_all_ticks_and_everything_new():
    entries = post(
        ticks=[HUISARTS], flags=["veilig.basis"], **{"text.zorg.basis": "GGD", "text.veilig.extra": ""}
    )
    assert [(e.answer.ticks, e.answer.flags, e.answer.cell, e.answer.text) for e in entries] == [
        ((HUISARTS,), ("veilig.basis",), "", ""),
        ((), (), "zorg.basis", "GGD"),
    ]


def test_new_ticks_replace_the_old_ones_and_leave_additions_alone():
    ticked, again, added = post(ticks=[HUISARTS])[0], post()[0], add("GGD")[0]
    assert table.slot(ticked.answer) == table.slot(again.answer) != table.slot(added.answer)
    assert table.slot(added.answer) == table.slot(add("ggd")[0].answer)


def test_a_closed_list_takes_nothing_new():
    settings = kinds.settings(table, GIVEN | {"adds": False})
    with pytest.raises(KindError, match="Hier kun je niets toevoegen"):
        add("GGD", settings=settings)
    with pytest.raises(KindError, match="staat niet meer in de lijst"):
        post(settings=settings, ticks=[id_of_words("zorg.basis", "GGD")])


def test_without_flags_a_flag_is_left_out():
    settings = kinds.settings(table, GIVEN | {"flag": False})
    assert post(settings=settings, flags=["zorg.basis"])[0].answer.flags == ()
    assert table.outputs(settings) == ("cells",)


# --- the tally ------------------------------------------------------------------------------------


def test_the_same_words_in_one_cell_are_one_thing_with_more_votes():
    first, second = things(tally(add("GGD"), add("ggd "), add("Scouting")))
    assert (first[0].upper(), first[1], second) == ("GGD", 2, ("Scouting", 1))


def test_who_adds_what_stands_ready_votes_for_it():
    found = tally(post(ticks=[HUISARTS]), add("huisarts"))
    assert things(found) == [("Huisarts", 2)]


def test_others_can_tick_what_a_phone_added():
    ggd = id_of_words("zorg.basis", "GGD")
    assert things(tally(add("GGD"), post(ticks=[ggd]), post(ticks=[ggd]))) == [("GGD", 3)]


def test_a_tick_for_what_is_held_or_taken_back_counts_nowhere():
    ggd = id_of_words("zorg.basis", "GGD")
    assert things(tally(add("GGD", state="held"), post(ticks=[ggd]))) == []
    assert things(tally(post(ticks=[ggd]))) == []


def test_the_same_thing_in_two_cells_is_double_whatever_its_capitals():
    found = tally(post(ticks=[HUISARTS]), add("HUISARTS", "veilig.extra"))
    (double,) = found.doubles
    assert double.places == ("Gezondheid en zorg, Basis", "Veiligheid, Extra hulp")
    assert all(thing.double for cell in found.cells for thing in cell.things)


def test_what_stands_ready_is_not_double_before_somebody_ticks_it():
    assert tally(add("Huisarts", "veilig.extra")).doubles == ()


def test_what_waits_is_seen_by_the_desk_only():
    found = tally(add("GGD", state="held"), add("Scouting", state="hidden"))
    assert [addition.text for addition in found.held] == ["GGD"]
    assert [addition.text for addition in found.hidden] == ["Scouting"]
    assert found.held[0].place == "Gezondheid en zorg, Basis"
    assert found.things == 0
    assert all(thing.ready for cell in found.cells for thing in cell.choices)


def test_the_record_gets_each_thing_with_its_cell_and_keeps_its_key():
    posts = [post(ticks=[HUISARTS]), add("GGD", "veilig.basis"), post(flags=["veilig.basis", "zorg.extra"])]
    cells, gaps = table.summary(tally(*posts), SETTINGS)
    assert [(item.text, item.labels, item.votes, item.ticked) for item in cells.items] == [
        ("Huisarts", ("Gezondheid en zorg", "Basis"), 1, True),
        ("GGD", ("Veiligheid", "Basis"), 1, True),
    ]
    assert cells.items[0].id == HUISARTS
    later, _ = table.summary(tally(*posts, add("Scouting")), SETTINGS)
    assert {item.id for item in cells.items} < {item.id for item in later.items}
    assert {item.text for item in gaps.items} == {"Veiligheid, Basis", "Gezondheid en zorg, Extra hulp"}


def test_a_later_step_chooses_from_what_is_in_the_table():
    assert [option.text for option in table.offers(tally(add("GGD")))] == ["GGD"]


# --- the screen -----------------------------------------------------------------------------------


def big(rows, columns, words=()):
    """A table in which every cell holds the same words."""
    made = {
        "rows": [{"id": f"r{n}", "label": f"Opvang en onderwijs {n}"} for n in range(rows)],
        "columns": [{"id": f"c{n}", "label": f"Intensieve ondersteuning {n}"} for n in range(columns)],
        "max_length": 140,
    }
    settings = kinds.settings(table, made)
    posts = [
        add(said, f"r{r}.c{c}", settings=settings)
        for r in range(rows)
        for c in range(columns)
        for said in words
    ]
    return table.tally([entry for entries in posts for entry in entries], settings, NOTHING)


def test_a_full_cell_names_some_and_counts_the_others():
    sheet = drawing.sheet(big(5, 3, [f"Partner nummer {n}" for n in range(12)]))
    assert sheet.names
    for row in sheet.rows:
        for shown in row.cells:
            assert shown.names
            assert len(shown.names) + shown.more == 12


@given(st.integers(1, 10), st.integers(1, 8), st.lists(st.text("abc de", min_size=2), max_size=3))
def test_no_table_is_taller_than_the_screen(rows, columns, words):
    found = big(rows, columns, [said for said in words if said.strip()])
    sheet = drawing.sheet(found)
    assert len(sheet.rows) == rows
    if sheet.names:
        letters = drawing.LETTERS[columns]
        lines = [
            max(2, *(drawing._height(s.cell, len(s.names), letters) for s in row.cells)) for row in sheet.rows
        ]
        assert drawing.LINE * (sheet.head + sum(lines)) + drawing.AROUND * rows <= 23


def test_a_table_with_too_many_cells_shows_counts():
    assert not drawing.sheet(big(5, 8)).names
    assert not drawing.sheet(big(10, 4, ["Een lange naam voor een activiteit van ons samen"])).names


# --- pages ----------------------------------------------------------------------------------------


def page(block, *posts, own=(), posted=None, error="", settings=SETTINGS):
    activity = SimpleNamespace(
        kind="table",
        id="a1",
        open=True,
        shown=True,
        question="Wie moet er aan tafel?",
        started_at=None,
        paused_at=None,
    )
    scene = ShownStep(
        kind=table,
        settings=settings,
        inputs=NOTHING,
        activity=activity,
        entries=tuple(entry for entries in posts for entry in entries),
        count=lambda _: tally(*posts, settings=settings),
        phones=len(posts),
    )
    return Renderer(asset=lambda name: f"/{name}").of_kind(
        scene,
        block,
        picture=Picture(SimpleNamespace(id="s1"), None, scene, (), 9),
        own=own,
        form=Typed(posted),
        error=error,
        base="/sessies/s1",
        step_base="/sessies/s1/stappen/a1",
        driving=True,
    )


def test_the_screen_says_in_a_word_that_a_cell_is_empty_or_misses_something():
    html = page("screen", post(ticks=[HUISARTS], flags=["veilig.basis"]))
    assert len(re.findall(r">\s*leeg\s*<", html)) == 3
    assert "hier mist iets" in html
    assert "in 1 van de 4 vakken" in html


def test_held_words_are_on_no_screen_and_no_phone():
    held = add("Geheim", state="held")
    assert "Geheim" not in page("screen", held) + page("mine", held)
    assert "Geheim" in page("desk", held)


def test_a_phone_finds_its_ticks_and_its_own_additions_back():
    ticked, added = post(ticks=[HUISARTS]), add("GGD")
    html = page("mine", ticked, added, own=[*ticked, *added])
    assert f'value="{HUISARTS}" checked' in html
    assert html.count("GGD") == 1
    assert "2 gekozen" in html


def test_what_was_typed_stays_when_a_post_does_not_fit():
    posted = form(ticks=[HUISARTS], **{"text.veilig.basis": "GGD"})
    html = page("mine", posted=posted, error="Dit is te lang.")
    assert f'value="{HUISARTS}" checked' in html
    assert 'value="GGD"' in html
    assert '<details class="kl-panel kl-fold" id="rij-veilig" open>' in html


def test_what_people_wrote_is_text_on_every_page():
    posts = [add(NASTY), add(NASTY, "veilig.extra"), add(NASTY, state="held"), add(NASTY, state="hidden")]
    own = [entry for entries in posts for entry in entries]
    for block in ("mine", "result", "screen", "desk"):
        html = page(block, *posts, own=own)
        assert "<img" not in html
        assert "style=" not in html
