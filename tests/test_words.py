"""How a search reads words: texts and queries alike, with nothing of a query language left."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.words import LONGEST_WORD, MOST_TERMS, Term, excerpt, fold, marked, terms

texts = st.text(max_size=80)


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café de Brug", "cafe de brug"),
        ("cafe\u0301", "cafe"),
        ("STRASSE straße", "strasse strasse"),
        ("foto's", "foto s"),
        ("een_twee", "een twee"),
        ("½ liter", "12 liter"),
        ("1-A.zorgen", "1 a zorgen"),
        ("‘Zorgen’, (kansen)!", "zorgen kansen"),
    ],
)
def test_capitals_accents_and_signs_make_no_difference(text, folded):
    assert fold(text) == folded


@given(texts)
def test_a_folded_word_is_only_letters_and_digits_that_every_database_reads_alike(text):
    assert all(re.fullmatch(r"[a-z0-9]{1,40}", word) for word in fold(text).split())


@given(texts)
def test_nothing_of_a_query_language_comes_through(query):
    words = [word for term in terms(query) for word in term.words]
    assert all(re.fullmatch(f"[a-z0-9]{{1,{LONGEST_WORD}}}", word) for word in words)
    assert len(terms(query)) <= MOST_TERMS


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("twee woorden", (Term(("twee",)), Term(("woorden",)))),
        ('"samen op straat" zorg', (Term(("samen", "op", "straat"), whole=True), Term(("zorg",)))),
        ('"nooit gesloten', (Term(("nooit", "gesloten"), whole=True),)),
        ("„Duits“ ”om”", (Term(("duits",), whole=True), Term(("om",), whole=True))),
        ("foto's", (Term(("foto", "s")),)),
        ("dubbel dubbel", (Term(("dubbel",)),)),
        ('NEAR(a b) OR "" * ^', (Term(("near", "a")), Term(("b",)), Term(("or",)))),
    ],
)
def test_words_stand_alone_and_quotes_hold_them_together(query, found):
    assert terms(query) == found


@pytest.mark.parametrize("query", ["", "   ", "!!! ??", '""', "* ^ ( )", "\u0301"])
def test_only_signs_is_nothing_to_look_for(query):
    assert terms(query) == ()


@pytest.mark.parametrize(
    ("text", "query", "seen"),
    [
        ("In het buurthuis", "buurt", "In het [buurthuis]"),
        ("Café of CAFE", "cafe", "[Café] of [CAFE]"),
        ("samen op straat", '"op straat"', "samen [op] [straat]"),
        ("op de straat", '"op straat"', "op de straat"),
        ("straten", '"straat"', "straten"),
        ("<b>foto's</b>", "foto's", "<b>[foto]'[s]</b>"),
        ("niets hier", "anders", "niets hier"),
    ],
)
def test_what_was_found_is_marked_as_it_was_written(text, query, seen):
    assert shown(marked(text, terms(query))) == seen


@given(texts, texts)
def test_marking_changes_no_letter(text, query):
    assert "".join(piece.text for piece in marked(text, terms(query))) == text


@given(texts.filter(lambda text: fold(text)))
def test_every_word_of_a_text_is_found_in_it(text):
    whole = [piece.text for piece in marked(text, terms(text.replace('"', " "))) if piece.marked]
    assert (
        fold(" ".join(whole)).split()[:MOST_TERMS] == fold(text).split()[:MOST_TERMS]
        or len(text.split()) > MOST_TERMS
    )


def test_an_excerpt_shows_the_place_that_was_found_and_cuts_no_word():
    text = "voor " * 100 + "naald " + "na " * 100
    cut = excerpt(text, terms("naald"), 30)
    assert "naald" in cut
    assert len(cut) < 70
    assert set(cut.split()) == {"…", "voor", "naald", "na"}


def test_a_short_text_is_its_own_excerpt():
    assert excerpt("kort en goed", terms("goed"), 30) == "kort en goed"


@given(st.text(max_size=400), texts)
def test_an_excerpt_is_never_longer_than_was_asked(text, query):
    assert len(excerpt(text, terms(query), 20)) <= 44 or len(text) <= 40
