"""The whole history of one question."""

import pytest

from tests.pages.test_record import FIELD, SCRIPT, a, as_, house, item
from workshop.accounts import roles
from workshop.models import now
from workshop.record import timeline

__all__ = ["house"]
HISTORY = f"/velden/{FIELD}/versies"


async def test_every_version_says_what_changed_word_by_word_who_did_it_and_when(house):
    await house.edit(a("Foto's doorsturen is gewoon"))
    (first,) = await house.items()
    session = await house.session(ended_at=now(), saved_at=now())
    await house.write(item("Naroepen"), first, session_id=session.id, note="Uit de sessie ‘Zorgen’")
    await house.edit(a("Foto's delen is gewoon", id=first.id), number=2)
    html = await house.get(HISTORY)
    assert "weg: </span>doorsturen</del>" in html
    assert "erbij: </span>delen</ins>" in html
    assert html.index("Versie 3") < html.index("Versie 2") < html.index("Versie 1")
    assert f"/sessies/{session.id}" in html
    assert "<bdi>Samira</bdi>" in html
    assert HISTORY in await house.get("/bouwstenen/1-a?stap=s5")
    assert HISTORY in await house.get(f"{HISTORY}/1")


async def test_putting_back_is_undone_by_the_same_means(house):
    await house.edit(a("Naroepen"))
    await house.edit(a("Doorsturen"), number=1)
    html = await house.get(HISTORY)
    assert f"{HISTORY}/1#terug" in html
    assert "Zet versie 1 terug</button>" in await house.get(f"{HISTORY}/1")
    await house.post(f"/velden/{FIELD}/herstel", version=1, number=2)
    html = await house.get(HISTORY)
    assert f'{HISTORY}/2#terug">Maak deze verandering ongedaan' in html
    await house.post(f"/velden/{FIELD}/herstel", version=2, number=3)
    assert sorted(found.text for found in await house.items()) == ["Doorsturen", "Naroepen"]


async def test_a_lezer_reads_the_history_and_puts_nothing_back(house):
    await house.edit(a("Naroepen"))
    await house.edit(a("Doorsturen"), number=1)
    await as_(house, roles.LEZER)
    html = await house.get(HISTORY)
    assert "Doorsturen" in html
    assert "#terug" not in html


async def test_a_long_history_has_pages_that_together_hold_all(house):
    total = timeline.A_PAGE + 3
    for number in range(1, total + 1):
        await house.write(item(f"Tekst {number}."))
    first = await house.get(HISTORY)
    assert f"voor={total - timeline.A_PAGE + 1}" in first
    second = await house.get(f"{HISTORY}?voor=4")
    found = [n for n in range(1, total + 1) if f'versies/{n}">Versie {n}<' in first + second]
    assert found == list(range(1, total + 1))
    assert "Tekst 3." in first.partition(f"Versie {4}<")[2]


@pytest.mark.parametrize("before", ["-1", "0", "9" * 15])
async def test_a_page_that_is_not_there_is_the_first(house, before):
    await house.edit(a("Naroepen"))
    assert "Naroepen" in await house.get(f"{HISTORY}?voor={before}")


async def test_each_ambition_has_its_own_history_also_after_it_went(house):
    ambition, other = item("Grenzen kennen"), item("Minder appjes")
    await house.write(ambition, other, field="1-B.ambities")
    await house.write(item("Voor grenzen"), field="2.bereiken", about=ambition.id)
    await house.write(item("Voor allemaal"), field="2.bereiken")
    path = "/velden/2.bereiken/versies"
    html = await house.get(f"{path}?over={ambition.id}")
    assert "Voor grenzen" in html
    assert "Voor allemaal" not in html
    assert "Alles samen" in html
    assert "Minder appjes" not in html
    assert "Over: <b><bdi>Grenzen kennen" in await house.get(f"{path}/1?over={ambition.id}")
    await house.write(field="1-B.ambities")
    assert "Voor grenzen" in await house.get(f"{path}?over={ambition.id}")


async def test_what_happened_to_actions_is_history_too(house):
    action = await house.action("Elkaar bellen")
    await house.post(f"/acties/{action.id}", status="busy")
    for path in ("/velden/0-leren.acties/versies", "/bouwstenen/0-leren?stap=s3"):
        html = await house.get(path)
        assert "Afgesproken" in html
        assert "Stand: nog niet begonnen werd bezig" in html


async def test_a_question_without_an_answer_has_an_empty_history_that_says_what_to_do(house):
    assert "nog niemand iets geschreven. Vul de vraag in" in await house.get(HISTORY)
    assert "Deze vraag bestaat niet" in await house.get("/velden/9.z/versies", 404)


async def test_words_in_a_history_are_text_and_never_run(house):
    await house.write(item(f"een {SCRIPT} twee"))
    (first,) = await house.items()
    await house.edit(a(f"een {SCRIPT} drie", id=first.id), number=1)
    response = await house.client.get(house.home + HISTORY)
    assert response.status_code == 200
    assert SCRIPT not in response.text
