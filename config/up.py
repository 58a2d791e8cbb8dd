"""`manage.py up`: all an installation needs, in the foreground, until it is told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.db import connections

from config import home, listen, schema, services, static
from config.refusal import Refusal
from config.supervise import Child, Program, Supervisor

READY_SECONDS = 120.0
TICK = 0.2
SERVICES_SECONDS = 1.0
PROJECT = Path(settings.BASE_DIR)


class UpError(Refusal):
    """The start is refused, or the web server does not answer."""


@dataclass(frozen=True)
class State:
    """What runs, for `--json`. `children`: process ids by name."""

    url: str
    pid: int
    home: str
    embedded: bool
    children: dict[str, int]


def serve(*, bind: str, demo: bool, say: Callable[[str], None], ready: Callable[[State], None]) -> None:
    """Starts everything and keeps it alive until SIGINT, SIGTERM or SIGHUP.

    1. Refuse a home that cannot be written, a second start on it, a port that is taken.
    2. Services if embedded, schema, static files.
    3. Web, beat and worker; `ready` is called when the web server answers.
    4. With `demo`, the demonstration company is loaded beside them.
    5. On leaving: demo, web, beat and worker end, then the services.
    """
    folder, embedded = settings.ASSAY_HOME, settings.ASSAY_EMBEDDED
    with contextlib.ExitStack() as stack:
        if embedded:
            services.refuse(folder)
        home.prepare(folder)
        stack.enter_context(only_one(folder))
        listener = stack.enter_context(listen.listen(bind))
        url = listen.url(listener)
        stack.enter_context(stopped_by_signals(say))
        if embedded:
            say("Starting PostgreSQL and Redis …")
            stack.enter_context(services.running(folder))
        schema.bring_up()
        connections.close_all()
        static.collect()
        children = [Child(program, _environment(folder)) for program in programs(folder, listener)]
        supervisor = stack.enter_context(Supervisor(children, say))
        tend = _tender(supervisor, folder if embedded else None, say)
        _await_web(url, tend, folder)
        ready(State(url, os.getpid(), str(folder), embedded, supervisor.pids()))
        if demo:
            stack.enter_context(_demonstration(url, folder, say))
        while True:
            tend()
            time.sleep(TICK)


def programs(folder: Path, listener: socket.socket) -> list[Program]:
    """Web server, scheduler and worker, in the order in which they are stopped."""
    python, logs = (sys.executable, "-m"), folder / "logs"
    web = ("gunicorn", "config.wsgi", f"--bind=fd://{listener.fileno()}", "--workers=2", "--threads=4", "--timeout=120")
    # A browser keeps its connection while somebody reads: two seconds, the default, would end it at every page.
    web_more = ("--keep-alive=65", "--graceful-timeout=3", "--no-control-socket", "--access-logfile=-")
    web_tmp = f"--worker-tmp-dir={_memory()}"
    # The schedule is kept in memory: a file of it can be half written when its process is killed.
    beat = ("celery", "-A", "config.celery", "beat", "--scheduler=celery.beat:Scheduler", "--pidfile=")
    worker = ("celery", "-A", "config.celery", "worker", "--concurrency=2", "--hostname=assay@%h")
    worker_more = ("--without-gossip", "--without-mingle", "--loglevel=INFO")
    return [
        Program("web", (*python, *web, *web_more, web_tmp), logs / "web.log", pass_fds=(listener.fileno(),)),
        Program("beat", (*python, *beat), logs / "beat.log", endings=((signal.SIGTERM, 3.0),)),
        Program(
            "worker",
            (*python, *worker, *worker_more),
            logs / "worker.log",
            # Finish the task; else leave it, to be delivered again; else be killed, which comes to the same.
            endings=((signal.SIGTERM, 3.0), (signal.SIGQUIT, 3.0)),
            # Asked to end, it might wait for a Redis that has gone with this process. Its children end without it.
            orphaned=signal.SIGKILL,
        ),
    ]


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the home's lock for `up`; raises UpError naming who has it. The kernel frees it however that one ends."""
    with (folder / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = lock.read().strip() or "another process"
            raise UpError(
                f"Assay already runs on ASSAY_HOME {folder} ({who}). Stop that one, or set another ASSAY_HOME."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield
        lock.truncate(0)


@contextlib.contextmanager
def stopped_by_signals(say: Callable[[str], None]) -> Iterator[None]:
    """The first of SIGINT, SIGTERM and SIGHUP ends the block; those after it change nothing."""

    def leave(*_: object) -> NoReturn:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        say("Stopping …")
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Stopped(BaseException):
    """Told to stop. Not an Exception: nothing on the way may take it for an error."""


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"ASSAY_HOME": str(folder), "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}


def _memory() -> str:
    """Where gunicorn's workers show that they live: a disk that stalls would make them look dead."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108 - gunicorn makes unnamed files there


def _tender(supervisor: Supervisor, folder: Path | None, say: Callable[[str], None]) -> Callable[[], None]:
    """One look at all children, and every second at the embedded services."""
    due = 0.0

    def tend() -> None:
        nonlocal due
        supervisor.tend()
        if folder is None or time.monotonic() < due:
            return
        try:
            if services.ensure(folder):
                say(f"An embedded service had ended and was started again; see {folder / 'logs'}")
        except services.ServiceError as error:
            say(str(error))
        due = time.monotonic() + SERVICES_SECONDS

    return tend


def _await_web(url: str, tend: Callable[[], None], folder: Path) -> None:
    """Returns when a page is answered; raises UpError where it is not, or with an error of the server's own."""
    deadline = time.monotonic() + READY_SECONDS
    log = folder / "logs" / "web.log"
    while time.monotonic() < deadline:
        tend()
        try:
            with urllib.request.urlopen(f"{url}/health/", timeout=READY_SECONDS):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise UpError(f"The web server answers with error {error.code}; see {log}") from None
            return
        except OSError:
            time.sleep(TICK / 4)
    raise UpError(f"The web server did not answer within {READY_SECONDS:.0f} s; see {log}")


@contextlib.contextmanager
def _demonstration(url: str, folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Loads the demonstration company in a process of its own, which writes to this terminal."""
    process = subprocess.Popen([sys.executable, "-m", "config.demo", url], env=_environment(folder), cwd=PROJECT)
    try:
        yield
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(3)
        process.kill()
        process.wait()
