"""Languages of the phone: translations of Dutch texts, and the language in which something is drawn now.

Dutch texts are the keys. `phone` holds the app's own texts, `content` those that scripts ask; both are
PO files, for people who translate. A text without a translation stays Dutch. What a person wrote is
never looked up.
"""

from __future__ import annotations

import contextlib
import gettext
import io
from collections.abc import Generator, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
DUTCH = "nl"
DOMAINS = PHONE, CONTENT = "phone", "content"


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    """Its name in the language itself."""
    dutch: str
    rtl: bool = False
    starts: bool = True
    """Whether a phone that is set to this language starts in it. English is often how a phone was sold, not
    what its owner reads best."""


LANGUAGES = {
    language.code: language
    for language in (
        Language(DUTCH, "Nederlands", "Nederlands"),
        Language("en", "English", "Engels", starts=False),
        Language("ar", "العربية", "Arabisch", rtl=True),
        Language("tr", "Türkçe", "Turks"),
        Language("uk", "Українська", "Oekraïens"),
        Language("pl", "Polski", "Pools"),
    )
}
OTHERS = tuple(code for code in LANGUAGES if code != DUTCH)

_spoken: ContextVar[str] = ContextVar("language", default=DUTCH)


class Sentence(str):
    """A Dutch sentence that can be said in another language later, where it is shown.

    It is the Dutch text itself, so that rules can raise it without knowing who reads. `str()` of an error
    that holds it gives it back whole.
    """

    template: str
    values: Mapping[str, Any]
    more: str
    number: int | None

    def __new__(cls, template: str, /, **values: Any) -> Sentence:
        """Makes a sentence of `template`, with `%(name)s` for each value."""
        return cls._made(template, "", None, values)

    @classmethod
    def _made(cls, template: str, more: str, count: int | None, values: Mapping[str, Any]) -> Sentence:
        dutch = template if count in (None, 1) else more
        made = super().__new__(cls, dutch % values)
        made.template, made.values, made.more, made.number = template, values, more, count
        return made

    def __str__(self) -> str:
        return self  # the plain text would lose its template

    @property
    def dutch(self) -> str:
        """The plain Dutch text."""
        return str.__str__(self)

    def said(self) -> str:
        """Returns the sentence in the language that is spoken now."""
        if spoken() == DUTCH:
            return self.dutch
        values = {name: said(value) for name, value in self.values.items()}
        if self.number is not None:
            return counted_text(self.template, self.more, self.number) % values
        return text(self.template) % values


class Choices(Sentence):
    """`zorg, wens of kans`: labels that a sentence names, in the words of a language where that has them."""

    labels: tuple[str, ...]

    def __new__(cls, labels: Iterable[str], joint: str) -> Choices:
        every = tuple(labels)
        made = str.__new__(cls, joint.join(label.lower() for label in every))
        made.labels = every
        return made

    def said(self) -> str:
        if spoken() == DUTCH:
            return self.dutch
        return comma().join(told(label) or label for label in self.labels)


def counted(one: str, more: str, num: int, /, **values: Any) -> Sentence:
    """Makes a sentence with a number in it, `%(num)s`: every language has its own forms of the
    words beside it."""
    return Sentence._made(one, more, num, {"num": num, **values})


def N_(dutch: str, _meaning: str = "") -> str:
    """Marks a word that stands in a list and is translated where it is shown.

    A word that means different things in different lists gives its meaning; `told` asks for that too.
    """
    return dutch


def said(value: Any) -> Any:
    """Returns a sentence in the language that is spoken now; anything else as it is."""
    return value.said() if isinstance(value, Sentence) else value


# --- which language ---


def spoken() -> str:
    """Returns the code of the language in which is drawn now."""
    return _spoken.get()


@contextlib.contextmanager
def speaking(code: str) -> Generator[None]:
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


def chosen(cookie: str | None, accepted: str = "") -> str:
    """Returns the language of a phone: what its owner chose, else what it is set to, else Dutch.

    `accepted` is the header Accept-Language. A value that is none of ours counts as no choice.
    """
    if cookie in LANGUAGES:
        return cookie
    for wish in _wishes(accepted):
        if wish == DUTCH or (wish in LANGUAGES and LANGUAGES[wish].starts):
            return wish
    return DUTCH


def _wishes(accepted: str) -> list[str]:
    """Returns the languages of the header, the most wanted first."""
    found = []
    for part in accepted[:200].split(","):
        name, _, weight = part.partition(";")
        try:
            weighed = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if weighed > 0:
            found.append((-weighed, name.strip().lower().split("-")[0]))
    return [name for _, name in sorted(found, key=lambda wish: wish[0])]


# --- what it says ---


def comma() -> str:
    """Returns what stands between the things of a list."""
    return "، " if LANGUAGES[spoken()].rtl else ", "


class Catalogue:
    """The translations to one language, of both domains."""

    def __init__(self, phone: Catalog, content: Catalog) -> None:
        self._texts = {PHONE: _texts(phone), CONTENT: _texts(content)}
        file = io.BytesIO()
        write_mo(file, phone, use_fuzzy=True)
        file.seek(0)
        self._forms = gettext.GNUTranslations(file)
        self.locale = phone.locale
        self.unchecked = sum(message.fuzzy for domain in (phone, content) for message in domain if message.id)

    def text(self, dutch: str, meaning: str = "") -> str | None:
        """Returns the translation of one of the app's own texts; None where nobody translated it."""
        return self._meant(PHONE, dutch, meaning)

    def content(self, dutch: str, meaning: str = "") -> str | None:
        return self._meant(CONTENT, dutch, meaning)

    def counted(self, one: str, more: str, count: int) -> str:
        return self._forms.ngettext(one, more, count)

    def _meant(self, domain: str, dutch: str, meaning: str) -> str | None:
        texts = self._texts[domain]
        return texts.get((dutch, meaning)) or texts.get((dutch, ""))


@cache
def catalogues() -> dict[str, Catalogue]:
    """Reads the other languages, once."""
    return {code: Catalogue(read(code, PHONE), read(code, CONTENT)) for code in OTHERS}


def file_of(code: str, domain: str) -> Path:
    return FOLDER / code / f"{domain}.po"


def read(code: str, domain: str) -> Catalog:
    with file_of(code, domain).open("rb") as file:
        return read_po(file, locale=code, domain=domain)


def text(dutch: str) -> str:
    """Returns one of the app's own texts in the language that is spoken now; Dutch where
    nobody translated it."""
    code = spoken()
    return dutch if code == DUTCH else catalogues()[code].text(dutch) or dutch


def counted_text(one: str, more: str, count: int) -> str:
    """Returns the form for this number, in the language that is spoken now."""
    code = spoken()
    if code == DUTCH:
        return one if count == 1 else more
    return catalogues()[code].counted(one, more, count)


def told(dutch: str, meaning: str = "") -> str | None:
    """Returns a text of a script or a list in the language that is spoken now; None where that
    has no translation.

    With a `meaning` it is the translation for that meaning, or else the general one.
    """
    code = spoken()
    if code == DUTCH:
        return dutch
    catalogue = catalogues()[code]
    return catalogue.content(dutch, meaning) or catalogue.text(dutch, meaning)


def _texts(catalog: Catalog) -> dict[tuple[str, str], str]:
    """Returns (Dutch, meaning) -> translation."""
    single = (message for message in catalog if isinstance(message.id, str) and message.id)
    return {
        (str(message.id), message.context or ""): str(message.string) for message in single if message.string
    }
