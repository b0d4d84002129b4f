"""Finding by meaning in a dossier, beside what is found by word."""

import asyncio
import re
import threading
import uuid

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import delete

from tests.pages.test_record import SCRIPT, a_house, as_
from workshop import bus, meaning
from workshop.accounts import erasures, roles
from workshop.items import Item
from workshop.meaning import key_of
from workshop.models import Session
from workshop.record import likeness

SUBJECTS = (
    ("donker", "verlichting", "lantaarn", "темно"),
    ("ouder", "vader", "moeder", "батьки"),
    ("geld", "budget"),
)
DARK, UKRAINIAN = "Achter het station is het donker", "Увечері на вулиці темно"
PARENTS = "Een avond met ouders erbij"


def encode(texts):
    """A vector of each text: which of the subjects it has. Without any it lies apart from all."""
    rows = np.zeros((len(texts), len(SUBJECTS) + 1))
    for row, text in zip(rows, texts, strict=True):
        row[:-1] = [any(word in text.casefold() for word in words) for words in SUBJECTS]
        row[-1] = not row.any()
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest_asyncio.fixture
async def house(client, services, monkeypatch):
    monkeypatch.setattr(meaning, "_encoder", lambda: encode)
    services.likeness.meaning.on = True
    return await a_house(client, services)


def item(words, **values):
    return Item(id=uuid.uuid4().hex, text=words, **values)


async def alike(house, query, **headers):
    response = await house.client.get(f"{house.home}/zoeken/lijkt-hierop?q={query}", headers=headers)
    assert response.status_code == 200
    return response.text


def found(html):
    return re.findall(r'<li class="kl-found">\s*<p>\s*<a href="[^"]*"><bdi>\s*([^<]*?)\s*</bdi>', html)


async def test_what_is_said_otherwise_and_in_another_language_is_found_and_called_a_guess(house):
    await house.write(item(DARK), item(UKRAINIAN), item(PARENTS))
    html = await alike(house, "lantaarns")
    assert set(found(html)) == {DARK, UKRAINIAN}
    assert "Lijkt hierop" in html
    assert "De computer gokt" in html


async def test_the_page_of_a_search_asks_for_it_once_and_the_answer_is_a_block(house):
    await house.write(*(item(f"Punt {number}: {DARK}") for number in range(25)))
    page = await house.get("/zoeken?q=punt")
    address = re.search(r'hx-get="([^"]*)" hx-trigger="load"', page)[1].replace("&amp;", "&")
    assert address == f"{house.home}/zoeken/lijkt-hierop?q=punt"
    assert "hx-get" not in await house.get("/zoeken?q=punt&pagina=2")
    assert "hx-get" not in await house.get("/zoeken?q=punt&groep=jongere")
    block = await alike(house, "lantaarn", **{"hx-request": "true"})
    assert block.lstrip().startswith("<section")
    assert len(found(block)) == likeness.MOST


async def test_nothing_is_found_twice(house):
    await house.write(item(DARK), item("Lantaarns bij het station"))
    await house.write(item(DARK), field="1-A.kansen")
    assert found(await alike(house, "lantaarn")) == [DARK]
    html = await alike(house, "%22achter het%22")
    assert found(html) == []
    assert "vonden we niets anders" in html


async def test_a_quote_for_which_a_text_was_found_is_shown_and_its_link_is_that_of_the_text(house):
    await house.write(item("Veilig naar huis", quotes=(DARK, "Iets heel anders dan dat")))
    html = await alike(house, "lantaarn")
    assert found(html) == ["Veilig naar huis"]
    assert DARK in html
    assert "heel anders" not in html
    by_word = await house.get("/zoeken?q=veilig")
    link = re.compile(r'<li class="kl-found">\s*<p>\s*<a href="([^"]*)"')
    assert link.findall(html) == link.findall(by_word)


async def test_choices_narrow_it_too_and_older_versions_are_found_only_when_asked(house):
    await house.write(item(DARK))
    await house.write(item(PARENTS))
    assert found(await alike(house, "lantaarn")) == []
    assert found(await alike(house, "lantaarn&ook=ja")) == [DARK]
    assert found(await alike(house, "vader")) == [PARENTS]
    for choice in ("bouwsteen=2", "soort=acties", f"sessie={uuid.uuid4()}", "groep=jongere"):
        assert found(await alike(house, f"vader&{choice}")) == []


async def test_a_query_without_words_or_too_long_finds_nothing(house):
    await house.write(item(DARK))
    assert found(await alike(house, "!!!")) == []
    assert "hooguit" in await alike(house, "donker" * 41)


async def test_what_was_typed_is_never_markup(house):
    await house.write(item(f"{SCRIPT} in het donker"))
    html = await alike(house, "lantaarn")
    assert "&lt;script" in html
    assert "<script>alert" not in html


async def test_a_lezer_may_and_an_outsider_finds_no_dossier(house):
    await house.write(item(DARK))
    await as_(house, roles.LEZER)
    assert found(await alike(house, "lantaarn")) == [DARK]
    await as_(house, None)
    assert DARK not in await house.get("/zoeken/lijkt-hierop?q=lantaarn", 404)


