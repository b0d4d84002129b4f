"""The command line, as a person or a platform uses it."""

import asyncio
import json
import re
import signal
import socket
import sqlite3
import stat
import sys
import urllib.request

import pytest
from sqlalchemy import delete, select

from tests.people import both_databases
from tests.servers import free_port
from workshop import cli
from workshop.accounts import passwords
from workshop.models import Account, Membership, Partnership
from workshop.settings import ROOT
from workshop.storage.database import Database

PASSWORD = "een lange zin voor tests"
SECONDS = 60


async def rows(url, what):
    database = Database(url)
    async with database.read() as db:
        found = list(await db.scalars(select(what)))
    await database.stop()
    return found


async def fill(url, name):
    async def work(db):
        db.add(Partnership(name=name))

    await written(url, work)


async def written(url, work):
    database = Database(url)
    await database.start()
    await database.write(work)
    await database.stop()


# --- sentences ------------------------------------------------------------------------------------


def test_without_a_command_the_help_is_shown_in_dutch(capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main([])
    said = capsys.readouterr()
    assert exit.value.code == 2
    assert "Zo werkt het: workshop" in said.err
    assert "usage" not in said.err


STORES = {
    ("serve",): (),
    ("user", "add"): ("a@voorbeeld.nl", "--name", "A"),
    ("user", "reset"): ("a@voorbeeld.nl",),
    ("db", "upgrade"): (),
    ("backup",): ("kopie",),
    ("export",): ("dossier", "--format", "zip", "dossier.zip"),
    ("import",): ("dossier.zip", "--coordinator", "a@voorbeeld.nl"),
    ("purge",): (),
}
"""Commands that ask the database first, with what each is told. A new command is here or in `STORES_NOT`."""
STORES_NOT = {("restore",), ("demo",), ("crowd",), ("key",), ("content", "check"), ("languages", "update")}


def every_command(parser=None, so_far=()):
    """Each command as its words, as the parser has them."""
    actions = (parser or cli.make_parser())._actions
    families = [action for action in actions if isinstance(action.choices, dict)]
    if not families:
        return {so_far}
    (family,) = families
    return {found for name, own in family.choices.items() for found in every_command(own, (*so_far, name))}


def test_every_command_is_listed_told_in_the_help_and_in_what_people_read(capsys):
    assert every_command() == STORES.keys() | STORES_NOT
    with pytest.raises(SystemExit) as exit:
        cli.main(["--help"])
    assert exit.value.code == 0
    help = capsys.readouterr().out
    read = (ROOT / "README.md").read_text() + (ROOT / "docs/operating.md").read_text()
    for words in every_command():
        assert f"    {words[0]}" in help
        assert re.search(rf"(\./run|workshop|·) {' '.join(words)}\b", read), words


@pytest.mark.parametrize("words", sorted(STORES.keys() | STORES_NOT), ids=" ".join)
def test_an_option_that_no_command_has_is_a_sentence(capsys, words):
    with pytest.raises(SystemExit) as exit:
        cli.main([*words, "--bestaat-niet"])
    assert exit.value.code == 2
    assert capsys.readouterr().err.startswith("Deze opdracht klopt niet.")


def test_a_wrong_setting_is_one_sentence_and_code_2(capsys, monkeypatch):
    monkeypatch.setenv("WORKSHOP_PORT", "veel")
    assert cli.main(["serve"]) == 2
    said = capsys.readouterr()
    assert said.err == "WORKSHOP_PORT=veel klopt niet: hier hoort een getal van 1 tot en met 65535.\n"
    assert said.out == ""


def test_a_mistake_in_the_content_is_one_sentence_and_code_2(capsys, monkeypatch, tmp_path):
    (tmp_path / "bouwstenen.toml").write_text("bouwstenen = 3")
    monkeypatch.setenv("WORKSHOP_SESSIONS_FOLDER", str(tmp_path))
    for command in (["content", "check"], ["serve"]):
        assert cli.main(command) == 2
        said = capsys.readouterr().err
        assert said.startswith("bouwstenen.toml: bouwstenen: verwacht een lijst")
        assert said.count("\n") == 1


def test_the_content_that_ships_is_right(capsys):
    assert cli.main(["content", "check"]) == 0
    assert capsys.readouterr().out.endswith("De inhoud klopt.\n")


@pytest.mark.parametrize("words", STORES, ids=" ".join)
async def test_a_database_that_is_away_is_one_sentence_without_its_password(
    workshop, environment, tmp_path, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dossier.zip").write_bytes(b"-")
    environment("WORKSHOP_DATABASE_URL", "postgresql+psycopg://kompas:geheim@127.0.0.1:1/kompas")
    code, out, err = await workshop(*words, *STORES[words], typed="een lang wachtwoord\n")
    assert (code, out) == (2, "")
    assert "De database antwoordt niet" in err
    assert "geheim" not in err
    assert err.count("\n") == 1


async def test_a_port_in_use_is_one_sentence_that_says_what_to_do(workshop, environment):
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment("WORKSHOP_PORT", str(port))
        code, out, err = await workshop("serve")
    assert code == 2
    assert out == ""
    assert err.startswith(f"Poort {port} is al in gebruik.")
    assert f"WORKSHOP_PORT={port + 1} ./run" in err


# --- serve ----------------------------------------------------------------------------------------


async def test_serve_upgrades_tells_where_it_is_and_who_may_claim_it_and_stops_when_asked(
    environment, tmp_path
):
    port = free_port()
    fresh = tmp_path / "nieuw" / "workshop.sqlite"
    environment("WORKSHOP_PORT", str(port))
    environment("WORKSHOP_HOST", "127.0.0.1")
    environment("WORKSHOP_BASE_URL", f"http://127.0.0.1:{port}")
    environment("WORKSHOP_DATABASE_URL", f"sqlite+aiosqlite:///{fresh}")
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "workshop", "serve", **pipes)
    async with asyncio.timeout(SECONDS):
        said = (await process.stdout.readuntil(b"Ctrl+C")).decode()
        ready = await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/readyz")
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
    assert f"Open: http://127.0.0.1:{port}" in said
    assert "▄" in said
    assert f"http://127.0.0.1:{port}/uitnodiging/" in said
    assert ready == {"database": True, "migrations": True, "disk": True, "bus": True}
    lines = err.decode().splitlines()
    assert [line.partition(" ")[2][:63] for line in lines] == [
        "INFO workshop.serving.terminal: this installation is reached at"
    ]
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o600


# --- accounts -------------------------------------------------------------------------------------


async def test_a_user_is_added_with_a_password_from_stdin(workshop, database_url):
    given = ("user", "add", "Fatima@Voorbeeld.nl", "--name", "Fatima", "--manager")
    code, out, err = await workshop(*given, typed=f"{PASSWORD}\n")
    assert (code, err) == (0, "")
    assert PASSWORD not in out
    (account,) = await rows(database_url, Account)
    assert (account.email, account.name, account.is_manager) == ("fatima@voorbeeld.nl", "Fatima", True)
    assert await passwords.fits(account.password_hash, PASSWORD)


async def test_a_short_password_and_a_taken_address_are_sentences(workshop, database_url):
    given = ("user", "add", "fatima@voorbeeld.nl", "--name", "Fatima")
    code, _, err = await workshop(*given, typed="kort\n")
    assert (code, err) == (2, "Kies een wachtwoord van minstens 12 tekens. Een korte zin is prima.\n")
    await workshop(*given, typed=f"{PASSWORD}\n")
    code, _, err = await workshop(*given, typed=f"{PASSWORD}\n")
    assert (code, err) == (2, "Er is al een account met dit e-mailadres.\n")
    assert len(await rows(database_url, Account)) == 1


# --- backup and restore ---------------------------------------------------------------------------


@both_databases
async def test_what_is_backed_up_comes_back(workshop, database_url, tmp_path):
    await fill(database_url, "Ede")
    file = tmp_path / "kopie"
    assert (await workshop("backup", str(file)))[0] == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await fill(database_url, "Na de kopie")
    code, _, err = await workshop("restore", str(file), "--vervang")
    assert (code, err) == (0, "")
    assert [row.name for row in await rows(database_url, Partnership)] == ["Ede"]


async def test_rights_come_back_with_a_backup_and_the_command_says_so(workshop, database_url, tmp_path):
    async def member(db):
        account, dossier = Account(email="a@a.nl", name="A", password_hash="x"), Partnership(name="Ede")
        db.add_all([account, dossier])
        await db.flush()
        db.add(Membership(account_id=account.id, partnership_id=dossier.id, role="lezer"))

    await written(database_url, member)
    file = tmp_path / "kopie"
    await workshop("backup", str(file))
    await written(database_url, lambda db: db.execute(delete(Membership)))
    _, out, _ = await workshop("restore", str(file), "--vervang")
    assert len(await rows(database_url, Membership)) == 1
    assert "Rechten zijn weer zoals toen" in out


@both_databases
async def test_a_database_that_holds_something_is_not_overwritten_by_accident(
    workshop, database_url, tmp_path
):
    await fill(database_url, "Ede")
    file = tmp_path / "kopie"
    await workshop("backup", str(file))
    code, _, err = await workshop("restore", str(file))
    assert code == 2
    assert err == "De database is niet leeg. Gebruik --vervang als alles wat er nu in staat, weg mag.\n"
    assert [row.name for row in await rows(database_url, Partnership)] == ["Ede"]


async def test_a_backup_goes_onto_a_fresh_machine(workshop, environment, database_url, tmp_path):
    await fill(database_url, "Ede")
    file = tmp_path / "kopie"
    await workshop("backup", str(file))
    fresh = f"sqlite+aiosqlite:///{tmp_path / 'nieuw' / 'workshop.sqlite'}"
    environment("WORKSHOP_DATABASE_URL", fresh)
    code, _, err = await workshop("restore", str(file))
    assert (code, err) == (0, "")
    assert [row.name for row in await rows(fresh, Partnership)] == ["Ede"]


@both_databases
async def test_what_is_no_backup_is_refused_and_changes_nothing(workshop, database_url, tmp_path):
    await fill(database_url, "Ede")
    other, strange = tmp_path / "brief.txt", tmp_path / "vreemd.sqlite"
    other.write_text("Beste collega,")
    with sqlite3.connect(strange) as database:
        database.execute("CREATE TABLE iets (id)")
    for file in (other, strange, tmp_path / "weg"):
        code, _, err = await workshop("restore", str(file), "--vervang")
        assert code == 2
        assert str(file) in err
    assert [row.name for row in await rows(database_url, Partnership)] == ["Ede"]


async def test_a_backup_that_fails_leaves_the_older_one_as_it_was(workshop, environment, tmp_path):
    file = tmp_path / "kopie"
    file.write_text("de vorige")
    nowhere = f"sqlite+aiosqlite:///{tmp_path / 'weg.sqlite'}"
    environment("WORKSHOP_DATABASE_URL", nowhere)
    code, _, err = await workshop("backup", str(file))
    assert code == 2
    assert err.startswith("Er is nog geen database")
    assert file.read_text() == "de vorige"
    assert [found.name for found in tmp_path.glob(".kopie*")] == []


# --- a dossier on its way -------------------------------------------------------------------------


@both_databases
async def test_a_dossier_goes_to_another_installation_by_its_name_or_number(
    workshop, environment, database_url, tmp_path
):
    await fill(database_url, "Ede")
    [place] = await rows(database_url, Partnership)
    by_name, by_number = tmp_path / "naam.zip", tmp_path / "nummer.zip"
    assert (await workshop("export", "Ede", "--format", "zip", str(by_name)))[0] == 0
    assert (await workshop("export", str(place.id), "--format", "zip", str(by_number)))[0] == 0
    environment("WORKSHOP_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'nieuw.sqlite'}")
    code, _, err = await workshop("import", str(by_name), "--coordinator", "els@x.nl")
    assert (code, err) == (
        2,
        "Er is geen account met els@x.nl. Maak het eerst: workshop user add\n",
    )
    await workshop("user", "add", "els@x.nl", "--name", "Els", typed=f"{PASSWORD}\n")
    code, out, err = await workshop("import", str(by_number), "--coordinator", "Els@x.nl")
    assert (code, err) == (0, "")
    assert "overgenomen" in out
    code, _, err = await workshop("import", str(by_name), "--coordinator", "els@x.nl")
    assert code == 2
    assert err.startswith("Dit dossier staat al in deze Kompas Live.")


async def test_what_cannot_be_exported_or_imported_is_one_sentence(workshop, database_url, tmp_path):
    for _ in range(2):
        await fill(database_url, "Ede")
    file = tmp_path / "uit.zip"
    for arguments, sentence in (
        (("export", "Ede", "--format", "zip", str(file)), "Twee dossiers heten zo."),
        (("export", "Weg", "--format", "zip", str(file)), "Er is geen dossier dat 'Weg' heet."),
        (("import", str(file), "--coordinator", "x@y.nl"), f"Het bestand {file} is er niet"),
    ):
        code, _, err = await workshop(*arguments)
        assert code == 2
        assert err.startswith(sentence)
        assert err.count("\n") == 1
    assert not file.exists()


# --- the rest -------------------------------------------------------------------------------------


@both_databases
async def test_purge_says_what_went(workshop):
    code, out, err = await workshop("purge")
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == ["dossiers verwijderd: 0", "sessies losgemaakt: 0"]


async def test_upgrading_twice_is_as_good_as_once(workshop):
    for _ in range(2):
        assert (await workshop("db", "upgrade"))[0] == 0


def fetch(url):
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        return json.loads(answer.read())


async def test_a_dossier_is_written_as_a_document_by_its_name_or_its_id(workshop, database_url, tmp_path):
    await fill(database_url, "Veilig Voorbeeldstad")
    (dossier,) = await rows(database_url, Partnership)
    for wanted, format, begins in (
        (dossier.name, "pdf", b"%PDF"),
        (str(dossier.id), "docx", b"PK"),
        (dossier.name, "xlsx", b"PK"),
    ):
        file = tmp_path / f"dossier.{format}"
        code, said, _ = await workshop("export", wanted, "--format", format, str(file))
        assert code == 0
        assert str(file) in said
        assert file.read_bytes().startswith(begins)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_an_export_that_cannot_be_made_says_why_in_one_sentence(workshop, database_url, tmp_path):
    await fill(database_url, "Dubbel")
    for arguments, sentence in (
        (("Enkel", "--format", "pdf", str(tmp_path / "x.pdf")), "Er is geen dossier"),
        (("Dubbel", "--format", "pdf", str(tmp_path / "weg" / "x.pdf")), "kan niet geschreven worden"),
    ):
        code, _, trouble = await workshop("export", *arguments)
        assert code == 2
        assert sentence in trouble
    await fill(database_url, "Dubbel")
    code, _, trouble = await workshop("export", "Dubbel", "--format", "pdf", str(tmp_path / "x.pdf"))
    assert (code, trouble.count("\n")) == (2, 1)
    assert "Twee dossiers" in trouble
