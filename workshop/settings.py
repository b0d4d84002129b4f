"""The installation's settings, read from the environment once, at start.

Every setting is `WORKSHOP_…`. An unknown or malformed one stops the start with a `SettingsError`
whose text a manager of the installation can act on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from workshop import addresses, reach, sealing

PREFIX = "WORKSHOP_"
ROOT = Path(__file__).resolve().parent.parent
TOMBSTONES = "kompas-gewist.txt"
"""Name of the file with what was erased, beside a database and beside its backups."""

Port = Annotated[int, Meta(ge=1, le=65535)]
Days = Annotated[int, Meta(ge=1, le=3650)]


class SettingsError(ValueError):
    """A setting is unknown or malformed; the text says which one and what is expected."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings with their defaults. Units: days, minutes, counts of people."""

    database_url: str = f"sqlite+aiosqlite:///{ROOT / 'var' / 'workshop.sqlite'}"
    tombstones_file: str = ""
    redis_url: str = ""
    base_url: str = ""
    host: str = "0.0.0.0"
    port: Port = 8000
    sessions_folder: str = str(ROOT / "sessions")
    organisation: str = ""
    accessibility_contact: str = ""
    security_contact: str = ""
    """Where somebody who finds a weakness can write to: `mailto:…` or `https://…`."""
    exit_url: str = "https://www.buienradar.nl/"
    admission_hours: Annotated[int, Meta(ge=1, le=72)] = 24
    unconfirmed_days: Days = 30
    ahead_days: Annotated[int, Meta(ge=1, le=60)] = 14
    """How long people may answer before a meeting, at most."""
    meaning: Literal["on", "off"] = "on"
    """Whether the screening also weighs what a text means. That takes about 120 MB of memory."""
    sign_in_days: Days = 14
    invitation_days: Days = 7
    erasure_days: Days = 14
    backup_key: str = ""
    """The public half of the key that backups are sealed with."""
    most_phones: Annotated[int, Meta(ge=10, le=20_000)] = 2000
    """How many phones one session admits. When it is full, phones that sent nothing and are not connected
    are removed to make room."""
    phone_posts: Annotated[int, Meta(ge=10, le=1_000_000)] = 20
    """How often one phone may send something in ten seconds, to each process."""
    group_minimum: Annotated[int, Meta(ge=5, le=50)] = 5
    breakdown_minimum: Annotated[int, Meta(ge=10, le=100)] = 10
    marks_minimum: Annotated[int, Meta(ge=5, le=50)] = 5
    api_requests_a_minute: Annotated[int, Meta(ge=10, le=10_000)] = 120
    webhooks_private: Literal["on", "off"] = "off"
    """Whether webhooks may reach addresses of an own network, and without TLS."""
    code_guesses_a_minute: Annotated[int, Meta(ge=12, le=10_000)] = 120
    smtp_host: str = ""
    """The mail server; without one no mail is ever sent."""
    smtp_port: Port = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    smtp_from: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: str = ""
    oidc_name: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port under which phones reach this installation."""
        return self.base_url or f"http://{reach.address()}:{self.port}"

    @property
    def origins(self) -> frozenset[str]:
        """Origins that may post here. On an unconfigured machine these are all its own addresses at this
        port, and no name but localhost: another site can have a name that leads here, no address."""
        if self.base_url:
            return frozenset((self.base_url,))
        own = ("localhost", reach.ITSELF, *(way.address for way in reach.ways()))
        return frozenset(f"http://{host}:{self.port}" for host in own)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset().union(*map(addresses.hosts, self.origins))

    @property
    def tombstones(self) -> Path:
        """The file with the list of what was erased; without a setting, beside the database of SQLite."""
        if self.tombstones_file:
            return Path(self.tombstones_file)
        scheme, _, file = self.database_url.partition(":///")
        folder = Path(file).parent if scheme.startswith("sqlite") else ROOT / "var"
        return folder / TOMBSTONES

    @property
    def ways(self) -> tuple[reach.Way, ...]:
        """What a desk may choose from for the QR; nothing where the address is configured."""
        return () if self.base_url else reach.ways()

    @property
    def address(self) -> str:
        """The host in the QR."""
        return urlsplit(self.origin).hostname or ""

    @property
    def trouble(self) -> str:
        """Why phones cannot open the address in the QR; empty when nothing is known against it."""
        return reach.trouble(self.address, self.host, configured=bool(self.base_url))

    @property
    def secure(self) -> bool:
        """Whether visitors reach us over TLS, so that cookies may only travel there."""
        return self.origin.startswith("https://")


def read(environment: Mapping[str, str]) -> Settings:
    """Reads the `WORKSHOP_…` variables of an environment; an empty one counts as not set. Raises
    `SettingsError` for a name that is unknown and for a value that does not fit."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value != ""
    }
    known = Settings.__struct_fields__
    for name in given:
        if name not in known:
            raise SettingsError(
                f"{PREFIX}{name.upper()} is geen instelling van Kompas Live. "
                f"Bedoel je een van deze? {', '.join(PREFIX + field.upper() for field in known)}"
            )
    settings = _converted(given)
    _check_urls(settings)
    _check_single_sign_on(settings)
    _check_mail(settings)
    _check_security_contact(settings.security_contact)
    _check_backup_key(settings.backup_key)
    return msgspec.structs.replace(settings, base_url=_base_url(settings.base_url))


