"""The room in memory: it follows what is committed here, and notices what is committed elsewhere."""

import asyncio
import uuid

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.exc import IntegrityError

from tests.live.ears import SECONDS
from tests.people import a_participant, a_partnership, a_session, activity, both_databases, conduct, reloaded
from workshop import codes
from workshop.bus import STATE, Change
from workshop.items import Item
from workshop.live import intake
from workshop.live import memory as memories
from workshop.live.errors import NotTakingPart
from workshop.live.memory import DOSSIER_SECONDS, Memory
from workshop.live.send import prepare
from workshop.models import Account, Contribution, Session
from workshop.record import answers


def card(text="Er wordt weinig over gepraat"):
    return {"column": ["zorg"], "text": [text]}


async def send(services, session, phone, form):
    return await services.room.contribute(session.id, phone.id, session.activity_id, codes.new_id(), form)


async def a_room(services):
    """A session at its cards, with one phone."""
    session = await a_session(services, step="zorgen-kansen")
    return session, await a_participant(services, session)


@pytest.fixture
def reads(services, monkeypatch):
    """How often a whole session was read."""
    found = []
    read = services.room.reader.state

    async def noting(db, session_id):
        found.append(session_id)
        return await read(db, session_id)

    monkeypatch.setattr(services.room.reader, "state", noting)
    return found


def texts(state):
    return sorted(sent.entry.answer.text for step in state.steps.values() for sent in step.sent.values())


# --- what this process commits --------------------------------------------------------------------


async def test_a_card_is_put_in_and_nothing_is_read_again(services, reads):
    session, phone = await a_room(services)
    memory = services.room.memory
    await memory.state(session.id)
    reads.clear()
    for text in ("Een", "Twee", "Drie"):
        await send(services, session, phone, card(text))
    assert texts(await memory.state(session.id)) == ["Drie", "Een", "Twee"]
    assert reads == []


async def test_a_phone_that_joins_is_known_by_its_token_and_nothing_is_read_again(services, reads):
    session, _ = await a_room(services)
    await services.room.memory.state(session.id)
    reads.clear()
    _, token = await services.room.join(session.join_token, "ouder")
    phone = await services.room.memory.phone(codes.token_hash(token))
    assert (phone.session_id, phone.group) == (session.id, "ouder")
    assert reads == []


async def test_what_was_followed_is_what_the_database_says(services):
    session, phone = await a_room(services)
    await services.room.memory.state(session.id)
    other = await a_participant(services, session, "jongere")
    for number in range(5):
        await asyncio.gather(*(send(services, session, who, card(f"{number}")) for who in (phone, other)))
    followed = await services.room.memory.state(session.id)
    read = await Memory(services.db, services.room.reader).state(session.id)
    assert followed.revision == read.revision
    assert followed.phones == read.phones
    (one, two) = (next(iter(state.steps.values())) for state in (followed, read))
    assert one.sent == two.sent
    assert one.of_phone == two.of_phone


@both_databases
async def test_what_waits_for_two_rooms_is_kept_in_each_and_a_piece_that_does_not_fit_falls_out_alone(
    services,
):
    rooms = [await a_room(services) for _ in range(2)]
    states = [await services.room.memory.state(session.id) for session, _ in rooms]
    ((here, _), (_, stranger)) = rooms
    wrong = prepare(states[1], stranger.id, rooms[1][0].activity_id, codes.new_id(), card("Nergens"))
    posts = [
        (session.id, prepare(state, phone.id, session.activity_id, codes.new_id(), card("Hier")))
        for (session, phone), state in zip(rooms, states, strict=True)
    ]
    before = services.db.commits
    *receipts, refused = await asyncio.gather(
        *(services.room.intake.put(*post) for post in (*posts, (here.id, wrong))),
        return_exceptions=True,
    )
    assert not any(receipt.repeated for receipt in receipts)
    assert isinstance(refused, NotTakingPart)
    if services.db.is_sqlite:
        assert services.db.commits == before + 1
    for session, _ in rooms:
        state = await services.room.memory.state(session.id)
        assert texts(state) == ["Hier"]
        assert state.revision == (await reloaded(services, session.id)).revision


