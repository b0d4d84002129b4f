"""Lights: one answer per statement, and silence below the minimum."""

from types import SimpleNamespace

import pytest

from tests.kinds.rooms import INPUTS, crowd, form, send
from workshop import kinds
from workshop.groups import history_of, told_with
from workshop.kinds import Inputs, KindError, Option, lights
from workshop.kinds.lights import drawing
from workshop.live.typed import Typed
from workshop.render import Renderer

STATEMENTS = [{"id": "z1", "text": "Hulp is dichtbij"}, {"id": "z2", "text": "Ik durf iets te zeggen"}]
SETTINGS = kinds.settings(lights, {"statements": STATEMENTS, "preset": "herkennen", "reason": True})
NOTHING = Inputs()
RENDER = Renderer(asset=str)


def tap(value, statement="z1", settings=SETTINGS, inputs=NOTHING, **about):
    fields = {f"light__{statement}": value}
    if reason := about.pop("reason", ""):
        fields[f"reason__{statement}"] = reason
    return send(lights, settings, form(**fields), inputs, **about)[0]


def taps(statement="z1", **counts):
    return [tap(value, statement) for value, count in counts.items() for _ in range(count)]


def tally(entries, settings=SETTINGS, inputs=NOTHING):
    return lights.tally(entries, settings, inputs)


def drawn(block, entries, shown, own=(), posted=None, kept=None):
    activity = SimpleNamespace(id="stap", question="Wat zie je?", shown=shown, open=not shown)
    scene = SimpleNamespace(
        name="lights",
        activity=activity,
        kind=lights,
        settings=SETTINGS,
        inputs=NOTHING,
        tally=tally(entries),
        visible=shown,
        phones=len(entries),
        fragments={} if kept is None else kept,
    )
    return RENDER.of_kind(scene, block, own=list(own), form=Typed(posted), error="")


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{}, {"statements": STATEMENTS, "source": "kaarten"}, {"source": "a", "fields": ["1-A.zorgen"]}]
)
def test_the_statements_come_from_exactly_one_place(given):
    with pytest.raises(KindError, match="precies één"):
        kinds.settings(lights, given)


@pytest.mark.parametrize("preset", lights.PRESETS)
def test_every_preset_is_a_scale_of_two_to_five_with_something_good_and_a_sign_for_each(preset):
    scale = lights.scale(kinds.settings(lights, {"source": "kaarten", "preset": preset}))
    assert 2 <= len(scale) <= 5
    assert "good" in {value.tone for value in scale}
    assert len({(value.sign, value.label) for value in scale}) == len({value.sign for value in scale})


def test_without_a_choice_it_is_a_traffic_light():
    labels = [value.label for value in lights.scale(kinds.settings(lights, {"source": "kaarten"}))]
    assert labels == ["Groen", "Oranje", "Rood", "Weet ik niet"]


def test_an_own_scale_is_used_as_it_is():
    own = [{"id": "wel", "label": "Wel", "tone": "good"}, {"id": "niet", "label": "Niet", "tone": "bad"}]
    settings = kinds.settings(lights, {"source": "kaarten", "scale": own})
    assert [value.id for value in lights.scale(settings)] == ["wel", "niet"]
    assert tap("wel", "k1", settings, INPUTS).answer.value == "wel"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"preset": "regenboog"}, r"'regenboog' bestaat niet\. Kies uit: stoplicht"),
        ({"preset": "eens", "scale": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]}, "niet allebei"),
        ({"scale": [{"id": "a", "label": "A"}]}, r"scale"),
        ({"scale": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}, "eigen id"),
        ({"scale": [{"id": "a", "label": "A"}, {"id": "b", "label": "B", "tone": "groen"}]}, "tone"),
        ({"scale": [{"id": "geen", "label": "Geen"}, {"id": "b", "label": "B"}]}, "terugneemt"),
    ],
)
def test_a_scale_that_does_not_fit_is_refused(given, why):
    with pytest.raises(KindError, match=why):
        kinds.settings(lights, {"source": "kaarten"} | given)


def test_two_statements_with_one_id_are_refused():
    with pytest.raises(KindError, match="eigen id"):
        kinds.settings(lights, {"statements": [STATEMENTS[0], STATEMENTS[0]]})


# --- answers --------------------------------------------------------------------------------------


def test_one_post_holds_an_answer_for_every_statement():
    entries = send(lights, SETTINGS, form(light__z1="ja", light__z2="nee", reason__z2="Niemand luistert"))
    assert [(e.answer.statement, e.answer.value, e.answer.reason) for e in entries] == [
        ("z1", "ja", ""),
        ("z2", "nee", "Niemand luistert"),
    ]


def test_a_statement_may_be_left_open():
    assert len(send(lights, SETTINGS, form(light__z1="ja", light__z2="", reason__z2="Los"))) == 1


