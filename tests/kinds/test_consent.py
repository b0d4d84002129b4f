"""Consent: one answer to the whole proposal, and silence below the minimum."""

from tests.kinds.rooms import form, send
from workshop import kinds
from workshop.kinds import Inputs, consent
from workshop.kinds.consent import drawing

SETTINGS = kinds.settings(consent, {"options": ["We spreken elkaar aan.", "We kijken terug."]})
NOTHING = Inputs()


def says(choice, reason="", **about):
    return send(consent, SETTINGS, form(choice=choice, reason=reason), NOTHING, **about)[0]


def test_who_says_yes_needs_no_reason_and_keeps_none():
    assert says("ja", "Want dat is goed").answer.reason == ""
    assert says("nee", "Te vaag").answer.reason == "Te vaag"


def test_below_five_answers_nothing_is_told_not_even_a_reason():
    tally = consent.tally([says("ja")] * 3 + [says("nee", "Te vaag")], SETTINGS, NOTHING)
    assert (tally.answers, tally.enough, tally.counts, tally.reasons) == (4, False, {}, ())
    assert not any(result.items for result in consent.summary(tally, SETTINGS))


def test_reasons_stand_with_their_answer_and_what_waits_stands_apart():
    entries = [says("ja") for _ in range(4)]
    entries += [says("ja-maar", "Wie begint"), says("nee", "Te vaag", state="held")]
    tally = consent.tally(entries, SETTINGS, NOTHING)
    assert tally.words == ("Ja: 4", "Ja, maar: 1", "Nee, want: 1")
    assert [(one.words, one.text) for one in tally.reasons] == [("Ja, maar…", "Wie begint")]
    assert [one.text for one in tally.held] == ["Te vaag"]
    [result] = consent.summary(tally, SETTINGS)
    assert [(item.text, item.chosen) for item in result.items] == [
        ("We spreken elkaar aan.", False),
        ("We kijken terug.", False),
    ]
    assert result.items[0].reasons == ("Wie begint (ja, maar)",)


def test_without_a_no_the_proposal_is_agreed():
    tally = consent.tally([says("ja") for _ in range(5)], SETTINGS, NOTHING)
    assert tally.agreed
    assert all(item.chosen for result in consent.summary(tally, SETTINGS) for item in result.items)
    assert [bar.width for bar in drawing.bars(tally)] == [drawing.WIDTH, 0, 0]
