"""A step that is emptied: everything of it goes for good, and the room does it again."""

import uuid

import pytest
import pytest_asyncio
from sqlalchemy import select

from tests.people import a_desk, a_participant, a_session, activity, both_databases, conduct, reloaded
from workshop.live import emptying, rounds
from workshop.live.conduct import Conduct, NotDriving
from workshop.live.errors import Closed
from workshop.live.send import REPEATED
from workshop.models import Activity, Alert, Cluster, Contribution, Discarded, Tombstone


class Step:
    """The current step of a session, with its desk."""

    def __init__(self, services, session, desk):
        self.services, self.session, self.desk = services, session, desk
        self.id = session.activity_id

    async def send(self, phone=None, id=None, **form):
        """Returns the receipt; a phone of its own sends it unless one is given."""
        phone = phone or await a_participant(self.services, self.session)
        given = {name.replace("__", "."): value for name, value in form.items()}
        return await self.services.room.contribute(
            self.session.id, phone.id, self.id, id or uuid.uuid4(), given
        )

    async def card(self, words):
        return (await self.send(column=["zorg"], text=[words])).id

    async def rows(self, model=Contribution):
        async with self.services.db.read() as db:
            return list(await db.scalars(select(model)))

    async def now(self):
        found = await reloaded(self.services, self.session.id)
        return next(one for one in found.activities if one.id == self.id)

    async def seen(self):
        return emptying.began(await self.now())


async def a_step(services, key="zorgen-kansen", worksheet="1-A", **values):
    session = await a_session(services, worksheet, step=key, **values)
    return Step(services, session, await conduct(services, session))


@pytest_asyncio.fixture
async def cards(services):
    return await a_step(services)


@both_databases
async def test_everything_of_a_step_goes_and_it_begins_again(services, cards):
    first, second, deleted = [await cards.card(words) for words in ("Een", "Twee", "Drie")]
    await cards.desk.gather(cards.id, "Een stapel", "zorg", [first, second], None)
    await cards.desk.delete_card(deleted)
    await cards.desk.set_clock(cards.id, "erbij")
    await cards.desk.set_open(cards.id, False)
    await cards.desk.jot(cards.id, "Onthoud dit", "")
    began = await cards.seen()
    [cluster] = await cards.rows(Cluster)
    await cards.desk.empty(cards.id, began)
    step = await cards.now()
    assert (step.open, step.shown, step.extra_seconds, step.disclosed) == (True, False, 0, None)
    assert (step.jotted, await cards.seen() > began) == ("Onthoud dit", True)
    assert [await cards.rows(model) for model in (Contribution, Cluster, Discarded)] == [[], [], []]
    assert {stone.id for stone in await cards.rows(Tombstone)} == {first, second, deleted, cluster.id}
    picture = await services.fanout.scene(cards.session.id)
    assert (picture.scene.entries, picture.scene.inputs.clusters) == ((), ())


@both_databases
async def test_a_second_press_does_not_erase_what_came_since(cards):
    await cards.card("Eerste ronde")
    seen = await cards.seen()
    await cards.desk.empty(cards.id, seen)
    await cards.card("Tweede ronde")
    await cards.desk.empty(cards.id, seen)
    assert cards.desk.is_stale
    assert len(await cards.rows()) == 1
    await cards.desk.empty(cards.id, await cards.seen())
    assert await cards.rows() == []
    await cards.desk.empty(cards.id)
    assert cards.desk.is_stale, "an empty step has nothing to erase"


async def test_what_was_sent_before_does_not_return_by_a_replay(services, cards):
    phone, id = await a_participant(services, cards.session), uuid.uuid4()
    await cards.send(phone, id, column=["zorg"], text=["Eerste ronde"])
    await cards.desk.empty(cards.id)
    receipt = await cards.send(phone, id, column=["zorg"], text=["Eerste ronde"])
    assert (receipt.said, await cards.rows()) == (REPEATED, [])
    await cards.send(phone, column=["zorg"], text=["Tweede ronde"])
    assert [row.body["text"] for row in await cards.rows()] == ["Tweede ronde"]


async def test_other_steps_and_sessions_keep_what_they_have(services, cards):
    elsewhere = await a_step(services)
    kept = {await elsewhere.card("Van een andere sessie")}
    await cards.card("Gaat weg")
    dots = activity(cards.session, "stippen").id
    await cards.desk.go_to(dots)
    await cards.desk.empty(cards.id)
    assert {row.id for row in await cards.rows()} == kept
    assert (await cards.now()).started_at is None, "another step is the current one"
    assert (await reloaded(services, cards.session.id)).activity_id == dots


