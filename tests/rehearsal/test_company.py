"""The twelve of a rehearsal, on a clock that nobody waits for."""

import random

import pytest
from sqlalchemy import select

from tests.live.test_subgroups import a_divided_session
from tests.people import a_session, activity, conduct, reloaded
from workshop import phrases
from workshop.models import Alert, Contribution, Participant, Session
from workshop.rehearsal.company import Company
from workshop.rehearsal.manners import MANNERS
from workshop.safety.screening import warning

LATE = max(manner.comes for manner in MANNERS)
AWAY = next(number for number, manner in enumerate(MANNERS) if manner.away != (0, 0))


async def rows(services, kind):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


async def passes(company, seconds):
    for _ in range(round(seconds)):
        assert await company.tick()


async def a_company(services, step="zorgen-kansen", **settings):
    session = await a_session(services, **settings)
    if step:
        await (await conduct(services, session)).go_to(activity(session, step).id)
    return session, Company(services.room, session.id, random.Random(7))


async def there(services, session):
    return services.presence.there(session.id).phones


async def test_they_come_one_after_the_other_and_one_comes_late(services):
    _, company = await a_company(services, step="")
    await passes(company, 5)
    early = len(await rows(services, Participant))
    await passes(company, 20)
    most = len(await rows(services, Participant))
    await passes(company, LATE)
    assert 0 < early < most == 11
    assert len(await rows(services, Participant)) == 12


async def test_they_send_at_a_human_pace_and_stop_by_themselves(services):
    _, company = await a_company(services)
    await passes(company, 4)
    assert not await rows(services, Contribution)
    await passes(company, 40)
    first = len(await rows(services, Contribution))
    await passes(company, 300)
    then = len(await rows(services, Contribution))
    await passes(company, 60)
    assert 3 <= first < then == len(await rows(services, Contribution))
    assert len({card.participant_id for card in await rows(services, Contribution)}) == 12


async def test_one_tells_what_happened_one_names_somebody_and_one_is_not_with_it(services):
    _, company = await a_company(services)
    await passes(company, 200)
    cards = await rows(services, Contribution)
    said = {card.body["text"]: card for card in cards}
    lived, named, elsewhere = (
        [said[words] for words in kind if words in said]
        for kind in (phrases.LIVED, phrases.NAMING, phrases.OFF_TOPIC)
    )
    assert [card.state for card in (*lived, *named)] == ["held", "held"]
    assert "ervaring" in lived[0].signals
    assert "naam" in named[0].signals
    assert [card.state for card in elsewhere] == ["shown"]
    assert [alert.contribution_id for alert in await rows(services, Alert)] == [lived[0].id]
    others = [card for card in cards if card not in (*lived, *named, *elsewhere)]
    assert others
    assert not [card for card in others if card.signals]


async def test_most_say_that_they_are_ready_once_they_have_nothing_more_to_send(services):
    session, company = await a_company(services)
    await passes(company, 20)
    steps = [phone.ready_for for phone in await rows(services, Participant)]
    assert set(steps) == {None}
    await passes(company, 250)
    steps = [phone.ready_for for phone in await rows(services, Participant)]
    assert set(steps) <= {None, activity(session, "zorgen-kansen").id}
    assert steps.count(None) < len(steps) / 2


@pytest.mark.parametrize("words", phrases.LIVED)
def test_what_is_told_is_noticed_as_such(words):
    assert "ervaring" in warning.categories_of(warning.found_in([words]))


@pytest.mark.parametrize("words", phrases.NAMING)
def test_who_names_somebody_is_noticed(words):
    assert set(warning.categories_of(warning.found_in([words]))) == {"naam"}


@pytest.mark.parametrize("words", phrases.OFF_TOPIC)
def test_nothing_is_wrong_with_what_is_about_something_else(words):
    assert not warning.found_in([words])


async def test_one_loses_its_connection_for_a_while(services, monkeypatch):
    session, company = await a_company(services, step="")
    clock = [1000.0]
    monkeypatch.setattr("workshop.live.presence.time.monotonic", lambda: clock[0])
    seen = []
    for _ in range(round(MANNERS[AWAY].away[1]) + 5):
        clock[0] += 1
        await company.tick()
        seen.append(company.phones[AWAY].id in await there(services, session))
    begin, end = map(round, MANNERS[AWAY].away)
    assert seen[begin - 2]
    assert not seen[end - 2]
    assert seen[-1]


async def test_they_follow_the_desk_and_send_nothing_to_a_step_that_is_closed(services):
    session, company = await a_company(services)
    desk = await conduct(services, session)
    await passes(company, 30)
    await desk.set_open(activity(session, "zorgen-kansen").id, False)
    before = len(await rows(services, Contribution))
    await passes(company, 60)
    assert len(await rows(services, Contribution)) == before
    await desk.go_to(session.activities[1].id)
    await passes(company, 120)
    assert {card.activity_id for card in await rows(services, Contribution)} > {session.activities[0].id}


async def test_another_process_goes_on_with_the_same_phones(services):
    session, company = await a_company(services)
    await passes(company, LATE + 120)
    phones = {phone.id for phone in await rows(services, Participant)}
    cards = len(await rows(services, Contribution))
    services.presence._polled.clear()
    again = Company(services.room, session.id, random.Random(8))
    await passes(again, LATE + 60)
    assert {phone.id for phone in await rows(services, Participant)} == phones
    assert len(await rows(services, Contribution)) == cards


async def test_they_stop_when_the_session_is_gone(services):
    session, company = await a_company(services)
    await passes(company, 10)
    async with services.db.read() as db:
        row = await db.get(Session, session.id)
    await services.db.write(lambda db: db.delete(row))
    assert await company.tick() is False


async def test_when_nobody_is_let_in_they_wait_outside(services):
    session, company = await a_company(services)
    await (await conduct(services, session)).set_admits(False)
    await passes(company, 30)
    assert not await rows(services, Participant)
    await (await conduct(services, session)).set_admits(True)
    await passes(company, 1)
    assert len(await rows(services, Participant)) > 5
    assert (await reloaded(services, session.id)).ended_at is None


async def test_they_sit_down_in_subgroups_and_answer_only_what_is_asked_there(services):
    session, desk = await a_divided_session(services)
    company = Company(services.room, session.id, random.Random(7))
    await passes(company, 150)
    columns = {row.id: row.body["column"] for row in await rows(services, Contribution)}
    seats = {row.id: row.subgroup for row in await rows(services, Participant)}
    assert set(seats.values()) == {"zorg", "kans"}
    for row in await rows(services, Contribution):
        assert columns[row.id] == seats[row.participant_id]
    await desk.set_together(session.activity_id, True)
    await passes(company, 60)
    assert len(await rows(services, Contribution)) >= len(columns) > 5
