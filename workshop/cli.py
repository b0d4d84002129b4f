"""The command `workshop`: what a person or a platform does with an installation.

What a person can solve (a setting, the content, a port in use) is one sentence and exit code 2.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import importlib
import io
import os
import socket
import sys
import uuid
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sqlalchemy.exc import DBAPIError

from workshop import accounts, backup, days, languages, migrations, sealing, settings, translating
from workshop import bus as buses
from workshop.accounts import dossiers, passkeys
from workshop.accounts.dossiers import DossierError
from workshop.app import make_app, make_services
from workshop.archive import exchange
from workshop.content.check import check, check_phone_texts
from workshop.content.errors import ContentError
from workshop.content.library import Library
from workshop.documents import formats, orders
from workshop.documents.document import CannotMake
from workshop.retention import expiry, returning
from workshop.safety import helplines
from workshop.services import Services
from workshop.serving import server, terminal, workers
from workshop.settings import Settings, SettingsError
from workshop.storage.database import Database, DatabaseError
from workshop.storage.fingerprint import Fingerprint

T = TypeVar("T")

SOLVABLE = (
    SettingsError,
    ContentError,
    DatabaseError,
    server.PortError,
    backup.BackupError,
    sealing.SealError,
    accounts.AccountError,
    exchange.ArchiveError,
    DossierError,
    CannotMake,
)
FOUND_PROBLEMS, UNUSABLE = 1, workers.UNUSABLE
MOST_WORKERS = 64
OWN_OPTIONS = ("demo", "crowd")
"""Commands that read their own options; their modules are loaded only when asked for."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    _write_what_the_terminal_can()
    os.umask(0o077)  # the database and its backups are for their owner only
    if arguments is None:  # a process of its own: its errors are logged without their values
        server.set_up_logging()
        arguments = sys.argv[1:]
    try:
        if arguments and arguments[0] in OWN_OPTIONS:
            command = importlib.import_module(f"workshop.{arguments[0]}")
            return command.main(arguments[1:], Parser(prog=f"workshop {arguments[0]}")) or 0
        options = make_parser().parse_args(arguments)
        return options.run(options) or 0
    except SOLVABLE as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130


