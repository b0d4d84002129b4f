"""Cards that are put together, taken apart and taken away after phones gave them dots."""

import uuid

import pytest_asyncio
from sqlalchemy import select

from tests.people import a_participant, a_session, activity, conduct, reloaded
from workshop import bus
from workshop.live.onlookers import onlookers
from workshop.models import Cluster


class Vote:
    """A session whose three cards each got dots: two, two and one."""

    def __init__(self, services, session, desk, cards, phones):
        self.services, self.session, self.desk = services, session, desk
        self.cards, self.phones = cards, phones

    @property
    def step(self):
        return activity(self.session, "zorgen-kansen").id

    async def ranks(self):
        tally = (await self.services.fanout.scene(self.session.id)).scene.tally
        return [(rank.option.text, rank.dots) for rank in tally.ranks if rank.dots], tally.gone

    async def gather(self, name, *cards):
        counts = await self.desk.gather(self.step, name, "zorg", [self.cards[card] for card in cards], None)
        async with self.services.db.read() as db:
            return counts, await db.scalar(select(Cluster.id).where(Cluster.name == name))

    async def shown(self, part):
        return self.services.fanout.scenes.shared(part, await self.services.fanout.scene(self.session.id))


@pytest_asyncio.fixture
async def vote(services):
    session = await a_session(services, step="zorgen-kansen")
    cards = {}
    for words in ("Veilig uitgaan", "Licht op straat", "Meer sport"):
        form = {"column": ["zorg"], "text": [words]}
        receipt = await services.room.contribute(session.id, None, session.activity_id, uuid.uuid4(), form)
        cards[words] = receipt.id
    desk = await conduct(services, session)
    dots = activity(session, "stippen").id
    await desk.go_to(dots)
    phones = []
    given = (["Veilig uitgaan", "Licht op straat"], ["Veilig uitgaan"], ["Licht op straat", "Meer sport"])
    for chosen in given:
        phone = await a_participant(services, session)
        form = {"options": [str(cards[words]) for words in chosen]}
        await services.room.contribute(session.id, phone.id, dots, uuid.uuid4(), form)
        phones.append(phone)
    return Vote(services, await reloaded(services, session.id), desk, cards, phones)


async def test_dots_stay_on_their_cards_and_count_for_the_group(vote):
    counts, _ = await vote.gather("Buiten", "Veilig uitgaan", "Licht op straat")
    assert counts
    assert await vote.ranks() == ([("Buiten", 4), ("Meer sport", 1)], 0)


async def test_when_the_group_is_dissolved_the_dots_are_on_the_cards_again(vote):
    before = await vote.ranks()
    _, cluster = await vote.gather("Buiten", "Veilig uitgaan", "Licht op straat")
    phone = await a_participant(vote.services, vote.session)
    form = {"options": [str(cluster)]}
    await vote.services.room.contribute(
        vote.session.id, phone.id, vote.session.activity_id, uuid.uuid4(), form
    )
    assert await vote.ranks() == ([("Buiten", 5), ("Meer sport", 1)], 0)
    assert await vote.desk.dissolve_cluster(cluster)
    assert await vote.ranks() == (before[0], 1)  # one was for the group itself
    await vote.desk.bring_back(cluster)
    assert await vote.ranks() == ([("Buiten", 5), ("Meer sport", 1)], 0)


async def test_a_phone_that_still_sees_the_cards_gives_its_dots_all_the_same(vote):
    await vote.gather("Buiten", "Veilig uitgaan", "Licht op straat")
    phone = await a_participant(vote.services, vote.session)
    form = {"options": [str(vote.cards["Veilig uitgaan"])]}
    await vote.services.room.contribute(
        vote.session.id, phone.id, vote.session.activity_id, uuid.uuid4(), form
    )
    assert (await vote.ranks())[0][0] == ("Buiten", 5)


async def test_a_card_that_goes_alone_out_of_its_group_takes_its_dots_along(vote):
    before = await vote.ranks()
    _, cluster = await vote.gather("Buiten", "Veilig uitgaan", "Licht op straat")
    for card in (vote.cards["Veilig uitgaan"], vote.cards["Licht op straat"]):
        await vote.desk.loosen(vote.step, [card], {card: cluster})
    assert await vote.ranks() == before


async def test_dots_on_a_card_that_was_taken_away_are_known_to_be_there(vote):
    await vote.desk.set_card_state(vote.cards["Veilig uitgaan"], "hidden")
    assert await vote.ranks() == ([("Licht op straat", 2), ("Meer sport", 1)], 2)


async def test_every_phone_hears_that_its_list_changed(vote):
    assert onlookers(vote.session) == bus.OURS
    await vote.desk.go_to(vote.step)
    assert onlookers(await reloaded(vote.services, vote.session.id)) == frozenset()


