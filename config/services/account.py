"""The system account under which the embedded services run: this one, or for root (PostgreSQL refuses it) another."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.refusal import Refusal

CANDIDATES = ("postgres", "nobody")


class ServiceError(Refusal):
    """The embedded services cannot run."""


@dataclass(frozen=True)
class Account:
    """A user of this system. `switch` is true where this process is root and must become that user."""

    name: str
    uid: int
    gid: int
    switch: bool

    def spawn_arguments(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that make the child this user, without root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}


def service_account() -> Account:
    """This user; for root the user postgres where there is one, else nobody."""
    uid = os.geteuid()
    if uid:
        return Account(name=str(uid), uid=uid, gid=os.getegid(), switch=False)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    raise ServiceError(
        "PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody. "
        "Run Assay as another user, or set DATABASE_URL and REDIS_URL."
    )


def closed_parent(path: Path, account: Account) -> Path | None:
    """The first existing folder above `path` that `account` may not enter; None where the way is open."""
    for folder in reversed(path.parents):
        if not folder.is_dir():
            return None  # made later, by us, or refused as such
        status = folder.stat()
        if status.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif status.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return folder
    return None


def refuse_closed(home: Path, account: Account) -> None:
    """Raises ServiceError where `account` cannot reach the home. Nothing outside the home is ever changed."""
    closed = closed_parent(home, account) if account.switch else None
    if closed:
        raise ServiceError(
            f"PostgreSQL does not run as root, and user {account.name} may not enter {closed}, which holds "
            f"ASSAY_HOME {home}. Set ASSAY_HOME to a folder that others may enter, such as /var/lib/assay, "
            "or run Assay as another user."
        )


def open_home(home: Path, account: Account) -> None:
    """Lets `account` through the home to its own folders in it."""
    if account.switch:
        home.chmod(home.stat().st_mode | stat.S_IXOTH)


def own_folder(folder: Path, account: Account) -> None:
    """Makes `folder`, entered by `account` alone; raises ServiceError where another user was there before."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {os.geteuid(), account.uid}:
        raise ServiceError(f"{folder} belongs to another user of this system: remove it, or set another ASSAY_HOME.")
    if account.switch and status.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def reachable(program: Path, parts: tuple[Path, ...], base: Path, home: Path, account: Account) -> Path:
    """`program`, or a copy in the home where `account` may not enter its folder (a checkout in /root, say).

    `parts` are the folders and files the program needs; all lie under `base` and keep their places relative to each
    other, because the program finds its libraries that way.
    """
    if not account.switch or closed_parent(program, account) is None:
        return program
    status = program.stat()  # an updated package has another size or time, and gets another copy
    copy = home / "programs" / f"{program.name}-{status.st_size}-{int(status.st_mtime)}"
    for part in parts:
        target = copy / part.relative_to(base)
        if target.exists() or not part.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        # Copied aside and renamed: a copy cut short is not taken for a whole one.
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        if part.is_dir():
            shutil.copytree(part, aside, symlinks=True)
        else:
            shutil.copy2(part, aside)
        aside.rename(target)
    return copy / program.relative_to(base)
