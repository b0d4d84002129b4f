"""A logo as somebody sends it: decoded with suspicion, and made anew as a small PNG without metadata."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps

LARGEST_FILE = 2 * 1024 * 1024
MOST_PIXELS = 4000
"""Of its width and of its height. Read in the header: no more is decoded than this says."""
ROOM = (600, 200)
"""Pixels in which a kept logo fits."""
LARGEST_KEPT = 512 * 1024
"""Bytes of a kept logo: it has four bytes a pixel at most, and PNG adds little."""

TOO_LARGE = f"Dit bestand is te groot. Een logo mag hooguit {LARGEST_FILE // 1024**2} MB zijn."
TOO_WIDE = f"Dit plaatje is te groot. Het mag hooguit {MOST_PIXELS} bij {MOST_PIXELS} pixels zijn."
NO_PICTURE = "Dit kunnen we niet lezen als plaatje. Kies een PNG of JPEG."
BROKEN = "Dit plaatje is beschadigd. Bewaar het opnieuw als PNG of JPEG, en kies het dan nog eens."
_TROUBLE = (OSError, SyntaxError, ValueError, EOFError, OverflowError, TypeError, IndexError, struct.error)
"""What Pillow raises for files that are not what they say."""


def read(file: bytes) -> bytes:
    """Returns the picture as a PNG that fits in `ROOM`. Takes a processor: call it in a thread. Raises
    `ValueError` with a sentence."""
    if len(file) > LARGEST_FILE:
        raise ValueError(TOO_LARGE)
    picture = _opened(file)
    if max(picture.size) > MOST_PIXELS:
        raise ValueError(TOO_WIDE)
    try:
        return _png(picture)
    except (*_TROUBLE, Image.DecompressionBombError, MemoryError):
        raise ValueError(BROKEN) from None


def _opened(file: bytes) -> Image.Image:
    """Reads the header and no more. Raises `ValueError` with a sentence."""
    try:
        return Image.open(io.BytesIO(file), formats=("PNG", "JPEG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(TOO_WIDE) from None
    except _TROUBLE:
        raise ValueError(NO_PICTURE) from None


def _png(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    small = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    small.thumbnail(ROOM)
    # A copy of its pixels: whatever the file said of who made it, and where, stays behind.
    plain = Image.new(small.mode, small.size)
    plain.paste(small)
    made = io.BytesIO()
    plain.save(made, "PNG", optimize=True)
    return made.getvalue()
