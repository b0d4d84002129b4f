"""A letter is handed to a real mail server: what arrives, and what is said when it does not."""

import asyncio
import contextlib

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers import free_port
from workshop import settings as reading
from workshop.mail.sending import Letter, Outcome, send
from workshop.settings import Settings, SettingsError

LETTER = Letter(
    "kevin@lindewaard.example",
    "Dit staat er open",
    "Er staan 3 acties open.\nhttps://kompas.example/dossiers",
    "https://kompas.example/geen-mail/abc",
    "digest-2026-12-kevin",
)


class Box:
    """What the mail server of a test took in; refuses whom it is told to."""

    def __init__(self, refuses="", code=550):
        self.letters, self.refuses, self.code = [], refuses, code

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refuses:
            return f"{self.code} no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope)
        return "250 OK"


@contextlib.contextmanager
def serving(box, **options):
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def to(port, **values):
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    given |= {"smtp_from": "kompas@lindewaard.example", "base_url": "https://kompas.example"}
    return msgspec.structs.replace(Settings(), **(given | values))


async def test_a_letter_arrives_whole_and_can_be_stopped_in_one_press():
    box = Box()
    with serving(box) as port:
        assert await send(to(port), LETTER) is Outcome.SENT
    [envelope] = box.letters
    text = envelope.content.decode()
    assert envelope.rcpt_tos == [LETTER.to]
    for line in (
        "List-Unsubscribe: <https://kompas.example/geen-mail/abc>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Message-ID: <digest-2026-12-kevin@kompas.example>",
        "Auto-Submitted: auto-generated",
        "Er staan 3 acties open.",
    ):
        assert line in text


@pytest.mark.parametrize(("code", "outcome"), [(550, Outcome.REFUSED), (450, Outcome.LATER)])
async def test_a_refused_address_is_told_from_one_that_may_work_later(code, outcome):
    box = Box(refuses=LETTER.to, code=code)
    with serving(box) as port:
        assert await send(to(port), LETTER) is outcome
    assert box.letters == []
    assert outcome.may_be_tried_again == (code == 450)


async def test_a_wrong_password_says_which_setting_to_look_at(tmp_path):
    (tmp_path / "wachtwoord").write_text("fout\n")
    settings = {"smtp_user": "kompas", "smtp_password_file": str(tmp_path / "wachtwoord")}
    refuse = {"authenticator": lambda *_: AuthResult(success=False, handled=False)}
    with serving(Box(), auth_require_tls=False, **refuse) as port:
        outcome = await send(to(port, **settings), LETTER)
    assert outcome is Outcome.NOT_ALLOWED
    assert "WORKSHOP_SMTP_PASSWORD_FILE" in outcome.sentence


async def test_a_server_that_hangs_keeps_nobody_longer_than_its_time():
    async def silent(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await send(to(port), LETTER, seconds=0.2) is Outcome.AWAY


async def test_nobody_at_the_other_end_is_said():
    with serving(Box()) as port:
        pass
    assert await send(to(port), LETTER) is Outcome.AWAY


async def test_a_server_without_tls_gets_no_letter_where_tls_was_asked():
    box = Box()
    with serving(box) as port:
        outcome = await send(to(port, smtp_security="starttls"), LETTER)
    assert outcome is Outcome.NO_TLS
    assert box.letters == []


async def test_a_server_that_takes_nobody_now_says_nothing_of_an_address():
    async def greets(reader, writer):
        writer.write(b"554 No SMTP service here\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greets, "127.0.0.1", 0)
    async with server:
        assert await send(to(server.sockets[0].getsockname()[1]), LETTER) is Outcome.AWAY


def test_mail_is_off_without_settings():
    assert reading.read({}).smtp_host == ""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SMTP_HOST": "mail.example"}, "WORKSHOP_SMTP_FROM"),
        ({"SMTP_HOST": "mail.example", "SMTP_FROM": "a@b.nl"}, "WORKSHOP_BASE_URL"),
        (
            {"SMTP_HOST": "m.nl", "SMTP_FROM": "a@b.nl", "BASE_URL": "https://k.nl", "SMTP_USER": "a"},
            "WORKSHOP_SMTP_PASSWORD_FILE",
        ),
    ],
)
def test_half_a_setting_stops_the_start_with_a_sentence(given, says):
    with pytest.raises(SettingsError, match=says):
        reading.read({f"WORKSHOP_{name}": value for name, value in given.items()})
