from pathlib import Path

import msgspec
import pytest

from workshop.content.check import check, check_phone_texts
from workshop.content.errors import ContentError
from workshop.content.library import Library

BOUWSTENEN = """
[[bouwstenen]]
number = 0
title = "Samen"
gist = "Wie doen er mee?"
worksheets = ["0-A", "0-leren"]
"""

MAIN = """
id = "0-A"
bouwsteen = 0
sheet = "main"
scope = "partnership"
title = "Zoek elkaar op"
short_title = { general = "Wie doen er mee?", youth = "Wie doet er mee?" }
why = "Samen lukt meer."
result = "Jullie weten wie er nodig zijn."

[[steps]]
id = "0-A.s1"
title = "Begin"
structure = "lijst"

[[steps.fields]]
id = "0-A.idee"
label = "Eerste idee"
question = "Wat willen jullie doen?"
kind = "text"
when = "once"
who = "all"
youth = "good"

[[steps.fields]]
id = "0-A.keuze"
label = "Keuze"
question = "Wat kiezen jullie?"
kind = "choice"
when = "once"
who = "all"
youth = "good"
values = ["ja", "nee"]
builds_on = ["0-A.idee"]

[[script]]
key = "kaarten"
kind = "cards"
title = "Kaarten"
question = "Wat vind jij?"
youth = { question = "Wat vind je?" }
minutes = 5
saves = { kaart = "0-A.idee" }

[[script]]
key = "stippen"
kind = "dots"
title = "Stippen"
question = "Wat kies je?"
youth = { question = "Wat wil je?" }
minutes = 5
settings = { source = "kaarten", dots = 3 }
saves = { chosen = "0-A.keuze" }
"""

LEARN = """
id = "0-leren"
bouwsteen = 0
sheet = "learn"
scope = "partnership"
title = "Leren"
short_title = { general = "Hoe ging het?", youth = "Hoe gaat het?" }
why = "Terugkijken helpt."
result = "Jullie weten wat beter kan."

[[steps]]
id = "0-leren.s1"
title = "Terug"

[[steps.fields]]
id = "0-leren.acties"
label = "Acties"
question = "Wat gaan jullie doen?"
kind = "actions"
when = "periodic"
who = "all"
youth = "guided"
carries_from = [
  { field = "0-A.idee", basis = "implied", note = "Het idee." },
]

[[script]]
key = "acties"
kind = "actions"
title = "Acties"
question = "Wat ga je doen?"
youth = { question = "Wat moet er gebeuren?" }
minutes = 5
saves = { actions = "0-leren.acties" }
"""


FIELDS = 'fields = ["0-A.idee", "0-A.keuze", "0-leren.acties"]'

SEQUENCES = """
[[gesprek]]
id = "zien"
outputs = ["lights"]
kind = "lights"
title = "Zien"
question = "Zie je {subject}?"
minutes = 5
youth = { question = "Klopt {subject}?" }
settings = { preset = "herkennen", statements = [{ id = "a", text = "Zo is {subject}." }] }

[[gesprek]]
id = "kiezen"
outputs = ["chosen"]
kind = "dots"
title = "Kiezen"
question = "Wat kies je?"
minutes = 4
youth = { question = "Wat wil je?" }
settings = { source = "{key}-zien", dots = 2 }

[[gesprek]]
id = "doen"
outputs = ["actions"]
kind = "actions"
title = "Doen"
question = "Wat gaan we doen?"
minutes = 6
youth = { question = "Wat moet er gebeuren?" }
"""

USE = """
[[script]]
sequence = "gesprek"
key = "praten"
subject = "het beeld"
saves = { zien = "0-A.keuze", kiezen = "0-A.idee" }
"""

VARIANTS = """
[[variants]]
name = "Kort"
steps = ["kaarten", "stippen"]
minutes = { stippen = 3 }
"""


