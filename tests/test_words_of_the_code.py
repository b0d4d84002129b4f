"""One word, one thing: the glossary of README.md names what exists, what was given up stays away."""

import ast
import functools
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
GLOSSARY = README.partition("## Words\n")[2].partition("\n## ")[0]
SHARED = {
    "Cluster": "a row, and what a kind may know of it",
}
"""Class -> why two classes may have that name."""


@functools.cache
def trees():
    return {file: ast.parse(file.read_text()) for file in sorted((ROOT / "workshop").rglob("*.py"))}


def classes():
    """Class -> the files that have one of that name, without those of each kind."""
    found = defaultdict(list)
    for file, tree in trees().items():
        if file.relative_to(ROOT).parts[1:2] != ("kinds",) or len(file.relative_to(ROOT).parts) < 4:
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(file.relative_to(ROOT).as_posix())
    return found


def names():
    """Every class, function, parameter, attribute and variable, and every module and package."""
    found = {part.removesuffix(".py") for file in trees() for part in file.relative_to(ROOT).parts}
    for tree in trees().values():
        for node in ast.walk(tree):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found.add(name)
                case ast.arg(arg=name) | ast.Attribute(attr=name) | ast.Name(id=name):
                    found.add(name)
    return found


def test_every_word_of_the_glossary_in_code_font_exists():
    words = {
        word for row in GLOSSARY.splitlines() if row.startswith("| `") for word in _code(row.split("|")[1])
    }
    assert len(words) > 40
    assert words - names() == set()


def test_every_table_is_in_the_glossary():
    tree = trees()[ROOT / "workshop" / "models.py"]
    tables = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Base" for base in node.bases)
    }
    assert tables - set(_code(GLOSSARY)) == set()


def test_no_two_classes_share_a_name():
    twice = {name: files for name, files in classes().items() if len(files) > 1}
    assert set(twice) - set(SHARED) == set(), twice
    assert set(SHARED) <= set(twice), "no longer needed"


def test_a_word_that_was_given_up_does_not_come_back():
    record = (ROOT / "docs" / "decisions" / "0027-words-of-the-code.md").read_text()
    given_up = {
        word for row in record.splitlines() if row.startswith("| ~~") for word in _code(row.split("|")[1])
    }
    assert len(given_up) > 6
    assert given_up & names() == set()


def _code(text):
    return re.findall(r"`([A-Za-z_]+)`", text)