async def test_only_the_wheel_empties_and_only_while_the_session_runs(services, cards):
    await cards.card("Blijft")
    colleague = await a_desk(services, cards.desk.sign_in.account)
    with pytest.raises(NotDriving):
        await Conduct(services.room, cards.session.id, colleague).empty(cards.id)
    await cards.desk.end()
    with pytest.raises(Closed, match="afgelopen"):
        await cards.desk.empty(cards.id)
    assert len(await cards.rows()) == 1


async def test_a_step_with_a_card_that_asks_for_help_stays_until_somebody_took_it_up(cards):
    await cards.send(column=["zorg"], text=["Mijn oom heeft mij verkracht"], naar=["begeleider"])
    [alert] = await cards.rows(Alert)
    with pytest.raises(Closed, match="Pak die eerst op"):
        await cards.desk.empty(cards.id)
    picture = await cards.services.fanout.scene(cards.session.id)
    assert picture.stays_filled == emptying.CARE_FIRST
    await cards.desk.take_up(alert.id)
    await cards.desk.empty(cards.id)
    [alert] = await cards.rows(Alert)
    assert (bool(alert.handled_at), alert.contribution_id, await cards.rows()) == (True, None, [])


async def test_an_alert_of_a_deleted_card_outlives_the_step(cards):
    receipt = await cards.send(column=["zorg"], text=["Mijn oom heeft mij verkracht"], naar=["begeleider"])
    await cards.desk.delete_card(receipt.id)
    await cards.desk.empty(cards.id)
    [alert] = await cards.rows(Alert)
    assert alert.handled_at is None
    assert len((await cards.services.fanout.scene(cards.session.id)).alerts) == 1


async def test_marks_that_were_shown_are_not_asked_again_under_other_ids(services):
    marks = await a_step(services, "cijfers", "0-leren")
    for mark in "456":
        await marks.send(mark__relatie=[mark])
    await marks.desk.set_shown(marks.id, True)
    await marks.desk.set_shown(marks.id, False)
    await marks.desk.empty(marks.id)
    assert await marks.rows() == [], "too few were counted: nothing was shown"
    for mark in "4567":
        await marks.send(mark__relatie=[mark])
    await marks.send(mark__relatie=["8"])
    await marks.desk.set_shown(marks.id, True)
    with pytest.raises(Closed, match="wat één persoon gaf"):
        await marks.desk.empty(marks.id)
    assert len(await marks.rows()) == 5


async def test_after_shown_dots_no_group_is_told_apart_any_more(services, cards):
    options = [await cards.card(words) for words in ("Een", "Twee")]
    dots = activity(cards.session, "stippen").id
    await cards.desk.go_to(dots)
    step = Step(services, await reloaded(services, cards.session.id), cards.desk)

    async def everybody_votes():
        for phone in phones:
            await step.send(phone, options=[str(options[0])])
        await step.desk.set_shown(dots, True)
        return (await services.fanout.scene(cards.session.id)).scene.tally.ranks[0]

    phones = [
        await a_participant(services, cards.session, group) for group in ["jongere"] * 5 + ["ouder"] * 5
    ]
    assert (await everybody_votes()).dots_by
    await step.desk.empty(dots)
    again = await everybody_votes()
    assert (again.dots, again.dots_by) == (10, {})


def test_rounds_that_are_compared_stay():
    first, second = (
        Activity(key="stippen", kind="dots"),
        Activity(key=rounds.second_key("stippen"), kind="dots"),
    )
    assert emptying.why_not(first, [first], True) == ""
    assert emptying.why_not(first, [first, second], True) == emptying.HAS_A_SECOND_ROUND
    assert emptying.why_not(second, [first, second], True) == ""
    second.disclosed = {"": [["a", "b"]]}
    assert emptying.why_not(second, [first, second], True) == emptying.WAS_TOLD


async def test_a_step_of_another_session_is_not_emptied(services, cards):
    elsewhere = await a_step(services)
    await elsewhere.card("Blijft")
    with pytest.raises(Exception, match="stap"):
        await cards.desk.empty(elsewhere.id)
    assert len(await cards.rows()) == 1


async def test_an_unfinished_review_forgets_the_cards(services, cards):
    card = await cards.card("Stond in het nakijken")
    form = {f"text.{card}": ["Ook dit gaat"], "anders": ["blijft"]}

    async def review(db, session):
        session.review = form

    await services.room.change(cards.session.id, frozenset(), review)
    await cards.desk.empty(cards.id)
    assert (await reloaded(services, cards.session.id)).review == {"anders": ["blijft"]}
