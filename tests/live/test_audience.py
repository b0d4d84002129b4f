"""Whom of the room a step asks: who posts, what the others see, and that no number tells who they are."""

import re
from html import unescape

import pytest

from tests.live.test_room import card, send
from tests.people import a_participant, a_session, activity
from workshop import codes
from workshop.live.audience import asks, is_for_some
from workshop.live.errors import Closed
from workshop.live.scenes import (
    DESK,
    PHONE_STEP,
    PHONE_STEP_ASIDE,
    PHONE_STEP_YOUNG,
    SCREEN,
    step_for,
)
from workshop.live.send import prepare
from workshop.models import Activity
from workshop.session_groups import GROUPS

EVERYBODY = {*GROUPS, None}
ASKED = [
    ("samen", {}, EVERYBODY),
    ("jongeren", {}, {None, "jongere", "liever-niet"}),
    ("partners", {}, EVERYBODY - {"jongere"}),
    ("partners", {"question": "Wat zie jij?"}, EVERYBODY),
]


def step_of(audience, youth):
    return Activity(audience=audience, youth=youth)


@pytest.mark.parametrize(("audience", "youth", "asked"), ASKED)
def test_a_step_asks_its_part_of_the_room_and_who_did_not_say(audience, youth, asked):
    step = step_of(audience, youth)
    assert {group for group in EVERYBODY if asks(step, group)} == asked
    assert is_for_some(step) == (asked != EVERYBODY)


async def contact(services, **values):
    """A session at a step with cards for young people."""
    return await a_session(services, step="contact", **values)


async def seen(services, session, part):
    picture = await services.fanout.scene(session.id, newest=True)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", services.fanout.scenes.shared(part, picture))).split())


async def test_only_phones_that_the_step_asks_may_send(services):
    session = await contact(services)
    sent = {}
    for group in (*GROUPS, None):
        phone = await a_participant(services, session, group)
        try:
            await send(services, session, phone, card("Een kaart", ""))
            sent[group] = ""
        except Closed as refused:
            sent[group] = str(refused)
    assert {group for group, words in sent.items() if not words} == {None, "jongere", "liever-niet"}
    assert {words for words in sent.values() if words} == {
        "Deze vraag is nu voor anderen. Kijk mee op het grote scherm."
    }


async def test_a_group_that_changed_at_the_last_moment_is_asked_again_in_the_transaction(services):
    session = await contact(services)
    phone = await a_participant(services, session, "jongere")
    state = await services.room.memory.state(session.id)
    post = prepare(state, phone.id, session.activity_id, codes.new_id(), card("Net te laat", ""))
    await services.room.choose_group(state.present[phone.id], "beleid")
    with pytest.raises(Closed, match="voor anderen"):
        await services.room.intake.put(session.id, post)


async def test_others_see_whom_it_is_for_and_what_the_screen_shows(services):
    session = await contact(services)
    await send(services, session, await a_participant(services, session, "jongere"), card("Een bankje", ""))
    picture = await services.fanout.scene(session.id, newest=True)
    assert [step_for(picture, group) for group in ("jongere", None, "ouder", "beleid")] == [
        PHONE_STEP_YOUNG,
        PHONE_STEP,
        PHONE_STEP_ASIDE,
        PHONE_STEP_ASIDE,
    ]
    aside = await seen(services, session, PHONE_STEP_ASIDE)
    assert "Deze vraag is voor jongeren Luister mee." in aside
    question = activity(session, "contact").question
    assert question not in aside
    assert question in await seen(services, session, PHONE_STEP)
    assert "Voor jongeren" in await seen(services, session, SCREEN)


@pytest.mark.parametrize("step", ["contact", "partnerbeeld"])
async def test_no_number_tells_how_many_a_step_asks(services, step):
    session = await a_session(services, step=step)
    for group in ("jongere", "beleid", None):
        await a_participant(services, session, group)
    desk, screen = [await seen(services, session, part) for part in (DESK, SCREEN)]
    assert not re.search(r"\b\d van (de )?\d telefoons?", desk + screen)
    await a_participant(services, session, None)
    assert "0 telefoons" in desk
