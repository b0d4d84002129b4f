"""Hands one letter to the mail server of the installation, and says what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiosmtplib
import msgspec

from workshop.settings import Settings

SECONDS = 20.0
"""How long a mail server may take for one letter, from the first word to the last."""
TLS: dict[str, dict[str, Any]] = {
    "starttls": {"start_tls": True, "use_tls": False},
    "tls": {"start_tls": False, "use_tls": True},
    "none": {"start_tls": False, "use_tls": False},
}
"""`WORKSHOP_SMTP_SECURITY` -> how the connection is closed to others."""


class Outcome(StrEnum):
    """What became of a letter; `sentence` is for the beheerder, with what to do."""

    sentence: str

    def __new__(cls, value: str, sentence: str) -> Outcome:
        made = str.__new__(cls, value)
        made._value_, made.sentence = value, sentence
        return made

    SENT = "sent", ""
    REFUSED = "refused", "De mailserver kent dit adres niet, of weigert het. Kijk na of het adres klopt."
    NOT_ALLOWED = (
        "not-allowed",
        "De mailserver laat ons niet binnen. Kijk WORKSHOP_SMTP_USER en WORKSHOP_SMTP_PASSWORD_FILE na.",
    )
    SENDER_REFUSED = (
        "sender-refused",
        "De mailserver weigert onze afzender. Kijk WORKSHOP_SMTP_FROM na.",
    )
    AWAY = (
        "away",
        "De mailserver geeft geen antwoord. Kijk WORKSHOP_SMTP_HOST en WORKSHOP_SMTP_PORT na. "
        "We proberen het later weer.",
    )
    LATER = "later", "De mailserver neemt de mail nu niet aan. We proberen het later weer."
    NO_TLS = (
        "no-tls",
        "De verbinding met de mailserver is niet veilig te maken. Kijk WORKSHOP_SMTP_SECURITY na.",
    )

    @property
    def may_be_tried_again(self) -> bool:
        """Whether a later round can succeed without somebody doing something about this address."""
        return self not in (Outcome.SENT, Outcome.REFUSED)


class Letter(msgspec.Struct, frozen=True):
    """What somebody gets: plain text, without a word of any card."""

    to: str
    subject: str
    text: str
    stop: str
    """The address that stops such letters in one press (RFC 8058)."""
    key: str
    """What it is, such as the digest of a month for one account: the same letter has the same `Message-ID`,
    so that a mail program that gets it twice shows it once."""


async def send(settings: Settings, letter: Letter, *, seconds: float = SECONDS) -> Outcome:
    """Sends a letter. Takes `seconds` at most, however slow the server is, and raises nothing for what a
    mail server can do wrong."""
    try:
        async with asyncio.timeout(seconds):
            return await _hand_over(settings, letter, seconds)
    except TimeoutError:
        return Outcome.AWAY


async def _hand_over(settings: Settings, letter: Letter, seconds: float) -> Outcome:
    try:
        await aiosmtplib.send(
            _message(settings, letter).as_bytes(),
            sender=settings.smtp_from,
            recipients=[letter.to],
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=_password(settings),
            timeout=seconds,
            **TLS[settings.smtp_security],
        )
    except aiosmtplib.SMTPAuthenticationError:
        return Outcome.NOT_ALLOWED
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _of_code(max(one.code for one in error.recipients), Outcome.REFUSED)
    except aiosmtplib.SMTPSenderRefused as error:
        return _of_code(error.code, Outcome.SENDER_REFUSED)
    except (aiosmtplib.SMTPConnectResponseError, aiosmtplib.SMTPHeloError):
        return Outcome.AWAY  # it takes nobody now: that is not about this address
    except aiosmtplib.SMTPResponseException as error:
        return _of_code(error.code, Outcome.REFUSED)
    except ssl.SSLError:
        return Outcome.NO_TLS
    except aiosmtplib.SMTPTimeoutError:
        return Outcome.AWAY
    except (aiosmtplib.SMTPException, OSError) as error:
        offers_none = type(error) is aiosmtplib.SMTPException  # the bare one: the server has no STARTTLS
        return Outcome.NO_TLS if offers_none or isinstance(error.__cause__, ssl.SSLError) else Outcome.AWAY
    return Outcome.SENT


def _of_code(code: int, refused: Outcome) -> Outcome:
    """Returns what a reply of the server means: one that begins with a 4 is for now (RFC 5321)."""
    return refused if code >= 500 else Outcome.LATER


def _message(settings: Settings, letter: Letter) -> EmailMessage:
    # Whole: in a header that is folded, mail programs find no address to press.
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"] = settings.smtp_from
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{letter.key}@{settings.address}>" if letter.key else make_msgid()
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{letter.stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"{letter.text}\n\nGeen mail meer van Kompas Live? {letter.stop}\n")
    return message


def _password(settings: Settings) -> str | None:
    """Reads the password anew for each letter: whoever changes the file need not start the app again."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return Path(settings.smtp_password_file).read_text().strip() if settings.smtp_password_file else None
    return None
