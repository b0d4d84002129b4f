"""Where the items of an answer stand on its sheet."""

from workshop.items import Item
from workshop.record import columns

FROM_SESSION = Item(
    id="a", text="Foto's doorsturen", cards=7, votes=11, tone="zorg", column="Zorgen", session="s"
)


def test_columns_are_found_as_sessions_write_them(library):
    field = library.field("1-A.partnerbeeld")
    stray = Item(id="b", text="Los", column="Iets anders")
    found = columns.by_column(field, [FROM_SESSION, stray])
    assert found == [("zorgen", [FROM_SESSION]), ("kansen", []), ("", [stray])]


def test_an_answer_of_a_list_reads_without_the_column_that_a_session_gave_it(library):
    assert columns.as_read(library.field("1-A.zorgen"), [FROM_SESSION])[0].column == ""
    assert columns.as_read(library.field("1-A.partnerbeeld"), [FROM_SESSION])[0].column == "zorgen"
