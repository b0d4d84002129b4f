"""What was erased is in no file of the database, and no older backup brings it back."""

import asyncio
import contextlib
import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from tests.accounts.test_erasures import on_its_day
from tests.people import a_participant, a_session, both_databases, minutes_pass
from tests.record.test_saving import a_stage
from tests.safety import raw
from tests.servers import postgres_of_our_own
from workshop import backup, days
from workshop.accounts import erasures
from workshop.app import make_services, running
from workshop.codes import new_id
from workshop.handover import draft
from workshop.items import Item
from workshop.models import (
    Activity,
    Cluster,
    Contribution,
    Membership,
    Participant,
    Session,
    Tombstone,
    now,
)
from workshop.record import answers
from workshop.retention import expiry, returning
from workshop.safety.erasing import forgetting, tombstones
from workshop.settings import TOMBSTONES
from workshop.storage.database import Database

STAYS, REWRITTEN_TO = "zqblijft", "zqnieuwewoorden"
ERASED = {
    "withdrawn card": "zqekster",
    "deleted card": "zqmerel",
    "rewritten card": "zqspreeuw",
    "idea of a withdrawn mark": "zqreiger",
    "idea that its writer changed": "zqgaai",
    "name of a dissolved cluster": "zqlijster",
    "name of a renamed cluster": "zqkauw",
    "card that went in the review": "zqwulp",
    "what a review made of it": "zqgrutto",
    "card of an emptied step": "zqmus",
    "name of a cluster of an emptied step": "zqkraai",
    "card that nobody confirmed": "zqvink",
    "name of its cluster": "zqputter",
    "review that nobody finished": "zqkeep",
    "dossier": "zqzwaan",
}
words = ERASED.values()


async def a_room_with_all_that_will_go(services):
    """Everything is there; nothing was erased yet."""
    room = SimpleNamespace(services=services, cards={})
    running_one = await a_stage(services)
    room.phone = await a_participant(services, running_one.session)
    for name in ("withdrawn card", "deleted card", "rewritten card"):
        room.cards[name] = await running_one.send(room.phone, column="zorg", text=ERASED[name])
    room.desk = await running_one.desk()
    room.clusters = {}
    for name in ("name of a dissolved cluster", "name of a renamed cluster"):
        cards = [await running_one.card(STAYS) for _ in range(2)]
        await room.desk.gather(running_one.session.activity_id, ERASED[name], "zorg", cards, None)
    async with services.db.read() as db:
        room.clusters = {cluster.name: cluster.id for cluster in await db.scalars(select(Cluster))}
    room.running = running_one.session

    room.marks = await a_stage(services, "0-leren", "cijfers")
    room.marker = await a_participant(services, room.marks.session)
    room.mark = await room.marks.send(
        room.marker, mark__relatie="4", higher__relatie=ERASED["idea of a withdrawn mark"]
    )
    room.changer = await a_participant(services, room.marks.session)
    await room.marks.send(
        room.changer, mark__relatie="5", higher__relatie=ERASED["idea that its writer changed"]
    )

    room.reviewed = await a_stage(services)
    room.cards["review"] = await room.reviewed.card(ERASED["card that went in the review"])
    line = (await room.reviewed.end())[0]
    form = {"kept": [line.id], f"text.{line.id}": [ERASED["what a review made of it"]]}
    await draft.keep(services.db, room.reviewed.session.id, form)

    room.emptied = await a_stage(services)
    card = await room.emptied.card(ERASED["card of an emptied step"])
    name = ERASED["name of a cluster of an emptied step"]
    await (await room.emptied.desk()).gather(room.emptied.session.activity_id, name, "zorg", [card], None)

    room.forgotten = await a_stage(services)
    card = await room.forgotten.card(ERASED["card that nobody confirmed"])
    desk = await room.forgotten.desk()
    name = ERASED["name of its cluster"]
    await desk.gather(room.forgotten.session.activity_id, name, "zorg", [card], None)

    gone = await a_session(services)
    items = [Item(id="a", text=ERASED["dossier"])]
    await services.db.write(
        lambda db: answers.write(db, gone.partnership_id, "1-A.zorgen", items, account_id=None)
    )
    async with services.db.read() as db:
        room.member = await db.scalar(
            select(Membership).where(Membership.partnership_id == gone.partnership_id)
        )
    return room


