"""What `workshop serve` prints for the person who started it."""

from __future__ import annotations

import io
import logging
import sys
from typing import TextIO

import qrcode

from workshop import reach
from workshop.accounts.invitations import first_account_token
from workshop.services import Services

log = logging.getLogger(__name__)


async def announce(services: Services, out: TextIO | None = None) -> None:
    """Prints the address, its QR for phones on the same network, and the way to the first account."""
    settings = services.settings
    log.info("this installation is reached at %s", settings.origin)
    token = await first_account_token(services.db, services.settings.invitation_days)
    lines = ["", "Kompas Live staat aan.", "", f"  Open: {settings.origin}"]
    if not settings.base_url:
        lines.append(f"  Op deze computer ook: http://localhost:{settings.port}")
        others = [way for way in reach.ways() if way.address != reach.address()]
        lines += [f"  Of via {way.network}: http://{way.address}:{settings.port}" for way in others]
    if settings.trouble:
        lines += ["", f"  Let op. {settings.trouble}"]
    lines += ["", qr(settings.origin).rstrip("\n"), ""]
    if token:
        lines += [
            "Er is nog geen account. Maak het eerste op dit adres. Het werkt één keer:",
            "",
            f"  {settings.origin}/uitnodiging/{token}",
            "",
        ]
    lines.append("Stoppen: Ctrl+C")
    print("\n".join(lines), file=out or sys.stdout, flush=True)


def qr(address: str) -> str:
    """Draws a QR in half blocks, light on dark, as a terminal shows it."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()
