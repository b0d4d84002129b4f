"""One contract for every kind that is found: a new one needs settings in rooms.py."""

import copy
import random
import re
from types import SimpleNamespace
from typing import get_args

import msgspec
import pytest
from jinja2 import Environment, FileSystemLoader

from tests.kinds.rooms import INPUTS, NOTHING, SETTINGS, cases, crowd, form, posted, send
from workshop import kinds
from workshop.content.worksheets import FieldKind
from workshop.kinds import Kind, KindError, Needs
from workshop.settings import ROOT

each_kind = pytest.mark.parametrize("name", kinds.names())
each_case = pytest.mark.parametrize(("name", "settings"), cases(), ids=lambda value: str(value)[:40])
ASKING = [(name, settings) for name, settings in cases() if kinds.asks(name)]
each_asking_case = pytest.mark.parametrize(("name", "settings"), ASKING, ids=lambda value: str(value)[:40])

PARTS = {"phone", "mine", "result", "list", "screen", "desk"}
NOT_EVERYWHERE = {
    *(
        "ahead",
        "another",
        "asks",
        "called",
        "explains",
        "fewest",
        "fitted",
        "in_every_language",
        "listed",
        "meanings",
        "once",
        "quick",
    ),
    *("compared", "regroups", "reply", "rewords", "settles", "typed", "versions", "votes"),
    *("for_subgroup", "subgroup_of", "subgroups"),
}
DECLARED = sorted(
    name
    for name in {*Kind.__annotations__, *vars(Kind)} - NOT_EVERYWHERE
    if not name.startswith("_") or name == "__name__"
)
HIDDEN = "veilig\u202e\0heid"


def test_there_are_kinds_and_each_has_settings_to_test_with():
    assert set(kinds.names()) == set(SETTINGS)


def test_a_kind_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(KindError, match=r"'wolk' bestaat niet. Kies uit: .*cards"):
        kinds.get("wolk")


@each_kind
def test_a_kind_declares_everything_in_the_contract(name):
    kind = kinds.get(name)
    assert [part for part in DECLARED if not hasattr(kind, part)] == []
    assert kind.name[0].isupper()
    assert all(msgspec.structs.astuple(kind.labels))
    assert is_sentence(kind.wrong)


@each_kind
def test_a_kind_has_a_template_for_every_part_and_no_other(name):
    environment = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    folder = ROOT / "templates" / "kinds" / name
    parts = PARTS | ({"another"} if hasattr(kinds.get(name), "another") else set())
    assert {file.stem for file in folder.glob("[!_]*")} == parts
    for part in PARTS:
        assert environment.get_template(f"kinds/{name}/{part}.html")


@each_kind
def test_what_is_written_in_one_kind_is_chosen_in_none(name):
    kind = kinds.get(name)
    parts = {field.name for field in msgspec.structs.fields(kind.Answer)}
    assert set(kind.writes) == parts & set(kinds.writes())


@each_kind
def test_what_is_translated_are_settings_that_there_are(name):
    kind = kinds.get(name)
    settings = {field.name for field in msgspec.structs.fields(kind.Settings)}
    assert {path.partition(".")[0] for path in kind.translated} <= settings
    assert set(getattr(kind, "meanings", {})) <= set(kind.translated)


def test_texts_of_settings_are_found_at_their_path():
    kind = SimpleNamespace(translated=("rows.label", "places", "ready"), meanings={"places": "plek"})
    given = {
        "rows": [{"label": "Een"}, {"label": "Twee", "hint": "niet"}],
        "places": ["Thuis"],
        "ready": {"een.twee": ["Drie", "Vier"]},
    }
    assert list(kinds.translated(kind, given)) == [
        *(("Een", ""), ("Twee", ""), ("Thuis", "plek"), ("Drie", ""), ("Vier", ""))
    ]


@each_kind
def test_settings_that_are_not_there_are_refused(name):
    with pytest.raises(KindError, match="onbekend"):
        kinds.settings(kinds.get(name), SETTINGS[name][0] | {"onbekend": 1})


@each_kind
def test_a_kind_that_chooses_from_a_list_takes_one_that_somebody_types(name):
    kind = kinds.get(name)
    chooses = [given for given in SETTINGS[name] if from_elsewhere(kind, given)]
    if not chooses:
        with pytest.raises(KindError, match="heeft geen lijst"):
            kinds.with_list(kind, SETTINGS[name][0], ["Een", "Twee"])
        return
    for given in chooses:
        typed = kinds.with_list(kind, given, ["Een", "Twee"])
        assert not from_elsewhere(kind, typed)
        assert "Twee" in str(typed)
        with pytest.raises(KindError, match="Neem er minder"):
            kinds.with_list(kind, given, ["x"] * 61)


def from_elsewhere(kind, given):
    need = kind.needs(kinds.settings(kind, given))
    return bool(need.activity or need.fields)


