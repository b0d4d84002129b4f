"""Backups that are sealed, checked, named and thrown away; plain ones are in test_cli.py."""

import datetime as dt
import re
import stat

import pytest

from tests.people import both_databases
from tests.test_cli import fill, rows
from workshop import days, sealing
from workshop.models import Partnership

WORD = "Zqdossier van Ede"


@pytest.fixture
async def key(workshop, environment, tmp_path):
    """The file with the secret half; the installation has the public one."""
    file = tmp_path / "sleutel"
    code, said, _ = await workshop("key", str(file))
    assert code == 0
    environment("WORKSHOP_BACKUP_KEY", re.search(r"^WORKSHOP_BACKUP_KEY=(age1\w+)$", said, re.MULTILINE)[1])
    return file


@both_databases
async def test_a_sealed_backup_tells_nothing_and_comes_back_whole(
    workshop,
    key,
    database_url,
    copies,
):
    await fill(database_url, WORD)
    file = copies / "kopie"
    code, kept, _ = await workshop("backup", str(file))
    assert code == 0
    assert all(WORD.encode() not in found.read_bytes() for found in copies.iterdir())
    await fill(database_url, "Na de kopie")
    code, put_back, err = await workshop("restore", str(file), "--vervang", "--sleutel", str(key))
    assert (code, err) == (0, "")
    assert [row.name for row in await rows(database_url, Partnership)] == [WORD]
    number = r"\d+ rijen, controlegetal [0-9a-f]{16}"
    assert (
        re.search(number, kept)[0]
        == re.search(number, put_back)[0]
        == (copies / "kopie.controle").read_text()[:-1]
    )


@both_databases
async def test_nothing_readable_stays_behind(workshop, key, database_url, copies, tmp_path):
    await fill(database_url, WORD)
    before = {file for file in tmp_path.rglob("*") if not file.name.startswith("workshop.sqlite")}
    await workshop("backup", str(copies / "kopie"))
    await workshop("restore", str(copies / "kopie"), "--vervang", "--sleutel", str(key))
    after = {file for file in tmp_path.rglob("*") if not file.name.startswith("workshop.sqlite")}
    assert {file.name for file in after - before} <= {"kopie", "kopie.controle", "kompas-gewist.txt"}


async def test_without_the_right_key_a_sealed_backup_stays_shut(
    workshop, key, database_url, copies, tmp_path
):
    await fill(database_url, WORD)
    file, other = copies / "kopie", tmp_path / "andere"
    await workshop("backup", str(file))
    await workshop("key", str(other))
    letter = tmp_path / "brief.txt"
    letter.write_text("Beste collega,")
    for chosen, says in (
        ((), f"{file} is versleuteld. Zeg waar de sleutel staat: --sleutel BESTAND\n"),
        (("--sleutel", str(other)), f"{file} gaat met deze sleutel niet open, of is beschadigd.\n"),
        (
            ("--sleutel", str(letter)),
            f"In {letter} staat geen sleutel, of het bestand mag niet gelezen worden.\n",
        ),
    ):
        assert (await workshop("restore", str(file), "--vervang", *chosen))[::2] == (2, says)
    broken = bytearray(file.read_bytes())
    broken[-20] ^= 1
    file.write_bytes(broken)
    code, _, err = await workshop("restore", str(file), "--vervang", "--sleutel", str(key))
    assert code == 2
    assert "is beschadigd" in err
    assert [row.name for row in await rows(database_url, Partnership)] == [WORD]


async def test_what_comes_back_other_than_it_was_kept_is_told(workshop, key, database_url, copies):
    await fill(database_url, WORD)
    await workshop("backup", str(copies / "kopie"))
    (copies / "kopie.controle").write_text("3 rijen, controlegetal 0123456789abcdef\n")
    code, _, err = await workshop("restore", str(copies / "kopie"), "--vervang", "--sleutel", str(key))
    assert code == 2
    assert "niet alles klopt" in err


async def test_a_written_backup_is_opened_again_before_it_counts(
    workshop,
    key,
    database_url,
    copies,
    monkeypatch,
):
    await fill(database_url, WORD)
    await workshop("backup", str(copies / "kopie"))
    before = (copies / "kopie").read_bytes()
    whole = sealing.pyrage.encrypt_file

    def torn(plain, sealed, recipients):
        whole(plain, sealed, recipients)
        with open(sealed, "r+b") as opened:
            opened.truncate(200)

    monkeypatch.setattr(sealing.pyrage, "encrypt_file", torn)
    assert (await workshop("backup", str(copies / "kopie")))[0] == 2
    assert (copies / "kopie").read_bytes() == before


async def test_in_a_folder_backups_name_themselves_and_the_oldest_go(workshop, database_url, copies, clock):
    await fill(database_url, WORD)
    mine = copies / "kompas-gewist.txt"
    other = copies / "vakantie.jpg"
    for kept in (mine, other):
        kept.write_text("x")
    began = days.now()
    for day in range(4):
        clock(began + dt.timedelta(days=day))
        code, said, _ = await workshop("backup", str(copies), "--behoud", "2")
        assert code == 0
    there = sorted(file.name for file in copies.iterdir())
    made = [name for name in there if re.fullmatch(r"kompas-\d{4}-\d\d-\d\d-\d{6}", name)]
    assert len(made) == 2
    assert made[-1].startswith(f"kompas-{began + dt.timedelta(days=3):%Y-%m-%d}-")
    assert there == sorted([*made, *(f"{name}.controle" for name in made), mine.name, other.name])
    assert "Weggegooid: " in said
    assert "Wie dit bestand heeft, kan alles lezen." in said


async def test_a_key_is_for_its_owner_and_never_written_over(workshop, tmp_path):
    file = tmp_path / "sleutel"
    await workshop("key", str(file))
    kept = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, _, err = await workshop("key", str(file))
    assert (code, file.read_text()) == (2, kept)
    assert err.startswith(f"{file} is er al.")


async def test_what_is_no_key_is_refused_at_the_start(workshop, environment):
    environment("WORKSHOP_BACKUP_KEY", "age1nietwaar")
    code, _, err = await workshop("purge")
    assert code == 2
    assert err.startswith("WORKSHOP_BACKUP_KEY klopt niet: ")
