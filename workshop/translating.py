"""Texts of phones and their translations: which there are, what is missing, and the PO files that hold them.

Texts are found by the extractors of Babel in templates and Python, in the scripts, in the help lines and in
the worksheets that are asked in other languages. So none can be forgotten.
"""

from __future__ import annotations

import functools
import gettext
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from workshop import kinds
from workshop.content.library import Library
from workshop.content.worksheets import ScriptActivity
from workshop.languages import CONTENT, DOMAINS, FOLDER, LANGUAGES, OTHERS, PHONE, file_of, read, scripts
from workshop.safety import helplines
from workshop.settings import ROOT
from workshop.text import plural
from workshop.translation_check import differences, is_label, stamp, unbroken

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "Sentence": None,
    "N_": {1: (1,), 2: (1, (2, "c"))},
    "counted": (1, 2),
}
WORKSHEETS = ("1-A", "3-A", "5")
"""Worksheets whose whole script is translated; of others the short titles are, and the kinds that say so."""
MEANINGS = {"Organisatie": {"", "thema"}}
"""Dutch text that means more than one thing -> its meanings. Each has a translation of its own."""
_NUMBERS, _EXAMPLES = 200, 3
_NAMED = 3
"""How many of the missing texts are named."""
_PROMISES = (
    "templates/_phone.html",
    "templates/phone/_rules.html",
    "templates/phone/_warning.html",
    "workshop/safety/helplines/helplines.toml",
)
"""Files that say what we promise, where help is and how to leave fast."""
_PROMISED = re.compile(
    r"\b(Niemand|ziet niemand|meegemaakt|namen|naam|over jezelf|[Aa]lleen de begeleider|Stoppen mag)\b"
)
"""Words by which a promise in any other file is known."""


class Text(NamedTuple):
    """One Dutch text; `more` is its form for more than one."""

    dutch: str
    more: str
    file: str
    line: int
    meaning: str = ""
    """Which of its meanings, for a text that has more (`MEANINGS`). PO files call it context."""

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.dutch, self.more) if self.more else self.dutch

    @property
    def is_promise(self) -> bool:
        """Whether it does harm when its translation says something else."""
        return self.file in _PROMISES or bool(_PROMISED.search(self.dutch))


class Progress(NamedTuple):
    """How much of a language is translated."""

    code: str
    texts: int
    missing: int
    unchecked: int


class Translation(NamedTuple):
    """One text in a language: one form, or one for each of its plurals with numbers that have it."""

    text: Text
    forms: list[tuple[str, str]]
    """Words and, for a plural, numbers: `("%(num)s stip", "1, 21, 31")`."""
    checked: bool

    @property
    def missing(self) -> bool:
        return not all(words for words, _ in self.forms)


def texts(library: Library) -> dict[str, list[Text]]:
    """Lists every text of each domain (`PHONE`, `CONTENT`), once, where it is found first."""
    said = [*_of_templates(), *_of_python(), *_of_scripts(), *_of_helplines()]
    return {PHONE: _once(said), CONTENT: _once(_of_worksheets(library))}


def missing(library: Library) -> list[str]:
    """Lists a Dutch sentence for every language that has no translation of some texts, and names the
    first."""
    found: dict[str, list[str]] = {}
    for code, _, text, message in _pairs(library):
        if message is None or not _is_whole(message):
            found.setdefault(code, []).append(f"‘{text.dutch}’")
    return [
        f"{code}: nog niet (helemaal) vertaald, {plural(len(all_), 'tekst', 'teksten')}: "
        + ", ".join(all_[:_NAMED])
        + (" …" if len(all_) > _NAMED else "")
        for code, all_ in found.items()
    ]


def problems(library: Library) -> list[str]:
    """Lists what is wrong with what is translated, as Dutch sentences: a text that is no longer there, a new
    one that the file does not know yet, another number or button than in Dutch, a promise that nobody
    compared with the Dutch of now."""
    found = []
    every = texts(library)
    found += _confused(text for all_ in every.values() for text in all_)
    wanted = {domain: {(text.id, text.meaning) for text in all_} for domain, all_ in every.items()}
    for code in OTHERS:
        for domain in DOMAINS:
            for message in read(code, domain):
                if message.id and _key(message) not in wanted[domain]:
                    found.append(f"{_name(code, domain)}: deze tekst is er niet meer: {_first(message)}")
    labels = _labels(library)
    for code, domain, text, message in _pairs(library):
        if message is None:
            found.append(
                f"{_name(code, domain)}: werk dit bestand bij, deze tekst staat er niet in: {text.dutch}"
            )
        else:
            found += (f"{_name(code, domain)}: {said}" for said in _wrong(text, message, labels[code]))
    return found