@pytest.mark.parametrize("fails", ["follow", "tell"])
async def test_who_sent_hears_that_it_is_kept_when_telling_the_room_fails(services, monkeypatch, fails):
    session, phone = await a_room(services)
    memory = services.room.memory
    await memory.state(session.id)

    def broken(*_):
        raise RuntimeError("kaart")

    monkeypatch.setattr(memory if fails == "follow" else services.room.bus, fails, broken)
    async with asyncio.timeout(SECONDS):
        receipts = await asyncio.gather(*(send(services, session, phone, card(f"{n}")) for n in range(3)))
    assert not any(receipt.repeated for receipt in receipts)
    assert texts(await memory.state(session.id)) == ["0", "1", "2"]


async def test_what_the_desk_does_is_seen_at_once(services):
    session, phone = await a_room(services)
    receipt = await send(services, session, phone, card())
    await (await conduct(services, session)).set_card_state(receipt.id, "hidden")
    state = await services.room.memory.state(session.id)
    assert state.current.sent[str(receipt.id)].entry.state == "hidden"


async def test_a_phone_that_left_is_a_stranger_at_once(services):
    _, phone = await a_room(services)
    await services.room.leave(phone.participant)
    assert await services.room.memory.phone(codes.token_hash(phone.token)) is None


async def test_a_card_that_was_committed_while_the_room_was_read_is_in_it(services, monkeypatch):
    session, phone = await a_room(services)
    memory, read = services.room.memory, services.room.reader.state
    state = await memory.state(session.id)
    post = prepare(state, phone.id, session.activity_id, codes.new_id(), card("Tussendoor"))

    async def slowly(db, session_id):
        found = await read(db, session_id)
        monkeypatch.undo()
        await services.room.intake.put(session.id, post)
        return found

    memory.miss()
    monkeypatch.setattr(services.room.reader, "state", slowly)
    state = await memory.state(session.id)
    assert texts(state) == ["Tussendoor"]
    assert state.revision == (await reloaded(services, session.id)).revision


async def test_an_answer_of_the_dossier_is_seen_at_once(services):
    session = await a_session(services, "1-B")
    memory = services.room.memory
    before = (await memory.state(session.id)).beside.earlier
    items = [Item(id=uuid.uuid4().hex, text="Kennis ontbreekt")]
    await services.db.write(
        lambda db: answers.write(db, session.partnership_id, "1-A.zorgen", items, account_id=None)
    )
    after = (await memory.state(session.id)).beside.earlier
    assert before == ()
    assert [item.text for neighbour in after for item in neighbour.items] == ["Kennis ontbreekt"]


async def test_another_dossier_changes_no_room(services, reads):
    session, _ = await a_room(services)
    await services.room.memory.state(session.id)
    reads.clear()
    account = await services.db.write(lambda db: _an_account(db))
    await a_partnership(services, account)
    await services.room.memory.state(session.id)
    assert reads == []


# --- what others commit ---------------------------------------------------------------------------


async def test_what_another_process_told_is_read_for_the_next_picture(services):
    session, phone = await a_room(services)
    memory = services.fanout.memory
    receipt = await send(services, session, phone, card("Oud"))
    revision = await elsewhere(services, session, receipt.id, "Nieuw")
    services.fanout.hear(Change(session.id, frozenset({"screen"}), revision))
    picture = await services.fanout.scene(session.id, newest=True)
    assert [entry.answer.text for entry in picture.scene.entries] == ["Nieuw"]
    assert memory.at(session.id, revision)


@both_databases
async def test_what_one_process_wrote_in_a_dossier_the_other_shows(services):
    session, there = await a_session(services, "1-B"), services.fanout.memory
    assert (await there.state(session.id)).beside.earlier == ()
    items = [Item(id=uuid.uuid4().hex, text="Kennis ontbreekt")]
    await services.db.write(
        lambda db: answers.write(db, session.partnership_id, "1-A.zorgen", items, account_id=None)
    )
    async with asyncio.timeout(DOSSIER_SECONDS / 2):  # at the latest then it asks the database itself
        while not (await there.state(session.id)).beside.earlier:
            await asyncio.sleep(0.01)


