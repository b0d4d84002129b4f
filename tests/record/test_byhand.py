"""Two people and one field: nobody writes over what they did not see, and both texts are in the history."""

import asyncio
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.people import both_databases, versions_of
from tests.record.conftest import a_dossier
from workshop.models import Account, Action, AnswerVersion, now
from workshop.record import actions, answers, byhand, layouts
from workshop.record.answers import items_of
from workshop.record.byhand import Clash, Edit, Seen

FIELD = "1-A.zorgen"


def rows(*texts):
    return {"row": [id for id, _ in texts]} | {f"text.{id}": [text] for id, text in texts}


class Writer:
    """One person with an editor open: what they saw, and what they type."""

    def __init__(self, dossier, library, account_id, field=FIELD):
        self.dossier, self.library, self.account_id = dossier, library, account_id
        self.field = library.field(field)

    async def opens(self):
        async with self.dossier.database.read() as db:
            there = await byhand.standing(db, self.dossier.id, self.field)
        self.seen = Seen(there.number, there.stamp)
        return self

    async def types(self, *texts, continues=True, choice="", beside=None, **more):
        async def save(db):
            pen = Edit(
                self.dossier.id, self.field, await db.get(Account, self.account_id), continues=continues
            )
            stands_on = layouts.layout_of(self.library, self.field, {})
            return await byhand.save(db, pen, rows(*texts) | more, stands_on, self.seen, choice, beside)

        there = await self.dossier.database.write(save)
        self.seen = Seen(there.number, there.stamp)
        return [item.text for item in there.items]

    async def clashes(self, *texts):
        with pytest.raises(Clash) as clash:
            await self.types(*texts)
        there = clash.value.theirs
        return Seen(there.number, there.stamp)


@pytest.fixture
def people(dossier, library):
    return Writer(dossier, library, dossier.samira), Writer(dossier, library, dossier.kevin)


async def versions(dossier, field=FIELD):
    async with dossier.database.read() as db:
        found = await versions_of(db, dossier.id, field)
    return [[item.text for item in items_of(version)] for version in reversed(found)]


async def make_older(dossier, minutes):
    """As if everything was written so long ago."""
    earlier = now() - dt.timedelta(minutes=minutes)
    await dossier.database.write(lambda db: db.execute(update(AnswerVersion).values(at=earlier)))


@both_databases
async def test_what_one_person_types_in_one_sitting_is_one_version(dossier, people):
    samira, _ = people
    await samira.opens()
    for text in ("N", "Naroe", "Naroepen"):
        await samira.types(("a", text))
    assert await versions(dossier) == [["Naroepen"]]


@both_databases
async def test_after_ten_minutes_a_new_version_begins_also_while_somebody_goes_on_typing(dossier, people):
    samira, _ = people
    await samira.opens()
    await samira.types(("a", "een"))
    await make_older(dossier, minutes=9)
    await samira.types(("a", "een twee"))
    assert await versions(dossier) == [["een twee"]]

    async def began_earlier(db):
        version = (await versions_of(db, dossier.id, FIELD))[0]
        since = (now() - dt.timedelta(minutes=11)).isoformat()
        version.body = version.body | {"since": since}

    await dossier.database.write(began_earlier)
    await samira.types(("a", "een twee drie"))
    assert await versions(dossier) == [["een twee"], ["een twee drie"]]


@both_databases
async def test_a_plain_save_is_a_version_of_its_own(dossier, people):
    samira, _ = people
    await samira.opens()
    await samira.types(("a", "een"), continues=False)
    await samira.types(("a", "twee"), continues=False)
    assert await versions(dossier) == [["een"], ["twee"]]