def progress(library: Library) -> list[Progress]:
    """Counts for each language its texts, how many are missing, and how many nobody checked."""
    found = {code: Progress(code, 0, 0, 0) for code in OTHERS}
    for code, _, _, message in _pairs(library):
        whole = message is not None and _is_whole(message)
        _, every, gone, unchecked = found[code]
        found[code] = Progress(
            code, every + 1, gone + (not whole), unchecked + bool(whole and message and message.fuzzy)
        )
    return list(found.values())


def translations(library: Library, code: str) -> list[Translation]:
    """Lists every text in one language: first what is missing, then what nobody checked."""
    found = []
    for _, domain, text, message in _pairs(library, (code,)):
        forms = message.string if message and message.string else ""
        if isinstance(forms, (tuple, list)):
            told = list(zip(forms, _numbers(read(code, domain).plural_expr, len(forms)), strict=True))
        else:
            told = [(forms, "")]
        found.append(Translation(text, told, bool(message and not message.fuzzy)))
    return sorted(found, key=lambda one: (not one.missing, one.checked))


def update(library: Library) -> None:
    """Brings the PO files up to date: new texts are added without a translation, old ones are removed, and
    what was translated stays."""
    for domain, wanted in texts(library).items():
        template = Catalog(domain=domain, charset="utf-8")
        for text in wanted:
            template.add(
                text.id,
                locations=[(text.file, text.line)],
                flags=_flags(text),
                context=text.meaning or None,
            )
        for code in OTHERS:
            catalog = read(code, domain) if file_of(code, domain).exists() else _new(code, domain)
            made = catalog.creation_date
            catalog.update(template, no_fuzzy_matching=True)
            catalog.creation_date = made  # else every file changes each time
            catalog.obsolete.clear()
            _write(catalog, code, domain)


# --- where texts stand ---


def _of_templates() -> Iterator[Text]:
    for file in sorted((ROOT / "templates").rglob("*.html")):
        yield from _extracted("jinja2.ext:babel_extract", file, newstyle_gettext="true", silent="false")


def _of_python() -> Iterator[Text]:
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        if file.parent != FOLDER and file != Path(__file__):
            yield from _extracted("python", file)


def _extracted(method: str, file: Path, **options: str) -> list[Text]:
    return _extracted_once(method, file, file.stat().st_mtime_ns, tuple(options.items()))


@functools.cache
def _extracted_once(method: str, file: Path, _at: int, options: tuple[tuple[str, str], ...]) -> list[Text]:
    """Reads a file once for as long as it does not change: its texts are asked for again and again."""
    path = file.relative_to(ROOT).as_posix()
    found = []
    for line, id, _, meaning in extract_from_file(method, file, keywords=KEYWORDS, options=dict(options)):
        dutch, more = id if isinstance(id, tuple) else (id, "")
        if dutch:
            found.append(Text(dutch, more, path, line, meaning or ""))
    return found


def _of_scripts() -> Iterator[Text]:
    for said in scripts.said():
        yield Text(said.dutch, said.more, f"static/js/{said.file}", said.line)


def _of_helplines() -> Iterator[Text]:
    """Yields the texts of the help lines. A name stays as it is in every language, unless it is a
    question."""
    path = helplines.FILE.relative_to(ROOT).as_posix()
    for line in helplines.load():
        names = [line.name] if line.name.endswith("?") else []
        yield from (Text(words, "", path, 0) for words in (*names, line.what, line.when) if words)


