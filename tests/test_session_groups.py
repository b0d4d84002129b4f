"""Which groups a session offers, what they are for its steps, and how the dossier names them: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import session_groups
from workshop.session_groups import FIXED, GROUPS, OwnGroup, chosen, offered

SCHOOLS = chosen((), [("School A", True), ("Club B", False)])
ALL = FIXED, [("", False)] * 6


def ids(kept):
    return [*offered(kept)]


def test_without_a_choice_the_fixed_groups_are_offered_and_nothing_is_kept():
    assert chosen(*ALL) == []
    assert ids([]) == [*GROUPS]


def test_own_groups_stand_instead_of_the_fixed_ones_or_beside_them():
    assert SCHOOLS == [{"label": "School A", "young": True}, {"label": "Club B", "young": False}]
    assert [group.label for group in offered(SCHOOLS).values()] == [
        "School A",
        "Club B",
        "Liever niet zeggen",
    ]
    beside = chosen(("ouder", "jongere"), [("  School\u200b A ", True)])
    assert [group.label for group in offered(beside).values()] == [
        "Jongere",
        "Ouder",
        "School A",
        "Liever niet zeggen",
    ]


def test_who_says_nothing_can_always_say_so():
    assert ids(chosen(("ouder",), []))[-1] == "liever-niet"
    assert ids(chosen(("ouder", "liever-niet", "docent"), [])) == ["ouder", "liever-niet"]


def test_a_facilitator_says_who_is_young_and_each_step_knows():
    school, club, unsaid = ids(SCHOOLS)
    for young in ("jongere", school):
        assert session_groups.is_young(young)
        assert not session_groups.is_adult(young)
    for adult in ("ouder", "uitvoering", "beleid", club):
        assert session_groups.is_adult(adult)
        assert not session_groups.is_young(adult)
    for nobody in (None, "", unsaid):
        assert not session_groups.is_young(nobody)
        assert not session_groups.is_adult(nobody)
    assert session_groups.has_young(SCHOOLS)
    assert not session_groups.has_young([])


def test_the_id_stays_with_another_spelling_and_changes_with_the_meaning():
    same = OwnGroup("school a.", True)
    assert same.id == OwnGroup("Schóól-A", True).id
    assert len({same.id, OwnGroup("school a").id, OwnGroup("school b", True).id}) == 3
    assert all(len(id) <= 20 for id in (same.id, OwnGroup("x" * 40).id))


@pytest.mark.parametrize(
    ("fixed", "own", "sentence"),
    [
        ((), [], "Kies minstens één groep"),
        ((), [("A", False)], "2 tot en met 40 tekens"),
        ((), [("a" * 41, False)], "2 tot en met 40 tekens"),
        ((), [("a" * 9000, False)], "2 tot en met 40 tekens"),
        ((), [("--", False)], "een letter of een cijfer"),
        ((), [("School A", True), ("school-a", False)], "‘School A’ is er al"),
        ((), [("Jongeren", True)], "‘Jongeren’ is er al"),
        ((), [("alle anderen", True)], "‘Alle anderen’ is er al"),
        ((), [("liever-niet", True)], "‘liever-niet’ is er al"),
        (
            FIXED,
            [("School A", True), ("School B", True), ("School C", True)],
            "hooguit 6 groepen: nu zijn het er 7",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(fixed, own, sentence):
    with pytest.raises(ValueError, match=sentence):
        chosen(fixed, own)


def test_a_phone_can_choose_only_what_its_session_offers():
    school, *_ = ids(SCHOOLS)
    assert session_groups.checked(school, SCHOOLS) == school
    assert session_groups.checked("", SCHOOLS) is None
    for strange in ("jongere", "School A", ids(chosen((), [("Club C", False)]))[0]):
        with pytest.raises(ValueError, match="Deze groep bestaat niet"):
            session_groups.checked(strange, SCHOOLS)


def test_who_would_be_of_a_fixed_group_chooses_one_like_it():
    school, club, _ = ids(SCHOOLS)
    assert session_groups.alike("jongere", SCHOOLS) == [school]
    assert session_groups.alike("beleid", SCHOOLS) == [club]
    assert session_groups.alike("beleid", []) == ["beleid"]
    assert session_groups.alike("jongere", chosen(("ouder",), [])) == []


def test_the_dossier_has_an_own_group_under_its_name():
    school, club, unsaid = ids(SCHOOLS)
    by_group = {school: 5, club: 6, unsaid: 7, "": 8}
    assert session_groups.in_dossier(SCHOOLS, by_group) == {
        "School A": 5,
        "Club B": 6,
        "liever-niet": 7,
        "": 8,
    }
    assert session_groups.named(["", "School A", "liever-niet", "Club B", "ouder"]) == {
        "ouder": "Ouders",
        "liever-niet": "Anderen",
        "Club B": "Club B",
        "School A": "School A",
        "": "Alle anderen",
    }


names = st.text(min_size=1, max_size=50)


@given(st.sets(st.sampled_from(FIXED)), st.lists(st.tuples(names, st.booleans()), max_size=8))
def test_whatever_is_typed_fits_or_is_refused(fixed, own):
    try:
        kept = chosen(fixed, own)
    except ValueError:
        return
    there = offered(kept)
    assert session_groups.fits(kept)
    assert 2 <= len(there) <= session_groups.MOST + 1
    assert len({group.label for group in there.values()}) == len(there)
    assert [id for id in there if id in GROUPS] == [
        id for id in GROUPS if id in fixed or id == "liever-niet" or not kept
    ]


@pytest.mark.parametrize(
    "strange",
    [
        ["docent"],
        ["liever-niet"],
        ["ouder", "ouder"],
        [{"label": "School A", "young": True, "id": "x"}],
        [{"label": " School A", "young": True}],
        [{"label": "a" * 41, "young": False}],
        [{"young": True}],
        ["ouder", 3],
        [*FIXED],
        [{"label": f"School {letter}", "young": False} for letter in "ABCDEFG"],
    ],
)
def test_what_no_form_makes_does_not_fit(strange):
    assert not session_groups.fits(strange)


def test_what_a_form_makes_fits():
    assert session_groups.fits([])
    assert session_groups.fits(SCHOOLS)
    assert session_groups.fits(chosen(("beleid",), [("School A", True)]))
