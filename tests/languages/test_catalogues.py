"""What is wrong with a PO file is said before anybody reads it on a phone."""

import contextlib
import io
import shutil

import pytest
from babel.messages.pofile import read_po, write_po

from workshop import cli, languages
from workshop.languages import DOMAINS, PHONE
from workshop.translation_check import stamp

pytestmark = pytest.mark.xdist_group("catalogues")

PLURAL = "%(num)s stip"
LEAVE = "Tik op Snel weg. Je gaat meteen naar een gewone website."
DANGER = "Is er nu gevaar? Bel 112."
KEPT = "Niemand ziet wie een kaart schreef. Kaarten die we niet gebruiken, gooien we na een tijd weg."


def lose_the_translation(catalog):
    catalog["Dank je wel"].string = ""


def lose_a_plural_form(catalog):
    catalog[PLURAL].string = (*catalog[PLURAL].string[:-1], "")


def keep_an_old_text(catalog):
    catalog.add("Dit zeggen we niet meer", "...")


def lose_the_text(catalog):
    catalog.delete("Dank je wel")


def name_another_value(catalog):
    catalog["Hooguit %(count)s tekens"].string = "%(number)s"


def name_no_button(catalog):
    catalog[LEAVE].string = "Beni buradan çıkar. Doğrudan sıradan bir siteye gidersin."


def name_a_button_that_is_not_there(catalog):
    catalog[LEAVE].string = "Натисни «Швидко вийти» або «Геть». Ти одразу перейдеш на звичайний сайт."


def lose_a_number(catalog):
    catalog[DANGER].string = "Czy coś ci teraz grozi? Zadzwoń pod numer alarmowy."


def ask_what_was_said(catalog):
    catalog[KEPT].string = "Do we keep the cards?"


def quote_with_straight_signs(catalog):
    catalog["Gekopieerd."].string = "'Copied'."


def keep_the_translation_of_another_promise(catalog):
    catalog[KEPT].user_comments = [stamp("We bewaren niets.")]


def translate_nothing(catalog):
    for message in catalog:
        if message.id:
            message.string = "" if isinstance(message.id, str) else ("",) * 6


MISTAKES = (
    ("tr", lose_the_translation, "tr: nog niet (helemaal) vertaald, 1 tekst: ‘Dank je wel’"),
    ("pl", lose_a_plural_form, f"pl: nog niet (helemaal) vertaald, 1 tekst: ‘{PLURAL}’"),
    ("uk", keep_an_old_text, "uk/phone.po: deze tekst is er niet meer: Dit zeggen we niet meer"),
    ("en", lose_the_text, "en/phone.po: werk dit bestand bij, deze tekst staat er niet in: Dank je wel"),
    ("uk", name_another_value, "uk/phone.po: de waarden verschillen: Hooguit %(count)s tekens | %(number)s"),
    (
        "tr",
        name_no_button,
        f"tr/phone.po: de knop ‘Snel weg’ heet hier ‘Hemen çık’: {LEAVE} "
        "| Beni buradan çıkar. Doğrudan sıradan bir siteye gidersin.",
    ),
    (
        "uk",
        name_a_button_that_is_not_there,
        f"uk/phone.po: een knop met de naam ‘Геть’ is er niet: {LEAVE} "
        "| Натисни «Швидко вийти» або «Геть». Ти одразу перейдеш на звичайний сайт.",
    ),
    (
        "pl",
        lose_a_number,
        f"pl/phone.po: de getallen verschillen: {DANGER} "
        "| Czy coś ci teraz grozi? Zadzwoń pod numer alarmowy.",
    ),
    (
        "en",
        ask_what_was_said,
        f"en/phone.po: het eind van de zin verschilt: {KEPT} | Do we keep the cards?",
    ),
    (
        "en",
        quote_with_straight_signs,
        "en/phone.po: gebruik aanhalingstekens van de taal zelf, geen rechte: 'Copied'.",
    ),
    (
        "tr",
        keep_the_translation_of_another_promise,
        f"tr/phone.po: deze belofte is nieuw of veranderd: {KEPT} "
        f"Lees de vertaling na en zet er deze regel boven: # {stamp(KEPT)}",
    ),
)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What one check says about a copy with a mistake of each sort, every language having its own."""
    folder = tmp_path_factory.mktemp("texts") / "languages"
    shutil.copytree(languages.FOLDER, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "FOLDER", folder)
        for domain in DOMAINS:
            change("ar", translate_nothing, domain)
        for language, mistake, _ in MISTAKES:
            change(language, mistake)
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            assert cli.main(["content", "check"]) == 1
    return told.getvalue().splitlines()


def change(language, edit, domain=PHONE):
    """Changes the texts of phones in this language."""
    file = languages.file_of(language, domain)
    with file.open("rb") as before:
        catalog = read_po(before, locale=language)
    edit(catalog)
    with file.open("wb") as after:
        write_po(after, catalog)


@pytest.mark.parametrize("sentence", [sentence for _, _, sentence in MISTAKES])
def test_each_mistake_in_a_file_fails_the_check_with_a_sentence(said, sentence):
    assert sentence in said
    assert "De inhoud klopt." not in said


def test_a_language_that_is_not_there_yet_is_one_line_with_a_few_texts(said):
    lines = [line for line in said if line.startswith("ar")]
    assert len(lines) == 1
    assert lines[0].count("‘") == 3
    assert lines[0].endswith(" …")
