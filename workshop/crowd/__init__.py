"""The crowd: simulated phones over real HTTP and WebSockets, for rehearsals, demonstrations and load.

`workshop crowd URL --phones N --seconds S --json` joins with N phones, lets them take part for S seconds,
and reports what they were told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import signal
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from workshop.crowd import ledger as ledgers
from workshop.crowd.answers import CrowdRoom
from workshop.crowd.ledger import Ledger
from workshop.crowd.phone import ANSWER_SECONDS, Address, AddressError, Crowd, CrowdPhone

MOST_PHONES, MOST_SECONDS = 5000, 24 * 3600
ARRIVE_SECONDS = 10.0
SECONDS_TO_FINISH = ANSWER_SECONDS + 5
FAILED, UNUSABLE = 1, 2


def main(arguments: list[str], parser: argparse.ArgumentParser) -> int:
    """Returns 0 when every phone joined and every acknowledgement held, 1 when not, 2 for an impossible
    address."""
    options = _options(parser).parse_args(arguments)
    try:
        address = Address.of(options.url, options.code)
    except AddressError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    _raise_open_files()
    crowd = Crowd(address, Ledger(), CrowdRoom(options.seed), options.pace)
    try:
        asyncio.run(_until_stopped(crowd, options.phones, options.seconds))
    finally:
        if options.ledger:
            crowd.ledger.write(options.ledger)
    report = crowd.ledger.report()
    print(json.dumps(report, ensure_ascii=False) if options.json else ledgers.words(report), flush=True)
    return FAILED if crowd.ledger.failures else 0


async def play(crowd: Crowd, phones: int, seconds: float) -> Ledger:
    """Lets phones take part for this many seconds, or until `crowd.stop` when it is 0. Then waits for what is
    under way. Raises what a phone raised."""
    crowd.ledger.phones += phones
    tls = ssl.create_default_context()
    arriving = min(ARRIVE_SECONDS * crowd.pace, seconds / 3 if seconds else ARRIVE_SECONDS)
    tasks = [asyncio.create_task(_phone(crowd, tls, number, arriving)) for number in range(phones)]
    try:
        await asyncio.wait(tasks, timeout=seconds or None)
        crowd.stop.set()
        await asyncio.wait(tasks, timeout=SECONDS_TO_FINISH)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return crowd.ledger


def whole(least: int, most: int) -> Callable[[str], int]:
    """Returns a function that reads an option as a whole number between these two, and raises
    `ValueError`."""

    def number(typed: str) -> int:
        if not least <= int(typed) <= most:
            raise ValueError
        return int(typed)

    return number


async def _phone(crowd: Crowd, tls: ssl.SSLContext, number: int, arriving: float) -> None:
    """Runs one phone. Phones come in one after the other, each with its own connection and cookies."""
    chance = random.Random(f"{crowd.room.seed} {number}")
    await asyncio.sleep(chance.uniform(0, arriving))
    if crowd.stop.is_set():
        return
    headers = {"Origin": crowd.address.origin}
    async with httpx.AsyncClient(
        verify=tls, trust_env=False, timeout=ANSWER_SECONDS, headers=headers
    ) as client:
        await CrowdPhone(crowd, client, chance).live()


async def _until_stopped(crowd: Crowd, phones: int, seconds: float) -> None:
    """Plays until the time is over, or a signal comes: that ends it in the same way, with a report."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, crowd.stop.set)
    await play(crowd, phones, seconds)


def _options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("url", metavar="ADRES", help="adres van de QR-code, of de site met --code")
    parser.add_argument("--code", default="", metavar="CODE", help="de 8 cijfers op het grote scherm")
    parser.add_argument(
        "--phones", type=whole(1, MOST_PHONES), default=30, metavar="N", help="hoeveel telefoons"
    )
    parser.add_argument(
        "--seconds", type=whole(1, MOST_SECONDS), default=120, metavar="S", help="hoe lang ze meedoen"
    )
    parser.add_argument(
        "--pace", type=float, default=1.0, metavar="P", help="denktijd: 0.5 is twee keer zo snel"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="K", help="andere mensen bij een ander getal")
    parser.add_argument(
        "--ledger", type=Path, metavar="BESTAND", help="schrijf op wat de telefoons bewaard weten"
    )
    parser.add_argument("--json", action="store_true", help="verslag als één regel JSON")
    return parser


def _raise_open_files() -> None:
    """Takes as many open files as the system allows: every phone is two."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
