"""The letter: each line says on what it rests, and what rests on nothing is in our own words."""

import datetime as dt
import uuid

import msgspec
import pytest

from workshop.record.letter import ADDRESSEES, written
from workshop.record.marks import ThemeMoment, ThemeTrend
from workshop.record.summary import AgreedAction, ChosenCard, NextTurn, Reference, Speakers, Summary

DAY = dt.date(2027, 1, 17)
NOBODY = Speakers(0, None, None, 0, 0, 0, ())
NOTHING = Summary(
    asked=(), speakers=NOBODY, chosen=(), more_chosen=0, marks=(), more_marks=0, agreed=(), more_agreed=0,
    done=0, turns=(),
)  # fmt: skip
REFERENCE = Reference("k1", "1-A.zorgen", "a1")
CARD = ChosenCard("Eén plek met hulp", "Zorgen", 14, 3, False, (), REFERENCE)
MET = Speakers(2, dt.date(2026, 6, 1), dt.date(2026, 9, 1), 12, 19, 4, ("Jongeren", "De Brug"))


def trend(change, means=(6.5, 7.1)):
    moments = [
        ThemeMoment(uuid.uuid4(), dt.datetime(2026, 9, 1, tzinfo=dt.UTC), 19, mean, 5, 8, 1.0, (0,) * 10)
        for mean in means
    ]
    return ThemeTrend("0-leren.cijfers", "relatie", "Relatie", tuple(moments), change)


def part(heading, to="raad", **given):
    parts = dict(written(msgspec.structs.replace(NOTHING, **given), ADDRESSEES[to]).parts)
    return parts.get(getattr(ADDRESSEES[to], heading), ())


@pytest.mark.parametrize("to", ADDRESSEES)
def test_a_letter_about_nothing_has_only_our_own_words(to):
    lines = [line for _, own in written(NOTHING, ADDRESSEES[to]).parts for line in own]
    assert len(lines) == 3
    assert not any(line.rests_on or line.address for line in lines)


@pytest.mark.parametrize("to", ADDRESSEES)
def test_what_the_dossier_says_rests_on_something_and_is_no_more_than_this_reader_wants(to):
    given = msgspec.structs.replace(
        NOTHING,
        speakers=MET,
        chosen=(CARD,) * 9,
        marks=(trend(0.6),) * 9,
        agreed=(AgreedAction("Les geven", "GGD", DAY, False, REFERENCE),) * 9,
        turns=(NextTurn(DAY, "Terugkijken", "elk half jaar", ""),) * 9,
    )
    parts = [lines for heading, lines in written(given, ADDRESSEES[to]).parts if heading]
    assert len(parts) == 6
    assert all(line.rests_on for lines in parts for line in lines)
    assert [len(lines) for lines in parts if lines[0].is_point] == [ADDRESSEES[to].most] * 4


def test_a_choice_rests_on_its_dots_and_cards_and_leads_to_its_chain():
    [line] = part("chosen", chosen=(CARD,))
    assert (line.text, line.rests_on) == ("‘Eén plek met hulp’.", "14 stippen en 3 kaarten")
    assert line.address == "/herkomst/k1?veld=1-A.zorgen&over=a1"
    [line] = part("chosen", chosen=(msgspec.structs.replace(CARD, text="Eén plek."),))
    assert line.text == "‘Eén plek’."
    tied = msgspec.structs.replace(CARD, tied=True, dots=None, cards=0)
    [line] = part("chosen", chosen=(tied,))
    assert line.text.endswith("Iets anders kreeg evenveel stippen.")
    assert line.rests_on == "een keuze van de groep"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "Relatie: een 7,1."),
        (0.6, "Relatie: een 7,1. Dat is 0,6 hoger dan ervoor."),
        (-0.6, "Relatie: een 7,1. Dat is 0,6 lager dan ervoor."),
        (0.0, "Relatie: een 7,1. Dat is hetzelfde als ervoor."),
    ],
)
def test_a_mark_is_told_with_its_change(change, said):
    [line] = part("marked", marks=(trend(change),))
    assert (line.text, line.rests_on, line.address) == (
        said,
        "19 cijfers",
        "/cijfers/0-leren.cijfers/relatie",
    )


@pytest.mark.parametrize(
    ("owner", "due", "late", "said"),
    [
        ("GGD", DAY, False, "‘Les geven’. GGD doet dit. Het is klaar op 17 januari 2027."),
        ("GGD", DAY, True, "‘Les geven’. GGD doet dit. Het had klaar moeten zijn op 17 januari 2027."),
        ("", None, False, "‘Les geven’. Nog niemand doet dit."),
    ],
)
def test_an_action_says_who_and_when(owner, due, late, said):
    [line] = part("agreed", agreed=(AgreedAction("Les geven", owner, due, late, REFERENCE),))
    assert line.text == said


def test_who_spoke_is_told_in_groups_and_who_was_missed_without_telling_of_a_small_group():
    held, phones, papers, groups = part("met", speakers=MET)
    assert held.text == "Er waren 2 bijeenkomsten tussen 1 juni 2026 en 1 september 2026."
    assert phones.text == "Per keer deden 12 tot 19 telefoons mee."
    assert papers.text == "Op papier deden nog 4 mensen mee."
    assert groups.text == "Deze groepen deden mee: jongeren en De Brug."
    [absent] = part("absent", speakers=MET)
    assert absent.text == (
        "Van deze groepen hoorden we niemand, of te weinig mensen om te noemen: "
        "ouders, professionals en beleid en bestuur."
    )


def test_one_meeting_of_one_size_is_told_in_short():
    once = Speakers(1, DAY, DAY, 16, 16, 0, ())
    assert [line.text for line in part("met", speakers=once)] == [
        "Er was 1 bijeenkomst op 17 januari 2027.",
        "Er deden 16 telefoons mee.",
    ]
