"""Everything that people type into has a limit, which the page tells before it is too late."""

import re

from workshop.settings import ROOT

FIELD = re.compile(r"<(input|textarea)\b((?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>", re.DOTALL)
TYPED = ("text", "search", "email", "password", "tel", "url")
NOT_TYPED = ("readonly", "hidden", 'inputmode="numeric"')
"""Only shown, or a number whose size is checked where it is read."""
OF_AN_EDITOR = "_attributes("
"""A field of the dossier (record/editors) saves itself, and says at once how much is too long: what somebody
pastes is never cut off. `test_every_editor_says_what_is_too_long` reads them all."""


def without_a_limit(html):
    for tag, attributes in FIELD.findall(html):
        kind = re.search(r'\btype="?(\w+)', attributes)
        is_typed = tag == "textarea" or kind is None or kind[1] in TYPED
        fine = ("maxlength=", OF_AN_EDITOR, *NOT_TYPED)
        if is_typed and "name=" in attributes and not any(word in attributes for word in fine):
            yield " ".join(attributes.split())


def test_what_is_typed_has_a_limit():
    files = sorted((ROOT / "templates").rglob("*.html"))
    assert sum(len(FIELD.findall(file.read_text())) for file in files) > 100
    assert [(file.name, field) for file in files for field in without_a_limit(file.read_text())] == []


def test_a_field_without_a_limit_would_be_found():
    for html in (
        "<input name=naam>",
        '<textarea name="a" class="x"></textarea>',
        '<input type="search" name="q">',
    ):
        assert len(list(without_a_limit(html))) == 1