def _converted(given: dict[str, Any]) -> Settings:
    try:
        return msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).partition(" - at `$.")[2].rstrip("`")
        raise SettingsError(
            f"{PREFIX}{name.upper()}={given[name]} klopt niet: hier hoort een getal {_range(name)}."
        ) from None


def _range(name: str) -> str:
    """Returns `van 1 tot en met 65535` for a setting: each that is not a text is a number with limits."""
    limits = get_type_hints(Settings, include_extras=True)[name].__metadata__[0]
    return f"van {limits.ge} tot en met {limits.le}"


def _check_urls(settings: Settings) -> None:
    for name in ("base_url", "exit_url"):
        value = getattr(settings, name)
        if value and not _is_of_the_web(value):
            raise SettingsError(f"{PREFIX}{name.upper()}={value} klopt niet: begin met http:// of https://.")
    if not settings.database_url.startswith(("sqlite+aiosqlite://", "postgresql+psycopg://")):
        raise SettingsError(
            f"{PREFIX}DATABASE_URL klopt niet: begin met sqlite+aiosqlite:// of postgresql+psycopg://."
        )


def _check_security_contact(contact: str) -> None:
    if contact and not re.fullmatch(r"(mailto:[^\s@]+@|https://)[^\s@]+", contact):
        raise SettingsError(
            f"{PREFIX}SECURITY_CONTACT={contact} klopt niet: begin met mailto: en een adres, of met https://."
        )


def _is_of_the_web(value: str) -> bool:
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc != ""


def _check_backup_key(key: str) -> None:
    try:
        sealing.checked(key) if key else None
    except sealing.SealError as error:
        raise SettingsError(f"{PREFIX}BACKUP_KEY klopt niet: {error}") from None


def _base_url(typed: str) -> str:
    """Writes the address as browsers do: else every request would be for another address. Raises
    `SettingsError`, which does not show the value: a password may stand in it."""
    try:
        return addresses.plain(typed) if typed else ""
    except ValueError as error:
        raise SettingsError(f"{PREFIX}BASE_URL klopt niet: {error}") from None


def _check_mail(settings: Settings) -> None:
    """Checks that mail is set as a whole, or not at all, and that no password goes in the clear."""
    if not settings.smtp_host:
        return
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", settings.smtp_from):
        raise SettingsError(f"{PREFIX}SMTP_FROM klopt niet: hier hoort een mailadres, de afzender.")
    if not settings.base_url:
        raise SettingsError(f"Mail heeft ook {PREFIX}BASE_URL nodig: dat adres staat in de links.")
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        raise SettingsError(
            f"Geef {PREFIX}SMTP_USER en {PREFIX}SMTP_PASSWORD_FILE allebei. Of laat ze allebei weg."
        )
    if settings.smtp_user and settings.smtp_security == "none":
        raise SettingsError(f"{PREFIX}SMTP_SECURITY=none kan niet met een wachtwoord: kies starttls of tls.")


def _check_single_sign_on(settings: Settings) -> None:
    names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret_file", "oidc_name")
    missing = [f"{PREFIX}{name.upper()}" for name in names if not getattr(settings, name)]
    if len(missing) == len(names):
        return
    if missing:
        raise SettingsError(
            f"Inloggen via een ander heeft ook {' en '.join(missing)} nodig. Of laat alles weg."
        )
    issuer = urlsplit(settings.oidc_issuer)
    if not issuer.netloc or (issuer.scheme != "https" and issuer.hostname not in ("localhost", "127.0.0.1")):
        raise SettingsError(f"{PREFIX}OIDC_ISSUER={settings.oidc_issuer} klopt niet: begin met https://.")
    try:
        secret = Path(settings.oidc_client_secret_file).read_text().strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise SettingsError(
            f"{PREFIX}OIDC_CLIENT_SECRET_FILE={settings.oidc_client_secret_file} klopt niet: "
            "hier hoort een leesbaar bestand met het geheim."
        )
