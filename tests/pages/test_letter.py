"""The page of the letter: each ground that is a link leads somewhere."""

import re

from tests.pages.test_provenance import a_chain
from tests.pages.test_record import as_, house, item
from workshop.accounts import roles
from workshop.record.letter import ADDRESSEES

__all__ = ["house"]


async def test_every_ground_leads_to_what_it_rests_on(house):
    await a_chain(house)
    await house.write(item("Praat erover", votes=9, chosen=True), field="1-A.kansen")
    for to in ADDRESSEES:
        shown = await house.get(f"/brief/{to}")
        letter = shown[shown.index("<article") : shown.index("</article>")]
        assert "eigen woorden" in letter
        found = set(re.findall(r'href="([^"]+)"', letter))
        assert any("/herkomst/" in each for each in found)
        for address in found:
            await house.get(address.removeprefix(house.home))


async def test_an_empty_dossier_says_what_to_do_first(house):
    assert "Houd eerst een sessie" in await house.get("/brief/raad")


async def test_who_may_only_read_may_read_the_letter_and_nobody_else_gets_one(house):
    await as_(house, roles.LEZER)
    assert "Beste raadsleden" in await house.get("/brief/raad")
    assert "Kies een brief aan de raad" in await house.get("/brief/koning", status=404)
