"""The house has floors: a module imports from its own floor or a lower one, and knows which is its own."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "workshop").rglob("*.py"))
    if "versions" not in path.parts  # migrations are history
}

FLOORS = (
    # 0: pure. Rules and content: no waiting, no web, no database.
    "settings sealing addresses reach codes cookies days text words leaves languages dutch traces groups "
    "phrases bouwstenen readability means content_check translation_check kinds",
    # 1: storage and templates
    "models again index sqlite sqlite_files postgres db fingerprint slices locks redis brake pace "
    "turns tasks migrations render charts",
    # 2: what the house does
    "live record safety accounts exports readiness services",
    # 3: how people and machines reach it
    "pages crowd backup terminal translating",
    # 4: what puts it together
    "app server door workers cli demo __main__",
)
NOT_ON_FLOOR_0 = ("litestar", "sqlalchemy", "uvicorn", "asyncio", "redis", "jinja2")


def floor(module):
    """None for a module without a floor. A folder is on one floor with everything in it."""
    name = module.removeprefix("workshop.").split(".")[0]
    return next((number for number, names in enumerate(FLOORS) if name in names.split()), None)


def imported(path):
    """Every module that a file imports, wherever in the file; `from x import y` may mean the module x.y."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path):
    return {name for name in imported(path) if name in MODULES and name != "workshop"}


@pytest.mark.parametrize("module", [name for name in MODULES if name != "workshop"])
def test_a_module_has_a_floor_and_imports_only_from_there_or_below(module):
    own = floor(module)
    assert own is not None, f"{module} has no floor: give it one in tests/test_floors.py"
    higher = {name for name in ours(MODULES[module]) if (floor(name) or 0) > own}
    assert not higher, f"{module} (floor {own}) imports from above: {', '.join(sorted(higher))}"


@pytest.mark.parametrize("module", [name for name in MODULES if floor(name) == 0])
def test_floor_0_waits_for_nothing_and_knows_no_web_or_database(module):
    tree = ast.parse(MODULES[module].read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    assert not {name.split(".")[0] for name in imported(MODULES[module])} & set(NOT_ON_FLOOR_0)


def test_every_floor_is_about_modules_that_are_there():
    there = {name.removeprefix("workshop.").split(".")[0] for name in MODULES}
    assert set(" ".join(FLOORS).split()) <= there


def test_an_import_from_above_would_be_noticed(tmp_path):
    file = tmp_path / "text.py"
    file.write_text("def late():\n    from workshop.pages import forms\n")
    assert max(floor(name) for name in ours(file)) == 3
    assert floor("workshop.nieuw") is None
