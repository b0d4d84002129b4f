"""Signals: proposals, and how the room sorts them."""

from types import SimpleNamespace

import pytest

from tests.kinds.rooms import INPUTS, form, send
from workshop import kinds
from workshop.kinds import KindError
from workshop.live.typed import Typed
from workshop.render import Renderer

signals = kinds.get("signals")
SETTINGS = kinds.settings(signals, {"fits": True})
PLAIN = kinds.settings(signals, {"sort": False})
RENDER = Renderer(asset=str)


def propose(words="Mentoren horen eerder wat er speelt", what="signaal", settings=SETTINGS, **more):
    about = {name: more.pop(name) for name in ("state", "order", "notes") if name in more}
    return send(signals, settings, form(text=words, what=what, **more), INPUTS, **about)[0]


def vote(about, settings=SETTINGS, **choice):
    return send(signals, settings, form(about=about, **choice), INPUTS)[0]


def sort(proposal, **counts):
    return [vote(proposal.id, need=need) for need, count in counts.items() for _ in range(count)]


def tally(entries, settings=SETTINGS):
    return signals.tally(entries, settings, INPUTS)


def lanes(entries, settings=SETTINGS):
    return {lane.id: [one.text for one in lane.proposals] for lane in tally(entries, settings).lanes}


def items(entries, settings=SETTINGS):
    return signals.summary(tally(entries, settings), settings)[0].items


def drawn(block, entries, own=(), settings=SETTINGS):
    scene = SimpleNamespace(
        name="signals",
        activity=SimpleNamespace(id="stap", shown=False, open=True),
        kind=signals,
        settings=settings,
        inputs=INPUTS,
        tally=tally(entries, settings),
        visible=True,
        phones=1,
    )
    return RENDER.of_kind(scene, block, own=list(own), form=Typed(), error="")


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("indicator", "Schrijf op wat je wilt tellen."),
        ("signaal", "Schrijf op wat je wilt merken."),
        ("", "Kies eerst: iets wat je kunt tellen, of iets wat je merkt."),
    ],
)
def test_a_proposal_needs_a_sort_and_words(what, sentence):
    with pytest.raises(KindError) as error:
        propose("  ", what)
    assert str(error.value) == sentence


def test_what_is_neither_indicator_nor_signal_is_refused():
    with pytest.raises(KindError) as error:
        propose("Iets", "gerucht")
    assert str(error.value) == signals.wrong


def test_a_source_is_cleaned_and_may_be_left_open():
    assert propose(source="  Jeugd\u202emonitor ").answer.source == "Jeugdmonitor"
    assert propose(source="  ").answer.source == ""
    with pytest.raises(KindError, match="1 teken korter"):
        propose(source="a" * 81)


def test_everything_that_a_person_wrote_is_screened():
    assert kinds.texts(signals, propose("Meldingen", source="GGD").answer) == ("Meldingen", "GGD")
    assert kinds.texts(signals, vote("een", need="leuk").answer) == ()


@pytest.mark.parametrize("choice", [{}, {"need": "soms"}, {"fits": "misschien"}])
def test_a_vote_needs_one_of_the_answers(choice):
    with pytest.raises(KindError):
        vote("een", **choice)


def test_what_is_not_asked_cannot_be_voted_on():
    for choice in ({"need": "nodig"}, {"fits": "ja"}):
        with pytest.raises(KindError, match="hoort niet bij deze vraag"):
            vote("een", PLAIN, **choice)


def test_a_vote_brings_no_words_along():
    sent = send(signals, SETTINGS, form(about="een", need="nodig", text="Stiekem", what="signaal"), INPUTS)
    assert kinds.texts(signals, sent[0].answer) == ()


def test_one_phone_has_one_vote_of_each_sort_for_a_proposal_and_may_propose_more():
    one, other = propose(), propose("Ander signaal")
    votes = [
        vote(one.id, need="nodig"),
        vote(one.id, need="niet"),
        vote(one.id, fits="ja"),
        vote(other.id, need="niet"),
    ]
    slots = [signals.slot(entry.answer) for entry in votes]
    assert slots[0] == slots[1]
    assert len(set(slots)) == 3
    assert all(len(slot) <= 40 for slot in slots)
    assert signals.slot(one.answer) is None


def test_the_slots_of_two_proposals_that_differ_in_one_digit_differ():
    ids = [f"0190a6e4-7b1c-7def-8123-4567890abcd{end}" for end in "ef"]
    assert len({signals.slot(vote(one, need="nodig").answer) for one in ids}) == 2


# --- lanes ----------------------------------------------------------------------------------------


def test_a_proposal_goes_to_the_lane_that_most_people_chose():
    needed, nice, not_needed = propose("Nodig"), propose("Leuk"), propose("Niet")
    votes = [*sort(needed, nodig=3, leuk=1), *sort(nice, leuk=2, niet=1), *sort(not_needed, niet=1)]
    entries = [needed, nice, not_needed, *votes]
    assert lanes(entries) == {"nodig": ["Nodig"], "leuk": ["Leuk"], "niet": ["Niet"], "": []}


