"""Finding, starting and stopping server processes that may outlive the command that started them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from config.services.account import Account, ServiceError

LARGEST_LOG = 10 * 1024 * 1024
POLL = 0.01


def find(pid: int | None, *marks: str) -> int | None:
    """`pid`, if it lives and its command line has every mark: the number alone may be someone else's by now."""
    if not pid:
        return None
    try:
        process = psutil.Process(pid)
        line = " ".join(process.cmdline())
        lives = process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return pid if lives and all(mark in line for mark in marks) else None


def read_pid(file: Path) -> int | None:
    """The number on the file's first line, or None."""
    try:
        return int(file.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def spawn(
    command: list[str], *, log: Path, account: Account, env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, where Ctrl-C in the terminal does not reach it; output goes to `log`."""
    rotate(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=env,
            start_new_session=True,
            **account.spawn_arguments(),
        )


def rotate(log: Path) -> None:
    """Keeps one predecessor of a log that has grown. The file itself stays: its writers have it open for appending."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LARGEST_LOG:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            os.truncate(log, 0)


def wait_ready(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], *, name: str, log: Path, seconds: float
) -> None:
    """Returns when `ready()`; raises ServiceError with the log's end when the process ends or time runs out."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            why = "ended" if process.poll() is not None else f"was not ready after {seconds:.0f} s"
            raise ServiceError(f"{name} {why}. The end of {log}:\n{tail(log)}")
        time.sleep(POLL)


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


def stop(pid: int | None, signal_number: int, *, seconds: float) -> None:
    """Sends the signal, waits for the end, and kills what is still there after `seconds`."""
    for number in (signal_number, signal.SIGKILL):
        if pid is None or find(pid) is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        wait_gone(pid, seconds)


def wait_gone(pid: int, seconds: float) -> None:
    """Returns when the process has ended, or after `seconds`.

    A zombie is gone: whether its parent, maybe a lazy init of a container, has noticed is not our concern.
    """
    deadline = time.monotonic() + seconds
    while find(pid) and time.monotonic() < deadline:
        time.sleep(POLL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
