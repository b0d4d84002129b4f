"""The facilitator's deeds, and the cut after which nobody can be found back."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from tests.people import (
    a_desk,
    a_participant,
    a_session,
    activity,
    both_databases,
    conduct,
    end_for_good,
    reloaded,
)
from workshop.live.conduct import Conduct, NotDriving
from workshop.live.errors import Closed, Gone, NotTakingPart
from workshop.log.what import What
from workshop.models import Acknowledged, Base, Contribution, Deed, Participant, now


async def a_room(services, *groups):
    """A session at its cards, and a phone with a card for each of these groups: (session, phones)."""
    session = await a_session(services, step="zorgen-kansen")
    phones = [await a_participant(services, session, group) for group in groups]
    for number, phone in enumerate(phones):
        await send(services, session, phone, column="zorg", text=f"{phone.participant.group} {number}")
    return session, phones


async def send(services, session, phone, **form):
    given = {name.replace("__", "."): [value] for name, value in form.items()}
    step = (await reloaded(services, session.id)).activity_id
    return await services.room.contribute(session.id, phone.id, step, uuid.uuid4(), given)


async def rows(services, kind=Contribution):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


# --- the cut --------------------------------------------------------------------------------------


@both_databases
async def test_a_group_of_five_keeps_its_label_and_a_smaller_one_does_not(services):
    session, _ = await a_room(services, *["jongere"] * 5, *["ouder"] * 4, "beleid")
    await end_for_good(services, session)
    kept = {row.body["text"].split()[0]: row.group for row in await rows(services)}
    assert kept == {"jongere": "jongere", "ouder": None, "beleid": None}


@both_databases
async def test_a_small_group_is_not_known_by_the_label_it_lacks(services):
    session, _ = await a_room(services, *["jongere"] * 5, "ouder")
    await end_for_good(services, session)
    assert {row.group for row in await rows(services)} == {None}


@both_databases
async def test_after_the_end_no_row_leads_from_a_card_to_a_phone(services):
    session, phones = await a_room(services, *["jongere"] * 5, *["ouder"] * 5)
    await end_for_good(services, session)
    tokens = {phone.participant.token_hash for phone in phones}
    ids = {form for phone in phones for form in (str(phone.id), phone.id.hex, repr(phone.id))}
    async with services.db.read() as db:
        for table in Base.metadata.sorted_tables:
            if table is not Participant.__table__:
                found = repr((await db.execute(select(table))).all())
                assert not [secret for secret in ids | tokens if secret in found], table.name
    assert {(row.participant_id, row.order) for row in await rows(services)} == {(None, None)}
    assert (await reloaded(services, session.id)).phones == 10


@both_databases
async def test_after_the_end_the_marks_of_one_phone_are_not_known_to_belong_together(services):
    session = await a_session(services, "0-leren", step="cijfers")
    for _ in range(3):
        phone = await a_participant(services, session)
        await send(services, session, phone, mark__relatie="4", mark__proces="5", mark__belangen="6")
    await end_for_good(services, session)
    found, sent = await rows(services), {row.id for row in await rows(services, Acknowledged)}
    assert len(found) == 9
    assert {row.slot for row in found} == {"relatie", "proces", "belangen"}
    derived = {uuid.uuid5(row.id, str(place)) for row in found for place in range(9)}
    assert not derived & {row.id for row in found}
    assert len(sent & {row.id for row in found}) == 3  # one each: it links to no other row


@both_databases
async def test_who_left_before_the_end_counts_in_its_group_as_it_did(services):
    session, phones = await a_room(services, *["jongere"] * 5)
    await services.room.leave(phones[0].participant)
    await end_for_good(services, session)
    assert {row.group for row in await rows(services)} == {"jongere"}


# --- the wheel ------------------------------------------------------------------------------------


async def test_a_session_without_a_driver_is_driven_by_the_first_who_drives(services):
    session = await a_session(services)
    colleague = await a_desk(services, (await conduct(services, session)).sign_in.account)

    async def lose(db, session):
        session.driver_id = None

    await services.room.change(session.id, frozenset(), lose)
    await Conduct(services.room, session.id, colleague).go_to(session.activities[0].id)
    assert (await reloaded(services, session.id)).driver_id == colleague.id


async def test_only_the_wheel_changes_the_step_and_taking_it_is_logged(services):
    session = await a_session(services)
    driver = await conduct(services, session)
    beside = Conduct(services.room, session.id, await a_desk(services, driver.sign_in.account))
    first = session.activities[0].id
    for deed in (
        lambda: beside.go_to(first),
        lambda: beside.set_open(first, False),
        lambda: beside.set_shown(first, True),
        lambda: beside.set_clock(first, "erbij"),
        lambda: beside.set_blank(True),
        lambda: beside.set_admits(False),
        beside.rotate_codes,
        beside.end,
    ):
        with pytest.raises(NotDriving, match="Een collega heeft nu de regie"):
            await deed()
    await beside.take_wheel()
    await beside.go_to(first)
    with pytest.raises(NotDriving):
        await driver.go_to(None)
    assert What.WHEEL_TAKEN in {deed.what for deed in await rows(services, Deed)}


# --- deeds ----------------------------------------------------------------------------------------


async def test_a_clock_that_stood_still_gets_its_time_back(services):
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    await desk.set_clock(session.activity_id, "pauze")
    await desk.set_clock(session.activity_id, "erbij")
    picture = await services.fanout.scene(session.id)
    assert picture.scene.paused_left >= 12 * 60
    await desk.set_clock(session.activity_id, "verder")
    now = activity(await reloaded(services, session.id), "zorgen-kansen")
    assert (now.paused_at, now.extra_seconds >= 120) == (None, True)


async def test_letting_all_through_leaves_hidden_cards_hidden(services):
    session, _ = await a_room(services, None, None)
    desk = await conduct(services, session)
    held, hidden = [row.id for row in await rows(services)]
    await desk.set_card_state(held, "held")
    await desk.set_card_state(hidden, "hidden")
    await desk.show_all(session.activity_id)
    assert {row.id: row.state for row in await rows(services)} == {held: "shown", hidden: "hidden"}


async def test_deeds_are_logged_without_a_word_of_a_card(services):
    session, _ = await a_room(services, None)
    desk = await conduct(services, session)
    [card] = await rows(services)
    await desk.delete_card(card.id)
    await desk.end()
    logged = [deed.what for deed in await rows(services, Deed)]
    assert logged == [What.SESSION_MADE, What.CARD_DELETED, What.SESSION_CLOSED]
    assert {deed.about for deed in await rows(services, Deed)} == {session.title}


async def test_what_is_not_in_this_session_is_gone(services):
    session, _ = await a_room(services, None)
    [card] = await rows(services)
    elsewhere = await conduct(services, await a_session(services))
    for deed in (
        lambda: elsewhere.go_to(session.activity_id),
        lambda: elsewhere.set_card_state(card.id, "hidden"),
        lambda: elsewhere.rewrite_card(card.id, "Gekaapt"),
        lambda: elsewhere.delete_card(card.id),
        lambda: elsewhere.loosen(session.activity_id, [card.id], {}),
        lambda: elsewhere.rename_cluster(uuid.uuid4(), "Gekaapt"),
        lambda: elsewhere.show_all(session.activity_id),
        lambda: elsewhere.gather(session.activity_id, "Gekaapt", "", [card.id], None),
    ):
        with pytest.raises(Gone):
            await deed()


async def test_the_end_comes_once_and_stops_everything(services):
    session, phones = await a_room(services, None)
    desk = await conduct(services, session)
    await desk.end()
    await desk.end()
    assert desk.is_stale
    with pytest.raises(Closed, match="al afgelopen"):
        await desk.go_to(None)
    with pytest.raises(Closed, match="afgelopen"):
        await send(services, session, phones[0], column="zorg", text="Te laat")
    stranger = await a_participant(services, await a_session(services))
    with pytest.raises(NotTakingPart):
        await send(services, session, stranger, column="zorg", text="Te laat")


async def test_two_minutes_after_the_time_was_up_count_from_now(services, clock):
    session = await a_session(services, step="zorgen-kansen")
    desk, later = await conduct(services, session), now() + dt.timedelta(minutes=20)  # of a step of twelve
    clock(later)
    for presses in (1, 2):
        await desk.set_clock(session.activity_id, "erbij")
        left = (await services.fanout.scene(session.id)).scene.until - int(later.timestamp())
        assert abs(left - presses * 120) <= 1
