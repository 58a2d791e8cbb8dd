"""The embedded servers together: start what does not run, stop what does. Locks are the business of the package."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from config import home as homes
from config.services import postgres, process, redis
from config.services.account import Account, own_folder, service_account

LOCK = "services.lock"
KEEPER = "config.services.keeper"
PROJECT = Path(__file__).resolve().parents[2]


def start_all(home: Path) -> None:
    """Starts keeper, Redis and PostgreSQL where they do not run; the caller holds the start lock."""
    account = service_account()
    own_folder(homes.socket_folder(home), account)
    if keeper(home) is None:
        _start_keeper(home)
    redis.ensure(home, account)
    postgres.ensure(home, account)


def all_running(home: Path) -> bool:
    """Whether nothing needs starting; cheap enough to ask every second."""
    return bool(keeper(home) and redis.running(home) and postgres.running(home))


def stop_all(home: Path) -> None:
    """Stops the servers; the caller holds the exclusive lock."""
    redis.stop(home)
    postgres.stop(home)
    folder = homes.socket_folder(home)
    if folder.parent != home:
        shutil.rmtree(folder, ignore_errors=True)


def keeper(home: Path) -> int | None:
    """The process that waits for the last user to go."""
    return process.find(process.read_pid(home / "keeper.pid"), KEEPER, str(home))


def stop_keeper(home: Path) -> None:
    """Ends a keeper that is waiting; it has nothing to save."""
    process.stop(keeper(home), signal.SIGKILL, seconds=5)
    (home / "keeper.pid").unlink(missing_ok=True)


def _start_keeper(home: Path) -> None:
    me = Account(name="", uid=0, gid=0, switch=False)
    command = [sys.executable, "-m", KEEPER, str(home)]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    started = process.spawn(command, log=home / "logs" / "services.log", account=me, env=environment)
    (home / "keeper.pid").write_text(str(started.pid), encoding="ascii")
