"""A picture that could not be made comes after all, without a further change."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from tests.live.ears import listening
from tests.people import a_session, activity, conduct
from workshop.live import fanout as fanouts
from workshop.live.fanout import PHONE, WATCHER, Browser

SECONDS = 5


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    for name in ("PICTURE_SECONDS", "AWAY_SECONDS"):
        monkeypatch.setattr(fanouts, name, 0.01)


def watching(services, session, audience):
    browser = Browser(session.id, audience)
    ear = listening(browser)
    services.fanout.add(browser)
    return browser, ear


def failing(monkeypatch, place, name, error, times):
    """Lets it fail so many times; returns a list that is empty when it has."""
    does, left = getattr(place, name), [error] * times

    def fails(*given, **how):
        if left:
            raise left.pop()
        return does(*given, **how)

    monkeypatch.setattr(place, name, fails)
    return left


@pytest.mark.parametrize(
    "error",
    [OperationalError("", {}, Exception("weg")), OSError("weg"), RuntimeError("een kaart van iemand")],
    ids=["database", "system", "anything"],
)
@pytest.mark.parametrize("where", ["read", "drawn"])
async def test_a_step_reaches_the_room_though_its_picture_failed_at_first(
    services, monkeypatch, caplog, error, where
):
    session = await a_session(services)
    ears = [watching(services, session, audience)[1] for audience in (PHONE, WATCHER)]
    step = activity(session, "zorgen-kansen")
    place, name = (services.db, "read") if where == "read" else (services.fanout.scenes, "shared")
    desk = await conduct(services, session)
    tell = services.room.bus.tell

    async def then_a_hiccup(change):
        services.room.bus.tell = tell
        left.extend(failing(monkeypatch, place, name, error, 3))
        await tell(change)

    left = []
    monkeypatch.setattr(services.room.bus, "tell", then_a_hiccup)
    await desk.go_to(step.id)
    for ear in ears:
        heard = ""
        async with asyncio.timeout(SECONDS):
            while "Hoe gaat het met jongeren hier?" not in heard:
                heard = await ear.next() or ""
    assert "een kaart van iemand" not in caplog.text


async def test_of_a_picture_that_keeps_failing_nothing_is_left_when_everybody_has_gone(services, monkeypatch):
    session = await a_session(services)
    browser, _ = watching(services, session, WATCHER)
    left = failing(monkeypatch, services.fanout.scenes, "shared", RuntimeError("altijd"), 10_000)
    services.fanout.mark(session.id, fanouts.EVERYTHING)
    async with asyncio.timeout(SECONDS):
        while len(left) > 9_998:
            await asyncio.sleep(0)
        services.fanout.remove(browser)
        while services.fanout._tasks:
            await asyncio.sleep(0)
    assert not services.fanout._changed
