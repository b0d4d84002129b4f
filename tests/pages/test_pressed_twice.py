"""A button that is pressed twice does what it says once."""

import pytest
from sqlalchemy import select

from tests.pages.desks import HX
from tests.pages.presses import Forms
from tests.people import activity, conduct, minutes_pass, reloaded
from workshop.log.what import What
from workshop.models import Contribution, Deed, Session

pytestmark = pytest.mark.tour


async def at_the_door(desk):
    await (await conduct(desk.services, desk.session)).go_to(None)


async def with_cards(desk):
    """Cards that wait, that are shown, in a group and taken away; one of them looks like a disclosure."""
    conducted = await conduct(desk.services, desk.session)
    for number in range(3):
        await desk.card(f"Wacht {number}")
    shown = [await desk.card(f"Los {number}") for number in range(2)]
    grouped = [await desk.card(f"Samen {number}") for number in range(2)]
    hidden = await desk.card("Weg")
    await desk.card("Mijn oom heeft mij verkracht", naar=["begeleider"])
    for card in (*shown, *grouped):
        await conducted.set_card_state(card, "shown")
    await conducted.set_card_state(hidden, "hidden")
    await conducted.gather(desk.session.activity_id, "Een groep", "zorg", grouped, None)


async def with_one_card(desk):
    """Nothing asks for care, so the step may be emptied."""
    await desk.card("Een kaart")


async def at_the_dots(desk):
    await with_cards(desk)
    await (await conduct(desk.services, desk.session)).go_to(activity(desk.session, "stippen").id)


async def at_the_end(desk):
    await (await conduct(desk.services, desk.session)).go_to(desk.session.activities[-1].id)


async def with_the_clock_stopped(desk):
    await (await conduct(desk.services, desk.session)).set_clock(desk.session.activity_id, "pauze")


LAST = ["leeg", "slot", "opheffing", "ingreep", "stap", "afsluiting"]
"""Deeds after which others are not there any more, or are refused."""


def late(press):
    name = press[0].rsplit("/", 1)[1]
    return LAST.index(name) if name in LAST else -1


STATES = (at_the_door, with_cards, with_one_card, at_the_dots, at_the_end, with_the_clock_stopped)


