"""The demonstration: a dossier with a history, a live session, and phones that take part in it.

`workshop demo` keeps its own database, fresh at each start, and never opens the installation's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from sqlalchemy.engine import make_url

from workshop import crowd, days, settings
from workshop.app import make_app, make_services, running
from workshop.codes import spoken_code
from workshop.crowd.answers import CrowdRoom
from workshop.crowd.ledger import Ledger
from workshop.crowd.phone import Address, Crowd
from workshop.demo import cycle, history
from workshop.demo.history import Demonstration
from workshop.serving import server, terminal
from workshop.settings import ROOT, Settings, SettingsError

PHONES, MOST_PHONES = 14, 500
SEED = 5
EVERYWHERE = ("0.0.0.0", "::", "127.0.0.1", "localhost")


def main(arguments: list[str], parser: argparse.ArgumentParser) -> int:
    """Serves until a signal, or plays one cycle. Raises `SettingsError` and `PortError`."""
    options = _options(parser).parse_args(arguments)
    if options.cycle:
        return cycle.main(settings.read(os.environ))
    chosen = own(settings.read(os.environ))
    server.raise_open_files()
    listener = server.bind(chosen.host, chosen.port)
    try:
        _serve(chosen, options, listener)
    finally:
        discard(chosen)
    return 0


def own(installation: Settings) -> Settings:
    """Returns the installation's settings with a database of the demonstration's own, one per port.

    Raises `SettingsError` when that is the installation's.
    """
    file = ROOT / "var" / f"demo-{installation.port}.sqlite"
    there = make_url(installation.database_url)
    if there.get_backend_name() == "sqlite" and Path(there.database or "").resolve() == file.resolve():
        raise SettingsError(
            f"WORKSHOP_DATABASE_URL wijst naar {file.name}. De demo begint daar steeds opnieuw, dus die "
            "database is niet veilig voor echte dossiers. Kies een ander bestand."
        )
    changes = {"database_url": f"sqlite+aiosqlite:///{file}", "redis_url": ""}
    return msgspec.structs.replace(installation, **changes)


async def fill(chosen: Settings) -> Demonstration:
    """Makes a fresh database with the story in it."""
    discard(chosen)
    services = make_services(chosen)
    async with running(services):
        return await history.make(services, days.today())


def discard(chosen: Settings) -> None:
    """Removes the demonstration's database."""
    file = Path(make_url(chosen.database_url).database or "")
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


class Phones:
    """The crowd in the same process: it ends with the server."""

    def __init__(self, chosen: Settings, made: Demonstration, count: int, seconds: int) -> None:
        self.address = Address.of(f"{near(chosen)}/j/{made.join_token}")
        self.count = count
        self.seconds = seconds
        self.task: asyncio.Task[Any] | None = None

    def start(self) -> None:
        if self.count:
            phones = Crowd(self.address, Ledger(), CrowdRoom(SEED), pace=1.0)
            self.task = asyncio.create_task(crowd.play(phones, self.count, self.seconds), name="crowd")


def near(chosen: Settings) -> str:
    """Returns the address under which this machine reaches itself."""
    if chosen.base_url or chosen.host not in EVERYWHERE:
        return chosen.origin
    return f"http://127.0.0.1:{chosen.port}"


def addresses(chosen: Settings, made: Demonstration) -> dict[str, str]:
    """Returns what `workshop demo --json` prints: `join_url`, `code`, `screen_url`, `desk_url`, `dossier`,
    `email` and `password`."""
    return {
        "join_url": f"{chosen.origin}/j/{made.join_token}",
        "code": made.code,
        "screen_url": f"{chosen.origin}/scherm/{made.screen_token}",
        "desk_url": f"{chosen.origin}/sessies/{made.session_id}/regie",
        "dossier": f"{chosen.origin}/dossiers/{made.partnership_id}",
        "email": made.email,
        "password": made.password,
    }


def _serve(chosen: Settings, options: argparse.Namespace, listener: socket.socket) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        made = runner.run(fill(chosen))
    phones = Phones(chosen, made, options.phones, options.seconds)

    async def ready() -> None:
        print(_line(chosen, made) if options.json else _words(chosen, made), flush=True)
        phones.start()

    app = make_app(chosen, make_services(chosen))
    server.Server(server.config(app, chosen), ready).run(sockets=[listener])


def _line(chosen: Settings, made: Demonstration) -> str:
    return json.dumps(addresses(chosen, made))


def _words(chosen: Settings, made: Demonstration) -> str:
    where = addresses(chosen, made)
    return "\n".join(
        (
            "",
            "De demonstratie van Kompas Live staat aan. Alles erin is verzonnen.",
            "",
            f"  Groot scherm: {where['screen_url']}",
            f"  Regie:        {where['desk_url']}",
            f"  Dossier:      {where['dossier']}",
            f"  Terugblik:    {chosen.origin}/terugblik/{made.lookback_token}",
            f"  Inloggen:     {where['email']} met wachtwoord {where['password']}",
            "",
            f"  Doe mee met je telefoon: {where['join_url']}",
            f"  Of typ de code op {chosen.origin}/doe-mee: {spoken_code(where['code'])}",
            "",
            terminal.qr(where["join_url"]).rstrip("\n"),
            "",
            "Stoppen: Ctrl+C",
        )
    )


def _options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true", help="adressen en wachtwoord als één regel JSON")
    parser.add_argument(
        "--cycle", action="store_true", help="speel alle werkbladen één keer en stop; start geen website"
    )
    parser.add_argument(
        "--phones",
        type=crowd.whole(0, MOST_PHONES),
        default=PHONES,
        metavar="N",
        help="hoeveel telefoons meedoen",
    )
    parser.add_argument(
        "--seconds",
        type=crowd.whole(0, crowd.MOST_SECONDS),
        default=0,
        metavar="S",
        help="hoe lang ze meedoen; 0 is tot het einde",
    )
    return parser