class Folder:
    """A small sessions folder whose files a test may spoil."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("bouwstenen.toml", BOUWSTENEN)
        self.write("structures.toml", '[lijst]\ntitle = "Lijst"\n')
        self.write("sequences.toml", SEQUENCES)
        self.write("fields.toml", FIELDS)
        self.write("0-a.toml", MAIN)
        self.write("0-leren.toml", LEARN)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def spoil(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def add(self, name: str, text: str) -> None:
        self.write(name, (self.path / name).read_text(encoding="utf-8") + text)

    def load(self) -> Library:
        return Library.load(self.path)

    def error(self) -> str:
        with pytest.raises(ContentError) as caught:
            self.load()
        return str(caught.value)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_worksheets_stand_in_the_order_of_the_bouwstenen_file(folder):
    assert [worksheet.id for worksheet in folder.load().worksheets] == ["0-A", "0-leren"]


def test_a_worksheet_is_found_by_id_and_by_slug(folder):
    library = folder.load()

    assert library.worksheet("0-A") is library.by_slug("0-a")
    assert [worksheet.id for worksheet in library.bouwsteen_worksheets(0)] == ["0-A", "0-leren"]
    assert library.bouwsteen_worksheets(6) == []


def test_a_field_is_found_in_the_library_and_on_its_worksheet(folder):
    library = folder.load()

    assert library.field("0-A.idee").label == "Eerste idee"
    assert library.worksheet("0-A").field("0-A.keuze").values == ["ja", "nee"]


def test_an_id_that_does_not_exist_raises_key_error(folder):
    library = folder.load()
    lookups = [library.worksheet, library.by_slug, library.field, library.feeds_into]

    for look_up in [*lookups, library.worksheet("0-A").field]:
        with pytest.raises(KeyError):
            look_up("9-Z.niets")


def test_feeds_into_is_the_inverse_of_carries_from(folder):
    library = folder.load()

    (edge,) = library.feeds_into("0-A.idee")

    assert (edge.field, edge.basis, edge.note) == ("0-leren.acties", "implied", "Het idee.")
    assert library.feeds_into("0-leren.acties") == []


def test_content_cannot_be_changed_by_accident(folder):
    worksheet = folder.load().worksheet("0-A")

    with pytest.raises(AttributeError):
        worksheet.title = "Anders"


def test_a_misspelled_key_names_the_file_and_the_key(folder):
    folder.spoil("0-a.toml", "minutes = 5\nsettings", "minuten = 5\nsettings")

    assert folder.error() == "0-a.toml: script[1].minuten: deze sleutel bestaat niet"


def test_an_extra_key_names_the_file_and_the_key(folder):
    folder.spoil("0-a.toml", 'kind = "text"', 'kind = "text"\ntitel = "Idee"')

    assert folder.error() == "0-a.toml: steps[0].fields[0].titel: deze sleutel bestaat niet"


def test_a_missing_key_names_the_file_and_the_key(folder):
    folder.spoil("0-leren.toml", 'why = "Terugkijken helpt."\n', "")

    assert folder.error() == "0-leren.toml: why: deze sleutel ontbreekt"


def test_a_wrong_type_names_what_was_expected_and_what_stands_there(folder):
    folder.spoil("0-a.toml", "minutes = 5", 'minutes = "5"')

    assert folder.error() == "0-a.toml: script[0].minutes: verwacht een geheel getal, maar hier staat tekst"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("minutes = 5", "minutes = 0", "script[0].minutes: het getal is te klein, minstens 1"),
        ("minutes = 5", "minutes = 181", "script[0].minutes: het getal is te groot, hooguit 180"),
        ('label = "Keuze"', 'label = ""', "steps[0].fields[1].label: de tekst is te kort, minstens 1 tekens"),
        (
            'title = "Begin"',
            f'title = "{"x" * 121}"',
            "steps[0].title: de tekst is te lang, hooguit 120 tekens",
        ),
        ('kind = "text"', 'kind = "tekst"', "steps[0].fields[0].kind: de waarde 'tekst' mag hier niet"),
        ('id = "0-A.idee"', 'id = "idee"', "steps[0].fields[0].id: de tekst heeft niet de goede vorm"),
    ],
)
def test_a_value_outside_its_limits_names_the_limit(folder, old, new, problem):
    folder.spoil("0-a.toml", old, new)

    assert folder.error().startswith(f"0-a.toml: {problem}")


def test_a_slip_in_toml_names_the_line(folder):
    folder.spoil("0-a.toml", "bouwsteen = 0", "bouwsteen 0")

    assert folder.error().startswith("0-a.toml: regel 3, teken 11: dit is geen geldige TOML")


def test_a_file_that_ends_too_early_says_so(folder):
    folder.write("0-a.toml", "id = [")

    assert folder.error().startswith("0-a.toml: einde van het bestand: dit is geen geldige TOML")


def test_a_file_in_another_encoding_says_so(folder):
    (folder.path / "0-a.toml").write_bytes('title = "Eén"'.encode("latin-1"))

    assert folder.error() == "0-a.toml: dit bestand is geen UTF-8-tekst"


def test_a_missing_file_is_named(folder):
    (folder.path / "0-leren.toml").unlink()

    assert folder.error() == "0-leren.toml: dit bestand ontbreekt"


def test_a_file_that_no_bouwsteen_names_is_refused(folder):
    folder.write("0-b.toml", MAIN)

    assert folder.error() == "0-b.toml: dit bestand staat niet in bouwstenen.toml"


def test_a_file_with_the_id_of_another_worksheet_is_refused(folder):
    folder.write("0-leren.toml", MAIN)

    assert folder.error() == "0-leren.toml: id: hier hoort '0-leren' te staan, niet '0-A'"


def test_a_worksheet_of_another_bouwsteen_is_refused(folder):
    folder.spoil("0-a.toml", "bouwsteen = 0", "bouwsteen = 1")

    assert folder.error() == "0-a.toml: bouwsteen: volgens bouwstenen.toml is dit bouwsteen 0"


def test_the_bouwstenen_file_is_checked_as_well(folder):
    folder.spoil("bouwstenen.toml", "number = 0", "number = 7")

    assert folder.error() == "bouwstenen.toml: bouwstenen[0].number: het getal is te groot, hooguit 6"


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        ("0-a.toml", 'kaart = "0-A.idee"', 'kaart = "0-A.idea"', "script[kaarten].saves.kaart"),
        ("0-a.toml", 'on = ["0-A.idee"]', 'on = ["0-A.idea"]', "steps[0].fields[1].builds_on[0]"),
        (
            "0-leren.toml",
            'field = "0-A.idee"',
            'field = "0-A.idea"',
            "steps[0].fields[0].carries_from[0].field",
        ),
        ("0-a.toml", 'source = "kaarten"', 'fields = ["0-A.idea"]', "script[stippen].settings.fields[0]"),
        ("0-a.toml", 'values = ["ja", "nee"]', 'pair = "0-A.idea"', "steps[0].fields[1].pair"),
        (
            "0-a.toml",
            'values = ["ja", "nee"]',
            'feeds_back = ["0-A.idea"]',
            "steps[0].fields[1].feeds_back[0]",
        ),
    ],
)
def test_an_unknown_field_id_names_where_it_stands(folder, file, old, new, path):
    folder.spoil(file, old, new)

    assert folder.error() == f"{file}: {path}: het veld '0-A.idea' bestaat niet"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('id = "0-A.keuze"', 'id = "0-A.idee"', "steps[0].fields[1].id: '0-A.idee' bestaat twee keer"),
        ('key = "stippen"', 'key = "kaarten"', "script[kaarten].key: 'kaarten' bestaat twee keer"),
    ],
)
def test_a_duplicate_id_names_the_second_one(folder, old, new, problem):
    folder.spoil("0-a.toml", old, new)

    assert folder.error() == f"0-a.toml: {problem}"


def test_dots_over_an_activity_that_comes_later_are_refused(folder):
    folder.spoil("0-a.toml", 'source = "kaarten"', 'source = "stippen"')

    problem = "er is geen eerdere activiteit 'stippen' in dit draaiboek"
    assert folder.error() == f"0-a.toml: script[stippen].settings.source: {problem}"


def test_an_unknown_kind_names_the_activity(folder):
    folder.spoil("0-a.toml", 'kind = "cards"', 'kind = "kaarten"')

    assert folder.error().startswith("0-a.toml: script[kaarten].kind: De vorm 'kaarten' bestaat niet")


def test_settings_that_the_kind_refuses_name_the_setting(folder):
    folder.spoil("0-a.toml", "dots = 3", "dots = 11")

    assert folder.error() == "0-a.toml: script[stippen].settings.dots: het getal is te groot, hooguit 10"


def test_settings_that_do_not_fit_together_say_why(folder):
    folder.spoil("0-a.toml", "dots = 3", 'options = ["Ja", "Nee"]')

    assert (
        folder.error() == "0-a.toml: script[stippen].settings: Geef precies één van source, fields of options"
    )


def test_saving_an_output_that_the_kind_does_not_have_names_the_choices(folder):
    folder.spoil("0-a.toml", "kaart = ", "zorg = ")

    assert (
        folder.error() == "0-a.toml: script[kaarten].saves.zorg: deze uitkomst bestaat niet; kies uit: kaart"
    )


def test_a_message_that_nobody_translated_still_tells_the_place(folder):
    folder.spoil("0-a.toml", "minutes = 5", "minutes = 99999999999999999999999")

    assert folder.error().startswith("0-a.toml: script[0].minutes: ")


def test_good_content_has_no_problems(folder):
    assert check(folder.load()) == []


LONG = f"Deze zin gaat {'maar door ' * 9}zonder eind."


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("0-a.toml", "Samen lukt meer.", LONG, "why: een zin van 23 woorden, meer dan 20"),
        (
            "0-a.toml",
            "Wat vind jij?",
            "Wat vind jij nu eigenlijk zelf van alles wat er hier nu gebeurt?",
            "script[kaarten].question: een zin van 13 woorden, meer dan 12",
        ),
        ("structures.toml", "Lijst", LONG, "lijst.title: een zin van 23 woorden, meer dan 20"),
        ("bouwstenen.toml", "Wie doen er mee?", LONG, "[0].gist: een zin van 23 woorden, meer dan 20"),
        (
            "0-a.toml",
            'structure = "lijst"',
            'structure = "rij"',
            "0-A.s1: 'rij' staat niet in structures.toml",
        ),
        ("0-a.toml", 'values = ["ja", "nee"]\n', "", "0-A.keuze: een keuze heeft waarden"),
        (
            "0-a.toml",
            'kind = "text"',
            'kind = "two-column"',
            "0-A.idee: dit veld heeft precies twee kolommen",
        ),
        (
            "0-leren.toml",
            "carries_from = [",
            'builds_on = ["0-A.idee"]\ncarries_from = [',
            "0-leren.acties: builds_on noemt '0-A.idee' van een ander blad",
        ),
        (
            "0-a.toml",
            'builds_on = ["0-A.idee"]',
            'carries_from = [{ field = "0-A.idee", basis = "said" }]',
            "0-A.keuze: carries_from noemt '0-A.idee' van hetzelfde blad",
        ),
        ("0-leren.toml", 'id = "0-leren.s1"', 'id = "1-A.s1"', "'1-A.s1' begint niet met '0-leren.'"),
    ],
)
def test_check_tells_each_problem_with_its_file(folder, file, old, new, problem):
    folder.spoil(file, old, new)

    (told,) = check(folder.load())

    assert told.startswith(file)
    assert problem in told


def test_check_tells_that_a_script_is_missing(folder):
    folder.write("0-leren.toml", LEARN[: LEARN.index("[[script]]")])

    assert check(folder.load()) == ["0-leren.toml: het draaiboek (script) ontbreekt."]


def test_check_tells_that_a_script_is_too_long_for_one_session(folder):
    folder.spoil("0-a.toml", "minutes = 5", "minutes = 120")
    folder.spoil("0-a.toml", "minutes = 5", "minutes = 61")

    assert check(folder.load()) == ["0-a.toml: het draaiboek duurt 181 minuten, meer dan 180."]


def test_check_also_tells_what_loading_would_refuse(folder):
    library = folder.load()
    sheet = library.worksheet("0-A")
    script = [msgspec.structs.replace(sheet.script[0], saves={"kaart": "0-A.weg"})]
    broken = Library(library.bouwstenen, [msgspec.structs.replace(sheet, script=script)], library.structures)

    assert check(broken) == ["0-a.toml: script[kaarten].saves.kaart: het veld '0-A.weg' bestaat niet"]


# --- short titles ---------------------------------------------------------------------------------


def test_participants_read_a_short_title_in_their_own_wording(folder):
    sheet = folder.load().worksheet("0-A")

    assert sheet.called("", young=False) == "Wie doen er mee?"
    assert sheet.called("", young=True) == "Wie doet er mee?"


def test_the_official_title_is_no_title_that_somebody_chose_for_participants(folder):
    sheet = folder.load().worksheet("0-A")

    assert sheet.called(sheet.title, young=True) == "Wie doet er mee?"
    assert sheet.called("Avond in De Brug", young=True) == "Avond in De Brug"


SHORT = 'short_title = { general = "Wie doen er mee?", youth = "Wie doet er mee?" }\n'


@pytest.mark.parametrize(
    ("instead", "problem"),
    [
        ("", "short_title: deze sleutel ontbreekt"),
        ('short_title = { general = "Wie?" }', "short_title.youth: deze sleutel ontbreekt"),
        (
            f'short_title = {{ general = "{"w" * 41}", youth = "Wie?" }}',
            "short_title.general: de tekst is te lang, hooguit 40 tekens",
        ),
        (
            'short_title = { general = "Wie?", youth = "" }',
            "short_title.youth: de tekst is te kort, minstens 1 tekens",
        ),
    ],
)
def test_every_worksheet_has_both_short_titles_and_they_are_short(folder, instead, problem):
    folder.spoil("0-a.toml", SHORT, f"{instead}\n")

    assert folder.error() == f"0-a.toml: {problem}"


def test_check_tells_that_a_short_title_is_hard_to_read(folder):
    folder.spoil("0-a.toml", '"Wie doet er mee?"', '"Met betrekking tot jou"')

    (told,) = check(folder.load())

    assert told.startswith("0-a.toml: short_title.youth: 'Met betrekking tot' leest moeilijk.")


# --- what a facilitator can say -------------------------------------------------------------------


def say(folder, said):
    """Gives the first step something to say."""
    folder.spoil("0-a.toml", "minutes = 5\n", f"minutes = 5\nspoken = {{ {said} }}\n")


def test_a_step_says_what_its_facilitator_can_say_in_both_wordings(folder):
    say(
        folder, 'general = ["We beginnen klein.", "Schrijf op."], youth = ["Jij weet het best hoe het gaat."]'
    )

    cards, dots = folder.load().worksheet("0-A").script

    assert cards.spoken.general == ["We beginnen klein.", "Schrijf op."]
    assert cards.spoken.youth == ["Jij weet het best hoe het gaat."]
    assert dots.spoken is None
    assert check(folder.load()) == []


def test_a_script_says_it_for_the_steps_of_a_sequence(folder):
    folder.add("0-a.toml", f'{USE}[script.spoken.zien]\ngeneral = ["Kijk eens goed."]\n')

    *_, seeing, choosing = folder.load().worksheet("0-A").script

    assert (seeing.spoken.general, seeing.spoken.youth) == (["Kijk eens goed."], [])
    assert choosing.spoken is None


def test_sentences_for_a_step_that_the_script_leaves_out_name_the_choices(folder):
    folder.add("0-a.toml", f'{USE}[script.spoken.doen]\ngeneral = ["Aan de slag."]\n')

    problem = "deze stap staat niet bij saves; kies uit: zien, kiezen"
    assert folder.error() == f"0-a.toml: script[2].spoken.doen: {problem}"


@pytest.mark.parametrize(
    ("said", "path", "problem"),
    [
        ('general = ["Een.", "Twee.", "Drie.", "Vier."]', "general", "hier staat te veel, hooguit 3"),
        ('general = [""]', "general[0]", "de tekst is te kort, minstens 1 tekens"),
        (f'youth = ["{"z" * 201}"]', "youth[0]", "de tekst is te lang, hooguit 200 tekens"),
        ('everybody = ["Hoi."]', "everybody", "deze sleutel bestaat niet"),
    ],
)
def test_what_is_said_has_its_limits(folder, said, path, problem):
    say(folder, said)

    assert folder.error() == f"0-a.toml: script[0].spoken.{path}: {problem}"


@pytest.mark.parametrize("wording", ["general", "youth"])
def test_check_tells_that_a_spoken_sentence_has_more_than_fifteen_words(folder, wording):
    say(folder, f'{wording} = ["{"Ja " * 15}ja.", "{"Ja " * 14}ja."]')

    (told,) = check(folder.load())

    start = f"0-a.toml: script[kaarten].spoken.{wording}[0]: een zin van 16 woorden, meer dan 15"
    assert told.startswith(start)


def test_check_tells_of_hard_words_in_what_is_said(folder):
    say(folder, 'general = ["Wij evalueren nu."]')

    where = "0-a.toml: script[kaarten].spoken.general[0]"
    assert check(folder.load()) == [f"{where}: 'evalueren' leest moeilijk. Schrijf: terugkijken."]


# --- two wordings ---------------------------------------------------------------------------------


def test_young_people_have_a_wording_of_their_own(folder):
    folder.spoil("0-a.toml", '"Wat vind je?" }', '"Wat vind je?", help = "Kort is goed." }')

    youth = folder.load().worksheet("0-A").script[0].youth

    assert (youth.title, youth.question, youth.help) == ("", "Wat vind je?", "Kort is goed.")


@pytest.mark.parametrize("instead", ["", 'youth = { help = "Kort is goed." }\n'])
def test_check_tells_that_young_people_have_no_question(folder, instead):
    folder.spoil("0-a.toml", 'youth = { question = "Wat vind je?" }\n', instead)

    problem = "hier doen jongeren mee, maar er is geen vraag voor hen."
    assert check(folder.load()) == [f"0-a.toml: script[kaarten].youth: {problem}"]


def test_a_question_for_partners_needs_no_wording_for_young_people(folder):
    folder.spoil("0-a.toml", 'youth = { question = "Wat vind je?" }', 'audience = "partners"')

    assert check(folder.load()) == []


def test_a_worksheet_without_questions_for_young_people_needs_no_wording_for_them(folder):
    folder.spoil("0-leren.toml", 'youth = { question = "Wat moet er gebeuren?" }\n', "")
    folder.spoil("0-leren.toml", 'youth = "guided"', 'youth = "no"')

    assert check(folder.load()) == []


def test_check_also_counts_the_words_that_young_people_read(folder):
    folder.spoil("0-a.toml", '{ question = "Wat vind je?" }', f'{{ question = "{LONG}" }}')

    (told,) = check(folder.load())

    assert told.startswith("0-a.toml: script[kaarten].youth.question: een zin van 23 woorden, meer dan 12")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Wat vind jij?", "Wat is jouw feedback?", "'feedback' leest moeilijk. Schrijf: wat je ervan vindt."),
        ('"Wat vind je?"', '"Wat wordt er gedaan?"', "1 keer staat er niet wie iets doet, hooguit 0 keer."),
        ("Samen lukt meer.", "Samen participeren.", "'participeren' leest moeilijk. Schrijf: meedoen."),
        ("Samen lukt meer.", "Een multidisciplinair plan.", "'multidisciplinair' is een lang woord."),
    ],
)
def test_check_tells_what_is_hard_to_read_and_what_to_write(folder, old, new, problem):
    folder.spoil("0-a.toml", old, new)

    (told,) = check(folder.load())

    assert told.startswith("0-a.toml: ")
    assert problem in told


def test_sentences_of_phone_pages_are_checked_too():
    texts = [
        ("phone/page.html:3", "Nog %(count)s <b>kaarten</b>."),
        ("phone/page.html:9", "Submit je kaart."),
    ]

    assert check_phone_texts(texts) == [
        "phone/page.html:9: 'Submit' leest moeilijk. Schrijf: versturen.",
    ]


# --- ready-made settings --------------------------------------------------------------------------

READY = """
[settings.lijst]
dots = 2
chosen = 1
"""


def test_an_activity_takes_over_the_ready_made_settings_of_a_structure(folder):
    folder.add("structures.toml", READY)
    folder.spoil("0-a.toml", "dots = 3 }", 'structure = "lijst", chosen = 2 }')

    settings = folder.load().worksheet("0-A").script[1].settings

    assert settings == {"source": "kaarten", "dots": 2, "chosen": 2}


def test_a_structure_shows_the_ready_made_settings_of_its_name_as_its_own(folder):
    folder.add("structures.toml", READY)

    assert folder.load().structures == {"lijst": {"title": "Lijst", "dots": 2, "chosen": 1}}


def test_ready_made_settings_that_do_not_exist_name_the_choices(folder):
    folder.add("structures.toml", READY)
    folder.spoil("0-a.toml", "dots = 3 }", 'structure = "rij" }')

    problem = "'rij' staat niet bij settings in structures.toml; kies uit: lijst"
    assert folder.error() == f"0-a.toml: script[1].settings.structure: {problem}"


def test_ready_made_settings_are_checked_as_any_other(folder):
    folder.add("structures.toml", READY.replace("dots = 2", "dots = 11"))
    folder.spoil("0-a.toml", "dots = 3 }", 'structure = "lijst" }')

    assert folder.error() == "0-a.toml: script[stippen].settings.dots: het getal is te groot, hooguit 10"


def test_a_structure_that_is_not_a_table_is_refused(folder):
    folder.write("structures.toml", "lijst = 3")

    problem = "verwacht een groep met sleutels, maar hier staat een geheel getal"
    assert folder.error() == f"structures.toml: lijst: {problem}"


# --- composed sequences ---------------------------------------------------------------------------


def test_a_sequence_becomes_ordinary_activities(folder):
    folder.add("0-a.toml", USE)

    *_, seeing, choosing = folder.load().worksheet("0-A").script

    assert (seeing.key, seeing.kind, seeing.question) == ("praten-zien", "lights", "Zie je het beeld?")
    assert seeing.youth.question == "Klopt het beeld?"
    assert seeing.settings["statements"] == [{"id": "a", "text": "Zo is het beeld."}]
    assert seeing.saves == {"lights": "0-A.keuze"}
    assert (choosing.key, choosing.settings["source"]) == ("praten-kiezen", "praten-zien")
    assert check(folder.load()) == []


def test_a_step_of_a_sequence_without_a_field_is_left_out(folder):
    folder.add("0-a.toml", USE)

    assert "praten-doen" not in [activity.key for activity in folder.load().worksheet("0-A").script]


def test_a_script_may_change_a_step_of_a_sequence(folder):
    folder.add("0-a.toml", USE)
    folder.add(
        "0-a.toml",
        """
