"""The live room: commit, then tell; one id is one row; what is taken back stays away."""

import asyncio
import uuid
from dataclasses import asdict

import pytest
from sqlalchemy import select

from tests.people import (
    a_participant,
    a_session,
    a_while_later,
    activity,
    both_databases,
    conduct,
    end_for_good,
    reloaded,
)
from workshop import bus, codes
from workshop.bus import LocalBus
from workshop.kinds import KindError
from workshop.live.errors import Closed, Gone, NotTakingPart
from workshop.models import Acknowledged, Contribution, Participant, Session


def card(text="Er wordt weinig over gepraat", column="zorg"):
    return {"column": [column], "text": [text]}


async def send(services, session, phone, form, contribution_id=None):
    """Posts to the current step; returns the receipt."""
    session = await reloaded(services, session.id)
    return await services.room.contribute(
        session.id, phone and phone.id, session.activity_id, contribution_id or codes.new_id(), form
    )


async def rows(services, session):
    ids = [activity.id for activity in session.activities]
    async with services.db.read() as db:
        found = await db.scalars(select(Contribution).where(Contribution.activity_id.in_(ids)))
        return list(found)


async def texts(services, session):
    return sorted(row.body["text"] for row in await rows(services, session))


async def dots_session(services):
    """A session with three shown cards in its list, and their ids."""
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    for text in ("Een", "Twee", "Drie"):
        await send(services, session, phone, card(text))
    cards = [str(row.id) for row in await rows(services, session)]
    await (await conduct(services, session)).go_to(activity(session, "stippen").id)
    return session, cards


# --- one id, one row ------------------------------------------------------------------------------