def test_a_form_without_any_answer_is_told_so():
    with pytest.raises(ValueError, match=r"Je hebt nog niets gekozen\."):
        lights.split(form(reason__z1="Zomaar"), SETTINGS)


def test_a_new_answer_replaces_the_one_to_the_same_statement_only():
    slots = {
        lights.slot(tap(value, statement).answer) for value in ("ja", "nee") for statement in ("z1", "z2")
    }
    assert slots == {"z1", "z2"}
    assert lights.most(SETTINGS) == 2


def test_an_answer_can_be_taken_back_and_leaves_nothing():
    back = tap(lights.NONE, reason="Toch maar niet")
    assert back.answer == lights.Answer("z1")
    assert tally([*taps(ja=5), back]).lights[0].answers == 5
    assert tally([*taps(ja=4), back]).lights[0].enough is False


def test_a_statement_that_is_not_in_the_list_is_refused():
    for statement in ("z3", "", "z" * 60):
        with pytest.raises(KindError, match=r"staat niet meer in de lijst\. Kies opnieuw\."):
            tap("ja", statement)


def test_an_answer_of_another_scale_is_refused_with_those_that_fit():
    with pytest.raises(KindError, match=r"Kies uit: ja, deels, nee\."):
        tap("groen")


@pytest.mark.parametrize("value", ["ja", "deels"])
def test_only_a_bad_answer_has_a_reason(value):
    assert tap(value, reason="Toen ik op nee stond").answer.reason == ""
    assert tap("nee", reason="  Niemand\u202e luistert ").answer.reason == "Niemand luistert"


def test_a_reason_is_asked_for_only_where_the_script_says_so():
    settings = kinds.settings(lights, {"statements": STATEMENTS, "preset": "herkennen"})
    assert tap("nee", settings=settings, reason="Toch gestuurd").answer.reason == ""


def test_a_reason_that_is_too_long_is_refused():
    with pytest.raises(KindError, match="1 teken korter"):
        tap("nee", reason="a" * 141)


def test_a_long_list_is_cut_and_what_is_left_out_cannot_be_answered():
    settings = kinds.settings(lights, {"source": "kaarten"})
    many = Inputs(options=tuple(Option(f"k{n}", f"Kaart {n}") for n in range(40)))
    assert len(lights.listed(settings, many)) == lights.MOST
    with pytest.raises(KindError, match="niet meer in de lijst"):
        tap("groen", "k35", settings, many)


# --- what is shown --------------------------------------------------------------------------------


def test_answers_are_counted_in_the_order_of_the_scale():
    light = tally(taps(ja=3, deels=1, nee=2)).lights[0]
    assert (light.answers, light.counts, light.words) == (6, (3, 1, 2), ("Ja 3", "Deels 1", "Nee 2"))


def test_what_nobody_chose_is_not_in_the_words():
    assert tally(taps(ja=5)).lights[0].words == ("Ja 5",)


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_five_answers_tell_their_number_and_nothing_else(count):
    told = tally([tap("nee", reason=f"Reden {n}") for n in range(count)])
    light = told.lights[0]
    assert (light.answers, light.enough, told.enough) == (count, False, False)
    assert (light.counts, light.words, light.reasons) == ((0, 0, 0), (), ())
    assert (light.spread, light.bad, light.divided) == (0.0, False, False)
    assert lights.summary(told, SETTINGS)[0].items == ()


def test_the_same_few_answers_look_the_same_whatever_they_are():
    assert tally(taps(ja=4)).lights == tally(taps(nee=4)).lights


def test_an_answer_to_a_statement_that_left_the_list_counts_nowhere():
    settings = kinds.settings(lights, {"source": "kaarten", "preset": "herkennen"})
    entries = [tap("ja", "k1", settings, INPUTS) for _ in range(6)]
    told = tally(entries, settings, Inputs(options=(Option("k2", "Kaart 2"),)))
    assert [(light.statement.id, light.answers) for light in told.lights] == [("k2", 0)]


def test_the_statement_on_which_opinions_differ_most_is_flagged_and_stays_in_its_place():
    told = tally(taps("z1", deels=6) + taps("z2", ja=3, nee=3))
    assert [(light.statement.id, light.divided) for light in told.lights] == [("z1", False), ("z2", True)]
    assert told.divided == told.lights[1]


def test_equal_differences_flag_none():
    told = tally(taps("z1", ja=3, nee=3) + taps("z2", ja=3, nee=3))
    assert told.divided is None


def test_who_does_not_know_makes_no_difference_between_opinions():
    settings = kinds.settings(lights, {"statements": STATEMENTS})
    told = tally([tap(v, settings=settings) for v in ["groen"] * 3 + ["weet-niet"] * 3], settings)
    assert told.lights[0].counts == (3, 0, 0, 3)
    assert told.divided is None


