import pytest

from workshop.record import editing
from workshop.record.answers import Item
from workshop.record.editing import Draft, edited

FROM_SESSION = Item(
    id="a", text="Foto's doorsturen", cards=7, votes=11, tone="zorg", column="Zorgen", session="s"
)


def test_a_new_text_says_who_wrote_it_and_stands_last(library):
    items = edited([FROM_SESSION], library.field("1-A.zorgen"), Draft("  Naroepen "), "Samira")
    assert items[0] == FROM_SESSION
    assert (items[1].text, items[1].by, items[1].tone, items[1].session) == (
        "Naroepen",
        "Samira",
        "zorg",
        None,
    )


def test_a_changed_text_keeps_where_it_came_from(library):
    (item,) = edited([FROM_SESSION], library.field("1-A.zorgen"), Draft("Anders", item="a"), "Samira")
    assert (item.text, item.by, item.cards, item.votes, item.session) == ("Anders", "Samira", 7, 11, "s")
    assert item.column == "Zorgen"


def test_saving_the_same_text_again_changes_nobody(library):
    draft = Draft(FROM_SESSION.text, item="a")
    assert edited([FROM_SESSION], library.field("1-A.zorgen"), draft, "Kevin") == [FROM_SESSION]


def test_removing_takes_away_only_that_item(library):
    other = Item(id="b", text="Naroepen")
    field = library.field("1-A.zorgen")
    assert edited([FROM_SESSION, other], field, Draft(item="a", remove=True), "") == [other]


def test_what_is_gone_cannot_be_changed(library):
    with pytest.raises(LookupError):
        edited([], library.field("1-A.zorgen"), Draft("tekst", item="a"), "")


def test_three_ambitions_are_the_most(library):
    three = [Item(id=str(n), text="Ambitie") for n in range(3)]
    with pytest.raises(ValueError, match="niet meer dan 3"):
        edited(three, library.field("1-B.ambities"), Draft("Nog een"), "")


def test_a_field_with_one_text_holds_one_text_of_several_lines(library):
    field = library.field("0-B.regie")
    (item,) = edited([], field, Draft("Regel een\r\nRegel twee"), "")
    assert item.text == "Regel een\nRegel twee"
    with pytest.raises(ValueError, match="niet meer dan 1"):
        edited([item], field, Draft("Nog een"), "")


def test_a_two_column_field_asks_where_it_belongs(library):
    field = library.field("1-A.partnerbeeld")
    with pytest.raises(ValueError, match="zorgen, kansen"):
        edited([], field, Draft("Ouders denken mee"), "")
    (item,) = edited([], field, Draft("Ouders denken mee", "kansen"), "")
    assert (item.column, item.tone) == ("kansen", "kans")


def test_a_choice_field_takes_only_its_own_values(library):
    with pytest.raises(ValueError, match="ja, deels, nee"):
        edited([], library.field("1-A.herkennen"), Draft("Cijfers", "misschien"), "")


@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_an_empty_text_is_refused_with_a_sentence(library, typed):
    with pytest.raises(ValueError, match="nog niets geschreven"):
        edited([], library.field("1-A.zorgen"), Draft(typed), "")


def test_columns_are_found_as_sessions_write_them(library):
    field = library.field("1-A.partnerbeeld")
    stray = Item(id="b", text="Los", column="Iets anders")
    found = editing.by_column(field, [FROM_SESSION, stray])
    assert found == [("zorgen", [FROM_SESSION]), ("kansen", []), ("", [stray])]


def test_an_answer_of_a_list_reads_without_the_column_that_a_session_gave_it(library):
    assert editing.as_read(library.field("1-A.zorgen"), [FROM_SESSION])[0].column == ""
    assert editing.as_read(library.field("1-A.partnerbeeld"), [FROM_SESSION])[0].column == "zorgen"
