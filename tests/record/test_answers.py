import uuid

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.people import both_databases, versions_of
from tests.record.conftest import a_dossier
from workshop.items import Item
from workshop.models import Answer, AnswerVersion
from workshop.record import answers
from workshop.record.answers import Conflict, items_of

FIELD = "1-A.zorgen"


def item(text: str, **values) -> Item:
    return Item(id=uuid.uuid4().hex, text=text, **values)


async def write(dossier, items, **values):
    return await dossier.database.write(
        lambda db: answers.write(db, dossier.id, FIELD, items, account_id=dossier.samira, **values)
    )


async def append(dossier, items):
    return await dossier.database.write(
        lambda db: answers.append(db, dossier.id, FIELD, items, account_id=dossier.samira)
    )


async def restore(dossier, number, **values):
    return await dossier.database.write(
        lambda db: answers.restore(db, dossier.id, FIELD, number, account_id=dossier.samira, **values)
    )


async def now(dossier, about=""):
    async with dossier.database.read() as db:
        return (await answers.current(db, dossier.id, [FIELD], about=about)).get(FIELD)


async def history(dossier):
    async with dossier.database.read() as db:
        return await versions_of(db, dossier.id, FIELD)


@both_databases
async def test_a_field_that_nobody_wrote_has_no_answer(dossier):
    assert await now(dossier) is None
    assert items_of(None) == ()


@both_databases
async def test_the_answer_is_its_newest_version(dossier):
    await write(dossier, [item("een")])
    two = [item("een"), item("twee", cards=3, votes=0, session="x", quotes=("a",))]
    await write(dossier, two)
    answer = await now(dossier)
    assert answer.number == 2
    assert items_of(answer) == tuple(two)


@both_databases
async def test_a_stored_item_leaves_out_what_it_does_not_have(dossier):
    await write(dossier, [item("een")])
    assert set((await now(dossier)).body["items"][0]) == {"id", "text"}


@both_databases
async def test_no_votes_and_no_dots_at_all_are_two_things(dossier):
    await write(dossier, [item("een", votes=0), item("twee")])
    assert [found.votes for found in items_of(await now(dossier))] == [0, None]


@both_databases
async def test_history_keeps_every_version_with_its_writer_newest_first(dossier):
    await write(dossier, [item("een")], note="begin")
    await write(dossier, [])
    versions = await history(dossier)
    assert [(v.number, v.account.name, v.note) for v in versions] == [
        (2, "Samira", ""),
        (1, "Samira", "begin"),
    ]


@both_databases
async def test_who_is_second_hears_what_stands_there_and_writes_nothing(dossier):
    await write(dossier, [item("van Samira")], expected=0)
    with pytest.raises(Conflict) as conflict:
        await write(dossier, [item("van Kevin")], expected=0)
    assert (conflict.value.number, conflict.value.items[0].text) == (1, "van Samira")
    assert len(await history(dossier)) == 1


@both_databases
async def test_a_lost_race_for_a_new_field_leaves_no_empty_answer(dossier):
    with pytest.raises(Conflict):
        await write(dossier, [item("een")], expected=4)
    assert await now(dossier) is None


@both_databases
async def test_appending_adds_after_what_is_there_and_never_doubles_an_item(dossier):
    one, two = item("een"), item("twee")
    await append(dossier, [one])
    await append(dossier, [msgspec.structs.replace(one, text="anders"), two])
    assert items_of(await now(dossier)) == (one, two)


@both_databases
async def test_restoring_makes_a_new_version_and_loses_none(dossier):
    await write(dossier, [item("een")])
    await write(dossier, [item("twee")])
    await restore(dossier, 1, expected=2)
    assert [found.text for found in items_of(await now(dossier))] == ["een"]
    newest = (await history(dossier))[0]
    assert (newest.number, newest.note) == (3, "Versie 1 teruggezet")


@both_databases
async def test_restoring_what_is_not_there_says_so(dossier):
    with pytest.raises(LookupError):
        await restore(dossier, 1)


@both_databases
async def test_restoring_over_somebody_elses_new_version_is_a_conflict(dossier):
    await write(dossier, [item("een")])
    await write(dossier, [item("twee")])
    with pytest.raises(Conflict):
        await restore(dossier, 1, expected=1)


@both_databases
async def test_each_ambition_has_its_own_answer(dossier):
    await write(dossier, [item("samen")])
    await write(dossier, [item("ambitie")], about="a1")
    assert items_of(await now(dossier))[0].text == "samen"
    assert items_of(await now(dossier, "a1"))[0].text == "ambitie"


@both_databases
async def test_another_dossier_sees_none_of_it(dossier, database):
    await write(dossier, [item("een")])
    assert await now(await a_dossier(database)) is None


texts = st.lists(st.text(min_size=1, max_size=5), max_size=3)
deeds = st.lists(
    st.one_of(st.tuples(st.just("write"), texts), st.tuples(st.just("restore"), st.integers(0, 9)))
)


@given(deeds=deeds)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_after_any_writes_and_restores_every_version_is_still_there(database, deeds):
    dossier = await a_dossier(database)
    expected: list[list[str]] = []
    for deed, value in deeds:
        if deed == "write":
            await write(dossier, [item(text) for text in value], expected=len(expected))
            expected.append(value)
        elif expected:
            number = value % len(expected) + 1
            await restore(dossier, number, expected=len(expected))
            expected.append(expected[number - 1])
    versions = await history(dossier)
    assert [[i.text for i in items_of(v)] for v in reversed(versions)] == expected
    assert [v.number for v in versions] == list(range(len(expected), 0, -1))
    assert [i.text for i in items_of(await now(dossier))] == (expected[-1] if expected else [])


async def test_a_version_can_be_written_once(dossier):
    await write(dossier, [])
    async with dossier.database.read() as db:
        assert await db.scalar(select(func.count()).select_from(AnswerVersion)) == 1
        assert await db.scalar(select(func.count()).select_from(Answer)) == 1


def test_a_difference_reads_as_lines():
    kept, changed, gone = item("blijft"), item("oud", column="zorgen"), item("weg")
    new = [kept, msgspec.structs.replace(changed, text="nieuw"), item("erbij")]
    assert answers.difference([kept, changed, gone], new) == [
        ("-", "zorgen: oud"),
        ("+", "zorgen: nieuw"),
        ("+", "erbij"),
        ("-", "weg"),
    ]


def test_another_order_is_a_difference_too():
    one, two = item("een"), item("twee")
    assert answers.difference([one, two], [two, one]) == [("~", "De volgorde is anders.")]
    assert answers.difference([one, two], [one, two]) == []


lists_of_items = st.lists(
    st.builds(Item, id=st.sampled_from("abcdef"), text=st.text(min_size=1, max_size=3)),
    max_size=5,
    unique_by=lambda found: found.id,
)


@given(old=lists_of_items, new=lists_of_items)
def test_a_difference_names_what_came_and_what_went_and_nothing_else(old, new):
    changes = answers.difference(old, new)
    before, after = {i.id: i.text for i in old}, {i.id: i.text for i in new}
    assert sorted(t for s, t in changes if s == "+") == sorted(
        t for k, t in after.items() if before.get(k) != t
    )
    assert sorted(t for s, t in changes if s == "-") == sorted(
        t for k, t in before.items() if after.get(k) != t
    )
    assert bool(changes) == (old != new)
