"""A docstring says first what a function does: it begins with a verb in the third person."""

import ast
import re

import pytest

from docs.house import MODULES, package

DONE = ("content", "languages", "live", "migrations", "record", "safety", "storage")
"""Packages of `workshop/` whose docstrings begin with a verb."""
NO_VERBS = {"This", "These", "As", "Its", "Always", "Less"}
VERB = re.compile(r"[A-Z][a-z]+s\b")


def begins_with_a_verb(docstring):
    first = VERB.match(docstring)
    return first is not None and first[0] not in NO_VERBS


def functions(tree):
    """Yields the functions and methods that have a docstring; a property may be a noun phrase."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and not any("property" in ast.unparse(each) for each in node.decorator_list):
                yield node.name, docstring


@pytest.mark.parametrize("module", [name for name in MODULES if package(name) in DONE])
def test_docstrings_of_functions_begin_with_a_verb(module):
    tree = ast.parse(MODULES[module].read_text())
    wrong = {name: docstring for name, docstring in functions(tree) if not begins_with_a_verb(docstring)}
    assert not wrong, f"{module}: begin with what it does, as in `Returns …`: {wrong}"


@pytest.mark.parametrize(
    "wrong", ["The answers.", "Whether it is open.", "returns a day.", "Its days.", "`5`."]
)
def test_a_riddle_would_be_noticed(wrong):
    tree = ast.parse(f'class Book:\n    def read(self):\n        """{wrong}"""')
    assert [begins_with_a_verb(docstring) for _, docstring in functions(tree)] == [False]


def test_a_verb_is_one_and_a_property_may_be_a_noun():
    tree = ast.parse(
        '@property\ndef name(self):\n    """The name."""\n\ndef read():\n    """Reads, or raises."""'
    )
    assert [(name, begins_with_a_verb(text)) for name, text in functions(tree)] == [("read", True)]
