"""What ends by itself, and what can be undone until then. The clock is moved; nothing waits."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select, update

from tests.people import (
    a_participant,
    a_session,
    activity,
    both_databases,
    conduct,
    end_for_good,
    minutes_pass,
    reloaded,
)
from tests.safety import raw
from workshop.live import endings, links
from workshop.live.room import Closed, Gone
from workshop.log.what import What, sentence
from workshop.models import (
    Alert,
    Cluster,
    Contribution,
    Deed,
    Discarded,
    Participant,
    Session,
    Tombstone,
    now,
)
from workshop.retention import expiry
from workshop.safety.erasing import forgetting

pytestmark = both_databases
HOUR = 60


async def rows(services, kind):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


async def send(services, session, phone, words, **form):
    given = {"column": ["zorg"], "text": [words]} | form
    step = (await reloaded(services, session.id)).activity_id
    return (await services.room.contribute(session.id, phone and phone.id, step, uuid.uuid4(), given)).id


async def a_day_ago(services, session, hours):
    """The session was made so long ago."""
    made = (
        update(Session).where(Session.id == session.id).values(created_at=now() - dt.timedelta(hours=hours))
    )
    await services.db.write(lambda db: db.execute(made))


# --- a day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [25, 31 * 24])
async def test_a_session_that_was_only_prepared_is_there_when_people_come(services, settings, hours):
    session = await a_session(services, opened=False)
    await a_day_ago(services, session, hours)
    await expiry.purge(services.db, settings)
    await minutes_pass(services, 0)
    with pytest.raises(Closed, match="nog niet open"):
        await a_participant(services, session)
    desk = await conduct(services, session)
    await desk.open()
    phone = await a_participant(services, session)
    await desk.go_to(session.activities[0].id)
    now_ = await reloaded(services, session.id)
    assert (now_.ended_at, now_.code is None, now_.admits) == (None, False, True)
    await expiry.purge(services.db, settings)
    await send(services, session, phone, "Wie binnen is, doet mee")
    await minutes_pass(services, 22 * HOUR)
    assert (await reloaded(services, session.id)).ended_at is None


async def test_a_session_in_which_nothing_began_closes_after_its_day_and_can_be_opened_again(
    services, settings
):
    session = await a_session(services)
    early = await a_participant(services, session)
    await minutes_pass(services, 25 * HOUR)
    assert await rows(services, Participant) == []  # its day is over all the same
    closed = await reloaded(services, session.id)
    assert (closed.opened_at, closed.code, closed.admits) == (None, None, False)
    with pytest.raises(Closed, match="nog niet open"):
        await a_participant(services, session)
    desk = await conduct(services, session)
    await desk.open()
    await a_participant(services, session)
    await desk.go_to(session.activities[0].id)
    assert (await reloaded(services, session.id)).ended_at is None
    assert early.id not in {phone.id for phone in await rows(services, Participant)}


async def test_a_session_ends_by_itself_a_day_after_its_door_opened_and_the_log_says_so(services, settings):
    session = await a_session(services, step="zorgen-kansen")
    await send(services, session, await a_participant(services, session), "Een kaart")
    await minutes_pass(services, 22 * HOUR)
    assert (await reloaded(services, session.id)).ended_at is None
    await minutes_pass(services, 24 * HOUR)
    ended = await reloaded(services, session.id)
    assert ended.ended_at
    assert ended.ended_by is None
    assert ended.cut_at
    assert {row.participant_id for row in await rows(services, Contribution)} == {None}
    closings = {What.SESSION_CLOSED, What.SESSION_CLOSED_ITSELF}
    [deed] = [deed for deed in await rows(services, Deed) if deed.what in closings]
    assert (deed.what, deed.account_id) == (What.SESSION_CLOSED_ITSELF, None)
    assert sentence(deed.what, deed.particulars, {}) == "sluit de sessie na 24 uur"
    await minutes_pass(services, 31 * 24 * HOUR)
    assert len([deed for deed in await rows(services, Deed) if deed.what in closings]) == 1


async def test_the_desk_is_told_an_hour_before(services, settings):
    session = await a_session(services, step="zorgen-kansen")
    told = set()
    await endings.warn(services.room, settings, now() + dt.timedelta(hours=22), told)
    assert told == set()
    before = (await reloaded(services, session.id)).revision
    for _ in range(2):
        await endings.warn(services.room, settings, now() + dt.timedelta(hours=23), told)
    assert (await reloaded(services, session.id)).revision == before + 1
    picture = await services.fanout.scene(session.id)
    desk = services.fanout.scenes.shared("desk", picture)
    assert "stopt vanzelf" not in desk
    await services.db.write(
        lambda db: db.execute(update(Session).values(opened_at=now() - dt.timedelta(hours=23, minutes=5)))
    )
    desk = services.fanout.scenes.shared("desk", await services.fanout.scene(session.id))
    assert "Deze sessie stopt vanzelf om" in desk


async def test_the_hours_count_from_the_door_and_not_from_the_first_phone(services, clock):
    made = dt.datetime(2027, 1, 4, 10, 7, tzinfo=dt.UTC)
    clock(made)
    session = await a_session(services, opened=False)
    door = made + dt.timedelta(days=5)
    clock(door)
    desk = await conduct(services, session)
    await desk.open()
    clock(door + dt.timedelta(hours=2))
    await a_participant(services, session)
    await desk.go_to(session.activities[0].id)
    await desk.open()
    assert desk.is_stale
    assert (await reloaded(services, session.id)).opened_at == door


async def test_the_warning_comes_too_when_it_opened_long_after_it_was_made_and_after_a_restart(
    services, settings, clock
):
    made = dt.datetime(2027, 1, 4, 10, 7, tzinfo=dt.UTC)
    clock(made)
    session = await a_session(services, opened=False)
    for moment in (dt.timedelta(hours=23, minutes=30), dt.timedelta(days=40)):
        clock(made + moment)
        await endings.warn(services.room, settings, now(), set())
        assert (await reloaded(services, session.id)).revision == 0
    door = now()
    desk = await conduct(services, session)
    await desk.open()
    await desk.go_to(session.activities[0].id)
    before = (await reloaded(services, session.id)).revision
    clock(door + dt.timedelta(hours=23, minutes=1))
    for process in (set(), set()):
        await endings.warn(services.room, settings, now(), process)
    assert (await reloaded(services, session.id)).revision == before + 2  # each process told its desks
    desks = services.fanout.scenes.shared("desk", await services.fanout.scene(session.id))
    assert "Deze sessie stopt vanzelf om 11.07 uur." in desks


# --- the end by mistake ---------------------------------------------------------------------------


async def test_a_session_that_ended_by_mistake_goes_on_where_it_was(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    card = await send(services, session, phone, "Een kaart")
    desk = await conduct(services, session)
    await desk.end()
    assert (await reloaded(services, session.id)).phones == 1
    with pytest.raises(Closed):
        await send(services, session, phone, "Te laat")
    with pytest.raises(Closed):
        await a_participant(services, session)
    await minutes_pass(services, 9)
    await desk.reopen()
    again = await reloaded(services, session.id)
    assert (again.ended_at, again.ended_by, again.activity_id) == (None, None, session.activity_id)
    assert again.admits
    assert again.code
    await send(services, session, phone, "Verder")
    await services.room.withdraw(phone.participant, card)
    assert [row.body["text"] for row in await rows(services, Contribution)] == ["Verder"]
    await desk.reopen()
    assert desk.is_stale


async def test_after_ten_minutes_the_end_is_for_good(services):
    session = await a_session(services, step="zorgen-kansen")
    await send(services, session, await a_participant(services, session), "Een kaart")
    await end_for_good(services, session)
    cut = await reloaded(services, session.id)
    assert (cut.code, cut.admits, cut.cut_at is None, cut.phones) == (None, False, False, 1)
    with pytest.raises(Closed, match="kan niet meer open"):
        await (await conduct(services, session)).reopen()


async def test_a_round_that_comes_late_does_not_lengthen_the_ten_minutes(services):
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    await desk.end()
    long_ago = update(Session).values(ended_at=now() - links.REOPENS)
    await services.db.write(lambda db: db.execute(long_ago))
    with pytest.raises(Closed):
        await desk.reopen()


# --- what was deleted -----------------------------------------------------------------------------


async def test_a_deleted_card_is_nowhere_and_comes_back_as_it_was(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    card = await send(services, session, phone, "Mijn oom sloeg mij", naar=["begeleider"])
    other = await send(services, session, phone, "Samen")
    desk = await conduct(services, session)
    await desk.set_card_state(card, "shown")
    await desk.gather(session.activity_id, "Een groep", "zorg", [card, other], None)
    async with services.db.read() as db:
        before = vars(await db.get(Contribution, card)).copy()
    signals = {row.id: row.contribution_id for row in await rows(services, Alert)}
    await desk.delete_card(card)
    assert [row.id for row in await rows(services, Contribution)] == [other]
    picture = await services.fanout.scene(session.id)
    for part in ("desk", "screen", "phone-step"):
        assert "Mijn oom" not in services.fanout.scenes.shared(part, picture)
    await desk.delete_card(card)
    assert desk.is_stale
    await desk.bring_back(card)
    async with services.db.read() as db:
        after = vars(await db.get(Contribution, card)).copy()
    for kept in (before, after):
        kept.pop("_sa_instance_state")
    assert after == before
    assert {row.id: row.contribution_id for row in await rows(services, Alert)} == signals
    assert await rows(services, Tombstone) == []
    await desk.bring_back(card)
    assert desk.is_stale


async def test_after_two_minutes_its_words_are_gone_for_good(services, settings):
    session = await a_session(services, step="zorgen-kansen")
    card = await send(services, session, await a_participant(services, session), "zqweg")
    desk = await conduct(services, session)
    await desk.delete_card(card)
    await minutes_pass(services, 1)
    assert len(await rows(services, Discarded)) == 1
    await minutes_pass(services, 2)
    assert await rows(services, Discarded) == []
    assert [row.id for row in await rows(services, Tombstone)] == [card]
    with pytest.raises(Gone, match="voorgoed weg"):
        await desk.bring_back(card)
    await desk.delete_card(card)
    assert desk.is_stale
    await forgetting.wipe(services.db)
    assert await raw.words_in(services.db, ["zqweg"]) == []


async def test_who_takes_back_a_card_that_the_desk_deleted_takes_it_back_for_good(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    card = await send(services, session, phone, "Van mij")
    desk = await conduct(services, session)
    await desk.delete_card(card)
    stranger = await a_participant(services, session)
    with pytest.raises(Gone):
        await services.room.withdraw(stranger.participant, card)
    await services.room.withdraw(phone.participant, card)
    with pytest.raises(Gone):
        await desk.bring_back(card)
    assert [row.id for row in await rows(services, Tombstone)] == [card]


async def test_what_was_deleted_goes_with_the_links(services):
    session = await a_session(services, step="zorgen-kansen")
    card = await send(services, session, await a_participant(services, session), "Weg")
    desk = await conduct(services, session)
    await desk.delete_card(card)
    await end_for_good(services, session)
    assert await rows(services, Discarded) == []


async def test_a_mark_keeps_its_number_and_gets_its_words_back(services):
    session = await a_session(services, "0-leren", step="cijfers")
    phone = await a_participant(services, session)
    form = {"mark.relatie": ["4"], "higher.relatie": ["Meer overleg"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    [mark] = [row for row in await rows(services, Contribution) if row.body.get("higher")]
    desk = await conduct(services, session)
    await desk.delete_card(mark.id)
    [bare] = await rows(services, Contribution)
    assert (bare.body["mark"], bare.body["higher"]) == (4, "")
    await desk.delete_card(mark.id)
    assert desk.is_stale
    await desk.bring_back(mark.id)
    [whole] = await rows(services, Contribution)
    assert (whole.body, whole.state, whole.words_id) == (mark.body, mark.state, mark.words_id)
    await desk.delete_card(mark.id)
    form["higher.relatie"] = ["Iets anders"]
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    with pytest.raises(Gone, match="iets anders"):
        await desk.bring_back(mark.id)


async def test_a_group_that_was_dissolved_comes_back_with_its_cards(services):
    session = await a_session(services, step="zorgen-kansen")
    cards = [await send(services, session, None, f"Kaart {number}") for number in range(3)]
    desk = await conduct(services, session)
    await desk.gather(session.activity_id, "Een groep", "zorg", cards, None)
    [cluster] = await rows(services, Cluster)
    await desk.dissolve_cluster(cluster.id)
    await desk.dissolve_cluster(cluster.id)
    assert desk.is_stale
    await desk.set_card_state(cards[0], "hidden")
    await desk.bring_back(cluster.id)
    assert [(row.id, row.name) for row in await rows(services, Cluster)] == [(cluster.id, "Een groep")]
    inside = {row.id for row in await rows(services, Contribution) if row.cluster_id == cluster.id}
    assert inside == set(cards[1:])


async def test_nobody_brings_back_what_is_of_another_session(services):
    session = await a_session(services, step="zorgen-kansen")
    card = await send(services, session, await a_participant(services, session), "Weg")
    await (await conduct(services, session)).delete_card(card)
    elsewhere = await conduct(services, await a_session(services))
    with pytest.raises(Gone):
        await elsewhere.bring_back(card)
    assert activity(await reloaded(services, session.id), "zorgen-kansen")


@pytest.mark.parametrize(
    ("opened", "ends"),
    [
        ("2027-03-27 20:00", "22.00"),  # the night in which summer time begins: an hour later by the clock
        ("2027-10-30 19:00", "20.00"),  # the night in which it ends
        ("2027-07-01 21:00", "23.00"),
        ("2027-12-31 22:00", "23.00"),  # the last of a year
    ],
)
async def test_a_day_is_twenty_four_hours_also_in_the_night_that_the_clocks_change(
    services, settings, clock, opened, ends
):
    began = dt.datetime.fromisoformat(opened).replace(tzinfo=dt.UTC)
    clock(began)
    session = await a_session(services, step="zorgen-kansen")
    await a_participant(services, session)
    clock(began + dt.timedelta(hours=23, minutes=30))
    desk = services.fanout.scenes.shared("desk", await services.fanout.scene(session.id))
    assert f"stopt vanzelf om {ends} uur." in desk
    await minutes_pass(services, 0)
    assert (await reloaded(services, session.id)).ended_at is None
    clock(began + dt.timedelta(hours=24))
    await minutes_pass(services, 0)
    assert (await reloaded(services, session.id)).ended_at == began + dt.timedelta(hours=24)
