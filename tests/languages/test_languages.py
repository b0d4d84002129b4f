"""A phone is read in its own language, and nobody else is told which."""

import datetime as dt
import re

import pytest
from sqlalchemy import text as sql

from tests.languages.pseudo import stand_in
from tests.live.ears import listening
from tests.people import a_facilitator, a_participant, a_session, signed_in
from workshop import languages, translating
from workshop.kinds import KindError
from workshop.languages import (
    CONTENT,
    LANGUAGES,
    OTHERS,
    PHONE,
    Choices,
    Sentence,
    chosen,
    counted,
    said,
    speaking,
    spoken,
    writing,
)
from workshop.live.fanout import Browser
from workshop.models import Base
from workshop.pages.phone.page import LANGUAGE
from workshop.render import told


class Made:
    """A language with only these texts."""

    unchecked = 1

    def __init__(self, **texts):
        self.texts = {**TEXTS, **texts}

    def text(self, dutch, meaning=""):
        return self.texts.get((dutch, meaning)) or self.texts.get(dutch)

    content = text

    def counted(self, one, more, count):
        return f"%(num)s {'sticker' if count == 1 else 'stickers'}"


TEXTS = {
    "Hoe gaat het met jongeren hier?": "How are young people doing here?",
    "Kies eerst: %(choices)s.": "First choose: %(choices)s.",
    "Zorg": "Worry",
    "Kijk naar het grote scherm": "Look at the big screen",
}


@pytest.fixture
def english(monkeypatch):
    stand_in(monkeypatch, Made())


# --- sentences ---


def test_a_sentence_is_its_dutch_text_and_can_be_said_later(english):
    sentence = Sentence("Kies eerst: %(choices)s.", choices="zorg")
    assert sentence == "Kies eerst: zorg."
    assert said(sentence) == "Kies eerst: zorg."
    with speaking("en"):
        assert said(sentence) == "First choose: zorg."
    assert said("Kies") == "Kies"


def test_a_sentence_survives_an_error_and_the_error_around_that(english):
    error = KindError(str(ValueError(Sentence("Kies eerst: %(choices)s.", choices="zorg"))))
    with speaking("en"):
        assert said(str(error)) == "First choose: zorg."
    assert type(str(error).dutch) is str


def test_labels_in_a_sentence_are_said_where_a_language_has_them(english):
    sentence = Sentence("Kies eerst: %(choices)s.", choices=Choices(("Zorg", "Eigen woord"), " of "))
    assert sentence == "Kies eerst: zorg of eigen woord."
    with speaking("en"):
        assert said(sentence) == "First choose: Worry, Eigen woord."


def test_a_sentence_with_a_percent_sign_of_a_person_stays_whole():
    assert Sentence("Kies uit: %(choices)s.", choices="50% meer") == "Kies uit: 50% meer."


def test_a_number_has_its_own_form(english):
    assert [counted("%(num)s stip", "%(num)s stippen", n) for n in (1, 2)] == ["1 stip", "2 stippen"]
    with speaking("en"):
        assert said(counted("%(num)s stip", "%(num)s stippen", 2)) == "2 stickers"


@pytest.mark.parametrize(("code", "forms"), [("en", 2), ("tr", 2), ("ar", 6), ("uk", 3), ("pl", 3)])
def test_every_language_has_its_own_number_of_plural_forms(code, forms):
    catalog = languages.read(code, PHONE)
    assert catalog.num_plurals == forms
    assert all(len(m.string) == forms for m in catalog if isinstance(m.id, tuple | list))


def test_dates_and_figures_are_written_as_the_language_does():
    for code, expected in (("nl", "7,4"), ("en", "7.4"), ("pl", "7,4")):
        with speaking(code):
            assert writing.decimal(7.4) == expected
    with speaking("pl"):
        assert writing.day("2026-05-01") == writing.day("1 mei 2026") == "1 maja 2026"
        assert writing.day("elke maand") == "elke maand"
    assert writing.day("1 mei 2026") == "1 mei 2026"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nl", "22 november 2026"),
        ("en", "22 November 2026"),
        ("ar", "22 نوفمبر 2026"),
        ("tr", "22 Kasım 2026"),
        ("uk", "22 листопада 2026 року"),
        ("pl", "22 listopada 2026"),
    ],
)
def test_a_date_stands_as_it_is_read_here_and_brings_no_dot_of_its_own(code, expected):
    with speaking(code):
        assert writing.date(dt.date(2026, 11, 22)) == expected
        assert expected.startswith(writing.short_date(dt.date(2026, 11, 22)))


def test_a_word_with_two_meanings_is_said_as_the_one_that_is_meant(services):
    for code in OTHERS:
        with speaking(code):
            assert told("Klaar", "thema") == told("Klaar")
    with speaking("ar"):
        assert told("Organisatie") == "المؤسسة"  # where a professional works
        assert told("Organisatie", "thema") == "توزيع العمل"  # who does what