@both_databases
async def test_a_phone_that_came_in_at_one_process_is_no_stranger_to_the_other(services):
    session, there = await a_session(services), services.fanout.memory
    await there.state(session.id)
    phone = await a_participant(services, session)
    assert await there.phone(codes.token_hash(phone.token))


@both_databases
async def test_what_a_desk_did_at_one_process_the_other_reads_at_once(services):
    session, phone = await a_room(services)
    receipt = await send(services, session, phone, card("Oud"))
    there = services.fanout
    there.memory.miss()
    assert texts(await there.memory.state(session.id)) == ["Oud"]  # read a moment ago
    there.hear(Change(session.id, STATE, await elsewhere(services, session, receipt.id, "Nieuw")))
    assert texts(await there.memory.state(session.id)) == ["Nieuw"]


async def test_what_nobody_told_is_noticed(services, monkeypatch):
    monkeypatch.setattr(memories, "WATCH_SECONDS", 0.01)
    session, phone = await a_room(services)
    memory, noticed = Memory(services.db, services.room.reader), asyncio.Event()
    memory.on_gap = lambda session_id: noticed.set()
    receipt = await send(services, session, phone, card("Oud"))
    await memory.state(session.id)
    await elsewhere(services, session, receipt.id, "Nieuw")
    async with memory.watching(), asyncio.timeout(10):
        await noticed.wait()
    assert texts(await memory.state(session.id, newest=True)) == ["Nieuw"]


async def test_what_another_program_did_to_the_database_is_noticed(services, monkeypatch):
    monkeypatch.setattr(memories, "WATCH_SECONDS", 0.01)
    session, _ = await a_room(services)
    memory, noticed = Memory(services.db, services.room.reader), asyncio.Event()
    memory.on_gap = lambda session_id: noticed.set()
    await memory.state(session.id)
    program = create_engine(
        services.db.url.set(drivername=services.db.url.drivername.replace("+aiosqlite", ""))
    )
    with program.begin() as database:
        mine = update(Session).where(Session.id == session.id)
        database.execute(mine.values(title="Anders", revision=Session.revision + 1))
    program.dispose()
    async with memory.watching(), asyncio.timeout(10):
        await noticed.wait()
    assert (await memory.state(session.id, newest=True)).session.title == "Anders"


async def test_the_watch_ends_though_a_driver_makes_an_error_of_being_interrupted(services, monkeypatch):
    monkeypatch.setattr(memories, "WATCH_SECONDS", 0.01)
    memory, asks = Memory(services.db, services.room.reader), asyncio.Event()

    async def interrupted(behind):
        try:
            asks.set()
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            monkeypatch.setattr(memory, "_gaps", first)
            raise OSError("interrupted") from None

    first = memory._gaps
    monkeypatch.setattr(memory, "_gaps", interrupted)

    async def watch():
        async with memory.watching():
            await asks.wait()

    done, _ = await asyncio.wait([asyncio.create_task(watch())], timeout=10)
    assert done


async def test_a_session_that_is_deleted_is_not_there_any_more(services):
    session, phone = await a_room(services)
    await services.room.memory.state(session.id)

    async def delete(db):
        await db.delete(await db.get_one(Session, session.id))

    await services.db.write(delete)
    assert await services.room.memory.state(session.id) is None
    assert await services.room.memory.phone(codes.token_hash(phone.token)) is None


async def test_a_session_that_nobody_looks_at_is_forgotten(services, monkeypatch):
    _, phone = await a_room(services)
    memory = services.room.memory
    await memory.phone(codes.token_hash(phone.token))
    monkeypatch.setattr(memories, "KEPT_SECONDS", -1.0)
    memory._forget_unused()
    assert (memory._held, memory._session_of) == ({}, {})
    assert (await memory.phone(codes.token_hash(phone.token))).id == phone.id


