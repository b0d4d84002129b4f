"""Every field by hand: what people type is read into items; what does not fit is said, and lost nowhere."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.codes import id_of_words
from workshop.items import Item
from workshop.record import ambitions, answers, fields, indicators, layouts
from workshop.record.answers import told_of
from workshop.record.fields import EDITORS, Written, both, one_text, read, rows_for
from workshop.record.rows import Wrong
from workshop.settings import ROOT

FROM_SESSION = Item("a", "Foto's doorsturen", cards=7, votes=11, tone="zorg", column="Zorgen", session="s")
RESULTS = (Item("r1", "Minder meldingen"), Item("r2", "Meer hulp"))
AROUND = {
    "3-B.resultaten": RESULTS,
    "3-A.kennis": (Item("k", "Op tijd beginnen"),),
    "3-A.principes": (Item("p", "Jongeren doen mee"),),
}


def layout_of(library, id, around=AROUND):
    return layouts.layout_of(library, library.field(id), around)


def form(*rows, **more):
    """Rows as an editor posts them; each is its values, with `id`."""
    posted = {"row": [row["id"] for row in rows]} | more
    for row in rows:
        posted |= {f"{name}.{row['id']}": [value] for name, value in row.items() if name != "id"}
    return posted


def by_hand(library, id, *rows, before=(), **more):
    return read(form(*rows, **more), before, layout_of(library, id), "Samira").items


def test_every_field_of_the_workbook_has_an_editor_and_a_template(library):
    editors = ROOT / "templates" / "record" / "editors"
    for sheet in library.worksheets:
        for field in sheet.fields:
            name = layouts.editor_of(field)
            assert name in EDITORS
            assert name == "marks" or (editors / f"{name}.html").exists()


def test_every_editor_opens_empty_and_saves_nothing_that_nobody_typed(library):
    for sheet in library.worksheets:
        for field in sheet.fields:
            stands_on = layouts.layout_of(library, field, AROUND)
            if stands_on.editor == "marks":
                continue
            rows = [
                {"id": row.id, "ready": "ja" if row.ready else ""} | row.typed
                for row in rows_for(stands_on, ())
            ]
            rows = [row | {"kind": "indicator"} for row in rows]
            assert read(form(*rows), (), stands_on, "Samira").items == (), field.id


def test_opening_and_saving_an_editor_changes_nothing_that_a_session_brought(library):
    brought = {
        "1-A.zorgen": Item("a", "Doorsturen", column="Zorgen", tone="zorg", cards=7, votes=3, session="s"),
        "1-A.partnerbeeld": Item("a", "Doorsturen", column="Zorgen", tone="zorg", session="s"),
        "0-A.partijen": Item(
            "a", "Huisarts", labels=("Gezondheid en zorg", "Basisvoorzieningen"), session="s"
        ),
        "3-B.activiteiten": Item("a", "Les", labels=("Preventie", "Meer hulp"), votes=2, session="s"),
        "2.indicatoren": Item("a", "Meldingen", labels=("Indicator", "Bron: GGD", "Nodig"), session="s"),
        "1-A.herkennen": Item("a", "Cijfers kloppen", labels=("4 ja", "1 nee"), session="s"),
        "4.schema": Item("a", "Iets eigens", column="op orde", session="s"),
        "3-A.samenhang": Item("a", "‘A’ versterkt ‘B’", labels=("3 versterkt",), session="s"),
    }
    for id, item in brought.items():
        stands_on = layout_of(library, id)
        rows = [{"id": r.id, "ready": "ja" if r.ready else ""} | r.typed for r in rows_for(stands_on, [item])]
        assert read(form(*rows), [item], stands_on, "Samira").items == (item,), id


# --- per editor -----------------------------------------------------------------------------------


def test_a_new_line_says_who_wrote_it_and_stands_last(library):
    rows = ({"id": "a", "text": FROM_SESSION.text}, {"id": "b", "text": "  Naroepen "})
    items = by_hand(library, "1-A.zorgen", *rows, before=(FROM_SESSION,))
    assert items[0] == FROM_SESSION
    assert (items[1].text, items[1].by, items[1].tone, items[1].session) == (
        "Naroepen",
        "Samira",
        "zorg",
        None,
    )


def test_a_changed_line_keeps_where_it_came_from(library):
    row = {"id": "a", "text": "Anders"}
    (item,) = by_hand(library, "1-A.zorgen", row, before=(FROM_SESSION,))
    assert (item.text, item.by, item.cards, item.votes, item.session) == ("Anders", "Samira", 7, 11, "s")
    assert item.column == "Zorgen"


@pytest.mark.parametrize(("id", "most"), [("0-B.regie", 1), ("1-A.zorgen", 200)])
def test_no_more_is_added_than_fits(library, id, most):
    rows = [{"id": str(number), "text": "Nog een"} for number in range(most + 1)]
    assert len(by_hand(library, id, *rows[:most])) == most
    with pytest.raises(Wrong, match=f"niet meer dan {most}"):
        by_hand(library, id, *rows)


def test_a_list_keeps_what_the_form_did_not_show(library):
    seen, unseen = Item("a", "Gezien"), Item("b", "Niet in dit formulier")
    items = by_hand(library, "1-A.zorgen", {"id": "a", "text": "Anders"}, before=(seen, unseen))
    assert [(i.text, i.by) for i in items] == [("Anders", "Samira"), ("Niet in dit formulier", "")]


def test_taking_away_all_letters_does_not_take_away_a_line(library):
    with pytest.raises(Wrong, match="Schrijf iets, of kies Verwijder") as wrong:
        by_hand(library, "1-A.zorgen", {"id": "a", "text": " "}, before=(Item("a", "Naroepen"),))
    assert (wrong.value.row, wrong.value.name) == ("a", "text")


def test_a_removed_line_goes_and_the_others_stay(library):
    before = (Item("a", "een"), Item("b", "twee"))
    rows = ({"id": "a", "text": "een"}, {"id": "b", "text": "twee"})
    assert by_hand(library, "1-A.zorgen", *rows, before=before, gone=["a"]) == (before[1],)


def test_one_text_may_have_lines_and_may_become_empty_again(library):
    items = by_hand(library, "0-B.regie", {"id": "a", "text": "Regel een\r\nRegel twee"})
    assert items[0].text == "Regel een\nRegel twee"
    assert by_hand(library, "0-B.regie", {"id": "a", "text": ""}, before=items) == ()


def test_a_text_of_ten_thousand_letters_says_how_much_is_too_much(library):
    with pytest.raises(Wrong, match="Maak het 9500 tekens korter"):
        by_hand(library, "1-A.zorgen", {"id": "a", "text": "x" * 10_000})


@pytest.mark.parametrize("name", ["text", *answers.DETAILS, "column", "cell", "a", "b"])
def test_every_editor_says_what_is_too_long(library, name):
    """Or leaves it out: nothing of it is kept."""
    long, told = "z" * 10_000, 0
    fields = {layouts.editor_of(field): field for sheet in library.worksheets for field in sheet.fields}
    assert fields.keys() == EDITORS.keys()
    for field in fields.values():
        stands_on = layouts.layout_of(library, field, AROUND)
        opened = rows_for(stands_on, ())[0].typed if rows_for(stands_on, ()) else {}
        row = {"id": "a", "text": "Kort", "on": "ja", "ready": "ja"} | opened | {name: long}
        try:
            written = read(form(row), (), stands_on, "Samira")
        except Wrong as wrong:
            told += "te lang" in str(wrong)
        else:
            assert long not in repr(written), field.id
    assert told or name not in ("text", "note", "owner", "source", "frequency")


def test_two_columns_ask_where_a_text_belongs(library):
    with pytest.raises(Wrong, match="zorgen of kansen"):
        by_hand(library, "1-A.partnerbeeld", {"id": "a", "text": "Ouders denken mee", "column": "elders"})
    (item,) = by_hand(library, "1-A.partnerbeeld", {"id": "a", "text": "Ouders", "column": "kansen"})
    assert (item.column, item.tone) == ("kansen", "kans")


def test_an_option_has_a_value_and_room_to_explain(library):
    row = {"id": "a", "text": "Geld", "ready": "ja", "column": "deels", "note": "Alleen dit jaar"}
    (item,) = by_hand(library, "0-A.randvoorwaarden", row)
    assert (item.text, item.column, told_of(item)) == ("Geld", "deels", ("Uitleg: Alleen dit jaar",))
    assert by_hand(library, "0-A.randvoorwaarden", row | {"column": "", "note": ""}, before=(item,)) == ()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"column": "misschien"}, "bestaat niet. Kies er een: geregeld"),
        ({"note": "want"}, "Kies ook een antwoord"),
    ],
)
def test_an_unknown_value_or_an_explanation_without_one_is_refused(library, row, sentence):
    with pytest.raises(Wrong, match=sentence):
        by_hand(library, "0-A.randvoorwaarden", {"id": "a", "text": "Geld", "ready": "ja"} | row)


def test_earlier_answers_are_options_to_tick(library):
    around = {"1-B.ambities": (Item("x", "Iedereen kent grenzen"),)}
    stands_on = layout_of(library, "2.ambitie", around)
    assert [row.value("text") for row in rows_for(stands_on, ()) if row.ready] == ["Iedereen kent grenzen"]
    ticked = form({"id": "a", "text": "Iedereen kent grenzen", "ready": "ja", "on": "ja"})
    assert read(ticked, (), stands_on, "").items[0].text == "Iedereen kent grenzen"


def test_a_partner_is_ticked_in_its_cell_with_a_status_and_who_asks(library):
    cell = "gezondheid-zorg.basisvoorzieningen"
    row = {"id": "a", "text": "Huisarts", "cell": cell, "on": "ja", "owner": "Gemeente"}
    (item,) = by_hand(library, "0-A.partijen", row)
    assert item.details == {"status": "vragen", "owner": "Gemeente"}
    assert (item.cell, item.labels) == (cell, ("Gezondheid en zorg", "Basisvoorzieningen"))
    (item,) = by_hand(library, "0-A.partijen", row | {"status": "doet mee"}, before=(item,))
    assert item.details["status"] == "doet mee"
    assert by_hand(library, "0-A.partijen", row | {"on": ""}, before=(item,)) == ()


def test_partners_that_were_asked_before_stand_ready_in_their_cell(library):
    own = Item("x", "Voetbalclub", cell="welzijn-sport-cultuur.basisvoorzieningen")
    rows = rows_for(layout_of(library, "1-A.partners", {"0-A.partijen": (own,)}), ())
    assert [row.cell for row in rows if row.value("text") == "Voetbalclub"] == [own.cell]


@pytest.mark.parametrize("id", ["0-A.partijen", "3-B.activiteiten"])
def test_a_cell_that_does_not_exist_is_refused(library, id):
    with pytest.raises(Wrong, match="Dit vak staat niet in de tabel"):
        by_hand(library, id, {"id": "a", "text": "x", "cell": "maan.zee", "on": "ja"})


def test_a_status_that_does_not_exist_is_refused(library):
    with pytest.raises(Wrong, match="doet mee, vragen, niet nu"):
        by_hand(library, "0-A.partijen", {"id": "a", "text": "x", "on": "ja", "status": "later"})


def test_an_activity_stands_in_a_row_and_a_result(library):
    row = {
        "id": "a",
        "text": "Lessen",
        "cell": "preventie.r2",
        "owner": "School",
        "target": "klas 2",
        "known": "x",
    }
    written = read(form(row, gap=["basis.r1"]), (), layout_of(library, "3-B.activiteiten"), "Samira")
    (item,) = written.items
    assert item.details == {"owner": "School", "target": "klas 2", "known": "erkend"}
    assert item.labels == ("Preventie", "Meer hulp")
    assert written.gaps == {"basis.r1": "Basis, Minder meldingen"}


def test_an_activity_of_a_result_that_is_gone_stays_in_sight(library):
    stray = Item("a", "Lessen", cell="preventie.weg", labels=("Preventie", "Weg"))
    rows = rows_for(layout_of(library, "3-B.activiteiten"), [stray])
    assert [row.item for row in rows if row.item] == [stray]
    assert by_hand(library, "3-B.activiteiten", {"id": "a", "text": "Lessen", "cell": ""}, before=(stray,))


def test_a_gap_in_a_cell_that_does_not_exist_is_refused(library):
    with pytest.raises(Wrong, match="vak staat niet"):
        read(form(gap=["maan.zee"]), (), layout_of(library, "3-B.activiteiten"), "")


def test_without_results_there_is_one_column_for_all(library):
    assert list(layout_of(library, "3-B.veranderverhaal", {}).cells) == ["veranderverhaal.alle"]
    assert layout_of(library, "3-B.veranderverhaal").only_goals
    assert not layout_of(library, "3-B.activiteiten").only_goals


def test_an_indicator_says_everything_and_the_labels_say_it_too(library):
    row = {
        "id": "a",
        "kind": "signaal",
        "text": "Sfeer",
        "source": "jongerenwerk",
        "frequency": "elk half jaar",
    }
    (item,) = by_hand(library, "2.indicatoren", row | {"owner": "GGD", "need": "nodig"})
    assert item.labels == ("Signaal", "Bron: jongerenwerk", "Nodig", "Hoe vaak: elk half jaar", "Wie: GGD")
    assert indicators.details_of(msgspec.structs.replace(item, details={})) == item.details


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"kind": "indicator", "text": "", "source": "GGD"}, "Een indicator zonder tekst kan niet"),
        ({"kind": "signaal", "text": "", "owner": "GGD"}, "Een signaal zonder tekst kan niet"),
        ({"kind": "gevoel", "text": "x"}, "indicator, signaal"),
        ({"kind": "indicator", "text": "x", "need": "soms"}, "nodig, leuk om te weten"),
        ({"kind": "indicator", "text": "x", "owner": "y" * 301}, "Maak het 1 teken korter"),
    ],
)
def test_an_indicator_that_does_not_fit_is_refused(library, row, sentence):
    with pytest.raises(Wrong, match=sentence):
        by_hand(library, "2.indicatoren", {"id": "a"} | row)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"a": "Op tijd beginnen", "b": ""}, "twee verschillende"),
        ({"a": "Op tijd beginnen", "b": "Op tijd beginnen"}, "twee verschillende"),
        ({"a": "Op tijd beginnen", "b": "Verzonnen"}, "staat niet meer in de lijst"),
        ({"a": "Op tijd beginnen", "b": "Jongeren doen mee"}, "Zeg nog wat je ziet"),
    ],
)
def test_a_relation_takes_two_elements_and_a_word(library, row, sentence):
    with pytest.raises(Wrong, match=sentence):
        by_hand(library, "3-A.samenhang", {"id": "r"} | row)
    good = {"id": "r", "a": "Op tijd beginnen", "b": "Jongeren doen mee", "column": "versterkt"}
    assert by_hand(library, "3-A.samenhang", good)[0].text == "‘Op tijd beginnen’ en ‘Jongeren doen mee’"


def test_a_question_of_the_quality_scheme_has_an_answer_and_a_text(library):
    stands_on = layout_of(library, "4.schema")
    question = next(row for row in rows_for(stands_on, ()) if row.ready)
    row = {"id": question.id, "ready": "ja"} | question.typed | {"column": "actie nodig", "note": "Cursus"}
    (item,) = read(form(row), (), stands_on, "").items
    assert (item.cell, item.column, item.details["note"]) == ("deskundigheid", "actie nodig", "Cursus")
    again = [row for row in rows_for(stands_on, [item]) if row.item]
    assert [(row.id, row.ready) for row in again] == [(item.id, True)]


def test_a_fourth_active_ambition_is_refused_and_a_fourth_resting_one_is_not(library):
    rows = [{"id": str(n), "text": f"Ambitie {n}", "active": "actief"} for n in range(3)]
    assert len(by_hand(library, "1-B.ambities", *rows, {"id": "4", "text": "Nog een"})) == 4
    with pytest.raises(Wrong, match="hooguit 3 ambities tegelijk actief"):
        by_hand(library, "1-B.ambities", *rows, {"id": "4", "text": "Nog een", "active": "actief"})


def test_what_a_session_brought_is_active_as_far_as_nobody_chose():
    items = [Item(str(n), f"Ambitie {n}") for n in range(5)]
    assert [item.id for item in ambitions.active(items)] == ["0", "1", "2"]
    items[4] = ambitions.flagged(items[4], active=True)
    items[0] = ambitions.flagged(items[0], active=False)
    assert [item.id for item in ambitions.active(items)] == ["1", "2", "4"]


def test_an_action_has_a_date_an_owner_and_a_status(library):
    row = {"id": "a", "text": "Les maken", "owner": "GGD", "due": "2026-12-01", "status": "busy"}
    (item,) = by_hand(library, "0-leren.acties", row)
    assert item.details == {"owner": "GGD", "due": "2026-12-01", "status": "busy"}
    for wrong, sentence in (
        ({"due": "morgen"}, "datum klopt niet"),
        ({"status": "weg"}, "stand bestaat niet"),
    ):
        with pytest.raises(Wrong, match=sentence):
            by_hand(library, "0-leren.acties", row | wrong)


def test_marks_are_not_typed_here(library):
    with pytest.raises(Wrong, match="Voer ze in bij Cijfers"):
        by_hand(library, "0-leren.cijfers", {"id": "a", "text": "7"})


def test_a_row_that_no_page_of_ours_made_is_refused(library):
    with pytest.raises(Wrong, match="Laad de pagina opnieuw"):
        by_hand(library, "1-A.zorgen", {"id": "<script>", "text": "x"})


def test_the_id_of_what_is_ready_is_its_own_in_every_field(library):
    ids = [row.id for row in rows_for(layout_of(library, "0-A.partijen"), ()) if row.ready]
    assert len(ids) == len(set(ids)) > 40
    assert ids[0] != id_of_words("opvang-onderwijs.basisvoorzieningen", "Kinderopvang")


# --- two people -----------------------------------------------------------------------------------


def test_both_keeps_what_each_changed_and_doubles_only_what_both_changed():
    base = [Item("a", "een"), Item("b", "twee"), Item("c", "drie")]
    theirs = Written((Item("a", "een!"), Item("b", "twee"), Item("c", "drie?")))
    mine = Written((Item("a", "een"), Item("b", "twee!"), Item("c", "drie!"), Item("d", "vier")))
    texts = [item.text for item in both(theirs, mine, base).items]
    assert texts == ["een!", "twee!", "drie?", "drie!", "vier"]


def test_both_of_one_text_are_one_text_below_each_other(library):
    stands_on = layout_of(library, "0-B.regie")
    items = (Item("a", "Van Kevin"), Item("b", "Van Samira"))
    assert one_text(Written(items), stands_on).items == (Item("a", "Van Kevin\n\nVan Samira"),)
    with pytest.raises(Wrong, match="Samen zijn de teksten te lang"):
        one_text(Written((Item("a", "x" * 3000), Item("b", "x" * 3000))), stands_on)


writings = st.lists(
    st.builds(Item, id=st.sampled_from("abcd"), text=st.text("xyz", min_size=1, max_size=3)),
    max_size=4,
    unique_by=lambda item: item.id,
).map(tuple)


@given(theirs=writings, mine=writings, base=writings)
def test_both_loses_no_text_that_either_wrote(theirs, mine, base):
    merged = both(Written(theirs), Written(mine), base).items
    old = {item.text for item in base}
    for item in (*theirs, *mine):
        assert item.text in {found.text for found in merged} | old
    assert len({item.id for item in merged}) == len(merged)


@given(
    st.text(max_size=40), st.sampled_from(["text", "column", "cell", "need", "kind", "due", "status", "on"])
)
def test_whatever_is_posted_is_read_or_refused_with_a_sentence(library, value, name):
    for id in (
        "1-A.zorgen",
        "0-A.partijen",
        "3-B.activiteiten",
        "2.indicatoren",
        "4.schema",
        "0-leren.acties",
    ):
        row = {"id": "a", "text": "x", "kind": "indicator", "on": "ja", "cell": ""} | {name: value}
        try:
            assert len(fields.read(form(row), (), layout_of(library, id), "S").items) <= 1
        except ValueError as error:
            assert str(error).endswith((".", "?"))