def _of_worksheets(library: Library) -> Iterator[Text]:
    for worksheet in library.worksheets:
        path = f"sessions/{worksheet.slug}.toml"
        for title in (worksheet.short_title.general, worksheet.short_title.youth):
            yield Text(title, "", path, 0)
        for activity in worksheet.script:
            kind = kinds.get(activity.kind)
            if worksheet.id in WORKSHEETS or getattr(kind, "in_every_language", False):
                yield from (Text(words, "", path, 0) for words in _asked(activity) if words)
                for words, meaning in kinds.translated(kind, activity.settings):
                    yield Text(words, "", path, 0, meaning)


def _asked(activity: ScriptActivity) -> Iterator[str]:
    """Yields what phones read of every step. Of a step for partners too: a participant may read another
    language."""
    yield from (activity.title, activity.question, activity.help)
    if activity.youth:
        yield from (activity.youth.title, activity.youth.question, activity.youth.help)


# --- PO files ---


def _once(found: Iterable[Text]) -> list[Text]:
    first: dict[tuple[str, str], Text] = {}
    for text in found:
        first.setdefault((text.dutch, text.meaning), text)
    return list(first.values())


def _pairs(
    library: Library, codes: Iterable[str] = OTHERS
) -> Iterator[tuple[str, str, Text, Message | None]]:
    wanted = texts(library)
    for code in codes:
        for domain in DOMAINS:
            catalog = read(code, domain)
            for text in wanted[domain]:
                yield code, domain, text, catalog.get(text.dutch, text.meaning or None)


def _is_whole(message: Message) -> bool:
    """Says whether it has every form that its language needs."""
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def _numbers(rule: str, forms: int) -> list[str]:
    """Lists for each plural form the first numbers that have it, as `1, 21, 31`."""
    form_of = gettext.c2py(rule)
    found = [[number for number in range(_NUMBERS) if form_of(number) == form] for form in range(forms)]
    return [", ".join(map(str, numbers[:_EXAMPLES])) for numbers in found]


def _confused(found: Iterable[Text]) -> Iterator[str]:
    """Yields a sentence for each text of `MEANINGS` that does not say everywhere which meaning it has."""
    meanings: dict[str, set[str]] = {}
    for text in found:
        meanings.setdefault(text.dutch, set()).add(text.meaning)
    for dutch, wanted in MEANINGS.items():
        if meanings.get(dutch, set()) != wanted:
            named = ", ".join(sorted(wanted - {""}))
            yield f"‘{dutch}’ betekent meer dan één ding. Zeg overal welk (zonder iets, of {named})."


def _labels(library: Library) -> dict[str, dict[str, str]]:
    """Returns for each language what the Dutch words of buttons are in it."""
    found: dict[str, dict[str, str]] = {code: {} for code in OTHERS}
    for code, _, text, message in _pairs(library):
        if message and isinstance(message.string, str) and message.string and is_label(text.dutch):
            found[code].setdefault(text.dutch, unbroken(message.string))
    return found


def _wrong(text: Text, message: Message, labels: Mapping[str, str]) -> Iterator[str]:
    """Yields what is wrong with one translation. The form for one may leave out its number."""
    spare = ("num", "count") if text.more else ()
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    for form in filter(None, forms):
        yield from differences(text.more or text.dutch, form, labels, spare)
    noted = stamp(text.dutch)
    if text.is_promise and _is_whole(message) and noted not in message.user_comments:
        yield (
            f"deze belofte is nieuw of veranderd: {text.dutch} "
            f"Lees de vertaling na en zet er deze regel boven: # {noted}"
        )


def _key(message: Message) -> Any:
    id = tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
    return id, message.context or ""


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _name(code: str, domain: str) -> str:
    return f"{code}/{domain}.po"


def _flags(text: Text) -> set[str]:
    return {"python-format"} if "%(" in text.dutch else set()


def _new(code: str, domain: str) -> Catalog:
    return Catalog(
        locale=code,
        domain=domain,
        project="Kompas Live",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team=LANGUAGES[code].name,
        charset="utf-8",
        fuzzy=False,
    )


def _write(catalog: Catalog, code: str, domain: str) -> None:
    catalog.header_comment = f"# Kompas Live: {LANGUAGES[code].name}, {domain}"
    catalog.fuzzy = False
    file = file_of(code, domain)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        # Without line numbers: they change with each line above a text, and two branches then disagree.
        write_po(out, catalog, width=0, sort_by_file=True, include_lineno=False)
