"""Subgroups answer different questions at the same time and come back to one board."""

import re

import pytest
from sqlalchemy import select

from tests.live.test_audience import seen
from tests.live.test_room import card, send, texts
from tests.people import (
    a_participant,
    a_session,
    activity,
    both_databases,
    conduct,
    end_for_good,
    in_subgroups,
    reloaded,
)
from workshop import codes, kinds
from workshop.kinds import KindError
from workshop.live import subgroups
from workshop.live.errors import Closed, Gone, NotTakingPart
from workshop.live.scenes import DESK, PHONE_SCREEN, SCREEN
from workshop.live.send import prepare
from workshop.models import Activity, Participant

HX = {"HX-Request": "true"}
FIRST, OTHERS = "Kies eerst in welk groepje", "van een ander groepje"


async def a_divided_session(services, **values):
    """A session at a step with cards of two sorts, each the question of a subgroup."""
    session = await a_session(services, **values)
    await in_subgroups(services, session)
    desk = await conduct(services, session)
    await desk.go_to(activity(session, "zorgen-kansen").id)
    return await reloaded(services, session.id), desk


async def sit(services, session, phone, subgroup):
    state = await services.room.memory.state(session.id)
    await services.room.choose_subgroup(state.present[phone.id], session.activity_id, subgroup)


async def seats(services):
    async with services.db.read() as db:
        rows = await db.execute(select(Participant.subgroup, Participant.subgroup_step.is_not(None)))
        return sorted(map(tuple, rows))


def test_only_a_step_with_several_questions_can_be_answered_apart():
    kind = kinds.get("cards")
    columns = [{"id": name, "label": name, "plural": name} for name in ("thuis", "online")]
    for given, asked in (
        ({"columns": columns}, []),
        ({"columns": columns[:1], "subgroups": True}, []),
        ({"columns": columns, "subgroups": True}, ["thuis", "online"]),
    ):
        settings = kinds.settings(kind, given)
        assert [one.id for one in kinds.subgroups(kind, settings)] == asked
        assert kind.called(settings) == ("Kaarten in groepjes" if asked else "Kaarten")
    assert [one.id for one in kind.for_subgroup(settings, "online").columns] == ["online"]
    assert kinds.subgroups(kinds.get("marks"), None) == ()


@both_databases
async def test_a_phone_answers_only_the_question_of_its_subgroup(services):
    session, _ = await a_divided_session(services)
    phone = await a_participant(services, session)
    with pytest.raises(KindError, match=FIRST):
        await send(services, session, phone, card("Te vroeg", "zorg"))
    await sit(services, session, phone, "zorg")
    await send(services, session, phone, card("Van ons", "zorg"))
    with pytest.raises(KindError, match=OTHERS):
        await send(services, session, phone, card("Van hen", "kans"))
    await sit(services, session, phone, "kans")  # whoever walks to another table may write there
    await send(services, session, phone, card("Van hen", "kans"))
    assert await texts(services, session) == ["Van hen", "Van ons"]
    for known in (True, False):
        if not known:
            services.room.memory.miss()
        state = await services.room.memory.state(session.id)
        assert state.present[phone.id].subgroup_at(session.activity_id) == "kans"
        assert state.phones[codes.token_hash(phone.token)].subgroup == "kans"


async def test_a_card_that_crosses_a_change_of_table_is_asked_again_in_the_transaction(services):
    session, _ = await a_divided_session(services)
    phone = await a_participant(services, session)
    await sit(services, session, phone, "zorg")
    state = await services.room.memory.state(session.id)
    post = prepare(state, phone.id, session.activity_id, codes.new_id(), card("Onderweg", "zorg"))
    await sit(services, session, phone, "kans")
    with pytest.raises(KindError, match=OTHERS):
        await services.room.intake.put(session.id, post)


async def test_the_desk_and_paper_may_write_to_every_question(services):
    session, desk = await a_divided_session(services)
    await desk.add(session.activity_id, codes.new_id(), card("Van wie geen telefoon heeft", "kans"))
    await desk.fill_in(session.activity_id, codes.new_id(), codes.new_id(), card("Van papier", "zorg"))
    assert len(await texts(services, session)) == 2


async def test_who_comes_late_chooses_too_and_a_second_tap_changes_nothing(services):
    session, _ = await a_divided_session(services)
    await sit(services, session, await a_participant(services, session), "zorg")
    late = await a_participant(services, session)
    await sit(services, session, late, "kans")
    revision = (await reloaded(services, session.id)).revision
    await sit(services, session, late, "kans")
    assert (await reloaded(services, session.id)).revision == revision
    assert await seats(services) == [("kans", True), ("zorg", True)]


async def test_nobody_sits_where_there_is_no_question(services):
    session, desk = await a_divided_session(services)
    phone = await a_participant(services, session)
    for wrong in ("", "leuk", "x" * 5000):
        with pytest.raises(KindError, match="groepje is er niet"):
            await sit(services, session, phone, wrong)
    await desk.set_together(session.activity_id, True)
    with pytest.raises(Closed, match="groepjes zijn klaar"):
        await sit(services, session, phone, "zorg")
    await desk.go_to(activity(session, "stippen").id)
    with pytest.raises(Closed, match="al verder"):
        await sit(services, session, phone, "zorg")
    with pytest.raises(Gone, match="geen groepjes"):
        await desk.set_together(activity(session, "stippen").id, True)
    state = await services.room.memory.state(session.id)
    await services.room.leave(state.present[phone.id])
    with pytest.raises(NotTakingPart):
        await services.room.choose_subgroup(state.present[phone.id], session.activity_id, "zorg")


