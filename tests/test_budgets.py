"""Pages of a dossier take few statements, and no more when it has more in it; bench/dossier.py times them."""

import pytest
import pytest_asyncio

from bench.dossier import PAGES, STATEMENTS, opened
from workshop.safety.helplines import editing

pytestmark = pytest.mark.tour

SESSIONS, MORE_SESSIONS, CARDS = 80, 120, 2  # below 75 the worksheet holds no line of a session yet


@pytest_asyncio.fixture(scope="module")
async def counts(tmp_path_factory, migrated_file):
    """Page -> its statements in a modest dossier, and in one with more sessions. Meanwhile the
    house reads its help lines again and again: those are nobody's page."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "SECONDS", 0)
        for sessions in (SESSIONS, MORE_SESSIONS):
            file = tmp_path_factory.mktemp("budget") / "workshop.sqlite"
            file.write_bytes(migrated_file.read_bytes())
            async with opened(f"sqlite+aiosqlite:///{file}", sessions, CARDS) as house:
                for page, path in PAGES.items():
                    found[page, sessions] = await house.count(path)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_few_statements(counts, page):
    assert counts[page, MORE_SESSIONS] <= STATEMENTS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_as_many_statements_however_many_sessions_there_were(counts, page):
    assert counts[page, MORE_SESSIONS] == counts[page, SESSIONS]
