"""The screening says what a card tells about somebody; people decide. bench/screening.py has the figures."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.screening import HELD, PROMISED, RECALL, Figures, load, measure
from workshop import phrases
from workshop.safety import helplines
from workshop.safety.screening import Finding, contacts, learned, names, screen

ALL = load()
HELD_OUT = [card for card in ALL if card.held_out]
SESSIONS = Path(__file__).parents[2] / "sessions"


def categories(text):
    return {finding.category for finding in screen(text)}


def texts(value):
    """Every string in it, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("cards", [ALL, HELD_OUT], ids=["all", "held out"])
def test_names_phones_e_mail_and_bsn_are_found_and_harmless_cards_pass(cards):
    figures = measure(cards)
    assert figures.failures() == []
    for category in PROMISED:
        assert figures.recall(category) >= RECALL
        assert figures.right[category] >= 5, f"too few cards with {category} to say anything"
    assert figures.harmless >= 200
    assert figures.share_held <= HELD


def test_what_was_learned_takes_nothing_away_of_what_rules_find_in_dutch():
    """Its guess of the language may be wrong, and rules in Dutch leave other languages alone."""
    judged = learned.model().judge([card.text for card in ALL])
    kept = {
        card.text: {finding.category for finding in screen(card.text, judgement)}
        for card, judgement in zip(ALL, judged, strict=True)
    }
    assert {text: lost for text in kept if (lost := categories(text) - kept[text])} == {}


def test_what_is_found_is_what_it_is_called():
    figures = measure(ALL)
    for category in figures.right:
        assert figures.precision(category) >= 0.95, category


def test_every_sort_is_found_more_often_than_not():
    figures = measure(ALL)
    for category in {category for card in ALL for category in card.categories}:
        assert figures.recall(category) >= 0.8, category


def test_a_screening_that_finds_nothing_or_everything_would_be_noticed():
    blind, jumpy = Figures(harmless=100), Figures(harmless=100, held=9)
    blind.missed.update(dict.fromkeys(PROMISED, 10))
    jumpy.right.update(dict.fromkeys(PROMISED, 10))
    assert len(blind.failures()) == len(PROMISED)
    assert jumpy.failures() == ["9.0% of harmless cards is held"]


def test_the_cards_are_many_and_each_is_there_once():
    written = [card.text for card in ALL]
    assert len(set(written)) == len(written) >= 450
    assert sum(not card.categories for card in ALL) >= 250
    assert len(HELD_OUT) >= 150
    assert {card.about for card in ALL} >= {"school", "straat", "online", "sport", "uitgaan", "thuis"}


def test_the_bsn_of_a_card_is_of_nobody():
    """Of the range that is for tests, or one of the two that stand in every example."""
    found = [finding.words for card in ALL for finding in screen(card.text) if finding.category == "bsn"]
    numbers = {re.sub(r"\D", "", words) for words in found}
    assert len(numbers) >= 10
    assert {number for number in numbers if not number.startswith("9999")} <= {"123456782", "111222333"}


def test_what_simulated_phones_write_is_not_held():
    said = [
        text
        for name, value in vars(phrases).items()
        if not name.startswith("_") and value not in (phrases.LIVED, phrases.NAMING)  # to practise with
        for text in texts(value)
    ]
    assert len(said) > 200
    assert [text for text in said if screen(text)] == []


@pytest.mark.parametrize("file", sorted(SESSIONS.glob("*.toml")), ids=lambda file: file.stem)
def test_what_a_worksheet_asks_explains_and_gives_as_example_is_not_held(file):
    said = [text for text in texts(tomllib.loads(file.read_text())) if " " in text]
    assert [text for text in said if screen(text)] == []


@pytest.mark.parametrize("line", helplines.load(), ids=lambda line: line.name)
def test_a_help_line_may_be_named_called_and_linked(line):
    for text in (f"Bel {line.phone} of kijk op {line.url}", f"{line.name}: {line.what}", line.dial, line.url):
        assert screen(text) == ()


