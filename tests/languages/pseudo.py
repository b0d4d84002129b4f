"""A language that marks what is translated, and a reader that finds what is not."""

import calendar
import re
from html.parser import HTMLParser

from workshop import languages, render, translating
from workshop.languages import scripts
from workshop.safety import helplines
from workshop.translation_check import VALUE

OPEN, CLOSE = "⟦", "⟧"
CODE = "en"
"""The language that it stands in for."""
READ = ("aria-label", "title", "placeholder", "alt")
READ += ("data-text", "data-label", "data-contribution", "data-page")
NOT_READ = {"script", "style", "svg"}
OF_A_PERSON = {"bdi", "textarea"}
ADDRESSES = {"kl-address", "kl-lines-site"}
VOID = {"input", "br", "meta", "link", "img", "hr"}
HELP = "|".join(re.escape(line.name) for line in helplines.load())
MONTHS = "|".join(calendar.month_name[1:])
NAMES = re.compile(rf"Kompas Live|https?://\S+|\b\d-[A-C]\b|{MONTHS}|{HELP}")


class Pseudo:
    """Knows the texts that translators get, and no others."""

    unchecked = 1

    def __init__(self, library):
        known = translating.texts(library)
        self.known = {domain: {(text.dutch, text.meaning) for text in its} for domain, its in known.items()}

    def text(self, dutch, meaning=""):
        return self._marked(languages.PHONE, dutch, meaning)

    def content(self, dutch, meaning=""):
        return self._marked(languages.CONTENT, dutch, meaning)

    def counted(self, one, more, count):
        return (self.text(one) and marked(one if count == 1 else more)) or one

    def _marked(self, domain, dutch, meaning):
        return marked(dutch) if {(dutch, meaning), (dutch, "")} & self.known[domain] else None


def marked(dutch):
    """The values in it are not: each has to be translated itself."""
    return f"{OPEN}{VALUE.sub(lambda found: CLOSE + found[0] + OPEN, dutch)}{CLOSE}"


def stand_in(monkeypatch, catalogue):
    """Lets this take the place of a language, also where texts are remembered."""
    monkeypatch.setitem(languages.catalogues(), CODE, catalogue)
    for place, name in ((scripts, "words"), (render, "_plain")):
        monkeypatch.setattr(place, name, getattr(place, name).__wrapped__)


class Unmarked(HTMLParser):
    """Collects letters that somebody reads and that are neither translated, nor said to be Dutch, nor of a
    person (`<bdi>`). With `names` nothing may be Dutch but these."""

    def __init__(self, names=None):
        super().__init__()
        self.names = names
        self.found = []
        self.around = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        own = tag in OF_A_PERSON or given.get("dir") == "auto" or ("lang" in given and tag != "html")
        own = own and not (self.names is not None and given.get("lang") == "nl")
        own = own or tag in NOT_READ or bool(ADDRESSES & set((given.get("class") or "").split()))
        if not own and not any(self.around):
            said = {name: plain(given[name] or "") for name in READ if name in given}
            self.found += [f"{name}: {given[name]}" for name, words in said.items() if letters(words)]
        if tag not in VOID:
            self.around.append(own)

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.around.pop()

    def handle_data(self, data):
        outside = ""
        for character in data:
            self.depth += (character == OPEN) - (character == CLOSE)
            if self.depth == 0 and character != CLOSE:
                outside += character
        named = outside.strip() in (self.names or ())
        if not any(self.around) and not named and letters(NAMES.sub("", outside)):
            self.found.append(outside.strip())


def unmarked(html, names=None):
    reader = Unmarked(names)
    reader.feed(html)
    assert reader.depth == 0
    return reader.found


def plain(words):
    """Without what is translated."""
    while words != (words := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", words)):
        pass
    return NAMES.sub("", words)


def letters(words):
    return any(character.isalpha() for character in words)
