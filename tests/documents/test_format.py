"""docs/archive.md says exactly what an archive holds, and why the rest stays behind."""

import re
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import String

from workshop.archive import dossier
from workshop.archive.exchange import FORMAT, LARGEST, LARGEST_FILE
from workshop.models import Base

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "archive.md").read_text()
INSIDE, _, BEHIND = DOCUMENT.partition("## What stays behind")
PARTS = re.findall(r"^\| ([A-Z]\w+) \|", INSIDE, re.MULTILINE)


def rows(part):
    """Field -> column, as the document has them; the first row is the table itself."""
    block = next(block for block in INSIDE.split("\n\n") if block.startswith(f"| {part} |"))
    found = re.findall(r"^\| (\S+) \| (\S*) ?\|", block, re.MULTILINE)
    return {name.strip("`"): column.strip("`") for name, column in found if name != "---"}


def test_every_part_is_described():
    parts = {name.removeprefix("Archived") for name, part in vars(dossier).items() if _is_part(part)}
    assert set(PARTS) == parts - {"Part", "Item", "Dossier"}


@pytest.mark.parametrize("part", PARTS)
def test_every_field_of_a_part_is_described_and_no_other(part):
    assert set(rows(part)) - {part} == set(getattr(dossier, f"Archived{part}").__struct_fields__)


def test_every_column_of_every_table_is_exported_or_left_behind_with_a_reason():
    exported = {rows(part)[part]: set(rows(part).values()) for part in PARTS}
    behind = {}
    for table, columns, why in re.findall(r"^\| `(\w+)` \| (.*) \| (.+) \|$", BEHIND, re.MULTILINE):
        assert len(why) > 10, table
        behind[table] = columns
    for table in Base.metadata.sorted_tables:
        columns = {column.name for column in table.columns}
        if behind.get(table.name) == "all":
            assert table.name not in exported
            continue
        left = set(re.findall(r"`(\w+)`", behind[table.name])) if table.name in behind else set()
        assert left | (exported[table.name] & columns) == columns, table.name
        assert not left & exported[table.name], table.name
    assert set(behind) <= set(Base.metadata.tables)


def test_no_text_fits_the_format_that_does_not_fit_the_database():
    """PostgreSQL refuses what is longer than its column."""
    for part in PARTS:
        table = rows(part)[part]
        limits = {field.name: field.type for field in _fields(part)}
        for name, column in rows(part).items():
            if not table or name == part or not column:
                continue
            kind = Base.metadata.tables[table].columns[column].type
            longest = getattr(limits[name], "max_length", None)
            if isinstance(kind, String) and kind.length and longest:
                assert longest <= kind.length, (part, name)


def test_the_document_names_the_format_and_the_limits():
    assert f"(`{FORMAT}`)" in DOCUMENT
    assert f"`version` ({dossier.VERSION})" in DOCUMENT
    assert f"most {LARGEST_FILE // 1024**2} MB, and {LARGEST // 1024**2} MB unpacked" in DOCUMENT.replace(
        "\n", " "
    )


def _fields(part):
    return msgspec.inspect.type_info(getattr(dossier, f"Archived{part}")).fields


def _is_part(part):
    return isinstance(part, type) and issubclass(part, msgspec.Struct)
