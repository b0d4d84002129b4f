"""Clocks that are wrong: the server's jumps an hour, and a phone's plays no role."""

import datetime as dt

import pytest
from sqlalchemy import select

from tests.people import a_participant, a_session, activity, reloaded
from workshop import days
from workshop.codes import new_id
from workshop.models import Contribution

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
async def test_a_server_whose_clock_jumps_keeps_what_was_kept_and_the_session_goes_on(services, clock, jump):
    session = await a_session(services, step="zorgen-kansen")
    phone, ids = await a_participant(services, session), [new_id() for _ in range(4)]
    step, began = activity(session, "zorgen-kansen").id, days.now()

    async def sends(id):
        form = {"column": ["zorg"], "text": [f"Kaart {ids.index(id)}"]}
        return await services.room.contribute(session.id, phone.id, step, id, form)

    for id, moment in zip(ids, (began, began + jump, began, began + jump), strict=True):
        clock(moment)
        assert not (await sends(id)).repeated
        assert (await sends(id)).repeated
    state = await services.room.memory.state(session.id)
    await services.room.withdraw(state.present[phone.id], ids[1])
    async with services.db.read() as db:
        assert set(await db.scalars(select(Contribution.id))) == set(ids) - {ids[1]}
    assert (await reloaded(services, session.id)).ended_at is None


async def test_how_long_a_phone_takes_part_is_told_in_seconds_and_not_by_a_clock(client, services):
    """A phone whose clock is a day ahead would throw away what ends at a moment that it has had."""
    session = await a_session(services)
    answer = await client.post(f"/j/{session.join_token}", data={"group": ""})
    told = [cookie.lower() for cookie in answer.headers.get_list("set-cookie")]
    assert told
    assert all("max-age=" in cookie and "expires=" not in cookie for cookie in told)
