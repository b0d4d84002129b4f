"""The documents for the organisation say what the code does: its numbers, its cookies and every table."""

import ast
import itertools
import re

import pytest

from workshop import codes
from workshop.accounts import attempts, devices, keys, passwords
from workshop.accounts.sign_in import Tries
from workshop.content.readability import TOLD, ease, problems, problems_together
from workshop.handover.lookback import MONTHS
from workshop.live import discarded, links
from workshop.models import Base
from workshop.pages import visitor
from workshop.pages.phone import language
from workshop.pages.phone import page as phone
from workshop.rehearsal import rehearsals
from workshop.retention.expiry import ROUND_SECONDS
from workshop.settings import PREFIX, ROOT, Settings

DEFAULTS = Settings()
PRIVACY, REGISTER, PARENTS = (
    ROOT / "docs" / name for name in ("privacy.md", "processing-register.md", "for-parents-and-schools.md")
)
DOCUMENTS = (PRIVACY, REGISTER, PARENTS)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)

CLAIMS = {
    r"(\d+) uur nadat de sessie openging": (DEFAULTS.admission_hours,),
    r"(\d+) dagen na het einde van de sessie": (DEFAULTS.unconfirmed_days,),
    r"\*sessie \+ (\d+)\*": (DEFAULTS.unconfirmed_days,),
    r"(\d+) dagen ingelogd": (DEFAULTS.sign_in_days,),
    r"(\d+) dagen geldig": (DEFAULTS.invitation_days,),
    r"(\d+) dagen bedenktijd": (DEFAULTS.erasure_days,),
    r"minder dan (\d+) cijfers": (DEFAULTS.marks_minimum,),
    r"(\d+) cijfers samen, met minstens (\d+) mensen in elke groep": (
        DEFAULTS.breakdown_minimum,
        DEFAULTS.group_minimum,
    ),
    r"grenzen van (\d+) en (\d+)": (DEFAULTS.breakdown_minimum, DEFAULTS.group_minimum),
    r"(\d+) vragen per minuut": (DEFAULTS.api_requests_a_minute,),
    r"(\d+) sleutels per dossier": (keys.MOST,),
    r"(\d+) foute codes per minuut": (DEFAULTS.code_guesses_a_minute,),
    r"code van (\d+) cijfers": (len(codes.new_code()),),
    r"(\d+) bits toeval": (len(codes.new_token()) * 6 // 8 * 8,),
    r"minstens (\d+) tekens": (passwords.SHORTEST,),
    r"[Nn]a (\d+) mislukte pogingen in (\d+) minuten wacht dat account": (Tries.OF_ONE, Tries.MINUTES),
    r"hooguit (\d+) per (\d+) seconden": (Tries.AT_ONCE, Tries.SECONDS),
    r"\| `kompas-apparaat` \|[^\n]*\| (\d+) dagen \|": (devices.DAYS,),
    r"binnen (\d+) minuten af": (attempts.MINUTES,),
    r"elke (\d+) minuten": (ROUND_SECONDS // 60,),
    r"(\d+) minuten (?:nadat de sessie stopt|daarna of bij het bewaren)": (links.REOPENS.seconds // 60,),
    r"\b(\d+) minuten(?: later uit de database|, uiterlijk \*sessie open\*)": (discarded.KEPT.seconds // 60,),
    r"(\d+) minuten zonder regie, uiterlijk (\d+) uur": (
        rehearsals.LEFT_ALONE.seconds // 60,
        rehearsals.LONGEST.seconds // 3600,
    ),
    r"(\d+), (\d+), (\d+) of (\d+) maanden": tuple(MONTHS),
    r"\| `deelnemen(?:-los)?` \|[^\n]*\| (\d+) uur; bij vooraf invullen (\d+) dagen \|": (
        phone.COOKIE_SECONDS // 3600,
        DEFAULTS.ahead_days + 1,
    ),
    r"(\d+) dagen na het openen ervan": (DEFAULTS.ahead_days,),
    r"(\d+) dagen na het sluiten van het vooraf invullen": (DEFAULTS.unconfirmed_days,),
    r"\| `taal` \|[^\n]*\| (\d+) uur \|": (language.COOKIE_SECONDS // 3600,),
    r"\| `kompas` \|[^\n]*\| (\d+) dagen \|": (DEFAULTS.sign_in_days,),
    r"\| `kompas-stap` \|[^\n]*\| (\d+) minuten \|": (attempts.MINUTES,),
}
"""How the documents say a number -> what the code has. A number that no claim has may not stand there."""
NO_CLAIM = re.compile(
    r"art\. \d+(?:\.\d+)?[a-z]?(?: lid \d+)?(?:(?:, | en )\d+)*"  # of a law
    r"|Onder 16 jaar"  # of a law too
    r"|\bpunt \d+|^#+ \d+|^\d+\.|\bR\d+|\bB1\b|Bel 112|argon2id",
    re.MULTILINE,
)
RETENTION = re.compile(r"^\| .* \| .* \| `(WORKSHOP_\w+)` \|$", re.MULTILINE)
TABLE = re.compile(r"^\| `(\w+)` \| ((?:`\w+` ?)+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


LEAVING = {
    "De sleutel werkt meteen niet meer": "attacks/test_leaving.py"
    " test_the_token_of_who_left_opens_nothing_and_its_row_knows_no_token",
    "open pagina's van die telefoon krijgen niets meer": "attacks/test_leaving.py"
    " test_every_stream_of_who_left_is_closed_and_those_of_others_stay",
    "Op het scherm verandert geen getal en geen kleur": "attacks/test_leaving.py"
    " test_nothing_on_the_screen_moves_when_somebody_leaves",
    "Wat de telefoon stuurde, blijft staan": "attacks/test_leaving.py"
    " test_cards_by_group_stay_as_they_were_told",
    "Wie terugkomt, is een andere telefoon": "attacks/test_leaving.py test_who_comes_back_is_another_phone",
    "Het dossier is er voor dit lid meteen niet meer": "pages/test_members.py"
    " test_who_is_taken_away_loses_the_dossier_at_once",
    "een open pagina van de regie stopt": "pages/test_members.py"
    " test_who_may_no_longer_lead_loses_the_open_desk_and_the_wheel",
    "het agenda-adres van dit lid werken niet meer": "attacks/test_former_members.py"
    " test_nothing_of_a_removed_member_opens_the_dossier",
    "het kan zien wat de zaal ziet, tot de sessie sluit": "attacks/test_former_members.py"
    " test_a_removed_member_sees_what_the_room_sees_until_the_end_and_comes_in_until_there_is_a_new_code",
    "Wat gewist was, gaat er weer uit": "safety/test_tombstones.py"
    " test_nothing_that_was_erased_is_in_the_files_or_comes_back_from_a_backup",
    "dat daarna uit een archief terugkwam, blijft": "documents/test_archive.py"
    " test_a_dossier_that_came_back_stays_also_when_the_process_dies_at_once",
    "Rechten komen terug zoals ze toen waren": "test_cli.py"
    " test_rights_come_back_with_a_backup_and_the_command_says_so",
}
"""What privacy.md promises of a phone or a member that goes and of a backup -> file and name of its test."""


def read(document):
    """Its text, with each paragraph on one line."""
    return re.sub(r"(?<![|\n])\n *(?![|\n#*-]|\d+\. )", " ", document.read_text())


def wrong_claims(text):
    """What a text says of the code that is not so, and numbers that nobody can compare with it."""
    compared = {place for match in NO_CLAIM.finditer(text) for place in range(*match.span())}
    wrong = []
    for claim, so in CLAIMS.items():
        for match in re.finditer(claim, text):
            compared |= {place for group in range(1, len(so) + 1) for place in range(*match.span(group))}
            if tuple(map(int, match.groups())) != so:
                wrong.append(f"{match.group()}: {so}")
    stray = [match for match in re.finditer(r"\d+", text) if match.start() not in compared]
    return wrong + [
        f"{match.group()}: {text[max(0, match.start() - 40) : match.end() + 40]}" for match in stray
    ]


def appendix(text):
    """Table -> its columns, as the appendix has them."""
    _, _, listed = text.partition("## Bijlage")
    return {name: re.findall(r"`(\w+)`", columns) for name, columns, *_ in TABLE.findall(listed)}


def cookies_set():
    """The name of every cookie that our code makes: tests/attacks/test_cookies.py says by what alone."""
    for file in ROOT.glob("workshop/**/*.py"):
        tree = ast.parse(file.read_text())
        constants = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "cookies.put":
                yield (SHARED | constants)[ast.unparse(node.args[1])]


SHARED = {"COOKIE": phone.COOKIE, "DEVICE": visitor.DEVICE, "LANGUAGE": phone.LANGUAGE, "LOOSE": phone.LOOSE}
"""Names that are imported where the cookie is made."""


@each_document
def test_every_number_is_the_one_in_the_code(document):
    assert wrong_claims(read(document)) == []


def test_every_claim_is_made():
    said = "\n".join(map(read, DOCUMENTS))
    assert [claim for claim in CLAIMS if not re.search(claim, said)] == []


@each_document
def test_a_number_that_differs_from_the_code_is_noticed(document):
    text = read(document)
    for claim in CLAIMS:
        for match in itertools.islice(re.finditer(claim, text), 1):
            start, end = match.span(1)
            assert wrong_claims(f"{text[:start]}99{text[end:]}"), match.group()


def test_a_number_that_nobody_compares_is_noticed():
    assert wrong_claims("We bewaren dit 40 jaar.")


@pytest.mark.parametrize("promise", LEAVING)
def test_what_leaving_means_is_kept_by_a_test(promise):
    file, name = LEAVING[promise].split()
    assert promise in read(PRIVACY).partition("**Wat weggaan betekent.**")[2].partition("\n## ")[0]
    assert f"def {name}(" in (ROOT / "tests" / file).read_text()


def test_the_settings_in_the_retention_table_have_the_number_of_their_row():
    rows = [(match[1], match[0]) for match in RETENTION.finditer(read(PRIVACY))]

    assert {setting for setting, _ in rows} == {
        f"{PREFIX}{name}_DAYS" for name in ("UNCONFIRMED", "AHEAD", "SIGN_IN", "INVITATION", "ERASURE")
    } | {f"{PREFIX}ADMISSION_HOURS"}
    for setting, row in rows:
        default = getattr(DEFAULTS, setting.removeprefix(PREFIX).lower())
        assert [int(number) for number in re.findall(r"\d+", row)] == [default], setting


def test_the_appendix_has_every_table_with_every_column_and_no_other():
    there = {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}
    listed = appendix(PRIVACY.read_text())

    assert set(listed) == set(there)
    for table, columns in there.items():
        assert sorted(listed[table]) == sorted(columns), table


def test_the_appendix_says_of_every_table_what_it_is_whose_it_is_and_how_long_it_stays():
    _, _, listed = PRIVACY.read_text().partition("## Bijlage")
    for name, _, what, whose, how_long in TABLE.findall(listed):
        assert len(what) > 10, name
        assert re.fullmatch(r"[DAT](?: [DAT])*|–", whose), name
        assert re.search(
            r"\*(?:sessie open|dag|sessie \+ \d+|dossier|account|kort)\*|zo lang als", how_long
        ), name


def test_the_cookies_that_are_named_are_those_that_the_code_sets():
    named = re.findall(r"^\| `([\w-]+)` \| (?:deelnemer|wie een)", PRIVACY.read_text(), re.MULTILINE)

    assert sorted(named) == sorted(set(cookies_set()))
    assert [file.name for file in ROOT.glob("static/js/*.js") if "document.cookie" in file.read_text()] == [
        "exit.js"  # Snel weg, which only throws away
    ]


def test_the_seventeen_points_of_the_model_are_all_there():
    headings = re.findall(r"^### (\d+)\. ", PRIVACY.read_text(), re.MULTILINE)
    assert headings == [str(number) for number in range(1, 18)]


@each_document
def test_who_installs_it_finds_the_document(document):
    assert f"](docs/{document.name})" in (ROOT / "README.md").read_text()
    assert f"]({document.name})" in (ROOT / "docs" / "operating.md").read_text()


def test_what_parents_read_fits_one_page_and_reads_at_b1():
    text = re.sub(r"[*#]|\[invullen[^]]*\]", "", read(PARENTS))

    assert len(text.split()) <= 400
    assert [problem for line in text.splitlines() for problem in problems(line, TOLD)] == []
    assert list(problems_together(text.splitlines(), TOLD)) == []
    assert ease(text.splitlines()) >= 70
