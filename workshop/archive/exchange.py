"""A dossier as one file: `dossier.json` for another Kompas Live, tables for people with a spreadsheet.

docs/archive.md describes the file; docs/decisions has why it is so. It is read with suspicion: known names
only, never more bytes than `LARGEST`, whatever it says of itself.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
import uuid
import zipfile
import zlib
from collections.abc import Sized
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from workshop import days
from workshop.archive import arriving, leaving, tables
from workshop.archive.arriving import ArchiveError
from workshop.archive.dossier import VERSION, ArchivedDossier, ArchivedEarlierDeed, chosen_now
from workshop.content.library import Library
from workshop.models import now
from workshop.settings import Settings
from workshop.storage import locks
from workshop.storage.database import Database

FORMAT = "kompas-live-dossier"
MANIFEST, DATA, READ_ME = "manifest.json", "dossier.json", "LEESMIJ.txt"
LARGEST_FILE = LARGEST = 16 * 1024 * 1024
"""Bytes of the file, and of each entry of it when unpacked."""
LARGEST_RATIO = 100
"""How many times larger than the file its data may be; those of a real dossier are some ten times."""
MOST = {"answers": 5_000, "actions": 10_000, "deeds": 50_000}
MOST_OF_OTHERS = 2_000
"""Lines of every other list: far more than a dossier of ten years has."""
LONGEST_TEXT = 20_000
_one_at_a_time = asyncio.Lock()
"""Held while one is taken over: an unpacked dossier takes much memory."""
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

LIMITED = frozenset({"branding"})
"""Parts whose texts have limits of their own: a picture is longer than anything that somebody writes."""
_TYPES = get_type_hints(ArchivedDossier, include_extras=True)
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LINES = msgspec.json.Decoder(list[msgspec.Raw])

NO_ARCHIVE = "Dit is geen archief van Kompas Live. Kies het zip-bestand dat je bij Beheer hebt gedownload."
BROKEN = "Dit archief is beschadigd of veranderd. Download het opnieuw en probeer het nog eens."
NEWER = "Dit archief komt uit een nieuwere versie van Kompas Live. Vraag de beheerder om een update."
TOO_LARGE = f"Dit archief is te groot. Het mag hooguit {LARGEST_FILE // 1024**2} MB zijn, ook uitgepakt."
FULL = "Dit dossier is te groot voor een archief. Vraag de beheerder om een reservekopie."
TOO_MANY = "In dit archief staat te veel om over te nemen. Er is niets overgenomen."
TOO_LONG = "In dit archief staat een tekst die te lang is. Er is niets overgenomen."

TOLD = """Dit is het dossier ‘{name}’ uit Kompas Live, gemaakt op {day}.

dossier.json     alles, om over te nemen in een andere Kompas Live
*.csv            de antwoorden, acties, cijfers en sessies, om te openen in Excel
manifest.json    wat er in dit bestand zit, met controlegetallen

Wil je het dossier ergens anders verder gebruiken? Kies daar: Neem een dossier over.
Bewaar dit bestand veilig: er staat in wat jullie samen hebben opgeschreven.
"""


class ManifestEntry(msgspec.Struct, frozen=True):
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What is in the archive. A newer one may say more than we know."""

    format: str
    version: int
    made_at: dt.datetime
    files: dict[str, ManifestEntry]


async def export(
    database: Database, library: Library, settings: Settings, partnership_id: uuid.UUID
) -> bytes:
    """Returns the dossier as a zip file. Raises `LookupError` when it does not exist, and `ArchiveError` for
    one that no installation could take over."""
    async with database.read() as db:
        dossier = await leaving.read(db, partnership_id)
    return await asyncio.to_thread(pack, dossier, library, settings)


async def take_over(
    database: Database, library: Library, settings: Settings, file: bytes, account_id: uuid.UUID
) -> uuid.UUID:
    """Stores the dossier of this file, with this account as its coordinator, and returns its id: all of it,
    or nothing. Waits while another one is being taken over. Raises `ArchiveError`."""
    async with _one_at_a_time, database.read() as db:
        await locks.wait(db, "taking over")  # and one process at a time
        dossier = await asyncio.to_thread(unpack, file, library)
        return await arriving.store(database, dossier, account_id, settings.tombstones)


def opened(file: Path) -> bytes:
    """Reads a file from disk, at most one byte more than an archive may have. Raises `ArchiveError`."""
    try:
        with file.open("rb") as reading:
            return reading.read(LARGEST_FILE + 1)
    except OSError:
        raise ArchiveError(f"Het bestand {file} is er niet, of mag niet gelezen worden.") from None