class Parser(argparse.ArgumentParser):
    """Says in Dutch what is possible, instead of in English what went wrong."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self.add_argument("-h", "--help", action="help", help="toont deze uitleg")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "Zo werkt het:", 1)

    def format_help(self) -> str:
        english = (("usage:", "Zo werkt het:"), ("positional arguments:", "Wat:"), ("options:", "Keuzes:"))
        text = super().format_help()
        for before, after in english:
            text = text.replace(before, after, 1)
        return text

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"Deze opdracht klopt niet.\n{self.format_usage()}")


def make_parser() -> argparse.ArgumentParser:
    parser = Parser(prog="workshop", description="Kompas Live: werksessies die in het dossier blijven.")
    commands = parser.add_subparsers(metavar="OPDRACHT", required=True)
    website = _command(commands, "serve", "start de website", serve)
    website.add_argument(
        "--workers",
        type=_count,
        default=1,
        metavar="N",
        help="zoveel processen tegelijk; kan met PostgreSQL en Redis",
    )
    # For one of several processes, given by the process that started it.
    website.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    website.add_argument("--quiet", action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("demo", help="start met een voorbeelddossier en nagebootste telefoons")
    commands.add_parser("crowd", help="laat nagebootste telefoons meedoen met een sessie")

    users = _family(commands, "user", "accounts")
    add = _command(
        users, "add", "maak een account; het wachtwoord wordt gevraagd of komt van stdin", add_user
    )
    add.add_argument("email", metavar="EMAIL", help="e-mailadres")
    add.add_argument("--name", required=True, metavar="NAAM", help="naam, zoals collega's die zien")
    add.add_argument("--manager", action="store_true", help="beheerder van deze Kompas Live")

    reset = _command(users, "reset", "haal passkeys en herstelcodes weg van wie ze kwijt is", reset_user)
    reset.add_argument("email", metavar="EMAIL", help="e-mailadres")

    databases = _family(commands, "db", "database")
    _command(databases, "upgrade", "breng de database op de nieuwste versie", upgrade)

    back = _command(commands, "backup", "bewaar de hele database in een bestand of map", make_backup)
    back.add_argument(
        "file", type=Path, metavar="BESTAND", help="in een map krijgt het bestand zelf een naam"
    )
    back.add_argument(
        "--behoud", type=_count, metavar="N", help="in een map: houd de N nieuwste, gooi oudere weg"
    )
    lock = _command(commands, "key", "maak een sleutel waarmee reservekopieën dichtgaan", make_key)
    lock.add_argument("file", type=Path, metavar="BESTAND")
    forth = _command(commands, "restore", "zet een reservekopie terug", restore_backup)
    forth.add_argument("file", type=Path, metavar="BESTAND")
    forth.add_argument("--sleutel", type=Path, metavar="BESTAND", help="de sleutel, als de kopie dicht is")
    forth.add_argument("--vervang", action="store_true", help="ook als dan weggaat wat er nu is")

    out = _command(commands, "export", "bewaar een dossier in een bestand", export)
    out.add_argument("dossier", metavar="DOSSIER", help="naam, of het nummer uit het adres")
    out.add_argument(
        "--format", required=True, choices=list(EXPORTS), metavar="SOORT", help=", ".join(EXPORTS)
    )
    out.add_argument("file", type=Path, metavar="BESTAND")
    come = _command(commands, "import", "neem een dossier over uit een archief", import_dossier)
    come.add_argument("file", type=Path, metavar="BESTAND")
    come.add_argument(
        "--coordinator", required=True, metavar="EMAIL", help="wie het dossier hier gaat beheren"
    )

    _command(commands, "purge", "verwijder nu wat zijn bewaartermijn voorbij is", purge)
    contents = _family(commands, "content", "inhoud in sessions/")
    _command(contents, "check", "zeg wat er niet klopt aan de inhoud en haar vertalingen", check_content)
    tongues = _family(commands, "languages", "talen van de telefoonpagina’s")
    _command(tongues, "update", "zet nieuwe teksten klaar voor vertalers", update_languages)
    return parser


def serve(options: argparse.Namespace) -> int:
    chosen = settings.read(os.environ)
    workers.check(chosen, options.workers)
    if options.workers > 1:
        return workers.run(chosen, options.workers)
    services = make_services(chosen)
    asyncio.run(_upgrade(chosen))
    listener = socket.socket(fileno=options.listener) if options.listener else None
    ready = None if options.quiet else lambda: terminal.announce(services)
    server.serve(make_app(chosen, services), chosen, ready, listener)
    return 0


def add_user(options: argparse.Namespace) -> None:
    password = _asked_password() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def add(chosen: Settings) -> None:
        async with _database(chosen, writes=True) as database:
            await accounts.create(database, options.email, options.name, password, options.manager)

    _run(add)
    print(f"Het account {options.email} is er. Aanmelden kan op {settings.read(os.environ).origin}/inloggen")


def reset_user(options: argparse.Namespace) -> None:
    async def reset(chosen: Settings) -> None:
        async with _database(chosen, writes=True) as database:
            bus = buses.make(chosen.redis_url)
            await passkeys.reset(database, bus, None, accounts.plain_email(options.email))
            await bus.stop()

    _run(reset)
    print(f"De passkeys van {options.email} zijn weg. Aanmelden kan met alleen het wachtwoord.")


def upgrade(_: argparse.Namespace) -> None:
    _run(_upgrade)
    print("De database is op de nieuwste versie.")


def make_key(options: argparse.Namespace) -> None:
    public = sealing.new_key(options.file)
    print(
        f"De sleutel staat in {options.file}. Bewaar hem ergens anders dan deze computer: wie hem kwijt is,"
    )
    print("kan geen reservekopie meer openen. Zet dit in de instellingen:")
    print(f"WORKSHOP_BACKUP_KEY={public}")


def make_backup(options: argparse.Namespace) -> None:
    chosen = settings.read(os.environ)
    folder = options.file if options.file.is_dir() else None
    if options.behoud and folder is None:
        raise backup.BackupError("--behoud kan alleen bij een map die er al is.")
    file = backup.named(folder, chosen.backup_key, days.now()) if folder else options.file

    async def make(chosen: Settings) -> Fingerprint:
        async with _database(chosen, migrated=False) as database:
            return await backup.backup(database, file, chosen.tombstones, chosen.backup_key)

    print(f"Bewaard in {file}: {_run(make)}.")
    if not chosen.backup_key:
        print("Wie dit bestand heeft, kan alles lezen. Maak een sleutel: workshop key BESTAND")
    for older in backup.keep_newest(folder, options.behoud) if folder and options.behoud else ():
        print(f"Weggegooid: {older}")


def restore_backup(options: argparse.Namespace) -> None:
    async def put_back(chosen: Settings) -> backup.Restored:
        async with _database(chosen, migrated=False) as database:
            return await backup.restore(
                database,
                options.file,
                chosen.tombstones,
                replace=options.vervang,
                key=options.sleutel,
                group_minimum=chosen.group_minimum,
            )

    holds, found = _run(put_back)
    print(f"Teruggezet uit {options.file}: {holds}. Start Kompas Live nu opnieuw.")
    print(returning.told(found) or "Er zat niets in dat al gewist was.")
    print(
        "Rechten zijn weer zoals toen. Haal leden, uitnodigingen en API-sleutels weg die sindsdien weg waren."
    )


def export(options: argparse.Namespace) -> None:
    async def go(chosen: Settings) -> bytes:
        async with _database(chosen) as database:
            services = replace(make_services(chosen), db=database)
            found = await dossiers.named(database, options.dossier)
            return await EXPORTS[options.format](services, found.id)

    made = _run(go)
    try:
        options.file.write_bytes(made)
    except OSError as error:
        raise DossierError(f"{options.file} kan niet geschreven worden ({type(error).__name__}).") from None
    print(f"Bewaard in {options.file}. Hierin staan antwoorden van mensen: berg het goed op.")


def import_dossier(options: argparse.Namespace) -> None:
    content = exchange.opened(options.file)

    async def take(chosen: Settings) -> None:
        library = Library.load(Path(chosen.sessions_folder))
        async with _database(chosen, writes=True) as database:
            coordinator = await accounts.by_email(database, options.coordinator)
            await exchange.take_over(database, library, chosen, content, coordinator.id)

    _run(take)
    print("Het dossier is overgenomen. De coördinator ziet het op /dossiers.")


def purge(_: argparse.Namespace) -> None:
    async def go(chosen: Settings) -> expiry.Erased:
        async with _database(chosen, writes=True) as database:
            return await expiry.purge(database, chosen)

    gone = _run(go)
    for what, count in gone.counts.items():
        print(f"{what}: {count}")
    print(
        "Het is ook uit de bestanden van de database."
        if gone.left_the_files
        else "Het gaat vanzelf uit de bestanden van de database, zodra niemand ze leest."
    )


def check_content(_: argparse.Namespace) -> int:
    library = Library.load(Path(settings.read(os.environ).sessions_folder))
    problems = [*check(library), *check_phone_texts(_phone_texts(library)), *translating.problems(library)]
    problems += translating.missing(library)
    problems += helplines.problems(helplines.load(), days.today())
    for problem in problems:
        print(problem)
    if not problems:
        print("De inhoud klopt.")
    return FOUND_PROBLEMS if problems else 0


def update_languages(_: argparse.Namespace) -> None:
    translating.update(Library.load(Path(settings.read(os.environ).sessions_folder)))
    print(f"Bijgewerkt in {languages.FOLDER}. Zoek daar naar lege vertalingen.")


def _phone_texts(library: Library) -> Iterator[tuple[str, str]]:
    """Yields every Dutch text of phone pages as (`file:line`, text)."""
    for text in translating.texts(library)[languages.PHONE]:
        yield from ((f"{text.file}:{text.line}", dutch) for dutch in (text.dutch, text.more) if dutch)


def _document(format: str) -> Callable[[Services, uuid.UUID], Coroutine[Any, Any, bytes]]:
    async def make(services: Services, partnership_id: uuid.UUID) -> bytes:
        return (await formats.make(format, await orders.of_dossier(services, partnership_id))).file

    return make


async def _archive(services: Services, partnership_id: uuid.UUID) -> bytes:
    return await exchange.export(services.db, services.library, services.settings, partnership_id)


EXPORTS = {format: _document(format) for format in formats.FORMATS} | {"zip": _archive}
"""Format of `workshop export` -> what makes the file."""


def _run(work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(work(settings.read(os.environ)))


async def _upgrade(chosen: Settings) -> None:
    async with _database(chosen):
        pass


@contextlib.asynccontextmanager
async def _database(
    chosen: Settings, *, migrated: bool = True, writes: bool = False
) -> AsyncGenerator[Database, None]:
    """Opens the installation's database, brought to the newest version unless `migrated` is False.

    Raises `DatabaseError` with a sentence when it does not answer; the driver's own text may hold the
    password of the connection.
    """
    try:
        database = Database(chosen.database_url)
        try:
            if migrated:
                await migrations.upgrade(database)
            if writes:
                await database.start()
            yield database
        finally:
            await database.stop()
    except (DBAPIError, OSError) as error:
        raise DatabaseError(
            f"De database antwoordt niet ({type(error).__name__}). Kijk WORKSHOP_DATABASE_URL na, en of de "
            "database aanstaat en geschreven mag worden."
        ) from None


def _count(typed: str) -> int:
    """Reads a number of processes or backups: 1 to 64. Raises `ValueError`."""
    count = int(typed)
    if not 1 <= count <= MOST_WORKERS:
        raise ValueError
    return count


def _asked_password() -> str:
    """Asks for a password twice, unseen. Raises `AccountError` when they differ."""
    first = getpass.getpass("Wachtwoord: ")
    if getpass.getpass("Nog eens: ") != first:
        raise accounts.AccountError(
            "password", "Dat zijn twee verschillende wachtwoorden. Probeer het opnieuw."
        )
    return first


def _family(commands: Any, name: str, about: str) -> Any:
    """Adds a command of two words: `user add`."""
    return commands.add_parser(name, help=about).add_subparsers(metavar="OPDRACHT", required=True)


def _command(commands: Any, name: str, does: str, run: Any) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")
    made.set_defaults(run=run)
    return made


def _write_what_the_terminal_can() -> None:
    """Makes a terminal without block characters show question marks, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
