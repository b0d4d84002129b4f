"""What logs said before they had keys is known, in every wording that there was."""

import pytest

from workshop.accounts import roles
from workshop.log import earlier
from workshop.log.what import What, sentence

REWORDED = {
    "slaat een sessie op": "bewaart een sessie",
    "neemt het stuur": "neemt de regie over",
    "haalt een terugblik terug": "trekt een terugblik in",
    "zet een groep terug": "zet een stapel terug",
    "sluit de invoer": "zet de stap dicht",
    "opent de invoer": "zet de stap open",
    "maakt het grote scherm leeg": "zet het beeld uit",
    "laat het grote scherm weer zien": "zet het beeld weer aan",
    "doet de deur dicht": "laat niemand meer binnen",
    "doet de deur open": "laat weer mensen binnen",
    "maakt een nieuwe QR en code": "vernieuwt de QR-code en de code",
    "pakt een signaal op": "pakt een kaart op die hulp vroeg",
}
"""Sentence of before -> what it is called today."""
OF_A_WORKSHEET = {
    "spreekt een moment van terugkijken af": "kiest een terugkijkdag",
    "stopt een moment van terugkijken": "haalt een terugkijkdag weg",
}


NEWER = {
    What.SESSION_MADE,
    What.SESSION_PLANNED,
    What.SESSION_REMOVED,
    What.SIGNAL_PUT_BACK,
    What.PROGRAMME_RENAMED,
    What.PROGRAMME_REMOVED,
    What.SESSION_REHEARSED,
    What.STEP_EMPTIED,
    What.QUESTION_ASKED,
    What.AHEAD_CLOSED,
    What.AHEAD_CLOSED_ITSELF,
    What.AHEAD_LINKED,
    What.AHEAD_MOVED,
    What.AHEAD_OPENED,
    What.CARD_PARKED,
    What.CARD_UNPARKED,
    What.LINE_PARKED,
    What.ANNOUNCED,
    What.PHONE_SENT_OUT,
    What.CARDS_PUT_BACK,
    What.ACTION_ANSWERED,
    What.OWNER_ADDRESS_MADE,
    What.OWNER_ADDRESS_REVOKED,
    What.WEBHOOK_MADE,
    What.WEBHOOK_REMOVED,
    What.LOGO_CHANGED,
    What.LOGO_REMOVED,
    What.COLOUR_CHANGED,
    What.COLOUR_REMOVED,
}
"""What could not happen when the log kept sentences."""


def said(verb, about=""):
    told = earlier.told(verb, about)
    return sentence(told.what, told.particulars, roles.NAMES), told.about


def test_every_key_of_today_had_a_sentence_of_before():
    keys = {*earlier.WHAT.values(), *earlier.OF_A_ROLE.values(), *earlier.OF_A_WORKSHEET.values()}
    assert keys | {"role-changed", "session-closed-itself", "erasure-asked", "other"} | NEWER == set(What)


@pytest.mark.parametrize("verb", earlier.WHAT)
def test_a_line_about_something_says_the_same_or_what_it_is_called_today(verb):
    assert said(verb, "Een titel") == (REWORDED.get(verb, verb), "Een titel")


@pytest.mark.parametrize("verb", earlier.OF_A_ROLE)
@pytest.mark.parametrize("role", roles.NAMES.values())
def test_a_line_about_a_role_says_the_same(verb, role):
    assert said(verb, role) == (f"{verb}: {role}", "")


@pytest.mark.parametrize("verb", earlier.OF_A_WORKSHEET)
def test_a_line_about_a_worksheet_says_the_same_or_what_it_is_called_today(verb):
    assert said(verb, "werkblad 6-leren") == (f"{OF_A_WORKSHEET.get(verb, verb)}: werkblad 6-leren", "")


@pytest.mark.parametrize(
    ("verb", "about", "told"),
    [
        ("maakt iemand coördinator", "Kevin", ("role-changed", {"role": "coordinator"}, "Kevin")),
        ("sluit de sessie na 24 uur", "Sessie", ("session-closed-itself", {"hours": 24}, "Sessie")),
        ("wil het dossier verwijderen", "2026-11-24", ("erasure-asked", {"on": "2026-11-24"}, "")),
    ],
)
def test_what_stood_in_a_sentence_is_a_particular(verb, about, told):
    assert earlier.told(verb, about) == told


@pytest.mark.parametrize(
    ("verb", "about"),
    [
        ("zingt een lied", "voor de groep"),
        ("maakt iemand blij", "Kevin"),
        ("sluit de sessie na lang praten uur", "Sessie"),
        ("sluit de sessie na ² uur", "Sessie"),
        ("maakt een uitnodiging", "baas"),
        ("begint een nieuwe ronde", "zonder werkblad"),
        ("zet de stap dicht en weer open", ""),
        ("", ""),
    ],
)
def test_what_nobody_knows_keeps_its_sentence(verb, about):
    assert earlier.told(verb, about) == ("other", {"sentence": verb}, about)
    assert said(verb, about) == (verb, about)