@both_databases
async def test_nobody_goes_on_in_the_version_of_another_or_of_a_session_or_with_a_note(dossier, people):
    samira, kevin = people
    await (await samira.opens()).types(("a", "een"))
    await (await kevin.opens()).types(("a", "twee"))
    assert await versions(dossier) == [["een"], ["twee"]]
    session = await dossier.session()
    await dossier.database.write(
        lambda db: answers.write(
            db, dossier.id, FIELD, [], account_id=dossier.kevin, session_id=session.id, continues=True
        )
    )
    await (await kevin.opens()).types(("a", "drie"))
    await dossier.database.write(
        lambda db: answers.write(db, dossier.id, FIELD, [], account_id=dossier.kevin, note="Teruggezet")
    )
    await (await kevin.opens()).types(("a", "vier"))
    assert await versions(dossier) == [["een"], ["twee"], [], ["drie"], [], ["vier"]]


@both_databases
async def test_who_saw_a_version_that_grew_since_is_told_so(dossier, people):
    samira, kevin = people
    await (await samira.opens()).types(("a", "Naroe"))
    await kevin.opens()
    await samira.types(("a", "Naroepen"))
    await kevin.clashes(("a", "Naroe op straat"))
    assert await versions(dossier) == [["Naroepen"]]


@both_databases
async def test_saving_what_stands_there_makes_no_version(dossier, people):
    samira, kevin = people
    await (await samira.opens()).types(("a", "een"))
    await (await kevin.opens()).types(("a", "een"))
    assert await versions(dossier) == [["een"]]


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("mijne", ["Van Kevin"]), ("ander", ["Van Samira"]), ("allebei", ["Van Samira", "Van Kevin"])],
)
@both_databases
async def test_whatever_is_chosen_both_texts_are_in_the_history(dossier, people, choice, stands):
    samira, kevin = people
    await (await samira.opens()).types(("a", "begin"))
    await make_older(dossier, minutes=20)
    await kevin.opens()
    await samira.types(("a", "Van Samira"))
    beside = await kevin.clashes(("a", "Van Kevin"))
    assert await kevin.types(("a", "Van Kevin"), choice=choice, beside=beside) == stands
    written = {text for version in await versions(dossier) for text in version}
    assert {"begin", "Van Samira", "Van Kevin"} <= written


@both_databases
async def test_a_choice_made_beside_a_text_that_changed_again_asks_again(dossier, people):
    samira, kevin = people
    await samira.opens()
    await kevin.opens()
    await samira.types(("a", "een"))
    beside = await kevin.clashes(("b", "twee"))
    await samira.types(("a", "een!"))
    with pytest.raises(Clash):
        await kevin.types(("b", "twee"), choice="mijne", beside=beside)
    assert await versions(dossier) == [["een!"]]


@both_databases
async def test_what_does_not_fit_is_said_before_there_is_anything_to_choose(dossier, people):
    samira, kevin = people
    await samira.opens()
    await kevin.opens()
    await samira.types(("a", "een"))
    with pytest.raises(ValueError, match="1 teken korter"):
        await kevin.types(("b", "x" * 501))


@both_databases
async def test_two_people_at_the_same_moment_never_both_win(dossier, people):
    samira, kevin = people
    await samira.opens()
    await kevin.opens()
    outcomes = await asyncio.gather(
        samira.types(("a", "een")), kevin.types(("b", "twee")), return_exceptions=True
    )
    assert sum(isinstance(outcome, Clash) for outcome in outcomes) == 1


@both_databases
async def test_a_field_with_one_text_keeps_both_below_each_other(dossier, library):
    samira = Writer(dossier, library, dossier.samira, "0-B.regie")
    kevin = Writer(dossier, library, dossier.kevin, "0-B.regie")
    await samira.opens()
    await kevin.opens()
    await samira.types(("a", "De gemeente"))
    beside = await kevin.clashes(("b", "De GGD"))
    assert await kevin.types(("b", "De GGD"), choice="allebei", beside=beside) == ["De gemeente\n\nDe GGD"]


# --- actions --------------------------------------------------------------------------------------

ID = "0198c0de000040008000000000000001"


