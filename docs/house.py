"""Draws the packages and what they import, out of the code: `.venv/bin/python docs/house.py`.

Writes docs/pictures/house.svg and the table between the two marks of docs/architecture.md.
`tests/test_house.py` fails when either is not what this makes now.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT, PICTURE = ROOT / "docs" / "architecture.md", ROOT / "docs" / "pictures" / "house.svg"
BEGIN, END = "<!-- made by docs/house.py -->", "<!-- until here -->"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "workshop").rglob("*.py"))
    if "versions" not in path.parts  # migrations are history
}

FLOORS = (
    # Pure: rules and content. No waiting, no web, no database.
    "settings sealing addresses reach codes cookies days text words paging items languages dutch traces "
    "rhythms groups session_groups phrases means charts translation_check "
    "colours logos",
    "kinds",
    "content",
    # What is kept, what is told, what is drawn.
    "tasks redis pace turns brake bus render models storage log migrations calendar",
    # Promises to participants, and who may what.
    "safety",
    "accounts meaning",
    # The dossier, a session as it runs, from the one to the other, and practising without either.
    "record",
    "live",
    "handover rehearsal",
    # What goes by itself, and what every page may use.
    "retention readiness mail services webhooks",
    "documents archive",
    # How people and machines reach it.
    "pages crowd backup translating",
    # What puts it together.
    "app serving cli demo __main__",
)
"""The lowest first: a package imports from its own floor or from one below."""

Graph = Mapping[str, set[str]]
WIDTH, MARGIN, BOX, GAP, LETTER = 960, 20, 30, 12, 8.0
INK, BAND, PAPER, LINE = "#1d2726", "#eef3f2", "#ffffff", "#0b6e63"


def main() -> None:
    text = DOCUMENT.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    DOCUMENT.write_text(f"{before}{table()}{after}")
    PICTURE.write_text(picture())


def package(module: str) -> str:
    """Returns the package of a module: `live` of `workshop.live.room`. A module that is in no folder is
    its own package."""
    return module.removeprefix("workshop.").split(".")[0]


def floor(module: str) -> int | None:
    """Returns the number of the floor of a module's package, 0 for the lowest; None for a
    package without one."""
    return next((number for number, names in enumerate(FLOORS) if package(module) in names.split()), None)


@cache
def imports(path: Path) -> frozenset[str]:
    """Names every module that a file imports, wherever in the file it does so, ours and others'."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in full}
    return frozenset(found)


def ours(path: Path) -> set[str]:
    """Returns the imported modules that are of the app."""
    return {name for name in imports(path) if name in MODULES and name != "workshop"}


def modules() -> Graph:
    """Returns module -> the other modules of the app that it imports."""
    return {name: ours(path) - {name} for name, path in MODULES.items() if name != "workshop"}


def packages() -> Graph:
    """Returns package -> the other packages of the app that it imports."""
    found: dict[str, set[str]] = {}
    for module, names in modules().items():
        own = package(module)
        found.setdefault(own, set()).update({package(name) for name in names} - {own})
    return found


def circle(graph: Graph) -> list[str]:
    """Returns names that import each other in a circle; empty when there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def table() -> str:
    """Returns Markdown: a line for each folder, the highest floor first, with what it is for and the folders
    that it imports. Below it the same as a graph."""
    graph = packages()
    rows = [
        f"| `{name}/` | {_about(name)} | {' '.join(sorted(graph[name] & _folders(), key=_height))} |"
        for name in sorted(_folders(), key=_height, reverse=True)
    ]
    head = ["| package of `workshop/` | what it is for | imports the packages |", "| --- | --- | --- |"]
    return "\n".join([BEGIN, *head, *rows, "", "```mermaid", *_arrows(graph), "```", END])


def picture() -> str:
    """Draws the floors as bands of an SVG, each with its packages; folders have a frame."""
    bands, top = [], MARGIN
    for number, names in reversed(list(enumerate(FLOORS))):
        lines = _lines(names.split())
        height = len(lines) * (BOX + GAP) + GAP
        bands.append(_band(number, top, height, lines))
        top += height + 6
    title = "Packages in floors: each imports from its own floor or from one below, and none in a circle"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + MARGIN - 6}" role="img" '
        f'aria-label="{title}" font-family="sans-serif" font-size="14" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(bands)}</svg>\n'
    )


def _arrows(graph: Graph) -> list[str]:
    """Returns the imports between folders in Mermaid, without those that follow from others."""
    folders = _folders()
    found = ["graph TD"]
    for name in sorted(folders, key=_height, reverse=True):
        others = graph[name] & folders
        follow = {far for near in others for far in _below(near, graph)}
        found += [f"    {name} --> {other}" for other in sorted(others - follow)]
    return found


def _below(name: str, graph: Graph) -> set[str]:
    """Returns everything that a package imports, and what that imports."""
    return graph[name] | {far for near in graph[name] for far in _below(near, graph)}


def _folders() -> set[str]:
    return {
        package(name) for name, path in MODULES.items() if path.name == "__init__.py" and name != "workshop"
    }


def _height(name: str) -> tuple[int, str]:
    return (floor(name) or 0, name)


def _about(name: str) -> str:
    """Returns the first sentence of the docstring of a folder."""
    told = ast.get_docstring(ast.parse(MODULES[f"workshop.{name}"].read_text())) or ""
    return re.split(r"(?<=\.)\s", " ".join(told.split()), maxsplit=1)[0]


def _lines(names: list[str]) -> list[list[str]]:
    """Returns the names by line, as many as fit."""
    lines: list[list[str]] = [[]]
    for name in names:
        if sum(_wide(one) + GAP for one in [*lines[-1], name]) > WIDTH - 5 * MARGIN:
            lines.append([])
        lines[-1].append(name)
    return lines


def _wide(name: str) -> float:
    return len(name) * LETTER + 2 * GAP


def _band(number: int, top: float, height: float, lines: list[list[str]]) -> str:
    boxes = []
    for row, names in enumerate(lines):
        left = 4.0 * MARGIN
        for name in names:
            boxes.append(_box(name, left, top + GAP + row * (BOX + GAP)))
            left += _wide(name) + GAP
    band = (
        f'<rect x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{height}" rx="6" fill="{BAND}"/>'
    )
    label = f'<text x="{2 * MARGIN}" y="{top + height / 2 + 5:.0f}" font-weight="bold">{number}</text>'
    return band + label + "".join(boxes)


def _box(name: str, left: float, top: float) -> str:
    frame = (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{_wide(name):.0f}" height="{BOX}" rx="4" '
        f'fill="{PAPER}" stroke="{LINE}" stroke-width="{2 if name in _folders() else 0}"/>'
    )
    middle, line = left + _wide(name) / 2, top + BOX * 0.66
    return frame + f'<text x="{middle:.0f}" y="{line:.0f}" text-anchor="middle">{escape(name)}</text>'


if __name__ == "__main__":
    main()
