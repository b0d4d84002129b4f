"""A small archive that unpacks to so much that every room waits."""

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.documents.test_archive import a_dossier, changed, set_at
from tests.documents.zips import unzipped, zipped
from workshop.archive import dossier as d
from workshop.archive import exchange
from workshop.archive.arriving import ArchiveError
from workshop.content.library import Library
from workshop.settings import Settings

ROOT = Path(__file__).parent.parent.parent
AT = "2026-11-24T00:00:00Z"
ENTRY = {
    "session": None,
    "by": 0,
    "what": "dossier-seen",
    "particulars": {},
    "about": "",
    "at": AT,
    "times": 1,
}


@pytest.fixture(scope="module")
def library():
    return Library.load(ROOT / "sessions")


@pytest.fixture
def good(library):
    return exchange.pack(a_dossier(), library, Settings())


def refused(file, library):
    with pytest.raises(ArchiveError) as caught:
        exchange.unpack(file, library)
    return str(caught.value)


def test_an_archive_of_a_thousand_to_one_is_refused_before_anything_is_read(good, library, monkeypatch):
    file = changed(good, set_at("deeds", [ENTRY] * 100_000))
    assert len(file) < 100_000
    monkeypatch.setattr(exchange, "_dossier", lambda *_: pytest.fail("it was read"))
    assert refused(file, library) == exchange.TOO_LARGE


@pytest.mark.parametrize(
    "name", [name for name, part in d.ArchivedDossier.__annotations__.items() if "list" in part]
)
def test_a_list_that_is_too_long_is_refused_before_its_lines_are_read(good, library, monkeypatch, name):
    most = exchange.MOST.get(name, exchange.MOST_OF_OTHERS)
    file = changed(good, set_at(name, [0] * (most + 1)))
    monkeypatch.setattr(exchange, "LARGEST_RATIO", 10_000)
    assert refused(file, library) == exchange.TOO_MANY


def test_what_is_more_than_a_house_takes_is_not_offered_as_an_archive(library, monkeypatch):
    monkeypatch.setitem(exchange.MOST, "deeds", 3)
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    deeds = [d.ArchivedDeed(session=None, by=0, what="dossier-seen", particulars={}, about="", at=at)] * 4
    with pytest.raises(ArchiveError, match="reservekopie"):
        exchange.pack(a_dossier(deeds=deeds), library, Settings())
    assert exchange.pack(a_dossier(deeds=deeds[:3]), library, Settings())


def test_the_manifest_has_the_same_bounds(good, library):
    files = unzipped(good)
    told = json.loads(files[exchange.MANIFEST]) | {"more": "x" * (exchange.LARGEST + 1)}
    assert refused(zipped(files | {exchange.MANIFEST: json.dumps(told)}), library) == exchange.TOO_LARGE