@pytest.fixture
def agreeing(dossier, library):
    return tuple(
        Writer(dossier, library, account, "0-leren.acties") for account in (dossier.samira, dossier.kevin)
    )


async def notes(dossier):
    async with dossier.database.read() as db:
        found = await actions.of(db, dossier.id)
        histories = await actions.history(db, [action.id for action in found])
    return [[line.note for line in reversed(histories[action.id])] for action in found]


@both_databases
async def test_a_new_action_is_one_line_of_history_however_often_it_was_saved(dossier, agreeing):
    samira, _ = agreeing
    await samira.opens()
    for text in ("Les", "Les mak", "Les maken"):
        await samira.types((ID, text), **{f"owner.{ID}": ["GGD"]})
    assert await notes(dossier) == [["Afgesproken"]]
    async with dossier.database.read() as db:
        assert [(a.text, a.owner) for a in await actions.of(db, dossier.id)] == [("Les maken", "GGD")]


@both_databases
async def test_who_changes_somebody_elses_action_leaves_a_trace(dossier, agreeing):
    samira, kevin = agreeing
    await (await samira.opens()).types((ID, "Les maken"))
    await (await kevin.opens()).types((ID, "Les geven"), **{f"status.{ID}": ["busy"]})
    assert (await notes(dossier))[0][1].startswith("Tekst was: Les maken")


@both_databases
async def test_an_action_that_is_removed_is_dropped_and_stays_to_be_found(dossier, agreeing):
    samira, _ = agreeing
    await (await samira.opens()).types((ID, "Les maken"))
    assert await samira.types((ID, "Les maken"), gone=[ID]) == []
    async with dossier.database.read() as db:
        assert [action.status for action in await actions.of(db, dossier.id)] == ["dropped"]


@both_databases
async def test_an_action_that_another_dropped_meanwhile_comes_back_when_it_is_chosen(dossier, agreeing):
    samira, kevin = agreeing
    await (await samira.opens()).types((ID, "Les maken"))
    await kevin.opens()
    await samira.types((ID, "Les maken"), gone=[ID])
    beside = await kevin.clashes((ID, "Les geven"))
    assert await kevin.types((ID, "Les geven"), choice="mijne", beside=beside) == ["Les geven"]


@both_databases
async def test_an_id_that_is_none_or_another_dossiers_makes_no_action(dossier, agreeing, database):
    samira, _ = agreeing
    await samira.opens()
    with pytest.raises(ValueError, match="regel klopt niet"):
        await samira.types(("kort", "Les maken"))
    other = await a_dossier(database)
    theirs = await other.add(Action(partnership_id=other.id, field="0-leren.acties", text="Van hen"))
    with pytest.raises(LookupError):
        await samira.types((theirs.id.hex, "Van ons"))


# --- any order of deeds ---------------------------------------------------------------------------

deeds = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["open", "type", "mijne", "ander", "allebei"])), max_size=14
)


@given(deeds=deeds)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_any_order_of_deeds_no_saved_text_of_another_is_ever_lost(database, library, deeds):
    """A text that was saved stands in the newest version, or in an older one that nobody writes on any
    more: only its own writer, in the same sitting, ever took it from the history."""
    dossier = await a_dossier(database)
    writers = [Writer(dossier, library, id) for id in (dossier.samira, dossier.kevin)]
    for writer in writers:
        await writer.opens()
    last: dict[int, str] = {}
    for number, (who, deed) in enumerate(deeds):
        writer, text = writers[who], f"tekst {number}"
        if deed == "open":
            await writer.opens()
            continue
        try:
            await writer.types((f"r{int(who)}", text))
            last[who] = text
        except Clash as clash:
            if deed != "type":
                beside = Seen(clash.theirs.number, clash.theirs.stamp)
                await writer.types((f"r{int(who)}", text), choice=deed, beside=beside)
                last[who] = text
        every = {line for version in await versions(dossier) for line in version}
        assert set(last.values()) <= every
