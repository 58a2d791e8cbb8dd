"""PostgreSQL and Redis of our own, for an installation without DATABASE_URL and REDIS_URL.

`with running(home):` is all there is to know. Any number of processes may be inside at once and share the servers; the
last to leave stops them. See docs/adr/0001-embedded-services.md.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path

from config import home as homes
from config.services import servers
from config.services.account import ServiceError, open_home, refuse_closed, service_account

__all__ = ["ServiceError", "ensure", "refuse", "running"]


@contextmanager
def running(home: Path) -> Iterator[None]:
    """The services of `home` run inside the block; raises HomeError or ServiceError with a sentence where they cannot.

    1. Take the shared lock; it waits while a last user's servers are being stopped.
    2. Start what does not run, one process at a time.
    3. On leaving, ask for the exclusive lock: whoever gets it was the last and stops the servers.
    """
    refuse(home)
    homes.prepare(home)
    open_home(home, service_account())
    with (home / servers.LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            ensure(home)
            yield
        finally:
            _leave(home, lock)


def refuse(home: Path) -> None:
    """Raises ServiceError where the services could not run in that home; changes nothing."""
    refuse_closed(home, service_account())


def ensure(home: Path) -> bool:
    """Starts what does not run, and says whether there was any; the caller is inside `running(home)`."""
    if servers.all_running(home):
        return False
    with (home / "start.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        servers.start_all(home)
    return True


def _leave(home: Path, lock: BufferedWriter) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # Others share the servers, or the keeper was quicker and is stopping them: asking for the shared lock returns
        # at once in the first case, and when nothing is left running in the second.
        fcntl.flock(lock, fcntl.LOCK_SH)
        return
    servers.stop_keeper(home)
    servers.stop_all(home)
