"""What a phone finds in the HTML that it receives: the current step, and the forms it may send."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement, document_fromstring

KINDS = {"button": "radio"}
"""One of several buttons that send a form is a choice."""
STEP, STATE, MINE = REGIONS = "stap", "stand", "mijn"


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
    found = FrameContents()
    for part in document_fromstring(f"<html>{html}").iter("*"):
        found.stream = part.get("hx-ws:connect", found.stream)
        if part.tag == "form":
            found.forms.append(_form(part))
        elif part.tag == "h1" and _region(part):
            found.question = " ".join(filter(None, (found.question, *map(str.strip, part.xpath("text()")))))
        if part.get("id") in REGIONS:
            _note(part, found)
    return found


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


def _note(part: HtmlElement, found: FrameContents) -> None:
    """Notes a block of the scene."""
    name = part.get("id")
    found.regions.add(name)
    if name == STEP:
        found.step = part.get("data-step", "")
    elif name == STATE:
        found.locked = "data-locked" in part.attrib
    else:
        found.returning = "data-returning" in part.attrib


def _region(part: HtmlElement) -> str:
    """Returns the id of the innermost block of the scene around it; empty outside them."""
    return next((around.get("id") for around in part.iterancestors() if around.get("id") in REGIONS), "")


def _form(part: HtmlElement) -> Form:
    form = Form(
        part.get("action", ""),
        part.get("data-contribution", ""),
        _region(part),
        int(next(iter(part.xpath(".//@data-dots-max")), 0)),
    )
    for control in part.iter("input", "textarea", "select", "button"):
        if control.get("name"):
            _add(form, control)
    return form


def _add(form: Form, control: HtmlElement) -> None:
    name = control.get("name")
    kind = control.get("type", "text") if control.tag == "input" else KINDS.get(control.tag, control.tag)
    known = form.fields.setdefault(name, FormField(name, kind))
    known.required = known.required or "required" in control.attrib
    known.longest = int(control.get("maxlength") or known.longest)
    if control.tag in ("input", "button") and "value" in control.attrib:
        known.values.append(control.get("value"))
    known.values += filter(None, (option.get("value") for option in control.iter("option")))
