"""What is named beside chosen cards: it looks like them, and a name is never somebody's."""

import uuid

import numpy as np
import pytest

from tests.people import a_participant, a_session, conduct
from workshop import codes, meaning
from workshop.kinds import Cluster
from workshop.live import suggesting
from workshop.live.suggesting import Lying, names, nearest
from workshop.meaning import key_of

PILE = Cluster("pile", "Licht", "zorg")


def row(angle):
    return np.array([np.cos(angle), np.sin(angle)])


def named(cards, of, vectors):
    kept = {key_of(text): row(angle) for text, angle in vectors.items()}
    return nearest(cards, [card for card in cards if card.id in of], kept, {PILE.id: PILE})


def card(id, text, cluster=None):
    return Lying(id, text, "zorg", cluster)


def test_the_nearest_comes_first_and_what_is_far_is_not_named():
    cards = [card("1", "a"), card("2", "b"), card("3", "c"), card("4", "d")]
    found = named(cards, {"1"}, {"a": 0, "b": 0.9, "c": 0.1, "d": 1.5})
    assert [like.card for like in found] == ["3", "2"]


def test_a_card_that_was_taken_back_while_vectors_were_counted_looks_like_none():
    cards = [card("1", "a"), card("2", "b")]
    assert named(cards, {"1"}, {"a": 0}) == []
    assert named(cards, {"2"}, {"a": 0}) == []


def test_a_pile_is_named_once_and_not_the_one_that_the_card_lies_on():
    cards = [card("1", "a"), card("2", "b", PILE.id), card("3", "c", PILE.id)]
    vectors = {"a": 0, "b": 0.1, "c": 0.2}
    assert [like.pile for like in named(cards, {"1"}, vectors)] == [PILE]
    assert [like.card for like in named(cards, {"2"}, vectors)] == ["1"]


def test_cards_that_say_the_same_are_named_once():
    cards = [card("1", "a"), card("2", "Licht"), card("3", "licht!")]
    assert [like.card for like in named(cards, {"1"}, {"a": 0, "Licht": 0, "licht!": 0})] == ["2"]


def test_no_more_are_named_than_somebody_reads():
    cards = [card(str(number), str(number)) for number in range(20)]
    found = named(cards, {"0"}, {str(number): number / 100 for number in range(20)})
    assert len(found) == suggesting.NAMED


def test_a_name_is_a_word_that_cards_have_in_common():
    texts = ["Er is te weinig verlichting", "meer verlichting bij de brug", "Bij de brug is het donker"]
    assert names(texts) == ["verlichting", "brug"]
    assert names(["Er moet meer licht komen"]) == []


@pytest.mark.parametrize(
    "texts",
    [
        ["ik ken kevin van school", "kevin zit daar vaak"],
        ["Zayden doet dat", "Zayden doet dat ook"],
        ["hij heeft me aangerand op het plein", "ik ben aangerand op het plein"],
        ["bel 0612345678", "ook 0612345678"],
        ["zijn wij hier alleen", "waren jullie hier alleen"],
    ],
    ids=["a name", "a capital", "a disclosure", "a number", "small words"],
)
def test_no_name_for_a_pile_is_somebodys_or_of_what_needs_care(texts):
    assert not {"kevin", "zayden", "aangerand", "plein", "0612345678", "hier", "alleen"} & set(names(texts))


# --- with an encoder ----------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch):
    """The texts that were counted; all mean the same."""
    seen = []

    def encode(texts):
        seen.extend(texts)
        return np.ones((len(texts), 4))

    monkeypatch.setattr(meaning, "_encoder", lambda: encode)
    return seen


async def a_board(services, *texts, **options):
    session = await a_session(services, step="zorgen-kansen", **options)
    phone = await a_participant(services, session)
    ids = {}
    for text in texts:
        ids[text] = str(codes.new_id())
        form = {"column": ["zorg"], "text": [text]}
        await services.room.contribute(session.id, phone.id, session.activity_id, uuid.UUID(ids[text]), form)
    return session, ids


async def suggested(services, session, *cards):
    scene = (await services.fanout.scene(session.id)).scene
    return await services.suggesting.suggest(session.id, scene, cards)


async def test_each_text_is_counted_once_and_an_erased_one_is_forgotten_before_anybody_asks(
    services, counted
):
    session, ids = await a_board(services, "Een", "Twee", "Drie")
    services.room.meaning.on = True
    found = await suggested(services, session, ids["Een"])
    assert sorted(like.text for like in found.like) == ["Drie", "Twee"]
    await suggested(services, session, ids["Twee"])
    assert sorted(counted) == ["Drie", "Een", "Twee"]
    desk = await conduct(services, session)
    await desk.delete_card(uuid.UUID(ids["Drie"]))
    await services.fanout.scene(session.id)
    kept = services.suggesting.memory.vectors(session.id)
    assert kept.keys() == {key_of("Een"), key_of("Twee")}


async def test_what_texts_mean_goes_when_nobody_looks_at_the_session_any_more(services, counted):
    session, ids = await a_board(services, "Een", "Twee")
    services.room.meaning.on = True
    await suggested(services, session, ids["Een"])
    memory = services.suggesting.memory
    assert len(memory.vectors(session.id)) == 2
    memory._held[session.id].used_at = 0
    memory._forget_unused()
    assert memory.vectors(session.id) == {}


async def test_what_waits_is_never_named_and_names_no_pile(services, counted):
    session, ids = await a_board(services, "Licht buiten", "meer licht", holds_back=True)
    services.room.meaning.on = True
    desk = await conduct(services, session)
    await desk.set_card_state(uuid.UUID(ids["Licht buiten"]), "shown")
    found = await suggested(services, session, *ids.values())
    assert (list(found.like), list(found.names)) == ([], [])


async def test_without_an_encoder_or_with_too_many_cards_only_names_are_left(services, counted, monkeypatch):
    session, ids = await a_board(services, "Te weinig licht", "meer licht")
    for on, most in ((False, 1000), (True, 1)):
        services.room.meaning.on = on
        monkeypatch.setattr(suggesting, "MOST_CARDS", most)
        assert await suggested(services, session, *ids.values()) == ([], ["licht"])


async def test_an_encoder_that_fails_names_nothing_and_leaves_no_text_in_the_log(
    services, monkeypatch, caplog
):
    def fails(texts):
        raise MemoryError

    monkeypatch.setattr(meaning, "_encoder", lambda: fails)
    session, ids = await a_board(services, "Te weinig bankjes", "Twee")
    services.room.meaning.on = True
    assert (await suggested(services, session, ids["Twee"])).like == []
    assert "the encoder failed" in caplog.text
    assert "bankjes" not in caplog.text