def pack(dossier: ArchivedDossier, library: Library, settings: Settings) -> bytes:
    made_at = now()
    told = TOLD.format(name=dossier.partnership.name, day=days.day_of(made_at).isoformat())
    files = {
        DATA: msgspec.json.format(msgspec.json.encode(dossier), indent=1),
        READ_ME: told.encode(),
        **tables.of(dossier, library, settings.marks_minimum),
    }
    entries = {name: ManifestEntry(len(content), _sum(content)) for name, content in files.items()}
    manifest = msgspec.json.encode(Manifest(FORMAT, VERSION, made_at, entries))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, msgspec.json.format(manifest, indent=1))
        for name, content in files.items():
            archive.writestr(name, content)
    most = min(LARGEST, packed.tell() * LARGEST_RATIO)
    lists = ((name, part) for name, part in msgspec.structs.asdict(dossier).items() if isinstance(part, list))
    if packed.tell() > LARGEST_FILE or len(files[DATA]) > most or any(_too_many(*part) for part in lists):
        raise ArchiveError(FULL)
    return packed.getvalue()


def unpack(file: bytes, library: Library) -> ArchivedDossier:
    """Returns the dossier in this file, checked. Raises `ArchiveError`."""
    if len(file) > LARGEST_FILE:
        raise ArchiveError(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            manifest = _manifest(_entry(archive, MANIFEST))
            content = _entry(archive, DATA, min(LARGEST, len(file) * LARGEST_RATIO))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise error if isinstance(error, ArchiveError) else ArchiveError(NO_ARCHIVE) from None
    if manifest.files.get(DATA) != ManifestEntry(len(content), _sum(content)):
        raise ArchiveError(BROKEN)
    dossier = _dossier(content, manifest.version)
    arriving.check(dossier, library)
    return dossier


def _entry(archive: zipfile.ZipFile, name: str, most: int = LARGEST) -> bytes:
    """Returns the bytes under this name, which must be there once. Never believes the size that the archive
    tells. Raises `ArchiveError`."""
    found = [entry for entry in archive.infolist() if entry.filename == name]
    if len(found) != 1 or found[0].compress_type not in _PLAIN:
        raise ArchiveError(NO_ARCHIVE)
    with archive.open(found[0]) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise ArchiveError(TOO_LARGE)
    return content


def _manifest(content: bytes) -> Manifest:
    manifest = msgspec.json.decode(content, type=Manifest)
    if manifest.format != FORMAT:
        raise ArchiveError(NO_ARCHIVE)
    if manifest.version > VERSION:
        raise ArchiveError(NEWER)
    return manifest


def _dossier(content: bytes, version: int) -> ArchivedDossier:
    types = _TYPES | {"deeds": list[ArchivedEarlierDeed]} if version == 1 else _TYPES
    try:
        found = {name: _part(name, raw, types.get(name, Any)) for name, raw in _PARTS.decode(content).items()}
        if version == 1:
            found["deeds"] = [deed.now() for deed in found.get("deeds", [])]
        if version < 3:
            found["answers"] = [chosen_now(answer) for answer in found.get("answers", [])]
        return msgspec.convert(found, ArchivedDossier)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise ArchiveError(BROKEN) from None


def _part(name: str, raw: msgspec.Raw, type: Any) -> Any:
    """Decodes one part of a dossier; a list line by line, because nothing else runs in this process while one
    call decodes."""
    if name in LIMITED:
        return msgspec.json.decode(raw, type=type)
    if get_origin(type) is not list:
        return _read(raw, type)
    lines = _LINES.decode(raw)
    if _too_many(name, lines):
        raise ArchiveError(TOO_MANY)
    return [_read(line, get_args(type)[0]) for line in lines]


def _too_many(name: str, lines: Sized) -> bool:
    return len(lines) > MOST.get(name, MOST_OF_OTHERS)


def _read(raw: msgspec.Raw, type: Any) -> Any:
    value = msgspec.json.decode(raw)
    _check_texts(value)
    return msgspec.convert(value, type)


def _check_texts(value: Any) -> None:
    """Raises `ArchiveError` for a text that is longer than any page of ours lets somebody write, or that
    holds what no database keeps."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ArchiveError(TOO_LONG)
        if "\0" in value:
            raise ArchiveError(BROKEN)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_texts(key)
            _check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