async def erase_everything(room, settings):
    services = room.services
    await services.room.withdraw(room.phone.participant, room.cards["withdrawn card"])
    await room.desk.delete_card(room.cards["deleted card"])
    await room.desk.rewrite_card(room.cards["rewritten card"], REWRITTEN_TO)
    await services.room.withdraw(room.marker.participant, room.mark)
    await room.marks.send(room.changer, mark__relatie="5", higher__relatie=STAYS)
    await room.desk.dissolve_cluster(room.clusters[ERASED["name of a dissolved cluster"]])
    await room.desk.rename_cluster(room.clusters[ERASED["name of a renamed cluster"]], STAYS)
    await (await room.reviewed.desk()).delete_card(room.cards["review"])
    await (await room.emptied.desk()).empty(room.emptied.session.activity_id)
    line = (await room.forgotten.end())[0]
    form = {"kept": [line.id], f"text.{line.id}": [ERASED["review that nobody finished"]]}
    await draft.keep(services.db, room.forgotten.session.id, form)
    long_ago = now() - dt.timedelta(days=settings.unconfirmed_days, minutes=1)
    await services.db.write(
        lambda db: db.execute(
            update(Session).where(Session.id == room.forgotten.session.id).values(ended_at=long_ago)
        )
    )
    name = room.member.partnership.name
    await erasures.ask(services.db, room.member, name, settings.erasure_days)
    await on_its_day(services, room.member, days.today())
    await minutes_pass(services, 2)
    await expiry.purge(services.db, settings)


@contextlib.asynccontextmanager
async def an_empty_place(url, tmp_path):
    """A database of the same sort on a machine that has never seen this one."""
    if url.startswith("sqlite"):
        yield f"sqlite+aiosqlite:///{tmp_path / 'elders' / 'workshop.sqlite'}"
        return
    with postgres_of_our_own() as fresh:
        yield fresh


@pytest.fixture
def in_the_way_at_first(monkeypatch):
    """Call it: from then on nothing leaves the files the first two times. Returns the tries."""

    def begin():
        settle, tries = forgetting.settle, []

        async def settling(*given, **how):
            tries.append(given)
            return len(tries) > 2 and await settle(*given, **how)

        monkeypatch.setattr(forgetting, "settle", settling)
        monkeypatch.setattr(forgetting, "SOON_SECONDS", 0)
        return tries

    return begin


@both_databases
async def test_nothing_that_was_erased_is_in_the_files_or_comes_back_from_a_backup(
    settings, tmp_path, copies
):
    services = make_services(settings)
    async with running(services):
        room = await a_room_with_all_that_will_go(services)
        assert await raw.words_in(services.db, [*words, STAYS]) == sorted(
            {*words, STAYS} - {ERASED["review that nobody finished"]}
        )
        await backup.backup(services.db, copies / "toen", settings.tombstones)
        await erase_everything(room, settings)
        await asyncio.wait_for(raw.gone(services.db, words), 60)
        assert await raw.words_in(services.db, [STAYS, REWRITTEN_TO]) == [STAYS, REWRITTEN_TO]
        await backup.backup(services.db, copies / "nu", settings.tombstones)

    here = Database(settings.database_url)
    for file, again in (("toen", True), ("nu", False)):
        restored = await backup.restore(
            here, copies / file, settings.tombstones, replace=True, group_minimum=settings.group_minimum
        )
        await assert_only_what_stays(here, room, file)
        assert bool(returning.told(restored.erased)) is again
    await here.stop()

    async with an_empty_place(settings.database_url, tmp_path) as url:
        elsewhere = Database(url)
        beside = tmp_path / "elders" / TOMBSTONES
        restored = await backup.restore(
            elsewhere, copies / "toen", beside, group_minimum=settings.group_minimum
        )
        await assert_only_what_stays(elsewhere, room, "toen")
        assert dict(restored.erased) == {"card": 7, "cluster": 3, "cards": 1, "links": 1, "dossier": 1}
        assert tombstones.read(beside) == tombstones.read(copies / TOMBSTONES)
        await elsewhere.stop()


async def test_what_a_backup_brought_back_leaves_the_files_also_when_somebody_is_in_the_way_at_first(
    settings, copies, in_the_way_at_first
):
    services = make_services(settings)
    async with running(services):
        room = await a_room_with_all_that_will_go(services)
        await backup.backup(services.db, copies / "toen", settings.tombstones)
        await erase_everything(room, settings)
    in_the_way_at_first()
    here = Database(settings.database_url)
    await backup.restore(
        here,
        copies / "toen",
        settings.tombstones,
        replace=True,
        group_minimum=settings.group_minimum,
    )
    await assert_only_what_stays(here, room, "toen")
    await here.stop()


@both_databases
async def test_a_deleted_dossier_leaves_the_files_also_when_somebody_is_in_the_way_at_first(
    settings, in_the_way_at_first
):
    services = make_services(settings)
    async with running(services):
        room = await a_room_with_all_that_will_go(services)
        tries = in_the_way_at_first()
        await erase_everything(room, settings)
        await asyncio.wait_for(raw.gone(services.db, words), 60)
        assert len(tries) == 3


