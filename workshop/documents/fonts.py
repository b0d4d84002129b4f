"""Our font inside a Word file, so that it looks the same where nobody installed it (ECMA-376, 17.8)."""

from __future__ import annotations

import uuid
from typing import Any

from docx.document import Document as File
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from workshop.documents import look

SCRAMBLED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
STYLES = (
    ("embedRegular", "AtkinsonHyperlegibleNext-Regular"),
    ("embedBold", "AtkinsonHyperlegibleNext-Bold"),
)


def embed(file: File) -> None:
    table: Any = file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts: Any = parse_xml(table.blob)
    font = _part(fonts, "w:font", {"w:name": look.FAMILY})
    _part(font, "w:family", {"w:val": "swiss"})
    for number, (style, name) in enumerate(STYLES, 1):
        key = uuid.uuid5(uuid.NAMESPACE_URL, name)
        blob = _scrambled((look.FONTS / f"{name}.ttf").read_bytes(), key)
        part = Part(PackURI(f"/word/fonts/font{number}.odttf"), SCRAMBLED, blob, file.part.package)
        told = {"r:id": table.relate_to(part, RELATION), "w:fontKey": f"{{{str(key).upper()}}}"}
        _part(font, f"w:{style}", told)
    table._blob = serialize_part_xml(fonts)
    settings = file.settings.element
    settings.insert(_after_zoom(settings), OxmlElement("w:embedTrueTypeFonts"))


def _part(inside: Any, name: str, told: dict[str, str]) -> Any:
    made = OxmlElement(name)
    for attribute, value in told.items():
        made.set(qn(attribute), value)
    inside.append(made)
    return made


def _scrambled(font: bytes, key: uuid.UUID) -> bytes:
    """Mixes the first 32 bytes of a font with the key, back to front, as the format asks."""
    mask = key.bytes[::-1] * 2
    return bytes(one ^ other for one, other in zip(font[:32], mask, strict=True)) + font[32:]


def _after_zoom(settings: Any) -> int:
    """Returns the index at which the schema wants the setting of embedded fonts."""
    before = [
        "writeProtection",
        "view",
        "zoom",
        "removePersonalInformation",
        "removeDateAndTime",
        "doNotDisplayPageBoundaries",
        "displayBackgroundShape",
        "printPostScriptOverText",
        "printFractionalCharacterWidth",
        "printFormsData",
    ]
    known = {qn(f"w:{name}") for name in before}
    return max((index for index, part in enumerate(settings) if part.tag in known), default=-1) + 1
