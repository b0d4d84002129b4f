"""The content that ships with the app: complete, readable and in our own words."""

import re
import tomllib
from pathlib import Path

import pytest

from workshop import kinds
from workshop.bouwstenen import Library
from workshop.content_check import check

ROOT = Path(__file__).parent.parent
SESSIONS = ROOT / "sessions"
SEEDS = ROOT.parent / "shared" / "seeds"
FIELD_IDS = Path(__file__).parent / "content" / "field_ids.txt"
RUN = 9


@pytest.fixture(scope="module")
def library():
    return Library.load(SESSIONS)


def fields(library):
    return [field for worksheet in library.worksheets for field in worksheet.fields]


def test_no_field_of_the_workbook_vanishes(library):
    assert [field.id for field in fields(library)] == FIELD_IDS.read_text().split()


def test_the_library_is_complete(library):
    assert len(library.bouwstenen) == 7
    assert len(library.worksheets) == 18
    assert sum(len(worksheet.steps) for worksheet in library.worksheets) == 58
    assert len(fields(library)) == 158
    assert sum(field.derived for field in fields(library)) == 4
    assert sum(len(field.carries_from) for field in fields(library)) == 90
    assert sum(len(library.feeds_into(field.id)) for field in fields(library)) == 90


def test_no_help_text_of_the_workbook_vanishes(library):
    parts = [step for worksheet in library.worksheets for step in worksheet.steps] + fields(library)

    assert sum(len(part.tips) for part in parts) == 32
    assert sum(len(part.advice) for part in parts) == 18
    assert sum(len(part.hints) for part in parts) == 54
    assert sum(len(part.helper_questions) for part in parts) == 42
    assert sum(len(part.links) for part in parts) == 12
    assert sum(len(field.examples) for field in fields(library)) >= 49


def test_worksheets_stand_in_workbook_order(library):
    assert " ".join(worksheet.id for worksheet in library.worksheets) == (
        "0-A 0-B 0-leren 1-A 1-B 1-leren 2 2-leren 3-A 3-leren 3-B 3-B-leren 4 4-leren 5 5-leren 6 6-leren"
    )


def test_worksheets_exist_per_ambition_and_per_activity_where_we_decided_so(library):
    scopes = {worksheet.id: worksheet.scope for worksheet in library.worksheets}

    assert {id for id, scope in scopes.items() if scope == "ambition"} == {"2", "2-leren", "3-B"}
    assert {id for id, scope in scopes.items() if scope == "activity"} == {"4", "4-leren", "5", "5-leren"}


def test_check_finds_nothing(library):
    assert check(library) == []


def test_every_kind_that_a_script_uses_is_registered(library):
    used = {activity.kind for worksheet in library.worksheets for activity in worksheet.script}

    assert used <= set(kinds.names())


def test_the_youth_session_asks_for_zorgen_and_kansen_with_a_place(library):
    cards, dots, *_ = library.worksheet("1-A").script

    assert [column["id"] for column in cards.settings["columns"]] == ["zorg", "kans"]
    assert cards.settings["places"] == ["School", "Online", "Buurt", "Sport", "Uitgaan", "Thuis"]
    assert cards.saves == {"zorg": "1-A.zorgen", "kans": "1-A.kansen"}
    assert dots.settings["source"] == cards.key


def test_the_collaboration_session_asks_the_five_themes_in_three_quarters_of_an_hour(library):
    script = library.worksheet("0-leren").script
    themes = library.structures["collaboration_themes"]["themes"]

    assert script[0].settings["themes"] == themes
    assert len(themes) == 5
    assert sum(activity.minutes for activity in script) == 45


def test_at_most_three_ambitions_are_chosen(library):
    ambities = library.worksheet("1-B").script[-1]

    assert ambities.saves == {"chosen": "1-B.ambities"}
    assert ambities.settings["chosen"] == library.field("1-B.ambities").max_items == 3


def test_a_question_that_is_not_for_young_people_is_asked_to_partners(library):
    for worksheet in library.worksheets:
        for activity in worksheet.script:
            saved = [library.field(id) for id in activity.saves.values()]
            if saved and all(field.youth == "no" for field in saved):
                assert activity.audience == "partners", f"{worksheet.id} {activity.key}"


def test_every_structure_has_a_title(library):
    assert all(structure["title"] for structure in library.structures.values())


def test_every_quality_question_is_there(library):
    groups = library.structures["quality_scheme"]["groups"]

    assert len(groups) == 7
    assert sum(len(group["questions"]) for group in groups) == 22


def test_no_sentence_of_the_source_worksheets_is_copied():
    """Titles and addresses may be equal; a run of nine words in any other text may not."""
    texts = {path.name: list(sentences(tomllib.loads(path.read_text()))) for path in SESSIONS.glob("*.toml")}
    assert len(texts) == 20
    assert all(text.strip() for found in texts.values() for text in found)

    runs = {run for seed in SEEDS.glob("*.txt") for run in word_runs(seed.read_text())}
    copied = [
        (name, " ".join(run))
        for name, found in texts.items()
        for run in word_runs(" ".join(found))
        if run in runs
    ]
    assert copied == []


def sentences(told, key=""):
    if isinstance(told, dict):
        for name, value in told.items():
            yield from sentences(value, name)
    elif isinstance(told, list):
        for value in told:
            yield from sentences(value, key)
    elif isinstance(told, str) and key not in ("title", "url"):
        yield told


def word_runs(text):
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
