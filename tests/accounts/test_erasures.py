"""A whole dossier goes after its day, and only then; afterwards nothing of it is left anywhere."""

import asyncio
import datetime as dt
import json
import uuid
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from tests.people import a_facilitator, a_participant, a_session, both_databases, reloaded
from workshop import days
from workshop.accounts import erasures, keys
from workshop.accounts.invitations import first_account_token
from workshop.items import Item
from workshop.log.what import What
from workshop.models import (
    Account,
    Answer,
    AnswerVersion,
    Base,
    Erasure,
    Membership,
    Partnership,
    Writer,
)
from workshop.record import actions, answers
from workshop.retention import expiry
from workshop.storage import slices

CANARY = "KANARIEVOGELTJE"
DAY = dt.timedelta(days=1)


async def a_full_dossier(services):
    """A coordinator's membership of a dossier in which every sort of row says CANARY."""
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    card = {"column": ["zorg"], "text": [f"Kaart {CANARY}"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), card)

    async def fill(db):
        partnership = await db.get_one(Partnership, session.partnership_id)
        partnership.name = f"Dossier {CANARY}"
        item = Item("a", f"Antwoord {CANARY}", session=str(session.id))
        for words in ("eerst", "later"):
            await answers.write(
                db, partnership.id, "1-A.zorgen", [item], account_id=None, note=f"{CANARY} {words}"
            )
        await actions.create(db, partnership.id, "1-A.zorgen", f"Actie {CANARY}", account_id=None)
        stranger = Account(email=f"{uuid.uuid4()}@elders.invalid", name=CANARY, password_hash="")
        db.add(stranger)
        await db.flush()
        db.add(Writer(account_id=stranger.id, partnership_id=partnership.id))
        return await db.scalar(select(Membership).where(Membership.partnership_id == partnership.id))

    member = await services.db.write(fill)
    await keys.make(services.db, member, f"Sleutel {CANARY}")
    return member


async def on_its_day(services, member, day):
    async def move(db):
        (await db.get_one(Erasure, member.partnership_id)).on = day

    await services.db.write(move)


async def everything(services):
    """All rows of all tables, as text."""
    async with services.db.read() as db:
        return {
            table.name: json.dumps([list(row) for row in await db.execute(select(table))], default=str)
            for table in Base.metadata.sorted_tables
        }


@both_databases
async def test_nothing_goes_before_the_day_and_then_everything_goes(services, settings):
    member = await a_full_dossier(services)
    kept = await a_session(services)
    on = await erasures.ask(services.db, member, f"dossier {CANARY.lower()}", settings.erasure_days)
    assert on == days.today() + settings.erasure_days * DAY
    await on_its_day(services, member, days.today() + DAY)
    assert (await expiry.purge(services.db, settings)).counts["dossiers verwijderd"] == 0
    assert CANARY in (await everything(services))["answer"]
    await on_its_day(services, member, days.today())
    assert (await expiry.purge(services.db, settings)).counts["dossiers verwijderd"] == 1
    left = await everything(services)
    [[id, sort, _]] = json.loads(left.pop("tombstone"))
    assert (id, sort) == (str(member.partnership_id), "dossier")
    for name, rows in left.items():
        assert CANARY not in rows, name
        assert str(member.partnership_id) not in rows, name
        assert member.partnership_id.hex not in rows, name
    assert await reloaded(services, kept.id)
    assert (await expiry.purge(services.db, settings)).counts["dossiers verwijderd"] == 0


async def test_no_file_of_the_database_holds_a_word_of_it_any_more(services, settings):
    member = await a_full_dossier(services)
    file = Path(services.db.url.database)
    files = [file, file.with_name(file.name + "-wal")]
    assert any(CANARY.encode() in each.read_bytes() for each in files)
    await erasures.ask(services.db, member, f"Dossier {CANARY}", settings.erasure_days)
    await on_its_day(services, member, days.today())
    await expiry.purge(services.db, settings)
    contents = b"".join(each.read_bytes() for each in files)
    assert CANARY.encode() not in contents
    assert contents.count(member.partnership_id.hex.encode()) == 1  # its tombstone


async def test_while_somebody_reads_the_log_waits_for_a_later_round(services):
    await a_full_dossier(services)
    async with services.db.engine.connect() as reading:
        await reading.execute(text("SELECT count(*) FROM answer"))
        await services.db.write(lambda db: db.execute(text("UPDATE partnership SET place = 'Ede'")))
        assert not await services.db.forget()
    assert await services.db.forget()


