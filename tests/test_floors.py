"""The house has floors: a package imports from its own or a lower one, and nothing goes round in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
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
    "phrases translation_check",
    "kinds",
    "content",
    # 3: what is kept, what is told, what is drawn
    "tasks redis pace turns brake bus charts render models storage migrations calendar",
    # 4: promises to participants, and who may what
    "safety",
    "accounts",
    # 6: the dossier; a session as it runs; from the one to the other
    "record",
    "live",
    "handover",
    # 9: what goes by itself, and what every page may use
    "retention readiness services",
    "documents archive",
    # 11: how people and machines reach it
    "pages crowd backup translating",
    # 12: what puts it together
    "app serving cli demo __main__",
)
PURE = 3
"""Floors that know no web and no database."""
NOT_PURE = ("litestar", "sqlalchemy", "uvicorn", "asyncio", "redis", "jinja2")


def package(module):
    """`live` of `workshop.live.room`; a module that is in no folder is its own package."""
    return module.removeprefix("workshop.").split(".")[0]


def floor(module):
    """None for a module without a floor. A folder is on one floor with everything in it."""
    return next((number for number, names in enumerate(FLOORS) if package(module) in names.split()), None)


def imported(path):
    """Every module that a file imports, wherever in the file; `from x import y` may mean the module x.y."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


def ours(path):
    return {name for name in imported(path) if name in MODULES and name != "workshop"}


def packages():
    """Package -> the other packages that it imports."""
    found = {}
    for module, path in MODULES.items():
        if module != "workshop":
            own = package(module)
            found.setdefault(own, set()).update(package(name) for name in ours(path) if package(name) != own)
    return found


def circle(graph):
    """The names that import each other in a circle; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("module", [name for name in MODULES if name != "workshop"])
def test_a_module_has_a_floor_and_imports_only_from_there_or_below(module):
    own = floor(module)
    assert own is not None, f"{module} has no floor: give it one in tests/test_floors.py"
    higher = {name for name in ours(MODULES[module]) if (floor(name) or 0) > own}
    assert not higher, f"{module} (floor {own}) imports from above: {', '.join(sorted(higher))}"


@pytest.mark.parametrize(
    "module", [name for name in MODULES if (floor(name) or 0) < PURE and name != "workshop"]
)
def test_pure_floors_wait_for_nothing_and_know_no_web_or_database(module):
    tree = ast.parse(MODULES[module].read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    assert not {name.split(".")[0] for name in imported(MODULES[module])} & set(NOT_PURE)


def test_no_packages_import_each_other_in_a_circle():
    assert not circle(packages())


def test_no_modules_import_each_other_in_a_circle():
    assert not circle({module: ours(path) - {module} for module, path in MODULES.items()})


def test_live_knows_the_record_by_one_door():
    found = {name for module, path in MODULES.items() if package(module) == "live" for name in ours(path)}
    assert {name for name in found if package(name) == "record"} == {"workshop.record.for_live"}


def test_every_floor_is_about_modules_that_are_there():
    there = {package(name) for name in MODULES}
    assert set(" ".join(FLOORS).split()) <= there


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