def test_a_reason_waits_apart_from_its_light_and_says_where_it_belongs():
    entries = [
        *taps(ja=5),
        tap("nee", reason="Wacht", state="held"),
        tap("nee", reason="Weg", state="hidden"),
    ]
    told = tally(entries)
    assert told.lights[0].counts == (5, 0, 2)
    assert told.lights[0].reasons == ()
    assert [(reason.text, reason.statement) for reason in told.held] == [("Wacht", "Hulp is dichtbij")]


def test_held_reasons_stand_in_the_order_they_came():
    entries = [tap("nee", reason=str(n), state="held", order=n) for n in (3, 1, 2)]
    assert [reason.text for reason in tally(entries).held] == ["1", "2", "3"]


# --- what comes after -----------------------------------------------------------------------------


def test_what_most_people_find_bad_is_offered_first():
    told = tally(taps("z1", ja=5) + taps("z2", ja=1, nee=5))
    assert [option.id for option in lights.offers(told)] == ["z2", "z1"]


def test_half_is_not_most_and_who_does_not_know_is_not_asked():
    settings = kinds.settings(lights, {"statements": STATEMENTS})
    half = tally([tap(v, settings=settings) for v in ["groen"] * 3 + ["rood"] * 3], settings)
    unknown = tally([tap(v, settings=settings) for v in ["rood"] * 2 + ["weet-niet"] * 4], settings)
    assert (half.lights[0].bad, unknown.lights[0].bad) == (False, True)


def test_the_record_gets_the_statement_with_counts_in_words_and_the_shown_reasons():
    entries = [
        *taps(ja=4),
        tap("nee", reason="Niemand luistert"),
        tap("nee", reason="Nog niet", state="held"),
    ]
    item = lights.summary(tally(entries), SETTINGS)[0].items[0]
    assert (item.id, item.text, item.labels) == ("z1", "Hulp is dichtbij", ("Ja 4", "Nee 2"))
    assert item.reasons == ("Niemand luistert",)
    assert (item.counts, item.votes) == ((), None)


# --- the bar --------------------------------------------------------------------------------------


def test_the_pieces_of_a_bar_fill_it_in_the_order_of_the_scale():
    told = tally(taps(ja=6, nee=2))
    pieces = drawing.segments(told.lights[0], told.scale, 800)
    assert [(piece.value.id, piece.count, piece.x, piece.width) for piece in pieces] == [
        ("ja", 6, 0, 600),
        ("nee", 2, 600, 200),
    ]


def test_a_small_piece_keeps_room_for_its_number_and_the_bar_its_width():
    told = tally(taps(ja=97, deels=2, nee=1))
    pieces = drawing.segments(told.lights[0], told.scale, 800, 56)
    assert [piece.width for piece in pieces[1:]] == [56, 56]
    assert sum(piece.width for piece in pieces) == pytest.approx(800)


def test_without_answers_there_is_no_bar():
    told = tally([])
    assert drawing.segments(told.lights[0], told.scale, 800, 56) == ()


def test_a_crowd_answers_every_statement_and_never_writes():
    told = tally(crowd(lights, SETTINGS, NOTHING, phones=40))
    assert all(light.answers > 30 for light in told.lights)
    assert told.held == ()


# --- the pages ------------------------------------------------------------------------------------


def test_the_form_shows_what_this_phone_sent_before():
    own = [tap("nee", reason="Niemand luistert")]
    html = drawn("mine", own, shown=False, own=own)
    assert html.count(" checked") == 1
    assert 'value="nee" data-why checked' in html
    assert 'value="Niemand luistert"' in html
    assert "Verstuur mijn nieuwe keuze" in html


def test_only_what_was_answered_can_be_taken_back_in_the_form():
    own = [tap("ja"), tap(lights.NONE, "z2")]
    html = drawn("mine", own, shown=False, own=own)
    assert html.count("Toch geen antwoord") == 1
    assert 'name="light.z1" value="geen"' in html


def test_once_shown_the_form_is_gone_and_own_answers_can_still_be_taken_back():
    own = [tap("nee")]
    html = drawn("mine", own, shown=True, own=own)
    assert "data-contribution" not in html
    assert f"/deelnemen/bijdragen/{own[0].id}/intrekking" in html


def test_a_phone_sees_counts_in_words_beside_the_bar():
    assert "Ja 3, deels 2, nee 1" in drawn("result", taps(ja=3, deels=2, nee=1), shown=True)


def test_neither_screen_nor_phone_tells_what_few_people_chose():
    for block in ("screen", "result"):
        html = drawn(block, [tap("nee", reason="Geheim") for _ in range(4)], shown=True)
        assert "te weinig antwoorden" in html
        assert "Geheim" not in html
        assert "Nee" not in html


