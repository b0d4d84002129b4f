"""Style by subject: a block has one file, and nothing is styled or named that is not there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import get_args

from workshop import kinds
from workshop.kinds import lights, pairs
from workshop.pages.assets import COMMENT, STATIC
from workshop.record import provenance
from workshop.settings import ROOT

FILES = {
    file.relative_to(STATIC / "css"): COMMENT.sub("", file.read_text())
    for file in STATIC.glob("css/**/*.css")
}
WHOLE = "\n".join(FILES.values())
SOURCES = "\n".join(
    file.read_text()
    for pattern in ("templates/**/*.html", "workshop/**/*.py", "static/js/**/*.js")
    for file in ROOT.glob(pattern)
)
PUT_TOGETHER = {
    "is-": ("zorg", "kans", *get_args(provenance.Relation)),
    "kl-clamp-": range(1, 8),
    "kl-cols--": range(1, 5),
    "kl-marks--": range(1, 8),
    "kl-status--": ("ok", "error"),
    "l-": get_args(lights.Tone),
    "r-": [relation.id for relation in pairs.RELATIONS],
}
"""The start of a class, as templates and scripts have it -> a count or a word of the code that may follow."""


def test_a_block_is_styled_in_one_file():
    files = defaultdict(set)
    for file, style in FILES.items():
        for selector in selectors(style):
            for block in blocks(selector):
                files[block].add(str(file))
    assert len(files) > 200
    assert not {block: sorted(found) for block, found in files.items() if len(found) > 1}


def test_a_class_that_is_styled_is_given_to_something():
    made = {f"{start}{end}" for start, ends in PUT_TOGETHER.items() for end in ends}
    named = {name for selector in selectors(WHOLE) for name in re.findall(r"\.([a-z][\w-]*)", selector)}
    assert not sorted(named - made - set(re.findall(r"[\w-]+", SOURCES)))


def test_what_is_put_together_is_so_somewhere():
    for start in PUT_TOGETHER:
        assert re.search(rf"(?<![\w-]){start}(\{{\{{|\"|'|\$\{{)", SOURCES), start


def test_each_property_of_our_own_is_defined_and_used():
    defined = re.findall(r"(?<![\w-])(--[\w-]+):", WHOLE) + re.findall(r'setProperty\("(--[\w-]+)', SOURCES)
    assert set(defined) == set(re.findall(r"var\((--[\w-]+)", WHOLE))


def test_style_of_a_kind_is_of_one_that_is_there():
    assert {file.stem for file in FILES if file.parts[0] == "kinds"} <= set(kinds.names())


def selectors(style: str) -> Iterator[str]:
    """Every selector of a list on its own; what stands within brackets is not taken apart."""
    for listed in re.findall(r"([^{};]+)\{", style):
        if not listed.strip().startswith("@"):
            yield from (each.strip() for each in re.split(r",(?![^(]*\))", listed))


def blocks(selector: str) -> set[str]:
    """Names what a selector is about: its first class, without what comes after `--`.

    In a first `:is()` each class counts. `:where()` says only in what surroundings.
    """
    selector = re.sub(r":where\([^()]*\)", "", selector)
    either = re.match(r":is\(([^()]*)\)", selector)
    firsts = (
        re.search(r"\.(\w+(?:-\w+)*)", each) for each in (either[1].split(",") if either else [selector])
    )
    return {first[1] for first in firsts if first}