[script.change.zien]
kind = "cards"
outputs = ["een", "twee"]
settings.columns = [
  { id = "een", label = "Een", plural = "Enen" },
  { id = "twee", label = "Twee", plural = "Tweeën" },
]
""",
    )
    folder.spoil("0-a.toml", 'zien = "0-A.keuze"', 'zien = "0-A.idee"')

    step = folder.load().worksheet("0-A").script[2]

    assert (step.kind, step.title, step.question) == ("cards", "Zien", "Zie je het beeld?")
    assert step.saves == {"een": "0-A.idee", "twee": "0-A.idee"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'sequence = "gesprek"',
            'sequence = "praatje"',
            "sequence: de reeks 'praatje' bestaat niet; kies uit: ",
        ),
        ('subject = "het beeld"\n', "", "subject: deze sleutel ontbreekt"),
        ('subject = "het beeld"', "minutes = 5", "minutes: deze sleutel bestaat niet"),
        (
            "zien = ",
            "horen = ",
            "saves.horen: deze stap heeft de reeks 'gesprek' niet; kies uit: zien, kiezen, ",
        ),
        (
            'subject = "het beeld"',
            'subject = "x"\nchange = { horen = {} }',
            "change.horen: deze stap heeft de reeks 'gesprek' niet",
        ),
        (
            'subject = "het beeld"',
            'subject = "x"\nchange = { zien = { minutes = 0 } }',
            "change.zien.minutes: het getal is te klein, minstens 1",
        ),
        ('{ zien = "0-A.keuze", kiezen = "0-A.idee" }', "{}", "saves: hier staat te weinig, minstens 1"),
        ('key = "praten"', f'key = "{"p" * 38}"', "zien.key: de tekst is te lang, hooguit 40 tekens"),
    ],
)
def test_a_mistake_in_the_use_of_a_sequence_names_the_place(folder, old, new, problem):
    folder.add("0-a.toml", USE)
    folder.spoil("0-a.toml", old, new)

    assert folder.error().startswith(f"0-a.toml: script[2].{problem}")


def test_a_mistake_in_a_sequence_names_its_file(folder):
    folder.spoil("sequences.toml", "minutes = 4", "minutes = 0")

    assert folder.error() == "sequences.toml: gesprek[1].minutes: het getal is te klein, minstens 1"


def test_a_script_that_is_not_a_list_is_refused(folder):
    folder.write("0-leren.toml", 'script = ["kaarten"]\n' + LEARN[: LEARN.index("[[script]]")])

    problem = "verwacht een groep met sleutels, maar hier staat tekst"
    assert folder.error() == f"0-leren.toml: script[0]: {problem}"


# --- variants -------------------------------------------------------------------------------------


def test_a_variant_has_its_own_steps_and_minutes(folder):
    folder.add("0-a.toml", USE + VARIANTS.replace('"stippen"]', '"praten-zien", "stippen"]'))
    worksheet = folder.load().worksheet("0-A")

    steps = worksheet.variant("Kort")

    assert [(step.key, step.minutes) for step in steps] == [
        ("kaarten", 5),
        ("praten-zien", 5),
        ("stippen", 3),
    ]
    assert [step.minutes for step in worksheet.script] == [5, 5, 5, 4]


def test_a_variant_that_does_not_exist_is_a_key_error(folder):
    folder.add("0-a.toml", VARIANTS)

    with pytest.raises(KeyError):
        folder.load().worksheet("0-A").variant("Lang")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"stippen"]', '"punten"]', "steps[1]: de stap 'punten' staat niet in het draaiboek"),
        ('"stippen"]', '"stippen", "kaarten"]', "steps[2]: 'kaarten' staat er twee keer"),
        ('["kaarten", ', "[", "steps[0]: 'stippen' kan niet zonder de eerdere stap 'kaarten'"),
        ("{ stippen = 3 }", "{ punten = 3 }", "minutes.punten: deze stap staat niet bij steps"),
    ],
)
def test_a_variant_with_a_wrong_step_is_refused(folder, old, new, problem):
    folder.add("0-a.toml", VARIANTS.replace(old, new))

    assert folder.error() == f"0-a.toml: variants[Kort].{problem}"


def test_two_variants_of_one_name_are_refused(folder):
    folder.add("0-a.toml", VARIANTS + VARIANTS)

    assert folder.error() == "0-a.toml: variants[Kort].name: 'Kort' bestaat twee keer"


def test_check_tells_that_a_variant_is_too_long_for_one_session(folder):
    folder.add("0-a.toml", VARIANTS.replace("{ stippen = 3 }", "{ stippen = 120, kaarten = 61 }"))

    assert check(folder.load()) == ["0-a.toml: de variant 'Kort' duurt 181 minuten, meer dan 180."]


# --- what a field can hold, and which fields there must be ----------------------------------------


def test_a_column_that_comes_from_an_unknown_field_names_where_it_stands(folder):
    folder.spoil("0-a.toml", "dots = 3 }", 'columns_from = ["0-A.weg"] }')

    where = "script[stippen].settings.columns_from[0]"
    assert folder.error() == f"0-a.toml: {where}: het veld '0-A.weg' bestaat niet"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "0-a.toml",
            'kaart = "0-A.idee"',
            'kaart = "0-leren.acties"',
            "script[kaarten].saves.kaart: het veld '0-leren.acties' (actions) kan dit niet bewaren; "
            "dit past in: list, moments, partners-table, text, two-column.",
        ),
        (
            "0-leren.toml",
            'actions = "0-leren.acties"',
            'actions = "0-A.idee"',
            "script[acties].saves.actions: het veld '0-A.idee' (text) kan dit niet bewaren; "
            "dit past in: actions, moments.",
        ),
    ],
)
def test_check_tells_that_a_field_cannot_hold_what_an_activity_brings(folder, file, old, new, problem):
    folder.spoil(file, old, new)

    assert check(folder.load()) == [f"{file}: {problem}"]


@pytest.mark.parametrize(("field", "good"), [("marks", True), ("list", False)])
def test_marks_go_to_a_field_for_marks_only(folder, field, good):
    folder.spoil("0-leren.toml", 'kind = "actions"\nwhen', f'kind = "{field}"\nwhen')
    folder.spoil("0-leren.toml", 'kind = "actions"', 'kind = "marks"')
    folder.spoil("0-leren.toml", "saves = { actions", "saves = { marks")
    folder.add("0-leren.toml", 'settings.themes = [{ id = "samen", label = "Samen" }]\n')

    assert (check(folder.load()) == []) is good


def test_check_tells_which_fields_vanished_and_which_are_new(folder):
    folder.write("fields.toml", FIELDS.replace('"0-A.keuze"', '"0-A.weg"'))

    assert check(folder.load()) == [
        "fields.toml: het veld '0-A.weg' staat op geen werkblad.",
        "0-a.toml: het veld '0-A.keuze' staat niet in fields.toml.",
    ]
