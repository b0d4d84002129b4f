"""Whatever people write stands in a document as they wrote it, and nothing of it runs."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from docx import Document as open_word
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation as open_slides

from tests.documents import tools
from workshop.documents import excel, glyphs, look, pdf, powerpoint, word
from workshop.documents.book import Book, ExcelColumn, ExcelSheet
from workshop.documents.deck import BarChart, Deck, LineChart, Slide
from workshop.documents.document import (
    MOST_LINES,
    CannotMake,
    Document,
    Heading,
    Lines,
    Paragraph,
    Table,
    TextLine,
    cell,
    checked,
    cleaned,
    plain,
)

pytestmark = pytest.mark.programs

DAY = dt.date(2026, 11, 24)
NASTY = (
    '#import "@preview/x:1.0.0": * #panic("ja")',
    "*vet* _schuin_ $x^2$ <label> @bron `code` = kop",
    '#{ read("/etc/passwd") } \\u{41} // niets',
    "=1+1",
    '=HYPERLINK("https://evil.example")',
    "@SUM(A1:A9)",
    "+31 6 en -1",
    "a & b <c> \"d\" 'e'",
    "{{ 7 * 7 }} {% raw %} ${x}",
    "https://evil.example/x",
)


def a_document(*texts, **values):
    title = values.pop("title", "Titel")
    blocks = [
        Heading("Kop", 2),
        Lines(tuple(TextLine(text, (text[:40],), (text,), (text,)) for text in texts)),
        Table("Tabel", ("Wie", "Wat"), tuple((cell(text), cell(text)) for text in texts)),
        *(Paragraph(text) for text in texts),
        *(Heading(text[:100], 3) for text in texts),
    ]
    parts = {"kind": "Werkblad 1-A", "partnership": "Samen", "source": "Bron.", "date": DAY}
    return cleaned(Document(**parts | {"title": title, "blocks": tuple(blocks)} | values))


def pdf_text(document, folder):
    file = folder / "document.pdf"
    file.write_bytes(pdf.write(document))
    return squeezed(tools.text_of(file))


def word_text(document):
    with zipfile.ZipFile(io.BytesIO(word.write(document))) as parts:
        parts.testzip()
    body = open_word(io.BytesIO(word.write(document))).element.body
    return squeezed("".join(part.text or "" for part in body.iter() if part.tag.endswith("}t")))


def squeezed(text):
    """Without spaces and the breaks inside long words."""
    return "".join(text.replace("\u200b", "").split())


def test_syntax_of_typst_word_and_templates_is_text(tmp_path):
    document = a_document(*NASTY, title=NASTY[0], partnership=NASTY[1], facts=((NASTY[2], NASTY[7]),))
    for said in (pdf_text(document, tmp_path), word_text(document)):
        for text in NASTY:
            assert squeezed(text) in said


def test_no_cell_of_an_excel_file_is_a_formula_or_a_link():
    rows = tuple((text, "", None, DAY, 7.4) for text in NASTY)
    columns = tuple(ExcelColumn(title, 20) for title in ("=Kop", "Leeg", "Niets", "Dag", "Cijfer"))
    made = excel.write(Book(a_document(*NASTY, title="=1+1"), (ExcelSheet("Blad", columns, rows),)))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        everything = {name: parts.read(name).decode() for name in parts.namelist()}
    assert not [
        name
        for name, said in everything.items()
        if "<f>" in said or ("hyperlink" in said.lower() and "rels" in name)
    ]
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert {c.data_type for page in book for row in page.iter_rows() for c in row} <= {"s", "n", "d"}
    page = book["Blad"]
    assert [row[0].value for row in page.iter_rows(min_row=2)] == list(NASTY)
    assert page["D2"].value == dt.datetime(2026, 11, 24)
    assert page["E2"].value == 7.4
    assert page.freeze_panes == "B2"
    assert page.column_dimensions["A"].width >= 20


def test_no_name_in_a_chart_of_a_slide_is_a_formula_and_each_line_begins_on_its_own_side():
    names = (*NASTY, "ما الذي نراه؟", "voor\x00na", "lang" + " lang" * 90)
    bars = BarChart("Stippen", names, tuple(range(len(names))), "Stippen: <b>")
    means = LineChart(("1 jan", "2 feb"), tuple((name, (None, 7.4)) for name in names), "Cijfers")
    slides = (Slide(names[0], names, bars, "\n".join(names)), Slide("Cijfers", (), means))
    made = powerpoint.write(Book(a_document(*NASTY, title=NASTY[0]), (), Deck(slides)))
    opened = open_slides(io.BytesIO(made))
    assert [slide.shapes.title.text for slide in opened.slides][2] == "Cijfers"
    lines = {
        p.text: p
        for shape in opened.slides[1].shapes
        if shape.has_text_frame
        for p in shape.text_frame.paragraphs
    }
    assert lines["ما الذي نراه؟"]._p.pPr.get("rtl") == "1"
    assert "voorna" in lines
    assert "lang" + " lang" * 90 in opened.slides[1].notes_slide.notes_text_frame.text
    charts = [shape for slide in opened.slides for shape in slide.shapes if shape.has_chart]
    assert [shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in charts] == [bars.alt, means.alt]
    for shape in charts:
        sheet = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_characters_that_a_file_may_not_hold_are_left_out(tmp_path):
    document = a_document("voor\x00\x0b\x1f\ufffe\uffff\u202e\u2066na")
    assert "voorna" in pdf_text(document, tmp_path)
    assert "voorna" in word_text(document)


@pytest.mark.parametrize("text", ["😀👍🏽❤️", "مرحبا بكم", "Привіт, як справи", "Çağrı İşte", "zażółć gęślą"])
def test_other_scripts_and_emoji_are_drawn(text, tmp_path):
    said = pdf_text(a_document(text), tmp_path)
    assert glyphs.UNKNOWN not in said
    assert squeezed(text) in word_text(a_document(text))


def test_what_no_font_has_shows_that_something_is_missing(tmp_path):
    assert f"voor{glyphs.UNKNOWN * 2}na" in pdf_text(a_document("voor 漢字 na"), tmp_path)


def test_a_word_without_an_end_is_broken_and_stays_on_the_page(tmp_path):
    assert "x" * 300 in pdf_text(a_document("x" * 300), tmp_path)
    file = tmp_path / "document.pdf"
    boxes = tools.boxes(file)
    assert max(right for _, right in boxes) < 595
    assert min(left for left, _ in boxes) > 0


def test_letters_that_join_in_a_way_that_no_font_knows_still_make_a_document(monkeypatch, tmp_path):
    monkeypatch.setattr(glyphs, "drawable", str)
    assert "voor??na" in pdf_text(a_document("voor 漢字 na"), tmp_path)


@given(st.lists(st.text(max_size=200), min_size=1, max_size=3))
@settings(max_examples=15)
def test_any_text_makes_a_pdf_a_word_an_excel_and_a_powerpoint_file(texts):
    document = a_document(*texts, title=texts[0])
    assert pdf.write(document).startswith(b"%PDF")
    assert word.write(document).startswith(b"PK")
    rows = tuple((text,) for text in texts)
    book = Book(document, (ExcelSheet("Blad", (ExcelColumn("Kop", 10),), rows),))
    assert excel.write(book).startswith(b"PK")
    slides = (Slide(texts[0], tuple(texts), notes=texts[-1]),)
    assert powerpoint.write(Book(document, (), Deck(slides))).startswith(b"PK")


def test_a_document_without_end_says_how_to_ask_for_less():
    endless = Document("x", "x", "x", "x", DAY, (Lines(tuple(TextLine("x") for _ in range(MOST_LINES + 1))),))
    with pytest.raises(CannotMake, match="per werkblad"):
        checked(endless)


def test_every_font_is_what_its_makers_published_and_knows_the_letters_of_a_page():
    assert set("aZéë€‘’…•0123456789") <= glyphs.covered(look.FONTS / "AtkinsonHyperlegibleNext-Regular.ttf")
    assert glyphs.covered(look.FONTS / "KompasNul-Regular.ttf") == {"0"}
    assert "م" in glyphs.covered(look.FONTS / "NotoSansArabic-Regular.ttf")
    assert "😀" in glyphs.covered(look.FONTS / "NotoEmoji-Regular.ttf")


def test_a_document_says_which_scripts_it_could_not_draw(tmp_path):
    said = pdf_text(a_document("中文 தமிழ் ትግርኛ"), tmp_path)
    assert squeezed("tekens niet laten zien (Chinees of Japans, Tamil, Tigrinya of Amhaars)") in said
    assert squeezed("Download het ook als Word of Excel") in said
    assert squeezed("中文 தமிழ் ትግርኛ") in word_text(a_document("中文 தமிழ் ትግርኛ"))


def test_a_document_that_draws_everything_says_nothing_of_scripts(tmp_path):
    assert "nietlatenzien" not in pdf_text(a_document("Gewoon, 😀 مرحبا"), tmp_path)


@pytest.mark.parametrize("sign", ["\v", "\f", "\x85", "\r", "\u2028"])
def test_words_of_two_lines_stay_apart_in_every_file(sign):
    assert plain(f"regel een{sign}regel twee") == "regel een\nregel twee"
