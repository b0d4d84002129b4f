"""Fills in the forms of a page as somebody with a browser does: the plain post of what is in it."""

from lxml.html import document_fromstring

WORDS = "Meer licht op het plein"


def forms_to(html, start):
    """The forms of a page whose address begins so, in the order of the page."""
    found = document_fromstring(html).forms
    return [form for form in found if (form.get("action") or "").startswith(start)]


def filled(form, words=WORDS, turn=0):
    """The values of a form with something in every field: of each choice the first, or one further for each
    `turn`; so too of buttons that say something."""
    places = 0
    for field in form.inputs:
        kind = field.get("type", "text" if field.tag == "input" else field.tag)
        if kind == "radio":
            options = [one.get("value") for one in form.xpath(f'.//input[@name="{field.name}"]')]
            form.fields[field.name] = options[turn % len(options)]
        elif kind == "checkbox" and not any(box.checked for box in form.xpath('.//input[@type="checkbox"]')):
            field.checked = True
        elif field.tag == "select":
            options = [value for value in field.value_options if value]
            field.value, places = options[places], places + 1
        elif kind in ("text", "textarea") and not field.value:
            field.value = words
    values = list(form.form_values())
    if buttons := form.xpath(".//button[@name]"):
        pressed = buttons[turn % len(buttons)]
        values.append((pressed.get("name"), pressed.get("value")))
    return {name: [value for other, value in values if other == name] for name, _ in values}
