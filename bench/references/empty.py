"""An empty Litestar handler behind the same uvicorn: PORT."""

from __future__ import annotations

import sys

import uvicorn
from litestar import Litestar, get, post

from workshop.serving import server
from workshop.settings import Settings


@get("/", sync_to_thread=False)
def nothing() -> str:
    return ""


@post("/", status_code=200, sync_to_thread=False)
def nothing_posted() -> str:
    return ""


if __name__ == "__main__":
    settings = Settings(host="127.0.0.1", port=int(sys.argv[1]))
    app = Litestar([nothing, nothing_posted], openapi_config=None, logging_config=None)
    uvicorn.Server(server.config(app, settings)).run()
