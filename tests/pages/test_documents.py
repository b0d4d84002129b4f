"""Downloading documents: who may, what the file is called, what is logged, and what is said if it fails."""

import csv
import io
from urllib.parse import unquote

import docx
import pytest
import pytest_asyncio
from lxml import etree
from sqlalchemy import select

from tests.pages.fillings import forms_to
from tests.people import a_facilitator, a_member, a_partnership, a_session, conduct, signed_in
from workshop import days
from workshop.accounts import roles
from workshop.codes import new_id
from workshop.documents import contents, document, formats
from workshop.items import Item
from workshop.log.what import What
from workshop.models import Deed, Session, ThemeMarks, now
from workshop.pages.dossier.documents import disposition, name_of
from workshop.record import answers

BEGINS = {"pdf": b"%PDF-1.7", "docx": b"PK", "xlsx": b"PK", "pptx": b"PK"}


@pytest_asyncio.fixture
async def dossier(client, services):
    """With one ambition, and its reader signed in."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account, name="Veilig “Ijsselstein”")
    ambition = [Item(id="a1", text="Iedereen kent zijn grens")]
    await services.db.write(
        lambda db: answers.write(db, partnership.id, "1-B.ambities", ambition, account_id=account.id)
    )
    reader = await a_facilitator(services, "Lies")
    await a_member(services, partnership, reader, roles.LEZER)
    await signed_in(client, services, reader)
    return partnership


async def deeds(services):
    async with services.db.read() as db:
        found = await db.scalars(select(Deed).where(Deed.what == What.DOCUMENT_DOWNLOADED))
        return [deed.about for deed in found]


@pytest.mark.parametrize("ending", BEGINS)
async def test_who_reads_a_dossier_can_have_it_in_every_format(client, dossier, services, ending):
    home = f"/dossiers/{dossier.id}"
    for path in ("/document", "/document/bouwsteen/1", "/bouwstenen/1-b/document", "/bouwstenen/2/document"):
        answer = await client.get(f"{home}{path}/{ending}")
        assert answer.status_code == 200, path
        assert answer.content.startswith(BEGINS[ending])
        assert answer.headers["content-type"] == formats.FORMATS[ending].media_type
        assert answer.headers["cache-control"] == "no-store"
    name = formats.FORMATS[ending].name
    assert await deeds(services) == [
        f"Dossier: {contents.DOSSIER_TITLE} ({name})",
        f"Bouwsteen 1: Staat van de jeugd en ambities ({name})",
        f"Werkblad 1-B: {services.library.worksheet('1-B').title} ({name})",
        f"Werkblad 2: {services.library.worksheet('2').title} ({name})",
    ]


async def test_a_file_is_named_for_people_who_keep_many(client, dossier):
    answer = await client.get(f"/dossiers/{dossier.id}/bouwstenen/1-b/document/pdf")
    plain, full = answer.headers["content-disposition"].split("; filename*=UTF-8''")
    assert unquote(full) == f"Werkblad 1-B, Veilig “Ijsselstein”, {days.today()}.pdf"
    assert plain == f'attachment; filename="Werkblad 1-B, Veilig Ijsselstein, {days.today()}.pdf"'


def test_no_name_of_a_dossier_leaves_the_folder_or_the_header():
    front = document.Document("Dossier", "x", '../..\\"; x="\r\ny', "x", days.today(), ())
    assert name_of(front, "pdf") == f"Dossier, .. .. ; x= y, {days.today()}.pdf"
    assert "\n" not in disposition(name_of(front, "pdf"))


async def test_a_worksheet_can_be_had_for_one_ambition(client, dossier):
    path = f"/dossiers/{dossier.id}/bouwstenen/2/document/docx"
    assert (await client.get(path, params={"over": "a1"})).status_code == 200
    assert (await client.get(path, params={"over": "a2"})).status_code == 404


async def test_what_is_not_there_is_said_in_a_sentence_and_not_logged(client, dossier, services):
    home = f"/dossiers/{dossier.id}"
    for path, sentence in (
        ("/document/exe", "Kies PDF, Word, Excel of PowerPoint"),
        ("/document/bouwsteen/9/pdf", "Deze bouwsteen is er niet"),
        ("/bouwstenen/9-z/document/pdf", "Dit werkblad bestaat niet"),
    ):
        answer = await client.get(home + path)
        assert answer.status_code == 404
        assert sentence in answer.text
    assert await deeds(services) == []


async def test_parts_of_a_dossier_can_be_chosen_with_the_form_of_its_menu(client, dossier, services):
    home = f"/dossiers/{dossier.id}"
    [form] = forms_to((await client.get(home)).text, f"{home}/document/pdf")
    ticked = [box.get("value") for box in form.xpath(".//input[@name='deel']")]
    numbers = [one.number for one in services.library.bouwstenen]
    assert ticked == ["", "eerste-pagina", *(f"bouwsteen-{number}" for number in numbers)]

    async def words(*parts):
        answer = await client.get(f"{home}/document/docx", params={"deel": parts})
        assert answer.status_code == 200
        return "\n".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)

    def found(told):
        return [part for part in ("Wat we vroegen", "Bouwsteen 1: Staat", "Bouwsteen 2:") if part in told]

    every = await words(*ticked)
    assert every == await words()
    assert len(found(every)) == 3
    assert "Hierin" not in every
    brief, one = await words("eerste-pagina"), await words("", "bouwsteen-1")
    assert found(brief) == ["Wat we vroegen"]
    assert "Hierin: de eerste pagina" in brief
    assert found(one) == ["Bouwsteen 1: Staat"]
    assert "Hierin: bouwsteen 1" in one
    for ending in BEGINS:
        for parts in (["eerste-pagina"], ["bouwsteen-2"]):
            answer = await client.get(f"{home}/document/{ending}", params={"deel": parts})
            assert answer.content.startswith(BEGINS[ending])


async def test_a_part_that_is_not_there_is_said_and_nothing_is_made(client, dossier, services):
    for parts, sentence in (
        ([""], "Er is nog niets gekozen"),
        (["bouwsteen-9"], "Dit deel van het document is er niet"),
        (["bouwsteen-1", "alles<script>"], "Dit deel van het document is er niet"),
    ):
        answer = await client.get(f"/dossiers/{dossier.id}/document/pdf", params={"deel": parts})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "alles<script>" not in answer.text
    assert await deeds(services) == []


async def test_a_session_that_is_not_saved_is_for_who_runs_sessions(client, dossier, services):
    account = await a_facilitator(services)
    await a_member(services, dossier, account, roles.BEGELEIDER)
    desk = await signed_in(client, services, account)
    session = await a_session(services, partnership=dossier, sign_in=desk, step="zorgen-kansen")
    address = f"/sessies/{session.id}/document/pdf"
    assert (await client.get(address)).status_code == 200
    await (await conduct(services, session)).end()
    assert (await client.get(address)).status_code == 200
    reader = await a_facilitator(services, "Lot")
    await a_member(services, dossier, reader, roles.LEZER)
    await signed_in(client, services, reader)
    assert (await client.get(address)).status_code == 403
    await client.get(f"/dossiers/{dossier.id}")


async def test_too_long_and_too_busy_are_said_with_what_to_do(client, dossier, services, monkeypatch):
    address = f"/dossiers/{dossier.id}/document/pdf"
    monkeypatch.setattr(document, "MOST_LINES", 0)
    answer = await client.get(address)
    assert answer.status_code == 422
    assert "per bouwsteen" in answer.text
    monkeypatch.setattr(formats, "MOST_WAITING", 0)
    answer = await client.get(address)
    assert answer.status_code == 503
    assert "over een minuut" in answer.text
    assert await deeds(services) == []


async def test_every_page_that_shows_it_offers_every_format(client, dossier, services):
    account = await a_facilitator(services)
    await a_member(services, dossier, account, roles.BEGELEIDER)
    desk = await signed_in(client, services, account)
    session = await a_session(services, partnership=dossier, sign_in=desk)
    home = f"/dossiers/{dossier.id}"
    for page, address in (
        (home, f"{home}/document"),
        (f"{home}/bouwstenen", f"{home}/document/bouwsteen/6"),
        (f"{home}/bouwstenen/1-b", f"{home}/bouwstenen/1-b/document"),
        (f"{home}/sessies/{session.id}", f"/sessies/{session.id}/document"),
        (f"/sessies/{session.id}/regie", f"/sessies/{session.id}/document"),
    ):
        text = (await client.get(page)).text
        assert [e for e in formats.FORMATS if f'href="{address}/{e}" download' in text] == list(
            formats.FORMATS
        ), page
    over = (await client.get(f"{home}/bouwstenen/2", params={"over": "a1"})).text
    assert f'href="{home}/bouwstenen/2/document/pdf?over=a1" download' in over


MANY, FEW = [0, 0, 0, 0, 0, 4, 5, 3, 0, 0], [0, 0, 0, 0, 0, 1, 2, 0, 0, 0]
FIELD = "0-leren.cijfers"
NOBODY = "<b>الاحترام</b> & 尊重"


@pytest_asyncio.fixture
async def marked(services, dossier):
    """The address of marks: a theme with a hostile name has enough of them, another too few."""
    held = Session(id=new_id(), partnership_id=dossier.id, worksheet="0-leren", title="E", ended_at=now())

    async def store(db):
        db.add(held)
        await db.flush()
        for theme, label, counts in (("respect", NOBODY, MANY), ("proces", "Proces", FEW)):
            db.add(
                ThemeMarks(
                    partnership_id=dossier.id,
                    session_id=held.id,
                    field=FIELD,
                    theme=theme,
                    label=label,
                    counts=counts,
                    at=now(),
                )
            )

    await services.db.write(store)
    return f"/dossiers/{dossier.id}/cijfers"


async def test_a_chart_can_be_had_by_itself_with_its_title_its_source_and_words_for_who_hears_it(
    client, dossier, services, marked
):
    theme = (await client.get(f"{marked}/{FIELD}/respect/grafiek/svg")).content
    drawing = etree.fromstring(theme)
    inside = {etree.QName(part).localname for part in drawing.iter()}
    assert not inside & {"image", "script", "foreignObject", "a"}
    assert drawing.findtext("{*}title") == NOBODY
    assert "gemiddeld cijfer per sessie" in drawing.findtext("{*}desc")
    assert theme.count(b"@font-face") == 4
    links = {value for part in drawing.iter() for name, value in part.items() if name.endswith("href")}
    assert all(link.startswith("#") for link in links)
    for address in (f"{marked}/{FIELD}/respect/grafiek/png", f"/dossiers/{dossier.id}/kompas/png"):
        answer = await client.get(address)
        assert answer.content.startswith(b"\x89PNG")
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-disposition"].startswith("attachment")
    assert (await deeds(services))[1:] == [f"Grafiek: {NOBODY} (PNG)", "Grafiek: Zo ver zijn we (PNG)"]


async def test_every_page_with_a_chart_offers_it_and_nothing_of_too_few_marks(client, dossier, marked):
    home = f"/dossiers/{dossier.id}"
    theme = f"{marked}/{FIELD}/respect"
    for page, address in (
        (home, f"{home}/kompas"),
        (marked, f"{theme}/grafiek"),
        (theme, f"{theme}/grafiek"),
    ):
        text = (await client.get(page)).text
        assert all(f'href="{address}/{ending}" download' in text for ending in formats.PICTURES), page
        assert "/proces/grafiek" not in text
    for address, sentence in (
        (f"{marked}/{FIELD}/proces/grafiek/svg", "Kies een thema met genoeg cijfers"),
        (f"{theme}/grafiek/gif", "Kies SVG of PNG"),
        (f"{home}/kompas/pdf", "Kies SVG of PNG"),
    ):
        answer = await client.get(address)
        assert answer.status_code == 404
        assert sentence in answer.text


async def test_marks_and_indicators_open_in_a_dutch_excel_and_nothing_in_them_computes(
    client, dossier, services, marked
):
    bad = Item(id="i1", text='=HYPERLINK("http://evil.example")', details={"owner": " -2+3"})

    async def write(db):
        await answers.write(db, dossier.id, "2.indicatoren", [bad], account_id=dossier.created_by)

    await services.db.write(write)
    answer = await client.get(f"/dossiers/{dossier.id}/tabellen/cijfers/csv")
    assert answer.content.startswith(b"\xef\xbb\xbfThema;Sessie;Cijfers;Gemiddelde;")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    day = days.today().strftime("%d-%m-%Y")
    assert sorted(row[:6] for row in rows[1:]) == [
        [NOBODY, day, "12", "6,9", "6", "8"],
        ["Proces", day, "3", "", "", ""],
    ]
    answer = await client.get(f"/dossiers/{dossier.id}/tabellen/indicatoren/csv")
    [_, row] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert row[0] == """'=HYPERLINK("http://evil.example")"""
    assert row[5] == "'-2+3"
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "/tabellen/cijfers/csv" in (await client.get(marked)).text
    for path in ("/tabellen/leden/csv", "/tabellen/cijfers/exe"):
        answer = await client.get(f"/dossiers/{dossier.id}{path}")
        assert answer.status_code == 404
        assert "Deze tabel is er niet" in answer.text
