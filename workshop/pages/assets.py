"""Style and script as few, long-lived files: joined at start, named by their content, packed once."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import brotli
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from workshop.settings import ROOT

STATIC = ROOT / "static"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
YEAR = "public, max-age=31536000, immutable"
NOT_FOR_PHONES = "/* Phones load nothing below this line. */"
"""Divides a CSS file: what is above this line goes into kompas.css, what is below it into kompas-work.css."""
STYLE = (
    "css/tokens.css",
    "css/base/*.css",
    "css/phone.css",
    "css/kinds/*.css",
    "css/screen.css",
    "css/wall.css",
    "css/desk/*.css",
    "css/dossier/*.css",
    "css/account.css",
)
BUNDLES = {
    "kompas.css": STYLE,
    "kompas-work.css": STYLE,
    "kompas.js": ("vendor/htmx.min.js", "vendor/hx-ws.min.js", "js/*.js"),
    "kompas-work.js": ("js/work-pages/*.js",),
    "icons.svg": ("icons.svg",),
}
TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


class Asset:
    def __init__(self, name: str, files: list[Path]) -> None:
        self.plain = b"\n".join(filter(None, (_lean(file, name) for file in files)))
        self.version = hashlib.sha256(self.plain).hexdigest()[:12]
        self.type = TYPES[name.rsplit(".", 1)[1]]
        self.packed = _packed(self.plain) if self.type != TYPES["woff2"] else {}


def load(folder: Path = STATIC) -> dict[str, Asset]:
    """Loads every bundle and font by name. Raises `FileNotFoundError` for a file that does not exist."""
    bundles = {name: Asset(name, _files(folder, patterns)) for name, patterns in BUNDLES.items()}
    fonts = {f"fonts/{file.name}": Asset(file.name, [file]) for file in sorted(folder.glob("fonts/*.woff2"))}
    return bundles | fonts


def asset(name: str) -> str:
    """Returns the address of an asset; it changes when the content does."""
    return f"/static/{name}?v={ASSETS[name].version}"


@get("/static/{path:path}", opt={"public": True})
async def static(request: Request, path: FromPath[str]) -> Response[bytes]:
    found = ASSETS.get(str(path).lstrip("/"))
    if found is None:
        raise NotFoundException
    headers = {"Vary": "Accept-Encoding"}
    # While a new version starts, a page of one process may ask another for its files: those are not cached.
    if request.query_params.get("v", found.version) == found.version:
        headers["Cache-Control"] = YEAR
    understood = {word.strip() for word in request.headers.get("accept-encoding", "").split(",")}
    for encoding, body in found.packed.items():
        if encoding in understood:
            return Response(body, media_type=found.type, headers=headers | {"Content-Encoding": encoding})
    return Response(found.plain, media_type=found.type, headers=headers)


def _packed(plain: bytes) -> dict[str, bytes]:
    """Compresses by encoding, the smallest first. A font is compressed already."""
    return {"br": brotli.compress(plain), "gzip": gzip.compress(plain, 9, mtime=0)}


def _files(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    files = [file for pattern in patterns for file in sorted(folder.glob(pattern))]
    if len(files) < len(patterns):
        raise FileNotFoundError(f"static/ misses one of {', '.join(patterns)}")
    return files


def _lean(file: Path, bundle: str) -> bytes:
    """Reads what a bundle takes of a file; removes indentation and comments of our own scripts and style:
    phones need not load those."""
    if file.suffix not in (".js", ".css") or file.parent.name == "vendor":
        return file.read_bytes()
    text = file.read_text()
    if file.suffix == ".css":
        text = COMMENT.sub("", _part(text, bundle))
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()


def _part(style: str, bundle: str) -> str:
    """Returns the part of a CSS file that is for this bundle: every file is for both."""
    for_phones, _, for_others = style.partition(NOT_FOR_PHONES)
    return for_others if bundle == "kompas-work.css" else for_phones


ASSETS = load()
routes = [static]
