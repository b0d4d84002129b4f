"""Pictures that somebody may send as a logo, good ones and others."""

import io
import struct
import zlib

from PIL import Image


def a_logo(size=(300, 100), kind="PNG", **told):
    """The bytes of a picture with a bar in it; `told` is what else the file says."""
    picture = Image.new("RGB", size, "white")
    picture.paste((20, 90, 160), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    picture.save(file, kind, **told)
    return file.getvalue()


def an_animation():
    frames = [Image.new("P", (40, 40), colour) for colour in (1, 2)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def with_header(file, width, height):
    """The same PNG, whose header says that it is this large."""
    header = b"IHDR" + struct.pack(">II", width, height) + file[24:29]
    return file[:12] + header + struct.pack(">I", zlib.crc32(header)) + file[33:]
