"""What is wrong with a PO file is said before anybody reads it on a phone."""

import shutil

import pytest
from babel.messages.pofile import read_po, write_po

from workshop import cli, languages
from workshop.languages import PHONE

PLURAL = "%(num)s stip"


@pytest.fixture
def change(tmp_path, monkeypatch):
    """Changes a copy of the phone texts in Arabic."""
    folder = tmp_path / "languages"
    shutil.copytree(languages.FOLDER, folder)
    monkeypatch.setattr(languages, "FOLDER", folder)

    def change(edit):
        file = languages.file_of("ar", PHONE)
        with file.open("rb") as before:
            catalog = read_po(before, locale="ar")
        edit(catalog)
        with file.open("wb") as after:
            write_po(after, catalog)

    return change


def lose_the_translation(catalog):
    catalog["Dank je wel"].string = ""


def lose_a_plural_form(catalog):
    catalog[PLURAL].string = (*catalog[PLURAL].string[:5], "")


def keep_an_old_text(catalog):
    catalog.add("Dit zeggen we niet meer", "...")


def lose_the_text(catalog):
    catalog.delete("Dank je wel")


def name_another_value(catalog):
    catalog["Hooguit %(count)s tekens"].string = "%(number)s"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lose_the_translation, "ar: nog niet (helemaal) vertaald, 1 tekst: ‘Dank je wel’"),
        (lose_a_plural_form, f"ar: nog niet (helemaal) vertaald, 1 tekst: ‘{PLURAL}’"),
        (keep_an_old_text, "ar/phone.po: deze tekst is er niet meer: Dit zeggen we niet meer"),
        (
            lose_the_text,
            "ar/phone.po: werk dit bestand bij, deze tekst staat er niet in: Dank je wel",
        ),
        (
            name_another_value,
            "ar/phone.po: de waarden verschillen: Hooguit %(count)s tekens | %(number)s",
        ),
    ],
)
def test_each_mistake_in_a_file_fails_the_check_with_a_sentence(change, capsys, edit, said):
    change(edit)
    assert cli.main(["content", "check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert said in lines
    assert "De inhoud klopt." not in lines


def test_a_language_that_is_not_there_yet_is_one_line_with_a_few_texts(change, capsys):
    def empty(catalog):
        for message in catalog:
            if message.id:
                message.string = "" if isinstance(message.id, str) else ("",) * 6

    change(empty)
    assert cli.main(["content", "check"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ar")]
    assert len(lines) == 1
    assert lines[0].count("‘") == 3
    assert lines[0].endswith(" …")
