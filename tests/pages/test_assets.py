"""Style and script: few files, named by their content, from here only."""

import gzip
import re

import brotli
import httpx
import pytest

from workshop.pages import assets
from workshop.pages.assets import ASSETS, BUNDLES, STATIC, asset
from workshop.settings import ROOT

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


async def test_every_asset_comes_as_its_own_type_and_only_that(client, services):
    for name, found in ASSETS.items():
        answer = await client.get(asset(name), headers={"Accept-Encoding": "identity"})
        assert (answer.status_code, answer.content) == (200, found.plain), name
        charset = "; charset=utf-8" if found.type.startswith("text/") else ""
        assert answer.headers["content-type"] == found.type + charset
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_fonts_that_a_page_asks_for_first_are_there_and_small():
    base = (ROOT / "templates" / "_base.html").read_text()
    first = re.findall(r'"/static/(fonts/[^"]+)"', base)
    assert len(first) == 2
    assert sum(len(ASSETS[name].plain) for name in first) < 12_000


async def test_who_can_unpack_gets_a_smaller_file_and_fonts_are_small_already(server, services):
    for name, found in ASSETS.items():
        sizes = {}
        async with httpx.AsyncClient(base_url=server) as visitor:
            for asked in ("gzip, deflate, br, zstd", "gzip, deflate", "identity"):
                request = visitor.build_request("GET", asset(name), headers={"Accept-Encoding": asked})
                answer = await visitor.send(request, stream=True)
                body = b"".join([part async for part in answer.aiter_raw()])
                encoding = answer.headers.get("content-encoding", "")
                assert UNPACK[encoding](body) == found.plain
                assert answer.headers["vary"] == "Accept-Encoding"
                assert "immutable" in answer.headers["cache-control"]
                sizes[encoding] = len(body)
        if name.endswith(".woff2"):
            assert list(sizes) == [""]
        else:
            assert sizes["br"] < sizes["gzip"] < sizes[""]


async def test_what_was_asked_of_another_version_is_not_kept(client, services):
    kept = [
        (await client.get(f"/static/kompas.css{query}")).headers["cache-control"]
        for query in ("", f"?v={ASSETS['kompas.css'].version}", "?v=of-another")
    ]
    assert kept == [assets.YEAR, assets.YEAR, "no-store"]


async def test_what_is_not_a_bundle_is_not_there(client, services):
    for path in (
        "onbekend.css",
        "css/phone.css",
        "js/app.js",
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "%2e%2e/workshop/app.py",
        "//etc/passwd",
        "fonts/",
        "fonts/../kompas.css%00",
        "",
    ):
        assert (await client.get(f"/static/{path}")).status_code in (404, 400, 405), path


def test_the_address_changes_with_the_content(tmp_path):
    for patterns in BUNDLES.values():
        for pattern in patterns:
            file = tmp_path / pattern.replace("*", "a")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("een")
    before = assets.load(tmp_path)
    assert assets.load(tmp_path)["kompas.css"].version == before["kompas.css"].version
    (tmp_path / BUNDLES["kompas.css"][0]).write_text("twee")
    after = assets.load(tmp_path)
    assert after["kompas.css"].version != before["kompas.css"].version
    assert after["kompas.js"].version == before["kompas.js"].version


def test_a_file_that_misses_stops_the_start(tmp_path):
    with pytest.raises(FileNotFoundError, match="static/ misses one of"):
        assets.load(tmp_path)


def test_our_own_scripts_lose_their_comments_and_nothing_else():
    script = "\n".join(ASSETS[name].plain.decode() for name in ("kompas.js", "kompas-work.js"))
    for file in STATIC.glob("js/**/*.js"):
        for line in map(str.strip, file.read_text().splitlines()):
            if line and not line.startswith("//"):
                assert line in script, file.name


def test_every_file_under_static_is_in_a_bundle_or_a_font():
    bundled = {file for patterns in BUNDLES.values() for pattern in patterns for file in STATIC.glob(pattern)}
    for file in STATIC.rglob("*"):
        if file.suffix in (".css", ".js", ".svg"):
            assert file in bundled, file.name
    assert {f"fonts/{file.name}" for file in STATIC.glob("fonts/*.woff2")} <= set(ASSETS)


def test_styles_and_templates_name_only_files_that_are_there_and_nothing_from_elsewhere():
    for name in ASSETS:
        if name.endswith(".css"):
            for address in re.findall(r"url\(([^)]+)\)", ASSETS[name].plain.decode()):
                plain = address.strip("\"'")
                assert plain.startswith("data:") or plain.split("?")[0].removeprefix("/static/") in ASSETS
            assert "@import" not in ASSETS[name].plain.decode()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<(script|link|img|iframe)\b[^>]*(src|href)=\"(https?:)?//", text), template
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), template
        for name in re.findall(r"asset\('([^']+)'\)", text):
            assert name in ASSETS, (template, name)


def test_what_is_drawn_in_the_style_of_the_desk_is_as_in_the_icons():
    style = (STATIC / "css" / "desk" / "moderation.css").read_text()
    drawn = dict(re.findall(r"""\[name="(\w+)"\] \{\s+--sign: url\("data:[^>]+>(.+)</svg>"\)""", style))
    icons = dict(re.findall(r'id="i-(\w+)"[^>]*>(.+)</symbol>', (STATIC / "icons.svg").read_text()))
    signs = {"groot": "large", "hidden": "eyeoff", "held": "clock", "tekst": "pencil", "weg": "trash"}
    signs |= {"parkeer": "park"}
    assert drawn == {name: icons[sign].replace('"', "'") for name, sign in signs.items()}


PHONES = ("phone", "mine", "result")
SHARED = ("_base", "_phone", "_parts", "_contributions", "_charts")


def test_a_phone_loads_no_style_of_a_desk_a_dossier_or_a_screen():
    templates = ROOT / "templates"
    files = [templates / f"{name}.html" for name in SHARED]
    files += [*templates.glob("phone/*.html")]
    files += [file for part in PHONES for file in templates.glob(f"kinds/*/{part}.html")]
    files += [*STATIC.glob("js/*.js"), *(ROOT / "workshop").glob("kinds/**/*.py")]
    on_phones = "\n".join(file.read_text() for file in files)
    for selectors in re.findall(r"([^{}]+)\{", ASSETS["kompas.css"].plain.decode()):
        whole = re.sub(r":(is|not|has)\([^)]*\)", "", selectors).split(",\n")
        classes = [re.findall(r"\.((?:kl|is|m|c)-\w+(?:-\w+)*)", each) for each in whole]
        assert any(all(word in on_phones for word in words) for words in classes), selectors.strip()


def test_a_line_in_a_file_of_style_says_what_phones_do_not_load(tmp_path):
    for patterns in BUNDLES.values():
        for pattern in patterns:
            file = tmp_path / pattern.replace("*", "a")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("")
    (tmp_path / "css" / "kinds" / "a.css").write_text(f"een\n{assets.NOT_FOR_PHONES}\ntwee")
    (tmp_path / "css" / "screen.css").write_text(f"{assets.NOT_FOR_PHONES}\ndrie")
    made = assets.load(tmp_path)
    assert made["kompas.css"].plain == b"een"
    assert made["kompas-work.css"].plain == b"twee\ndrie"
