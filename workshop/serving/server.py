"""How the process listens: uvicorn's settings, the port, open files, and a log that reveals nothing about
visitors."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import re
import resource
import socket
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from litestar.types import ASGIApp

from workshop.live.wire import FrameProtocol
from workshop.serving.door import BoundedHttp
from workshop.settings import Settings
from workshop.traces import trace_of

BACKLOG = 4096
FEWEST_FILES = 4096
LARGEST_FRAME = 16 * 1024
SECONDS_TO_FINISH = 10
COLLECTIONS = (700, 10, 1_000_000)
"""As Python's own, but the oldest objects are collected only when it is quiet (`Server.on_tick`)."""
QUIET = 500
"""At most this many open connections: a collection of everything then takes 0.05 s."""
TICKS_BETWEEN = 6000
"""Ticks of 0.1 s between two such collections: ten minutes."""

log = logging.getLogger(__name__)


class PortError(RuntimeError):
    """The address cannot be listened on; the text says what to do."""


def config(app: ASGIApp, settings: Settings, **changes: Any) -> uvicorn.Config:
    """Returns uvicorn's settings, with `changes`; docs/operating.md says why each of them."""
    chosen: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": BoundedHttp,
        "ws": FrameProtocol,
        "ws_max_size": LARGEST_FRAME,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 20.0,
        "backlog": BACKLOG,
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": False,
        "lifespan": "on",
        "timeout_graceful_shutdown": SECONDS_TO_FINISH,
    }
    return uvicorn.Config(app, **(chosen | changes))


class Server(uvicorn.Server):
    """uvicorn's server, which calls `ready` once it listens and then freezes what start-up made.

    Without the freeze a garbage collection walks over everything again and again. With 10,000 open sockets
    that takes a second, in which nobody hears anything, and it finds nothing: a stream that ends leaves
    nothing for it. So old objects are collected only when few visitors are connected.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(_loop_failed)
        await super().startup(sockets)
        if self._ready:
            await self._ready()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTIONS)

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_BETWEEN == 0 and len(self.server_state.connections) <= QUIET:
            gc.collect()
        return await super().on_tick(counter)


def serve(
    app: ASGIApp,
    settings: Settings,
    ready: Callable[[], Awaitable[None]] | None = None,
    listener: socket.socket | None = None,
) -> None:
    """Serves until a signal, on a socket of its own unless it is given one. Raises `PortError`."""
    raise_open_files()
    listener = listener or bind(settings.host, settings.port)
    Server(config(app, settings), ready).run(sockets=[listener])


def bind(host: str, port: int, shared: bool = False) -> socket.socket:
    """Returns the socket to listen on; with `shared`, other processes of ours may have the same port. Raises
    `PortError` before anything has started."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortError(_why_not(error, host, port)) from None
    return listener


def raise_open_files() -> int:
    """Takes as many open files as the system allows, because every phone is one; warns when that is little.
    Returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < FEWEST_FILES:
        log.warning(
            "Dit systeem staat %d open bestanden toe: ongeveer %d telefoons. Zet 'ulimit -n' op %d of meer.",
            hard,
            max(hard - 100, 0),
            FEWEST_FILES,
        )
    return hard


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Poort {port} is al in gebruik. Misschien draait Kompas Live al. "
            f"Kies anders een andere poort: WORKSHOP_PORT={port + 1} ./run"
        )
    if error.errno == errno.EACCES:
        return f"Poort {port} is van het systeem. Kies een poort vanaf 1024: WORKSHOP_PORT=8000 ./run"
    return f"Kompas Live kan niet luisteren op {host}. Kijk WORKSHOP_HOST na."


# --- what the process writes ----------------------------------------------------------------------


def set_up_logging() -> None:
    """Makes the process write one line per event on stderr. The only place that says what it may write there:
    errors that nobody caught and warnings go the same way, because Python itself would print them with their
    text."""
    handler = logging.StreamHandler()
    handler.setFormatter(DiscreetFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("workshop").setLevel(logging.INFO)
    logging.raiseExceptions = False  # else a record that cannot be written is printed with its values
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


class DiscreetFormatter(logging.Formatter):
    """Writes what happened and where, never about whom or with which values.

    A library's message may hold an address, a cookie or a card: uvicorn logs the query string of every
    WebSocket, asyncio the text of an exception. So the words of a library are written only when they stand
    like that in its code, without the values that go into them. Of an exception only the type and the place
    are written.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        own = record.name.split(".")[0] == "workshop"
        said = record.getMessage() if own else _fixed_words(record)
        line = (_without_secrets(said.strip()).splitlines() or [""])[0]
        if record.exc_info and record.exc_info[1]:
            line += f" [{trace_of(record.exc_info[1])}]"
        stamp = self.formatTime(record, self.datefmt)
        return f"{stamp} {record.levelname} {record.name}: {line[:300]}"


SECRETS = (
    re.compile(r"\?\S+"),  # a query string
    re.compile(r"\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b"),  # an address of a visitor
    re.compile(r"[\w-]{22,}"),  # a token
)


def _without_secrets(line: str) -> str:
    for secret in SECRETS:
        line = secret.sub("…", line)
    return line


def _fixed_words(record: logging.LogRecord) -> str:
    """Returns the message without its values when it stands like that in the code, else only where it was
    logged."""
    if record.name == "py.warnings":
        return _sort_of_warning(record.getMessage())
    if isinstance(record.msg, str) and record.msg in _constants_of_caller(record):
        return record.msg
    return f"(a message of {record.filename}:{record.lineno})"


def _sort_of_warning(said: str) -> str:
    """Returns `UserWarning in text.py:12`, from `/…/text.py:12: UserWarning: …`. Its text may quote a
    value."""
    found = re.match(r"(?P<file>[^\n]*?):(?P<line>\d+): (?P<sort>\w+):", said)
    return f"{found['sort']} in {Path(found['file']).name}:{found['line']}" if found else "a warning"


def _constants_of_caller(record: logging.LogRecord) -> tuple[Any, ...]:
    """Returns the constants of the function that logs this; nothing when it is not running any more."""
    for frame, line in traceback.walk_stack(None):
        if (frame.f_code.co_filename, line) == (record.pathname, record.lineno):
            return frame.f_code.co_consts
    return ()


def _loop_failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs that a task or a connection failed and nobody waited for it. The loop's own words hold the task's
    name and arguments."""
    error = context.get("exception")
    log.error("nobody waited for this: %s", trace_of(error) if error else "no exception")


def _uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    log.critical("the process stops: %s", trace_of(error))


def _uncaught_in_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value:
        log.error("a thread stopped: %s", trace_of(failed.exc_value))


def _unraisable(failed: Any) -> None:
    """Logs what fails while an object is destroyed."""
    if failed.exc_value:
        log.error("clearing away failed: %s", trace_of(failed.exc_value))
