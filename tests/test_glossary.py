"""One word for one thing: a word that the glossary no longer wants does not come back in what people read.

Only words that mean nothing else here. What needs a person to judge stands in
docs/decisions/0024-the-dutch-copy-edit.md.
"""

import ast
import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NO_TEXT_OF_OURS = ("safety", "demo", "crowd", "migrations", "phrases.py", "readability.py")
"""Words to look for, and words of invented people."""

WORDS = {
    "deze Kompas Live": r"\b[Ii]nstallatie\b",
    "sessie": r"\blive sessies?\b",
    "bewaren": r"\b[Oo]pgeslagen[ .]|\b[Ss]la (?:hem |je )?op\b|\bom op te slaan\b",
    "hooguit": r"\bhoogstens\b",
    "mag je overslaan": r"\bmag leeg\b",
    "regie": r"\b(?:heeft|[Nn]eem) het stuur\b|\bregiepagina\b",
    "binnenlaten": r"\b[Dd]oe de deur\b|\b[Dd]e deur is (?:open|dicht)\b|\bDeur dicht\b",
    "functie": r"\borganisatie of (?:een )?rol\b",
    "alle anderen": r"\b[Oo]verige mensen\b",
    "laten zien": r"\bToon\b",
    "inloggen": r"\b[Mm]eld je (?:eerst )?aan\b",
    "grootste verschil": r"\bMeeste verschil\b",
    "stapel": r"\bMaak (?:een )?groep\b|\bHef de groep op\b|\bnaam van een groepje\b|\bgroepjes? kaarten\b",
    "partner": r"\b(?:andere|alle|de|een) partij(?:en)?\b",
    "status": r"\bVerander de stand\b|\bmet de stand\b",
    "koppeling": r"\b[Dd](?:e|ie) band\b",
}
"""The word to use -> what stood there before."""


@functools.cache
def read_by_people():
    """(file, text) of every Dutch text that stands in the sources, without comments."""
    found = [(file, _template(file)) for file in sorted(ROOT.glob("templates/**/*.html"))]
    found += [(file, _without_comments(file, "//")) for file in sorted(ROOT.glob("static/js/**/*.js"))]
    found += [(file, _without_comments(file, "#")) for file in sorted(ROOT.glob("sessions/*.toml"))]
    found += [(file, _strings(file)) for file in sorted(ROOT.glob("workshop/**/*.py")) if _is_ours(file)]
    for name in ("for-parents-and-schools.md", "privacy.md", "processing-register.md"):
        found.append((ROOT / "docs" / name, (ROOT / "docs" / name).read_text()))
    return found


@pytest.mark.parametrize(("word", "before"), WORDS.items(), ids=WORDS)
def test_a_word_that_was_given_up_does_not_come_back(word, before):
    again = [
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file, text in read_by_people()
        for match in re.finditer(before, re.sub(r"\s+", " ", text))
    ]
    assert again == [], f"zeg: {word}"


def test_texts_of_every_kind_are_read():
    names = {file.name for file, text in read_by_people() if len(text) > 100}
    assert {"scene.html", "autosave.js", "structures.toml", "clusters.py", "privacy.md"} <= names


def _is_ours(file):
    return not any(part in NO_TEXT_OF_OURS for part in file.relative_to(ROOT / "workshop").parts)


def _template(file):
    return re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)


def _without_comments(file, sign):
    return "\n".join(line for line in file.read_text().splitlines() if not line.strip().startswith(sign))


def _strings(file):
    """What stands in quotes and is no docstring."""
    tree = ast.parse(file.read_text())
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    )
