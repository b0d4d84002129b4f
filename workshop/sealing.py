"""Backups that only the holder of one key can read, in the format of `age`: its programs open them too.

The public half of the key stands in the settings (`WORKSHOP_BACKUP_KEY`), the secret half in a file that is
kept somewhere else. Whoever has the machine can make backups and read none.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyrage

HEADER = b"age-encryption.org/v1"


class SealError(ValueError):
    """The text says what is wrong with a key or a sealed file, and what to do."""


def new_key(file: Path) -> str:
    """Writes the secret half of a new key, readable by its owner only, and returns the public half. Raises
    `SealError` when the file is there already: it may be the only key to older backups."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SealError(
            f"{file} is er al. Kies een andere naam: een oude sleutel heb je nog nodig."
        ) from None
    except OSError:
        raise SealError(f"{file} kan niet geschreven worden. Kijk of de map er is.") from None
    with os.fdopen(handle, "w") as opened:
        opened.write(
            f"# Sleutel voor reservekopieën van Kompas Live; het openbare deel is {public}\n{identity}\n"
        )
    return public


def checked(public: str) -> str:
    """Returns the public half as it was given. Raises `SealError` when it is no public key."""
    try:
        pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError:
        raise SealError("dit is geen openbare sleutel. Maak er een met: workshop key BESTAND") from None
    return public


def seal(plain: Path, sealed: Path, public: str) -> None:
    """Writes `sealed`, and reads it back to see that it opens to the same. For that it is sealed for a second
    key as well, which is never written anywhere and forgotten here. Raises `SealError`."""
    once = pyrage.x25519.Identity.generate()
    owner = pyrage.x25519.Recipient.from_str(public)
    pyrage.encrypt_file(str(plain), str(sealed), [owner, once.to_public()])
    again = plain.with_name(f"{plain.name}.again")
    try:
        _decrypt(sealed, again, [once])
        if _digest(again) != _digest(plain):
            raise SealError("De reservekopie is niet goed geschreven. Kijk de schijf na en probeer het weer.")
    finally:
        again.unlink(missing_ok=True)


def is_sealed(file: Path) -> bool:
    """Says whether a file begins as one that is sealed. Raises `OSError` when it cannot be read."""
    with file.open("rb") as opened:
        return opened.read(len(HEADER)) == HEADER


def unseal(sealed: Path, key: Path | None, plain: Path) -> None:
    """Writes what was sealed to `plain`; `key` is the file with the secret half. Raises `SealError` when
    there is no key, or one that does not open it."""
    if key is None:
        raise SealError(f"{sealed} is versleuteld. Zeg waar de sleutel staat: --sleutel BESTAND")
    _decrypt(sealed, plain, [_identity(key)])


def _identity(key: Path) -> pyrage.x25519.Identity:
    try:
        lines = key.read_text().splitlines()
        return pyrage.x25519.Identity.from_str(
            next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
        )
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError):
        raise SealError(f"In {key} staat geen sleutel, of het bestand mag niet gelezen worden.") from None


def _decrypt(sealed: Path, plain: Path, identities: list[pyrage.x25519.Identity]) -> None:
    try:
        pyrage.decrypt_file(str(sealed), str(plain), identities)
    except (pyrage.DecryptError, OSError):
        raise SealError(f"{sealed} gaat met deze sleutel niet open, of is beschadigd.") from None


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
