"""What the desk does with the big screen: one card large, and a picture that stands still while it tidies."""

from __future__ import annotations

import re

import msgspec
import pytest
from sqlalchemy import select

from tests.pages.test_on_screen import a_step
from tests.people import a_participant, a_session, conduct, reloaded
from workshop import codes
from workshop.dutch import decimal
from workshop.kinds import marks
from workshop.kinds.marks import drawing
from workshop.live.errors import Gone
from workshop.live.scenes import SCREEN
from workshop.models import Cluster, Contribution


async def a_wall(services, *words):
    """A session whose big screen shows these cards: (session, desk, ids of the cards)."""
    session = await a_session(services, step="zorgen-kansen")
    session = await reloaded(services, session.id)
    phone = await a_participant(services, session)
    ids = [await write(services, session, phone, one) for one in words]
    return session, await conduct(services, session), ids


async def write(services, session, phone, words):
    id = codes.new_id()
    form = {"text": [words], "column": ["zorg"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, id, form)
    async with services.db.read() as db:
        rows = (await db.scalars(select(Contribution))).all()
    return next(row.id for row in rows if row.body["text"] == words)


async def screen(services, session):
    picture = await services.fanout.scene(session.id, newest=True)
    return str(services.fanout.scenes.shared(SCREEN, picture))


def slips(html):
    return set(re.findall(r"<bdi>([^<]*)</bdi>", html.split('<main id="hoofd"')[1]))


async def test_a_screen_that_stands_still_shows_nothing_of_what_the_desk_tidies(services):
    session, desk, (one, two) = await a_wall(services, "Eerste", "Tweede")
    await desk.set_still(True)
    await write(services, session, await a_participant(services, session), "Nieuw erbij")
    await desk.gather(session.activity_id, "Een stapel", "zorg", [one], None)
    assert slips(await screen(services, session)) == {"Eerste", "Tweede"}
    await desk.set_card_state(two, "hidden")
    assert slips(await screen(services, session)) == {"Eerste"}
    await desk.set_still(False)
    assert slips(await screen(services, session)) == {"Eerste", "Nieuw erbij", "Een stapel"}


async def test_a_picture_that_stands_still_holds_no_words(services):
    session, desk, _ = await a_wall(services, "Eerste")
    await desk.set_still(True)
    assert "Eerste" not in str((await reloaded(services, session.id)).still)
    async with services.db.read() as db:
        assert not list(await db.scalars(select(Cluster)))


async def test_the_next_step_moves_again(services):
    session, desk, (one,) = await a_wall(services, "Eerste")
    await desk.set_still(True)
    await desk.show_large(one)
    await desk.turn_pages("verder")
    await desk.go_to(session.activities[1].id)
    now = await reloaded(services, session.id)
    assert (now.still, now.large_card, now.page_turns) == (None, None, None)


async def test_a_second_press_changes_nothing(services):
    session, desk, (one,) = await a_wall(services, "Eerste")
    for deed in (
        lambda: desk.set_still(True),
        lambda: desk.show_large(one),
        lambda: desk.let_phones_read(False),
        lambda: desk.turn_pages("stil"),
        lambda: desk.turn_pages("verder", "0"),
        lambda: desk.turn_pages("vanzelf"),
    ):
        await deed()
        before = (await reloaded(services, session.id)).revision
        await deed()
        assert desk.is_stale
        assert (await reloaded(services, session.id)).revision == before


async def test_the_desk_counts_how_many_pages_on_it_wants_the_screen(services):
    session, desk, _ = await a_wall(services, "Eerste")
    for way, turned in (("terug", -1), ("verder", 0), ("verder", 1), ("stil", 1), ("vanzelf", None)):
        await desk.turn_pages(way)
        assert (await reloaded(services, session.id)).page_turns == turned
    with pytest.raises(Gone):
        await desk.turn_pages("naar huis")


async def test_marks_are_a_radar_only_while_they_are_shown_and_of_three_themes_that_may_be_told(services):
    session, desk = await a_step(services, "marks")
    step = session.activities[0].id
    await desk.show_instead("another")
    assert "radar-naam" not in await screen(services, session)
    await desk.set_shown(step, True)
    drawn = await screen(services, session)
    assert "radar-naam" in drawn
    tally = (await services.fanout.scene(session.id)).scene.tally
    assert all(decimal(theme.mean) in drawn for theme in tally.themes)
    await desk.set_shown(step, False)
    assert "radar-naam" not in await screen(services, session)
    few = msgspec.structs.replace(tally.themes[0], mean=None)
    assert marks.another(msgspec.structs.replace(tally, themes=(few, *tally.themes[1:3]))) == ()
    fewer = msgspec.structs.replace(tally, themes=(few, *tally.themes[1:]))
    web = drawing.web(fewer, [f"t{n}" for n in range(5)])
    assert few.theme not in [line.theme.theme for line in web.lines]
    assert (len(web.drawing.axes), web.quiet) == (4, 1)


async def test_one_card_stands_alone_until_the_desk_shows_all_again(services):
    session, desk, (one, _) = await a_wall(services, "Eerste", "Tweede")
    await desk.show_large(one)
    assert slips(await screen(services, session)) == {"Eerste"}
    await desk.show_large(None)
    assert slips(await screen(services, session)) == {"Eerste", "Tweede"}


@pytest.mark.parametrize("state", ["hidden", "held"])
async def test_a_large_card_that_is_taken_off_the_screen_is_gone_at_once(services, state):
    session, desk, (one, _) = await a_wall(services, "Eerste", "Tweede")
    await desk.show_large(one)
    await desk.set_card_state(one, state)
    assert slips(await screen(services, session)) == {"Tweede"}


async def test_a_card_that_waits_or_of_another_step_does_not_become_large(services):
    session, desk, (one, _) = await a_wall(services, "Eerste", "Tweede")
    await desk.set_card_state(one, "held")
    await desk.show_large(one)
    assert desk.is_stale
    await desk.go_to(session.activities[1].id)
    await desk.show_large(one)
    assert desk.is_stale
