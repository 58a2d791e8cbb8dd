"""ASSAY_HOME: the one folder in which everything of an installation lives.

secret.key (0600) · postgres/ · redis/ · static/ · files/ (original import files) · logs/ · mail/ · run/
"""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from config.refusal import Refusal

FOLDERS = ("files", "logs", "mail", "static")
# A UNIX socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock" to its folder.
LONGEST_SOCKET_FOLDER = 85


class HomeError(Refusal):
    """ASSAY_HOME cannot be used."""


def path() -> Path:
    """ASSAY_HOME, else the user's state folder; for root the system's."""
    given = os.environ.get("ASSAY_HOME", "").strip()
    if given:
        return Path(given).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/assay")
    state = os.environ.get("XDG_STATE_HOME", "").strip() or "~/.local/state"
    return Path(state).expanduser().resolve() / "assay"


def prepare(home: Path) -> None:
    """Makes the home with its folders and its secret key; raises HomeError where it cannot be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            # Exports hold customers' names: nobody else on the machine reads them.
            (home / name).mkdir(mode=0o700, exist_ok=True)
        _make_secret(home / "secret.key")
    except OSError as error:
        raise HomeError(
            f"ASSAY_HOME {home} cannot be written ({error.strerror}). "
            "Give this user write access, or set ASSAY_HOME to a folder that has it."
        ) from None


def secret_key(home: Path) -> str:
    """The installation's key. Before `prepare` has made one, a key that lives as long as this process."""
    try:
        return (home / "secret.key").read_text(encoding="ascii").strip() or secrets.token_urlsafe(64)
    except (FileNotFoundError, NotADirectoryError):
        return secrets.token_urlsafe(64)
    except OSError as error:
        raise HomeError(
            f"ASSAY_HOME {home} cannot be read ({error.strerror}): run as the user it belongs to."
        ) from None


def socket_folder(home: Path) -> Path:
    """Where the embedded services' sockets are: in the home, or in a short folder of /tmp where its path is too long.

    Fixed, not $TMPDIR: two commands with different environments must meet at the same sockets.
    """
    inside = home / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    return Path("/tmp") / f"assay-{sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108 - owner is checked on use


def _make_secret(file: Path) -> None:
    """Written aside and linked into place, so that two first starts agree on one whole key."""
    if file.exists():
        return
    aside = file.with_name(f".secret.{secrets.token_hex(8)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_urlsafe(64).encode("ascii"))
        os.fsync(handle)
        os.link(aside, file)
    except FileExistsError:
        pass
    finally:
        os.close(handle)
        aside.unlink()
