"""A kind is its own folder's business: no module or template outside it names one.

Tests and benches do, since they play particular kinds. The demonstration tells a story in cards and dots, but
asks the kind of each step what there is to choose.
"""

import ast
import re
from typing import get_args

import pytest

from workshop import kinds
from workshop.content.worksheets import FieldKind
from workshop.settings import ROOT

MODULES, TEMPLATES, FOLDERS = {}, {}, []
for path in sorted([*ROOT.glob("workshop/**/*.py"), *ROOT.glob("templates/**/*.html")]):
    name = path.relative_to(ROOT)
    if name.parts[1] == "kinds" and len(name.parts) == 4:
        FOLDERS.append(name)
    else:
        (MODULES if path.suffix == ".py" else TEMPLATES)[str(name)] = path
NAMES = set(kinds.names())
OF_FIELDS = set(get_args(FieldKind))
"""Kinds of field of a worksheet: two of them, `actions` and `marks`, are called like a kind of activity."""


@pytest.mark.parametrize("name", MODULES)
def test_a_module_names_no_kind(name):
    assert named(MODULES[name].read_text()) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_no_kind(name):
    text = TEMPLATES[name].read_text()
    folders = re.findall(r"kinds/(\w+)", text)
    compared = re.findall(r"(?<!field)\.(?:kind|name) (?:==|!=|in) \(?\"(\w+)\"", text)
    assert not NAMES & {*folders, *compared}


@pytest.mark.parametrize("name", FOLDERS, ids=str)
def test_a_kind_knows_no_other_kind(name):
    text, own = (ROOT / name).read_text(), name.parts[2]
    found = re.findall(r"workshop\.kinds\.(\w+)", text) + re.findall(r"kinds/(\w+)/", text)
    assert NAMES & set(found) <= {own}


@pytest.mark.parametrize(
    "source",
    [
        "from workshop.kinds.marks import mean",
        "from workshop.kinds import Item, dots",
        "import workshop.kinds.table",
        "if activity.kind == 'cards': pass",
        "if step.kind == 'marks' and more: pass",
        "if activity.kind in ('actions', 'marks'): pass",
        "Activity(key='eigen', kind='cards')",
        "VOTES = {'actions': 'helper', 'table': 'keer'}",
        "HOLDS = {'marks': 1, 'marks.higher': 2, 'dots': 3}",
        "OUTCOMES = ('dots', 'actions')",
        "SEEN = {'lights'}",
    ],
)
def test_a_kind_that_is_named_would_be_noticed(source):
    assert named(source)


@pytest.mark.parametrize(
    "source",
    [
        "from workshop.kinds import Item",
        "from workshop import kinds",
        "if field.kind == 'marks' or library.field(id).kind in ('marks', 'actions'): pass",
        "SAVERS = {'marks': 1, 'actions': 2}",
        "render.page('x.html', cards=cards, table=table)",
        "values = {'body': 1, 'signals': 2}",
    ],
)
def test_what_is_called_like_a_kind_may_stay(source):
    assert named(source) == []


def named(source):
    """Lines of a module that import a kind, or ask whether something is of one."""
    return [f"line {node.lineno}" for node in ast.walk(ast.parse(source)) if _names_one(node)]


def _names_one(node):
    match node:
        case ast.ImportFrom(module="workshop.kinds", names=names):
            return bool(NAMES & {alias.name for alias in names})
        case ast.ImportFrom(module=str(module)):
            return module.startswith("workshop.kinds.")
        case ast.Import(names=names):
            return any(alias.name.startswith("workshop.kinds.") for alias in names)
        case ast.Compare(left=ast.Attribute(attr="kind", value=whose), comparators=[other]):
            return not _is_field(whose) and bool(NAMES & set(_texts(other)))
        case ast.keyword(arg="kind", value=ast.Constant(value=value)):
            return value in NAMES
        case ast.Dict(keys=keys):
            return _lists_kinds([text for key in keys if key for text in _texts(key)], len(keys))
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return _lists_kinds([text for part in parts for text in _texts(part)], len(parts))
    return False


def _is_field(node):
    """Whether this is a field of a worksheet, by its name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name)):
            return name in ("field", "f")
    return False


def _lists_kinds(texts, length):
    """Whether all of it are names of kinds, one of which can be nothing else."""
    found = {text.partition(".")[0] for text in texts}
    return len(texts) == length and found <= NAMES and bool(found - OF_FIELDS)


def _texts(node):
    return [
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
