"""What every answer of the API keeps to: the NLGov REST API Design Rules 2 of Logius."""

from __future__ import annotations

VERSION = "1.0.0"
"""By semantic versioning. Its first number stands in the address, the whole of it in `API-Version`."""
BASE = f"/api/v{VERSION.partition('.')[0]}"
NO_SLASH = "Een adres van de API eindigt niet op een schuine streep."


def headers(path: str) -> dict[bytes, bytes]:
    """Returns the headers of an answer at this path. Pages of others may read the description, and nothing
    else."""
    told = {b"api-version": VERSION.encode(), b"x-frame-options": b"DENY"}
    return told | ({b"access-control-allow-origin": b"*"} if path == f"{BASE}/openapi.json" else {})
