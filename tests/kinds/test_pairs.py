"""Pairs: what is one pair, which pair a phone gets next, and where everything stands in the web."""

import random
from itertools import combinations, pairwise
from math import hypot
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kinds.rooms import INPUTS, form, send
from workshop import kinds
from workshop.kinds import Inputs, KindError, Option, pairs
from workshop.kinds.pairs import drawing
from workshop.live.picture import Picture, ShownStep
from workshop.live.typed import Typed
from workshop.render import Renderer

SETTINGS = kinds.settings(pairs, {"source": "elementen"})
NASTY = "<img src=x onerror=alert(1)>"


def say(relation, a="k1", b="k2", *, settings=SETTINGS, inputs=INPUTS, reason="", **about):
    return send(pairs, settings, form(a=a, b=b, relation=relation, reason=reason), inputs, **about)[0]


def tally(*entries, inputs=INPUTS, settings=SETTINGS):
    return pairs.tally(entries, settings, inputs)


def elements(count):
    return Inputs(options=tuple(Option(f"e{n}", f"Element {n}") for n in range(count)))


# --- one pair -------------------------------------------------------------------------------------


def test_a_pair_is_the_same_in_both_directions():
    there, back = say("botst", "k1", "k2"), say("botst", "k2", "k1")
    assert there.answer == back.answer
    assert pairs.slot(there.answer) == pairs.slot(back.answer)
    (pair,) = tally(there, back).pairs
    assert pair.counts["botst"] == 2


@pytest.mark.parametrize(
    ("given_form", "sentence"),
    [
        (form(a="k1", b="k1", relation="botst"), "twee keer dezelfde kaart"),
        (form(a="k1", relation="botst"), "Kies eerst twee kaarten"),
        (form(a="k1", b="weg", relation="botst"), "staat niet meer in de lijst"),
        (form(a="k1", b="k2"), "Zeg nog wat je ziet"),
        (form(a="k1", b="k2", relation="haat"), "Dit verband klopt niet"),
    ],
)
def test_what_is_no_pair_gets_a_clear_sentence(given_form, sentence):
    with pytest.raises(KindError, match=sentence):
        send(pairs, SETTINGS, given_form, INPUTS)


def test_elements_come_from_exactly_one_place():
    for wrong in ({}, {"source": "kaarten", "options": ["x", "y"]}):
        with pytest.raises(KindError, match="precies één"):
            kinds.settings(pairs, wrong)


def test_a_pair_of_which_an_element_left_the_list_counts_nowhere():
    fewer = Inputs(options=INPUTS.options[1:])
    assert tally(say("botst"), inputs=fewer).pairs == ()


def test_a_reason_waits_apart_from_its_relation():
    found = tally(say("botst", reason="Er is geen geld voor beide", state="held"))
    assert found.pairs[0].counts["botst"] == 1
    assert found.pairs[0].reasons == ()
    assert [entry.answer.reason for entry in found.held] == ["Er is geen geld voor beide"]


# --- which pair next ------------------------------------------------------------------------------


def test_a_phone_gets_the_pair_with_the_fewest_answers():
    inputs = elements(3)
    entries = [say("botst", a, b, inputs=inputs) for a, b in (("e0", "e1"), ("e0", "e2"))]
    found = pairs.suggestion(tally(*entries, inputs=inputs), SETTINGS, [])
    assert [option.id for option in found] == ["e1", "e2"]


def test_a_phone_never_gets_the_same_pair_twice_and_stops_at_its_number():
    inputs, own = elements(6), []
    while asked := pairs.suggestion(tally(*own, inputs=inputs), SETTINGS, own):
        own.append(say("geen", asked[0].id, asked[1].id, inputs=inputs))
    assert len(own) == len({pairs.slot(entry.answer) for entry in own}) == SETTINGS.per_phone


def test_a_room_covers_every_pair_before_it_doubles_many():
    inputs, everything = elements(6), []
    phones = [[] for _ in range(12)]
    for _ in range(SETTINGS.per_phone):
        asked = [pairs.suggestion(tally(*everything, inputs=inputs), SETTINGS, own) for own in phones]
        for own, (a, b) in zip(phones, asked, strict=True):  # all of them asked before anybody answered
            own.append(say("geen", a.id, b.id, inputs=inputs))
        everything = [entry for own in phones for entry in own]
    found = tally(*everything, inputs=inputs)
    assert len(found.pairs) == 15


def test_one_element_makes_no_pair():
    assert pairs.suggestion(tally(inputs=elements(1)), SETTINGS, []) is None


# --- what comes out -------------------------------------------------------------------------------


def test_a_divided_pair_is_called_a_clash():
    assert tally(say("botst"), say("versterkt")).pairs[0].relation == "botst"


