"""The cards of "one point higher" and the actions that came of them."""

import datetime as dt

import pytest

from tests.people import both_databases
from workshop.items import Item
from workshop.models import Action, Session, ThemeMarks
from workshop.record import answers, higher, rounds

pytestmark = both_databases

FIELD, MARKS = "0-leren.naar-hoger-cijfer", "0-leren.cijfers"


def card(id, text="Vaker bellen", theme="Relatie", **values):
    return Item(id=id, text=text, labels=(theme,), cards=1, **values)


async def write(dossier, *items):
    await dossier.database.write(
        lambda db: answers.write(db, dossier.id, FIELD, items, account_id=dossier.samira)
    )


async def cards(dossier, library, rows=()):
    async with dossier.database.read() as db:
        return await higher.cards(db, library, dossier.id, higher.themes(library, rows))


def test_the_script_of_a_session_says_where_the_cards_are_kept(library):
    assert higher.fields(library) == {MARKS: FIELD}


async def test_a_card_belongs_to_its_theme_by_its_id_or_a_name_it_had(dossier, library):
    renamed = ThemeMarks(field=MARKS, theme="proces", label="Hoe het gaat")
    await write(
        dossier,
        card("a"),
        card("b", theme="Hoe het gaat"),
        card("c", theme="Iets anders", cell="belangen"),
        card("d", theme="Weg"),
    )
    found = await cards(dossier, library, [renamed])
    assert {one.id: one.theme for one in found} == {"a": "relatie", "b": "proces", "c": "belangen", "d": ""}


async def test_cards_of_earlier_rounds_stay_and_the_newest_come_first(dossier, library):
    await write(dossier, card("oud"))
    sheet = library.worksheet("0-leren")
    await dossier.database.write(
        lambda db: rounds.begin(db, dossier.id, sheet, dt.date(2026, 5, 1), account_id=dossier.samira)
    )
    await write(dossier, card("nieuw"), card("nieuwer"))
    assert [one.id for one in await cards(dossier, library)] == ["nieuwer", "nieuw", "oud"]


async def test_another_dossiers_cards_are_not_here(dossier, library):
    await write(dossier, card("a"))
    async with dossier.database.read() as db:
        assert await higher.cards(db, library, dossier.samira, higher.themes(library)) == []


def own(id, theme="relatie", session=""):
    return higher.HigherIdea(id, "Vaker bellen", theme, session)


def test_a_theme_has_the_actions_of_itself_and_of_its_cards():
    of_theme, of_card = Action(origin="relatie", text="x"), Action(origin="a", text="y")
    found = higher.per_theme([own("a"), own("b")], [of_theme, of_card, Action(origin="", text="z")])
    assert found == {"relatie": higher.Yield(2, (of_theme, of_card)), "a": higher.Yield(0, (of_card,))}


def test_an_origin_is_none_a_theme_a_card_or_what_it_was(library):
    themes = higher.themes(library)
    for origin in ("", "relatie", "a", "van-vroeger"):
        assert higher.checked(origin, "van-vroeger", themes, [own("a")]) == origin
    with pytest.raises(ValueError, match="waar deze actie vandaan komt"):
        higher.checked("b", "", themes, [own("a")])


def test_what_an_action_came_of_is_told_as_far_as_it_is_still_there(library):
    themes = higher.themes(library)
    theme, found = higher.told("a", themes, [own("a")])
    assert (theme.id, found.id) == ("relatie", "a")
    theme, found = higher.told("relatie", themes, [])
    assert (theme.label, found) == ("Relatie", None)
    assert higher.told("weg", themes, []) == (None, None)


def test_the_cards_of_the_newest_session_come_first_and_those_of_none_last():
    old, new = (Session(created_at=dt.datetime(2026, month, 1, tzinfo=dt.UTC), title="x") for month in (1, 6))
    given = [own("los"), own("a", session="oud"), own("b", session="nieuw"), own("c", session="oud")]
    found = higher.by_session(given, {"oud": old, "nieuw": new})
    assert [(id, [card.id for card in cards]) for id, cards in found.items()] == [
        ("nieuw", ["b"]),
        ("oud", ["a", "c"]),
        ("", ["los"]),
    ]