async def test_where_meaning_is_off_the_page_says_so_and_asks_for_nothing(house):
    house.services.likeness.meaning.on = False
    await house.write(item(DARK))
    page = await house.get("/zoeken?q=donker")
    assert "zoekt alleen op woorden" in page
    assert "hx-get" not in page
    assert "lukt nu niet" in await alike(house, "lantaarn")


async def test_an_encoder_that_fails_is_a_sentence_and_words_go_on(house, monkeypatch, caplog):
    def fails(texts):
        raise MemoryError

    monkeypatch.setattr(meaning, "_encoder", lambda: fails)
    await house.write(item(DARK))
    assert "Zoeken op betekenis lukt nu niet" in await alike(house, "lantaarn")
    assert "MemoryError" in caplog.text
    assert "station" not in caplog.text
    assert "<mark>donker</mark>" in await house.get("/zoeken?q=donker")


async def test_a_long_reading_is_done_beside_the_loop_and_says_how_far_it_is(house, monkeypatch):
    monkeypatch.setattr(likeness, "PATIENCE", 0)
    go_on, threads = threading.Event(), set()

    def waits(texts):
        threads.add(threading.current_thread())
        go_on.wait(10)
        return encode(texts)

    monkeypatch.setattr(meaning, "_encoder", lambda: waits)
    await house.write(item(DARK), item(PARENTS))
    html = await alike(house, "lantaarn")
    assert "0 van 2" in html
    assert 'hx-trigger="load delay' in html
    go_on.set()
    while "van 2" in (html := await alike(house, "lantaarn")):
        await asyncio.sleep(0.01)
    assert found(html) == [DARK]
    assert threading.current_thread() not in threads


async def test_a_line_is_read_once_also_when_it_stands_in_an_earlier_version_only(house, monkeypatch):
    read = []
    monkeypatch.setattr(meaning, "_encoder", lambda: lambda texts: read.extend(texts) or encode(texts))
    await house.write(item(DARK), item(PARENTS))
    await alike(house, "lantaarn")
    await house.write(item(PARENTS))
    await alike(house, "lantaarn&ook=ja")
    assert read == [DARK, PARENTS, "lantaarn.", "lantaarn."]
    [kept] = house.services.likeness._kept.values()
    assert kept.keys() == {key_of(DARK), key_of(PARENTS)}


async def only_parents_are_kept(house):
    kept = house.services.likeness._kept[house.partnership.id]
    while len(kept) > 1:
        await asyncio.sleep(0.01)
    assert kept.keys() == {key_of(PARENTS)}


async def delete_session(services, session):
    await services.db.write(lambda db: db.execute(delete(Session).where(Session.id == session.id)))


async def delete_session_elsewhere(services, session):
    """As another process does, which tells what it wrote by the bus."""
    async with services.db.engine.begin() as connection:
        await connection.execute(delete(Session).where(Session.id == session.id))
    services.fanout.hear(bus.beside({"session"}))


@pytest.mark.parametrize("erase", [delete_session, delete_session_elsewhere])
async def test_what_an_erased_text_means_goes_at_once_and_not_at_the_next_search(house, erase):
    await house.write(item(PARENTS))
    session = await house.session(title=DARK)
    assert DARK in found(await alike(house, "lantaarn"))
    await erase(house.services, session)
    await only_parents_are_kept(house)


async def test_of_a_dossier_that_is_erased_nothing_is_kept(house):
    await house.write(item(DARK), item(PARENTS))
    await alike(house, "lantaarn")
    kept = house.services.likeness._kept[house.partnership.id]
    await house.services.db.write(lambda db: erasures.delete_dossiers(db, [house.partnership.id]))
    while kept:
        await asyncio.sleep(0.01)


async def test_what_is_erased_while_it_is_read_is_not_kept(house, monkeypatch):
    monkeypatch.setattr(likeness, "PATIENCE", 0)
    go_on = threading.Event()
    monkeypatch.setattr(meaning, "_encoder", lambda: lambda texts: go_on.wait(10) and encode(texts))
    await house.write(item(PARENTS))
    session = await house.session(title=DARK)
    assert "0 van 2" in await alike(house, "lantaarn")
    await delete_session(house.services, session)
    [reader] = house.services.likeness._readers.values()
    go_on.set()
    await reader
    await only_parents_are_kept(house)


async def test_what_texts_mean_is_dropped_some_time_after_the_last_search(house, monkeypatch):
    monkeypatch.setattr(likeness, "KEPT_SECONDS", 0.01)
    await house.write(item(DARK))
    await alike(house, "lantaarn")
    while house.services.likeness._kept:
        await asyncio.sleep(0.01)


async def test_of_a_few_dossiers_only_something_is_kept(house, monkeypatch):
    monkeypatch.setattr(likeness, "MOST_DOSSIERS", 2)
    for number in range(4):
        await house.services.likeness.nearest(uuid.UUID(int=number), "x", {1: DARK}, frozenset((1,)))
    assert [*house.services.likeness._kept] == [uuid.UUID(int=2), uuid.UUID(int=3)]