@pytest.mark.parametrize("headers", [HX, None], ids=["with scripts", "without"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_every_button_of_the_desk_does_nothing_the_second_time(desk, state, headers):
    await state(desk)
    done = set()
    while left := [
        (address, form)
        for address, form in Forms(await desk.html()).presses()
        if (address, tuple(form)) not in done
    ]:
        address, form = min(left, key=late)
        done.add((address, tuple(form)))
        filled = form | {
            name: "Iets nieuws"
            for name in ("naam", "text", "bericht", "stelling", "conclusie", "regel")
            if name in form
        }
        first, second, changed = await desk.twice(address, filled, headers)
        assert first.status_code < 400, (address, first.text)
        assert second.status_code < 400, (address, second.text)
        assert not changed, (address, filled)
        if address.endswith("/afsluiting"):
            break
    assert len(done) > 5


async def test_a_double_click_on_start_does_not_skip_a_step(desk):
    await at_the_door(desk)
    first, second = desk.session.activities[:2]
    form = {"naar": str(first.id), "gezien": ""}
    await desk.client.post(f"{desk.home}/stap", data=form, headers=HX)
    shown = (await desk.client.post(f"{desk.home}/stap", data=form, headers=HX)).text
    assert (await reloaded(desk.services, desk.session.id)).activity_id == first.id
    assert first.question in shown
    # A colleague who still looked at the lobby does not throw everybody back.
    await desk.client.post(f"{desk.home}/stap", data={"naar": str(second.id), "gezien": str(first.id)})
    await desk.client.post(f"{desk.home}/stap", data=form)
    assert (await reloaded(desk.services, desk.session.id)).activity_id == second.id


async def test_letting_all_through_leaves_what_came_after_it_was_drawn(desk):
    for number in range(3):
        await desk.card(f"Gelezen {number}")
    [(address, form)] = [
        (at, form) for at, form in Forms(await desk.html()).presses() if at.endswith("/doorlaten")
    ]
    late = await desk.card("Niemand las dit")
    await desk.client.post(address, data=form, headers=HX)
    async with desk.services.db.read() as db:
        states = {row.id: row.state for row in await db.scalars(select(Contribution))}
    assert states.pop(late) == "held"
    assert set(states.values()) == {"shown"}


async def test_a_second_press_is_not_in_the_log(desk):
    await with_cards(desk)
    await desk.twice(f"{desk.home}/stappen/{desk.session.activity_id}/slot", {"aan": "ja"})
    await desk.twice(f"{desk.home}/zaal/stuur", {})
    async with desk.services.db.read() as db:
        deeds = {deed.what: deed.times for deed in await db.scalars(select(Deed))}
    assert deeds[What.STEP_CLOSED] == 1
    assert What.WHEEL_TAKEN not in deeds


async def test_the_last_step_asks_before_it_ends(desk):
    await at_the_end(desk)
    page = await desk.html()
    _, _, fold = page.partition('id="einde-menu"')
    assert "Ja, stop de sessie" in fold
    assert "/afsluiting" in fold


async def test_a_session_that_ended_leads_to_its_review_also_the_second_time(desk):
    form = {"gezien": str(desk.session.activity_id)}
    for _ in range(2):
        answer = await desk.client.post(f"{desk.home}/afsluiting", data=form, headers=HX)
        assert answer.headers["hx-redirect"] == f"{desk.home}/nakijken"
    async with desk.services.db.read() as db:
        assert (await db.get_one(Session, desk.session.id)).ended_at


async def test_the_undo_of_a_hidden_card_brings_back_its_group_too(desk):
    await with_cards(desk)
    async with desk.services.db.read() as db:
        [card, *_] = [row for row in await db.scalars(select(Contribution)) if row.cluster_id]
    for address, form in (
        (f"{desk.home}/ingreep", {"hidden": str(card.id)}),
        (f"{desk.home}/kaarten/{card.id}/stand", {"stand": "hidden", "gezien": "shown"}),
    ):
        said = (await desk.client.post(address, data=form, headers=HX)).text
        [(undo, fields)] = [
            (at, given)
            for at, given in Forms(said).presses()
            if given.get("gezien") == "hidden" and "groep" in given
        ]
        await desk.client.post(undo, data=fields, headers=HX)
        async with desk.services.db.read() as db:
            back = await db.get(Contribution, card.id)
        assert (back.state, back.cluster_id) == ("shown", card.cluster_id)


async def test_the_undo_of_a_deleted_card_brings_it_back(desk):
    await with_cards(desk)
    async with desk.services.db.read() as db:
        [card, *_] = [row for row in await db.scalars(select(Contribution)) if row.cluster_id]
    said = (await desk.client.post(f"{desk.home}/ingreep", data={"weg": str(card.id)}, headers=HX)).text
    [(undo, fields)] = [press for press in Forms(said).presses() if press[0].endswith("/terugzetting")]
    first, second, changed = await desk.twice(undo, fields, HX)
    assert (first.status_code, second.status_code, changed) == (200, 200, False)
    async with desk.services.db.read() as db:
        assert (await db.get(Contribution, card.id)).cluster_id == card.cluster_id


async def test_the_review_opens_a_session_again_that_ended_by_mistake(desk):
    await desk.card("Wacht nog")
    await desk.client.post(f"{desk.home}/afsluiting")
    review = await desk.html("/nakijken")
    assert "Per ongeluk gestopt?" in review
    assert "1 kaart wacht nog" in review
    [(again, form)] = [press for press in Forms(review).presses() if press[0].endswith("/heropening")]
    first, second, changed = await desk.twice(again, form)
    assert (first.headers["location"], second.headers["location"]) == (f"{desk.home}/regie",) * 2
    assert not changed
    assert (await reloaded(desk.services, desk.session.id)).ended_at is None
    await desk.client.post(f"{desk.home}/afsluiting")
    await minutes_pass(desk.services, 10)
    review = await desk.html("/nakijken")
    assert "Per ongeluk gestopt?" not in review
    assert "Niemand kan meer zien wie een kaart schreef." in review


async def test_what_may_be_a_disclosure_stands_above_every_tab(desk):
    await with_cards(desk)
    page = await desk.html()
    bar, _, rest = page.partition('role="tablist"')
    assert "Lees eerst zelf: 1 kaart klinkt persoonlijk" in bar
    async with desk.services.db.read() as db:
        [card] = [row for row in await db.scalars(select(Contribution)) if row.signals]
    assert f'href="#wacht-{card.id}"' in bar
    assert f'id="wacht-{card.id}"' in rest
    assert "Lees eerst zelf: </span>Te lezen" in rest


async def test_a_step_of_the_plan_is_moved_or_added_once(desk):
    presses = list(Forms(await desk.html("/programma")).presses())
    new = Forms(await desk.html("/programma/nieuw?soort=cards")).presses()
    [(add, form)] = [press for press in new if press[0].endswith("/programma/stappen")]
    first, _, changed = await desk.twice(add, form | {"question": "Wat willen we nog weten?"})
    assert (first.status_code, changed) == (303, False)
    [(move, form), *_] = [press for press in presses if press[1].get("knop") == "omlaag"]
    first, _, changed = await desk.twice(move, form)
    assert (first.status_code, changed) == (303, False)
    steps = sorted((await reloaded(desk.services, desk.session.id)).activities, key=lambda a: a.position)
    assert steps[1].id == desk.session.activities[0].id
    assert [step.question for step in steps].count("Wat willen we nog weten?") == 1
    change = f"{desk.home}/programma/stappen/{desk.session.activities[0].id}"
    said = {"title": "T", "question": "V?", "minutes": "5", "spoken.general": "Zeg dit.\nEn dat."}
    first, _, changed = await desk.twice(change, said)
    assert (first.status_code, changed) == (303, False)
