"""A Dutch text and its translation are compared without knowing the language."""

import pytest

from workshop.translation_check import differences, is_label, named, stamp

LABELS = {"Hulp": "Pomoc", "Snel weg": "Szybkie wyjście", "Weet ik niet": "Nie wiem", "Zorg": "Obawa"}


def found(dutch, told, **more):
    return [problem.split(":")[0] for problem in differences(dutch, told, LABELS, **more)]


@pytest.mark.parametrize(
    ("dutch", "told"),
    [
        ("Daarvoor is Hulp.", "Od tego jest „Pomoc”."),
        ("Kies ‘weet ik niet’.", "Wybierz „nie wiem”."),
        ("Dat heet de meldcode.", "Nazywa się „meldcode”."),
        ("Is er nu gevaar?", "هل هناك خطر الآن؟"),
        ("Nog %(count)s van 10", "%(count)s z 10"),
        ("Dank je", "Dziękujemy"),
    ],
)
def test_what_says_the_same_is_no_problem(dutch, told):
    assert found(dutch, told) == []


@pytest.mark.parametrize(
    ("dutch", "told", "problem"),
    [
        ("Daarvoor is Hulp.", "Od tego jest wsparcie.", "de knop ‘Hulp’ heet hier ‘Pomoc’"),
        ("Kies ‘weet ik niet’.", "Wybierz „może”.", "de knop ‘Weet ik niet’ heet hier ‘Nie wiem’"),
        ("Ga terug.", "Kliknij „Powrót”.", "een knop met de naam ‘Powrót’ is er niet"),
        ("Bel 112.", "Zadzwoń.", "de getallen verschillen"),
        ("Bel 112.", "Zadzwoń pod 112", "het eind van de zin verschilt"),
        ("Bel 112.", "Zadzwoń pod 112?", "het eind van de zin verschilt"),
        ("Bel 112.", "Zadzwoń pod 112…", "het eind van de zin verschilt"),
        ("Dit is %(what)s", "To jest", "de waarden verschillen"),
        ("Zeg ja", 'Powiedz "tak"', "gebruik aanhalingstekens van de taal zelf, geen rechte"),
    ],
)
def test_what_differs_is_said(dutch, told, problem):
    assert problem in found(dutch, told)


def test_a_form_may_do_without_the_value_that_it_may_spare():
    assert found("%(num)s stippen", "kropka") == ["de waarden verschillen"]
    assert found("%(num)s stippen", "kropka", spare=("num",)) == []


def test_a_button_is_named_in_quotes_or_with_a_capital_inside_a_sentence():
    assert named("Tik op Snel weg.", LABELS) == ["Snel weg"]
    assert named("Zorg dat je ‘weet ik niet’ kiest. Zorg goed.", LABELS) == ["Weet ik niet"]
    assert named("Hulpverleners en Hulplijnen.", LABELS) == []


def test_a_button_has_few_words_and_is_no_sentence():
    assert is_label("Weet ik niet")
    assert not any(map(is_label, ("Bel 112.", "Mijn kaarten (%(count)s)", "Dit is nog te lang")))


def test_a_note_belongs_to_one_text():
    assert stamp("We bewaren de kaarten.") != stamp("We bewaren de kaarten niet.")
