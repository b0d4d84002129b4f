"""What the room concludes: written at the desk, large on demand, and a line of the review."""

from html import unescape

import pytest

from tests.pages.desks import HX
from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    activity,
    conduct,
    end_for_good,
    signed_in,
)
from workshop.accounts import roles
from workshop.handover.proposal import proposed
from workshop.live.conduct import Conduct, NotDriving
from workshop.models import Session
from workshop.retention import expiry

WORDS = "We beginnen met de plekken waar jongeren al komen"


def path(desk):
    return f"/stappen/{desk.session.activity_id}/conclusie"


async def phone_page(desk):
    phone = await a_participant(desk.services, desk.session)
    desk.client.cookies.update(phone.cookies)
    return unescape((await desk.client.get("/deelnemen")).text)


async def test_it_saves_itself_and_stays_with_its_step(desk):
    assert (await desk.block(path(desk), conclusie=f" {WORDS} ")) == "{}"
    assert (await desk.activity()).conclusion == WORDS
    await desk.post(path(desk), conclusie="")
    assert (await desk.activity()).conclusion == ""
    await desk.post(path(desk), conclusie=WORDS)
    await (await conduct(desk.services, desk.session)).go_to(activity(desk.session, "stippen").id)
    assert WORDS not in await desk.page()


async def test_screen_and_phones_show_it_on_demand_while_it_is_written(desk):
    await desk.post(path(desk), conclusie=WORDS)
    assert WORDS not in await desk.screen()
    assert WORDS not in await phone_page(desk)
    await desk.post("/zaal/beeld", wat="conclusion")
    assert WORDS in await desk.screen()
    assert WORDS in await phone_page(desk)
    await desk.block(path(desk), conclusie=f"{WORDS}, en thuis")
    assert f"{WORDS}, en thuis" in await desk.screen()
    assert "Terug naar de vraag" in await desk.page()
    await desk.post("/zaal/beeld", wat="")
    assert WORDS not in await desk.screen()


async def test_without_words_there_is_nothing_to_show(desk):
    await desk.post("/zaal/beeld", wat="conclusion")
    assert (await desk.activity()).question in await desk.screen()
    assert "Dit is onze conclusie" not in await phone_page(desk)


async def lines(desk):
    async with desk.services.db.read() as db:
        ended = await db.get_one(Session, desk.session.id)
        return await proposed(db, desk.services.room.reader, ended)


async def test_the_review_proposes_it_for_the_question_of_its_step(desk):
    await desk.post(path(desk), conclusie=WORDS)
    await end_for_good(desk.services, desk.session)
    [line] = [line for line in await lines(desk) if line.text == WORDS]
    saved = (await desk.activity()).saves.values()
    library = desk.services.library
    fits = [field for field in saved if library.field(field).kind in ("text", "list")]
    assert (line.field, line.kept) == ((fits[0], True) if fits else ("", False))
    assert line.item.labels == ("conclusie in de zaal",)
    page = await desk.page("/nakijken")
    assert WORDS in page
    assert "conclusie in de zaal" in page


async def test_what_nobody_kept_goes_with_the_cards(desk):
    await desk.post(path(desk), conclusie=WORDS)
    await end_for_good(desk.services, desk.session)
    async with desk.services.db.read() as db:
        assert await expiry.with_cards(db, [desk.session.id]) == {desk.session.id}
    await desk.services.db.write(lambda db: expiry.delete_cards(db, [desk.session.id]))
    assert (await desk.activity()).conclusion == ""


async def test_what_is_too_long_is_refused_with_a_sentence_and_nothing_is_lost(desk):
    await desk.post(path(desk), conclusie=WORDS)
    said = await desk.block(path(desk), 422, conclusie="x" * 281)
    assert "Maak het 1 teken korter." in said
    assert (await desk.activity()).conclusion == WORDS


async def test_the_same_words_twice_change_nothing(desk):
    _, second, changed = await desk.twice(f"{desk.home}{path(desk)}", {"conclusie": WORDS}, HX)
    assert (second.status_code, changed) == (200, False)


async def test_only_the_wheel_writes_and_a_reader_never(desk):
    kevin, lees = [await a_facilitator(desk.services, name) for name in ("Kevin", "Lees")]
    await a_member(desk.services, desk.partnership, kevin, roles.BEGELEIDER)
    await a_member(desk.services, desk.partnership, lees, roles.LEZER)
    beside = Conduct(desk.services.room, desk.session.id, await a_desk(desk.services, kevin))
    with pytest.raises(NotDriving):
        await beside.conclude(desk.session.activity_id, WORDS)
    await signed_in(desk.client, desk.services, lees)
    await desk.post(path(desk), 403, HX, conclusie=WORDS)
    assert (await desk.activity()).conclusion == ""
