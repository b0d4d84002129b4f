"""The content that ships with the app: complete, readable and in our own words."""

import re
import tomllib
from pathlib import Path

import pytest

from workshop import kinds, languages, translating
from workshop.content.check import check, check_phone_texts
from workshop.content.library import Library

ROOT = Path(__file__).parent.parent
SESSIONS = ROOT / "sessions"
SEEDS = ROOT.parent / "shared" / "seeds"
BY_HAND = Path(__file__).parent / "content" / "by_hand.txt"
"""Fields that are looked up or taken over: to talk about, not to ask phones."""
FOUR_STEPS = {"1-A", "1-leren", "2-leren", "3-leren", "5-leren", "6-leren"}
RUN = 9


@pytest.fixture(scope="module")
def library():
    return Library.load(SESSIONS)


def fields(library):
    return [field for worksheet in library.worksheets for field in worksheet.fields]


def scripts(library):
    return [(worksheet, activity) for worksheet in library.worksheets for activity in worksheet.script]


def test_no_field_of_the_workbook_vanishes(library):
    assert [field.id for field in fields(library)] == library.field_ids


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


def test_what_phones_read_outside_the_worksheets_is_at_b1(library):
    texts = [
        (f"{text.file}:{text.line}", dutch)
        for text in translating.texts(library)[languages.PHONE]
        for dutch in (text.dutch, text.more)
        if dutch
    ]

    assert {place.split("/")[0] for place, _ in texts} == {"templates", "workshop", "static"}
    assert check_phone_texts(texts) == []


def test_scripts_use_every_kind(library):
    """But for those that only facilitators add to a plan."""
    added = {"consent", "matrix", "talk"}
    assert {activity.kind for _, activity in scripts(library)} == set(kinds.names()) - added


def test_every_field_has_a_step_or_is_written_by_hand(library):
    saved = {field for _, activity in scripts(library) for field in activity.saves.values()}

    assert [field.id for field in fields(library) if field.id not in saved] == BY_HAND.read_text().split()


def test_long_scripts_have_variants_of_45_and_90_minutes(library):
    for worksheet in library.worksheets:
        names = [variant.name for variant in worksheet.variants]
        if sum(activity.minutes for activity in worksheet.script) >= 60:
            assert names == ["45 minuten", "90 minuten"], worksheet.id
        for name in names:
            steps = worksheet.variant(name)
            assert sum(step.minutes for step in steps) == int(name.split()[0]), f"{worksheet.id} {name}"


def test_a_variant_keeps_the_order_of_the_script(library):
    for worksheet in library.worksheets:
        order = [activity.key for activity in worksheet.script]
        for variant in worksheet.variants:
            assert variant.steps == sorted(variant.steps, key=order.index), f"{worksheet.id} {variant.name}"


def test_six_worksheets_hold_the_conversation_in_four_steps(library):
    found = {
        worksheet.id: [activity.key for activity in worksheet.script if activity.key.startswith("gesprek-")]
        for worksheet in library.worksheets
    }
    steps = ["gesprek-herkennen", "gesprek-begrijpen", "gesprek-waarderen", "gesprek-verbeteren"]

    assert {id for id, keys in found.items() if keys} == FOUR_STEPS
    assert found.pop("1-A") == steps[:3]
    assert all(keys == steps for keys in found.values() if keys)


def test_each_step_of_the_conversation_saves_to_its_own_field(library):
    for worksheet, activity in scripts(library):
        if activity.key.startswith("gesprek-"):
            step = activity.key.removeprefix("gesprek-")
            assert {worksheet.field(id).four_step for id in activity.saves.values()} == {step}


def test_a_choice_that_builds_on_earlier_worksheets_offers_what_was_decided_there(library):
    checked = 0
    for worksheet, activity in scripts(library):
        for id in activity.saves.values():
            field = library.field(id)
            if field.kind == "choice" and field.carries_from:
                carried = [edge.field for edge in field.carries_from]
                assert activity.settings["fields"] == carried, f"{worksheet.id} {activity.key}"
                checked += 1
    assert checked == 13


