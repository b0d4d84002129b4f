"""What documents claim about the code is so."""

import re
from pathlib import Path

import pytest

from workshop.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def test_every_setting_is_explained_and_no_other():
    explained = set(re.findall(rf"{PREFIX}[A-Z_]+", (ROOT / "docs" / "operating.md").read_text()))
    assert explained == {PREFIX + name.upper() for name in Settings.__struct_fields__}


@pytest.mark.parametrize(
    "name", [n for n in Settings.__struct_fields__ if isinstance(getattr(Settings(), n), int)]
)
def test_a_default_that_is_a_number_is_the_one_in_the_document(name):
    rows = [
        line for line in (ROOT / "docs" / "operating.md").read_text().splitlines() if line.startswith("|")
    ]
    row = next(line for line in rows if f"`{PREFIX}{name.upper()}`" in line)
    assert str(getattr(Settings(), name)) in re.findall(r"\d+", row.split("|")[2])


@each_document
def test_a_link_leads_to_a_file(document):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target


@each_document
def test_a_test_that_is_named_exists(document):
    named = set(re.findall(r"`(test_\w+)`", document.read_text()))
    there = {
        n for file in ROOT.glob("tests/**/*.py") for n in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert named <= there


def test_every_shape_of_a_card_is_where_the_document_says():
    section = (ROOT / "docs" / "architecture.md").read_text().partition("### Shapes of a card")[2]
    shapes = re.findall(
        r"^\| `(\w+)` \| `([\w/.]+)` \| .{10,} \|$", section.partition("\n## ")[0], re.MULTILINE
    )
    assert len(shapes) > 10
    for name, path in shapes:
        assert re.search(rf"^(class {name}\b|{name} = )", (ROOT / path).read_text(), re.MULTILINE), name


@each_document
def test_a_file_that_is_named_exists(document):
    text = document.read_text()
    made = set(re.findall(r"^Make `([^`]+)`:", text, re.MULTILINE))  # by whoever follows it
    for path in re.findall(r"`((?:workshop|tests|docs|templates|static|\.ci)/[\w./-]+)`", text):
        assert path in made or (ROOT / path).exists(), path