async def test_undo_puts_a_hidden_card_back_into_its_group(vote):
    _, cluster = await vote.gather("Buiten", "Veilig uitgaan")
    card = vote.cards["Veilig uitgaan"]
    before = await vote.desk.set_card_state(card, "hidden", seen="shown")
    assert before == ("shown", cluster)
    assert await vote.ranks() == ([("Licht op straat", 2), ("Meer sport", 1)], 2)
    await vote.desk.set_card_state(card, before.state, "hidden", before.cluster_id)
    assert (await vote.ranks())[0][0] == ("Buiten", 2)
    await vote.desk.set_card_state(card, "hidden")
    await vote.desk.dissolve_cluster(cluster)
    await vote.desk.set_card_state(card, "shown", "hidden", cluster)
    assert ("Veilig uitgaan", 2) in (await vote.ranks())[0]  # loose: its group is gone


async def asked_about_cards(services, worksheet, cards_step, step, column, *words):
    """A session at a step whose list is the cards of an earlier one, its desk and those cards."""
    session = await a_session(services, worksheet, step=cards_step)
    cards = {}
    for text in words:
        form = {"column": [column], "text": [text]}
        receipt = await services.room.contribute(session.id, None, session.activity_id, uuid.uuid4(), form)
        cards[text] = receipt.id
    desk = await conduct(services, session)
    await desk.go_to(activity(session, step).id)
    return await reloaded(services, session.id), desk, cards


async def answered(services, session, **form):
    phone = await a_participant(services, session)
    given = {name.replace("__", "."): [str(value)] for name, value in form.items()}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), given)
    return phone


async def test_lights_stay_on_their_cards_and_count_for_the_group(services):
    session, desk, cards = await asked_about_cards(
        services, "5", "weten", "noodzaak", "professional", "Hoe vaak", "Hoe lang", "Wie"
    )
    for words in ("Hoe vaak", "Hoe lang"):
        for _ in range(5):
            await answered(services, session, **{f"light__{cards[words]}": "nodig"})
    grouped = [cards["Hoe vaak"], cards["Hoe lang"]]
    assert await desk.gather(activity(session, "weten").id, "Tellen", "professional", grouped, None)
    picture = await services.fanout.scene(session.id)
    assert [(light.statement.text, light.answers) for light in picture.scene.tally.lights] == [
        ("Tellen", 10),
        ("Wie", 0),
    ]
    own = [entry for entry in picture.scene.entries if entry.answer.statement == str(cards["Hoe lang"])]
    phone = services.fanout.scenes.mine(picture, own[:1])
    assert f'name="light.{cards["Hoe lang"]}" value="nodig" checked' in phone
    await desk.set_shown(session.activity_id, True)
    await desk.dissolve_cluster((await clusters(services))["Tellen"])
    shown = (await services.fanout.scene(session.id)).scene.tally.lights
    assert {light.statement.text: light.answers for light in shown} == {
        "Hoe vaak": 5,
        "Hoe lang": 5,
        "Wie": 0,
    }
    assert all(light.enough for light in shown if light.answers)


async def test_pairs_stay_on_their_cards_and_count_for_the_group(services):
    session, desk, cards = await asked_about_cards(
        services, "3-A", "elementen", "samenhang", "kennis", "Praten", "Luisteren", "Straffen"
    )
    reason = {"relation": "botst", "reason": "Wie praat, straft niet"}
    for words in ("Praten", "Luisteren"):
        await answered(services, session, a=cards[words], b=cards["Straffen"], **reason)
    await desk.gather(
        activity(session, "elementen").id, "Contact", "kennis", [cards["Praten"], cards["Luisteren"]], None
    )
    picture = await services.fanout.scene(session.id)
    [pair] = picture.scene.tally.pairs
    assert ({pair.a.text, pair.b.text}, pair.counts["botst"]) == ({"Contact", "Straffen"}, 2)
    await desk.set_shown(session.activity_id, True)
    assert "Contact" in await desk_of(services, session)


async def clusters(services):
    async with services.db.read() as db:
        return {row.name: row.id for row in await db.scalars(select(Cluster))}


async def desk_of(services, session):
    return services.fanout.scenes.shared("desk", await services.fanout.scene(session.id))


async def test_the_screen_does_not_say_that_nobody_gave_dots_when_what_got_them_went(vote):
    for words in vote.cards:
        await vote.desk.set_card_state(vote.cards[words], "hidden")
    await vote.desk.set_shown(vote.session.activity_id, True)
    assert "Wat stippen kreeg, staat niet meer in de lijst." in await vote.shown("screen")