def test_one_phone_against_others_is_not_put_on_the_screen_as_a_clash():
    assert tally(say("botst"), say("versterkt"), say("versterkt")).clash is None
    assert tally(say("botst"), say("botst"), *[say("versterkt")] * 3).clash


def test_the_record_gets_relations_with_their_counts():
    found = tally(say("versterkt"), say("versterkt"), say("sluit-aan"), say("botst"), say("geen", "k3", "k4"))
    good, clashes = pairs.summary(found, SETTINGS)
    (line,) = good.items
    assert (line.text, line.votes, line.ticked) == ("‘Kaart 1’ versterkt ‘Kaart 2’", 3, True)
    assert line.labels == ("2 versterkt", "1 sluit aan", "1 botst")
    (clash,) = clashes.items
    assert (clash.text, clash.votes, clash.ticked) == ("‘Kaart 1’ botst met ‘Kaart 2’", 1, False)
    assert clash.id == line.id


def test_a_line_of_the_record_fits_however_long_its_elements_are():
    inputs = Inputs(options=(Option("a", "woord " * 60), Option("b", "taal " * 60)))
    for result in pairs.summary(tally(say("sluit-aan", "a", "b", inputs=inputs), inputs=inputs), SETTINGS):
        assert all(len(item.text) <= 300 for item in result.items)


def test_a_later_step_chooses_from_what_clashes():
    found = tally(say("botst"), say("versterkt", "k1", "k3"))
    assert [option.text for option in pairs.offers(found)] == ["Kaart 1 botst met Kaart 2"]


# --- the web --------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(2, 13))
def test_elements_stand_apart_and_inside_the_drawing(count):
    inputs = elements(count)
    every = combinations(inputs.options, 2)
    web = drawing.web(tally(*[say("botst", a.id, b.id, inputs=inputs) for a, b in every], inputs=inputs))
    assert len(web.nodes) + web.more == count
    assert len(web.nodes) <= pairs.MOST_NODES
    for node in web.nodes:
        assert drawing.RADIUS < node.x < drawing.WEB_WIDTH - drawing.RADIUS
        assert drawing.RADIUS < node.y < drawing.WEB_HEIGHT - drawing.RADIUS
    for one, other in combinations(web.nodes, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 2 * drawing.RADIUS
    for side in (web.left, web.right):
        assert all(above.name_y < below.name_y for above, below in pairwise(side))


@pytest.mark.parametrize("count", range(3, 11))
def test_no_line_runs_through_an_element_that_it_is_not_about(count):
    nodes = drawing.web(tally(inputs=elements(count))).nodes
    for a, b in combinations(nodes, 2):
        length = hypot(b.x - a.x, b.y - a.y)
        for other in nodes:
            if other not in (a, b):
                area = (b.x - a.x) * (other.y - a.y) - (b.y - a.y) * (other.x - a.x)
                assert abs(area) / length > drawing.RADIUS


def test_the_more_phones_agree_the_thicker_the_line():
    web = drawing.web(tally(*[say("versterkt")] * 5, say("versterkt", "k3", "k4")))
    thin, thick = sorted(line.width for line in web.lines)
    assert thin < thick == drawing.THICKEST


def test_every_relation_is_drawn_in_its_own_way_and_none_is_not_drawn():
    entries = [say(r.id, "k1", f"k{n}") for n, r in enumerate(pairs.RELATIONS, 2)]
    web = drawing.web(tally(*entries))
    assert {line.relation for line in web.lines} == {"versterkt", "sluit-aan", "botst"}
    by_relation = {line.relation: line for line in web.lines}
    assert by_relation["botst"].path.count("L") > 3
    assert by_relation["sluit-aan"].dashes
    assert [part.relation.id for part in web.legend] == ["versterkt", "sluit-aan", "botst"]


@given(
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), st.sampled_from(pairs.RELATIONS)), max_size=60)
)
def test_any_room_has_a_web_that_fits(said):
    inputs = elements(15)
    entries = [say(r.id, f"e{a}", f"e{b}", inputs=inputs) for a, b, r in said if a != b]
    web = drawing.web(tally(*entries, inputs=inputs))
    assert len(web.lines) <= drawing.MOST_LINES
    there = {node.option.text for node in web.nodes}
    for part in web.legend:
        assert all(bool(row.letters) is ({row.a, row.b} <= there) for row in part.rows)
    told = sum(len(part.rows) for part in web.legend)
    assert told == sum(pair.relation != "geen" for pair in tally(*entries, inputs=inputs).pairs)


# --- pages ----------------------------------------------------------------------------------------


