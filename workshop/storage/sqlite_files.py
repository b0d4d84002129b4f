"""Checks the files of a SQLite database before it is opened: opening would already mix a file with a log that
belongs to another one."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path

from workshop.storage.database import DatabaseError

MAGIC = b"SQLite format 3\0"
WRITES_A_LOG = 18
"""Place in the header of a byte that is 2 if the database has a log beside it, as ours always has."""
HOW = "Zet een reservekopie terug met: workshop restore BESTAND"

log = logging.getLogger(__name__)


def check(file: Path) -> None:
    """Checks whether a database is whole and its log is its own. Raises `DatabaseError`, which says what to
    do. Logs a warning for a database that is empty; a file that is not there, or has no bytes, is fine."""
    if not file.exists() or file.stat().st_size == 0:
        return
    with file.open("rb") as opened:
        header = opened.read(100)
    beside = Path(f"{file}-wal")
    has_log = beside.exists() and beside.stat().st_size > 0
    if not header.startswith(MAGIC):
        raise _unusable(file, "is geen SQLite-database, of is beschadigd")
    if has_log and header[WRITES_A_LOG] != 2:
        raise DatabaseError(
            f"Naast {file} staat {beside.name} van een andere database. Is hier een kopie neergezet? "
            f"Verplaats alle bestanden die met {file.name} beginnen naar een andere map. {HOW}"
        )
    whole, tables = _looked_into(file, thorough=has_log)
    if not whole:
        raise _unusable(file, "is beschadigd")
    if not tables:
        log.warning(
            "De database is er, maar is leeg. Is alleen het hoofdbestand gekopieerd van een database die "
            "aanstond? Stop dan nu, haal dat bestand weg en zet een reservekopie terug."
        )


def _looked_into(file: Path, thorough: bool) -> tuple[bool, bool]:
    """Returns whether it is whole, and whether it has tables. With `thorough` its indexes
    must be right too."""
    what = "integrity_check" if thorough else "quick_check"
    try:
        # A connection that only reads leaves the log as it is.
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            whole = db.execute(f"PRAGMA {what}(1)").fetchone() == ("ok",)
            return whole, bool(db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    except sqlite3.OperationalError:
        return True, True  # locked, or not to be opened: whoever opens it gets the error
    except sqlite3.DatabaseError:
        return False, True


def _unusable(file: Path, why: str) -> DatabaseError:
    return DatabaseError(
        f"{file} {why}. Verplaats alle bestanden die met {file.name} beginnen naar een andere map. {HOW}"
    )
