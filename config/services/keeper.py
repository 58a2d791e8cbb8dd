"""`python -m config.services.keeper HOME`: stops the embedded services when their last user is gone, however it went.

A user holds a shared lock on services.lock, which the kernel releases even after `kill -9`. The keeper waits for the
exclusive one, and holds it while it stops the servers, so that a newcomer waits and then starts them anew.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from config.services import servers


def main(home: Path) -> None:
    """Waits for the last user to go, stops the servers, and ends while still holding the lock."""
    with (home / servers.LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        servers.stop_all(home)
        # The lock goes with the process: whoever gets it next finds no keeper.
        os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
