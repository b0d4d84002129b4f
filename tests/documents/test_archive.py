"""A dossier that moves house is the same dossier; what is no good archive changes nothing."""

import asyncio
import csv
import datetime as dt
import io
import json
import random
import uuid
import zipfile

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.documents.generated import dossiers
from tests.documents.zips import unzipped, with_data, zipped
from tests.people import a_participant, a_session, both_databases, conduct
from workshop import days
from workshop.accounts import dossiers as dossiers_of
from workshop.accounts import erasures
from workshop.archive import arriving, exchange, leaving, tables
from workshop.archive import dossier as d
from workshop.archive.exchange import ArchiveError
from workshop.demo import history
from workshop.handover import draft
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
    Session,
    ThemeMarks,
    Tombstone,
    Writer,
)
from workshop.record import answers, search
from workshop.retention import expiry, returning
from workshop.safety.erasing import forgetting, tombstones
from workshop.settings import Settings

pytestmark = pytest.mark.tour

DEMO_DAY = dt.date(2026, 11, 24)


async def els(database):
    """An account in this installation."""

    async def store(db):
        account = Account(email=f"{uuid.uuid4()}@elders.nl", name="Els", password_hash="x")
        db.add(account)
        await db.flush()
        return account.id

    return await database.write(store)


async def read(database, id):
    async with database.read() as db:
        return await leaving.read(db, id)


