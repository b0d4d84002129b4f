"""An archive that an earlier version made says the same today."""

import pytest

from tests.documents.test_archive import a_dossier, changed, els, read, set_at
from tests.people import both_databases
from workshop.archive import exchange
from workshop.archive.exchange import ArchiveError
from workshop.settings import Settings

NOW = {
    "session": None,
    "by": 0,
    "what": "dossier-seen",
    "particulars": {},
    "about": "",
    "at": "2026-11-24T10:00:00Z",
    "times": 1,
}
SAID_EARLIER = (
    ("neemt het stuur", "Eerste meting", "wheel-taken", {}, "Eerste meting"),
    ("maakt een uitnodiging", "coördinator", "invitation-made", {"role": "coordinator"}, ""),
    ("begint een nieuwe ronde", "werkblad 1-A", "round-begun", {"worksheet": "1-A"}, ""),
    ("sluit de sessie na 24 uur", "Eerste meting", "session-closed-itself", {"hours": 24}, "Eerste meting"),
    ("zingt een lied", "voor de groep", "other", {"sentence": "zingt een lied"}, "voor de groep"),
)


@pytest.fixture
def good(library):
    return exchange.pack(a_dossier(), library, Settings())


def of_version_1(data):
    data["deeds"] = [
        {"session": None, "by": 0, "verb": verb, "about": about, "at": "2026-11-24T10:00:00Z", "times": 2}
        for verb, about, *_ in SAID_EARLIER
    ]


@both_databases
async def test_an_archive_of_version_1_comes_in_with_its_sentences_as_keys(database, library, good):
    file = changed(good, of_version_1, manifest={"version": 1})
    id = await exchange.take_over(database, library, Settings(), file, await els(database))
    deeds = (await read(database, id)).deeds
    found = [(deed.what, deed.particulars, deed.about) for deed in deeds if deed.times == 2]
    expected = [told for _, _, *told in SAID_EARLIER]
    assert sorted(found, key=repr) == sorted((tuple(told) for told in expected), key=repr)


@pytest.mark.parametrize(("version", "change"), [(1, set_at("deeds", [NOW])), (2, of_version_1)])
def test_a_line_of_the_log_in_the_shape_of_another_version_is_refused(library, good, version, change):
    with pytest.raises(ArchiveError) as caught:
        exchange.unpack(changed(good, change, manifest={"version": version}), library)
    assert str(caught.value) == exchange.BROKEN
