"""A template is laid out for who reads it, and what people load is not longer for it."""

import re

from workshop.render import Renderer
from workshop.settings import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_of_indentation_nothing_reaches_a_browser():
    environment = Renderer(asset=str).environment
    template = environment.from_string(
        """\
<ul>
  {% for word in words %}
    <li class="one"
        {%- if loop.first %} id="first"{% endif %}>
      {{ word }} and
      more
    </li>
  {% endfor %}
</ul>
"""
    )
    assert template.render(words=["  a\n  b"]) == (
        '<ul>\n<li class="one" id="first">\n  a\n  b and\nmore\n</li>\n</ul>'
    )


def test_what_keeps_its_white_space_has_no_line_breaks_of_a_template():
    kept = re.compile(r"<(textarea|pre)\b.*?>(.*?)</\1>", re.DOTALL)
    for file in TEMPLATES:
        for match in kept.finditer(file.read_text()):
            assert "\n" not in re.sub(r"\{\{.*?\}\}", "", match[2], flags=re.DOTALL), (file.name, match[0])