@each_asking_case
def test_200_simulated_phones_send_answers_that_fit(name, settings):
    kind = kinds.get(name)
    entries = crowd(kind, settings, INPUTS)
    assert entries
    for entry in entries:
        assert kinds.stored(kind, msgspec.to_builtins(entry.answer)) == entry.answer
        assert len(kind.slot(entry.answer) or "") <= 40
        assert all(text and isinstance(text, str) for text in kinds.texts(kind, entry.answer))


@each_case
def test_a_kind_in_which_phones_rest_takes_and_keeps_nothing(name, settings):
    kind = kinds.get(name)
    assert kinds.asks(name) == bool(crowd(kind, settings, INPUTS)) == bool(kind.outputs(settings))
    if not kinds.asks(name):
        with pytest.raises(KindError):
            send(kind, settings, form(text="Toch iets"), INPUTS)
        assert kind.summary(kind.tally([], settings, INPUTS), settings) == ()


@each_case
def test_simulated_phones_of_one_seed_are_the_same(name, settings):
    kind = kinds.get(name)
    runs = [[kind.simulate(random.Random(seed), settings, INPUTS) for seed in range(20)] for _ in range(2)]
    assert runs[0] == runs[1]


@each_case
def test_a_kind_that_shares_replies_to_what_others_sent(name, settings):
    kind = kinds.get(name)
    assert hasattr(kind, "reply") == kind.shares
    if kind.shares:
        seen = kind.offers(kind.tally(crowd(kind, settings, INPUTS), settings, INPUTS))[:5]
        replies = [form for seed in range(40) for form in kind.reply(random.Random(seed), settings, seen)]
        assert replies
        for given in replies:
            for one in send(kind, settings, posted(given), INPUTS):
                assert not kinds.texts(kind, one.answer)
                assert kind.slot(one.answer), "the same reply again takes the place of the first"


@each_case
def test_simulated_phones_stay_within_their_number(name, settings):
    kind = kinds.get(name)
    for seed in range(50):
        assert len(crowd(kind, settings, INPUTS, phones=1, seed=seed)) <= kind.most(settings)


@each_case
def test_a_tally_is_pure_and_does_not_care_who_came_first(name, settings):
    kind = kinds.get(name)
    rng = random.Random(2)
    entries = [
        msgspec.structs.replace(entry, state=rng.choice(("held", "shown", "hidden")), order=number)
        for number, entry in enumerate(crowd(kind, settings, INPUTS))
    ]
    before = copy.deepcopy(entries)
    tally = kind.tally(entries, settings, INPUTS)
    shuffled = rng.sample(entries, len(entries))
    assert kind.tally(shuffled, settings, INPUTS) == tally
    assert entries == before


@each_case
def test_an_empty_room_has_a_tally_and_a_summary_too(name, settings):
    kind = kinds.get(name)
    tally = kind.tally([], settings, NOTHING)
    assert isinstance(kind.needs(settings), Needs)
    assert kind.offers(tally) == ()
    assert all(not result.items for result in kind.summary(tally, settings))


@each_asking_case
def test_the_record_gets_only_outputs_that_the_kind_announces(name, settings):
    kind = kinds.get(name)
    tally = kind.tally(crowd(kind, settings, INPUTS), settings, INPUTS)
    results = kind.summary(tally, settings)
    outputs = [result.output for result in results]
    assert outputs
    assert len(set(outputs)) == len(outputs)
    assert set(outputs) <= set(kind.outputs(settings))
    for result in results:
        keys = [item.id for item in result.items]
        assert result.label
        assert len(set(keys)) == len(keys)
        assert all(item.text for item in result.items)
    assert msgspec.json.decode(msgspec.json.encode(results), type=list[kinds.Result]) == list(results)


@each_case
def test_every_output_fits_in_some_field_and_every_vote_has_a_name(name, settings):
    kind = kinds.get(name)
    outputs = kind.outputs(settings)
    for output in outputs:
        assert kind.fits_in(output)
        assert set(kind.fits_in(output)) <= set(get_args(FieldKind))
    tally = kind.tally(crowd(kind, settings, INPUTS), settings, INPUTS)
    items = [item for result in kind.summary(tally, settings) for item in result.items]
    if any(item.votes for item in items):
        assert all(kind.votes)


def test_what_explains_an_output_and_what_is_explained_are_outputs():
    outputs = {name: set() for name in kinds.names()}
    for name, settings in cases():
        outputs[name] |= set(kinds.get(name).outputs(settings))
    for name in kinds.names():
        assert {*kinds.explains(name), *kinds.explains(name).values()} <= outputs[name]


