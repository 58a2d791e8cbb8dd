"""Readers of the environment that refuse nonsense: a setting is what was meant, or the start fails with a sentence."""

from __future__ import annotations

import os
import zoneinfo
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from babel.numbers import list_currencies
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "yes", "true", "on"}
NO = {"0", "no", "false", "off"}
DATABASE_PORT = 5432


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks; `default` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """yes/no, true/false, on/off or 1/0."""
    given = text(name).lower()
    if not given:
        return default
    if given not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {given!r}: write yes or no.")
    return given in YES


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within `least` and `most`, both allowed."""
    given = text(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise ImproperlyConfigured(f"{name} is {given!r}: write a whole number from {least} to {most}.")
    return int(given)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`; the first is the default."""
    given = text(name, allowed[0])
    if given not in allowed:
        raise ImproperlyConfigured(f"{name} is {given!r}: write one of {', '.join(allowed)}.")
    return given


def time_zone(name: str, default: str = "UTC") -> str:
    """A name of the time-zone database, such as Europe/Zurich."""
    given = text(name, default)
    if given not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"{name} is {given!r}: write a time zone's name, such as Europe/Zurich or UTC.")
    return given


def currency(name: str, default: str = "USD") -> str:
    """An ISO 4217 code, in upper case."""
    given = text(name, default)
    if given not in list_currencies():
        raise ImproperlyConfigured(f"{name} is {given!r}: write a currency's three-letter code, such as USD or EUR.")
    return given


def hosts(name: str) -> list[str]:
    """Host names separated by commas, without scheme, port or path; a wildcard for every host is refused."""
    given = [host.strip() for host in text(name).split(",") if host.strip()]
    for host in given:
        if host == "*" or "/" in host or (":" in host and not host.startswith("[")):
            raise ImproperlyConfigured(
                f"{name} has {host!r}: write host names separated by commas, such as score.example.com, "
                "without https:// and without a port."
            )
    return given


def database(name: str) -> dict[str, object] | None:
    """Django's connection settings from `postgresql://user:password@host:port/name`; None where it is unset.

    A server on a UNIX socket is `postgresql://user@/name?host=/folder`. The password may be in a file instead, named by
    DATABASE_PASSWORD_FILE (as container secrets are).
    """
    given = text(name)
    if not given:
        return None
    # The value is not repeated: it may hold a password.
    wrong = ImproperlyConfigured(f"{name} cannot be read: write postgresql://user:password@host:5432/name.")
    try:
        parts = urlsplit(given)
        port = parts.port or DATABASE_PORT
    except ValueError:
        raise wrong from None
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    if parts.scheme not in {"postgresql", "postgres"} or not host or parts.path in {"", "/"}:
        raise wrong
    password_file = text("DATABASE_PASSWORD_FILE")
    return {
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": _secret(password_file) if password_file else unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
    }


def redis(name: str) -> str | None:
    """`redis://host:port/number`, rediss:// for TLS or `unix:///path?db=number`; None where it is unset."""
    given = text(name)
    if not given:
        return None
    parts = urlsplit(given)
    if not (parts.scheme in {"redis", "rediss"} and parts.hostname) and not (parts.scheme == "unix" and parts.path):
        raise ImproperlyConfigured(f"{name} cannot be read: write redis://host:6379/0.")
    return given


def smtp(name: str) -> dict[str, object] | None:
    """Django's mail settings from `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`; None where unset.

    `?starttls=no` sends in clear, for a relay on the same machine. A blank in user or password is written %20.
    """
    given = text(name)
    if not given:
        return None
    # The value is not repeated: it may hold a password.
    wrong = ImproperlyConfigured(f"{name} cannot be read: write smtp://user:password@host:587 or smtps://…@host:465.")
    try:
        parts = urlsplit(given)
        starttls = parse_qs(parts.query).get("starttls", ["yes"])[0]
        port = parts.port or (465 if parts.scheme == "smtps" else 587)
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or starttls not in YES | NO:
        raise wrong
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and starttls in YES,
    }


def sender(name: str, *, needed: bool) -> str:
    """The address mail comes from, alone or as `Assay <assay@example.com>`; refused if missing where it is `needed`."""
    given = text(name)
    if not given and not needed:
        return ""
    address = parseaddr(given)[1]
    if "\n" in given or address.count("@") != 1 or not all(address.split("@")):
        raise ImproperlyConfigured(f"{name} is {given!r}: write an address, such as Assay <assay@example.com>.")
    return given


def broker(address: str) -> str:
    """The same Redis as Celery writes it: it has its own scheme for UNIX sockets."""
    parts = urlsplit(address)
    if parts.scheme != "unix":
        return address
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def _secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"DATABASE_PASSWORD_FILE {path} cannot be read: {error.strerror}.") from None
