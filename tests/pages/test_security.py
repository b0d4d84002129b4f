"""Where a finder of a weakness writes to."""

import datetime as dt

import msgspec
import pytest

from workshop import days

PATH = "/.well-known/security.txt"
CONTACT = "mailto:veilig@lindewaard.example"


class TestWithAContact:
    @pytest.fixture
    def settings(self, settings):
        return msgspec.structs.replace(settings, security_contact=CONTACT)

    async def test_it_says_what_the_standard_asks(self, client, settings):
        answer = await client.get(PATH)
        assert answer.headers["content-type"].startswith("text/plain")
        lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert lines["Contact"] == CONTACT
        assert lines["Canonical"] == f"{settings.origin}{PATH}"
        left = dt.datetime.fromisoformat(lines["Expires"]) - days.now()
        assert dt.timedelta(days=30) < left < dt.timedelta(days=365)


async def test_where_nobody_is_named_there_is_none(client):
    assert (await client.get(PATH)).status_code == 404