async def test_one_board_takes_everything_from_everybody_and_apart_again_does_not(services):
    session, desk = await a_divided_session(services)
    phone = await a_participant(services, session)
    await sit(services, session, phone, "zorg")
    await desk.set_together(session.activity_id, True)
    await send(services, session, phone, card("Nu ook hier", "kans"))
    await desk.set_together(session.activity_id, True)
    assert desk.is_stale
    await desk.set_together(session.activity_id, False)
    with pytest.raises(KindError, match=OTHERS):
        await send(services, session, phone, card("Niet meer", "kans"))
    await send(services, session, phone, card("Wel weer", "zorg"))  # it still knows its place


async def test_coming_together_is_undone(services):
    session, desk = await a_divided_session(services)
    for together in (True, False):
        await desk.set_together(session.activity_id, together)
        state = await services.room.memory.state(session.id, newest=True)
        [deed, *_] = state.picture().recent(drives=True)
        assert await desk.undo(deed.id) == ""
        assert activity(await reloaded(services, session.id), "zorgen-kansen").together is not together
        await desk.set_together(session.activity_id, together)


async def test_no_number_tells_who_sits_where(services):
    session, desk = await a_divided_session(services)
    phones = [await a_participant(services, session) for _ in range(6)]
    for phone in phones[:5]:
        await sit(services, session, phone, "zorg")
    await send(services, session, phones[0], card("Een zorg", "zorg"))
    shown, seen_by_desk = await seen(services, session, SCREEN), await seen(services, session, DESK)
    assert "In groepjes" in shown
    assert "5 van 6 telefoons kozen een groepje" in seen_by_desk
    assert "5 of meer telefoons" in seen_by_desk
    assert not re.search(r"groepje.{0,40}\d (telefoon|van)", shown)
    await services.room.leave((await services.room.memory.state(session.id)).present[phones[4].id])
    seen_by_desk = await seen(services, session, DESK)
    assert "4 van 5 telefoons kozen een groepje" in seen_by_desk
    assert "of meer telefoons" not in seen_by_desk
    await desk.set_together(session.activity_id, True)
    assert "In groepjes" not in await seen(services, session, SCREEN)
    assert "Uit groepjes, nu op één bord" in await seen(services, session, DESK)


async def test_the_next_step_votes_on_one_board(services):
    session, desk = await a_divided_session(services)
    for column in ("zorg", "kans"):
        phone = await a_participant(services, session)
        await sit(services, session, phone, column)
        await send(services, session, phone, card(f"Een {column}", column))
    await desk.let_phones_read(True)
    listed = await seen(services, session, PHONE_SCREEN)
    assert "Een zorg" in listed
    assert "Een kans" in listed
    await desk.go_to(activity(session, "stippen").id)
    state = await services.room.memory.state(session.id)
    assert {option.text for option in state.inputs(state.current).options} >= {"Een zorg"}
    await send(services, session, phone, {"choices": [state.inputs(state.current).options[0].id]})


@both_databases
@pytest.mark.parametrize("how", ["left", "sent out", "emptied", "cut"])
async def test_where_somebody_sat_goes_with_the_other_links(services, how):
    session, desk = await a_divided_session(services)
    phone = await a_participant(services, session)
    await sit(services, session, phone, "zorg")
    receipt = await send(services, session, phone, card("Een kaart", "zorg"))
    assert await seats(services) == [("zorg", True)]
    if how == "left":
        await services.room.leave((await services.room.memory.state(session.id)).present[phone.id])
    elif how == "sent out":
        await desk.send_out(receipt.id, codes.new_id())
    elif how == "emptied":
        await desk.set_together(session.activity_id, True)
        await desk.empty(session.activity_id)
        assert not activity(await reloaded(services, session.id), "zorgen-kansen").together
    else:
        await end_for_good(services, session)
    assert await seats(services) == [("", False)]


async def test_a_phone_without_scripts_chooses_writes_and_walks_to_another_table(client, services):
    session, desk = await a_divided_session(services)
    await client.post(f"/j/{session.join_token}", data={"people": "6"})
    page = (await client.get("/deelnemen")).text
    assert "In welk groepje zit je?" in page
    assert 'name="text"' not in page
    step = {"activity": str(session.activity_id)}
    chosen = await client.post("/deelnemen/groepje", data=step | {"subgroup": "zorg"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/deelnemen")
    page = (await client.get("/deelnemen")).text
    assert "Jouw groepje" in page
    assert 'type="radio" name="column"' not in page
    sent = step | {"column": "zorg", "text": "Van onze tafel"}
    assert (await client.post("/deelnemen/bijdragen", data=sent)).status_code == 303
    refused = await client.post("/deelnemen/bijdragen", data=sent | {"column": "kans", "text": "Van hen"})
    assert (refused.status_code, OTHERS in refused.text, "Van hen" in refused.text) == (422, True, True)
    again = await client.post("/deelnemen/bijdragen", data=sent | {"column": "kans"}, headers=HX)
    assert (again.status_code, 'id="mijn"' in again.text, OTHERS in again.text) == (422, True, True)
    for headers in ({}, HX):
        wrong = await client.post("/deelnemen/groepje", data=step | {"subgroup": "x"}, headers=headers)
        assert (wrong.status_code, "Dit groepje is er niet" in wrong.text) == (422, True)
    await desk.set_together(session.activity_id, True)
    page = (await client.get("/deelnemen")).text
    assert 'type="radio" name="column"' in page
    assert "Jouw groepje" not in page
    late = await client.post("/deelnemen/groepje", data=step | {"subgroup": "zorg"})
    assert (late.status_code, "De groepjes zijn klaar" in late.text) == (409, True)


def test_a_step_that_nobody_divides_lets_everybody_answer():
    step, kind = Activity(together=False), kinds.get("marks")
    subgroups.must_be_own(step, kind, None, [], None)