@both_databases
async def test_a_card_that_is_acknowledged_is_in_the_database(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    receipt = await send(services, session, phone, card("  Foto's   worden gedeeld "))
    (row,) = await rows(services, session)
    assert (row.id, row.participant_id, row.state) == (receipt.id, phone.id, "shown")
    assert row.body == {"text": "Foto's worden gedeeld", "column": "zorg", "place": ""}


@both_databases
async def test_the_same_id_ten_times_is_one_row(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    again = codes.new_id()
    receipts = [await send(services, session, phone, card(), again) for _ in range(10)]
    assert [receipt.repeated for receipt in receipts] == [False] + [True] * 9
    assert len(await rows(services, session)) == 1


@both_databases
async def test_the_same_id_ten_times_at_once_is_one_row(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    again = codes.new_id()
    receipts = await asyncio.gather(*(send(services, session, phone, card(), again) for _ in range(10)))
    assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * 9
    assert len(await rows(services, session)) == 1


@both_databases
async def test_a_repeated_id_changes_nothing_of_the_first(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    again = codes.new_id()
    await send(services, session, phone, card("Het eerste"), again)
    await send(services, session, phone, card("Iets anders"), again)
    assert await texts(services, session) == ["Het eerste"]


@both_databases
async def test_another_phone_cannot_overwrite_by_using_the_same_id(services):
    session = await a_session(services, step="zorgen-kansen")
    mine, other = await a_participant(services, session), await a_participant(services, session)
    again = codes.new_id()
    await send(services, session, mine, card("Van mij"), again)
    assert (await send(services, session, other, card("Van een ander"), again)).repeated
    (row,) = await rows(services, session)
    assert (row.participant_id, row.body["text"]) == (mine.id, "Van mij")


# --- votes ----------------------------------------------------------------------------------------


@both_databases
async def test_two_phones_that_vote_at_once_both_count(services):
    session, cards = await dots_session(services)
    phones = [await a_participant(services, session) for _ in range(2)]
    await asyncio.gather(*(send(services, session, phone, {"options": cards[:1]}) for phone in phones))
    picture = await services.fanout.scene(session.id)
    assert picture.scene.tally.ranks[0].dots == 2


@both_databases
async def test_one_phone_that_votes_many_times_at_once_has_one_vote(services):
    session, cards = await dots_session(services)
    phone = await a_participant(services, session)
    await asyncio.gather(*(send(services, session, phone, {"options": cards}) for _ in range(10)))
    picture = await services.fanout.scene(session.id)
    assert [rank.dots for rank in picture.scene.tally.ranks] == [1, 1, 1]


@both_databases
async def test_a_new_vote_takes_the_place_of_the_old_one(services):
    session, cards = await dots_session(services)
    phone = await a_participant(services, session)
    await send(services, session, phone, {"options": cards[:2]})
    await send(services, session, phone, {"options": cards[2:]})
    picture = await services.fanout.scene(session.id)
    assert [(rank.option.id, rank.dots) for rank in picture.scene.tally.ranks if rank.dots] == [(cards[2], 1)]


@both_databases
async def test_a_phone_that_sends_more_than_its_number_is_told_so(services):
    session = await a_session(services, "5", step="doel")
    phone = await a_participant(services, session)
    for n in range(5):
        await send(services, session, phone, {"text": [f"Doel {n}"]})
    with pytest.raises(KindError, match="Je hebt er al 5 gestuurd"):
        await send(services, session, phone, {"text": ["Doel 6"]})
    assert len(await rows(services, session)) == 5


# --- when it may not ------------------------------------------------------------------------------


@both_databases
async def test_a_closed_step_refuses_and_keeps_nothing(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    desk = await conduct(services, session)
    await desk.set_open(session.activity_id, False)
    with pytest.raises(Closed, match="net dicht"):
        await send(services, session, phone, card())
    assert await rows(services, session) == []
    await desk.set_open(session.activity_id, True)
    await send(services, session, phone, card())
    assert len(await rows(services, session)) == 1


@both_databases
async def test_a_step_that_is_not_current_refuses(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    late = activity(session, "zorgen-kansen").id
    await (await conduct(services, session)).go_to(activity(session, "signalen").id)
    await a_while_later(services, session)
    with pytest.raises(Closed, match="al verder"):
        await services.room.contribute(session.id, phone.id, late, codes.new_id(), card())
    with pytest.raises(Closed, match="al verder"):
        await services.room.contribute(
            session.id, phone.id, activity(session, "stippen").id, codes.new_id(), card()
        )


async def test_a_step_that_the_room_just_left_takes_what_somebody_was_writing(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    late, desk = activity(session, "zorgen-kansen").id, await conduct(services, session)
    for step in (activity(session, "signalen").id, None):
        await desk.go_to(step)
        await services.room.contribute(session.id, phone.id, late, codes.new_id(), card(f"Bij {step}"))
    assert len(await texts(services, session)) == 2


async def test_a_step_that_was_closed_before_the_room_left_it_takes_nothing(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    late, desk = activity(session, "zorgen-kansen").id, await conduct(services, session)
    await desk.set_open(late, False)
    await desk.go_to(activity(session, "signalen").id)
    with pytest.raises(Closed, match="net dicht"):
        await services.room.contribute(session.id, phone.id, late, codes.new_id(), card())
    assert await rows(services, session) == []


async def test_a_step_that_the_room_came_back_to_takes_cards_as_long_as_it_is_open(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    desk, first = await conduct(services, session), activity(session, "zorgen-kansen").id
    await desk.go_to(None)
    await desk.go_to(first)
    await a_while_later(services, session)
    await send(services, session, phone, card())
    assert len(await rows(services, session)) == 1


@both_databases
async def test_an_ended_session_refuses_cards_and_phones(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    await end_for_good(services, session)
    with pytest.raises(Closed, match="afgelopen"):
        await send(services, session, phone, card())
    with pytest.raises(Closed, match="niemand meer binnen"):
        await services.room.join(session.join_token, None)


@both_databases
async def test_an_answer_that_does_not_fit_keeps_nothing_and_may_be_sent_again(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    same = codes.new_id()
    with pytest.raises(KindError, match="nog niets geschreven"):
        await send(services, session, phone, card("   "), same)
    assert not (await send(services, session, phone, card("Nu wel"), same)).repeated


@both_databases
async def test_a_phone_that_left_takes_no_part(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    await services.room.leave(phone.participant)
    with pytest.raises(NotTakingPart):
        await send(services, session, phone, card())


@both_databases
async def test_a_phone_of_another_session_takes_no_part(services):
    session = await a_session(services, step="zorgen-kansen")
    elsewhere = await a_participant(services, await a_session(services))
    with pytest.raises(NotTakingPart):
        await send(services, session, elsewhere, card())
    assert await rows(services, session) == []


@both_databases
async def test_a_session_that_is_not_there_is_gone(services):
    with pytest.raises(Gone):
        await services.room.change(uuid.uuid4(), bus.DESK, lambda db, session: asyncio.sleep(0))


# --- joining --------------------------------------------------------------------------------------


@both_databases
async def test_joining_gives_a_token_of_which_only_a_hash_is_kept(services):
    session = await a_session(services)
    phone = await a_participant(services, session, "jongere")
    assert phone.participant.token_hash == codes.token_hash(phone.token)
    assert phone.participant.group == "jongere"


@both_databases
async def test_an_unknown_address_and_a_locked_room_admit_nobody(services):
    session = await a_session(services)
    with pytest.raises(Gone):
        await services.room.join("onbekend", None)
    await (await conduct(services, session)).set_admits(False)
    with pytest.raises(Closed):
        await services.room.join(session.join_token, None)


@both_databases
async def test_new_codes_shut_out_a_photographed_one_and_keep_who_is_in(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    await (await conduct(services, session)).rotate_codes()
    with pytest.raises(Gone):
        await services.room.join(session.join_token, None)
    await send(services, session, phone, card())


@both_databases
async def test_a_group_that_is_not_in_the_list_is_refused(services):
    session = await a_session(services)
    with pytest.raises(ValueError, match="Deze groep bestaat niet"):
        await services.room.join(session.join_token, "docent")


# --- held back, taken back ------------------------------------------------------------------------


@both_databases
async def test_a_card_of_a_held_back_session_waits(services):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    phone = await a_participant(services, session)
    await send(services, session, phone, card())
    picture = await services.fanout.scene(session.id)
    assert (picture.scene.tally.shown, len(picture.scene.tally.held)) == (0, 1)


@both_databases
async def test_what_the_desk_enters_waits_for_nobody(services):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    await send(services, session, None, card())
    assert [row.state for row in await rows(services, session)] == ["shown"]


@both_databases
async def test_taking_back_removes_the_row(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    receipt = await send(services, session, phone, card())
    await services.room.withdraw(phone.participant, receipt.id)
    assert await rows(services, session) == []


@both_databases
async def test_what_was_taken_back_does_not_return_when_the_phone_sends_it_again(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    receipt = await send(services, session, phone, card())
    await services.room.withdraw(phone.participant, receipt.id)
    assert (await send(services, session, phone, card(), receipt.id)).repeated
    assert await rows(services, session) == []
    async with services.db.read() as db:
        assert await db.get(Acknowledged, receipt.id)


@both_databases
async def test_another_phones_card_is_gone_for_me(services):
    session = await a_session(services, step="zorgen-kansen")
    mine, other = await a_participant(services, session), await a_participant(services, session)
    receipt = await send(services, session, mine, card())
    with pytest.raises(Gone):
        await services.room.withdraw(other.participant, receipt.id)
    with pytest.raises(Gone):
        await services.room.withdraw(other.participant, uuid.uuid4())
    assert len(await rows(services, session)) == 1


# --- the end --------------------------------------------------------------------------------------


@both_databases
async def test_the_end_cuts_every_link_between_a_card_and_a_phone(services):
    session = await a_session(services, step="zorgen-kansen")
    phones = [await a_participant(services, session, group) for group in ("jongere",) * 5 + ("ouder",) * 4]
    for phone in phones:
        await send(services, session, phone, card())
    await end_for_good(services, session)
    found = await rows(services, session)
    assert {(row.participant_id, row.order) for row in found} == {(None, None)}
    assert (await reloaded(services, session.id)).phones == 9


@both_databases
async def test_a_small_group_leaves_no_label(services):
    session = await a_session(services, step="zorgen-kansen")
    for group in ("jongere",) * 5 + ("ouder",) * 4:
        await send(services, session, await a_participant(services, session, group), card(group))
    await end_for_good(services, session)
    assert "ouder" not in {row.group for row in await rows(services, session)}


@both_databases
async def test_after_the_end_nothing_can_be_taken_back_because_nobody_knows_whose_it_was(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    receipt = await send(services, session, phone, card())
    await end_for_good(services, session)
    with pytest.raises(Gone):
        await services.room.withdraw(phone.participant, receipt.id)


@both_databases
async def test_leaving_ends_the_token_and_leaves_the_card_as_it_is(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    await send(services, session, phone, card())
    for _ in range(2):
        await services.room.leave(phone.participant)
    assert [row.participant_id for row in await rows(services, session)] == [phone.id]
    async with services.db.read() as db:
        assert (await db.get(Participant, phone.id)).token_hash is None


# --- commit, then tell ----------------------------------------------------------------------------


class ReadingBus(LocalBus):
    """Notes what the database holds at the moment that others are told."""

    def __init__(self, db):
        super().__init__()
        self.db = db
        self.told = []

    async def tell(self, change):
        async with self.db.read() as db:
            revision = await db.scalar(select(Session.revision).where(Session.id == change.session_id))
        self.told.append((change.revision, revision))
        await super().tell(change)


@both_databases
async def test_nothing_is_told_that_is_not_committed(services):
    session = await a_session(services, step="zorgen-kansen")
    services.room.bus = ReadingBus(services.db)
    phone = await a_participant(services, session)
    await asyncio.gather(*(send(services, session, phone, card(str(n))) for n in range(10)))
    told = services.room.bus.told
    assert len({revision for revision, _ in told}) == len(told)
    assert told[-1][0] == (await reloaded(services, session.id)).revision
    assert all(committed >= revision for revision, committed in told)


@both_databases
async def test_what_fails_tells_nobody_and_raises_no_revision(services):
    session = await a_session(services, step="zorgen-kansen")
    services.room.bus = ReadingBus(services.db)
    before = (await reloaded(services, session.id)).revision

    async def failing(db, session):
        session.title = "half"
        await db.flush()
        raise Closed("toch niet")

    with pytest.raises(Closed):
        await services.room.change(session.id, bus.DESK, failing)
    after = await reloaded(services, session.id)
    assert (after.revision, after.title, services.room.bus.told) == (before, session.title, [])


async def test_a_receipt_tells_nothing_about_who_else_sent(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    receipt = await send(services, session, phone, card())
    assert asdict(receipt) == {"id": receipt.id, "repeated": False, "said": receipt.said}


@both_databases
async def test_a_proposal_comes_to_every_phone_and_a_vote_to_none(services, monkeypatch):
    told = []
    monkeypatch.setattr(services.room.bus, "tell", lambda change: collect(told, change))
    session = await a_session(services, "2", step="meten")
    phone, other = [await a_participant(services, session) for _ in range(2)]
    receipt = await send(
        services, session, phone, {"what": ["signaal"], "text": ["Mentoren merken het eerder"]}
    )
    assert told[-1].parts >= bus.OURS
    await send(services, session, other, {"about": [str(receipt.id)], "need": ["nodig"]})
    assert not bus.OURS & told[-1].parts
    await services.room.withdraw(phone.participant, receipt.id)
    assert told[-1].parts >= bus.OURS


async def collect(told, change):
    told.append(change)