async def test_a_phone_reads_what_it_sent_through_another_process(services):
    session, phone = await a_room(services)
    memory = services.room.memory
    state = await memory.state(session.id)
    there = Memory(services.db, services.room.reader)
    receipt = await send(services, session, phone, card("Oud"))
    await there.state(session.id)
    revision = await elsewhere(services, session, receipt.id, "Nieuw")
    there.hear(session.id, revision)
    seen = await there.state(session.id)  # a moment old, for who merely looks
    who = next(iter(state.phones.values()))
    assert [entry.answer.text for entry in await there.own(seen, who)] == ["Nieuw"]


async def elsewhere(services, session, contribution_id, text):
    """Changes a card as another process would; returns the revision."""
    connection = await services.db.engine.connect().start()
    await connection.execute(
        update(Contribution)
        .where(Contribution.id == contribution_id)
        .values(body={"text": text, "column": "zorg", "place": ""})
    )
    raised = update(Session).where(Session.id == session.id).values(revision=Session.revision + 1)
    revision = await connection.scalar(raised.returning(Session.revision))
    await connection.commit()
    await connection.close()
    return revision


async def _an_account(db):
    account = Account(email=f"{uuid.uuid4().hex}@voorbeeld.nl", name="Iemand", password_hash="-")
    db.add(account)
    await db.flush()
    return account


# --- many at a time -------------------------------------------------------------------------------


async def test_what_many_phones_send_at_once_is_committed_together(services):
    session, _ = await a_room(services)
    phones = [await a_participant(services, session) for _ in range(20)]
    commits = services.db.commits
    await asyncio.gather(*(send(services, session, phone, card()) for phone in phones))
    assert services.db.commits - commits < len(phones)
    assert len(texts(await services.room.memory.state(session.id))) == len(phones)


async def test_one_that_does_not_fit_falls_out_alone(services):
    session, phone = await a_room(services)
    stranger = uuid.uuid4()
    sends = [
        services.room.contribute(session.id, who, session.activity_id, codes.new_id(), card())
        for who in (phone.id, stranger, phone.id)
    ]
    first, wrong, last = await asyncio.gather(*sends, return_exceptions=True)
    assert not first.repeated
    assert isinstance(wrong, Exception)
    assert not last.repeated


async def test_one_that_the_database_refuses_falls_out_alone(services, monkeypatch):
    session, phone = await a_room(services)
    good, refused = codes.new_id(), codes.new_id()
    flush = intake.flush

    async def refuse(db, batches):
        if any(row["id"] == refused for batch in batches for row in batch.new):
            raise IntegrityError("", {}, Exception())
        await flush(db, batches)

    monkeypatch.setattr(intake, "flush", refuse)
    found = await asyncio.gather(
        *(
            services.room.contribute(session.id, phone.id, session.activity_id, id, card("Goed"))
            for id in (good, refused)
        ),
        return_exceptions=True,
    )
    assert (found[0].id, found[0].repeated) == (good, False)
    assert isinstance(found[1], IntegrityError)
    assert texts(await services.room.memory.state(session.id)) == ["Goed"]


async def test_when_too_much_waits_the_next_is_told_to_come_back(client, services, monkeypatch):
    monkeypatch.setattr("workshop.live.intake.MOST_WAITING", 0)
    session = await a_session(services, step="zorgen-kansen")
    answer = await client.post(f"/j/{session.join_token}", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert "Het is nu heel druk." in answer.text


async def test_dots_are_checked_without_reading_the_cards(services, reads):
    session, phone = await a_room(services)
    receipt = await send(services, session, phone, card("Een"))
    await (await conduct(services, session)).go_to(activity(session, "stippen").id)
    session = await reloaded(services, session.id)
    await services.room.memory.state(session.id)
    reads.clear()
    for _ in range(3):
        await send(services, session, phone, {"options": [str(receipt.id)]})
    picture = await services.fanout.scene(session.id)
    assert [rank.dots for rank in picture.scene.tally.ranks] == [1]
    assert reads == []
