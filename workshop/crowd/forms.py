"""What a phone finds in the HTML that it receives: the current step, and the forms it may send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

STEP, STATE, MINE = "stap", "stand", "mijn"
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
Attributes = dict[str, str]


@dataclass
class FormField:
    """One name of a form. `values` are what a radio, checkbox, list or hidden field may send."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    longest: int = 280
    required: bool = False


@dataclass
class Form:
    action: str
    contribution: str
    """What the page calls it: `kaart`, `stippen`; empty for a form that is no contribution."""
    region: str
    most: int = 0
    """How many boxes may be ticked; 0 for a form without such a limit."""
    fields: dict[str, FormField] = field(default_factory=dict)


@dataclass
class FrameContents:
    """What one answer or frame holds. `step` is None when it brings only a part of the scene."""

    step: str | None = None
    question: str = ""
    regions: set[str] = field(default_factory=set)
    locked: bool = False
    returning: bool = False
    """The phone's own part is a placeholder: the phone asks for it itself."""
    stream: str = ""
    forms: list[Form] = field(default_factory=list)


def read(html: str) -> FrameContents:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class Scene:
    """What one phone shows now."""

    def __init__(self) -> None:
        self.step = ""
        self.question = ""
        self.locked = False
        self.forms: list[Form] = []

    def take(self, html: str) -> FrameContents:
        """Takes over what arrived, as the page does: a whole step, or a part of it. Returns what was found in
        it."""
        found = read(html)
        if found.step is not None:
            self.step, self.question, self.forms = found.step, found.question, found.forms
        elif MINE in found.regions:
            self.forms = [form for form in self.forms if form.region != MINE]
            self.forms += [form for form in found.forms if form.region == MINE]
        if STATE in found.regions:
            self.locked = found.locked
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = FrameContents()
        self._open: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._field: FormField | None = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ignores `<use …/>`: it opens nothing."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, given.get("id", "")))
        self._note(given)
        if tag == "form":
            self._form = _form(given, self._region())
            self.found.forms.append(self._form)
        elif tag in ("input", "textarea", "select") and self._form and given.get("name"):
            self._field = _add(self._form, tag, given)
        elif tag == "option" and self._field and given.get("value"):
            self._field.values.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = self._field = None
        if any(tag == other for other, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "h1" and self._region():
            self.found.question = f"{self.found.question} {data.strip()}".strip()

    def _note(self, given: Attributes) -> None:
        self.found.stream = given.get("hx-ws:connect", self.found.stream)
        name = given.get("id")
        if name not in (STEP, STATE, MINE):
            return
        self.found.regions.add(name)
        if name == STEP:
            self.found.step = given.get("data-step", "")
        elif name == STATE:
            self.found.locked = "data-locked" in given
        else:
            self.found.returning = "data-returning" in given

    def _region(self) -> str:
        """Returns the id of the innermost block of the scene that is open; empty outside them."""
        return next((name for _, name in reversed(self._open) if name in (STEP, STATE, MINE)), "")


def _form(given: Attributes, region: str) -> Form:
    most = int(given.get("data-dots-max") or 0)
    return Form(given.get("action", ""), given.get("data-contribution", ""), region, most)


def _add(form: Form, tag: str, given: Attributes) -> FormField:
    kind = given.get("type", "text") if tag == "input" else tag
    known = form.fields.setdefault(given["name"], FormField(given["name"], kind))
    known.required = known.required or "required" in given
    known.longest = int(given.get("maxlength") or known.longest)
    if tag == "input" and "value" in given:
        known.values.append(given["value"])
    return known