async def assert_only_what_stays(database, room, file):
    assert await raw.words_in(database, words) == []
    assert await raw.words_in(database, [STAYS]) == [STAYS]
    assert await raw.words_in(database, [REWRITTEN_TO]) == ([REWRITTEN_TO] if file == "nu" else [])
    async with database.read() as db:
        linked = select(Contribution).join(Participant, Contribution.participant_id == Participant.id)
        of = dict(iter(await db.execute(select(Activity.id, Activity.session_id))))
        still = {of[row.activity_id] for row in await db.scalars(linked)}
    assert room.forgotten.session.id not in still
    assert room.running.id in still


@both_databases
async def test_a_backup_that_somebody_put_in_place_by_hand_is_cleaned_at_the_start(settings, copies):
    services = make_services(settings)
    async with running(services):
        stage = await a_stage(services)
        phone = await a_participant(services, stage.session)
        card = await stage.send(phone, column="zorg", text=ERASED["withdrawn card"])
        await backup.backup(services.db, copies / "toen", settings.tombstones)
        await services.room.withdraw(phone.participant, card)
    # As with pg_restore: nothing of ours looks at what comes back.
    database = Database(settings.database_url)
    await backup.put_in_place(database, copies / "toen")
    assert await raw.words_in(database, words) == [ERASED["withdrawn card"]]
    await database.stop()
    services = make_services(settings)
    async with running(services):
        await asyncio.wait_for(raw.gone(services.db, words), 60)


@both_databases
async def test_a_tombstone_says_an_id_a_sort_and_a_day_and_nothing_else(services, settings):
    stage = await a_stage(services)
    phone = await a_participant(services, stage.session, "jongere")
    card = await stage.send(phone, column="zorg", text="zqwoorden")
    await services.room.withdraw(phone.participant, card)
    async with services.db.read() as db:
        [row] = list(await db.scalars(select(Tombstone)))
    assert {c.name: getattr(row, c.name) for c in Tombstone.__table__.columns} == {
        "id": card,
        "sort": "card",
        "on": days.today(),
    }
    await services.db.write(lambda db: db.execute(select(1)))
    while not tombstones.read(settings.tombstones):
        await asyncio.sleep(0.05)
    first, line = settings.tombstones.read_text().splitlines()
    assert first.startswith("# ")
    assert line == f"{days.today()} card {card.hex}"


async def test_a_dossier_that_came_back_by_an_archive_stays(services, settings, tmp_path):
    id = uuid.uuid4()
    for sort in (tombstones.DOSSIER, tombstones.RETURNED):
        await services.db.write(lambda db, sort=sort: tombstones.put(db, sort, id))
    async with services.db.read() as db:
        assert [row.sort for row in await db.scalars(select(Tombstone))] == [tombstones.RETURNED]
    file = tmp_path / "lijst"
    lines = [
        tombstones.TombstoneLine(days.today(), sort, id) for sort in (tombstones.DOSSIER, tombstones.RETURNED)
    ]
    for line in lines:
        tombstones.write(file, [line])
    assert list(tombstones.read(file).values()) == [lines[1]]
    tombstones.write(file, [lines[0]])
    assert list(tombstones.read(file).values()) == [lines[0]]


def test_a_line_that_was_torn_is_passed_over_and_the_next_one_stands_alone(tmp_path):
    file = tmp_path / "lijst"
    first, second = (tombstones.TombstoneLine(dt.date(2026, 11, 1), "card", new_id()) for _ in range(2))
    tombstones.write(file, [first])
    with file.open("a") as opened:
        opened.write("2026-11-0")
    tombstones.write(file, [second, first])
    assert list(tombstones.read(file).values()) == [first, second]
    tombstones.write(file, [second])
    assert file.read_text().count("card") == 2


async def test_a_list_that_could_not_be_written_is_whole_after_the_next_start(settings):
    services = make_services(settings)
    async with running(services):
        stage = await a_stage(services)
        card = await stage.card("zqwoorden")
        await (await stage.desk()).delete_card(card)
        await minutes_pass(services, 2)
        services.db.erased.clear()  # as if the process died before it wrote the file
    assert not tombstones.read(settings.tombstones)
    async with running(make_services(settings)):
        assert [line.id for line in tombstones.read(settings.tombstones).values()] == [card]


async def test_a_restore_that_cannot_keep_the_list_says_so(services, settings, copies):
    stage = await a_stage(services)
    await (await stage.desk()).delete_card(await stage.card("zqwoorden"))
    await minutes_pass(services, 2)
    await backup.backup(services.db, copies / "toen", settings.tombstones)
    (copies / "bestand").write_text("geen map")
    elsewhere = Database(f"sqlite+aiosqlite:///{copies / 'nieuw.sqlite'}")
    with pytest.raises(backup.BackupError, match="WORKSHOP_TOMBSTONES_FILE"):
        await backup.restore(elsewhere, copies / "toen", copies / "bestand" / "lijst", group_minimum=5)
    await elsewhere.stop()
