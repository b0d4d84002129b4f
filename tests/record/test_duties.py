"""What people of a dossier can do now, the most urgent first."""

import datetime as dt
import uuid

import pytest

from workshop.models import Action, Session
from workshop.record import duties, progress
from workshop.record.lookbacks import Hint

TODAY = dt.date(2026, 11, 30)
DOSSIER = uuid.UUID(int=7)
HOME = f"/dossiers/{DOSSIER}"


def noon(day):
    return dt.datetime.combine(day, dt.time(11), dt.UTC)


def a_session(number, worksheet="1-A", **values):
    return Session(
        id=uuid.UUID(int=number),
        partnership_id=DOSSIER,
        worksheet=worksheet,
        title=f"Avond {number}",
        **values,
    )


def an_action(number, due):
    return Action(id=uuid.UUID(int=number), text=f"Actie {number}", due=due)


@pytest.fixture
def listed(library):
    """What there is to do on TODAY; each thing that is not given is not there."""

    def listed(**found):
        nothing = {
            "sessions": [],
            "late": [],
            "turns": {},
            "lookbacks": [],
            "suggestion": None,
            "evaluated": None,
        }
        return duties.listed(duties.AtHand(**(nothing | found)), library, DOSSIER, TODAY)

    return listed


def test_a_dossier_that_asks_for_nothing_has_an_empty_list(listed):
    assert listed() == []


def test_of_look_backs_that_nobody_wrote_the_newest_is_asked_for_and_changes_each(listed):
    found = listed(
        lookbacks=[
            Hint(a_session(1, created_at=noon(TODAY))),
            Hint(a_session(2, created_at=noon(TODAY)), changed=2),
            Hint(a_session(3, created_at=noon(TODAY))),
            Hint(a_session(4, created_at=noon(TODAY)), changed=1),
            Hint(a_session(5, created_at=noon(TODAY))),
        ]
    )
    assert [duty.about for duty in found] == ["Avond 2", "Avond 4", "Avond 1"]
    assert found[2].why.endswith("Ook 2 andere sessies wachten daarop.")


def test_the_most_urgent_stands_first(listed, library):
    found = listed(
        sessions=[
            a_session(1, opened_at=noon(TODAY)),
            a_session(2, opened_at=noon(TODAY), ended_at=noon(TODAY)),
        ],
        late=[an_action(3, TODAY - dt.timedelta(1))],
        turns={"1-leren": TODAY - dt.timedelta(1)},
        lookbacks=[Hint(a_session(4, created_at=noon(TODAY)))],
        suggestion=progress.suggestion(library, {"1-A.zorgen", "1-A.kansen"}),
        evaluated=library.worksheet("0-leren"),
    )
    assert [duty.address for duty in found] == [
        f"/sessies/{uuid.UUID(int=1)}/regie",
        f"/sessies/{uuid.UUID(int=2)}/nakijken",
        f"{HOME}/acties/{uuid.UUID(int=3)}",
        f"{HOME}/sessies/nieuw?werkblad=1-leren",
        f"/sessies/{uuid.UUID(int=4)}/terugblik",
        f"{HOME}/terugkijken",
        f"{HOME}/sessies/nieuw?werkblad=1-B",
    ]
    assert [duty.is_late for duty in found] == [False, False, True, True, False, False, False]


@pytest.mark.parametrize(
    ("starts_at", "words"),
    [
        (None, "heeft nog geen dag"),
        (noon(TODAY), "De sessie is maandag 30 november 2026 om 12.00 uur."),
        (
            noon(TODAY - dt.timedelta(1)),
            "De dag was zondag 29 november 2026 om 12.00 uur. Kies een nieuwe dag",
        ),
    ],
)
def test_a_session_that_is_prepared_says_its_day(listed, starts_at, words):
    (duty,) = listed(sessions=[a_session(1, starts_at=starts_at)])
    assert words in duty.why
    assert (duty.title, duty.about) == ("Bereid voor", "Avond 1")


def test_late_actions_are_one_line(listed):
    (duty,) = listed(late=[an_action(1, TODAY), an_action(2, TODAY - dt.timedelta(30))])
    assert (duty.title, duty.about) == ("Werk 2 acties bij", "")
    assert duty.why == "De oudste moest klaar zijn op 31 oktober 2026."
    assert duty.address == f"{HOME}/acties?toon=te-laat"


def test_what_a_session_is_made_for_is_not_asked_again(listed, library):
    found = listed(
        sessions=[a_session(1, "1-leren"), a_session(2, "1-B")],
        turns={"1-leren": TODAY - dt.timedelta(1)},
        suggestion=progress.suggestion(library, {"1-A.zorgen", "1-A.kansen"}),
    )
    assert [duty.about for duty in found] == ["Avond 1", "Avond 2"]


def test_a_turn_that_is_not_due_and_one_that_is_agreed_ask_nothing(listed, library):
    later = {"0-leren": TODAY + dt.timedelta(1)}
    assert listed(turns=later, evaluated=library.worksheet("0-leren")) == []


def test_a_worksheet_says_what_it_goes_on_with_and_where_young_people_take_part(listed, library):
    (duty,) = listed(suggestion=progress.suggestion(library, {"1-A.zorgen", "1-A.kansen"}))
    assert duty.why == (
        "Ga verder met wat er staat bij ‘Zorgen’ en ‘Kansen’. Jongeren doen mee bij 3 van de 3 stappen."
    )


def test_what_must_be_there_first_is_asked_first(listed, library):
    (duty,) = listed(suggestion=progress.suggestion(library, {"1-A.zorgen"}))
    assert duty.title == "Vul ‘Kansen’ in bij werkblad 1-A"
    assert "werkblad 1-B" in duty.why
    step = library.worksheet("1-A").step_key("1-A.kansen")
    assert duty.address == f"{HOME}/bouwstenen/1-a?stap={step}"


def test_changed_actions_of_a_look_back_are_counted(listed):
    (duty,) = listed(lookbacks=[Hint(a_session(1), changed=2)])
    assert duty.why == "2 acties zijn veranderd sinds je laatste bericht."
