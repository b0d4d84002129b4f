"""Actions."""

import pytest

from tests.kinds.rooms import INPUTS, form, send
from workshop import kinds
from workshop.kinds import KindError, actions

SETTINGS = kinds.settings(actions, {})


def propose(words, **about):
    return send(actions, SETTINGS, form(text=words), INPUTS, **about)[0]


def help_with(entry_id):
    return send(actions, SETTINGS, form(helps=entry_id), INPUTS)[0]


def test_an_action_needs_words():
    with pytest.raises(KindError, match="nog niets geschreven"):
        propose("  ")


def test_help_is_counted_with_what_it_helps():
    proposal = propose("Een avond voor ouders")
    tally = actions.tally([proposal, help_with(proposal.id), help_with(proposal.id)], SETTINGS, INPUTS)
    assert tally.proposals[0].helpers == 2
    assert actions.summary(tally, SETTINGS)[0].items[-1].votes == 2


def test_the_same_phone_helps_one_action_once_and_several_actions_once_each():
    slots = {actions.slot(help_with(helped).answer) for helped in ("a1", "a1", "a2")}
    assert len(slots) == 2
    assert actions.slot(propose("Iets").answer) is None


def test_what_was_agreed_before_comes_first_with_its_own_id():
    tally = actions.tally([propose("Nieuw")], SETTINGS, INPUTS)
    items = actions.summary(tally, SETTINGS)[0].items
    assert [(item.text, item.action) for item in items] == [("Elkaar bellen", "a1"), ("Nieuw", "")]


def test_owner_and_date_come_from_the_desk_only():
    tally = actions.tally(
        [propose("Les maken", notes={"owner": "School", "due": "2027-01-15"})], SETTINGS, INPUTS
    )
    assert (tally.proposals[0].owner, tally.proposals[0].due) == ("School", "2027-01-15")
    forged = send(actions, SETTINGS, form(text="Les maken", owner="Jan", due="2027-01-15"), INPUTS)
    assert actions.tally(forged, SETTINGS, INPUTS).proposals[0].owner == ""


def test_held_and_hidden_proposals_stand_apart():
    entries = [propose("Wacht", state="held", order=1), propose("Weg", state="hidden"), propose("Hier")]
    tally = actions.tally(entries, SETTINGS, INPUTS)
    assert [[p.text for p in part] for part in (tally.proposals, tally.held, tally.hidden)] == [
        ["Hier"],
        ["Wacht"],
        ["Weg"],
    ]
