"""Archives with other contents than `exchange.pack` gives them."""

import hashlib
import io
import json
import zipfile

from workshop.archive import exchange


def unzipped(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files, method=zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as packing:
        for name, content in files.items():
            packing.writestr(name, content)
    return made.getvalue()


def with_data(file: bytes, data: bytes, **manifest) -> bytes:
    """The same archive with other data, and a manifest whose checksum is right for it."""
    files = unzipped(file)
    told = json.loads(files[exchange.MANIFEST])
    told["files"][exchange.DATA] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    changes = {exchange.DATA: data, exchange.MANIFEST: json.dumps(told | manifest).encode()}
    return zipped(files | changes)