@pytest.mark.parametrize("typed", ["", "Ander dossier", "Dossier"])
async def test_a_name_that_is_not_typed_right_asks_for_nothing(services, typed):
    member = await a_full_dossier(services)
    with pytest.raises(ValueError, match="Typ hem over"):
        await erasures.ask(services.db, member, typed, 14)
    assert (await everything(services))["erasure"] == "[]"


async def test_who_keeps_it_in_time_keeps_it_whole(services, settings):
    member = await a_full_dossier(services)
    await erasures.ask(services.db, member, f"Dossier {CANARY}", 1)
    await erasures.keep(services.db, member)
    await erasures.keep(services.db, member)
    assert (await everything(services))["erasure"] == "[]"
    assert (await expiry.purge(services.db, settings)).counts["dossiers verwijderd"] == 0
    deeds = (await everything(services))["deed"]
    assert deeds.count(What.ERASURE_CANCELLED) == 1


async def test_asked_twice_the_first_day_stays(services):
    member = await a_full_dossier(services)
    first = await erasures.ask(services.db, member, f"Dossier {CANARY}", 3)
    assert await erasures.ask(services.db, member, f"Dossier {CANARY}", 30) == first


async def test_a_writer_of_elsewhere_is_no_account_of_this_house(services):
    """An installation with only such names still waits for its first account."""
    await a_full_dossier(services)
    async with services.db.read() as db:
        people = [row.account_id for row in await db.scalars(select(Writer))]

    async def only_writers(db):
        for account in await db.scalars(select(Account).where(Account.id.not_in(people))):
            await db.delete(account)

    await services.db.write(only_writers)
    assert await first_account_token(services.db, services.settings.invitation_days)
    await a_facilitator(services)
    assert await first_account_token(services.db, services.settings.invitation_days) is None


# --- while a room is at work ----------------------------------------------------------------------


async def many_words(services, partnership_id):
    """Versions of one answer, for many slices."""

    async def write(db):
        answer = await db.scalar(select(Answer.id).where(Answer.partnership_id == partnership_id))
        rows = [
            {"answer_id": answer, "number": number, "body": {"items": []}, "note": CANARY}
            for number in range(10, 50)
        ]
        await db.execute(insert(AnswerVersion), rows)

    await services.db.write(write)


async def after_the_first_slice(database, job):
    """Waits until something of it is committed, or it is done."""
    before = database.commits
    while database.commits == before and not job.done():
        await asyncio.sleep(0)


async def a_going_dossier(services, settings):
    member = await a_full_dossier(services)
    await many_words(services, member.partnership_id)
    await erasures.ask(services.db, member, f"Dossier {CANARY}", settings.erasure_days)
    await on_its_day(services, member, days.today())
    return member


@both_databases
async def test_what_a_phone_sends_while_a_dossier_goes_is_stored_before_it_is_gone(
    services, settings, monkeypatch
):
    monkeypatch.setattr(slices, "A_SLICE", 2)
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    member = await a_going_dossier(services, settings)
    going = asyncio.create_task(expiry.purge(services.db, settings))
    await after_the_first_slice(services.db, going)
    card = {"column": ["zorg"], "text": ["Een kaart"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), card)
    assert CANARY in (await everything(services))["answer_version"]
    async with services.db.read() as db:
        mine = select(Membership).where(Membership.partnership_id == member.partnership_id)
        assert await db.scalar(mine) is None, "nobody sees it half"
    assert (await going).counts["dossiers verwijderd"] == 1


@both_databases
async def test_a_dossier_that_went_half_way_goes_in_the_next_round_and_nobody_keeps_it(services, settings):
    member = await a_going_dossier(services, settings)
    going = asyncio.create_task(erasures.carry_out(services.db, days.today()))
    await after_the_first_slice(services.db, going)
    going.cancel()  # as when the process dies
    await asyncio.wait([going])
    await erasures.keep(services.db, member)
    assert CANARY in (await everything(services))["answer_version"]
    assert (await expiry.purge(services.db, settings)).counts["dossiers verwijderd"] == 1
    left = await everything(services)
    assert [name for name, rows in left.items() if CANARY in rows] == []
    assert len(json.loads(left["tombstone"])) == 1


def test_every_table_that_goes_with_a_dossier_goes_in_slices():
    """Asked of the tables themselves: a new one is not forgotten."""
    goes, more = {"partnership"}, True
    while more:
        more = {
            table.name
            for table in Base.metadata.sorted_tables
            for key in table.foreign_keys
            if key.ondelete == "CASCADE" and key.column.table.name in goes
        } - goes
        goes |= more
    assert {table.name for table in erasures.TABLES} == goes - {"partnership", "erasure", "writer"}