def page(block, *entries, shown=False, own=(), posted=None, error="", inputs=INPUTS):
    activity = SimpleNamespace(
        kind="pairs",
        id="a1",
        shown=shown,
        open=not shown,
        question="Wat botst?",
        audience="samen",
        started_at=None,
        paused_at=None,
    )
    scene = ShownStep(
        kind=pairs,
        settings=SETTINGS,
        inputs=inputs,
        activity=activity,
        entries=entries,
        count=lambda _: tally(*entries, inputs=inputs),
        phones=len(entries),
    )
    render = Renderer(asset=lambda name: f"/{name}")
    return render.of_kind(
        scene,
        block,
        picture=Picture(SimpleNamespace(id="s1"), None, scene, (), 9),
        own=own,
        form=Typed(posted),
        error=error,
        base="/sessies/s1",
        step_base="/sessies/s1/stappen/a1",
        driving=True,
    )


def test_nobody_sees_a_relation_before_it_is_shown():
    entries = [say("botst", reason="Er is geen geld"), say("botst")]
    for block in ("screen", "desk"):
        html = page(block, *entries)
        assert "Er is geen geld" not in html
        assert "botst" not in html.lower()


def test_once_shown_the_biggest_clash_is_what_to_talk_about():
    html = page("screen", *[say("botst")] * 5, *[say("versterkt")] * 2, shown=True)
    assert "5 van de 7" in html
    assert "Wat is daar aan de hand?" in html


def test_a_phone_keeps_what_it_typed_when_its_own_pair_does_not_fit():
    posted = form(a="k5", b="k5", relation="botst", reason="Dit past niet")
    html = page("mine", posted=posted, error="Je koos twee keer dezelfde kaart.")
    assert html.count('id="fout"') == 1
    assert '<option value="k5" dir="auto" selected>' in html
    assert "Dit past niet" in html


def test_what_people_wrote_is_text_on_every_page():
    inputs = Inputs(options=(Option("a", NASTY), Option("b", NASTY)))
    entries = [say("botst", "a", "b", inputs=inputs, reason=NASTY, state=s) for s in ("shown", "held")]
    for block in ("mine", "result", "screen", "desk"):
        for shown in (False, True):
            html = page(block, *entries, own=entries[:1], shown=shown, inputs=inputs)
            assert "<img" not in html
            assert "style=" not in html


def test_simulated_phones_agree_about_something():
    entries = [
        say(given["relation"], given["a"], given["b"])
        for seed in range(30)
        for given in pairs.simulate(random.Random(seed), SETTINGS, INPUTS)
    ]
    assert tally(*entries).pairs[0].agreed >= 3


# --- cards that are put together afterwards -------------------------------------------------------

LOOSE = Inputs(options=tuple(Option(f"k{n}", f"Kaart {n}") for n in range(1, 5)))
TOGETHER = Inputs(options=(Option("groep", "Samen", members=("k1", "k2")), *LOOSE.options[2:]))


def test_what_was_said_of_cards_counts_for_the_group_that_they_are_put_into():
    entries = [
        say("botst", "k1", "k3", inputs=LOOSE),
        say("botst", "k3", "k2", inputs=LOOSE, reason="Te duur"),
    ]
    entries += [say("versterkt", "k1", "k2", inputs=LOOSE), say("geen", "k3", "k4", inputs=LOOSE)]
    clash, other = tally(*entries, inputs=TOGETHER).pairs
    assert (clash.a.text, clash.b.text, clash.counts["botst"], clash.reasons) == (
        "Samen",
        "Kaart 3",
        2,
        ("Te duur",),
    )
    assert other.answers == 1
    assert len(tally(*entries, inputs=LOOSE).pairs) == 4


def test_the_desk_names_what_waits_by_its_group():
    entry = say("botst", "k2", "k3", inputs=LOOSE, reason="Te duur", state="held")
    told = tally(entry, inputs=TOGETHER)
    assert told.held == (entry,)
    assert told.names[pairs.slot(entry.answer)] == "‘Samen’ en ‘Kaart 3’"


def test_a_phone_is_not_asked_again_about_a_group_of_which_it_said_it_of_a_card():
    own = [say("botst", "k1", "k3", inputs=LOOSE), say("botst", "k1", "k4", inputs=LOOSE)]
    asked = pairs.suggestion(tally(*own, inputs=TOGETHER), SETTINGS, own)
    assert {option.id for option in asked} == {"k3", "k4"}


def test_a_phone_that_still_has_the_loose_cards_says_it_of_those():
    assert say("botst", "k2", "k3", inputs=TOGETHER).answer.a == "k2"
    with pytest.raises(KindError, match="twee keer dezelfde kaart"):
        say("botst", "k1", "k2", inputs=TOGETHER)
