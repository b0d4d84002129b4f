"""Rehearsals come once, are played by one process, and leave nothing. The clock is given; nothing waits."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from tests.pages.presses import contents
from tests.people import a_desk, a_facilitator, a_session, both_databases, conduct, reloaded
from workshop import codes
from workshop.app import make_services, running
from workshop.live import preparing
from workshop.live.errors import Full, Gone
from workshop.live.plan import skip_step
from workshop.log.what import What
from workshop.models import Account, Activity, Deed, Membership, Participant, Rehearsal, Session, SignIn, now
from workshop.rehearsal import rehearsals
from workshop.rehearsal.company import Company
from workshop.rehearsal.rehearsals import LEFT_ALONE, LONGEST, SILENT, Rehearsals

pytestmark = both_databases


@pytest.fixture
def played(monkeypatch):
    """The sessions whose phones were set to play, in this order; none of them really does."""
    found = []

    class StillCompany(Company):
        async def play(self):
            found.append(self.session_id)

    monkeypatch.setattr(rehearsals, "Company", StillCompany)
    return found


@pytest.fixture
def elsewhere(services):
    """The rehearsals of another process."""
    other = Rehearsals(services.room, services.fanout)
    other.process = uuid.uuid4()
    return other


async def rows(services, kind):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


async def a_plan(services):
    """A session to practise with, and the desk of who made it."""
    session = await a_session(services)
    async with services.db.read() as db:
        desk = await db.get(SignIn, session.driver_id)
    return session, desk


async def rehearse(services, plan, desk):
    id = codes.new_id()
    await services.rehearsals.begin(plan.id, desk, id)
    return await reloaded(services, id)


async def test_a_rehearsal_has_the_plan_and_is_open_at_once(services, played):
    plan, desk = await a_plan(services)
    last = max(plan.activities, key=lambda step: step.position)
    await skip_step(services.room, plan.id, last.id, True)
    session = await rehearse(services, plan, desk)
    plan = await reloaded(services, plan.id)
    of = [[(s.key, s.title, s.settings, s.skipped) for s in one.activities] for one in (plan, session)]
    assert of[0] == of[1]
    assert session.activities[-1].skipped
    assert (session.rehearsal_of, session.title, session.driver_id) == (plan.id, plan.title, desk.id)
    assert session.opened_at
    assert session.code != plan.code
    assert {step.id for step in plan.activities}.isdisjoint(step.id for step in session.activities)


async def test_the_same_press_twice_makes_one(services, played):
    plan, desk = await a_plan(services)
    id = codes.new_id()
    for _ in range(2):
        await services.rehearsals.begin(plan.id, desk, id)
    assert [row.session_id for row in await rows(services, Rehearsal)] == [id]
    assert [deed.what for deed in await rows(services, Deed)].count(What.SESSION_REHEARSED) == 1


async def test_who_begins_another_one_leaves_the_first(services, played):
    plan, desk = await a_plan(services)
    first, second = [await rehearse(services, plan, desk) for _ in range(2)]
    assert [row.session_id for row in await rows(services, Rehearsal)] == [second.id]
    assert first.id not in {session.id for session in await rows(services, Session)}


async def test_an_installation_has_no_more_than_it_can_play(services, played, monkeypatch):
    monkeypatch.setattr(rehearsals, "MOST", 1)
    plan, desk = await a_plan(services)
    await rehearse(services, plan, desk)
    colleague = await a_desk(services, await a_facilitator(services, "Kevin"))
    with pytest.raises(Full):
        await rehearse(services, plan, colleague)
    await rehearse(services, plan, desk)  # one's own makes place for itself


async def test_nobody_practises_with_a_rehearsal(services, played):
    plan, desk = await a_plan(services)
    session = await rehearse(services, plan, desk)
    with pytest.raises(Gone):
        await rehearse(services, session, desk)
    with pytest.raises(Gone):
        await services.rehearsals.begin(uuid.uuid4(), desk, codes.new_id())


async def test_one_tap_and_no_row_is_left_but_a_line_of_the_log(services, played):
    plan, desk = await a_plan(services)
    before = await contents(services)
    session = await rehearse(services, plan, desk)
    company = Company(services.room, session.id)
    step = min(session.activities, key=lambda step: step.position)
    await (await conduct(services, session)).go_to(step.id)
    for _ in range(120):
        await company.tick()
    assert len(await rows(services, Participant)) == 12
    for _ in range(2):
        await services.rehearsals.end(plan.id, desk)
    after = await contents(services)
    assert [name for name in after if after[name] != before[name]] == ["deed"]
    assert [d.what for d in await rows(services, Deed) if d.session_id == plan.id][-1] == (
        What.SESSION_REHEARSED
    )
    assert not await company.tick()


async def test_somebody_else_does_not_end_it(services, played):
    plan, desk = await a_plan(services)
    await rehearse(services, plan, desk)
    colleague = await a_desk(services, await a_facilitator(services, "Kevin"))
    await services.rehearsals.end(plan.id, colleague)
    assert len(await rows(services, Rehearsal)) == 1


@pytest.mark.parametrize(("after", "watched", "stays"), [
    (LEFT_ALONE - dt.timedelta(minutes=1), False, True),
    (LEFT_ALONE, False, False),
    (LEFT_ALONE, True, True),
    (LONGEST, True, False),
])  # fmt: skip
async def test_it_goes_by_itself(services, played, after, watched, stays):
    plan, desk = await a_plan(services)
    before = await contents(services)
    session = await rehearse(services, plan, desk)
    if watched:
        services.rehearsals.see(session.id)
    await services.rehearsals.round(now() + after)
    assert (session.id in {row.id for row in await rows(services, Session)}) is stays
    if not stays:
        left = await contents(services)
        assert [name for name in left if left[name] != before[name]] == ["deed"]


async def test_a_desk_that_was_there_gives_it_new_time(services, played):
    plan, desk = await a_plan(services)
    session = await rehearse(services, plan, desk)
    at = now() + LEFT_ALONE - dt.timedelta(minutes=1)
    services.rehearsals.see(session.id)
    await services.rehearsals.round(at)
    await services.rehearsals.round(at + LEFT_ALONE - dt.timedelta(minutes=1))
    assert len(await rows(services, Rehearsal)) == 1
    await services.rehearsals.round(at + LEFT_ALONE)
    assert not await rows(services, Rehearsal)


async def test_another_process_plays_on_only_when_the_first_is_silent(services, played, elsewhere):
    plan, desk = await a_plan(services)
    session = await rehearse(services, plan, desk)
    began = now()
    await elsewhere.round(began)
    assert [row.player for row in await rows(services, Rehearsal)] == [services.room.bus.process]
    await elsewhere.round(began + SILENT + dt.timedelta(seconds=1))
    assert [row.player for row in await rows(services, Rehearsal)] == [elsewhere.process]
    await services.rehearsals.round(began + SILENT + dt.timedelta(seconds=2))
    assert [row.player for row in await rows(services, Rehearsal)] == [elsewhere.process]
    assert session.id not in services.rehearsals.playing


async def test_a_rehearsal_of_an_account_that_is_gone_does_not_stay(services, played):
    plan, _ = await a_plan(services)
    colleague = await a_desk(services, await a_facilitator(services, "Kevin"))
    await rehearse(services, plan, colleague)

    async def remove(db):
        await db.delete(await db.get(Account, colleague.account_id))

    await services.db.write(remove)
    await services.rehearsals.round(now() + LEFT_ALONE)
    assert {step.session_id for step in await rows(services, Activity)} == {plan.id}


async def test_a_rehearsal_goes_with_the_session_whose_plan_it_has(services, played):
    plan, desk = await a_plan(services)
    await rehearse(services, plan, desk)

    async def close(db):
        (await db.get_one(Session, plan.id)).opened_at = None

    await services.db.write(close)
    async with services.db.read() as db:
        member = (await db.scalars(select(Membership))).one()
    await preparing.remove(services.room, plan.id, member)
    assert not await rows(services, Session)


async def test_after_a_restart_the_phones_go_on_and_nothing_stays_for_ever(settings, played):
    async with running(first := make_services(settings)):
        plan, desk = await a_plan(first)
        session = await rehearse(first, plan, desk)
    async with running(again := make_services(settings)):
        began = now()
        await again.rehearsals.round(began + SILENT)
        assert again.rehearsals.playing == {session.id}
        assert [row.player for row in await rows(again, Rehearsal)] == [again.rehearsals.process]
        await again.rehearsals.round(began + LEFT_ALONE)
        assert [row.id for row in await rows(again, Session)] == [plan.id]
        assert not again.rehearsals.playing
