"""Own groups of a session: who may choose them, when they stand still, and what the dossier calls them."""

import pytest

from tests.attacks.test_groups import marked
from tests.people import (
    a_participant,
    a_session,
    both_databases,
    conduct,
    end_for_good,
    reloaded,
)
from tests.record.test_saving import Stage, items_in
from workshop.live import own_groups, plan, preparing, programmes
from workshop.live.errors import Closed
from workshop.live.scenes import PHONE_STEP_ASIDE, PHONE_STEP_YOUNG, step_for
from workshop.models import SignIn, ThemeMarks
from workshop.session_groups import offered

FORM = {"naam.1": ["School A"], "jong.1": ["ja"], "naam.2": ["Club B"]}
KEPT = [{"label": "School A", "young": True}, {"label": "Club B", "young": False}]


async def ids(services, session):
    return [*offered((await reloaded(services, session.id)).groups)]


async def grouped(services, form=FORM, **values):
    """A session with own groups, and their ids."""
    session = await a_session(services, **values)
    await own_groups.offer(services.room, session.id, form)
    return await reloaded(services, session.id), await ids(services, session)


@both_databases
async def test_phones_choose_own_groups_and_no_others(services):
    session, (school, club, unsaid) = await grouped(services)
    assert session.groups == KEPT
    for group in (school, club, unsaid, None):
        assert (await a_participant(services, session, group)).participant.group == group
    with pytest.raises(ValueError, match="Deze groep bestaat niet"):
        await services.room.join(session.join_token, "jongere")
    phone = await a_participant(services, session)
    state = await services.room.memory.state(session.id)
    with pytest.raises(ValueError, match="Deze groep bestaat niet"):
        await services.room.choose_group(state.present[phone.id], "ouder")
    assert (await services.fanout.scene(session.id, newest=True)).audience == {
        "School A": "minder dan 5",
        "Club B": "minder dan 5",
        "Liever niet zeggen": "minder dan 5",
    }


async def test_young_people_of_an_own_group_are_young_for_every_step(services):
    session, (school, club, _) = await grouped(services)
    await (await conduct(services, session)).go_to(
        next(one.id for one in session.activities if one.key == "contact")
    )
    picture = await services.fanout.scene(session.id, newest=True)
    assert step_for(picture, school) == PHONE_STEP_YOUNG
    assert step_for(picture, club) == PHONE_STEP_ASIDE


async def test_a_group_of_young_people_holds_cards_back(services):
    session, _ = await grouped(services, {"naam.1": ["Club B"]})
    assert not session.holds_back
    session, _ = await grouped(services)
    assert session.holds_back


async def test_once_a_phone_came_only_spelling_changes(services):
    session, (school, *_) = await grouped(services)
    await a_participant(services, session, school)
    for other in (
        FORM | {"naam.2": ["Club C"]},
        FORM | {"naam.3": ["Club C"]},
        FORM | {"jong.2": ["ja"]},
        FORM | {"vast": ["ouder"]},
        {"vast": ["jongere"]},
    ):
        with pytest.raises(ValueError, match="Er zijn al telefoons binnen"):
            await own_groups.offer(services.room, session.id, other)
    await own_groups.offer(services.room, session.id, FORM | {"naam.1": ["school A."]})
    assert (await reloaded(services, session.id)).groups[0] == {"label": "school A.", "young": True}
    assert (await ids(services, session))[0] == school
    await end_for_good(services, session)
    with pytest.raises(Closed, match="afgelopen"):
        await own_groups.offer(services.room, session.id, FORM)


@pytest.mark.parametrize(
    "name", ["Sanne", "Jan de Vries", "De klas van juf Petra", "06 12345678", "info@school.nl", "St. Jozef"]
)
async def test_a_group_never_has_the_name_of_a_person(services, name):
    session = await a_session(services)
    with pytest.raises(ValueError, match="Noem een groep naar een school, klas of club"):
        await own_groups.offer(services.room, session.id, {"naam.1": [name]})
    assert (await reloaded(services, session.id)).groups == []


@pytest.mark.parametrize("name", ["Anne Frankschool", "Scouting Sint Joris", "Brugklas 1B", "VV De Linde"])
async def test_a_school_or_club_may_be_called_after_somebody(services, name):
    session, _ = await grouped(services, {"naam.1": [name]})
    assert session.groups == [{"label": name, "young": False}]


async def test_a_copy_and_a_programme_have_the_groups_too(services):
    session, _ = await grouped(services, opened=False)
    async with services.db.read() as db:
        sign_in = await db.get_one(SignIn, session.driver_id)
    copy = preparing.copied(session, sign_in, session.id)
    assert (copy.groups, copy.holds_back) == (KEPT, True)
    await programmes.keep(services.db, session.id, "Met scholen", sign_in)
    sheet = services.library.worksheet(session.worksheet)
    async with services.db.read() as db:
        whole, *_, kept = await programmes.choices(db, session.partnership_id, sheet)
    assert (whole.groups, kept.groups) == ((), KEPT)
    made = await plan.make_session(
        services.db,
        session.partnership_id,
        sheet,
        sign_in,
        holds_back=False,
        script=kept.steps,
        groups=kept.groups,
    )
    made = await reloaded(services, made)
    assert (made.groups, made.holds_back) == (KEPT, True)


@both_databases
async def test_the_dossier_keeps_own_groups_by_name_and_small_ones_together(services):
    session, (school, club, unsaid) = await grouped(services, worksheet="0-leren", step="cijfers")
    stage = Stage(services, session)
    await marked(stage, school, 4, 4, 5, 5, 6)
    await marked(stage, club, 7, 7, 8, 8)
    await marked(stage, unsaid, 6, 6)
    await stage.save(await stage.end())
    [row] = await stage.all(ThemeMarks)
    assert {group: sum(counts) for group, counts in row.groups.items()} == {"School A": 5, "": 6}


async def test_cards_and_dots_by_group_have_the_name_too(services):
    session, (school, club, _) = await grouped(services, step="zorgen-kansen")
    stage = Stage(services, session)
    phones = [await a_participant(services, session, group) for group in (school, club) for _ in range(5)]
    card = await stage.send(phones[0], column="zorg", text="Veel")
    await (await conduct(services, session)).show_all(session.activity_id)
    await stage.go_to("stippen")
    for phone in phones:
        await stage.send(phone, options=[str(card)])
    await stage.save(await stage.end())
    assert (await items_in(stage, "1-A.zorgen"))["Veel"].votes_by == {"School A": 5, "Club B": 5}