def test_zorgen_and_kansen_become_options_for_ambitions(library):
    assert library.worksheet("1-B").script[0].settings["fields"] == ["1-A.zorgen", "1-A.kansen"]


def test_results_become_the_columns_of_the_matrix(library):
    tables = [activity for activity in library.worksheet("3-B").script if activity.kind == "table"]

    assert [table.settings["columns_from"] for table in tables] == 2 * [["3-B.resultaten", "2.bereiken"]]
    assert [row["id"] for row in tables[1].settings["rows"]] == [
        "preventie",
        "basis",
        "eerstelijns",
        "intensief",
    ]


def test_the_partner_table_has_five_rows_and_three_columns(library):
    table = next(a for a in library.worksheet("0-A").script if a.kind == "table")

    assert (len(table.settings["rows"]), len(table.settings["columns"])) == (5, 3)
    assert sum(len(parties) for parties in table.settings["ready"].values()) == 42
    assert library.structures["partner_overview"]["rows"] == table.settings["rows"]


def test_the_elements_of_a_veranderverhaal_are_paired(library):
    pairs = next(a for a in library.worksheet("3-A").script if a.kind == "pairs")

    assert pairs.settings == {"source": "elementen"}
    assert pairs.saves == {"strengthens": "3-A.samenhang", "clashes": "3-A.tegenspraak"}


def test_the_six_known_elements_stand_ready(library):
    known = next(a for a in library.worksheet("3-A").script if a.key == "wat-werkt")

    assert len(known.settings["options"]) == len(library.structures["working_elements"]["items"]) == 6


def test_every_question_of_the_quality_scheme_is_a_statement(library):
    groups = [group for group in library.structures["quality_scheme"]["groups"] if group["questions"]]
    steps = [a for a in library.worksheet("4").script if a.saves == {"lights": "4.schema"}]

    assert [(step.title, len(step.settings["statements"])) for step in steps] == [
        (group["label"], len(group["questions"])) for group in groups
    ]


def test_young_people_read_the_first_questions_of_the_analysis_as_everybody_does(library):
    for activity in library.worksheet("1-A").script[:2]:
        assert activity.youth.question == activity.question


def test_young_people_are_never_asked_what_they_went_through(library):
    for worksheet, activity in scripts(library):
        if activity.youth:
            asked = f"{activity.youth.title} {activity.youth.question} {activity.youth.help}".lower()
            assert not re.search("meemaak|meegemaakt|overkom|ervaring", asked), (
                f"{worksheet.id} {activity.key}"
            )


def test_every_step_says_what_its_facilitator_can_say_in_two_sentences(library):
    """For young people too, where they are asked something."""
    for worksheet, step in scripts(library):
        asked = 2 if step.audience != "partners" and step.youth else 0
        assert (len(step.spoken.general), len(step.spoken.youth)) == (2, asked), f"{worksheet.id} {step.key}"


def test_what_is_said_asks_nobody_what_they_went_through(library):
    for worksheet, step in scripts(library):
        said = " ".join((*step.spoken.general, *step.spoken.youth)).lower()
        assert not re.search("meemaak|meegemaakt|overkom|ervaring", said), f"{worksheet.id} {step.key}"


def test_every_theme_has_a_question_in_words_for_young_people(library):
    assert all(theme["youth"] for theme in library.structures["collaboration_themes"]["themes"])


@pytest.mark.parametrize(
    ("id", "first"),
    [
        (
            "1-A",
            [
                ("Zorgen en kansen", "Hoe gaat het met jongeren hier?"),
                ("Wat telt het zwaarst", "Waar moeten we zeker iets mee doen?"),
                ("Wat we merken", "Wat merk je nog meer bij jongeren hier?"),
            ],
        ),
        (
            "0-leren",
            [
                ("Geef de samenwerking een cijfer", "Welk cijfer geef je aan elk thema?"),
                ("Wat gaan we doen", "Wat kan het samenwerken beter maken?"),
            ],
        ),
    ],
)
def test_these_sessions_begin_with_what_matters_most(library, id, first):
    script = library.worksheet(id).script

    assert [(activity.title, activity.question) for activity in script[: len(first)]] == first


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
    assert len(texts) == 22
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
