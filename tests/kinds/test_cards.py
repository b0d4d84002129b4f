"""Cards."""

import pytest

from tests.kinds.rooms import SETTINGS, form, send
from workshop import kinds
from workshop.kinds import Cluster, Inputs, KindError, cards

PLAIN, COLUMNS, STARTED = (kinds.settings(cards, given) for given in SETTINGS["cards"])
ZORG = {"column": "zorg"}


def card(settings=COLUMNS, **fields):
    about = {name: fields.pop(name) for name in ("state", "cluster", "order") if name in fields}
    return send(cards, settings, form(**fields), **about)[0]


def tally(entries, settings=COLUMNS, *clusters):
    return cards.tally(entries, settings, Inputs(clusters=clusters))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"column": "zorg", "text": "   "}, "Je hebt nog niets geschreven."),
        ({"column": "zorg", "text": "a" * 61}, "Dit is te lang. Maak het 1 teken korter."),
        ({"text": "Zonder keuze"}, "Kies eerst: zorg of kans."),
        ({"column": "hoop", "text": "x"}, "Deze soort kaart hoort niet bij deze vraag. Kies opnieuw."),
        ({"column": "zorg", "text": "x", "place": "Mars"}, "Deze plek staat niet in de lijst."),
    ],
)
def test_a_card_that_does_not_fit_is_told_why(fields, sentence):
    with pytest.raises(KindError) as error:
        card(**fields)
    assert str(error.value).startswith(sentence)


def test_with_one_column_there_is_nothing_to_choose():
    assert card(PLAIN, text="Eén vast gezicht").answer.column == "kaart"


def test_a_card_may_be_exactly_as_long_as_is_said():
    assert len(card(text="a" * 60, **ZORG).answer.text) == 60


def test_cards_of_each_column_stand_apart_and_clusters_come_first():
    cluster = Cluster("c", "Pleinen", "zorg")
    loose = card(text="Los", **ZORG)
    inside = card(text="Op het plein", cluster="c", **ZORG)
    other = card(text="De trainer", column="kans")
    zorg, kans = tally([loose, inside, other], COLUMNS, cluster).columns
    assert [pile.name for pile in zorg.piles] == ["Pleinen", "Los"]
    assert [pile.name for pile in kans.piles] == ["De trainer"]
    assert (zorg.shown, kans.shown) == (2, 1)


def test_loose_cards_stand_in_an_order_that_tells_nothing_of_time():
    entries = [card(text=f"Kaart {n}", order=n, **ZORG) for n in range(30)]
    names = [pile.id for pile in tally(entries).columns[0].piles]
    assert names == sorted(entry.id for entry in entries)


def test_a_cluster_without_shown_cards_is_empty_and_still_there():
    cluster = Cluster("c", "Pleinen", "zorg")
    zorg = tally([card(text="Wacht", state="held", cluster="c", **ZORG)], COLUMNS, cluster).columns[0]
    assert zorg.piles == ()
    assert zorg.empty_clusters == (cluster,)


def test_the_desk_sees_held_cards_in_the_order_they_came():
    entries = [card(text=str(n), state="held", order=n, **ZORG) for n in (3, 1, 2)]
    assert [held.text for held in tally(entries).held] == ["1", "2", "3"]


def test_a_cluster_becomes_one_line_with_its_cards_as_quotes_and_places():
    cluster = Cluster("c", "Pleinen", "zorg")
    entries = [
        card(text="Na school", place="Op school", cluster="c", **ZORG),
        card(text="Bij de halte", cluster="c", **ZORG),
    ]
    item = cards.summary(tally(entries, COLUMNS, cluster), COLUMNS)[0].items[0]
    assert (item.text, item.cards, item.labels) == ("Pleinen", 2, ("Op school",))
    assert set(item.quotes) == {"Na school", "Bij de halte"}


def test_a_loose_card_reads_as_the_sentence_it_was_written_in():
    started = tally([card(STARTED, text="iedereen hulp weet")], STARTED)
    assert cards.summary(started, STARTED)[0].items[0].text == "We willen dat iedereen hulp weet"