def told(dossier):
    """All that a dossier says, with names for people, and without the deed of taking it over."""
    said = msgspec.to_builtins(dossier)
    deeds = [deed for deed in said["deeds"] if deed["what"] != What.DOSSIER_TAKEN_OVER]
    names = said.pop("people")

    def spelled(value, key=""):
        if key in ("by", "created_by", "ended_by", "saved_by"):
            return names[value] if isinstance(value, int) else value
        if isinstance(value, dict):
            return {name: spelled(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [spelled(inner) for inner in value]
        return value

    whole = spelled(said | {"deeds": deeds})
    for part in ("sessions", "answers", "marks", "actions", "programmes", "reminders", "deeds"):
        whole[part].sort(key=json.dumps)
    for action in whole["actions"]:
        action["changes"].sort(key=json.dumps)
    return whole


async def contents(database):
    async with database.read() as db:
        return {
            table.name: await db.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


async def columns(database, model, owner):
    """Every column of every row of a dossier, ids and owners aside."""
    left_out = {"id", "answer_id", "account_id", "created_by", "join_token", "screen_token"}
    names = [column.name for column in model.__table__.columns if column.name not in left_out]
    async with database.read() as db:
        rows = await db.scalars(select(model).where(owner))
        return sorted(json.dumps([getattr(row, name) for name in names], default=str) for row in rows)


# --- there and back -------------------------------------------------------------------------------


@given(dossier=dossiers())
@examples(max_examples=15, suppress_health_check=list(HealthCheck))
@both_databases
async def test_any_dossier_that_is_packed_unpacked_and_stored_says_the_same(database, library, dossier):
    packed = exchange.pack(dossier, library, Settings())
    assert exchange.unpack(packed, library) == dossier
    id = await exchange.take_over(database, library, Settings(), packed, await els(database))
    assert told(await read(database, id)) == told(dossier)


@both_databases
async def test_the_dossier_of_the_demonstration_moves_house_and_back_and_is_equal(
    services, settings, elsewhere
):
    """From PostgreSQL to SQLite and back too: `services` is either. Its history keeps the names of who wrote,
    and nothing else of them."""
    made = await history.make(services, DEMO_DAY)
    before = await read(services.db, made.partnership_id)
    assert len(before.sessions) > 3
    assert before.answers
    assert before.actions
    assert before.marks
    file = await exchange.export(services.db, services.library, settings, made.partnership_id)
    id = await exchange.take_over(elsewhere, services.library, settings, file, await els(elsewhere))
    assert id == made.partnership_id
    async with elsewhere.read() as db:
        assert (await search.find(db, id, "jongeren")).total, "what was taken over can be found"
        versions = list(await db.scalars(select(AnswerVersion)))
        names = {version.account.name for version in versions if version.account}
        strangers = list(await db.scalars(select(Account).join(Writer, Writer.account_id == Account.id)))
    assert "Samira" in " ".join(names)
    assert {account.email.rpartition("@")[2] for account in strangers} == {arriving.NOBODY}
    assert {account.password_hash for account in strangers} == {""}
    assert told(await read(elsewhere, id)) == told(before)
    for model in (Answer, ThemeMarks):
        owner = model.partnership_id == id
        assert await columns(elsewhere, model, owner) == await columns(services.db, model, owner)
    back = await exchange.export(elsewhere, services.library, settings, id)
    await gone(services.db, id)
    await exchange.take_over(services.db, services.library, settings, back, await els(services.db))
    assert told(await read(services.db, id)) == told(before)


async def gone(database, id):
    async def job(db):
        await db.delete(await db.get_one(Partnership, id))

    await database.write(job)


# --- what does not come along ---------------------------------------------------------------------

CANARY = "KANARIEVOGELTJE"


@both_databases
async def test_no_card_token_code_or_address_is_in_the_archive(services, settings):
    """Held, hidden and unconfirmed cards stay behind, and so does a session that still runs."""
    ended = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, ended, "jongere")
    form = {"column": ["zorg"], "text": [f"Kaart {CANARY}"]}
    await services.room.contribute(ended.id, phone.id, ended.activity_id, uuid.uuid4(), form)
    desk = await conduct(services, ended)
    await desk.end()
    await draft.keep(services.db, ended.id, {"text.x": [CANARY]})
    running = await a_session(services, partnership=ended.partnership, sign_in=desk.sign_in)

    async def write(db):
        item = Item("a", "Uit een sessie die nog loopt", session=str(running.id))
        await answers.write(
            db, ended.partnership_id, "1-A.zorgen", [item], account_id=None, session_id=running.id
        )

    await services.db.write(write)
    file = await exchange.export(services.db, services.library, settings, ended.partnership_id)
    inside = "".join(content.decode() for content in unzipped(file).values())
    async with services.db.read() as db:
        account = await db.get_one(Account, ended.created_by)
    secrets = (ended.join_token, ended.screen_token, running.join_token, running.code, phone.token)
    for word in (CANARY, account.email, account.password_hash, str(running.id), *secrets):
        assert word not in inside
    dossier = exchange.unpack(file, services.library)
    assert [session.id for session in dossier.sessions] == [ended.id]
    assert dossier.answers[0].versions[0].body.items[0].text == "Uit een sessie die nog loopt"


async def test_fewer_than_five_marks_leave_the_house_as_a_number(services, settings):
    session = await a_session(services)
    await (await conduct(services, session)).end()
    base = {"partnership_id": session.partnership_id, "session_id": session.id, "field": "1-A.zorgen"}

    async def add(db):
        for theme, counts in (("vier", [4] + [0] * 9), ("vijf", [5] + [0] * 9)):
            db.add(ThemeMarks(**base, theme=theme, label=theme, counts=counts))

    await services.db.write(add)
    file = await exchange.export(services.db, services.library, settings, session.partnership_id)
    counts = {marks.theme: marks.counts for marks in exchange.unpack(file, services.library).marks}
    assert counts == {"vier": [4], "vijf": [5] + [0] * 9}
    rows = unzipped(file)["cijfers.csv"].decode("utf-8-sig").splitlines()
    assert [row.split(";")[3:6] for row in sorted(rows[1:])] == [
        ["vier", "4", "te weinig"],
        ["vijf", "5", "1,0"],
    ]


@given(text=st.text(min_size=1))
def test_no_cell_of_a_table_is_a_formula(text):
    told = tables._file(("kop",), [(text,)]).decode("utf-8-sig")
    cell = next(csv.reader(io.StringIO(told.partition("\r\n")[2], newline=""), delimiter=";"))[0]
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


# --- bad input ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def good(library):
    return exchange.pack(a_dossier(), library, Settings())


def a_dossier(**changes):
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    id = uuid.uuid4()
    base = {
        "partnership": d.ArchivedPartnership(
            id=uuid.uuid4(), name="Ede", place="", created_by=0, created_at=at
        ),
        "people": ["Samira"],
        "sessions": [
            d.ArchivedSession(
                id=id,
                worksheet="1-A",
                about="",
                title="Sessie",
                holds_back=True,
                phones=8,
                created_by=0,
                created_at=at,
                ended_by=0,
                ended_at=at,
                saved_by=0,
                saved_at=at,
                steps=[],
            )
        ],
        "answers": [
            d.ArchivedAnswer(
                field="1-A.zorgen",
                about="",
                versions=[
                    d.ArchivedVersion(
                        number=1,
                        body=d.ArchivedBody(items=(d.ArchivedLine("a", "Tekst", session=str(id)),)),
                        session=id,
                        by=0,
                        note="",
                        at=at,
                    )
                ],
            )
        ],
        "marks": [],
        "actions": [],
        "programmes": [],
        "reminders": [],
        "deeds": [],
    }
    return d.ArchivedDossier(**(base | changes))


def changed(file, change, *, manifest=None):
    """The same archive, with other data and checksums that are right for it."""
    data = json.loads(unzipped(file)[exchange.DATA])
    change(data)
    return with_data(file, json.dumps(data).encode(), **(manifest or {}))


def nothing(data):
    pass


def set_at(*path):
    *way, last, value = path

    def change(data):
        for step in way:
            data = data[step]
        data[last] = value

    return change


ELSEWHERE = "11111111-1111-4111-8111-111111111111"
ITEM = ("answers", 0, "versions", 0, "body", "items", 0)
BAD = {
    "a newer version": (lambda f: changed(f, nothing, manifest={"version": d.VERSION + 1}), exchange.NEWER),
    "another format": (lambda f: changed(f, nothing, manifest={"format": "iets"}), exchange.NO_ARCHIVE),
    "no zip": (lambda f: b"Beste collega,", exchange.NO_ARCHIVE),
    "nothing": (lambda f: b"", exchange.NO_ARCHIVE),
    "cut in half": (lambda f: f[: len(f) // 2], exchange.NO_ARCHIVE),
    "a zip of something else": (lambda f: zipped({"brief.txt": b"x"}), exchange.NO_ARCHIVE),
    "an entry in a folder": (
        lambda f: zipped({f"../{name}": content for name, content in unzipped(f).items()}),
        exchange.NO_ARCHIVE,
    ),
    "another way of packing": (lambda f: zipped(unzipped(f), zipfile.ZIP_LZMA), exchange.NO_ARCHIVE),
    "data that was changed": (
        lambda f: zipped(unzipped(f) | {exchange.DATA: unzipped(f)[exchange.DATA] + b" "}),
        exchange.BROKEN,
    ),
    "a bomb": (
        lambda f: zipped(unzipped(f) | {exchange.DATA: b" " * (exchange.LARGEST + 1)}),
        exchange.TOO_LARGE,
    ),
    "a file that is too large": (lambda f: f + b" " * exchange.LARGEST_FILE, exchange.TOO_LARGE),
    "a text of 10 MB": (
        lambda f: changed(f, set_at(*ITEM, "text", random.Random(1).randbytes(5 * 1024 * 1024).hex())),
        exchange.TOO_LONG,
    ),
    "a NUL": (lambda f: changed(f, set_at(*ITEM, "text", "x\0")), exchange.BROKEN),
    "half a character": (lambda f: changed(f, set_at(*ITEM, "text", "\ud800")), exchange.BROKEN),
    "a name that does not fit": (
        lambda f: changed(f, set_at("partnership", "name", "x" * 201)),
        exchange.BROKEN,
    ),
    "a field nobody described": (lambda f: changed(f, set_at("partnership", "role", "x")), exchange.BROKEN),
    "a number for a text": (lambda f: changed(f, set_at("partnership", "name", 3)), exchange.BROKEN),
    "a time without a zone": (
        lambda f: changed(f, set_at("partnership", "created_at", "2026-01-01T00:00:00")),
        exchange.BROKEN,
    ),
    "a day before there were days": (
        lambda f: changed(f, set_at("partnership", "created_at", "0001-01-01T00:00:00+14:00")),
        arriving.CONTRADICTS,
    ),
    "a deep list": (
        lambda f: changed(f, set_at(*ITEM, "details", {"owner": json.loads("[" * 500 + "]" * 500)})),
        exchange.BROKEN,
    ),
    "a session of another dossier": (
        lambda f: changed(f, set_at("answers", 0, "versions", 0, "session", ELSEWHERE)),
        arriving.CONTRADICTS,
    ),
    "a line of another dossier": (
        lambda f: changed(f, set_at(*ITEM, "session", ELSEWHERE)),
        arriving.CONTRADICTS,
    ),
    "a line of no session": (lambda f: changed(f, set_at(*ITEM, "session", "x")), arriving.CONTRADICTS),
    "groups that no form makes": (
        lambda f: changed(f, set_at("sessions", 0, "groups", ["docent"])),
        arriving.CONTRADICTS,
    ),
    "a person who is not there": (
        lambda f: changed(f, set_at("partnership", "created_by", 7)),
        arriving.CONTRADICTS,
    ),
    "an answer twice": (
        lambda f: changed(f, lambda data: data["answers"].append(data["answers"][0])),
        arriving.CONTRADICTS,
    ),
    "a question nobody knows": (
        lambda f: changed(f, set_at("answers", 0, "field", "9-Z.iets")),
        arriving.STRANGE,
    ),
    "a worksheet nobody knows": (
        lambda f: changed(f, set_at("sessions", 0, "worksheet", "9-Z")),
        arriving.STRANGE,
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_good_archive_is_one_clear_sentence_and_changes_nothing(
    database, library, good, name
):
    make, sentence = BAD[name]
    account = await els(database)
    before = await contents(database)
    with pytest.raises(ArchiveError) as refused:
        await exchange.take_over(database, library, Settings(), make(good), account)
    assert str(refused.value) == sentence
    assert await contents(database) == before


@both_databases
async def test_an_archive_whose_dossier_is_here_already_is_refused_kindly(database, library, good):
    account = await els(database)
    await exchange.take_over(database, library, Settings(), good, account)
    before = await contents(database)
    with pytest.raises(ArchiveError, match="staat al in deze Kompas Live"):
        await exchange.take_over(database, library, Settings(), good, account)
    assert await contents(database) == before


@both_databases
async def test_ids_that_are_taken_by_another_dossier_are_refused_as_a_whole(database, library, good):
    account = await els(database)
    await exchange.take_over(database, library, Settings(), good, account)
    before = await contents(database)
    other = changed(good, set_at("partnership", "id", ELSEWHERE))
    with pytest.raises(ArchiveError, match="spreekt zichzelf tegen"):
        await exchange.take_over(database, library, Settings(), other, account)
    assert await contents(database) == before


# --- what was deleted here once ---------------------------------------------------------------------


async def deleted(database, settings, id):
    """As retention does on the day that a coordinator chose; the list outside the database knows."""
    await database.write(lambda db: _add(db, Erasure(partnership_id=id, on=days.today())))
    assert (await expiry.purge(database, settings)).counts["dossiers verwijderd"] == 1


async def _add(db, row):
    db.add(row)


async def starts(database, settings):
    """As after a crash: what was not written to the list yet never is."""
    database.erased = []
    await returning.agree(database, settings.group_minimum, settings.tombstones)


@both_databases
async def test_a_dossier_that_came_back_stays_also_when_the_process_dies_at_once(
    database, library, settings, good
):
    account = await els(database)
    id = await exchange.take_over(database, library, settings, good, account)
    await deleted(database, settings, id)
    await exchange.take_over(database, library, settings, good, account)
    await starts(database, settings)
    assert await erasures.is_whole(database, id)
    await deleted(database, settings, id)
    await starts(database, settings)
    assert not await erasures.is_whole(database, id)


async def test_a_dossier_that_did_not_come_back_whole_stays_deleted(
    database, library, settings, good, monkeypatch
):
    account = await els(database)
    id = await exchange.take_over(database, library, settings, good, account)
    await deleted(database, settings, id)

    async def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(arriving, "_open", fails)
    with pytest.raises(RuntimeError):
        await exchange.take_over(database, library, settings, good, account)
    await forgetting.tell(database, settings.tombstones)
    assert {line.sort for line in tombstones.read(settings.tombstones).values()} == {tombstones.DOSSIER}
    await starts(database, settings)
    async with database.read() as db:
        assert [row.sort for row in await db.scalars(select(Tombstone))] == [tombstones.DOSSIER]


async def test_a_dossier_does_not_come_back_while_the_list_of_what_was_deleted_cannot_be_written(
    database, library, settings, good, monkeypatch
):
    account = await els(database)
    id = await exchange.take_over(database, library, settings, good, account)
    await deleted(database, settings, id)

    def full(*_):
        raise OSError

    monkeypatch.setattr(tombstones, "write", full)
    with pytest.raises(ArchiveError, match="lijst"):
        await exchange.take_over(database, library, settings, good, account)
    assert not await erasures.is_whole(database, id)


# --- while a room is at work ----------------------------------------------------------------------


def a_long_dossier():
    """More than one slice of several tables."""
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    body = d.ArchivedBody(items=(d.ArchivedLine("a", "Tekst"),))
    versions = [
        d.ArchivedVersion(number=n, body=body, session=None, by=0, note="", at=at) for n in range(1, 400)
    ]
    return a_dossier(answers=[d.ArchivedAnswer(field="1-A.zorgen", about="", versions=versions)])


async def after_the_first_slice(database, job):
    """Waits until something of it is committed; raises what it raises when that comes first."""
    before = database.commits
    while database.commits <= before + 1 and not job.done():
        await asyncio.sleep(0)


@both_databases
async def test_what_a_phone_sends_while_a_dossier_arrives_is_stored_before_it_is_there(database, library):
    account = await els(database)
    packed = exchange.pack(a_long_dossier(), library, Settings())
    arriving_one = asyncio.create_task(exchange.take_over(database, library, Settings(), packed, account))
    await after_the_first_slice(database, arriving_one)
    await els(database)  # as a phone: a post of its own
    assert not arriving_one.done()
    id = await arriving_one
    assert len((await read(database, id)).answers[0].versions) == 399


@both_databases
async def test_a_dossier_that_never_got_whole_is_nobodys_and_goes_by_itself(
    database, library, settings, monkeypatch
):
    account, dossier = await els(database), a_long_dossier()
    before = await contents(database)
    packed = exchange.pack(dossier, library, Settings())
    arriving_one = asyncio.create_task(exchange.take_over(database, library, Settings(), packed, account))
    await after_the_first_slice(database, arriving_one)
    arriving_one.cancel()  # as when the process dies: nothing is cleared up
    await asyncio.wait([arriving_one])
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Membership)) == 0
    with pytest.raises(dossiers_of.DossierError):
        await dossiers_of.named(database, dossier.partnership.name)
    assert (await expiry.purge(database, settings)).counts["dossiers verwijderd"] == 0
    assert await contents(database) != before, "it may still be on its way"
    monkeypatch.setattr(erasures, "ARRIVES_WITHIN", dt.timedelta(0))
    assert (await expiry.purge(database, settings)).counts["dossiers verwijderd"] == 1
    assert await contents(database) == before


@both_databases
async def test_what_stayed_half_way_is_taken_over_when_somebody_tries_again(database, library):
    account, dossier = await els(database), a_long_dossier()
    packed = exchange.pack(dossier, library, Settings())
    arriving_one = asyncio.create_task(exchange.take_over(database, library, Settings(), packed, account))
    await after_the_first_slice(database, arriving_one)
    arriving_one.cancel()
    await asyncio.wait([arriving_one])
    id = await exchange.take_over(database, library, Settings(), packed, account)
    assert told(await read(database, id)) == told(dossier)


async def test_two_who_take_over_the_same_at_once_have_it_once(database, library, good):
    account = await els(database)
    tries = [exchange.take_over(database, library, Settings(), good, account) for _ in range(2)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one) for one in done if isinstance(one, ArchiveError)) == [ArchiveError]
    assert str(next(one for one in done if isinstance(one, ArchiveError))) == arriving.HERE_ALREADY
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Membership)) == 1


async def test_a_session_that_came_along_is_over_and_leaves_no_tombstone_of_its_own(
    database, library, settings, good
):
    id = await exchange.take_over(database, library, Settings(), good, await els(database))
    assert (await expiry.purge(database, settings)).counts["sessies losgemaakt"] == 0
    async with database.read() as db:
        [session] = list(await db.scalars(select(Session).where(Session.partnership_id == id)))
        assert (session.code, session.admits, session.cut_at) == (None, False, session.ended_at)
        assert await db.scalar(select(func.count()).select_from(Tombstone)) == 0


async def test_who_has_nothing_to_do_with_a_dossier_is_not_read_for_it(services, settings, monkeypatch):
    """An installation of a region has thousands of people."""
    session = await a_session(services)
    await a_session(services)
    read_for, make = [], leaving._Packer

    def packer(names):
        read_for.extend(names)
        return make(names)

    monkeypatch.setattr(leaving, "_Packer", packer)
    await exchange.export(services.db, services.library, settings, session.partnership_id)
    assert read_for == [session.created_by]
