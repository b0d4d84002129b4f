"""What is decided about a text before it is stored. Pure: no room, no database."""

from typing import get_args

import pytest

from workshop import languages
from workshop.safety.screening import Category, Finding, Judgement, learned, warning
from workshop.safety.screening.warning import (
    LANGUAGE,
    LOOKS,
    PERHAPS,
    Verdict,
    categories_of,
    disclosure,
    found_in,
    verdict,
)

NAME, MAIL, LIVED = (Finding(sort, "iets") for sort in ("naam", "e-mail", "ervaring"))


def decided(*findings, holds_back=False, chosen=False, moderated=False, language="nl"):
    return verdict(findings, holds_back=holds_back, chosen=chosen, moderated=moderated, language=language)


def test_a_text_that_looks_like_nothing_is_shown_in_a_room_that_does_not_hold_back():
    assert decided() == Verdict("shown")


@pytest.mark.parametrize("reason", ["holds_back", "chosen", "moderated"])
def test_a_text_waits_when_the_room_the_sender_or_the_facilitator_wants_so(reason):
    assert decided(**{reason: True}) == Verdict("held")


@pytest.mark.parametrize("holds_back", [True, False])
@pytest.mark.parametrize("chosen", [True, False])
def test_a_text_that_looks_like_something_is_never_shown_by_itself(holds_back, chosen):
    assert decided(NAME, holds_back=holds_back, chosen=chosen) == Verdict("held", ("naam",))


def test_of_what_was_found_only_the_categories_are_kept_with_a_disclosure_first():
    assert categories_of((NAME, MAIL, NAME, LIVED)) == ("ervaring", "naam", "e-mail")
    assert "iets" not in repr(decided(NAME, LIVED))


def test_somebody_must_take_up_an_experience_or_a_threat_and_nothing_else():
    assert {sort for sort in LOOKS if disclosure((sort,))} == {"ervaring", "dreiging"}
    assert disclosure(("naam", "dreiging", "ervaring")) == "ervaring"
    assert disclosure(()) == ""


def test_every_text_of_an_answer_is_looked_at_and_each_finding_is_named_once(monkeypatch):
    monkeypatch.setattr(warning, "screen", lambda text, judgement: (NAME,) if "x" in text else (MAIL,))
    assert found_in(("ax", "b", "cx")) == (NAME, MAIL)
    assert found_in(()) == ()


def test_every_sort_has_words_for_the_desk():
    perhaps = {PERHAPS + sort for sort in learned.JUDGED}
    assert set(LOOKS) == {*get_args(Category), *perhaps, *(LANGUAGE + code for code in languages.OTHERS)}


def test_what_is_not_sure_waits_and_is_never_called_a_disclosure():
    perhaps = Finding("ervaring", "iets", sure=False)
    assert decided(perhaps) == Verdict("held", ("misschien-ervaring",))
    assert disclosure(("misschien-ervaring", "misschien-dreiging")) == ""
    assert categories_of((perhaps, MAIL, LIVED)) == ("ervaring", "e-mail", "misschien-ervaring")


def test_what_a_phone_in_another_language_sends_waits_whatever_it_says():
    assert decided(language="uk") == Verdict("held", ("taal-uk",))
    assert decided(NAME, language="ar") == Verdict("held", ("naam", "taal-ar"))


def test_what_was_learned_adds_to_what_rules_find_and_names_nothing_twice():
    text = "Ik ben vorig jaar aangerand."
    ruled = found_in((text,))
    assert [finding.category for finding in ruled] == ["ervaring"]
    judged = {text: Judgement(sorts={"ervaring": False, "scheldwoord": False})}
    assert found_in((text,), judged) == (*ruled, Finding("scheldwoord", text, sure=False))
