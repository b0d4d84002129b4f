"""A phone reads what stands on the big screen: the same words, and nothing that is not there."""

from __future__ import annotations

import html
import re
import uuid

import pytest

from tests.browser.test_every_scene import PHONES, STEPS, fill
from tests.live.ears import listening
from tests.people import a_participant, a_session, conduct, reloaded
from workshop import bus, kinds
from workshop.live.fanout import READER, Browser
from workshop.live.scenes import PHONE_SCREEN, SCREEN
from workshop.models import Activity, Session


def written(block: str) -> set[str]:
    """What people wrote, and what they chose from."""
    return {html.unescape(one) for one in re.findall(r"<bdi[^>]*>([^<]+)</bdi>", block)}


def plain(block: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", block)).split())


async def drawn(services, session, part):
    picture = await services.fanout.scene(session.id, newest=True)
    return str(services.fanout.scenes.shared(part, picture))


async def a_step(services, name):
    """A session with only this step, current, which all phones answered."""
    step = STEPS[name]
    session = await a_session(services, "1-A", holds_back=False)

    async def change(db) -> None:
        row = await db.get_one(Session, session.id)
        for spare in row.activities:
            await db.delete(spare)
        await db.flush()
        words = {"question": "Wat vind jij?", "help": "", "title": "Een stap"}
        db.add(
            Activity(
                session_id=session.id,
                key=name,
                position=0,
                kind=step.kind,
                settings=step.settings,
                saves={},
                **words,
            )
        )

    await services.db.write(change)
    session = await reloaded(services, session.id)
    await services.room.bus.tell(bus.Change(session.id, bus.STEP))
    desk = await conduct(services, session)
    await desk.go_to(session.activities[0].id)
    await fill(services, session, session.activities[0], step)
    return await reloaded(services, session.id), desk


@pytest.mark.parametrize("name", STEPS)
async def test_the_list_says_what_the_screen_shows_of_every_kind(services, name):
    session, desk = await a_step(services, name)
    activity = session.activities[0]
    if kinds.get(activity.kind).hides:
        before = await drawn(services, session, PHONE_SCREEN)
        proposal = activity.settings["options"] if activity.kind == "consent" else []
        assert [words for words in proposal if words not in plain(before)] == []
        assert written(before) <= set(proposal)
        said = "doen mee" if kinds.get(activity.kind).says_ready else "zijn klaar"
        assert f"{PHONES} telefoons {said}" in plain(before)
        await desk.set_shown(activity.id, True)
    screen, phone = [await drawn(services, session, part) for part in (SCREEN, PHONE_SCREEN)]
    main = screen.split('<main id="hoofd"')[1].split("<footer")[0]
    assert activity.question in plain(phone)
    said = plain(phone)
    # What a drawing shortens stands whole in the list that follows it.
    whole = [words.strip() for words in written(main) if not words.endswith("…")]
    assert bool(whole) is kinds.asks(activity.kind)
    assert [words for words in whole if words not in said] == []
    assert [words for words in written(phone) if words.strip() not in plain(main)] == []


async def test_what_waits_or_is_hidden_is_not_in_the_list(services):
    session, desk = await a_step(services, "cards")
    entries = (await services.fanout.scene(session.id, newest=True)).scene.entries
    shown = [entry for entry in entries if entry.state == "shown"]
    held = [entry for entry in entries if entry.state == "held"]
    await desk.set_card_state(uuid.UUID(shown[0].id), "hidden")
    said = plain(await drawn(services, session, PHONE_SCREEN))
    assert held
    assert all(entry.answer.text.strip() not in said for entry in (shown[0], *held))


async def test_the_list_follows_a_blank_a_still_and_a_large_screen(services):
    session, desk = await a_step(services, "cards")
    all_cards = written(await drawn(services, session, PHONE_SCREEN))
    scene = (await services.fanout.scene(session.id, newest=True)).scene
    card = next(entry for entry in scene.entries if entry.state == "shown")
    held = next(entry for entry in scene.entries if entry.state == "held")
    await desk.set_still(True)
    await desk.set_card_state(uuid.UUID(held.id), "shown")
    assert written(await drawn(services, session, PHONE_SCREEN)) == all_cards
    await desk.show_large(uuid.UUID(card.id))
    assert written(await drawn(services, session, PHONE_SCREEN)) == {card.answer.text}
    await desk.set_blank(True)
    blank = await drawn(services, session, PHONE_SCREEN)
    assert written(blank) == set()
    assert "Het scherm is even uit." in plain(blank)


async def test_the_list_follows_a_conclusion_while_it_is_written_and_a_message(services):
    session = await a_session(services, step="zorgen-kansen")
    desk, phone = await conduct(services, session), await a_participant(services, session)
    await desk.conclude(session.activity_id, "We oefenen samen")
    assert "We oefenen" not in await drawn(services, session, PHONE_SCREEN)
    await desk.show_instead("conclusion")
    reader = Browser(session.id, READER, phone_id=phone.id)
    ear = listening(reader)
    services.fanout.add(reader)
    await desk.conclude(session.activity_id, "We oefenen samen, en thuis")
    assert "We oefenen samen, en thuis" in await ear.next()
    await desk.announce("Over vijf minuten pauze")
    await desk.show_instead("announcement")
    assert "Over vijf minuten pauze" in await drawn(services, session, PHONE_SCREEN)


async def test_after_the_end_a_phone_reads_what_the_room_chose(client, services):
    session, desk = await a_step(services, "dots")
    await desk.set_shown(session.activities[0].id, True)
    phone = await a_participant(services, session)
    await desk.end()
    outcome = (await services.fanout.scene(session.id, newest=True)).outcome
    block = await client.get("/deelnemen/scherm/scene", headers=phone.header)
    assert "Dank je wel" in block.text
    assert outcome
    assert {item.text for part in outcome for item in part.items} == written(block.text)


async def test_a_facilitator_switches_it_off(client, services):
    session, desk = await a_step(services, "cards")
    phone = await a_participant(services, session)
    assert 'href="/deelnemen/scherm"' in (await client.get("/deelnemen", headers=phone.header)).text
    await desk.let_phones_read(False)
    assert 'href="/deelnemen/scherm"' not in (await client.get("/deelnemen", headers=phone.header)).text
    assert written(await drawn(services, session, PHONE_SCREEN)) == set()


async def test_who_takes_part_reads_it_and_nobody_else(client, services):
    session = await a_session(services, step="zorgen-kansen")
    for path in ("/deelnemen/scherm", "/deelnemen/scherm/scene"):
        assert (await client.get(path)).status_code == 401
    phone = await a_participant(services, session)
    page = await client.get("/deelnemen/scherm", headers=phone.header)
    assert page.status_code == 200
    assert "Er staat nog niets op het scherm." in page.text
    known = {"X-Revision": str((await reloaded(services, session.id)).revision)}
    again = await client.get("/deelnemen/scherm/scene", headers=phone.header | known)
    assert again.status_code == 204