def test_what_nobody_sorted_and_what_is_tied_is_still_open():
    fresh, tied = propose("Nieuw"), propose("Gelijk")
    entries = [fresh, tied, *sort(tied, nodig=2, niet=2)]
    assert sorted(lanes(entries)[""]) == ["Gelijk", "Nieuw"]
    assert {one.text: one.tied for one in tally(entries).proposals} == {"Nieuw": False, "Gelijk": True}
    assert not tally(entries).any_sorted


def test_in_a_lane_what_most_people_chose_stands_first():
    some, most = propose("Twee"), propose("Drie")
    assert lanes([some, most, *sort(some, nodig=2), *sort(most, nodig=3)])["nodig"] == ["Drie", "Twee"]


def test_a_vote_for_what_is_not_there_or_hidden_counts_nowhere():
    hidden = propose("Weg", state="hidden")
    told = tally([hidden, *sort(hidden, nodig=3), vote("bestaat-niet", need="nodig")])
    assert all(lane.proposals == () for lane in told.lanes)


def test_where_phones_do_not_sort_there_is_a_lane_for_each_sort_of_proposal():
    entries = [propose("Merken", settings=PLAIN), propose("Tellen", "indicator", PLAIN)]
    assert lanes(entries, PLAIN) == {"indicator": ["Tellen"], "signaal": ["Merken"]}


def test_held_and_hidden_proposals_stand_apart():
    entries = [propose("Wacht", state="held", order=1), propose("Weg", state="hidden"), propose("Hier")]
    told = tally(entries)
    assert [[one.text for one in part] for part in (told.proposals, told.held, told.hidden)] == [
        ["Hier"],
        ["Wacht"],
        ["Weg"],
    ]


def test_it_is_counted_whether_it_fits_the_goal():
    one = propose()
    told = tally([one, vote(one.id, fits="ja"), vote(one.id, fits="ja"), vote(one.id, fits="nee")])
    assert told.proposals[0].fits == {"ja": 2, "nee": 1}
    assert told.proposals[0].lane == ""


# --- what comes after -----------------------------------------------------------------------------


def test_what_is_needed_is_offered_first_and_what_is_not_needed_not_at_all():
    nice, needed, not_needed = propose("Leuk"), propose("Nodig"), propose("Niet")
    entries = [
        nice,
        needed,
        not_needed,
        *sort(nice, leuk=1),
        *sort(needed, nodig=1),
        *sort(not_needed, niet=1),
    ]
    assert [option.text for option in signals.offers(tally(entries))] == ["Nodig", "Leuk"]


def test_the_record_reads_as_a_sheet_with_everything_that_was_agreed():
    notes = {"owner": "Jongerenwerk", "due": "elk half jaar"}
    one = propose("Meldingen", "indicator", source="Politie", notes=notes)
    item = items([one, *sort(one, nodig=4), vote(one.id, fits="ja")])[0]
    assert item.labels == (
        "Indicator",
        "Bron: Politie",
        "Nodig",
        "Past bij het doel: ja 1, nee 0",
        "Hoe vaak: elk half jaar",
        "Wie: Jongerenwerk",
    )
    assert (item.votes, item.owner, item.due, item.ticked) == (4, "Jongerenwerk", "elk half jaar", True)


def test_only_what_is_needed_is_ticked_in_the_review():
    needed, nice = propose("Nodig"), propose("Leuk")
    found = items([needed, nice, *sort(needed, nodig=1), *sort(nice, leuk=1)])
    assert [(item.text, item.ticked) for item in found] == [("Nodig", True), ("Leuk", False)]
    assert [item.ticked for item in items([propose(settings=PLAIN)], PLAIN)] == [True]


def test_owner_and_rhythm_come_from_the_desk_only():
    forged = propose(owner="Jan", due="elke dag")
    assert (tally([forged]).proposals[0].owner, tally([forged]).proposals[0].due) == ("", "")


# --- the pages ------------------------------------------------------------------------------------


def test_a_phone_finds_its_own_choice_pressed_and_can_take_it_back():
    one = propose()
    own = vote(one.id, need="leuk")
    html = drawn("mine", [one, own], own=[own])
    assert html.count('aria-pressed="true"') == 1
    assert f"/deelnemen/bijdragen/{own.id}/intrekking" in html


def test_a_phone_sorts_only_what_was_let_through():
    waiting = propose("Wacht nog", state="held")
    assert "Wacht nog" not in drawn("mine", [waiting])
    assert "Wacht nog" in drawn("mine", [waiting], own=[waiting])


def test_what_people_wrote_is_text_on_every_page():
    one = propose("<b>dik</b>", source="<i>x</i>")
    for entries in ([one], [one, *sort(one, nodig=2)]):
        for block in ("mine", "screen"):
            html = drawn(block, entries, own=[one])
            assert "<b>dik" not in html
            assert "<i>x" not in html
            assert "&lt;b&gt;dik" in html


def test_the_big_screen_has_two_columns_until_somebody_sorted():
    one = propose()
    assert "Signalen" in drawn("screen", [one])
    assert "Leuk om te weten" in drawn("screen", [one, *sort(one, nodig=1)])
