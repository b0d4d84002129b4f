"""Cards that say the same: what counts as the same, and what one decision for them leaves alone."""

import uuid

import pytest

from tests.people import a_participant, a_session, conduct
from workshop.kinds.cards import Card
from workshop.live import alike
from workshop.models import Contribution

WRITES = ("text",)


def says(text, **more):
    return alike.said(WRITES, {"text": text, "column": "zorg"} | more)


@pytest.mark.parametrize("text", ["dat  gebeurt", "Dat gebeurt!", "“DAT GEBEURT” ...", "Dat ge-beurt"])
def test_case_spaces_and_punctuation_make_no_difference(text):
    assert says(text) == says("Dat gebeurt")


@pytest.mark.parametrize(
    ("text", "more"),
    [("Dat gebeurt", {"column": "kans"}), ("Dat gebeurt 👍", {}), ("Dat gebeurt niet", {})],
)
def test_another_column_word_or_picture_is_not_the_same(text, more):
    assert says(text, **more) != says("Dat gebeurt")


def test_only_punctuation_is_the_same_as_nothing():
    assert says("?!") == ()


async def test_one_decision_leaves_what_says_something_else_or_looks_like_a_disclosure(services):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    desk = await conduct(services, session)
    phone = await a_participant(services, session)
    ids = {}
    for text in ("Gelijk", "gelijk!", "Anders"):
        ids[text] = uuid.uuid4()
        form = {"column": ["zorg"], "text": [text]}
        await services.room.contribute(session.id, phone.id, session.activity_id, ids[text], form)
    lived = uuid.uuid4()
    told = {"column": ["zorg"], "text": ["Ik ben aangerand op het plein"], "naar": ["begeleider"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, lived, told)

    async def states():
        async with services.db.read() as db:
            return [(await db.get(Contribution, id)).state for id in (*ids.values(), lived)]

    scene = (await services.fanout.scene(session.id)).scene
    assert scene.same_as(str(ids["Gelijk"])) == (str(ids["gelijk!"]),)
    await desk.decide([*ids.values(), lived], "shown")
    assert await states() == ["shown", "shown", "held", "held"]
    await desk.decide([lived], "shown")
    assert desk.is_stale
    await desk.decide(list(ids.values()), "hidden")
    assert (await states())[:2] == ["shown", "shown"]


async def test_what_looks_like_a_disclosure_is_read_each_by_itself(services):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    ids = [uuid.uuid4(), uuid.uuid4()]
    for id in ids:
        phone = await a_participant(services, session)
        told = {"column": ["zorg"], "text": ["Ik ben aangerand op het plein"], "naar": ["begeleider"]}
        await services.room.contribute(session.id, phone.id, session.activity_id, id, told)
    scene = (await services.fanout.scene(session.id)).scene
    assert [scene.same_as(str(id)) for id in ids] == [(), ()]
    assert len(scene.heaviest_first(scene.tally.held)) == 2


@pytest.mark.parametrize(
    "text", ["De docenten grijpen niet in!", "docenten GRIJPEN niet in", "Docenten grijpen  niet-in."]
)
def test_small_words_case_and_punctuation_do_not_keep_cards_apart(text):
    assert alike.gist(text) == alike.gist("Docenten grijpen niet in")


@pytest.mark.parametrize(
    "text",
    [
        *("Docenten grijpen in", "Docenten grijpen altijd in", "Ouders grijpen niet in", "In grijpen niet"),
        *("Docenten grijpen niet in 👍", "Docenten grijpen 2 keer niet in"),
    ],
)
def test_a_word_that_tells_something_keeps_cards_apart(text):
    assert alike.gist(text) != alike.gist("Docenten grijpen niet in")


def test_a_text_of_small_words_or_signs_alone_is_no_text_without_words():
    assert len({alike.gist(text) for text in ("Het is er", "De een", "?!", "...")}) == 4


def test_cards_lie_under_the_first_that_says_the_same_about_the_same_place():
    cards = [
        Card(str(number), text, place, "shown", None, None, number)
        for number, (text, place) in enumerate(
            [("Licht", ""), ("Bus", ""), ("Het licht!", ""), ("Licht", "park"), ("bus", "")]
        )
    ]
    assert [[card.id for card in stack] for stack in alike.together(cards)] == [["0", "2"], ["1", "4"], ["3"]]
