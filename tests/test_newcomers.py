"""Who follows the page about adding a worksheet, a kind of activity, a page or a language, gets one."""

import shutil
import subprocess

import pytest
from babel.messages.pofile import read_po, write_po

from tests.newcomers import ROOT, follow, steps
from workshop.translation_check import stamp

pytestmark = [pytest.mark.tour, pytest.mark.xdist_group("newcomers")]


@pytest.fixture
def house(tmp_path):
    """A copy of what a newcomer gets: the files that git knows, as they are now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.endswith(".png"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


def translate(house):
    """Writes the Dutch where a translation is missing: what a translator does is not in the page."""
    for file in house.glob("workshop/languages/*/*.po"):
        with file.open("rb") as source:
            catalog = read_po(source, locale=file.parent.name)
        for message in catalog:
            if message.id and not (
                all(message.string) if isinstance(message.string, tuple) else message.string
            ):
                one, more = message.id if isinstance(message.id, tuple) else (message.id, "")
                forms = (one, *(more,) * (catalog.num_plurals - 1))
                message.string = forms if more else one
                message.user_comments.append(stamp(one))
        with file.open("wb") as target:
            write_po(target, catalog, width=0)


def test_a_worksheet_is_added_by_its_page(house):
    for step in steps(ROOT / "docs" / "worksheets.md"):
        if step.run.endswith("content check"):
            translate(house)
        follow(step, house)
    assert "6-B.gelukt" in (house / "sessions" / "fields.toml").read_text()


def test_a_kind_is_added_by_its_page_and_played(house):
    found = steps(ROOT / "docs" / "kinds.md")
    parts = ("phone", "mine", "result", "list", "screen", "desk")
    assert {step.path for step in found if not step.how and "kinds/words" in step.path} == {
        *(f"workshop/kinds/words/{name}.py" for name in ("__init__", "drawing")),
        *(f"templates/kinds/words/{name}.html" for name in parts),
        "static/css/kinds/words.css",
    }
    changed = {step.path for step in found if step.how}
    assert changed == {"sessions/6.toml", "tests/kinds/rooms.py"}
    for step in found:
        if step.run.endswith("content check"):
            translate(house)
        follow(step, house)


def test_a_page_is_added_by_its_page(house):
    found = steps(ROOT / "docs" / "pages.md")
    assert len(found) == 7
    for step in found:
        follow(step, house)


def test_a_language_is_added_by_its_page(house):
    for step in steps(ROOT / "docs" / "languages.md"):
        if step.run.endswith("content check") and not step.fails:
            translate(house)
        follow(step, house)
    assert (house / "workshop" / "languages" / "fr" / "phone.po").exists()