def test_a_word_with_two_meanings_that_does_not_say_which_is_reported(services, monkeypatch):
    monkeypatch.setitem(translating.MEANINGS, "Ja", {"", "eens"})
    assert "‘Ja’ betekent meer dan één ding. Zeg overal welk (zonder iets, of eens)." in translating.problems(
        services.library
    )


# --- which language ---


@pytest.mark.parametrize(
    ("cookie", "accepted", "expected"),
    [
        (None, "", "nl"),
        ("pl", "ar", "pl"),
        ("xx", "", "nl"),
        ("xx", "ar-SY,ar;q=0.9", "ar"),
        (None, "uk-UA, en;q=0.8", "uk"),
        (None, "en-GB,en;q=0.9", "nl"),
        (None, "en;q=0.5, tr;q=0.9", "tr"),
        (None, "nl-NL, ar;q=0.5", "nl"),
        (None, "ar;q=0", "nl"),
        (None, "ar;q=veel", "nl"),
        (None, ";;,q=,-", "nl"),
    ],
)
def test_a_phone_gets_what_it_chose_or_else_what_it_is_set_to(cookie, accepted, expected):
    assert chosen(cookie, accepted) == expected


async def test_a_choice_is_kept_in_a_cookie_and_leads_back(client):
    answer = await client.post("/taal", data={"taal": "ar"}, headers={"Referer": "http://x/doe-mee"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/doe-mee")
    assert "HttpOnly" not in answer.headers["set-cookie"]  # Snel weg throws it away without us
    page = (await client.get("/doe-mee")).text
    assert '<html lang="ar" dir="rtl"' in page
    assert 'name="kompas-words"' in page


@pytest.mark.parametrize(
    ("referer", "place"),
    [
        ("https://elders.nl/kwaad", "/"),
        ("//elders.nl/", "/"),
        ("/deelnemen/bijdragen", "/deelnemen"),
        ("/taal", "/"),
        ("", "/"),
        ("/j/abc", "/j/abc"),
    ],
)
async def test_a_choice_leads_to_pages_of_phones_only(client, referer, place):
    answer = await client.post("/taal", data={"taal": "pl"}, headers={"Referer": referer})
    assert answer.headers["location"] == place


async def test_a_language_that_is_not_there_is_refused_with_a_sentence(client):
    answer = await client.post("/taal", data={"taal": "klingon"})
    assert answer.status_code == 422
    assert "Kies een taal uit de lijst." in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_bad_cookie_is_no_choice(client):
    client.cookies.set(LANGUAGE, "../../etc")
    assert '<html lang="nl"' in (await client.get("/doe-mee")).text


async def test_a_dutch_phone_loads_no_words_and_no_direction(client):
    page = (await client.get("/doe-mee")).text
    assert '<html lang="nl" class' in page
    assert "kompas-words" not in page


async def test_snel_weg_wipes_the_language_too(client):
    client.cookies.set(LANGUAGE, "uk")
    answer = await client.post("/vertrek")
    assert any(
        LANGUAGE in header and "Max-Age=0" in header for header in answer.headers.get_list("set-cookie")
    )


async def test_a_desk_stays_dutch(services, client):
    account = await a_facilitator(services)
    await signed_in(client, services, account)
    client.cookies.set(LANGUAGE, "ar")
    page = (await client.get("/dossiers", headers={"Accept-Language": "ar"})).text
    assert '<html lang="nl"' in page


async def test_the_database_knows_nothing_of_a_language(services, client):
    session = await a_session(services, step="zorgen-kansen")
    client.cookies.set(LANGUAGE, "uk")
    await client.get(f"/j/{session.join_token}")
    await client.post(f"/j/{session.join_token}", data={})
    await client.get("/deelnemen")
    async with services.db.read() as db:
        for table in Base.metadata.sorted_tables:
            names = {column.name for column in table.columns}
            assert not names & {"language", "lang", "locale", LANGUAGE}
            rows = (await db.execute(sql(f'SELECT * FROM "{table.name}"'))).all()
            assert not [row for row in rows if any(value in ("uk", b"uk") for value in row)]


# --- what is drawn ---


async def test_two_phones_of_one_room_hear_the_same_in_their_own_language(services, english):
    session = await a_session(services, step="zorgen-kansen")
    found = {}
    browsers = {code: Browser(session.id, "phone", language=code) for code in ("nl", "en")}
    ears = {code: listening(browser) for code, browser in browsers.items()}
    for browser in browsers.values():
        services.fanout.add(browser)
    with speaking("en"):  # as in the request of an English phone: the task that draws begins there
        services.fanout.mark(session.id, {"phone-step", "phone-state"})
    for code, browser in browsers.items():
        found[code] = await ears[code].next()
        services.fanout.remove(browser)
    assert "Hoe gaat het met jongeren hier?" in found["nl"]
    assert "How are young people doing here?" in found["en"]
    assert "Hoe gaat het" not in found["en"]
    assert spoken() == "nl"


async def test_a_screen_stays_dutch_whoever_moved_it(services, english):
    session = await a_session(services, step="zorgen-kansen")
    picture = await services.fanout.scene(session.id)
    with speaking("en"):
        assert "Hoe gaat het met jongeren hier?" in services.fanout.scenes.shared("screen", picture, "en")


def test_what_is_not_translated_is_said_to_be_dutch(english):
    with speaking("en"):
        assert told("Eigen <vraag>?") == '<span lang="nl" dir="ltr">Eigen &lt;vraag&gt;?</span>'
        assert told("Hoe gaat het met jongeren hier?") == "How are young people doing here?"
    assert told("Eigen <vraag>?") == "Eigen &lt;vraag&gt;?"


async def test_a_card_that_equals_a_text_of_ours_is_not_translated(services, client, english):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    for name, value in (*phone.cookies.items(), (LANGUAGE, "en")):
        client.cookies.set(name, value)
    step = next(a for a in session.activities if a.key == "zorgen-kansen")
    words = "Hoe gaat het met jongeren hier?"
    data = {"activity": str(step.id), "column": "zorg", "text": words}
    answer = await client.post("/deelnemen/bijdragen", data=data, headers={"HX-Request": "true"})
    assert f"<bdi>{words}</bdi>" in answer.text


async def test_a_language_from_a_computer_says_so(client, english):
    client.cookies.set(LANGUAGE, "en")
    assert "Een computer heeft dit vertaald." in (await client.get("/doe-mee")).text
    client.cookies.set(LANGUAGE, "nl")
    assert "Een computer heeft dit vertaald." not in (await client.get("/doe-mee")).text


# --- the files ---


def test_every_file_knows_every_text_and_no_other(services):
    assert translating.problems(services.library) == []


def test_a_placeholder_that_differs_is_reported(services, monkeypatch):
    real = translating.read

    def read(code, domain):
        catalog = real(code, domain)
        if (code, domain) == ("en", PHONE):
            catalog.add("Nog een %(x)s", "Another")
            catalog["Hooguit %(count)s tekens"].string = "At most %(number)s characters"
        return catalog

    monkeypatch.setattr(translating, "read", read)
    problems = translating.problems(services.library)
    assert any("Hooguit %(count)s tekens | At most" in problem for problem in problems)
    assert any("is er niet meer: Nog een %(x)s" in problem for problem in problems)


def test_the_texts_are_those_of_templates_rules_scripts_help_and_worksheets(services):
    found = {
        domain: {text.dutch for text in its} for domain, its in translating.texts(services.library).items()
    }
    assert {
        "Verstuur kaart",
        "Dit had je al verstuurd.",
        "Jongere",
        "Gaat mee zodra er verbinding is",
    } <= found[PHONE]
    assert {
        "Nog {count} stip over",
        "Als er iets seksueels gebeurde wat je niet wilde",
        "Is er nu gevaar?",
    } <= found[PHONE]
    assert "Kindertelefoon" not in found[PHONE]
    assert {"Waar moeten we zeker iets mee doen?", "Zorg", "Gaat niet goed", "Uitgaan"} <= found[CONTENT]
    assert set(OTHERS) < set(LANGUAGES)


async def test_a_manager_sees_how_far_each_language_is(services, client):
    await signed_in(client, services, await a_facilitator(services, manager=True))
    page = (await client.get("/beheer/talen")).text
    assert "Nog niet nagekeken" in page
    assert "العربية" in page


async def test_a_manager_reads_every_text_beside_its_translation_what_is_missing_first(
    services, client, monkeypatch
):
    real = translating.read

    def read(code, domain):
        catalog = real(code, domain)
        for message in catalog:
            message.flags.add("fuzzy")
        if domain == PHONE:
            catalog["Dank je wel"].string = ""
            catalog["Snel weg"].flags.discard("fuzzy")
        return catalog

    monkeypatch.setattr(translating, "read", read)
    await signed_in(client, services, await a_facilitator(services, manager=True))
    page = re.sub(r"(?<=>)\s+|\s+(?=<)", "", (await client.get("/beheer/talen/ar")).text)
    places = [
        page.index(words)
        for words in (
            "Nog niet vertaald (",
            ">Dank je wel<",
            "Nog niet nagekeken (",
            "Nagekeken (1)",
            ">Snel weg<",
        )
    ]
    assert places == sorted(places)
    assert '<td lang="ar" dir="rtl"><p><bdi>خروج سريع</bdi></p></td>' in page
    assert "bij 3, 4, 5:" in page
    assert '<code dir="ltr">{count}</code>' in page
    assert "%(count)s" not in page


async def test_a_language_that_is_not_there_has_no_texts(services, client):
    await signed_in(client, services, await a_facilitator(services, manager=True))
    for code in ("xx", "nl"):
        assert (await client.get(f"/beheer/talen/{code}")).status_code == 404


async def test_only_a_manager_sees_that(services, client):
    await signed_in(client, services, await a_facilitator(services))
    for path in ("/beheer/talen", "/beheer/talen/ar"):
        assert (await client.get(path)).status_code == 403
