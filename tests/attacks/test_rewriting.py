"""One phone writes one line over and over: the list of what was erased does not grow with it."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.people import a_participant, a_session, both_databases
from workshop import codes
from workshop.live import send
from workshop.models import Contribution, Tombstone
from workshop.safety.erasing import forgetting, tombstones
from workshop.safety.erasing.tombstones import CARD, TombstoneLine


@pytest.fixture
def passes(monkeypatch):
    """`passes(seconds)`: so much time goes by; by itself none does."""
    clock = SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(send, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def passes(seconds):
        clock.now += seconds

    return passes


class Writer:
    """A phone with one idea beside its mark."""

    def __init__(self, services, session, phone):
        self.services, self.session, self.phone = services, session, phone
        self.stood = set()
        """By which a backup of some moment knows the words that stood there."""

    async def writes(self, words):
        form = {"mark.relatie": ["4"], "higher.relatie": [words]}
        step = self.session.activity_id
        await self.services.room.contribute(self.session.id, self.phone.id, step, codes.new_id(), form)
        row = await self.row()
        self.stood.add(tombstones.words_of(row))

    async def row(self):
        async with self.services.db.read() as db:
            return await db.scalar(select(Contribution))

    async def erased(self):
        async with self.services.db.read() as db:
            return set(await db.scalars(select(Tombstone.id)))


async def a_writer(services):
    session = await a_session(services, "0-leren", step="cijfers")
    return Writer(services, session, await a_participant(services, session))


@both_databases
async def test_a_line_that_is_written_over_and_over_leaves_one_tombstone_in_ten_seconds(services, passes):
    writer = await a_writer(services)
    for burst in range(3):
        for number in range(30):
            await writer.writes(f"Een idee {burst} {number}")
        assert len(await writer.erased()) == burst + 1
        passes(send.BURST_SECONDS)


@both_databases
async def test_what_it_takes_back_in_the_end_is_erased_as_it_stood_at_any_moment(services, passes):
    writer = await a_writer(services)
    for number in range(5):
        await writer.writes(f"Een idee {number}")
        passes(send.BURST_SECONDS / 3)
    await services.room.withdraw(writer.phone.participant, (await writer.row()).id)
    assert writer.stood == await writer.erased()


@both_databases
async def test_the_first_words_of_all_are_erased_also_when_they_stood_for_a_second(services, passes):
    writer = await a_writer(services)
    await writer.writes("Vraag het aan de leraar")
    first = (await writer.row()).id
    await writer.writes("Vraag het aan de mentor")
    assert await writer.erased() == {first}


async def test_what_stood_for_seconds_leaves_the_files_too(services, passes):
    writer = await a_writer(services)
    await writer.writes("Eerst")
    await writer.writes("Dan")
    await forgetting.tell(services.db, services.settings.tombstones)
    services.db.has_erased.clear()
    await writer.writes("Nu")
    assert services.db.has_erased.is_set()


def test_what_the_list_says_is_read_once(tmp_path, monkeypatch):
    """Reading it again for each line makes somebody who is erased wait for all that were."""
    file = tmp_path / "gewist.txt"
    lines = [TombstoneLine(tombstones.days.today(), CARD, codes.new_id()) for _ in range(4)]
    tombstones.write(file, lines[:1])
    reads = []
    read = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, **how: reads.append(self) or read(self, **how))
    for line in lines:
        tombstones.write(file, [line])
        tombstones.write(file, [line])
    assert reads == []
    # Another process wrote too: then it is read again, and nothing is there twice.
    with file.open("a") as beside:
        more = TombstoneLine(tombstones.days.today(), CARD, codes.new_id())
        beside.write(f"{more.on.isoformat()} {more.sort} {more.id.hex}\n")
    tombstones.write(file, [more, *lines])
    assert len(reads) == 1
    assert file.read_text().count(" card ") == 5
