"""A template is laid out for who reads it, and what people load is not longer for it."""

import re

from workshop.render import Renderer
from workshop.settings import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST = 120
"""So a wide screen shows both versions of a line beside each other. Documents have this width too."""


def test_every_line_of_a_template_is_short_enough_for_a_diff():
    long = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in TEMPLATES
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert long == []


def test_the_layout_of_a_template_does_not_reach_a_browser():
    environment = Renderer(asset=str).environment
    template = environment.from_string(
        """\
<ul>
  {% for word in words %}
    <li class="one"
        title="two"
        {%- if loop.first %} id="first"{% endif %}>
      There is
      {{ word }}
      <b>in
      this</b>
    </li>
  {% endfor %}
</ul>
"""
    )
    assert template.render(words=["  a\n  b"]) == (
        '<ul>\n<li class="one" title="two" id="first"> There is   a\n  b <b>in this</b>\n</li>\n</ul>'
    )


def test_what_keeps_its_white_space_has_no_line_breaks_of_a_template():
    kept = re.compile(r"</(textarea|pre)>")
    for file in TEMPLATES:
        text = re.sub(r"\s*\{\{-(?:(?!\}\}).)*-\}\}\s*|\{\{.*?\}\}", "", file.read_text(), flags=re.DOTALL)
        for match in kept.finditer(text):
            assert text[: match.start()].endswith(">"), (file.name, match.start())