@each_case
def test_what_was_made_from_options_says_from_which(name, settings):
    kind = kinds.get(name)
    needs = kind.needs(settings)
    options = {option.id for option in INPUTS.options}
    tally = kind.tally(crowd(kind, settings, INPUTS), settings, INPUTS)
    for result in kind.summary(tally, settings):
        for item in result.items:
            if needs.activity or needs.fields:
                assert item.origins or item.cell.partition(".")[2] in options
                assert set(item.origins) <= options


@each_case
def test_groups_are_counted_only_where_they_may_be_told(name, settings):
    kind = kinds.get(name)
    entries = [
        msgspec.structs.replace(entry, group=("jongere", "uitvoering", None)[place % 3])
        for place, entry in enumerate(crowd(kind, settings, INPUTS))
    ]
    for result in kind.summary(kind.tally(entries, settings, INPUTS), settings):
        for item in result.items:
            for sizes, whole in ((item.cards_by, item.cards), (item.votes_by, item.votes)):
                assert not sizes or (min(sizes.values()) >= 5 and sum(sizes.values()) == whole >= 10)


@each_case
def test_what_waits_or_is_hidden_reaches_no_screen_and_no_record(name, settings):
    kind = kinds.get(name)
    for state in ("held", "hidden"):
        entries = [
            msgspec.structs.replace(entry, state=state)
            for entry in crowd(kind, settings, INPUTS)
            if kinds.texts(kind, entry.answer)
        ]
        written = {text for entry in entries for text in kinds.texts(kind, entry.answer)}
        tally = kind.tally(entries, settings, INPUTS)
        shown = [option.text for option in kind.offers(tally)]
        for result in kind.summary(tally, settings):
            shown += [text for item in result.items for text in (item.text, *item.quotes, *item.reasons)]
        assert not written & set(shown)


@each_case
def test_a_tally_says_what_waits_to_be_read(name, settings):
    kind = kinds.get(name)
    entries = [
        msgspec.structs.replace(entry, state="held")
        for entry in crowd(kind, settings, INPUTS)
        if kinds.texts(kind, entry.answer)
    ]
    tally = kind.tally(entries, settings, INPUTS)
    assert hasattr(tally, "held") == bool(kind.writes)
    if kind.writes:
        assert {one.id for one in tally.held} == {entry.id for entry in entries}


@each_case
def test_what_people_write_is_cleaned(name, settings):
    kind = kinds.get(name)
    for entry in with_text(kind, settings, f"  {HIDDEN}  "):
        assert set(kinds.texts(kind, entry.answer)) <= {"veiligheid"}


@each_case
def test_a_text_that_is_too_long_is_refused_with_a_sentence(name, settings):
    kind = kinds.get(name)
    for long in ("a" * 281, "a" * 100_000):
        try:
            entries = with_text(kind, settings, long)
        except KindError as error:
            assert is_sentence(str(error))
        else:
            assert not any(kinds.texts(kind, entry.answer) for entry in entries)


@each_case
@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"text": [""], "options": [""], "mark.samen": [""]},
        {"options": ["bestaat niet"], "column": ["bestaat niet"], "mark.samen": ["11"]},
        {"text": ["x"], "column": ["z" * 10_000], "options": ["z" * 10_000], "mark.samen": ["z" * 10_000]},
        {"text": [], "options": [], "mark.samen": ["1", "elf"], "helps": []},
    ],
)
def test_a_bad_answer_gets_a_dutch_sentence_and_nothing_else(name, settings, bad):
    kind = kinds.get(name)
    try:
        for single in kind.split(bad, settings):
            kinds.answer(kind, single, settings, INPUTS)
    except ValueError as error:
        assert is_sentence(str(error))


@each_asking_case
def test_unknown_fields_of_a_form_are_left_alone(name, settings):
    kind = kinds.get(name)
    simulated = next(
        simulated for seed in range(100) for simulated in kind.simulate(random.Random(seed), settings, INPUTS)
    )
    plain = posted(simulated)
    extra = plain | form(participant_id="1", state="shown", order="1", group="jongere")
    answers = [[e.answer for e in send(kind, settings, given, INPUTS)] for given in (plain, extra)]
    assert answers[0] == answers[1]


def with_text(kind, settings, text):
    """A simulated answer with `text` wherever somebody may write."""
    rng = random.Random(3)
    entries = []
    for _ in range(30):
        for simulated in kind.simulate(rng, settings, INPUTS):
            fields = {name for name in simulated if name == "text" or name.startswith("higher.")}
            reasons = {f"reason.{name.partition('.')[2]}" if "." in name else "reason" for name in simulated}
            given = posted(simulated | dict.fromkeys(fields | reasons, text))
            entries += send(kind, settings, given, INPUTS)
    return entries


def is_sentence(text):
    """In Dutch, for a person: starts with a capital, ends with a full stop, says nothing of types."""
    english = r"Expected|Invalid|Object|got `|\$\."
    return bool(re.match(r"[A-ZÉ]", text)) and text.endswith(".") and not re.search(english, text)
