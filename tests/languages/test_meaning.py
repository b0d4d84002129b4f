"""What a translation may never say or leave out: the texts that do harm when they turn around.

Each line was wrong once. A translator may choose other words; these parts have to stay, or have to stay away.
"""

import re

import pytest

from workshop import languages
from workshop.languages import PHONE

SILENT = "Schrijf niet op wat jij zelf hebt meegemaakt."
SILENT_AND_HELP = "Schrijf niet op wat jij zelf hebt meegemaakt. Wil je daarover praten? Kijk bij Hulp."
DANGER = "Is er nu gevaar? Bel 112."
KEPT = "Niemand ziet wie een kaart schreef. Kaarten die we niet gebruiken, gooien we na een tijd weg."
NOT_YOURS = "Eerst leest alleen de begeleider het. Die ziet niet dat het van jou is."
LIMIT = "Gaat het echt niet goed met iemand? Dan zoekt de begeleider hulp. Die regel heet de meldcode."
HISTORY = "Mag niemand dat zien? Wis dan zelf de geschiedenis van je browser."
LEAVE = "Tik op Snel weg. Je gaat meteen naar een gewone website."
UNWANTED = "Als er iets seksueels gebeurde wat je niet wilde"
NOT_ABOUT_YOU = "Het hoeft niet over jezelf te gaan. Noem geen namen."
HOME = "Als het thuis niet veilig is"
TAKE_BACK = "Toch geen antwoord"

CALL = {"en": "Call", "ar": "اتصل", "tr": "ara", "uk": "Телефонуй", "pl": "Zadzwoń"}
HERE = {"en": r"\bhere\b", "ar": r"\bهنا\b", "tr": r"\bburaya\b", "uk": r"\bтут\b", "pl": r"\btutaj\b"}
"""A rule for what is written here; without that word it tells somebody to be silent."""
BROWSER = {"en": "browser", "ar": "سجل التصفح", "tr": "tarayıcı", "uk": "браузера", "pl": "przeglądarki"}

KEEPS = (
    ("en", KEPT, "do not use, we delete"),
    ("tr", KEPT, "kimse görmez"),
    ("uk", KEPT, "не використовуємо, згодом видаляємо"),
    ("tr", NOT_YOURS, "senin yazdığını görmez"),
    ("uk", NOT_YOURS, "лише ведучий"),
    ("en", LIMIT, "the session leader gets help"),
    ("tr", LIMIT, "yardım ister"),
    ("uk", LIMIT, "звернеться по допомогу"),
    ("pl", LIMIT, "zwróci się po pomoc"),
    ("ar", LIMIT, "يطلب مشرف الجلسة المساعدة"),
    ("ar", SILENT, "الرجاء"),
    ("ar", TAKE_BACK, "إلغاء"),
    ("uk", UNWANTED, "без твоєї згоди"),
    ("pl", UNWANTED, "bez twojej zgody"),
)
"""(language, Dutch text, what its translation holds)"""

NEVER = (
    ("tr", KEPT, "sakla", "reads as: we do not hide who wrote them"),
    ("tr", SILENT, "endi başına", "reads as: those who come alone"),
    ("tr", HOME, "güvende değilsen", "only when you yourself are not safe"),
    ("pl", HISTORY, "Nikt nie może", "reads as: is nobody able to see this?"),
    ("en", NOT_ABOUT_YOU, "This is not about you", "puts somebody down"),
    ("uk", NOT_ABOUT_YOU, "Це не про тебе", "puts somebody down"),
    ("pl", NOT_ABOUT_YOU, "Nie chodzi o ciebie", "puts somebody down"),
    ("tr", NOT_ABOUT_YOU, "Bu seninle ilgili değil", "puts somebody down"),
    ("ar", LEAVE, "اضغط", "speaks to boys only"),
    ("ar", HISTORY, "امسح", "speaks to boys only"),
)
"""(language, Dutch text, what its translation never says, why)"""


def translated(code, dutch):
    return languages.read(code, PHONE).get(dutch) or languages.read(code, languages.CONTENT).get(dutch)


def said(code, dutch):
    return translated(code, dutch).string


@pytest.mark.parametrize("code", CALL)
def test_the_line_for_danger_holds_the_verb_and_the_number(code):
    assert re.search(rf"{CALL[code]}\w*\W[^.؟?]*112|112\D*{CALL[code]}", said(code, DANGER))


@pytest.mark.parametrize("code", HERE)
@pytest.mark.parametrize("rule", [SILENT, SILENT_AND_HELP])
def test_the_rule_about_your_own_story_is_about_what_is_written_here(code, rule):
    assert re.search(HERE[code], said(code, rule).split(".")[0])


@pytest.mark.parametrize("code", HERE)
def test_that_rule_names_the_button_for_help(code):
    named = re.search("[«“„‘](.+?)[»”’]", said(code, SILENT_AND_HELP))
    assert named
    assert named[1] == said(code, "Hulp")


@pytest.mark.parametrize("code", HERE)
def test_how_to_leave_names_the_button(code):
    named = re.search("[«“„‘](.+?)[»”’]", said(code, LEAVE))
    assert named
    assert named[1] == said(code, "Snel weg")


@pytest.mark.parametrize("code", BROWSER)
def test_the_history_that_is_wiped_is_that_of_the_browser(code):
    assert BROWSER[code] in said(code, HISTORY)


@pytest.mark.parametrize(("code", "dutch", "part"), KEEPS)
def test_a_promise_keeps_the_words_that_make_it_one(code, dutch, part):
    assert part in said(code, dutch)


@pytest.mark.parametrize(("code", "dutch", "part", "why"), NEVER)
def test_a_text_never_turns_around(code, dutch, part, why):
    assert part not in said(code, dutch), why


def test_arabic_asks_girls_and_boys():
    """An order is for one boy: `الرجاء` with a verbal noun is for everybody."""
    order = re.compile(r"\b(اضغط|اختر|املأ|اقرأ|استمع|احذف|انتظر|حاول|امسح|اكتب|انظر|تحقّ?ق)\b")
    found = [
        form
        for domain in languages.DOMAINS
        for message in languages.read("ar", domain)
        for form in ([message.string] if isinstance(message.string, str) else message.string)
        if order.search(form)
    ]
    assert found == []
