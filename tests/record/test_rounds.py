"""A learning sheet comes back: the new round is empty, the old one stays beside it, sessions go on."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import update

from tests.people import both_databases
from workshop import days
from workshop.items import Item
from workshop.models import Action, now
from workshop.record import actions, answers, rounds, sheet
from workshop.record.answers import items_of

pytestmark = both_databases

FIELD = "0-leren.naar-hoger-cijfer"
SPRING, AUTUMN = dt.date(2026, 4, 2), dt.date(2026, 11, 22)


def item(text):
    return Item(id=uuid.uuid4().hex, text=text)


@pytest.fixture
def worksheet(library):
    return library.worksheet("0-leren")


async def write(dossier, text, save=answers.write, **values):
    return await dossier.database.write(
        lambda db: save(db, dossier.id, FIELD, [item(text)], account_id=dossier.samira, **values)
    )


async def begin(dossier, worksheet, on, about=""):
    return await dossier.database.write(
        lambda db: rounds.begin(db, dossier.id, worksheet, on, account_id=dossier.samira, about=about)
    )


async def now_and_before(dossier, about=""):
    async with dossier.database.read() as db:
        written = await answers.current(db, dossier.id, [FIELD], about=about)
        earlier = await rounds.earlier(db, dossier.id, [FIELD], about)
    texts = [one.text for one in items_of(written.get(FIELD))]
    return texts, [(one.on, [i.text for i in one.items]) for one in earlier.get(FIELD, ())]


def test_only_questions_of_a_learning_sheet_come_back(library):
    for each in library.worksheets:
        assert bool(rounds.fields_of(each)) == (each.sheet == "learn")


async def test_a_new_round_is_empty_and_the_earlier_one_stays_beside_it(dossier, worksheet):
    await write(dossier, "Elkaar vaker zien")
    assert await begin(dossier, worksheet, AUTUMN)
    texts, earlier = await now_and_before(dossier)
    assert texts == []
    assert [found for _, found in earlier] == [["Elkaar vaker zien"]]


async def test_what_is_written_and_what_a_session_appends_comes_in_the_round_of_now(dossier, worksheet):
    await write(dossier, "eerst")
    await begin(dossier, worksheet, SPRING)
    await write(dossier, "lente", save=answers.append)
    await write(dossier, "nog een", save=answers.append)
    await begin(dossier, worksheet, AUTUMN)
    await write(dossier, "herfst")
    texts, earlier = await now_and_before(dossier)
    assert texts == ["herfst"]
    assert earlier == [(SPRING, ["lente", "nog een"]), (days.today(), ["eerst"])]


async def test_a_round_that_nobody_answered_is_not_shown(dossier, worksheet):
    await write(dossier, "eerst")
    await begin(dossier, worksheet, SPRING)
    await begin(dossier, worksheet, AUTUMN)
    assert len((await now_and_before(dossier))[1]) == 1


async def test_twice_on_one_day_begins_one_round(dossier, worksheet):
    assert await begin(dossier, worksheet, AUTUMN)
    await write(dossier, "herfst")
    assert not await begin(dossier, worksheet, AUTUMN)
    assert (await now_and_before(dossier))[0] == ["herfst"]


async def test_an_old_version_that_is_put_back_stands_in_the_round_of_now(dossier, worksheet):
    await write(dossier, "eerst")
    await begin(dossier, worksheet, AUTUMN)
    await dossier.database.write(
        lambda db: answers.restore(db, dossier.id, FIELD, 1, account_id=dossier.samira)
    )
    assert (await now_and_before(dossier))[0] == ["eerst"]


async def test_a_round_of_one_ambition_is_not_one_of_another(dossier, worksheet):
    await write(dossier, "van een", about="een")
    await write(dossier, "van twee", about="twee")
    await begin(dossier, worksheet, AUTUMN, about="een")
    assert (await now_and_before(dossier, "een"))[0] == []
    assert (await now_and_before(dossier, "twee"))[0] == ["van twee"]


async def test_marks_and_actions_keep_their_own_dates(dossier, worksheet):
    await begin(dossier, worksheet, AUTUMN)
    async with dossier.database.read() as db:
        assert set(await answers.current(db, dossier.id)) == {FIELD}


async def test_open_actions_of_before_come_back_until_the_round_after_they_are_done(
    dossier, library, worksheet
):
    async def agree(db):
        return await actions.create(db, dossier.id, "0-leren.acties", "Les maken", account_id=dossier.samira)

    action = await dossier.database.write(agree)
    old = now() - dt.timedelta(days=30)
    await dossier.database.write(lambda db: db.execute(update(Action).values(created_at=old)))

    async def agreed():
        async with dossier.database.read() as db:
            found = await sheet.read(db, library, dossier.id, worksheet)
        return [(each.text, outcome) for each, outcome in found.agreed]

    assert await agreed() == []
    await begin(dossier, worksheet, days.today())
    assert await agreed() == [("Les maken", "")]
    for outcome in ("open", "busy", "done", "done"):
        await dossier.database.write(
            lambda db, outcome=outcome: actions.evaluate(
                db, dossier.id, action.id, outcome, account_id=dossier.samira
            )
        )
        assert await agreed() == [("Les maken", outcome)]
    async with dossier.database.read() as db:
        history = (await actions.history(db, [action.id]))[action.id]
    assert [line.note for line in history][:3] == [
        "Teruggekeken: klaar",
        "Teruggekeken: bezig",
        "Teruggekeken: nog niet begonnen",
    ]
    await begin(dossier, worksheet, days.today() + dt.timedelta(days=1))
    assert await agreed() == []


async def test_an_outcome_that_does_not_exist_is_refused(dossier):
    action = await dossier.add(Action(partnership_id=dossier.id, field="0-leren.acties", text="x"))
    with pytest.raises(ValueError, match="klaar, bezig, nog niet begonnen"):
        await dossier.database.write(
            lambda db: actions.evaluate(db, dossier.id, action.id, "vast", account_id=None)
        )
