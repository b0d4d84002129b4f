"""A docstring says first what a function does: it begins with a verb in the third person, and it names the
errors of ours that the function raises."""

import ast
import re
from functools import cache

import pytest

from docs.house import MODULES, package

NO_VERBS = {"This", "These", "As", "Its", "Always", "Less"}
VERB = re.compile(r"[A-Z][a-z]+s\b")


def name_of(node):
    """Returns the last name in `errors.Gone` or `Gone(…)`."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def tree_of(module):
    return ast.parse(MODULES[module].read_text())


@cache
def errors_of_ours():
    """Names the exceptions that are defined in `workshop/`, wherever."""
    found, classes = {"Exception", "ValueError", "RuntimeError"}, []
    for module in MODULES:
        classes += [node for node in ast.walk(tree_of(module)) if isinstance(node, ast.ClassDef)]
    built_in, before = set(found), 0
    while before < len(found):
        before = len(found)
        found |= {each.name for each in classes if found.intersection(map(name_of, each.bases))}
    return found - built_in


def begins_with_a_verb(docstring):
    first = VERB.match(docstring)
    return first is not None and first[0] not in NO_VERBS


def documented(tree):
    """Yields the functions and methods that have a docstring; a property may be a noun phrase."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and not any("property" in ast.unparse(each) for each in node.decorator_list):
                yield node, docstring


def unsaid(tree):
    """Yields each public function with the errors of ours that it raises, or that what it defines raises, and
    does not name. What the module itself catches somewhere is not for its callers."""
    caught = {
        name_of(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type
        for each in (node.type.elts if isinstance(node.type, ast.Tuple) else [node.type])
    }
    for function, docstring in documented(tree):
        inside = [node for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc]
        missing = {name_of(node.exc) for node in inside} & errors_of_ours() - caught
        missing = {name for name in missing if f"{name}`" not in docstring}
        if missing and not function.name.startswith("_"):
            yield function.name, missing


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_of_functions_begin_with_a_verb(module):
    found = documented(tree_of(module))
    wrong = {node.name: docstring for node, docstring in found if not begins_with_a_verb(docstring)}
    assert not wrong, f"{module}: begin with what it does, as in `Returns …`: {wrong}"


@pytest.mark.parametrize("module", [name for name in MODULES if package(name) != "pages"])
def test_docstrings_name_the_errors_that_their_function_raises(module):
    """Of a page they are answers: pages/errors.py makes them."""
    missing = dict(unsaid(tree_of(module)))
    assert not missing, f"{module}: say which errors of ours come out, as in `Raises Gone`: {missing}"


@pytest.mark.parametrize(
    "wrong", ["The answers.", "Whether it is open.", "returns a day.", "Its days.", "`5`."]
)
def test_a_riddle_would_be_noticed(wrong):
    tree = ast.parse(f'class Book:\n    def read(self):\n        """{wrong}"""')
    assert [begins_with_a_verb(docstring) for _, docstring in documented(tree)] == [False]


def test_a_verb_is_one_and_a_property_may_be_a_noun():
    tree = ast.parse(
        '@property\ndef name(self):\n    """The name."""\n\ndef read():\n    """Reads, or raises."""'
    )
    assert [(node.name, begins_with_a_verb(text)) for node, text in documented(tree)] == [("read", True)]


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("Reads.", [("read", {"Gone"})]),
        ("Reads. Raises `Gone`.", []),
        ("Raises `errors.Gone`.", []),
    ],
)
def test_an_error_that_is_not_named_would_be_noticed(said, missing):
    tree = ast.parse(f'def read():\n    """{said}"""\n    def job():\n        raise errors.Gone("weg")')
    assert list(unsaid(tree)) == missing
