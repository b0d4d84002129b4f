"""What is vendored is what its makers published, and pages use only what is there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FONTS = ROOT / "templates" / "export" / "fonts"
SOURCES = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").rglob("*.js")]


def _versions(folder: Path) -> dict[str, str]:
    lines = (folder / "VERSIONS").read_text().splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {name: digest for name, _version, _licence, digest in rows}


def test_every_vendored_file_has_the_sum_that_is_written_down() -> None:
    for folder, files in ((VENDOR, "*.js"), (FONTS, "*.ttf")):
        found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob(files)}
        assert found == _versions(folder)


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="i-([\w-]+)"', (ROOT / "static" / "icons.svg").read_text()))
    used = {name for file in SOURCES for name in re.findall(r'\bicon\("([\w-]+)"', file.read_text())}
    assert used <= sprite, sorted(used - sprite)


def test_no_page_needs_an_exception_to_the_content_security_policy() -> None:
    forbidden = re.compile(r"\sstyle=|\son[a-z]+=|hx-on|javascript:|\bjs:|\beval\(|new Function|<style")
    offending = {file.name: found[0] for file in SOURCES if (found := forbidden.findall(file.read_text()))}
    assert not offending
