"""A logo and a colour stand in every document, and go along when the dossier moves house."""

import datetime as dt
import io
import json
import zipfile

import pytest
from docx import Document as word_file
from PIL import Image
from pptx import Presentation

from tests.documents.test_archive import a_dossier, els, read
from tests.pictures import a_logo, with_header
from workshop import logos
from workshop.archive import exchange
from workshop.archive.arriving import CONTRADICTS, ArchiveError
from workshop.archive.dossier import ArchivedBranding
from workshop.documents import look, pdf, powerpoint, word
from workshop.documents.book import Book
from workshop.documents.document import Branding, Document, Heading, Paragraph, cleaned
from workshop.settings import Settings

LOGO, COLOUR = logos.read(a_logo()), "#8c1d40"
TOLD = cleaned(
    Document(
        kind="Werkblad 1-A",
        title="Zorgen",
        partnership="Veilig Voorbeeldstad",
        source="Ons dossier",
        date=dt.date(2026, 12, 1),
        blocks=(Heading("Wat valt op", 1), Paragraph("Weinig")),
        branding=Branding(LOGO, COLOUR),
    )
)
PICTURE = b"/Subtype/Image"
ALT = "Logo van Veilig Voorbeeldstad"


def pixels(file):
    return Image.open(io.BytesIO(file)).convert("RGB").tobytes()


def test_a_pdf_has_the_logo_with_words_for_who_does_not_see_it():
    """Typst refuses a picture without them: it makes UA-1 and A-2a or nothing."""
    assert PICTURE in pdf.write(TOLD)
    assert PICTURE not in pdf.write(without(TOLD))


def test_a_word_file_has_the_logo_and_the_colour():
    opened = word_file(io.BytesIO(word.write(TOLD)))
    [logo] = opened.inline_shapes
    assert logo._inline.docPr.get("descr") == ALT
    assert pixels(
        opened.part.related_parts[logo._inline.graphic.graphicData.pic.blipFill.blip.embed].blob
    ) == pixels(LOGO)
    assert str(opened.styles["Title"].font.color.rgb) == COLOUR[1:].upper()


def test_the_title_slide_has_the_logo_and_the_colour():
    opened = Presentation(io.BytesIO(powerpoint.write(Book(TOLD))))
    [logo] = [shape for shape in opened.slides[0].shapes if hasattr(shape, "image")]
    assert logo._element.nvPicPr.cNvPr.get("descr") == ALT
    assert pixels(logo.image.blob) == pixels(LOGO)
    title = opened.slides[0].shapes.title.text_frame.paragraphs[0].runs[0]
    assert str(title.font.color.rgb) == COLOUR[1:].upper()


def test_the_colour_of_one_document_is_not_that_of_the_next():
    ours = look.colours()["primary"]
    word.write(TOLD)
    assert look.colours()["primary"] == ours
    opened = word_file(io.BytesIO(word.write(without(TOLD))))
    assert str(opened.styles["Title"].font.color.rgb) == ours[1:].upper()


async def test_they_go_along_in_the_archive(database, library):
    dossier = a_dossier(branding=ArchivedBranding(logo=LOGO, colour=COLOUR))
    packed = exchange.pack(dossier, library, Settings())
    assert exchange.unpack(packed, library) == dossier
    id = await exchange.take_over(database, library, Settings(), packed, await els(database))
    arrived = (await read(database, id)).branding
    assert pixels(arrived.logo) == pixels(LOGO)
    assert arrived.colour == COLOUR


def test_a_logo_as_large_as_any_goes_along(library):
    """A picture of noise: more bytes than any text may have, and none of them can be left out."""
    noise = Image.effect_noise((600, 200), 200).convert("RGBA")
    file = io.BytesIO()
    noise.save(file, "PNG")
    dossier = a_dossier(branding=ArchivedBranding(logo=logos.read(file.getvalue()), colour=""))
    assert exchange.unpack(exchange.pack(dossier, library, Settings()), library) == dossier


def test_an_archive_from_before_has_none(library):
    packed = exchange.pack(a_dossier(), library, Settings())
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        data = json.loads(opened.read(exchange.DATA))
    assert data["branding"] is None
    del data["branding"]
    assert exchange._dossier(json.dumps(data).encode(), 3).branding is None


@pytest.mark.parametrize(
    "changes",
    [{"logo": b"<svg/>"}, {"logo": with_header(LOGO, 30_000, 30_000)}, {"colour": "rood"}, {"colour": "#12"}],
)
def test_a_logo_or_colour_that_nobody_could_choose_is_refused(library, changes):
    branding = ArchivedBranding(**({"logo": LOGO, "colour": COLOUR} | changes))
    with pytest.raises(ArchiveError, match=CONTRADICTS):
        exchange.unpack(exchange.pack(a_dossier(branding=branding), library, Settings()), library)


def without(document):
    return Document(
        **{name: getattr(document, name) for name in document.__struct_fields__ if name != "branding"}
    )
