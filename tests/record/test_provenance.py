"""The chain behind a text: pure, on a small content of our own and on the real one."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import both_databases
from tests.record.conftest import Dossier
from workshop.items import Item
from workshop.record import answers, chain_map, provenance
from workshop.record.provenance import ChainLink, Key, Texts, chain

pytestmark = both_databases

ACTIVITY, GOAL, RESULT = "3-B.activiteiten", "3-A.betekenis-activiteiten", "2.bereiken"
AMBITION, CHOICE, WORRY, CHANCE = "1-B.ambities", "1-B.aan-de-slag", "1-A.zorgen", "1-A.kansen"


def stored(*items):
    return [answers.body_of([item])["items"][0] for item in items]


def item(id, **values):
    return Item(id=id, text=values.pop("text", f"tekst {id}"), **values)


def of(dossier):
    """(field, about) -> its items."""
    return Texts((field, about, stored(*items)) for (field, about), items in dossier.items())


def relations(step):
    return {(link.to.field, link.to.item): link.relation for link in step.links}


WHOLE = {
    (WORRY, ""): [item("z1", session=uuid.uuid4().hex), item("z2")],
    (CHANCE, ""): [item("k1")],
    (CHOICE, ""): [item("c1", origins=("z1",))],
    (AMBITION, ""): [item("amb"), item("ander")],
    (RESULT, "amb"): [item("r1"), item("r2")],
    (RESULT, "ander"): [item("r3")],
    (ACTIVITY, "amb"): [item("act", cell="preventie.r1")],
}


def test_an_activity_leads_to_the_worry_that_it_began_with(library):
    found = chain(library, of(WHOLE), Key(ACTIVITY, "amb", "act"))
    assert relations(found.start) == {(RESULT, "r1"): "hoort", (AMBITION, "amb"): "hoort"}
    assert relations(found.step(Key(RESULT, "amb", "r1")))[AMBITION, "amb"] == "hoort"
    assert relations(found.step(Key(AMBITION, "", "amb"))) == {(CHOICE, ""): "bouwt"}
    assert relations(found.step(Key(CHOICE, ""))) == {(WORRY, "z1"): "gekozen"}
    assert {step.key.item for step in found.steps} == {"r1", "amb", "", "z1"}


def test_an_element_stands_between_an_activity_and_its_result(library):
    found = chain(library, of(WHOLE | {(GOAL, ""): [item("doel")]}), Key(ACTIVITY, "amb", "act"))
    assert relations(found.start)[GOAL, ""] == "bouwt"


def test_where_an_origin_is_known_no_other_question_is_named(library):
    known = of({(WORRY, ""): [item("z1"), item("z2")], (CHOICE, ""): [item("c", origins=("z2",))]})
    assert relations(chain(library, known, Key(CHOICE, "", "c")).start) == {(WORRY, "z2"): "gekozen"}
    unknown = of({(WORRY, ""): [item("z1")], (CHANCE, ""): [item("k")], (CHOICE, ""): [item("c")]})
    assert relations(chain(library, unknown, Key(CHOICE, "", "c")).start) == {
        (WORRY, ""): "bouwt",
        (CHANCE, ""): "bouwt",
    }


def test_the_same_words_written_by_hand_are_a_link_and_say_so(library):
    found = of({(WORRY, ""): [item("z", text="Foto's")], (CHOICE, ""): [item("c", text="FOTO'S")]})
    assert relations(chain(library, found, Key(CHOICE, "", "c")).start) == {(WORRY, "z"): "zelfde"}


def test_the_same_words_from_a_session_prove_nothing(library):
    found = of({(WORRY, ""): [item("z", text="x")], (CHOICE, ""): [item("c", text="x", session="s")]})
    assert relations(chain(library, found, Key(CHOICE, "", "c")).start) == {(WORRY, ""): "bouwt"}


def test_an_origin_that_is_gone_is_counted(library):
    found = chain(library, of({(CHOICE, ""): [item("c", origins=("weg", "ook-weg"))]}), Key(CHOICE, "", "c"))
    assert (found.start.lost, found.steps) == (2, ())


def test_an_empty_question_between_two_others_does_not_break_the_chain(library):
    found = chain(
        library, of({(WORRY, ""): [item("z")], (AMBITION, ""): [item("a")]}), Key(AMBITION, "", "a")
    )
    assert relations(found.start) == {(WORRY, ""): "bouwt"}


def test_only_the_results_of_the_same_ambition_are_in_it(library):
    field = "2.doelgroepen"
    found = of(WHOLE | {(field, "ander"): [item("g", origins=("r3",))]})
    chained = chain(library, found, Key(field, "ander", "g"))
    assert {step.key.about for step in chained.all} == {"ander", ""}


def test_who_asks_for_a_worry_hears_what_that_builds_on(library):
    found = of({(WORRY, ""): [item("z")], ("1-A.signalen", ""): [item("s")]})
    assert relations(chain(library, found, Key(WORRY, "", "z")).start) == {("1-A.signalen", ""): "bouwt"}


def test_a_text_without_anything_before_it_stands_alone(library):
    assert chain(library, of({(WORRY, ""): [item("z")]}), Key(WORRY, "", "z")).steps == ()


def test_a_chain_that_is_too_long_says_so(library):
    long = {(WORRY, ""): [item(f"z{n}") for n in range(60)]}
    long[CHOICE, ""] = [item("c", origins=tuple(f"z{n}" for n in range(60)))]
    found = chain(library, of(long), Key(CHOICE, "", "c"))
    assert (len(found.all), found.more) == (provenance.MOST_STEPS, True)


def test_a_row_of_before_origins_were_kept_reads_as_before():
    old = {"id": "a", "text": "x", "cards": 3, "session": "s"}
    assert Texts([(WORRY, "", [old])]).item(Key(WORRY, "", "a")) == Item(
        id="a", text="x", cards=3, session="s"
    )
    assert "origins" not in answers.body_of([item("a")])["items"][0]


# --- whatever stands in a dossier -----------------------------------------------------------------

FIELDS = (WORRY, CHANCE, CHOICE, AMBITION, RESULT, GOAL, "3-A.prioriteit", ACTIVITY, "3-B.acties")
IDS = tuple("abcdefgh")
items = st.builds(
    Item,
    id=st.sampled_from(IDS),
    text=st.sampled_from(["een", "twee", "drie"]),
    session=st.sampled_from([None, "00000000-0000-0000-0000-000000000001"]),
    cell=st.sampled_from(["", "preventie.a", "b"]),
    origins=st.lists(st.sampled_from([*IDS, "weg"]), max_size=3).map(tuple),
)
dossiers = st.dictionaries(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(["", "a", "b"])),
    st.lists(items, min_size=1, max_size=3, unique_by=lambda item: item.id),
    min_size=1,
)


@given(dossiers, st.data())
def test_every_chain_ends_holds_each_step_once_and_links_within_itself(library, dossier, data):
    field, about = data.draw(st.sampled_from(sorted(dossier)))
    start = Key(field, about, data.draw(st.sampled_from(dossier[field, about])).id)
    found = chain(library, of(dossier), start)
    keys = [step.key for step in found.all]
    assert keys[0] == start
    assert len(set(keys)) == len(keys) <= provenance.MOST_STEPS
    written = [item for items in dossier.values() for item in items]
    for step in found.all:
        assert step.items
        assert all(item in written for item in step.items)
        assert {link.to for link in step.links} <= {*keys} - {step.key}
    drawn = chain_map.draw(found)
    assert len(drawn.curves) == sum(len(step.links) for step in found.all)
    places = [step.key for column in drawn.columns for step in column.steps]
    assert sorted(places, key=str) == sorted(keys, key=str)


@given(dossiers, st.data())
def test_an_origin_that_stands_in_the_dossier_is_always_in_the_chain(library, dossier, data):
    field, about = data.draw(st.sampled_from(sorted(dossier)))
    start = data.draw(st.sampled_from(dossier[field, about]))
    found = chain(library, of(dossier), Key(field, about, start.id))
    there = {item.id for items in dossier.values() for item in items}
    linked = {link.to.item for link in found.start.links if link.relation == "gekozen"}
    assert linked >= (set(start.origins) & there) - {start.id}


# --- from the database ----------------------------------------------------------------------------


@pytest.fixture
def written(dossier: Dossier):
    async def write(field, *items, about=""):
        await dossier.database.write(
            lambda db: answers.write(db, dossier.id, field, items, account_id=dossier.samira, about=about)
        )

    return write


async def read(dossier, library, *where):
    async with dossier.database.read() as db:
        return await provenance.read(db, library, dossier.id, *where)


async def test_a_chain_knows_the_sessions_in_it(dossier, library, written):
    session = await dossier.session()
    await written(WORRY, item("z", session=str(session.id)))
    await written(CHOICE, item("c", origins=("z",)))
    found, sessions = await read(dossier, library, "c")
    assert found.start.links == (ChainLink(Key(WORRY, "", "z"), "gekozen"),)
    assert sessions[session.id.hex].title == "Sessie"


async def test_a_text_of_another_dossier_or_of_no_time_is_not_found(dossier, library, written):
    await written(WORRY, item("z"))
    assert await read(dossier, library, "niets") is None
    assert await read(dossier, library, "z", CHANCE) is None
    async with dossier.database.read() as db:
        assert await provenance.read(db, library, uuid.uuid4(), "z") is None


async def test_where_two_texts_have_one_id_the_question_and_the_subject_tell_which(dossier, library, written):
    await written(RESULT, item("zelfde", text="een"), about="a")
    await written(RESULT, item("zelfde", text="twee"), about="b")
    found, _ = await read(dossier, library, "zelfde", RESULT, "b")
    assert found.start.item.text == "twee"
