"""Which actions are on the page: pure rules over filters."""

import datetime as dt
import uuid
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from workshop.models import Action
from workshop.record import selection
from workshop.record.actions import STATUSES
from workshop.record.selection import NONE, SHOWS, Selection, choices, chosen, lanes

TODAY = dt.date(2026, 11, 12)
OWNERS, FIELDS = ("", "GGD", "ggd", "School"), ("", "0-leren.acties", "3-B-leren.acties", "9.weg")
SESSIONS = (None, uuid.UUID(int=1), uuid.UUID(int=2))


def action(text="Les maken", owner="", field="", status="open", due=None, session_id=None):
    return Action(text=text, owner=owner, field=field, status=status, due=due, session_id=session_id)


some_actions = st.lists(
    st.builds(
        action,
        text=st.sampled_from(["Les maken", "Bellen", "Folder maken"]),
        owner=st.sampled_from(OWNERS),
        field=st.sampled_from(FIELDS),
        status=st.sampled_from(list(STATUSES)),
        due=st.sampled_from([None, TODAY - dt.timedelta(1), TODAY + dt.timedelta(1)]),
        session_id=st.sampled_from(SESSIONS),
    ),
    max_size=12,
)
selections = st.builds(
    Selection,
    weergave=st.sampled_from(list(selection.VIEWS)),
    toon=st.sampled_from(["", *SHOWS]),
    wie=st.sampled_from(["", "GGD", "school", NONE, "nergens"]),
    werkblad=st.sampled_from(["", "0-leren", "bouwsteen-3", NONE]),
    sessie=st.sampled_from(["", uuid.UUID(int=1).hex, NONE]),
    stand=st.sampled_from(["", *STATUSES]),
    zoek=st.sampled_from(["", "maken", "les MAKEN"]),
    volgorde=st.sampled_from(["", "wie", "-datum", "stand"]),
)


@given(selections)
def test_an_address_gives_the_same_selection_back(made):
    assert selection.selection(dict(parse_qsl(made.address().lstrip("?")))) == made


def test_what_says_nothing_stands_in_no_address():
    assert Selection().address() == ""
    assert Selection().address(wie="GGD & co") == "?wie=GGD+%26+co"


@given(st.dictionaries(st.sampled_from(Selection.__struct_fields__), st.text(max_size=300)))
def test_any_address_is_read_without_an_error(given):
    assert len(selection.selection(given).zoek) <= selection.LONGEST_WORDS


def test_two_spellings_of_an_owner_are_one_and_a_question_that_is_gone_is_none(library):
    every = [action(field=field, owner=owner) for field in FIELDS for owner in OWNERS]
    assert len(chosen(every, Selection(werkblad="bouwsteen-0"), TODAY, library)) == len(OWNERS)
    assert len(chosen(every, Selection(werkblad=NONE, wie="ggd"), TODAY, library)) == 4


@given(every=some_actions, seen=selections)
def test_the_count_beside_a_choice_is_what_choosing_it_shows(library, every, seen):
    for name, values in choices(every, seen, TODAY, library).items():
        for value, count in values.items():
            asked = {"toon": value} if name == "toon" else {name: value}
            narrowed = selection.selection(dict(parse_qsl(seen.address(**asked).lstrip("?"))))
            assert len(chosen(every, narrowed, TODAY, library)) == count


@given(every=some_actions, seen=selections)
def test_what_is_chosen_is_of_the_dossier_and_each_filter_only_takes_away(library, every, seen):
    found = chosen(every, seen, TODAY, library)
    assert all(one in every for one in found)
    for name in selection.NARROWING:
        wider = selection.selection(dict(parse_qsl(seen.address(**{name: ""}).lstrip("?"))))
        assert len(chosen(every, wider, TODAY, library)) >= len(found)


@given(every=some_actions)
def test_every_action_is_in_one_column_of_the_board(every):
    assert sorted(map(id, (one for lane in lanes(every).values() for one in lane))) == sorted(map(id, every))


def test_a_head_sorts_and_the_same_head_again_turns_it_around():
    seen = Selection()
    assert seen.ordered_by("wie") == "?volgorde=wie"
    assert Selection(volgorde="wie").ordered_by("wie") == "?volgorde=-wie"
    assert Selection(volgorde="-wie").ordered_by("wie") == "?volgorde=wie"
    assert seen.ordered_by("datum") == "?volgorde=-datum"
