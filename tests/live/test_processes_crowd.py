"""A crowd with half of its phones at one process and half at another, and the desk beside them."""

from tests.people import a_session, activity, conduct
from tests.processes import TOGETHER
from tests.test_crowd import a_crowd, acknowledged, has_heard_from, playing, rows
from workshop.crowd import phone as phones
from workshop.crowd.ledger import ACKNOWLEDGED

pytestmark = TOGETHER


async def test_what_phones_at_two_processes_were_told_is_what_the_database_holds(pair, monkeypatch):
    monkeypatch.setattr(phones, "TWICE", 1.0)
    monkeypatch.setattr(phones, "FICKLE", 0.5)
    session = await a_session(pair.services, step="zorgen-kansen")
    desk = await conduct(pair.services, session)
    cards, dots = activity(session, "zorgen-kansen"), activity(session, "stippen")
    here, there = (a_crowd(origin, session) for origin in (pair.here, pair.there))
    async with playing(here, 3) as until_here, playing(there, 3) as until_there:
        await until_here(lambda: has_heard_from(3, here, cards))
        await until_there(lambda: has_heard_from(3, there, cards))
        await desk.go_to(dots.id)
        await until_here(lambda: has_heard_from(3, here, dots))
        await until_there(lambda: has_heard_from(3, there, dots))
    told = here.ledger.acknowledged | there.ledger.acknowledged
    assert await acknowledged(pair.services, session) == told
    kept = [ledger.ids(ACKNOWLEDGED, step=str(cards.id)) for ledger in (here.ledger, there.ledger)]
    assert {row.id for row in await rows(pair.services, cards.id)} == kept[0] | kept[1]
    assert (here.ledger.failures, there.ledger.failures) == ({}, {})
