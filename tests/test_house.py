"""The house has floors: a package imports from its own or a lower one, and nothing goes round in a circle."""

import ast

import pytest

from docs import house
from docs.house import FLOORS, MODULES, circle, floor, imports, modules, ours, package, packages

PURE = 3
"""As many floors, from the lowest, know no web and no database."""
OURS = [name for name in MODULES if name != "workshop"]
"""By their names: each worker reads this file, and need not read the whole app for it."""
NOT_PURE = ("litestar", "sqlalchemy", "uvicorn", "asyncio", "redis", "jinja2")


@pytest.mark.parametrize("module", OURS)
def test_a_module_has_a_floor_and_imports_only_from_there_or_below(module):
    own = floor(module)
    assert own is not None, f"{module} has no floor: give it one in docs/house.py"
    higher = {name for name in ours(MODULES[module]) if (floor(name) or 0) > own}
    assert not higher, f"{module} (floor {own}) imports from above: {', '.join(sorted(higher))}"


@pytest.mark.parametrize("module", [name for name in OURS if (floor(name) or 0) < PURE])
def test_pure_floors_wait_for_nothing_and_know_no_web_or_database(module):
    tree = ast.parse(MODULES[module].read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    assert not {name.split(".")[0] for name in imports(MODULES[module])} & set(NOT_PURE)


def test_imports_are_written_in_full():
    trees = {name: ast.parse(path.read_text()) for name, path in MODULES.items()}
    found = [name for name, tree in trees.items() for n in ast.walk(tree) if getattr(n, "level", 0)]
    assert not found


def test_no_packages_import_each_other_in_a_circle():
    assert not circle(packages())


def test_no_modules_import_each_other_in_a_circle():
    assert not circle(modules())


def test_live_knows_the_record_by_one_door():
    found = {name for module, names in modules().items() if package(module) == "live" for name in names}
    assert {name for name in found if package(name) == "record"} == {"workshop.record.for_live"}


def test_every_floor_is_about_packages_that_are_there():
    assert set(" ".join(FLOORS).split()) == set(packages())


def test_an_import_from_above_would_be_noticed(tmp_path):
    file = tmp_path / "text.py"
    file.write_text("def late():\n    from workshop.pages import forms\n")
    assert max(floor(name) for name in ours(file)) == floor("pages")
    assert floor("workshop.nieuw") is None


def test_a_circle_would_be_noticed():
    assert circle({"live": {"record"}, "record": {"text", "live"}, "text": set()}) == [
        "live",
        "record",
        "live",
    ]


def test_the_picture_and_the_table_are_those_of_the_code():
    assert house.PICTURE.read_text() == house.picture(), "make them again: python docs/house.py"
    assert house.table() in house.DOCUMENT.read_text(), "make them again: python docs/house.py"
