"""What a session can open with: the script, its variants, and what the partnership saved itself."""

import uuid

import pytest
from sqlalchemy import select

from tests.people import a_desk, a_facilitator, a_partnership, a_session, conduct, reloaded
from workshop.content.worksheets import LONGEST_MINUTES
from workshop.live import plan, programmes
from workshop.live.errors import Gone
from workshop.models import Membership


async def found(services, session, id=""):
    async with services.db.read() as db:
        worksheet = services.library.worksheet(session.worksheet)
        return await programmes.chosen(db, session.partnership_id, worksheet, id)


async def test_a_worksheet_offers_its_script_first_and_then_its_variants(services):
    session = await a_session(services)
    async with services.db.read() as db:
        offered = await programmes.choices(
            db, session.partnership_id, services.library.worksheet(session.worksheet)
        )
    assert [choice.name for choice in offered] == ["Alle stappen", "45 minuten", "90 minuten"]
    assert offered[1].minutes <= 45
    assert offered[2].minutes <= 90


async def test_the_longest_step_that_a_plan_takes_is_opened_again_from_a_programme(services):
    session = await a_session(services)
    await plan.set_minutes(services.room, session.id, session.activities[0].id, str(LONGEST_MINUTES))
    desk = (await conduct(services, session)).sign_in
    await programmes.keep(services.db, session.id, "Een lange middag", desk)
    async with services.db.read() as db:
        worksheet = services.library.worksheet(session.worksheet)
        offered = await programmes.choices(db, session.partnership_id, worksheet)
    assert offered[-1].steps[0].minutes == LONGEST_MINUTES


async def test_an_adapted_plan_comes_back_as_it_was_saved_without_its_skipped_steps(services):
    session = await a_session(services)
    first, second, *_ = sorted(session.activities, key=lambda activity: activity.position)
    words = {"title": "Start", "question": "Hoe gaat het vandaag?", "help": "", "minutes": "7"}
    words |= {"spoken.general": "Fijn dat je er bent."}
    await plan.change_step(services.room, session.id, first.id, words)
    await plan.skip_step(services.room, session.id, second.id, True)
    desk = (await conduct(services, session)).sign_in
    await programmes.keep(services.db, session.id, "Onze korte versie", desk)
    async with services.db.read() as db:
        offered = await programmes.choices(
            db, session.partnership_id, services.library.worksheet(session.worksheet)
        )
    saved = offered[-1]
    assert (saved.name, saved.own) == ("Onze korte versie", True)
    assert (saved.steps[0].question, saved.steps[0].minutes) == ("Hoe gaat het vandaag?", 7)
    assert second.key not in [step.key for step in saved.steps]
    again = await plan.make_session(
        services.db,
        session.partnership_id,
        services.library.worksheet(session.worksheet),
        desk,
        script=saved.steps,
    )
    opened = (await reloaded(services, again)).activities[0]
    assert (opened.question, opened.spoken) == (
        "Hoe gaat het vandaag?",
        {"general": ["Fijn dat je er bent."]},
    )


async def test_the_same_name_replaces_and_makes_no_second_programme(services):
    session = await a_session(services)
    desk = (await conduct(services, session)).sign_in
    for _ in range(2):
        await programmes.keep(services.db, session.id, "Onze versie", desk)
    async with services.db.read() as db:
        offered = await programmes.choices(
            db, session.partnership_id, services.library.worksheet(session.worksheet)
        )
    assert [choice.name for choice in offered].count("Onze versie") == 1


async def test_a_programme_of_another_partnership_is_not_there(services):
    session = await a_session(services)
    await programmes.keep(services.db, session.id, "Van ons", (await conduct(services, session)).sign_in)
    stranger = await a_facilitator(services, "Vreemde")
    other = await a_session(
        services,
        partnership=await a_partnership(services, stranger),
        sign_in=await a_desk(services, stranger),
    )
    async with services.db.read() as db:
        mine = await programmes.choices(
            db, session.partnership_id, services.library.worksheet(session.worksheet)
        )
    with pytest.raises(Gone):
        await found(services, other, mine[-1].id)


async def test_a_programme_needs_a_name(services):
    session = await a_session(services)
    with pytest.raises(ValueError, match="niets geschreven"):
        await programmes.keep(services.db, session.id, "  ", (await conduct(services, session)).sign_in)


async def test_a_programme_gets_another_name_and_goes_and_no_other_partnership_may(services):
    session = await a_session(services)
    desk = (await conduct(services, session)).sign_in
    for name in ("De korte", "De lange"):
        await programmes.keep(services.db, session.id, name, desk)
    member = await membership(services, session)
    async with services.db.read() as db:
        sheet = services.library.worksheet(session.worksheet)
        offered = await programmes.choices(db, session.partnership_id, sheet)
    short = uuid.UUID(next(choice.id for choice in offered if choice.name == "De korte"))
    stranger = await membership(services, await a_session(services))
    with pytest.raises(Gone):
        await programmes.rename(services.db, stranger, short, "Gekaapt")
    with pytest.raises(Gone):
        await programmes.remove(services.db, stranger, short)
    with pytest.raises(ValueError, match="al een programma met deze naam"):
        await programmes.rename(services.db, member, short, "De lange")
    await programmes.rename(services.db, member, short, "De snelle")
    assert (await found(services, session, str(short))).name == "De snelle"
    await programmes.remove(services.db, member, short)
    with pytest.raises(Gone):
        await found(services, session, str(short))


async def membership(services, session):
    async with services.db.read() as db:
        own = Membership.partnership_id == session.partnership_id
        return (await db.scalars(select(Membership).where(own))).one()
