"""The page that tells where a text comes from."""

import re
import uuid

import pytest

from tests.pages.test_record import SCRIPT, as_, house, item
from workshop.accounts import roles
from workshop.models import now
from workshop.record import actions

__all__ = ["house"]


async def a_chain(house):
    """A worry of a session that was chosen in another one."""
    session = await house.session(ended_at=now(), saved_at=now())
    split = {"jongere": 5, "uitvoering": 7}
    worry = item("Foto's doorsturen", session=str(session.id), cards=3, votes=12, votes_by=split)
    await house.write(worry, field="1-A.zorgen")
    chosen = item("Samen tegen doorsturen", origins=(worry.id,), session=str(session.id), votes=3)
    await house.write(chosen, field="1-B.aan-de-slag")
    return session, worry, chosen


async def test_every_step_leads_to_its_worksheet_and_its_session(house):
    session, worry, chosen = await a_chain(house)
    html = await house.get(f"/herkomst/{chosen.id}?veld=1-B.aan-de-slag")
    assert re.search(r"Gekozen uit.*Foto's doorsturen", html, re.DOTALL)
    assert f"/bouwstenen/1-a?stap=s5#tekst-{worry.id}" in html
    assert f"/sessies/{session.id}" in html
    assert html.count('id="stap-') == 2


async def test_groups_are_told_only_where_the_numbers_allow_it(house):
    _, worry, chosen = await a_chain(house)
    html = await house.get(f"/herkomst/{worry.id}")
    assert "Stippen per groep: jongeren 5, professionals 7." in html
    assert "Per groep zeggen we hier niets" not in html
    html = await house.get(f"/herkomst/{chosen.id}")
    assert "Per groep zeggen we hier niets" in html


async def test_an_own_group_is_told_by_its_name(house):
    found = item("x", session=uuid.uuid4().hex, votes=12, votes_by={"School A": 5, "uitvoering": 7})
    await house.write(found)
    told = "Stippen per groep: professionals 7, <bdi>School A</bdi> 5."
    assert told in await house.get(f"/herkomst/{found.id}")


async def test_a_split_of_before_an_installation_became_stricter_is_not_told(house):
    few = {"jongere": 4, "ouder": 9}
    found = item("x", session=uuid.uuid4().hex, votes=13, votes_by=few, cards_by={"jongere": 20})
    await house.write(found)
    html = await house.get(f"/herkomst/{found.id}")
    assert "per groep:" not in html


async def test_a_text_that_nothing_came_before_says_so(house):
    found = item("Zomaar", by="Samira")
    await house.write(found)
    html = await house.get(f"/herkomst/{found.id}")
    assert "Waar dit van vóór die tijd vandaan komt" in html
    assert 'class="kl-chain"' not in html


async def test_an_action_has_a_chain_through_its_question(house):
    await house.write(item("Weinig vertrouwen"), field="0-leren.naar-hoger-cijfer")
    action = await house.action("Elkaar bellen")
    link = f"/herkomst/{action.id.hex}?veld=0-leren.acties"
    assert link in await house.get(f"/acties/{action.id}")
    assert link in await house.get("/bouwstenen/0-leren?stap=s3")
    html = await house.get(link)
    assert re.search(r"Bouwt voort op.*\(1 tekst\)", html, re.DOTALL)
    assert "Weinig vertrouwen" in html


async def test_a_text_on_the_worksheet_leads_to_its_chain(house):
    ambition = item("Iedereen kent eigen grenzen")
    await house.write(ambition, field="1-B.ambities")
    result = item("Minder appjes")
    await house.write(result, field="2.bereiken", about=ambition.id)
    worksheet = await house.get(f"/bouwstenen/2?stap=s3&over={ambition.id}")
    link = f"/herkomst/{result.id}?veld=2.bereiken&over={ambition.id}"
    assert link in worksheet
    assert re.search("Hoort bij.*Iedereen kent", await house.get(link), re.DOTALL)


@pytest.mark.parametrize("path", ["/herkomst/niets", "/herkomst/x?veld=9.z", "/herkomst/" + "a" * 300])
async def test_a_text_that_is_not_there_is_not_found_and_says_where_to_look(house, path):
    assert "Kijk in de geschiedenis" in await house.get(path, 404)


async def test_who_may_read_the_dossier_may_read_a_chain_and_nobody_else(house):
    _, _, chosen = await a_chain(house)
    await as_(house, roles.LEZER)
    await house.get(f"/herkomst/{chosen.id}")
    await as_(house, None)
    await house.get(f"/herkomst/{chosen.id}", 404)


async def test_words_in_a_chain_are_text_and_never_run(house):
    worry = item(SCRIPT, session=uuid.uuid4().hex, quotes=(SCRIPT,), by=SCRIPT)
    await house.write(worry)
    chosen = item(SCRIPT, origins=(worry.id,))
    await house.write(chosen, field="1-B.aan-de-slag")
    response = await house.client.get(f"{house.home}/herkomst/{chosen.id}")
    assert response.status_code == 200
    assert SCRIPT not in response.text


async def test_an_action_that_is_about_no_question_has_no_link(house):
    await house.services.db.write(
        lambda db: actions.create(db, house.partnership.id, "", "Los", account_id=house.account.id)
    )
    assert "Waar komt dit vandaan" not in await house.get("/acties")