def test_the_big_screen_has_a_sentence_for_who_cannot_see_its_bars():
    html = drawn("screen", taps("z1", ja=4, nee=2) + taps("z2", deels=5), shown=True)
    assert 'role="img" aria-label="Ja 4, nee 2"' in html
    assert "Grootste verschil" in html
    assert "style=" not in html


# --- cards that are put together afterwards -------------------------------------------------------

FROM_CARDS = kinds.settings(lights, {"source": "kaarten", "preset": "herkennen", "reason": True})
LOOSE = Inputs(options=(Option("z1", "Buiten"), Option("z2", "Op straat"), Option("z3", "Sport")))
TOGETHER = Inputs(options=(Option("groep", "Buiten", members=("z1", "z2")), Option("z3", "Sport")))


def of_cards(**answers):
    """Of each statement how many said yes, as phones that answered the loose cards."""
    return [
        tap("ja", statement, FROM_CARDS, LOOSE, version=f"{statement}-{number}")
        for statement, count in answers.items()
        for number in range(count)
    ]


def test_answers_about_cards_count_for_the_group_that_they_are_put_into():
    group, other = tally(of_cards(z1=5, z2=2, z3=1), FROM_CARDS, TOGETHER).lights
    assert (group.answers, group.enough, group.words) == (7, True, ("Ja 7",))
    assert other.answers == 1
    again = tally(of_cards(z1=5, z2=2, z3=1), FROM_CARDS, LOOSE).lights
    assert [light.answers for light in again] == [5, 2, 1]


def test_a_few_phones_that_answered_each_card_of_a_group_are_still_a_few():
    group, _ = tally(of_cards(z1=3, z2=3), FROM_CARDS, TOGETHER).lights
    assert (group.answers, group.enough, group.counts) == (6, False, (0, 0, 0))


def test_why_somebody_is_not_content_belongs_to_the_group_too():
    held = tap("nee", "z2", FROM_CARDS, LOOSE, reason="Te donker", state="held")
    [reason] = tally([held], FROM_CARDS, TOGETHER).held
    assert (reason.text, reason.statement) == ("Te donker", "Buiten")


def test_a_phone_that_still_has_the_loose_cards_answers_them():
    assert tap("ja", "z2", FROM_CARDS, TOGETHER).answer.statement == "z2"
    with pytest.raises(KindError, match="staat niet meer in de lijst"):
        tap("ja", "weg", FROM_CARDS, TOGETHER)


def test_what_was_shown_of_one_card_is_not_subtracted_from_its_group():
    def show(told, inputs, entries):
        now = kinds.versions(lights, entries, FROM_CARDS, inputs)
        return {
            slot: told_with(history_of(slot, told, now.get(slot, ())), now.get(slot, ()), 5)
            for slot in {*told, *now}
        }

    def looked(told, entries):
        seen = {slot: tuple(map(frozenset, history)) for slot, history in told.items()}
        together = Inputs(options=TOGETHER.options, disclosed=seen)
        return tally(entries, FROM_CARDS, together).lights[0].enough

    few, many = of_cards(z1=5, z2=1), of_cards(z1=5, z2=5)
    assert not looked(show(show({}, LOOSE, few), TOGETHER, few), few)
    assert looked(show(show({}, LOOSE, many), TOGETHER, many), many)
    assert looked(show({}, TOGETHER, few), few)


def test_phones_share_what_was_drawn_and_nothing_of_what_was_typed_stays_in_it():
    kept = {}
    mine = tap("nee", reason="Het spreekuur is te kort")
    first = drawn("mine", [mine], shown=False, own=[mine], kept=kept)
    assert "Het spreekuur is te kort" in first
    assert drawn("mine", [mine], shown=False, own=[mine], kept=kept) == first
    made_up = {"light.z1": ["<b>zelf bedacht</b>"]}
    before = dict(kept)
    drawn("mine", [], shown=False, posted=made_up, kept=kept)
    assert kept == before
    assert "spreekuur" not in str(kept)


# --- one statement --------------------------------------------------------------------------------


def test_the_only_statement_is_never_the_one_with_the_most_difference():
    settings = kinds.settings(lights, lights.quick("We beginnen op tijd"))
    taken = [tap(value, "1", settings) for value in ("eens",) * 3 + ("niet-eens",) * 3]
    [light] = tally(taken, settings).lights
    assert (light.enough, light.divided) == (True, False)


def test_one_statement_without_a_reason_is_answered_with_one_tap():
    one = {"statements": STATEMENTS[:1], "preset": "eens"}
    assert lights.is_one_tap(kinds.settings(lights, one))
    assert not lights.is_one_tap(kinds.settings(lights, one | {"reason": True}))
    assert not lights.is_one_tap(kinds.settings(lights, {"statements": STATEMENTS, "preset": "eens"}))
