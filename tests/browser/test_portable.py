"""A coordinator in a browser: keys, the end of a dossier and its keeping, and an archive that comes back."""

import pytest

from tests.browser.actors import assert_accessible
from tests.browsers import DESK, PHONE
from tests.people import a_facilitator, a_partnership
from workshop.accounts import sign_in
from workshop.pages.visitor import COOKIE


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_coordinator_gives_a_key_ends_a_dossier_and_keeps_it(services, settings, visitor, options):
    account = await a_facilitator(services)
    place = await a_partnership(services, account)
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=1))
    page = await visitor(**options)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
    await page.goto(f"/dossiers/{place.id}/leden")
    await page.get_by_role("link", name="Beheer van dit dossier").click()
    await page.get_by_role("heading", name="Beheer van dit dossier").wait_for()
    await assert_accessible(page, "beheer")
    await page.get_by_label("Naam van een nieuwe sleutel").fill("Rapport")
    await page.get_by_role("button", name="Maak een sleutel").click()
    await page.get_by_role("heading", name="De sleutel is klaar").wait_for()
    await assert_accessible(page, "sleutel")
    await page.get_by_label("Typ de naam over").fill("fout")
    await page.get_by_role("button", name="Verwijder dit dossier").click()
    await page.get_by_text("Typ hem over").wait_for()
    await assert_accessible(page, "verkeerde naam")
    await page.get_by_label("Typ de naam over").fill(place.name)
    await page.get_by_role("button", name="Verwijder dit dossier").click()
    await page.goto(f"/dossiers/{place.id}")
    await assert_accessible(page, "verdwijnt")
    async with page.expect_navigation():
        await page.get_by_role("button", name="Toch bewaren").click()
    await page.get_by_text("Het dossier blijft.").wait_for()
    async with page.expect_download() as downloaded:
        await page.get_by_role("button", name="Download het archief").click()
    file = await (await downloaded.value).path()
    await page.goto("/dossiers/overnemen")
    await assert_accessible(page, "overnemen")
    await page.get_by_label("Archief van het dossier").set_input_files(file)
    await page.get_by_role("button", name="Neem het dossier over").click()
    await page.get_by_text("Dit dossier staat al in deze Kompas Live.").wait_for()
    await assert_accessible(page, "staat er al")