def test_a_finding_is_of_the_text_in_its_order_and_there_once():
    found = screen("Fatima belt 06 12345678, zegt Kevin. Fatima mailt fatima@example.nl")
    assert found == (
        Finding("naam", "Fatima"),
        Finding("telefoon", "06 12345678"),
        Finding("naam", "Kevin"),
        Finding("e-mail", "fatima@example.nl"),
    )


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "👀", "…", "'", '"', "@", ".", "a", "1", "\u0000", "ع", "привіт"]
)
def test_hardly_anything_is_nothing(text):
    assert screen(text) == ()


@pytest.mark.parametrize(
    "name",
    [
        "Kevin",
        "KEVIN",
        "kevin",
        "Kévin",
        "keeeeevin",
        "k3vin",
        "k.e.v.i.n",
        "k e v i n",
        "Ke\u200bvin",
        "Ｋｅｖｉｎ",
        "𝗞𝗲𝘃𝗶𝗻",
    ],
)
def test_a_name_is_found_however_it_is_dressed_up(name):
    assert "naam" in categories(f"ik vertrouw {name} niet")


@pytest.mark.parametrize("name", ["Roos", "Mees", "Noor", "Sterre", "Faith", "Bo"])
def test_a_name_that_is_also_a_word_counts_where_a_name_stands(name):
    for card in (
        f"{name} zit in mijn klas",
        f"vraag het aan {name}",
        f"juf {name}",
        f"{name} de Vries weet het",
    ):
        assert categories(card) == {"naam"}, card
    assert screen("Een roos, een sterretje en een meesje") == ()


@pytest.mark.parametrize(
    "place",
    [
        "het Sint-Janslyceum",
        "de Anne Frankschool",
        "basisschool Johannes",
        "de Jan Steenstraat",
        "het Emma Kinderziekenhuis",
        "het Wilhelminapark",
        "stichting Alexander",
        "het Johan de Witt",
        "de Albert Heijn",
    ],
)
def test_a_place_that_holds_a_name_is_nobody(place):
    assert screen(f"Bij {place} is het rustig") == ()


def test_a_first_name_is_known_in_every_community():
    """At least 1,500, and not only those of one community."""
    assert len(names._FIRST) >= 1500
    wanted = "daan sanne fatima mohammed youssef ayse mehmet agnieszka oleksandr shanaya ricardo khaled rania"
    assert set(wanted.split()) <= names._FIRST


@pytest.mark.parametrize(
    "number",
    [
        "0612345678",
        "06-12345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "+31612345678",
        "+31 6 1234 5678",
        "+31 (0)6 12345678",
        "0031612345678",
        "o6-12345678",
        "0 6 1 2 3 4 5 6 7 8",
        "nul zes een twee drie vier vijf zes zeven acht",
        "038-1234567",
        "0570 123456",
        "+32 470 12 34 56",
    ],
)
def test_a_phone_number_is_found_however_it_is_written(number):
    for card in (number, f"bel {number}.", f"({number})", f"mijn nummer is {number} oke"):
        assert categories(card) == {"telefoon"}, card


@pytest.mark.parametrize(
    "number",
    [
        "112",
        "113",
        "0800-0432",
        "0900 8844",
        "2024-2025",
        "14-03-2026",
        "1.000.000",
        "22.00",
        "€ 12.500",
        "50%",
        "06-07-2025",
    ],
)
def test_a_figure_a_date_a_time_or_a_help_line_is_no_phone_number(number):
    assert screen(f"in {number} of zo") == ()


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_nine_digits_are_a_bsn_exactly_when_they_pass_the_eleven_test(number):
    digits = f"{number:09}"
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)
    )
    passes = total % 11 == 0 and len(set(digits)) > 1
    assert ("bsn" in categories(f"nummer {digits} staat daar")) == passes
    assert ("bsn" in categories(f"{digits[:4]}.{digits[4:6]}.{digits[6:]}")) == passes


