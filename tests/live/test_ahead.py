"""People answer one step before the meeting, by a secret address, until a day."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from tests.people import (
    a_participant,
    a_session,
    activity,
    both_databases,
    conduct,
    minutes_pass,
    reloaded,
)
from workshop import codes
from workshop.live import ahead, endings, plan, preparing
from workshop.live.errors import Closed, Gone
from workshop.models import (
    Acknowledged,
    Ahead,
    Alert,
    Contribution,
    Membership,
    Participant,
    SignIn,
    Tombstone,
    now,
)
from workshop.retention import expiry, returning

DAY = dt.timedelta(days=1)
CARDS = "zorgen-kansen"


async def all_of(services, kind):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


async def desk_of(services, session):
    async with services.db.read() as db:
        return await db.get_one(SignIn, session.driver_id)


async def a_session_ahead(services, step=CARDS, days=3, **how):
    """A session that is closed, and one step of it that people can answer already."""
    session = await a_session(services, opened=False, **how)
    await begin(services, session, step, days)
    return await reloaded(services, session.id)


async def begin(services, session, step=CARDS, days=3.0):
    desk = await desk_of(services, session)
    await ahead.begin(services.room, session.id, desk, activity(session, step).id, now() + days * DAY)


async def a_phone(services, session, group=None):
    token = await services.room.join_ahead(session.ahead.token, group)
    return await services.room.memory.phone(codes.token_hash(token)), token


async def send(services, session, phone, words="Er is weinig licht", step=CARDS, **form):
    form = form or {"column": ["zorg"], "text": [words]}
    return await services.room.contribute(
        session.id, phone.id, activity(session, step).id, uuid.uuid4(), form
    )


@both_databases
async def test_who_has_the_address_sends_to_that_one_step_and_takes_back(services):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session, "ouder")
    card = await send(services, session, phone)
    other = await send(services, session, phone, "Te laat thuis")
    with pytest.raises(Closed):
        await send(services, session, phone, step=session.activities[-1].key)
    await services.room.withdraw(phone, other.id)
    assert [row.id for row in await all_of(services, Contribution)] == [card.id]
    with pytest.raises(Closed):
        await services.room.join(session.join_token, None)
    assert (await reloaded(services, session.id)).code is None


async def test_every_card_waits_also_with_adults_because_nobody_looks_on(services):
    session = await a_session_ahead(services, holds_back=False)
    phone, _ = await a_phone(services, session)
    await send(services, session, phone)
    assert [row.state for row in await all_of(services, Contribution)] == ["held"]


@both_databases
async def test_at_its_moment_the_links_are_cut_and_the_tokens_end(services, settings):
    session = await a_session_ahead(services)
    phone, token = await a_phone(services, session, "ouder")
    card = await send(services, session, phone)
    settled = await services.db.write(lambda db: endings.settle(db, settings, now() + 3 * DAY))
    assert settled.cut == 1
    closed = await reloaded(services, session.id)
    assert closed.is_prepared
    assert (closed.ahead.token, closed.ahead.phones, closed.takes_ahead) == (None, 1, False)
    assert [(row.id, row.participant_id, row.order) for row in await all_of(services, Contribution)] == [
        (card.id, None, 0)
    ]
    assert await all_of(services, Participant) == []
    assert await services.room.memory.phone(codes.token_hash(token)) is None
    assert [row.sort for row in await all_of(services, Tombstone)] == ["ahead"]
    assert (await services.db.write(lambda db: endings.settle(db, settings, now() + 4 * DAY))).cut == 0


async def test_the_moment_itself_closes_it_before_any_round_does(services, clock):
    session = await a_session_ahead(services)
    phone, token = await a_phone(services, session)
    clock(now() + 3 * DAY)
    assert await services.room.memory.phone(codes.token_hash(token)) is None
    assert await services.room.memory.ahead(session.ahead.token) is None
    with pytest.raises(Gone):
        await services.room.join_ahead(session.ahead.token, None)
    with pytest.raises(Closed):
        await send(services, session, phone)


async def test_no_change_of_the_day_makes_it_longer_than_the_setting(services, settings):
    session = await a_session_ahead(services)
    desk, longest = await desk_of(services, session), settings.ahead_days
    for until in (now() - DAY, now() + (longest + 1) * DAY):
        with pytest.raises(ValueError, match="Kies een"):
            await ahead.move(services.room, session.id, desk, until)
    until = now() + (longest - 1) * DAY
    await ahead.move(services.room, session.id, desk, until)
    assert (await reloaded(services, session.id)).ahead.until == until
    with pytest.raises(ValueError, match="Kies een"):
        await begin(services, await a_session(services, opened=False), days=longest + 1)


async def test_opening_the_session_closes_it_and_its_cards_are_in_the_step(services):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    card = await send(services, session, phone)
    desk = await conduct(services, session)
    await desk.set_card_state(card.id, "shown")
    await desk.open()
    assert await all_of(services, Participant) == []
    with pytest.raises(Gone):
        await services.room.join_ahead(session.ahead.token, None)
    await desk.go_to(activity(session, CARDS).id)
    comer = await a_participant(services, session)
    await services.room.contribute(
        session.id,
        comer.id,
        activity(session, CARDS).id,
        uuid.uuid4(),
        {"column": ["zorg"], "text": ["Nog een"]},
    )
    scene = (await services.fanout.scene(session.id)).scene
    assert (scene.phones, scene.ahead, scene.tally.shown) == (1, 1, 2)


async def test_what_waits_can_be_let_through_together_after_the_cut(services):
    session = await a_session_ahead(services)
    for words in ("Een", "Twee"):
        phone, _ = await a_phone(services, session)
        await send(services, session, phone, words)
    await ahead.stop(services.room, session.id, await desk_of(services, session))
    await (await conduct(services, session)).show_all(activity(session, CARDS).id, 0)
    assert {row.state for row in await all_of(services, Contribution)} == {"shown"}


async def test_what_sounds_personal_is_still_marked_after_it_closed(services):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    form = {"column": ["zorg"], "text": ["Mijn oom heeft mij aangeraakt"], "naar": ["begeleider"]}
    receipt = await send(services, session, phone, **form)
    assert "later" in receipt.said
    await ahead.stop(services.room, session.id, await desk_of(services, session))
    (card,), (alert,) = await all_of(services, Contribution), await all_of(services, Alert)
    assert "ervaring" in card.signals
    assert alert.contribution_id == card.id


async def test_a_second_press_changes_nothing(services):
    session = await a_session_ahead(services)
    before = session.ahead
    await begin(services, session, days=5)
    assert (await reloaded(services, session.id)).ahead.token == before.token
    desk = await desk_of(services, session)
    for _ in range(2):
        await ahead.renew(services.room, session.id, desk, "nieuw")
    for _ in range(2):
        await ahead.stop(services.room, session.id, desk)
    assert len(await all_of(services, Tombstone)) == 1
    with pytest.raises(Closed):
        await ahead.renew(services.room, session.id, desk, "nog een")


async def test_who_is_in_stays_in_when_the_address_is_renewed(services):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    await ahead.renew(services.room, session.id, await desk_of(services, session), "een-nieuw-adres")
    await send(services, session, phone)
    with pytest.raises(Gone):
        await services.room.join_ahead(session.ahead.token, None)
    assert await services.room.join_ahead("een-nieuw-adres", None)


async def test_only_a_kind_that_says_so_and_only_a_closed_session(services):
    session = await a_session(services, opened=False)
    talk = next(step for step in session.activities if not ahead.fits(step))
    with pytest.raises(Closed):
        await begin(services, session, talk.key)
    with pytest.raises(Closed):
        await begin(services, await a_session(services), CARDS)


async def test_a_step_of_which_the_room_sits_in_subgroups_is_not_for_who_is_alone(services):
    step = activity(await a_session(services, opened=False), CARDS)
    assert ahead.fits(step)
    step.settings = step.settings | {"subgroups": True}
    assert not ahead.fits(step)


async def test_the_step_stays_as_people_answered_it(services):
    session = await a_session_ahead(services)
    step = activity(session, CARDS)
    form = {"title": step.title, "question": "Iets anders?", "help": step.help, "minutes": "10"}
    form |= {f"youth.{what}": words for what, words in step.youth.items()}
    with pytest.raises(Closed):
        await plan.change_step(services.room, session.id, step.id, form)
    with pytest.raises(Closed):
        await plan.skip_step(services.room, session.id, step.id, True)
    await plan.change_step(
        services.room, session.id, step.id, form | {"question": step.question, "minutes": "12"}
    )


async def test_a_copy_has_nothing_of_it_and_a_session_that_takes_answers_is_not_deleted(services):
    session = await a_session_ahead(services)
    desk = await desk_of(services, session)
    copy = await reloaded(services, await preparing.copy(services.room, session.id, desk, uuid.uuid4()))
    assert copy.ahead is None
    async with services.db.read() as db:
        member = (await db.scalars(select(Membership))).first()
    with pytest.raises(Closed):
        await preparing.remove(services.room, session.id, member)
    await ahead.stop(services.room, session.id, desk)
    await preparing.remove(services.room, session.id, member)
    assert await all_of(services, Ahead) == []


@both_databases
async def test_answers_for_a_meeting_that_never_came_go_after_a_month(services, settings, clock):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    await send(services, session, phone)
    clock(now() + 3 * DAY)
    await expiry.purge(services.db, settings)
    clock(now() + (settings.unconfirmed_days - 1) * DAY)
    await expiry.purge(services.db, settings)
    assert len(await all_of(services, Contribution)) == 1
    assert await all_of(services, Acknowledged) == []
    clock(now() + 2 * DAY)
    await expiry.purge(services.db, settings)
    assert await all_of(services, Contribution) == []
    assert (await reloaded(services, session.id)).is_prepared


@both_databases
async def test_a_backup_brings_no_link_back(services, settings, tmp_path):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    await send(services, session, phone)
    file = tmp_path / "gewist.txt"
    file.write_text(f"2027-01-04 ahead {session.ahead.id.hex}\n")
    found = await returning.agree(services.db, settings.group_minimum, file)
    assert found["ahead"] == 1
    assert [row.participant_id for row in await all_of(services, Contribution)] == [None]
    assert (await reloaded(services, session.id)).ahead.token is None


async def test_what_came_ahead_stays_when_a_session_is_opened_for_nothing(services):
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    await send(services, session, phone)
    await (await conduct(services, session)).open()
    await minutes_pass(services, 25 * 60)
    again = await reloaded(services, session.id)
    assert again.is_prepared
    assert (again.ahead.phones, again.takes_ahead) == (1, False)
    assert len(await all_of(services, Contribution)) == 1


async def test_there_is_no_second_round_of_what_absent_people_answered(services):
    """From both rounds together somebody could subtract the one answer that cannot be given again."""
    session = await a_session_ahead(services)
    phone, _ = await a_phone(services, session)
    await send(services, session, phone)
    await ahead.stop(services.room, session.id, await desk_of(services, session))
    session = await reloaded(services, session.id)
    step = activity(session, CARDS)
    step.kind, step.shown = "marks", True
    with pytest.raises(Closed, match="vooraf"):
        plan.add_second_round(session, step, "")
