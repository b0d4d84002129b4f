import re
import uuid

import pytest
from sqlalchemy import func, select

from tests.accounts.house import House
from tests.pages.test_record import a_house
from workshop.log import reading, writing
from workshop.log.what import UNKNOWN, What
from workshop.models import Deed


@pytest.fixture
def house(services, app):
    return House(services, app)


async def _dossier(house, role="begeleider"):
    """Samira's dossier, in which Kevin has a role; their browsers and its address."""
    samira, kevin = await house.account("Samira"), await house.account("Kevin")
    place = await house.dossier(samira)
    await house.join(kevin, place, role)
    browsers = [await house.signed_in(account) for account in (samira, kevin)]
    return *browsers, f"/dossiers/{place}"


async def _count(house, what):
    return await house.one(select(func.count()).select_from(Deed).where(Deed.what == what))


async def test_opening_a_dossier_is_noted_once_a_day_for_each_person(house):
    samira, kevin, place = await _dossier(house, "lezer")
    for browser in (samira, samira, kevin, kevin):
        await browser.get(place)
        await browser.get(f"{place}/acties")
    assert await _count(house, What.DOSSIER_SEEN) == 2
    writing._LOOKED.clear()  # another process, or a restart
    await samira.get(place)
    assert await _count(house, What.DOSSIER_SEEN) == 2


async def test_a_second_look_writes_nothing(house):
    samira, _, place = await _dossier(house)
    await samira.get(place)
    before = house.db.writes
    await samira.get(place)
    await samira.get(f"{place}/logboek")
    assert house.db.writes == before


async def test_the_log_reads_as_sentences_newest_first(house):
    samira, kevin, place = await _dossier(house)
    await samira.get(place)
    await kevin.post(
        f"{place}/acties", data={"text": "Bel <b>Fatima</b> thuis op", "field": "0-leren.acties"}
    )
    shown = (await samira.get(f"{place}/logboek")).text
    added = shown.index("<bdi>Kevin</bdi></b> voegt een actie toe")
    assert added < shown.index("<bdi>Samira</bdi></b> bekijkt het dossier")
    assert "Fatima" not in shown  # an action's words may come from a card


async def test_writing_by_hand_is_one_line_a_sitting(house, client, services):
    desk = await a_house(client, services)
    number, stamp = 0, ""
    for text in ("Er wordt", "Er wordt veel", "Er wordt veel gelachen"):
        there = (await desk.autosave({"kind": "zorg", "text": text}, number=number, stamp=stamp)).json()
        number, stamp = there["number"], there["stamp"]
    assert await _count(house, What.ANSWER_CHANGED) == 1


async def test_only_a_coordinator_sees_the_whole_log(house):
    """A facilitator reads the part about moderation: tests/pages/test_moderation.py."""
    _, kevin, place = await _dossier(house, "lezer")
    assert (await kevin.get(f"{place}/logboek")).status_code == 403
    assert "/logboek" not in (await kevin.get(f"{place}/leden")).text
    els = await house.signed_in(await house.account("Els"))
    assert (await els.get(f"{place}/logboek")).status_code == 404


async def test_the_log_is_filtered_by_person_and_kind(house):
    samira, kevin, place = await _dossier(house)
    await kevin.get(place)
    await samira.post(f"{place}/uitnodigingen", data={"role": "lezer"})
    shown = (await samira.get(f"{place}/logboek", params={"wat": "leden"})).text
    assert "<bdi>Samira</bdi></b> maakt een uitnodiging: lezer</span>" in shown
    assert "</b> bekijkt" not in shown
    person = re.search(r'<option value="([0-9a-f-]{36})">Kevin', shown)[1]
    shown = (await samira.get(f"{place}/logboek", params={"wie": person, "wat": "gezien"})).text
    assert "<bdi>Kevin</bdi></b> bekijkt" in shown
    assert "<bdi>Samira</bdi></b>" not in shown
    empty = (await samira.get(f"{place}/logboek", params={"wie": person, "wat": "uitvoer"})).text
    assert "Kies iemand anders of iets anders." in empty


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "", "²", "9" * 400])
async def test_a_filter_or_page_that_is_not_there_is_a_clean_answer(house, wrong):
    samira, _, place = await _dossier(house)
    answer = await samira.get(f"{place}/logboek", params={"blad": wrong, "wie": wrong, "wat": wrong})
    assert answer.status_code == 200


async def test_a_long_log_has_pages(house, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    samira, _, place = await _dossier(house)
    for _ in range(4):
        await samira.post(f"{place}/uitnodigingen", data={"role": "lezer"})
    shown = (await samira.get(f"{place}/logboek", params={"wat": "leden"})).text
    assert "Bladzijde 1 van 2" in shown
    older = re.search(r'rel="next" href="([^"]+)"', shown)[1].replace("&amp;", "&")
    assert "wat=leden" in older
    assert "Bladzijde 2 van 2" in (await samira.get(older)).text


async def test_what_a_newer_version_logged_is_a_line_under_the_rest_and_breaks_no_page(house):
    samira, _, place = await _dossier(house)
    partnership_id, account_id = uuid.UUID(place.rpartition("/")[2]), (await house.account("Els")).id
    newer = Deed(partnership_id=partnership_id, account_id=account_id, what="dossier-sung", about="Lied")

    async def store(db):
        db.add(newer)

    await house.db.write(store)
    for params in ({}, {"wat": "anders"}):
        shown = (await samira.get(f"{place}/logboek", params=params)).text
        assert f"<bdi>Els</bdi></b> {UNKNOWN}: <bdi>Lied</bdi>" in shown
    assert "Lied" not in (await samira.get(f"{place}/logboek", params={"wat": "dossier"})).text


async def test_what_nobody_did_is_said_of_the_application(house):
    samira, _, place = await _dossier(house)
    hours = {"hours": 24}
    line = Deed(
        partnership_id=uuid.UUID(place.rpartition("/")[2]),
        what=What.SESSION_CLOSED_ITSELF,
        particulars=hours,
        about="Sessie",
    )

    async def store(db):
        db.add(line)

    await house.db.write(store)
    shown = (await samira.get(f"{place}/logboek", params={"wat": "sessies"})).text
    assert "<bdi>Kompas Live</bdi></b> sluit de sessie na 24 uur: <bdi>Sessie</bdi>" in shown
