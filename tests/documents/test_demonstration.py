"""Every document of the demonstration's dossier, as validators, office programs and readers see it."""

import pytest

from tests.documents import tools
from tests.documents.conftest import made_in

pytestmark = [pytest.mark.programs, pytest.mark.xdist_group("demonstration")]
DOSSIER, SOURCE = "Veilig opgroeien in Lindewaard", "kwaliteitskompas van NJi en Rutgers"


def assert_complete(file, folder):
    """No page is blank, and it says whose it is, where it comes from and of when."""
    pages = tools.ink(file, folder)
    assert pages, file.name
    assert min(pages) > 0.002, (file.name, pages)
    said = " ".join(tools.text_of(file).split())
    assert {DOSSIER in said, SOURCE in said, "2026" in said} == {True}, file.name


async def test_every_pdf_passes_pdf_ua_1_and_pdf_a_2a(pdfs, demonstration):
    library = demonstration.services.library
    assert len(pdfs) == 1 + len(library.bouwstenen) + len(library.worksheets) + 5
    assert not [verdict for verdict in tools.verdicts(pdfs) if verdict[2] != "passes"]


async def test_every_page_of_a_pdf_has_something_on_it(pdfs, tmp_path):
    for file in pdfs:
        assert_complete(file, tmp_path)


async def test_libreoffice_opens_every_word_excel_and_powerpoint_file_and_finds_the_same_in_it(
    documents, demonstration, tmp_path
):
    words = await made_in(tmp_path, documents, "docx")
    tables = await made_in(tmp_path, documents, "xlsx", after="-tabellen")
    shown = await made_in(tmp_path, documents, "pptx", after="-dia")
    opened = tools.as_pdf([*words, *tables, *shown], tmp_path)
    assert not [file.name for file, made in opened.items() if not made.exists()]
    for file, made in opened.items():
        if file not in shown:
            assert_complete(made, tmp_path)
    for file, build in zip(shown, documents.values(), strict=True):
        pages = tools.text_of(opened[file]).split("\f")[:-1]
        assert len(pages) == 1 + len(build().deck.slides)
        for page, slide in zip(pages[1:], build().deck.slides, strict=True):
            assert slide.title in page
        assert min(tools.ink(opened[file], tmp_path)) > 0.002, file.name
    for file, build in zip(words, documents.values(), strict=True):
        said = "".join(tools.text_of(opened[file]).split())
        missing = [
            b.text for b in build().front.blocks if hasattr(b, "text") and "".join(b.text.split()) not in said
        ]
        assert len(missing) <= 3, (file.name, missing)  # what a page break cuts in two


async def test_the_dossier_has_a_table_of_contents_and_numbers_its_pages(pdfs):
    pages = tools.text_of(pdfs[0]).split("\f")[:-1]
    assert "Inhoud" in pages[1]
    assert "Bouwsteen 0: Gezamenlijk belang en samenwerking" in pages[1]
    assert f"Pagina 3 van {len(pages)}" in pages[2]
