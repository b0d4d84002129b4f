from pathlib import Path

import msgspec
import pytest

from workshop.bouwstenen import Library
from workshop.content_check import ContentError, check

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
minutes = 5
saves = { kaart = "0-A.idee" }

[[script]]
key = "stippen"
kind = "dots"
title = "Stippen"
question = "Wat kies je?"
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
minutes = 5
saves = { actions = "0-leren.acties" }
"""


class Folder:
    """A small sessions folder whose files a test may spoil."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("bouwstenen.toml", BOUWSTENEN)
        self.write("structures.toml", '[lijst]\ntitle = "Lijst"\n')
        self.write("0-a.toml", MAIN)
        self.write("0-leren.toml", LEARN)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def spoil(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

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
        ("minutes = 5", "minutes = 121", "script[0].minutes: het getal is te groot, hoogstens 120"),
        ('label = "Keuze"', 'label = ""', "steps[0].fields[1].label: de tekst is te kort, minstens 1 tekens"),
        (
            'title = "Begin"',
            f'title = "{"x" * 121}"',
            "steps[0].title: de tekst is te lang, hoogstens 120 tekens",
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

    assert folder.error() == "bouwstenen.toml: bouwstenen[0].number: het getal is te groot, hoogstens 6"


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        ("0-a.toml", 'kaart = "0-A.idee"', 'kaart = "0-A.idea"', "script[0].saves.kaart"),
        ("0-a.toml", 'on = ["0-A.idee"]', 'on = ["0-A.idea"]', "steps[0].fields[1].builds_on[0]"),
        (
            "0-leren.toml",
            'field = "0-A.idee"',
            'field = "0-A.idea"',
            "steps[0].fields[0].carries_from[0].field",
        ),
        ("0-a.toml", 'source = "kaarten"', 'fields = ["0-A.idea"]', "script[1].settings.fields[0]"),
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
        ('key = "stippen"', 'key = "kaarten"', "script[1].key: 'kaarten' bestaat twee keer"),
    ],
)
def test_a_duplicate_id_names_the_second_one(folder, old, new, problem):
    folder.spoil("0-a.toml", old, new)

    assert folder.error() == f"0-a.toml: {problem}"


def test_dots_over_an_activity_that_comes_later_are_refused(folder):
    folder.spoil("0-a.toml", 'source = "kaarten"', 'source = "stippen"')

    problem = "er is geen eerdere activiteit 'stippen' in dit draaiboek"
    assert folder.error() == f"0-a.toml: script[1].settings.source: {problem}"


def test_an_unknown_kind_names_the_activity(folder):
    folder.spoil("0-a.toml", 'kind = "cards"', 'kind = "kaarten"')

    assert folder.error().startswith("0-a.toml: script[0].kind: De vorm 'kaarten' bestaat niet")


def test_settings_that_the_kind_refuses_name_the_setting(folder):
    folder.spoil("0-a.toml", "dots = 3", "dots = 11")

    assert folder.error() == "0-a.toml: script[1].settings.dots: het getal is te groot, hoogstens 10"


def test_settings_that_do_not_fit_together_say_why(folder):
    folder.spoil("0-a.toml", "dots = 3", 'options = ["Ja", "Nee"]')

    assert folder.error() == "0-a.toml: script[1].settings: Geef precies één van source, fields of options"


def test_saving_an_output_that_the_kind_does_not_have_names_the_choices(folder):
    folder.spoil("0-a.toml", "kaart = ", "zorg = ")

    assert folder.error() == "0-a.toml: script[0].saves.zorg: deze uitkomst bestaat niet; kies uit: kaart"


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
            "script[0].question: een zin van 13 woorden, meer dan 12",
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

    assert check(broken) == ["0-a.toml: script[0].saves.kaart: het veld '0-A.weg' bestaat niet"]