@pytest.mark.parametrize(
    ("own", "concern"),
    [
        ("ik ben verkracht", "wat als ik verkracht word?"),
        ("hij heeft mij aangeraakt", "als iemand mij aanraakt zeg ik er wat van"),
        ("mijn oom zit aan me", "niemand mag aan je zitten"),
        ("me is dit ook overkomen", "als mij dit zou gebeuren, zou ik het niemand vertellen"),
        ("ik voel me thuis niet veilig", "ik voel me onveilig op het station"),
        ("ik durfde niks te zeggen", "ik durf er niks van te zeggen"),
    ],
)
def test_an_own_experience_is_found_and_a_concern_is_not(own, concern):
    assert categories(own) == {"ervaring"}
    assert screen(concern) == ()


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("jij bent een slet", "meisjes worden slet genoemd"),
        ("vuile homo", "er wordt vaak homo geroepen"),
        ("ik maak je af", "Jongens zeggen 'ik maak je af' als je niet meedoet"),
        ("ik sla hem", "ik sla een les over"),
    ],
)
def test_an_insult_or_a_threat_is_not_what_is_told_about_it(said, about):
    assert categories(said) <= {"scheldwoord", "dreiging"}
    assert screen(said)
    assert screen(about) == ()


@given(st.text(max_size=300))
def test_any_text_has_an_answer_and_always_the_same(text):
    found = screen(text)
    assert found == screen(text)
    assert len(set(found)) == len(found)
    assert all(finding.words for finding in found)


PIECES = (
    *(
        "a",
        "a ",
        "1 ",
        "0-",
        "a.",
        "@a",
        "a_",
        ".",
        "o6",
        "'a ",
        '" a ',
        "\n",
        "é",
        "𝗮",
        "A ",
        "Aa ",
        "-",
        "(",
    ),
    *(
        "ik ",
        "ik ben ",
        "mij heeft ",
        "mijn foto's van mij ",
        "zit aan ",
        "als je a ",
        "ik maak je ",
        "hand op ",
    ),
    *("Jan ", "Jan van ", "roos en ", "de bij ", "K. ", "meneer van ", "uit 3b ", "sint jan "),
    *(
        "straat 1",
        "woont op de ",
        "http://",
        "a at ",
        "apenstaartje ",
        "zes ",
        "snap a. ",
        "kanker",
        "+31 ",
        "k e ",
    ),
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4))
def test_a_long_hostile_text_is_read_to_its_end(pieces):
    """Two thousand characters of what rules begin with: a rule that tries everything would not come back."""
    line = "".join(pieces)
    assert isinstance(screen((line * 2000)[:2000]), tuple)


def test_a_number_is_no_help_line_because_it_looks_like_one():
    assert contacts._HELPLINES
    assert categories("020-2615275") == set()
    assert categories("020-2615276") == {"telefoon"}


def test_the_screening_keeps_and_tells_nothing(caplog, capsys):
    with caplog.at_level(0):
        screen("Kevin uit 4B heeft 06 12345678 en ik ben verkracht")
    assert caplog.text == ""
    assert capsys.readouterr() == ("", "")
    source = "".join(
        (Path(contacts.__file__).parent / f"{module}.py").read_text()
        for module in ("__init__", "reading", "names", "contacts", "tone")
    )
    assert not re.search(r"\bprint\(|\blogging\b|\bgetLogger\b|\bopen\(|write_", source)


@pytest.mark.parametrize(
    "unseen", ["\u00ad", "\u200d", "\u034f", "\ufe0f", "\u3164", "\u180e", "\U000e0061", "\u2062"]
)
def test_nothing_unseen_hides_a_name_or_a_number(unseen):
    for card in ("Lotte Jansen pest mij", "bel 0612345678", "Kevin slaat mij"):
        hidden = unseen.join(card)
        assert categories(hidden) == categories(card), ascii(hidden)
