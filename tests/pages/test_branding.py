"""The logo and the colour of an organisation in documents: chosen, refused and removed by a coordinator."""

import base64
import io
import re
import zipfile

import pytest
import pytest_asyncio
from PIL import Image
from sqlalchemy import select

from tests.people import a_facilitator, a_member, a_partnership, signed_in
from tests.pictures import a_logo, an_animation, with_header
from workshop import colours, logos
from workshop.accounts import roles
from workshop.models import Deed, DossierBranding

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
GOOD = a_logo()
BAD = {
    "nothing": (b"", "Kies eerst een bestand"),
    "text": (b"Dit is geen plaatje", logos.NO_PICTURE),
    "svg": (SVG, logos.NO_PICTURE),
    "animated gif": (an_animation(), logos.NO_PICTURE),
    "truncated png": (GOOD[: len(GOOD) // 2], logos.BROKEN),
    "truncated jpeg": (a_logo((900, 900), "JPEG")[:2000], logos.BROKEN),
    "too wide": (with_header(GOOD, 4001, 10), logos.TOO_WIDE),
    "10000 x 10000": (with_header(GOOD, 10_000, 10_000), logos.TOO_WIDE),
    "30000 x 30000": (with_header(GOOD, 30_000, 30_000), logos.TOO_WIDE),
    "a little over 2 MB": (GOOD + bytes(logos.LARGEST_FILE), logos.TOO_LARGE),
    "20 MB": (bytes(20 * 1024 * 1024), logos.TOO_LARGE),
}


@pytest_asyncio.fixture
async def place(services, client):
    """A dossier of whoever sits at `client`."""
    account = await a_facilitator(services)
    await signed_in(client, services, account)
    return await a_partnership(services, account)


@pytest.fixture
def at(place):
    return f"/dossiers/{place.id}/beheer"


async def kept(services, place):
    async with services.db.read() as db:
        return await db.get(DossierBranding, place.id)


async def log(services):
    async with services.db.read() as db:
        what = Deed.what.startswith("logo-") | Deed.what.startswith("colour-")
        return [deed.what for deed in await db.scalars(select(Deed).where(what).order_by(Deed.at))]


async def sent(client, at, file):
    return await client.post(f"{at}/logo", files={"logo": ("logo.png", file)})


def error(page, field):
    return re.search(rf'id="{field}-fout"[^>]*>(.*?)</p>', page.text, re.DOTALL)[1]


async def test_a_logo_is_kept_small_without_what_the_file_says(client, services, place, at):
    exif = Image.Exif()
    exif[0x013B] = "Samira van de gemeente"
    answer = await sent(client, at, a_logo((1800, 300), "JPEG", exif=exif, comment="gemaakt door Samira"))
    assert answer.status_code == 303
    logo = (await kept(services, place)).logo
    picture = Image.open(io.BytesIO(logo))
    assert (picture.format, picture.size, picture.info) == ("PNG", (600, 100), {})
    assert b"Samira" not in logo
    page = (await client.get(answer.headers["location"])).text
    assert base64.b64encode(logo).decode() in page
    assert f'alt="Logo van {place.name}"' in page
    assert await log(services) == ["logo-changed"]


@pytest.mark.parametrize(("file", "sentence"), BAD.values(), ids=BAD)
async def test_what_is_no_logo_is_one_sentence_at_the_field(client, services, place, at, file, sentence):
    await sent(client, at, GOOD)
    await client.post(f"{at}/kleur", data={"colour": "#0e4f5b"})
    before = (await kept(services, place)).logo
    answer = await sent(client, at, file)
    assert answer.status_code == 422
    assert sentence in error(answer, "logo")
    assert base64.b64encode(before).decode() in answer.text
    assert 'value="#0e4f5b"' in answer.text
    assert (await kept(services, place)).logo == before


async def test_a_form_without_a_file_is_one_sentence(client, at):
    answer = await client.post(f"{at}/logo", data={"logo": "x"})
    assert answer.status_code == 422
    assert "Kies eerst een bestand" in error(answer, "logo")


async def test_a_second_press_changes_nothing(client, services, place, at):
    for _ in range(2):
        assert (await sent(client, at, GOOD)).status_code == 303
        assert (await client.post(f"{at}/kleur", data={"colour": "#1D6F8C "})).status_code == 303
    assert sorted(await log(services)) == ["colour-changed", "logo-changed"]
    for _ in range(2):
        assert (await client.post(f"{at}/logo/verwijdering")).status_code == 303
        assert (await client.post(f"{at}/kleur/verwijdering")).status_code == 303
    now = await kept(services, place)
    assert (now.logo, now.colour) == (b"", "")
    assert sorted(await log(services)) == ["colour-changed", "colour-removed", "logo-changed", "logo-removed"]
    assert "Logo van" not in (await client.get(at)).text


@pytest.mark.parametrize("typed", ["", "rood", "#12345", "#12345g", "1d6f8c", "#1d6f8c; x", "#1d6f8c00"])
async def test_a_wrong_colour_is_one_sentence_and_stays_in_its_field(client, services, place, at, typed):
    answer = await client.post(f"{at}/kleur", data={"colour": typed})
    assert answer.status_code == 422
    assert colours.WRONG in error(answer, "colour")
    assert f'value="{typed}"' in answer.text
    assert await kept(services, place) is None


async def test_a_colour_that_is_hard_to_read_becomes_darker_and_the_page_says_so(client, services, place, at):
    answer = await client.post(f"{at}/kleur", data={"colour": "#ffd200"})
    assert "te licht" in (await client.get(answer.headers["location"])).text
    colour = (await kept(services, place)).colour
    assert colour != "#ffd200"
    assert f'value="{colour}"' in (await client.get(at)).text


@pytest.mark.parametrize(
    "colour", ["#ffffff", "#ffd200", "#767676", "#e4572e", "#00ff00", "#0e4f5b", "#000000"]
)
def test_a_legible_colour_is_legible_and_stays_so(colour):
    found = colours.legible(colour)
    assert colours.contrast(found, colours.WHITE) >= colours.LEAST_CONTRAST
    assert colours.contrast(found, colours.tint(found)) >= colours.LEAST_CONTRAST
    assert colours.legible(found) == found


def test_contrast_is_that_of_wcag():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("role", [roles.BEGELEIDER, roles.LEZER])
async def test_only_a_coordinator_chooses_them(client, services, place, at, role):
    account = await a_facilitator(services, "Kevin")
    await a_member(services, place, account, role)
    await signed_in(client, services, account)
    assert (await sent(client, at, GOOD)).status_code == 403
    for deed in ("logo/verwijdering", "kleur", "kleur/verwijdering"):
        assert (await client.post(f"{at}/{deed}", data={"colour": "#0e4f5b"})).status_code == 403
    assert await kept(services, place) is None


@pytest.mark.parametrize(("format", "folder"), [("docx", "word/media/"), ("pptx", "ppt/media/")])
async def test_a_document_that_is_downloaded_has_the_logo(client, place, at, format, folder):
    await sent(client, at, GOOD)
    answer = await client.get(f"/dossiers/{place.id}/bouwstenen/1-a/document/{format}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert [name for name in opened.namelist() if name.startswith(folder)]
